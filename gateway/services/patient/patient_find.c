#include "../json_add.h"
#include "../phone.h"
#include "../tidy.h"
#include "member_id.h"
#include "patient_scope.h"

#include <clinic/clock.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 20 };

struct match {
    cJSON *patient;
    char *sort_key;
};

// One match more than wanted is kept, to know that there are more.
struct search {
    struct store *store;
    size_t limit;
    size_t count;
    bool has_more;
    struct match matches[PATIENT_FOUND_MAX + 1];
};

// ---- by what one person alone has, or few

static bool is_member_id(const char *text, const struct site *site, char *ret_key)
{
    (void)site;
    (void)snprintf(ret_key, TIDY_TEXT_BYTES, "%s", text);
    return member_id_is_valid(text);
}

static bool is_birth_date(const char *text, const struct site *site, char *ret_key)
{
    int year;
    int month;
    int day;

    (void)site;
    (void)snprintf(ret_key, TIDY_TEXT_BYTES, "%s", text);
    return clinic_date_parse(text, &year, &month, &day);
}

static bool is_phone(const char *text, const struct site *site, char *ret_key)
{
    return phone_normalise(text, site->country, ret_key);
}

static bool is_email(const char *text, const struct site *site, char *ret_key)
{
    (void)site;
    (void)snprintf(ret_key, TIDY_TEXT_BYTES, "%s", text);
    return strchr(text, '@') != NULL;
}

static const struct {
    bool (*recognises)(const char *text, const struct site *site, char *ret_key);
    enum patient_sql sql;
} exact_searches[] = {
    { is_member_id, PATIENT_MATCH_MEMBER_ID },
    { is_birth_date, PATIENT_MATCH_BIRTH_DATE },
    { is_phone, PATIENT_MATCH_PHONE },
    { is_email, PATIENT_MATCH_EMAIL },
};

static bool keep_match(struct search *search, struct query *query)
{
    struct match *match = &search->matches[search->count];
    const char *folded = query_column_text(query, 5);

    match->patient = patient_match(query);
    match->sort_key = strdup(folded == NULL ? "" : folded);
    search->count++; // also a half-filled one: it is released with the others
    return match->patient != NULL && match->sort_key != NULL;
}

static enum clinic_status run(struct search *search, struct query *query)
{
    bool has_memory = true;

    while (has_memory && search->count <= search->limit && query_next(query))
        has_memory = keep_match(search, query);
    return json_add_end(query, has_memory);
}

static enum clinic_status search_exactly(struct search *search, const struct site *site,
                                         const char *text)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(exact_searches); i++) {
        char key[TIDY_TEXT_BYTES];
        if (!exact_searches[i].recognises(text, site, key))
            continue;
        struct query *query = query_start(search->store, patient_sql[exact_searches[i].sql]);
        query_bind_text(query, 1, key);
        query_bind_integer(query, 2, (int64_t)search->limit + 1);
        status = run(search, query);
        if (status != CLINIC_OK || search->count > 0)
            break;
    }
    return status;
}

// ---- by beginnings of names

static enum clinic_status search_words(struct search *search, const char *text)
{
    struct patient_ids found = { .limit = search->limit };
    enum clinic_status status = patient_find_words(search->store, text, &found);

    search->has_more = found.has_more;
    for (size_t i = 0; i < found.count && status == CLINIC_OK; i++) {
        struct query *query = query_start(search->store, patient_sql[PATIENT_MATCH_ID]);
        query_bind_id(query, 1, &found.ids[i]);
        query_bind_integer(query, 2, 1);
        status = run(search, query);
    }
    return status;
}

// ---- the reply

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct match *)a)->sort_key, ((const struct match *)b)->sort_key);
}

static enum clinic_status reply(struct decision *decision, struct search *search)
{
    bool has_more = search->has_more || search->count > search->limit;
    size_t shown = search->count < search->limit ? search->count : search->limit;

    decision->reply->data = cJSON_CreateObject();
    cJSON *patients = cJSON_AddArrayToObject(decision->reply->data, "patients");
    qsort(search->matches, shown, sizeof search->matches[0], by_name);
    for (size_t i = 0; i < shown; i++) {
        if (!cJSON_AddItemToArray(patients, search->matches[i].patient))
            return CLINIC_NOMEM;
        search->matches[i].patient = NULL;
    }
    return cJSON_AddBoolToObject(decision->reply->data, "more", has_more) == NULL ? CLINIC_NOMEM
                                                                                  : CLINIC_OK;
}

static void search_done(struct search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        cJSON_Delete(search->matches[i].patient);
        free(search->matches[i].sort_key);
    }
    free(search);
}

static enum clinic_status find(struct decision *decision, struct search *search)
{
    char text[TIDY_TEXT_BYTES];
    enum clinic_status status = CLINIC_OK;

    // What is nothing but spaces finds nobody.
    if (tidy_text(clinic_json_text(decision->request->data, "text"), text, sizeof text)) {
        status = search_exactly(search, decision->site, text);
        if (status == CLINIC_OK && search->count == 0)
            status = search_words(search, text);
    }
    return status == CLINIC_OK ? reply(decision, search) : status;
}

enum clinic_status patient_find(struct decision *decision)
{
    int64_t limit = LIMIT_DEFAULT;
    struct search *search = calloc(1, sizeof *search);

    if (search == NULL)
        return CLINIC_NOMEM;
    (void)clinic_json_integer(decision->request->data, "limit", &limit);
    search->store = decision->store;
    search->limit = (size_t)limit;
    enum clinic_status status = find(decision, search);
    search_done(search);
    return status;
}

enum clinic_status patient_read(struct decision *decision)
{
    struct patient_state state = { 0 };
    struct clinic_id patient_id = patient_name_subject(decision);
    enum clinic_status status = patient_load_living(decision, &patient_id, &state);

    if (status != CLINIC_OK)
        return status;
    decision->reply->data = cJSON_CreateObject();
    if (decision->reply->data != NULL
        && cJSON_AddItemToObject(decision->reply->data, "patient", state.record))
        return CLINIC_OK;
    cJSON_Delete(state.record);
    return CLINIC_NOMEM;
}
