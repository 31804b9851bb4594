// guess.h - slows down guessing: a node from which five wrong answers in a row came waits for a minute.
//
// For requests in which people prove who they are by what they know, without a session. All of them share one count,
// so that nobody guesses on at the next one. The counts are kept though the request is refused; they are neither in the
// log nor among the domain tables.
#pragma once

#include "service.h"

// Refuses a node that is locked, with rate.limited. To be asked before anything is looked up.
enum clinic_status guess_refuse_locked(struct decision *decision);

// Counts a wrong answer and refuses the decision with not-found. `message` must be the same whatever was wrong.
enum clinic_status guess_refuse_wrong(struct decision *decision, const char *message);

// After a right answer the counting begins anew.
enum clinic_status guess_forget(struct decision *decision);
