#include "attachment_file.h"

#include <assert.h>
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SEALED_CHUNK_BYTES = ATTACHMENT_CHUNK_BYTES + CLINIC_SEAL_OVERHEAD_BYTES,
    PATH_BYTES = 1280,
    SYNC_BYTES = 1 << 20, // written between two syncs
};

static const char folder_name[] = "attachments";

static enum clinic_status status_of(int error)
{
    switch (error) {
    case ENOENT:
        return CLINIC_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return CLINIC_FULL;
    default:
        return CLINIC_IO;
    }
}

// ---- paths

static void patient_path(const char *folder, const struct clinic_id *patient_id,
                         char path[static PATH_BYTES])
{
    char id[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(patient_id, id);
    const int length = snprintf(path, PATH_BYTES, "%s/%s/%s", folder, folder_name, id);
    assert(length > 0 && length < PATH_BYTES);
    (void)length;
}

static void file_path(const struct attachment_file *file, char path[static PATH_BYTES])
{
    patient_path(file->folder, &file->patient_id, path);
    size_t length = strlen(path);
    assert(length + 2 + 2 * sizeof file->sha256 <= PATH_BYTES);
    path[length++] = '/';
    for (size_t i = 0; i < sizeof file->sha256; i++, length += 2)
        (void)snprintf(path + length, 3, "%02x", file->sha256[i]);
}

static enum clinic_status make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? CLINIC_OK : status_of(errno);
}

static enum clinic_status make_folders(const struct attachment_file *file)
{
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/%s", file->folder, folder_name);
    enum clinic_status status = make_folder(path);
    patient_path(file->folder, &file->patient_id, path);
    return status == CLINIC_OK ? make_folder(path) : status;
}

static enum clinic_status open_file(const struct attachment_file *file, int flags, int *ret_fd)
{
    char path[PATH_BYTES];

    file_path(file, path);
    const int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return status_of(errno);
    *ret_fd = fd;
    return CLINIC_OK;
}

// ---- chunks

size_t attachment_chunk_bytes(const struct attachment_file *file, int64_t offset)
{
    const int64_t left = file->bytes - offset;

    return left < ATTACHMENT_CHUNK_BYTES ? (size_t)left : ATTACHMENT_CHUNK_BYTES;
}

static off_t sealed_offset(int64_t offset)
{
    assert(offset % ATTACHMENT_CHUNK_BYTES == 0);
    return (off_t)(offset / ATTACHMENT_CHUNK_BYTES * SEALED_CHUNK_BYTES);
}

static off_t sealed_bytes(const struct attachment_file *file)
{
    const int64_t last =
        (file->bytes - 1) / ATTACHMENT_CHUNK_BYTES * (int64_t)ATTACHMENT_CHUNK_BYTES;

    return sealed_offset(last) + (off_t)attachment_chunk_bytes(file, last)
           + CLINIC_SEAL_OVERHEAD_BYTES;
}

// What a chunk is bound to.
struct place {
    char purpose[24];
    struct clinic_id patient_id;
    uint8_t sha256[CLINIC_DIGEST_BYTES];
    uint64_t bytes;  // little endian
    uint64_t offset; // little endian
};
_Static_assert(sizeof(struct place) == 24 + 16 + CLINIC_DIGEST_BYTES + 16, "no padding");

static struct place place_of(const struct attachment_file *file, int64_t offset)
{
    struct place place = {
        .purpose = "clinic attachment 1",
        .patient_id = file->patient_id,
        .bytes = htole64((uint64_t)file->bytes),
        .offset = htole64((uint64_t)offset),
    };

    memcpy(place.sha256, file->sha256, sizeof place.sha256);
    return place;
}

static enum clinic_status read_chunk(const struct attachment_file *file, int fd, int64_t offset,
                                     uint8_t *ret_chunk)
{
    uint8_t sealed[SEALED_CHUNK_BYTES];
    const struct place place = place_of(file, offset);
    const size_t length = attachment_chunk_bytes(file, offset) + CLINIC_SEAL_OVERHEAD_BYTES;

    for (size_t got = 0; got < length;) {
        const ssize_t count =
            pread(fd, sealed + got, length - got, sealed_offset(offset) + (off_t)got);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return CLINIC_IO;
        if (count == 0)
            return CLINIC_DAMAGED;
        got += (size_t)count;
    }
    return clinic_unseal(file->key, &place, sizeof place, sealed, length, ret_chunk);
}

