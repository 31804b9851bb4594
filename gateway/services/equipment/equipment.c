// equipment.c - Equipment Management: what is on the shelves, who must be alerted, what to order.
//
// Start in stock_machine.h (the states) and stock_level.h (what holds); measure.c is the way of a scale's
// reading, hand.c of what staff count, tend.c of what time brings about.
#include "equipment_scope.h"

// settled may be anything: it follows corrections up and down. due_at_ms: see item_due_ms().
static const char item_table[] =
    "CREATE TABLE stock_item ("
    " item_id TEXT NOT NULL PRIMARY KEY,"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " name TEXT NOT NULL,"
    " unit TEXT NOT NULL,"
    " location TEXT NOT NULL,"
    " minimum INTEGER NOT NULL CHECK (minimum >= 0),"
    " par INTEGER NOT NULL CHECK (par >= 0),"
    " quantity INTEGER NOT NULL CHECK (quantity >= 0),"
    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),"
    " settled INTEGER NOT NULL,"
    " ordered INTEGER NOT NULL CHECK (ordered >= 0),"
    " expected TEXT,"
    " added_at_ms INTEGER NOT NULL,"
    " changed_at_ms INTEGER NOT NULL,"
    " unit_crossed_at_ms INTEGER NOT NULL,"
    " minimum_crossed_at_ms INTEGER NOT NULL,"
    " rearm_crossed_at_ms INTEGER NOT NULL,"
    " steady_since_ms INTEGER,"
    " low_since_ms INTEGER,"
    " due_at_ms INTEGER"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX stock_item_due ON stock_item (due_at_ms) WHERE due_at_ms IS NOT NULL;"
    "CREATE INDEX stock_item_state ON stock_item (state, low_since_ms, item_id);";

static const char bin_table[] = "CREATE TABLE stock_bin ("
                                " bin_id TEXT NOT NULL PRIMARY KEY,"
                                " item_id TEXT NOT NULL,"
                                " position INTEGER NOT NULL,"
                                " node TEXT NOT NULL,"
                                " channel INTEGER NOT NULL,"
                                " quantity INTEGER NOT NULL CHECK (quantity >= 0),"
                                " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),"
                                " is_known INTEGER NOT NULL CHECK (is_known BETWEEN 0 AND 1),"
                                " is_counted INTEGER NOT NULL CHECK (is_counted BETWEEN 0 AND 1),"
                                " UNIQUE (node, channel),"
                                " UNIQUE (item_id, position)"
                                ") STRICT, WITHOUT ROWID;";

static const char use_table[] =
    "CREATE TABLE stock_use ("
    " item_id TEXT NOT NULL,"
    " day TEXT NOT NULL,"
    " taken INTEGER NOT NULL," // less what was put back: may be negative
    " PRIMARY KEY (item_id, day)"
    ") STRICT, WITHOUT ROWID;";

// When each load cell was last heard of. Not in the log: a scale that says the same every few seconds is no event.
static const char word_table[] =
    "CREATE TABLE scale_word ("
    " node TEXT NOT NULL,"
    " channel INTEGER NOT NULL,"
    " heard_at_ms INTEGER NOT NULL,"
    " is_silent INTEGER NOT NULL CHECK (is_silent BETWEEN 0 AND 1),"
    " PRIMARY KEY (node, channel)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX scale_word_heard ON scale_word (heard_at_ms) WHERE is_silent = 0;";

// Since when the gateway has been listening without a pause: one row.
static const char watch_table[] = "CREATE TABLE scale_watch ("
                                  " id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),"
                                  " awake_since_ms INTEGER NOT NULL,"
                                  " tended_at_ms INTEGER NOT NULL"
                                  ") STRICT;";

static const char *const schema[] = { item_table, bin_table,   use_table,
                                      word_table, watch_table, NULL };
static const char *const tables[] = { "stock_item", "stock_bin", "stock_use", NULL };

#define ITEM_COLUMNS                                                                               \
    "item_id, version, name, unit, location, minimum, par, quantity, state, settled, ordered,"     \
    " expected, added_at_ms, changed_at_ms, unit_crossed_at_ms, minimum_crossed_at_ms,"            \
    " rearm_crossed_at_ms, steady_since_ms, low_since_ms"

