// doctor_hours.c - doctor/hours: weekly hours and dated exceptions, each list given whole.
#include "../record.h"
#include "doctor_scope.h"

static const struct hours_part {
    const char *member;
    const char *what; // as the event names it
    enum clinic_status (*take)(struct decision *decision, const cJSON *items, cJSON **ret_list);
} parts[] = {
    { "hours", "hours", doctor_take_hours },
    { "exceptions", "exceptions", doctor_take_exceptions },
};

// *version counts on with each list that differs from what `record` has.
static enum clinic_status change_part(struct decision *decision, const struct clinic_id *doctor_id,
                                      const struct hours_part *part, const cJSON *record,
                                      int64_t *version)
{
    const cJSON *items = clinic_json_member(decision->request->data, part->member);
    cJSON *list = NULL;

    if (items == NULL)
        return CLINIC_OK;
    enum clinic_status status = part->take(decision, items, &list);
    if (status != CLINIC_OK)
        return status;
    if (cJSON_Compare(clinic_json_member(record, part->member), list, true)) {
        cJSON_Delete(list);
        return CLINIC_OK;
    }
    *version += 1;
    return doctor_append_schedule(decision, doctor_id, *version, part->what, part->member, list);
}

static enum clinic_status change(struct decision *decision, const struct clinic_id *doctor_id,
                                 const struct doctor_state *state)
{
    int64_t version = state->version;
    enum clinic_status status = doctor_add_rules(decision->store, doctor_id, state->record);

    for (size_t i = 0; i < ARRAY_SIZE(parts) && status == CLINIC_OK; i++)
        status = change_part(decision, doctor_id, &parts[i], state->record, &version);
    if (status != CLINIC_OK)
        return status;
    if (version == state->version)
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The doctor's hours are these already.");
    return doctor_reply_schedule(decision, doctor_id, version);
}

enum clinic_status doctor_hours(struct decision *decision)
{
    return doctor_change_asked(decision, change);
}
