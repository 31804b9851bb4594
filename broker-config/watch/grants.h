// grants.h - what each user may publish, read from the very file that is the broker's acl_file.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct grants;

// NULL: the file cannot be read or holds something that clinic-broker does not write; `reterr_problem` says which
// line. A file that is half understood is refused as a whole: nobody is let through by a guess.
struct grants *grants_load(const char *path, char *reterr_problem, size_t problem_bytes);
void grants_free(struct grants *grants); // accepts NULL

// Wildcards + and # as in subscriptions.
bool grants_let_publish(const struct grants *grants, const char *user, const char *topic);
