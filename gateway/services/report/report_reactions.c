#include "report_scope.h"

#include <stdlib.h>

static enum clinic_status write_report(struct store *store, const struct clinic_event *event,
                                       enum report_state state)
{
    const struct clinic_id report_id = id_member(event->data, "report_id");
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    const struct clinic_id doctor_id = id_member(event->data, "doctor_id");
    const bool is_released = state == REPORT_FINAL || state == REPORT_AMENDED;
    int64_t version = 0;
    struct query *query = query_start(store, report_sql[REPORT_WRITE]);

    (void)clinic_json_integer(event->data, "version", &version);
    query_bind_id(query, 1, &report_id);
    query_bind_id(query, 2, &patient_id);
    query_bind_id(query, 3, &doctor_id);
    query_bind_text(query, 4, clinic_json_text(event->data, "kind"));
    query_bind_integer(query, 5, version);
    query_bind_integer(query, 6, is_released ? version : 0);
    query_bind_integer(query, 7, state);
    query_bind_integer(query, 8, reaction_time_ms(event));
    return query_run(query, NULL);
}

static enum clinic_status write_version(struct store *store, const struct clinic_event *event,
                                        enum report_state state)
{
    const struct clinic_id report_id = id_member(event->data, "report_id");
    int64_t version = 0;
    char *attachments = clinic_json_print(clinic_json_member(event->data, "attachments"));
    if (attachments == NULL)
        return CLINIC_NOMEM;

    struct query *query = query_start(store, report_sql[REPORT_INSERT_VERSION]);
    (void)clinic_json_integer(event->data, "version", &version);
    query_bind_id(query, 1, &report_id);
    query_bind_integer(query, 2, version);
    query_bind_integer(query, 3, state);
    query_bind_integer(query, 4, reaction_time_ms(event));
    query_bind_text(query, 5, clinic_json_text(event->data, "title"));
    query_bind_text(query, 6, clinic_json_text(event->data, "text"));
    query_bind_text(query, 7, attachments);
    enum clinic_status status = query_run(query, NULL);
    free(attachments);
    return status;
}

static enum clinic_status write_files(struct store *store, const struct clinic_event *event)
{
    const struct clinic_id report_id = id_member(event->data, "report_id");
    const cJSON *attachment;
    enum clinic_status status = CLINIC_OK;

    cJSON_ArrayForEach(attachment, clinic_json_member(event->data, "attachments"))
    {
        uint8_t sha256[CLINIC_DIGEST_BYTES];
        if (!attachment_read_digest(attachment, sha256))
            return CLINIC_INVALID;
        struct query *query = query_start(store, report_sql[REPORT_INSERT_FILE]);
        query_bind_id(query, 1, &report_id);
        query_bind_blob(query, 2, sha256, sizeof sha256);
        status = query_run(query, NULL);
        if (status != CLINIC_OK)
            break;
    }
    return status;
}

static enum clinic_status write_notice(struct store *store, const struct clinic_event *event)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    struct query *query = query_start(store, report_sql[REPORT_WRITE_NOTICE]);

    query_bind_id(query, 1, &patient_id);
    query_bind_integer(query, 2, reaction_time_ms(event));
    return query_run(query, NULL);
}

// Of a patient who was deleted later nothing is kept: the deletion would remove it all.
enum clinic_status report_keep(const struct reaction_scene *scene, const struct clinic_event *event)
{
    if (scene->is_erased)
        return CLINIC_OK;
    const enum report_state state = report_state_find(clinic_json_text(event->data, "status"));
    enum clinic_status status = write_report(scene->store, event, state);
    if (status == CLINIC_OK)
        status = write_version(scene->store, event, state);
    if (status == CLINIC_OK)
        status = write_files(scene->store, event);
    if (status == CLINIC_OK && clinic_json_boolean(event->data, "notify", false))
        status = write_notice(scene->store, event);
    return status;
}

// The files go after the commit (attachment.c): a deletion that is rolled back must not have cost them.
enum clinic_status report_erase(const struct reaction_scene *scene,
                                const struct clinic_event *event)
{
    // The reports come last but one: the statements before find their rows by them.
    static const enum report_sql deletions[] = { REPORT_DELETE_FILES, REPORT_DELETE_VERSIONS,
                                                 REPORT_DELETE, REPORT_DELETE_NOTICE };
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(deletions) && status == CLINIC_OK; i++) {
        struct query *query = query_start(scene->store, report_sql[deletions[i]]);
        query_bind_id(query, 1, &patient_id);
        status = query_run(query, NULL);
    }
    return status;
}
