// hand.c - what staff say of the stock: counted, taken or added, ordered.
//
// It counts at once and stands against the scales: their next readings change it by what they differ, see measure.c. A
// count also ends not knowing, although a scale is still silent: somebody has looked.
#include "equipment_scope.h"

#include <stdio.h>
#include <string.h>

static enum clinic_status finish(struct decision *decision, struct change *change)
{
    enum clinic_status status;

    stock_judge_at_once(change);
    status = stock_tell(decision, change);
    return status == CLINIC_OK ? stock_reply(decision, &change->after) : status;
}

static enum clinic_status refuse_impossible(struct decision *decision, const struct item *item,
                                            int64_t difference)
{
    if (difference == 0)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "change",
                               "Say how many more or fewer.");
    if (item->level.quantity + difference < 0)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "change",
                               "Only %lld are known to be there: count them instead.",
                               (long long)item->level.quantity);
    if (item->level.quantity + difference > QUANTITY_MAX)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "change",
                               "There would be more than %d.", QUANTITY_MAX);
    return CLINIC_OK;
}

enum clinic_status equipment_adjust(struct decision *decision)
{
    struct change change;
    int64_t difference = 0;
    enum clinic_status status = stock_begin_request(decision, &change);

    (void)clinic_json_integer(decision->request->data, "change", &difference);
    if (status == CLINIC_OK)
        status = refuse_impossible(decision, &change.before, difference);
    if (status != CLINIC_OK)
        return status;
    change.cause = "adjust";
    change.reason = clinic_json_text(decision->request->data, "reason");
    change.after.level.quantity += difference;
    stock_deliver(&change, difference);
    // Without a scale what staff say is all there is.
    if (change.after.bin_count == 0)
        stock_feed(&change, STOCK_SEEN);
    return finish(decision, &change);
}

enum clinic_status equipment_count(struct decision *decision)
{
    struct change change;
    enum clinic_status status = stock_begin_request(decision, &change);

    if (status != CLINIC_OK)
        return status;
    change.cause = "count";
    change.reason = clinic_json_text(decision->request->data, "reason");
    (void)clinic_json_integer(decision->request->data, "quantity", &change.after.level.quantity);
    if (use_is_by_hand(&change.before))
        stock_deliver(&change, change.after.level.quantity - change.before.level.quantity);
    stock_feed(&change, STOCK_SEEN);
    return finish(decision, &change);
}

static enum clinic_status take_order(struct decision *decision, struct item *item)
{
    char today[LOCAL_DAY_BYTES];
    const char *expected = clinic_json_text(decision->request->data, "expected");

    local_day_at(decision->now_ms, today);
    if (expected != NULL && strcmp(expected, today) < 0)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "expected",
                               "This day has passed.");
    (void)clinic_json_integer(decision->request->data, "quantity", &item->ordered);
    (void)snprintf(item->expected, sizeof item->expected, "%s",
                   expected == NULL || item->ordered == 0 ? "" : expected);
    return CLINIC_OK;
}

enum clinic_status equipment_order(struct decision *decision)
{
    struct change change;
    enum clinic_status status = stock_begin_request(decision, &change);

    if (status == CLINIC_OK)
        status = take_order(decision, &change.after);
    if (status != CLINIC_OK)
        return status;
    change.cause = "order";
    if (change.before.ordered == change.after.ordered
        && strcmp(change.before.expected, change.after.expected) == 0)
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL, "It is noted already.");
    status = stock_tell(decision, &change);
    return status == CLINIC_OK ? stock_reply(decision, &change.after) : status;
}
