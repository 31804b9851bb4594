#include "event_log.h"
#include "event_row.h"
#include "store_scope.h"

#include <clinic/json.h>

#include <stdlib.h>
#include <string.h>

// What is stored of the data, as JSON texts.
struct texts {
    char *public;
    char *personal; // NULL: nothing personal
};

static void texts_done(struct texts *texts)
{
    if (texts->personal != NULL)
        clinic_wipe(texts->personal, strlen(texts->personal));
    free(texts->personal);
    free(texts->public);
}

static enum clinic_status print(const cJSON *json, char **ret_text)
{
    char *text = clinic_json_print(json);
    if (text == NULL)
        return CLINIC_NOMEM;
    *ret_text = text;
    return strlen(text) <= CLINIC_JSON_BYTES_MAX ? CLINIC_OK : CLINIC_INVALID;
}

static enum clinic_status print_data(const struct clinic_event *event, struct texts *texts)
{
    cJSON *public = NULL;
    cJSON *personal = NULL;
    enum clinic_status status = clinic_event_split(event->kind, event->data, &public, &personal);
    if (status != CLINIC_OK)
        return status;
    status = print(public, &texts->public);
    if (status == CLINIC_OK && personal != NULL)
        status = print(personal, &texts->personal);
    cJSON_Delete(public);
    cJSON_Delete(personal);
    return status;
}

static bool is_sound(const struct clinic_event *event)
{
    if (event->kind <= CLINIC_EVENT_NONE || event->kind >= CLINIC_EVENT_KIND_COUNT
        || !clinic_subject_is_valid(event->subject))
        return false;
    const struct clinic_event_type *type = &clinic_event_types[event->kind];
    struct clinic_problem ignored; // a programmer's error: the catalogue's tests say which field
    return clinic_fields_check(type->fields, type->field_count, event->data, false, &ignored);
}

// ---- the row

static void stamp(struct store *store, struct clinic_event *event)
{
    const int64_t now_ms = clinic_wall_ms(store->clock);
    event->is_clock_held = now_ms < store->head.recorded_at_ms;
    event->recorded_at_ms = event->is_clock_held ? store->head.recorded_at_ms : now_ms;
    if (event->time_ms > event->recorded_at_ms)
        event->time_ms = event->recorded_at_ms;
    event->id = clinic_id_next(&store->ids, now_ms);
    event->sequence = store->head.sequence + 1;
    event->previous = store->head.newest[event->kind];
}

static struct clinic_piece piece_of_text(const char *text)
{
    return (struct clinic_piece){ text, strlen(text) };
}

static struct clinic_piece piece_of_id(const struct clinic_id *id)
{
    if (clinic_id_is_none(id))
        return (struct clinic_piece){ NULL, 0 };
    return (struct clinic_piece){ id->bytes, sizeof id->bytes };
}

static struct event_row row_of(const struct clinic_event *event, const struct event_origin *origin,
                               const char *data)
{
    return (struct event_row){
        .sequence = (int64_t)event->sequence,
        .id = piece_of_id(&event->id),
        .kind = event->kind,
        .subject = piece_of_text(event->subject),
        .time_ms = event->time_ms,
        .recorded_at_ms = event->recorded_at_ms,
        .is_clock_held = event->is_clock_held,
        .node = piece_of_text(origin->node),
        .person = piece_of_text(origin->person),
        .correlation = piece_of_id(&event->correlation),
        .causation = piece_of_id(&event->causation),
        .previous = (int64_t)event->previous,
        .data = piece_of_text(data),
    };
}

static enum clinic_status seal(struct store *store, const struct clinic_event *event,
                               const struct clinic_id *owner, const char *personal,
                               struct event_row *row)
{
    if (personal == NULL)
        return CLINIC_OK;
    if (owner == NULL || clinic_id_is_none(owner))
        return CLINIC_INVALID;
    row->owner = piece_of_id(owner);
    return event_row_seal(store, &event->id, owner, personal, &row->sealed);
}

static enum clinic_status insert(struct store *store, struct event_row row)
{
    uint8_t chain[CLINIC_DIGEST_BYTES];
    event_row_chain(&row, store->head.chain, chain);
    row.chain = (struct clinic_piece){ chain, sizeof chain };
    const enum clinic_status status = event_row_insert(store, &row);
    if (status != CLINIC_OK)
        return status;

    store->head.sequence = (uint64_t)row.sequence;
    store->head.recorded_at_ms = row.recorded_at_ms;
    store->head.newest[row.kind] = (uint64_t)row.sequence;
    memcpy(store->head.chain, chain, sizeof chain);
    return CLINIC_OK;
}

enum clinic_status event_log_append(struct store *store, struct clinic_event *event,
                                    const struct event_origin *origin,
                                    const struct clinic_id *owner)
{
    if (!store->is_in_transaction || !is_sound(event))
        return CLINIC_INVALID;
    enum clinic_status status = event_head_load(store);
    if (status != CLINIC_OK)
        return status;

    struct texts texts = { 0 };
    struct event_row row = { 0 };
    stamp(store, event);
    status = print_data(event, &texts);
    if (status == CLINIC_OK) {
        row = row_of(event, origin, texts.public);
        status = seal(store, event, owner, texts.personal, &row);
    }
    if (status == CLINIC_OK)
        status = insert(store, row);
    free((void *)row.sealed.bytes); // made by seal()
    texts_done(&texts);
    return status;
}
