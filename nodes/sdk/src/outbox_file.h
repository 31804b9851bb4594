// outbox_file.h - the SQLite file behind an outbox: rows in and out, durable, checked, set aside when damaged.
//
// It knows nothing of windows and replies, and sees only sealed contents.
#pragma once

#include <clinic/outbox.h>

struct outbox_file;

struct outbox_row {
    int64_t position; // in the order of putting, never used twice
    struct clinic_id id;
    enum clinic_request_kind kind;
    enum clinic_outbox_row_state state;
    int64_t put_at_ms;
    uint8_t *sealed; // the request
    size_t sealed_bytes;
    uint8_t *sealed_answer; // of a rejected one; NULL otherwise
    size_t sealed_answer_bytes;
};

void outbox_row_done(struct outbox_row *row);

struct outbox_totals {
    int64_t waiting;
    int64_t rejected;
    int64_t bytes;
    struct clinic_id last_id; // the greatest ever put
};

// As clinic_outbox_open().
enum clinic_status outbox_file_open(const char *path, int64_t wall_ms,
                                    struct outbox_file **ret_file, bool *ret_set_aside);
void outbox_file_close(struct outbox_file *file); // accepts NULL

enum clinic_status outbox_file_totals(struct outbox_file *file, struct outbox_totals *ret_totals);

// Durable when it returns. CLINIC_EXISTS: the id is there. The row's position is ignored.
enum clinic_status outbox_file_insert(struct outbox_file *file, const struct outbox_row *row);

// These are not synced to the disk at once: should they be lost, the request is only asked and answered once more.
enum clinic_status outbox_file_delete(struct outbox_file *file, int64_t position);
enum clinic_status outbox_file_reject(struct outbox_file *file, int64_t position,
                                      const uint8_t *sealed_answer, size_t sealed_answer_bytes);

// Nothing of what was deleted is left in any file when it returns CLINIC_OK.
enum clinic_status outbox_file_forget(struct outbox_file *file);

// CLINIC_NOT_FOUND: no such row. Otherwise the caller releases *ret_row with outbox_row_done().
enum clinic_status outbox_file_find(struct outbox_file *file, const struct clinic_id *id,
                                    struct outbox_row *ret_row);
enum clinic_status outbox_file_waiting_after(struct outbox_file *file, int64_t position,
                                             struct outbox_row *ret_row);
enum clinic_status outbox_file_waiting_before(struct outbox_file *file, int64_t position,
                                              struct outbox_row *ret_row);

// Rows of any state, in order.
enum clinic_status outbox_file_row_after(struct outbox_file *file, int64_t position,
                                         struct outbox_row *ret_row);

// Writes a whole copy of the file to <path>.damaged-<unix time>.
enum clinic_status outbox_file_copy_aside(struct outbox_file *file, int64_t wall_ms);
