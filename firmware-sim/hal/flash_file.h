// flash_file.h - a scale's flash in a file, so that it outlives the program, kill -9 included.
//
// The file is the struct itself, mapped: for one machine and one release, not for a shelf in an archive.
#pragma once

#include "sim_flash.h"

#include <stdbool.h>

enum { FLASH_FILE_PROBLEM_BYTES = 400 };

struct flash_file {
    struct sim_flash *flash;
    size_t mapped_bytes; // 0: it is only in memory
    int fd;              // holds the lock
};

// `path` NULL: in memory only. A new file is a new flash. As long as it is open no other program can open it.
bool flash_file_open(struct flash_file *file, const char *path, uint64_t seed,
                     char reterr_problem[static FLASH_FILE_PROBLEM_BYTES]);
void flash_file_close(struct flash_file *file); // accepts one that was never opened, all zero
