// files.h - files that are there as a whole or not at all, whenever the power fails.
//
// A file is written beside its place (`<name>.new`), fsynced, renamed, and its folder fsynced. A
// `.new` file that a crash leaves is overwritten by the next attempt and read by nobody.
#pragma once

#include "failure.h"

#include <stddef.h>
#include <sys/types.h>

enum { FILES_PATH_BYTES = 1024 };

#define FILES_NO_GROUP ((gid_t)-1)

// `group`: also gives the file to this group, unless FILES_NO_GROUP.
bool files_write(const char *path, const void *bytes, size_t length, mode_t mode, gid_t group,
                 struct failure *failure);

// *ret_bytes is terminated; the caller frees it. Refuses files of more than `limit` bytes.
bool files_read(const char *path, size_t limit, char **ret_bytes, size_t *ret_length,
                struct failure *failure);

// True if the file is there and holds exactly these bytes.
bool files_holds(const char *path, const void *bytes, size_t length);

bool files_exists(const char *path);

// Makes the folder, and those above it as 0755, and sets its mode and group even if it was there.
bool files_make_folder(const char *path, mode_t mode, gid_t group, struct failure *failure);

// Removes the folder and the files in it; one that is not there is fine.
bool files_remove_folder(const char *path, struct failure *failure);

// Durable when it returns. Both are in the same folder.
bool files_rename(const char *from, const char *to, struct failure *failure);

// Takes the lock or fails at once. The caller closes *ret_descriptor, which ends it, as death does.
bool files_lock(const char *path, int *ret_descriptor, struct failure *failure);
