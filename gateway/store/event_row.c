#include "event_row.h"
#include "store_scope.h"
#include "vault.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHAIN_VERSION = 1,
    FIELD_COUNT = 15, // columns under the chain
    HEAD_BYTES = 9,
};

static const char insert[] = "INSERT INTO event (" EVENT_COLUMNS ")"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
                             " ?14, ?15, ?16)";
static const char *const sql[] = { insert };
const struct statements event_row_statements = { sql, ARRAY_SIZE(sql) };

// ---- the chain

struct canonical {
    uint8_t heads[FIELD_COUNT][HEAD_BYTES];
    size_t field_count;
    struct clinic_piece pieces[2 + 2 * FIELD_COUNT];
    size_t piece_count;
};

static void add_piece(struct canonical *canonical, const void *bytes, size_t length)
{
    canonical->pieces[canonical->piece_count++] = (struct clinic_piece){ bytes, length };
}

static uint8_t *begin_field(struct canonical *canonical, char tag, size_t length)
{
    assert(canonical->field_count < FIELD_COUNT);
    uint8_t *head = canonical->heads[canonical->field_count++];
    head[0] = (uint8_t)tag;
    add_piece(canonical, head, length);
    return head + 1;
}

static void add_integer(struct canonical *canonical, int64_t value)
{
    uint8_t *bytes = begin_field(canonical, 'i', 9);
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
}

static void add_bytes(struct canonical *canonical, struct clinic_piece piece)
{
    if (piece.bytes == NULL) {
        (void)begin_field(canonical, 'n', 1);
        return;
    }
    uint8_t *bytes = begin_field(canonical, 'b', 5);
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(piece.length >> (24 - 8 * i));
    add_piece(canonical, piece.bytes, piece.length);
}

void event_row_chain(const struct event_row *row,
                     const uint8_t previous[static CLINIC_DIGEST_BYTES],
                     uint8_t ret_chain[static CLINIC_DIGEST_BYTES])
{
    static const uint8_t version = CHAIN_VERSION;
    struct canonical canonical = { .piece_count = 0 };
    add_piece(&canonical, previous, CLINIC_DIGEST_BYTES);
    add_piece(&canonical, &version, 1);
    add_integer(&canonical, row->sequence);
    add_bytes(&canonical, row->id);
    add_integer(&canonical, row->kind);
    add_bytes(&canonical, row->subject);
    add_integer(&canonical, row->time_ms);
    add_integer(&canonical, row->recorded_at_ms);
    add_integer(&canonical, row->is_clock_held);
    add_bytes(&canonical, row->node);
    add_bytes(&canonical, row->person);
    add_bytes(&canonical, row->correlation);
    add_bytes(&canonical, row->causation);
    add_integer(&canonical, row->previous);
    add_bytes(&canonical, row->data);
    add_bytes(&canonical, row->owner);
    add_bytes(&canonical, row->sealed);
    clinic_digest(canonical.pieces, canonical.piece_count, ret_chain);
}

// ---- to and from the table

static void bind_blob(struct query *query, int parameter, struct clinic_piece piece)
{
    if (piece.bytes == NULL)
        query_bind_null(query, parameter);
    else
        query_bind_blob(query, parameter, piece.bytes, piece.length);
}

enum clinic_status event_row_insert(struct store *store, const struct event_row *row)
{
    struct query *query = query_start(store, insert);
    query_bind_integer(query, 1, row->sequence);
    bind_blob(query, 2, row->id);
    query_bind_integer(query, 3, row->kind);
    query_bind_text(query, 4, row->subject.bytes);
    query_bind_integer(query, 5, row->time_ms);
    query_bind_integer(query, 6, row->recorded_at_ms);
    query_bind_integer(query, 7, row->is_clock_held);
    query_bind_text(query, 8, row->node.bytes);
    query_bind_text(query, 9, row->person.bytes);
    bind_blob(query, 10, row->correlation);
    bind_blob(query, 11, row->causation);
    query_bind_integer(query, 12, row->previous);
    query_bind_text(query, 13, row->data.bytes);
    bind_blob(query, 14, row->owner);
    bind_blob(query, 15, row->sealed);
    bind_blob(query, 16, row->chain);
    return query_run(query, NULL);
}

