// attachment_file.h - the files of reports: attachments/<patient>/<sha256> below the store's folder.
//
// A file is a row of chunks, each sealed with the patient's key and bound to its patient, its file, the file's size and
// its position: chunks cannot be swapped, left out or cut off unnoticed. How far an upload has come is what the file
// itself says, by its size: whatever happens to the process between two chunks, or to the transaction that a chunk came
// in, the next one goes behind the last whole one. A chunk that was torn is cut then.
//
// Nothing is promised of a file before attachment_file_sync(): until then a loss of power may take chunks away, or leave
// holes, which reading them finds.
#pragma once

#include <clinic/id.h>
#include <clinic/seal.h>
#include <clinic/status.h>

#include <stdbool.h>

enum { ATTACHMENT_CHUNK_BYTES = 32 * 1024 }; // every chunk but the last has so many

struct attachment_file {
    const char *folder; // the store's
    struct clinic_id patient_id;
    uint8_t sha256[CLINIC_DIGEST_BYTES]; // of the clear bytes
    int64_t bytes;                       // clear
    uint8_t key[CLINIC_KEY_BYTES];       // the patient's
};

// How many clear bytes the whole chunks hold, at most `bytes`: where the next chunk begins. 0: there is no file. A file
// that is larger than it can be counts for nothing.
enum clinic_status attachment_file_measure(const struct attachment_file *file, int64_t *ret_bytes);

// How many bytes the chunk at `offset` has.
size_t attachment_chunk_bytes(const struct attachment_file *file, int64_t offset);

// Writes the chunk that begins at `offset`, which attachment_file_measure() has said, and cuts what is behind it. Synced
// now and then, so that no sync has much to write. On failure the file is as long as it was; CLINIC_FULL: no room.
enum clinic_status attachment_file_append(const struct attachment_file *file, int64_t offset,
                                          const uint8_t *chunk);

// Makes the file durable, and the folders that it is in.
enum clinic_status attachment_file_sync(const struct attachment_file *file);

// Reads the chunk that begins at `offset`. CLINIC_NOT_FOUND: there is no file. CLINIC_DAMAGED: it is
// not what was sealed there.
enum clinic_status attachment_file_read(const struct attachment_file *file, int64_t offset,
                                        uint8_t ret_chunk[static ATTACHMENT_CHUNK_BYTES]);

// One that is not there is no error.
enum clinic_status attachment_file_remove(const struct attachment_file *file);

// All files of a patient, and their folder.
enum clinic_status attachment_folder_remove(const char *folder, const struct clinic_id *patient_id);
