// scale.c - Scale Management: load cells, their settings and the steps of setting them up.
//
// Start in scale_scope.h; change.c is the way of what staff say, set_up.c and answer.c of a step from the desk to the
// scale and back, config.c of what the scale is told.
#include "scale_scope.h"

// NULL: not known. goods: see struct channel.
static const char channel_table[] =
    "CREATE TABLE scale_channel ("
    " node TEXT NOT NULL,"
    " channel INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 4),"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " is_there INTEGER NOT NULL CHECK (is_there BETWEEN 0 AND 1),"
    " capacity_mg INTEGER,"
    " bin_mg INTEGER,"
    " tare_counts INTEGER,"
    " span_counts INTEGER CHECK (span_counts <> 0),"
    " span_mg INTEGER CHECK (span_mg > 0),"
    " unit_mg INTEGER CHECK (unit_mg > 0),"
    " units_per_box INTEGER CHECK (units_per_box >= 0),"
    " variation_permyriad INTEGER CHECK (variation_permyriad >= 0),"
    " most INTEGER CHECK (most > 0),"
    " sample INTEGER CHECK (sample > 0),"
    " noise_mg INTEGER CHECK (noise_mg >= 0),"
    " box_at_least INTEGER CHECK (box_at_least > 1),"
    " item_id TEXT NOT NULL,"
    " label TEXT NOT NULL,"
    " goods TEXT NOT NULL,"
    " task_id BLOB,"
    " task_step INTEGER CHECK (task_step BETWEEN 1 AND 3),"
    " task_mass_mg INTEGER,"
    " task_count INTEGER,"
    " task_asked_at_ms INTEGER,"
    " last_task_id BLOB,"
    " last_step INTEGER CHECK (last_step BETWEEN 1 AND 3),"
    " last_outcome INTEGER CHECK (last_outcome BETWEEN 1 AND 9),"
    " last_answered_at_ms INTEGER,"
    " last_accuracy_permille INTEGER,"
    " PRIMARY KEY (node, channel)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX scale_channel_item ON scale_channel (item_id) WHERE item_id <> '';"
    "CREATE INDEX scale_channel_task ON scale_channel (task_asked_at_ms)"
    " WHERE task_asked_at_ms IS NOT NULL;";

// Also of a node whose last channel was taken off: it must be told.
static const char node_table[] = "CREATE TABLE scale_node ("
                                 " node TEXT NOT NULL PRIMARY KEY,"
                                 " version INTEGER NOT NULL CHECK (version > 0)"
                                 ") STRICT, WITHOUT ROWID;"
                                 "CREATE INDEX scale_node_version ON scale_node (version, node);";

static const char accuracy_table[] = "CREATE TABLE scale_accuracy ("
                                     " node TEXT NOT NULL,"
                                     " channel INTEGER NOT NULL,"
                                     " permille INTEGER NOT NULL,"
                                     " PRIMARY KEY (node, channel)"
                                     ") STRICT, WITHOUT ROWID;";

static const char *const schema[] = { channel_table, node_table, accuracy_table, NULL };
static const char *const tables[] = { "scale_channel", "scale_node", NULL };

#define COLUMNS                                                                                    \
    "node, channel, version, is_there, capacity_mg, bin_mg, tare_counts, span_counts, span_mg,"    \
    " unit_mg, units_per_box, variation_permyriad, most, sample, noise_mg, box_at_least, item_id," \
    " label, goods, task_id, task_step, task_mass_mg, task_count, task_asked_at_ms, last_task_id," \
    " last_step, last_outcome, last_answered_at_ms, last_accuracy_permille"

const char *const scale_sql[SCALE_SQL_COUNT] = {
    [SCALE_LOAD] = "SELECT " COLUMNS " FROM scale_channel WHERE node = ? AND channel = ?",
    [SCALE_LOAD_NODE] = "SELECT " COLUMNS " FROM scale_channel WHERE node = ? AND is_there = 1"
                        " ORDER BY channel",
    [SCALE_SAVE] = "INSERT OR REPLACE INTO scale_channel (" COLUMNS ") VALUES"
                   " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
                   " ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)",
    [SCALE_FIND_BY_ITEM] =
        "SELECT node, channel FROM scale_channel WHERE item_id = ?1 AND item_id <> ''",
    // What nobody has said of any goods before is said of the first that lie there.
    [SCALE_PLACE] = "UPDATE scale_channel SET item_id = ?3, label = ?4,"
                    " goods = CASE WHEN goods = '' THEN ?3 ELSE goods END"
                    " WHERE node = ?1 AND channel = ?2 AND is_there = 1"
                    " AND (item_id <> ?3 OR label <> ?4)",
    [SCALE_TOUCH] = "INSERT INTO scale_node (node, version) VALUES (?1, ?2)"
                    " ON CONFLICT (node) DO UPDATE SET version = ?2",
    // What a clock that was ahead has asked would otherwise be open for as long.
    [SCALE_FIND_OVERDUE] = "SELECT node, channel FROM scale_channel"
                           " WHERE task_asked_at_ms < ?1 OR task_asked_at_ms > ?2 LIMIT 1",
    [SCALE_CONFIG_VERSION] = "SELECT version FROM scale_node WHERE node = ?",
    [SCALE_NEXT_CONFIG] = "SELECT version, node FROM scale_node WHERE (version, node) > (?1, ?2)"
                          " ORDER BY version, node LIMIT 1",
    [SCALE_NOTE_ACCURACY] = "INSERT INTO scale_accuracy (node, channel, permille)"
                            " VALUES (?1, ?2, ?3) ON CONFLICT (node, channel)"
                            " DO UPDATE SET permille = ?3 WHERE permille <> ?3",
    [SCALE_READ_ACCURACY] = "SELECT permille FROM scale_accuracy WHERE node = ? AND channel = ?",
};

// What staff do is in the audit trail by its event; what is refused is written by the intake.
static const struct ability abilities[] = {
    { CLINIC_REQUEST_EQUIPMENT_SCALE, scale_change, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_SCALE_SET_UP, scale_begin_step, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_SCALE_ANSWER, scale_answer, .is_audited = false },
    { CLINIC_REQUEST_EQUIPMENT_SCALE_READ, scale_read, .is_audited = false },
};

static const struct reaction reactions[] = {
    { CLINIC_EQUIPMENT_SCALE_CHANGED, scale_keep, "keep the channel for the scale's config" },
    { CLINIC_EQUIPMENT_ITEM_CHANGED, scale_follow_bins, "tell scales what lies on them" },
};

const struct service scale_service = {
    .name = "scale",
    .title = "Scale Management",
    .schema = schema,
    .tables = tables,
    .statements = { scale_sql, SCALE_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
    .tend = scale_tend,
};
