// session_file.h - who is signed in at this box's command line: a JSON file in the state folder, 0600.
//
// The token is worth as much as the person's PIN for as long as the session lasts, but only together with
// this node's certificate.
#pragma once

#include <clinic/request.h>
#include <clinic/status.h>

struct session_file {
    char session[CLINIC_SESSION_BYTES];
    char name[65];
    char role[16];
    char expires[32];
};

// CLINIC_NOT_FOUND: nobody is signed in. A file that makes no sense counts as nobody.
enum clinic_status session_file_load(const char *state_folder, struct session_file *ret_session);

// From the data of an accepted sign-in. Replaces the file as a whole.
enum clinic_status session_file_save(const char *state_folder, const cJSON *sign_in);

void session_file_remove(const char *state_folder);
