// equipment_scope.h - what the files of the equipment service share; nobody else includes it.
#pragma once

#include "../local_time.h"
#include "equipment.h"
#include "stock_level.h"

// ---- equipment.c

enum equipment_sql {
    EQUIPMENT_LOAD_ITEM,
    EQUIPMENT_LOAD_BINS,
    EQUIPMENT_SAVE_ITEM,
    EQUIPMENT_SAVE_SHORTAGE,
    EQUIPMENT_DELETE_BINS,
    EQUIPMENT_INSERT_BIN,
    EQUIPMENT_UPDATE_BIN,
    EQUIPMENT_FIND_BIN,
    EQUIPMENT_FIND_PLACE,
    EQUIPMENT_FIND_PLACED,
    EQUIPMENT_HEARD_AT,
    EQUIPMENT_LIST_BINS,
    EQUIPMENT_FIND_DUE,
    EQUIPMENT_LIST_IDS,
    EQUIPMENT_LIST_STATE,
    EQUIPMENT_COUNT_USE,
    EQUIPMENT_FORGET_USE,
    EQUIPMENT_SUM_USE,
    EQUIPMENT_HEAR,
    EQUIPMENT_HEARD_ONCE,
    EQUIPMENT_FIND_SILENT,
    EQUIPMENT_NOTE_SILENCE,
    EQUIPMENT_READ_WATCH,
    EQUIPMENT_WRITE_WATCH,
    EQUIPMENT_SQL_COUNT,
};
extern const char *const equipment_sql[EQUIPMENT_SQL_COUNT];

// ---- item.c: an item as it lies in the tables

enum {
    BINS_MAX = 16,
    CODE_BYTES = 41,
    NODE_BYTES = 33,
    NAME_BYTES = 81,
    UNIT_BYTES = 21,
    QUANTITY_MAX = 1000000,
};

// Stored: never renumbered.
enum bin_state { BIN_STABLE = 1, BIN_LIFTED = 2, BIN_OVERLOAD = 3, BIN_FAULT = 4, BIN_STALE = 5 };

struct bin {
    char id[CODE_BYTES];
    char node[NODE_BYTES]; // the scale under it
    int64_t channel;
    int64_t quantity; // of the last stable reading
    enum bin_state state;
    bool is_known;       // there was a stable reading
    bool is_counted;     // staff have counted what is in it since it last stood still
    int64_t heard_at_ms; // when the scale last spoke of it; 0: never
};

struct item {
    char id[CODE_BYTES];
    int64_t version;
    char name[NAME_BYTES];
    char unit[UNIT_BYTES];
    char location[NAME_BYTES];
    int64_t par;
    struct stock_level level; // the quantity and the minimum are here
    enum stock_state state;
    int64_t settled; // the quantity up to which use and deliveries have been counted; see use.c
    int64_t ordered;
    char expected[LOCAL_DAY_BYTES]; // empty: nobody said
    int64_t added_at_ms;
    int64_t changed_at_ms; // the quantity
    int64_t low_since_ms;  // 0: it is not, or nobody was alerted
    struct bin bins[BINS_MAX];
    size_t bin_count;
};

// CLINIC_NOT_FOUND: there is no such item.
enum clinic_status item_load(struct store *store, const char *item_id, struct item *ret_item);

struct bin_name {
    char item_id[CODE_BYTES];
    char bin_id[CODE_BYTES];
};

// What stands on a load cell. CLINIC_NOT_FOUND: nothing.
enum clinic_status item_find_place(struct store *store, const char *node, int64_t channel,
                                   struct bin_name *ret_name);

// Writes the item's own row, with the time at which it is due (item_due_ms); not its bins.
enum clinic_status item_save(struct store *store, const struct item *item);
enum clinic_status item_save_bin(struct store *store, const struct bin *bin);
enum clinic_status item_replace_bins(struct store *store, const struct item *item);

// Takes what an event or a request says of the item over; what it does not name stays. A bin keeps what it
// held, by its id; where it is new, or has moved to another scale, the scale has yet to speak of it.
void item_take(struct item *item, const cJSON *fields);