const char *const equipment_sql[EQUIPMENT_SQL_COUNT] = {
    [EQUIPMENT_LOAD_ITEM] = "SELECT " ITEM_COLUMNS " FROM stock_item WHERE item_id = ?",
    [EQUIPMENT_LOAD_BINS] =
        "SELECT b.bin_id, b.node, b.channel, b.quantity, b.state, b.is_known, b.is_counted,"
        " w.heard_at_ms"
        " FROM stock_bin b LEFT JOIN scale_word w ON w.node = b.node AND w.channel = b.channel"
        " WHERE b.item_id = ? ORDER BY b.position",
    [EQUIPMENT_SAVE_ITEM] =
        "INSERT OR REPLACE INTO stock_item (" ITEM_COLUMNS ", due_at_ms) VALUES"
        " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
        " ?20)",
    [EQUIPMENT_SAVE_SHORTAGE] = "UPDATE stock_item SET low_since_ms = ?2 WHERE item_id = ?1",
    [EQUIPMENT_DELETE_BINS] = "DELETE FROM stock_bin WHERE item_id = ?",
    [EQUIPMENT_INSERT_BIN] = "INSERT INTO stock_bin (bin_id, item_id, position, node, channel,"
                             " quantity, state, is_known, is_counted)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [EQUIPMENT_UPDATE_BIN] =
        "UPDATE stock_bin SET quantity = ?2, state = ?3, is_known = ?4, is_counted = ?5"
        " WHERE bin_id = ?1",
    [EQUIPMENT_FIND_BIN] = "SELECT item_id FROM stock_bin WHERE bin_id = ?",
    [EQUIPMENT_FIND_PLACE] = "SELECT item_id, bin_id FROM stock_bin WHERE node = ? AND channel = ?",
    [EQUIPMENT_FIND_PLACED] =
        "SELECT i.item_id, i.name FROM stock_bin b JOIN stock_item i ON i.item_id = b.item_id"
        " WHERE b.node = ? AND b.channel = ?",
    [EQUIPMENT_HEARD_AT] = "SELECT heard_at_ms FROM scale_word WHERE node = ? AND channel = ?",
    [EQUIPMENT_LIST_BINS] =
        "SELECT b.bin_id, b.item_id, i.name, b.node, b.channel, b.quantity, b.state, b.is_known,"
        " b.is_counted, w.heard_at_ms"
        " FROM stock_bin b JOIN stock_item i ON i.item_id = b.item_id"
        " LEFT JOIN scale_word w ON w.node = b.node AND w.channel = b.channel"
        " WHERE b.bin_id > ?1 ORDER BY b.bin_id LIMIT ?2",
    [EQUIPMENT_FIND_DUE] = "SELECT item_id FROM stock_item WHERE due_at_ms <= ?1"
                           " ORDER BY due_at_ms LIMIT 1",
    [EQUIPMENT_LIST_IDS] = "SELECT item_id FROM stock_item WHERE item_id > ?1"
                           " ORDER BY item_id LIMIT ?2",
    [EQUIPMENT_LIST_STATE] = "SELECT item_id FROM stock_item WHERE state = ?1"
                             " ORDER BY low_since_ms, item_id LIMIT ?2",
    [EQUIPMENT_COUNT_USE] = "INSERT INTO stock_use (item_id, day, taken) VALUES (?1, ?2, ?3)"
                            " ON CONFLICT (item_id, day) DO UPDATE SET taken = taken + ?3",
    [EQUIPMENT_FORGET_USE] = "DELETE FROM stock_use WHERE item_id = ?1 AND day < ?2",
    [EQUIPMENT_SUM_USE] =
        "SELECT coalesce(sum(taken), 0) FROM stock_use WHERE item_id = ?1 AND day >= ?2",
    [EQUIPMENT_HEAR] = "INSERT INTO scale_word (node, channel, heard_at_ms, is_silent)"
                       " VALUES (?1, ?2, ?3, 0) ON CONFLICT (node, channel)"
                       " DO UPDATE SET heard_at_ms = ?3, is_silent = 0",
    [EQUIPMENT_HEARD_ONCE] = "INSERT INTO scale_word (node, channel, heard_at_ms, is_silent)"
                             " VALUES (?1, ?2, ?3, 0) ON CONFLICT (node, channel) DO NOTHING",
    // What a clock that was ahead has heard tells nothing: without the second half it would be so long no silence.
    [EQUIPMENT_FIND_SILENT] = "SELECT node, channel FROM scale_word"
                              " WHERE (is_silent = 0 AND heard_at_ms < ?1)"
                              " OR (is_silent = 0 AND heard_at_ms > ?2) LIMIT 1",
    [EQUIPMENT_NOTE_SILENCE] = "UPDATE scale_word SET is_silent = 1 WHERE node = ? AND channel = ?",
    [EQUIPMENT_READ_WATCH] = "SELECT awake_since_ms, tended_at_ms FROM scale_watch WHERE id = 1",
    [EQUIPMENT_WRITE_WATCH] =
        "INSERT OR REPLACE INTO scale_watch (id, awake_since_ms, tended_at_ms) VALUES (1, ?1, ?2)",
};

// An accepted change is in the audit trail by its event; what is refused is written by the intake.
static const struct ability abilities[] = {
    { CLINIC_REQUEST_EQUIPMENT_ITEM, equipment_item, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_MEASURE, equipment_measure, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_ADJUST, equipment_adjust, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_COUNT, equipment_count, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_ORDER, equipment_order, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_LIST, equipment_list, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_BINS, equipment_bins, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_RESTOCK_REPORT, equipment_restock_report, .is_audited = false },
};

static const struct reaction reactions[] = {
    { CLINIC_EQUIPMENT_ITEM_CHANGED, equipment_keep_item, "keep the item and its bins" },
    { CLINIC_EQUIPMENT_STOCK_CHANGED, equipment_keep_stock, "keep the stock and count its use" },
    { CLINIC_EQUIPMENT_LOW_STOCK, equipment_log_shortage, "log it for restocking reports" },
};

const struct service equipment_service = {
    .name = "equipment",
    .title = "Equipment Management",
    .schema = schema,
    .tables = tables,
    .statements = { equipment_sql, EQUIPMENT_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
    .tend = equipment_tend,
};
