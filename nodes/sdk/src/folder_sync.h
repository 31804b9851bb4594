// folder_sync.h - a file that was renamed into its place stays there only once its folder is on the disk as well.
#pragma once

#include <stdbool.h>

// Syncs the folder that the file `path` lies in. False: errno tells.
bool folder_sync_of(const char *path);
