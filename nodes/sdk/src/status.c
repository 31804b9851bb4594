#include <clinic/status.h>

static const char *const texts[] = {
    [CLINIC_OK] = "ok",
    [CLINIC_NOMEM] = "out of memory",
    [CLINIC_INVALID] = "invalid input",
    [CLINIC_IO] = "a system call failed",
    [CLINIC_FULL] = "a limit is reached or the disk is full",
    [CLINIC_DAMAGED] = "damaged",
    [CLINIC_TOO_NEW] = "written by a later release",
    [CLINIC_NOT_FOUND] = "not found",
    [CLINIC_EXISTS] = "exists already",
    [CLINIC_BUSY] = "busy",
    [CLINIC_OFFLINE] = "no connection now",
    [CLINIC_REFUSED] = "refused by the other side",
};

const char *clinic_status_text(enum clinic_status status)
{
    unsigned index = (unsigned)status;
    if (index >= sizeof texts / sizeof texts[0])
        return "unknown status";
    return texts[index];
}