static enum clinic_status write_all(int fd, const uint8_t *bytes, size_t length, off_t offset)
{
    for (size_t done = 0; done < length;) {
        const ssize_t count = pwrite(fd, bytes + done, length - done, offset + (off_t)done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count == 0 ? CLINIC_FULL : status_of(errno);
        done += (size_t)count;
    }
    return CLINIC_OK;
}

// ---- writing

enum clinic_status attachment_file_measure(const struct attachment_file *file, int64_t *ret_bytes)
{
    char path[PATH_BYTES];
    struct stat about;

    file_path(file, path);
    if (lstat(path, &about) != 0) {
        *ret_bytes = 0;
        return errno == ENOENT ? CLINIC_OK : CLINIC_IO;
    }
    if (about.st_size > sealed_bytes(file))
        *ret_bytes = 0;
    else if (about.st_size == sealed_bytes(file))
        *ret_bytes = file->bytes;
    else
        *ret_bytes = about.st_size / SEALED_CHUNK_BYTES * (int64_t)ATTACHMENT_CHUNK_BYTES;
    return CLINIC_OK;
}

static enum clinic_status append(const struct attachment_file *file, int fd, int64_t offset,
                                 const uint8_t *chunk)
{
    uint8_t sealed[SEALED_CHUNK_BYTES];
    const struct place place = place_of(file, offset);
    const size_t length = attachment_chunk_bytes(file, offset);
    const off_t start = sealed_offset(offset);

    if (ftruncate(fd, start) != 0)
        return status_of(errno);
    enum clinic_status status = clinic_seal(file->key, &place, sizeof place, chunk, length, sealed);
    if (status == CLINIC_OK)
        status = write_all(fd, sealed, length + CLINIC_SEAL_OVERHEAD_BYTES, start);
    if (status == CLINIC_OK && (offset + ATTACHMENT_CHUNK_BYTES) % SYNC_BYTES == 0
        && fdatasync(fd) != 0)
        status = status_of(errno);
    if (status != CLINIC_OK)
        (void)ftruncate(fd, start); // where even this fails, the torn chunk does not count
    return status;
}

enum clinic_status attachment_file_append(const struct attachment_file *file, int64_t offset,
                                          const uint8_t *chunk)
{
    int fd;

    enum clinic_status status = make_folders(file);
    if (status == CLINIC_OK)
        status = open_file(file, O_WRONLY | O_CREAT, &fd);
    if (status != CLINIC_OK)
        return status;
    status = append(file, fd, offset, chunk);
    // Some file systems tell of a full disk only here.
    if (close(fd) != 0 && status == CLINIC_OK)
        status = status_of(errno);
    return status;
}

static enum clinic_status sync_path(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return CLINIC_IO;
    const int result = fsync(fd);
    (void)close(fd); // opened for reading
    return result == 0 ? CLINIC_OK : CLINIC_IO;
}

// The file's name is in the patient's folder, that one's in the folder of all, and so on.
enum clinic_status attachment_file_sync(const struct attachment_file *file)
{
    char path[PATH_BYTES];

    file_path(file, path);
    enum clinic_status status = sync_path(path);
    for (int level = 0; level < 3 && status == CLINIC_OK; level++) {
        *strrchr(path, '/') = '\0';
        status = sync_path(path);
    }
    return status;
}

// ---- reading and removing

enum clinic_status attachment_file_read(const struct attachment_file *file, int64_t offset,
                                        uint8_t ret_chunk[static ATTACHMENT_CHUNK_BYTES])
{
    int fd;

    enum clinic_status status = open_file(file, O_RDONLY, &fd);
    if (status != CLINIC_OK)
        return status;
    status = read_chunk(file, fd, offset, ret_chunk);
    (void)close(fd); // opened for reading
    return status;
}

enum clinic_status attachment_file_remove(const struct attachment_file *file)
{
    char path[PATH_BYTES];

    file_path(file, path);
    return unlink(path) == 0 || errno == ENOENT ? CLINIC_OK : CLINIC_IO;
}

enum clinic_status attachment_folder_remove(const char *folder, const struct clinic_id *patient_id)
{
    char path[PATH_BYTES];
    bool is_removed = true;

    patient_path(folder, patient_id, path);
    DIR *directory = opendir(path);
    if (directory == NULL)
        return errno == ENOENT ? CLINIC_OK : CLINIC_IO;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            is_removed = unlinkat(dirfd(directory), entry->d_name, 0) == 0 && is_removed;
    }
    (void)closedir(directory);
    return rmdir(path) == 0 && is_removed ? CLINIC_OK : CLINIC_IO;
}
