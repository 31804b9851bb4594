// store_schema.h - the store's own tables: the log, its sealed head, the vault.
#pragma once

// Scripts for the first schema step, ahead of those of the services; ends with NULL.
extern const char *const store_schema[];
