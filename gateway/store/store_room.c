#include "store_scope.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    BALLAST_BYTES = 4 * 1024 * 1024,
    // Less than this and even a checkpoint may fail.
    EMERGENCY_BYTES = 1024 * 1024,
    LOOK_AGAIN_MS = 1000,
};

static const char ballast[] = "ballast";

static int64_t free_bytes(const struct store *store)
{
    struct statvfs disk;
    if (statvfs(store->folder, &disk) != 0)
        return 0;
    return (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

static void drop_ballast(const struct store *store)
{
    char path[STORE_PATH_BYTES];
    store_path(store, ballast, path);
    (void)unlink(path); // it is not there when the disk has been full for a while
}

static void make_ballast(const struct store *store)
{
    char path[STORE_PATH_BYTES];
    store_path(store, ballast, path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    const int result = posix_fallocate(fd, 0, BALLAST_BYTES);
    (void)close(fd); // no content to lose
    if (result != 0)
        drop_ballast(store);
}

static void look(struct store *store)
{
    int64_t room = free_bytes(store);
    if (store->was_full || room < EMERGENCY_BYTES) {
        drop_ballast(store);
        room = free_bytes(store);
    } else if (room >= store->reserve_bytes + BALLAST_BYTES
               && store_file_bytes(store, ballast) < BALLAST_BYTES) {
        make_ballast(store);
        room = free_bytes(store);
    }
    store->was_full = false;
    store->has_room = room >= store->reserve_bytes;
    store->room_seen_at_ms = clinic_monotonic_ms(store->clock);
}

void store_open_room(struct store *store)
{
    look(store);
}

void store_found_full(struct store *store)
{
    store->was_full = true;
    store->has_room = false;
    store->room_seen_at_ms = clinic_monotonic_ms(store->clock);
    drop_ballast(store);
}

bool store_has_room(struct store *store)
{
    if (clinic_monotonic_ms(store->clock) - store->room_seen_at_ms >= LOOK_AGAIN_MS)
        look(store);
    return store->has_room;
}

void store_measure(struct store *store, struct store_figures *ret_figures)
{
    *ret_figures = (struct store_figures){
        .commits = store->commits,
        .last_commit_at_ms = store->last_commit_at_ms,
        .file_bytes = store_file_bytes(store, "clinic.db"),
        .wal_bytes = store_file_bytes(store, "clinic.db-wal"),
        .free_bytes = free_bytes(store),
    };
}