// The bytes of a text as well: one with a NUL inside would otherwise hide what follows it from the chain.
static struct clinic_piece column(struct query *query, int column)
{
    struct clinic_piece piece = { NULL, 0 };
    if (query_column_is_null(query, column))
        return piece;
    piece.bytes = query_column_blob(query, column, &piece.length);
    if (piece.bytes == NULL)
        piece.bytes = "";
    return piece;
}

void event_row_read(struct query *query, struct event_row *ret_row)
{
    *ret_row = (struct event_row){
        .sequence = query_column_integer(query, 0),
        .id = column(query, 1),
        .kind = query_column_integer(query, 2),
        .subject = column(query, 3),
        .time_ms = query_column_integer(query, 4),
        .recorded_at_ms = query_column_integer(query, 5),
        .is_clock_held = query_column_integer(query, 6),
        .node = column(query, 7),
        .person = column(query, 8),
        .correlation = column(query, 9),
        .causation = column(query, 10),
        .previous = query_column_integer(query, 11),
        .data = column(query, 12),
        .owner = column(query, 13),
        .sealed = column(query, 14),
        .chain = column(query, 15),
    };
}

// ---- the sealed part

// Bound to its event; to its owner it is bound by the key.
struct seal_context {
    char purpose[16];
    uint8_t event[16];
};

static struct seal_context context_of(const void *event)
{
    struct seal_context context = { .purpose = "clinic event 1" };
    memcpy(context.event, event, sizeof context.event);
    return context;
}

enum clinic_status event_row_seal(struct store *store, const struct clinic_id *event,
                                  const struct clinic_id *owner, const char *plain,
                                  struct clinic_piece *ret_sealed)
{
    const struct seal_context context = context_of(event->bytes);
    const size_t length = strlen(plain);
    uint8_t key[CLINIC_KEY_BYTES];
    enum clinic_status status = vault_key(store, owner, key);
    if (status != CLINIC_OK)
        return status;

    uint8_t *sealed = malloc(length + CLINIC_SEAL_OVERHEAD_BYTES);
    status = sealed == NULL ? CLINIC_NOMEM
                            : clinic_seal(key, &context, sizeof context, plain, length, sealed);
    clinic_wipe(key, sizeof key);
    if (status != CLINIC_OK) {
        free(sealed);
        return status;
    }
    *ret_sealed = (struct clinic_piece){ sealed, length + CLINIC_SEAL_OVERHEAD_BYTES };
    return CLINIC_OK;
}

enum clinic_status event_row_unseal(struct store *store, const struct event_row *row,
                                    char **ret_plain, size_t *ret_length)
{
    struct clinic_id owner;
    if (row->owner.length != sizeof owner.bytes || row->id.length != sizeof owner.bytes
        || row->sealed.length < CLINIC_SEAL_OVERHEAD_BYTES)
        return CLINIC_DAMAGED;
    memcpy(owner.bytes, row->owner.bytes, sizeof owner.bytes);
    const struct seal_context context = context_of(row->id.bytes);
    const size_t length = row->sealed.length - CLINIC_SEAL_OVERHEAD_BYTES;

    uint8_t key[CLINIC_KEY_BYTES];
    enum clinic_status status = vault_key(store, &owner, key);
    if (status != CLINIC_OK)
        return status;
    char *plain = malloc(length + 1);
    status = plain == NULL ? CLINIC_NOMEM
                           : clinic_unseal(key, &context, sizeof context, row->sealed.bytes,
                                           row->sealed.length, plain);
    clinic_wipe(key, sizeof key);
    if (status != CLINIC_OK) {
        free(plain);
        return status;
    }
    plain[length] = '\0';
    *ret_plain = plain;
    *ret_length = length;
    return CLINIC_OK;
}
