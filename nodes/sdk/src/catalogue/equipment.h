// equipment.h - rows of the catalogue: what is on the shelves.
#pragma once

#include "rows.h"

static const char *const stock_states[] = { "ok", "low", "out", "unknown", NULL };
static const char *const bin_states[] = { "stable", "lifted", "overload", "fault", "stale", NULL };
static const char *const measured_states[] = { "stable", "lifted", "overload", "fault", NULL };
static const char *const stock_causes[] = { "scale",   "count", "adjust", "order", "stale",
                                            "minimum", "held",  "bins",   NULL };

#define ITEM_ID_FIELD(item_help)                                                                   \
    {                                                                                              \
        CODE("item_id", 1, 40, item_help), REQUIRED                                                \
    }
#define QUANTITY_FIELD(name_, help_) INTEGER(name_, 0, 1000000, help_)

static const struct clinic_field bin[] = {
    { CODE("bin_id", 1, 40, "The bin."), REQUIRED },
    { CODE("node", 1, 32, "The scale under it."), REQUIRED },
    { INTEGER("channel", 1, 8, "Which of the scale's load cells."), REQUIRED },
};
ITEM(bin_item, "bin", bin);

#define ITEM_FIELDS(required)                                                                      \
    { STRING("name", 1, 80, "Its name."), .is_required = (required) },                             \
        { STRING("unit", 1, 20, "What is counted."), .is_required = (required) },                  \
        { STRING("location", 0, 80, "Where it is."), .is_required = (required) },                  \
        { QUANTITY_FIELD("minimum", "Below this it is low."), .is_required = (required) },         \
        { QUANTITY_FIELD("par", "What is there after an order."), .is_required = (required) },     \
    {                                                                                              \
        LIST("bins", bin_item, 0, 16,                                                              \
             "Where scales watch it; none, or absent of a new item: counted by hand."),            \
            .is_required = (required)                                                              \
    }

// ---- events

static const struct clinic_field equipment_item_changed[] = {
    ITEM_ID_FIELD("The item."),
    VERSION_FIELD,
    ITEM_FIELDS(true),
};

static const struct clinic_field equipment_stock_changed[] = {
    ITEM_ID_FIELD("The item."),
    { QUANTITY_FIELD("quantity", "The sum of its bins, or what was counted."), REQUIRED },
    { INTEGER("change", -1000000, 1000000, "Against what was there before."), REQUIRED },
    { CHOICE("state", stock_states, "What it is now; unknown: a scale is silent or faulty."),
      REQUIRED },
    { CHOICE("cause", stock_causes, "What told it."), REQUIRED },
    { CODE("bin_id", 1, 40, "Which bin.") },
    { QUANTITY_FIELD("bin_quantity", "What is in that bin.") },
    { CHOICE("bin_state", bin_states, "How that bin is.") },
    { QUANTITY_FIELD("ordered", "What is on order; 0: nothing any more.") },
    { DATE("expected", "When the order is expected.") },
    { STRING("reason", 1, 200, "Why, as staff typed it.") },
};

static const struct clinic_field equipment_low_stock[] = {
    ITEM_ID_FIELD("The item."),
    { STRING("name", 1, 80, "Its name."), REQUIRED },
    { QUANTITY_FIELD("quantity", "What is left."), REQUIRED },
    { QUANTITY_FIELD("minimum", "Below this it is low."), REQUIRED },
    { STRING("unit", 1, 20, "What is counted."), REQUIRED },
    { STRING("location", 0, 80, "Where it is."), REQUIRED },
};

// ---- requests

static const struct clinic_field equipment_item[] = {
    ITEM_ID_FIELD("The item; a new one is added."),
    { INTEGER("expected_version", 1, INTEGER_MAX,
              "The version that the change was made from; absent: a new item.") },
    ITEM_FIELDS(false),
};
static const struct clinic_field equipment_item_reply[] = {
    ITEM_ID_FIELD("As asked."),
    VERSION_FIELD,
};

