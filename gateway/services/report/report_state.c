// report_state.c - what can be done with a report in which state; release and withdrawal.
#include "report_scope.h"

// A notice that falls into this time after another is not lost: the one before says already that there is news, and
// leads to the same place.
enum { NOTICE_GAP_MS = 10 * 60 * 1000 };

// Empty: refused. Entered in error is the end.
static const enum report_state next_state[REPORT_STATE_COUNT][REPORT_INPUT_COUNT] = {
    [REPORT_DRAFT] = { [REPORT_UPDATE] = REPORT_DRAFT,
                       [REPORT_RELEASE] = REPORT_FINAL,
                       [REPORT_WITHDRAW] = REPORT_WITHDRAWN },
    [REPORT_FINAL] = { [REPORT_UPDATE] = REPORT_DRAFT, [REPORT_WITHDRAW] = REPORT_WITHDRAWN },
    [REPORT_AMENDED] = { [REPORT_UPDATE] = REPORT_DRAFT, [REPORT_WITHDRAW] = REPORT_WITHDRAWN },
};

bool report_step(const struct report *report, enum report_input input, enum report_state *ret_next)
{
    const enum report_state next = next_state[report->state][input];

    *ret_next = next == REPORT_FINAL && report->released > 0 ? REPORT_AMENDED : next;
    return next != 0;
}

// The caller sees what is there now and can make the change from it.
static enum clinic_status refuse_stale(struct decision *decision, struct report *report)
{
    enum clinic_status status = report_reply_record(decision, report);

    if (status != CLINIC_OK)
        return status;
    return decision_refuse(decision, CLINIC_CODE_STALE_VERSION, "expected_version",
                           "Somebody else has changed this report. Look at it again.");
}

enum clinic_status report_load_to_change(struct decision *decision, enum report_input input,
                                         struct report *ret_report, enum report_state *ret_next)
{
    struct report report;
    int64_t expected = 0;

    enum clinic_status status = report_load_asked(decision, REPORT_NEWEST, &report);
    if (status != CLINIC_OK)
        return status;
    (void)clinic_json_integer(decision->request->data, "expected_version", &expected);
    if (expected != report.newest)
        status = refuse_stale(decision, &report);
    else if (!report_step(&report, input, ret_next))
        status = decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, NULL,
                                 "That cannot be done with a report that is %s.",
                                 report_state_name(report.state));
    if (status != CLINIC_OK) {
        cJSON_Delete(report.record);
        return status;
    }
    *ret_report = report;
    return CLINIC_OK;
}

// ---- release

// A notice later than now was given before the clock was put back; it silences nobody.
static enum clinic_status was_told_lately(struct decision *decision,
                                          const struct clinic_id *patient_id, bool *ret_was_told)
{
    struct query *query = query_start(decision->store, report_sql[REPORT_FIND_NOTICE]);

    *ret_was_told = false;
    query_bind_id(query, 1, patient_id);
    if (query_next(query)) {
        const int64_t passed_ms = decision->now_ms - query_column_integer(query, 0);
        *ret_was_told = passed_ms >= 0 && passed_ms < NOTICE_GAP_MS;
    }
    return query_end(query);
}

enum clinic_status report_release(struct decision *decision)
{
    struct report report;
    enum report_state next = REPORT_WITHDRAWN;
    bool was_told = false;

    enum clinic_status status = report_load_to_change(decision, REPORT_RELEASE, &report, &next);
    if (status != CLINIC_OK)
        return status;
    const bool is_news = next == REPORT_FINAL
                         || clinic_json_boolean(decision->request->data, "has_instructions", false);
    status = was_told_lately(decision, &report.patient_id, &was_told);
    if (status == CLINIC_OK)
        status = report_append(decision, &(struct report_version){
                                             .record = report.record,
                                             .patient_id = report.patient_id,
                                             .version = report.newest + 1,
                                             .state = next,
                                             .is_notice = is_news && !was_told,
                                         });
    cJSON_Delete(report.record);
    return status;
}

// ---- withdrawal

// Nobody is told: who may have read it is called by the people who know what was wrong.
enum clinic_status report_withdraw(struct decision *decision)
{
    struct report report;
    enum report_state next = REPORT_WITHDRAWN;

    enum clinic_status status = report_load_to_change(decision, REPORT_WITHDRAW, &report, &next);
    if (status != CLINIC_OK)
        return status;
    status = report_append(decision, &(struct report_version){
                                         .record = report.record,
                                         .patient_id = report.patient_id,
                                         .version = report.newest + 1,
                                         .state = next,
                                     });
    cJSON_Delete(report.record);
    return status;
}
