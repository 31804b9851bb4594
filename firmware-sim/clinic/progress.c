#include "progress.h"

#include <stdlib.h>

enum { FIRST_ROOM = 256, UPDATABLE_TRIES = 64 };

void progress_done(struct progress *progress)
{
    free(progress->asked);
    free(progress->patients);
    *progress = (struct progress){ 0 };
}

static bool make_room(void **rows, size_t count, size_t *room, size_t row_bytes)
{
    if (count < *room)
        return true;
    size_t bigger = *room == 0 ? FIRST_ROOM : *room * 2;
    void *moved = reallocarray(*rows, bigger, row_bytes);
    if (moved == NULL)
        return false;
    *rows = moved;
    *room = bigger;
    return true;
}

// Updates are about the patients made last as a rule, so the search goes backwards.
static size_t patient_index(struct progress *progress, const struct clinic_id *id)
{
    for (size_t i = progress->patient_count; i-- > 0;)
        if (clinic_id_equal(&progress->patients[i].id, id))
            return i;
    if (!make_room((void **)&progress->patients, progress->patient_count, &progress->patient_room,
                   sizeof *progress->patients))
        return SIZE_MAX;
    progress->patients[progress->patient_count] = (struct known_patient){ .id = *id };
    return progress->patient_count++;
}

struct asked *progress_put(struct progress *progress, const struct clinic_id *id,
                           enum clinic_request_kind kind, const struct clinic_id *patient_id)
{
    if (progress->asked_count >= PROGRESS_MAX
        || !make_room((void **)&progress->asked, progress->asked_count, &progress->asked_room,
                      sizeof *progress->asked))
        return NULL;
    size_t patient = patient_index(progress, patient_id);
    if (patient == SIZE_MAX)
        return NULL;
    progress->patients[patient].is_busy = true;
    struct asked *asked = &progress->asked[progress->asked_count++];
    *asked =
        (struct asked){ .id = *id, .kind = kind, .patient = (uint32_t)patient, .waited_us = -1 };
    return asked;
}

struct asked *progress_find(struct progress *progress, const struct clinic_id *id)
{
    for (size_t i = progress->first_open; i < progress->asked_count; i++)
        if (!progress->asked[i].is_answered && clinic_id_equal(&progress->asked[i].id, id))
            return &progress->asked[i];
    return NULL;
}

void progress_answer(struct progress *progress, struct asked *asked, enum progress_answer answer)
{
    struct known_patient *patient = &progress->patients[asked->patient];
    asked->is_answered = true;
    patient->is_busy = false;
    if (answer == PROGRESS_ACCEPTED)
        patient->version++;
    else
        patient->version = 0;
    progress->accepted += answer == PROGRESS_ACCEPTED ? 1 : 0;
    progress->rejected += answer == PROGRESS_REJECTED ? 1 : 0;
    progress->unknown += answer == PROGRESS_UNKNOWN ? 1 : 0;
    while (progress->first_open < progress->asked_count
           && progress->asked[progress->first_open].is_answered)
        progress->first_open++;
}

size_t progress_updatable(const struct progress *progress, size_t start)
{
    for (size_t i = 0; i < UPDATABLE_TRIES && i < progress->patient_count; i++) {
        size_t index = (start + i) % progress->patient_count;
        if (progress->patients[index].version > 0 && !progress->patients[index].is_busy)
            return index;
    }
    return SIZE_MAX;
}

size_t progress_open_count(const struct progress *progress)
{
    return progress->asked_count - progress->accepted - progress->rejected - progress->unknown;
}