static const struct clinic_field equipment_measure[] = {
    { INTEGER("channel", 1, 8, "Which load cell of this scale."), REQUIRED },
    { CHOICE("state", measured_states, "stable: the quantity counts."), REQUIRED },
    { QUANTITY_FIELD("quantity", "Units in the bin; with state stable.") },
    { INTEGER("accuracy_permille", 0, 1000,
              "So often such a count is at most one off, by the scale's own reckoning.") },
};
static const struct clinic_field equipment_measure_reply[] = {
    ITEM_ID_FIELD("The item."),
    { QUANTITY_FIELD("quantity", "What is there now."), REQUIRED },
    { CHOICE("state", stock_states, "What it is now."), REQUIRED },
    { INSTANT("time",
              "The gateway's clock when it took the reading: a repeated reply has that of then."),
      REQUIRED },
};
static const struct clinic_field equipment_stock_reply[] = {
    ITEM_ID_FIELD("The item."),
    { QUANTITY_FIELD("quantity", "What is there now."), REQUIRED },
    { CHOICE("state", stock_states, "What it is now."), REQUIRED },
};

static const struct clinic_field equipment_adjust[] = {
    ITEM_ID_FIELD("Of which."),
    { INTEGER("change", -1000000, 1000000, "More or fewer."), REQUIRED },
    { STRING("reason", 1, 200, "Why."), REQUIRED },
};

static const struct clinic_field equipment_count[] = {
    ITEM_ID_FIELD("Of which."),
    { QUANTITY_FIELD("quantity", "What was counted; it overrides the scales."), REQUIRED },
    { STRING("reason", 1, 200, "Why."), REQUIRED },
};

static const struct clinic_field equipment_order[] = {
    ITEM_ID_FIELD("Of which."),
    { QUANTITY_FIELD("quantity", "What was ordered; 0: nothing any more."), REQUIRED },
    { DATE("expected", "When it is expected.") },
};

static const struct clinic_field bin_row[] = {
    { CODE("bin_id", 1, 40, "The bin."), REQUIRED },
    { CODE("node", 1, 32, "The scale."), REQUIRED },
    { INTEGER("channel", 1, 8, "Its load cell."), REQUIRED },
    { QUANTITY_FIELD("quantity", "Last stable reading."), REQUIRED },
    { CHOICE("state", bin_states, "How it is."), REQUIRED },
    { INSTANT("seen", "When the scale last spoke of it.") },
};
ITEM(bin_row_item, "bin", bin_row);
static const struct clinic_field stock_row[] = {
    ITEM_ID_FIELD("The item."),
    VERSION_FIELD,
    { STRING("name", 1, 80, "Its name."), REQUIRED },
    { STRING("unit", 1, 20, "What is counted."), REQUIRED },
    { STRING("location", 0, 80, "Where it is."), REQUIRED },
    { QUANTITY_FIELD("quantity", "What is there."), REQUIRED },
    { QUANTITY_FIELD("minimum", "Below this it is low."), REQUIRED },
    { QUANTITY_FIELD("par", "What is there after an order."), REQUIRED },
    { CHOICE("state", stock_states, "What it is."), REQUIRED },
    { QUANTITY_FIELD("ordered", "On order."), REQUIRED },
    { LIST("bins", bin_row_item, 0, 16, "Where scales watch it."), REQUIRED },
};
ITEM(stock_row_item, "item", stock_row);
static const struct clinic_field equipment_list[] = {
    { CODE("after", 1, 40, "Items behind this one.") },
    { INTEGER("limit", 1, 20, "At most so many rows; 20 if absent.") },
};
static const struct clinic_field equipment_list_reply[] = {
    { LIST("items", stock_row_item, 0, 20, "By id."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field restock_row[] = {
    ITEM_ID_FIELD("The item."),
    { STRING("name", 1, 80, "Its name."), REQUIRED },
    { STRING("unit", 1, 20, "What is counted."), REQUIRED },
    { STRING("location", 0, 80, "Where it is."), REQUIRED },
    { CHOICE("state", stock_states, "What it is."), REQUIRED },
    { QUANTITY_FIELD("quantity", "What is there."), REQUIRED },
    { QUANTITY_FIELD("minimum", "Below this it is low."), REQUIRED },
    { QUANTITY_FIELD("suggested", "What to order: par less what is there."), REQUIRED },
    { INTEGER("use_per_day_milli", 0, INTEGER_MAX,
              "Thousandths of a unit a day, over the last 28 days."),
      REQUIRED },
    { INTEGER("days_left", 0, 100000, "Until it is used up; absent: nothing is used.") },
    { INSTANT("low_since", "Since when it is low.") },
    { QUANTITY_FIELD("ordered", "On order."), REQUIRED },
    { DATE("expected", "When the order is expected.") },
};
ITEM(restock_row_item, "item", restock_row);
static const struct clinic_field equipment_restock_report_reply[] = {
    { LIST("items", restock_row_item, 0, 80, "Low and out ones, the most urgent first."),
      REQUIRED },
    MORE_FIELD,
};
