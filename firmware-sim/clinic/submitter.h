// submitter.h - what a submitting node keeps in step: its outbox, its ledger and what it knows.
//
//   put <request> <kind> <patient>      it is in the outbox: from now on it must be answered
//   accepted <request> <sequence>       0: accepted, but a kill hid the sequence
//   rejected <request> <code>
//   unknown <request>                   the outbox was damaged and set aside
//
// A kill can fall between the outbox and the ledger. At the next start the outbox is walked: a request that the
// ledger lacks is added; one that the outbox lacks has been accepted, since a rejected one stays there
// until its line is on the disk.
#pragma once

#include "ledger.h"
#include "progress.h"

#include <clinic/node.h>

struct submit_settings {
    const char *folder;
    const char *ledger;
    const char *session_file;
    int64_t count;
    int64_t rate;
    int64_t seed;
    int64_t update_share;
    int64_t ahead;
};

struct submitter {
    const struct submit_settings *settings;
    const struct clinic_clock *clock;
    struct clinic_node *node;
    struct ledger *ledger;
    struct progress progress;
    struct clinic_id_maker ids; // of patients
    char session[CLINIC_SESSION_BYTES];
    int64_t begun_at_ms;
    size_t put_before; // in earlier runs
    bool has_failed;
};

// Reads a line of the ledger back; a visitor of ledger_open(). The context is the submitter.
bool submitter_read_line(void *context, const char *line);

// Brings ledger and outbox together after the node was opened. False: the disk failed.
bool submitter_recover(struct submitter *submitter);

// Writes down that a request is in the outbox. The caller flushes before the node's next step.
void submitter_note_put(struct submitter *submitter, const struct clinic_id *id,
                        enum clinic_request_kind kind, const struct clinic_id *patient_id);

// The node's on_reply; the same context.
void submitter_take_reply(void *context, enum clinic_request_kind kind,
                          const struct clinic_reply *reply);