struct bin *item_find_bin(struct item *item, const char *bin_id); // NULL: it has no such bin
bool item_is_same(const struct item *a, const struct item *b);    // in what staff may change
bool item_is_handled(const struct item *item);                    // a bin is lifted or pressed down
bool item_is_blind(const struct item *item);                      // a bin is not to be trusted
bool bin_is_blind(const struct bin *bin);

// When time alone will change something about it; STOCK_NEVER_MS.
int64_t item_due_ms(const struct item *item);

const char *bin_state_name(enum bin_state state);
enum bin_state bin_state_read(const char *name);

// ---- use.c: what is taken from the shelf, and what is delivered
//
// `settled` is the quantity up to which everything has been counted. What a scale says is counted once it has stood for
// a minute. A small rise is something put back, or a reading that wavers: it takes back as much use. A rise
// beyond the margin, or of all that is on order, is a delivery.

enum { USE_DAYS = 28 };

// What remains on order after a change of so many units.
int64_t use_left_on_order(const struct item *item, int64_t change);

// Whether a count shows what was taken or delivered: no scale does, and it was known what was there before.
bool use_is_by_hand(const struct item *item);

// When a delivery that is not told yet will have stood long enough; STOCK_NEVER_MS.
int64_t use_due_ms(const struct item *item);

// Counts a change into the use of the local day of `at_ms`, and forgets days that no report looks at.
enum clinic_status use_count(struct store *store, const struct item *item, int64_t change,
                             int64_t at_ms);

// Counts what has stood since the last event; item->settled moves up to it.
enum clinic_status use_settle(struct store *store, struct item *item, int64_t now_ms);

// Thousandths of a unit a day over the last 28 days, or since the item was added.
enum clinic_status use_per_day(struct store *store, const struct item *item, int64_t now_ms,
                               int64_t *ret_milli);

// ---- stock.c: how a decision changes the stock

// What becomes of an item: `after` begins as a copy of it, is changed, and is told by an event.
struct change {
    struct item before;
    struct item after;
    const struct bin *bin; // of `after`, where one bin changed
    enum stock_action action;
    const char *cause;            // of the catalogue
    struct clinic_id cause_event; // none: the request itself, or time
    const char *reason;           // NULL: none was typed
};

// Loads the item and names it as the decision's subject. What has held by now is told first, so that nothing
// depends on whether a request or the next second comes first. CLINIC_NOT_FOUND: there is no such item.
enum clinic_status stock_begin(struct decision *decision, const char *item_id,
                               struct change *ret_change);

// The same for the item that the request names; refuses unknown ones.
enum clinic_status stock_begin_request(struct decision *decision, struct change *ret_change);

void stock_feed(struct change *change, enum stock_input input);

// Feeds what the quantity means without waiting for it to hold: somebody looked.
void stock_judge_at_once(struct change *change);

// Takes what rose off the order, if it is a delivery.
void stock_deliver(struct change *change, int64_t rise);

// Appends the events; none where nothing changed and nobody typed a reason.
enum clinic_status stock_tell(struct decision *decision, struct change *change);

// The reply that most requests get.
enum clinic_status stock_reply(struct decision *decision, const struct item *item);

// ---- list.c

// The item as equipment/list gives it; NULL: out of memory.
cJSON *item_row(const struct item *item);

// Reads the ids of items, the query's first column, and ends it. *ret_count: how many.
enum clinic_status item_read_ids(struct query *query, size_t most, char (*ids)[CODE_BYTES],
                                 size_t *ret_count);

// ---- one file a group of requests

enum clinic_status equipment_item(struct decision *decision);
enum clinic_status equipment_measure(struct decision *decision);
enum clinic_status equipment_adjust(struct decision *decision);
enum clinic_status equipment_count(struct decision *decision);
enum clinic_status equipment_order(struct decision *decision);
enum clinic_status equipment_list(struct decision *decision);
enum clinic_status equipment_bins(struct decision *decision);
enum clinic_status equipment_restock_report(struct decision *decision);

enum clinic_status equipment_tend(struct decision *decision);

// ---- equipment_reactions.c

enum clinic_status equipment_keep_item(const struct reaction_scene *scene,
                                       const struct clinic_event *event);
enum clinic_status equipment_keep_stock(const struct reaction_scene *scene,
                                        const struct clinic_event *event);
enum clinic_status equipment_log_shortage(const struct reaction_scene *scene,
                                          const struct clinic_event *event);
