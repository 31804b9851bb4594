// file.h - small files of a box's own that are whole or as before, whatever happens meanwhile.
#pragma once

#include "status.h"

// Puts `text` in the place of the file: written to "<path>.new", on the disk, then renamed. Mode 0600; a symbolic link in
// the new one's place is not followed. CLINIC_FULL: the disk is;
// CLINIC_IO: errno tells. The file is then as before. CLINIC_INVALID: the path is too long.
enum clinic_status clinic_file_replace(const char *path, const char *text);
