// command_table.c - one row a command, and nothing else.
#include "command.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { SECOND = 1000, PATIENCE_MS = 5 * SECOND };

static const struct clinic_field watch_options[] = {
    { .name = "count",
      .type = CLINIC_FIELD_INTEGER,
      .min = 1,
      .max = 1000000000,
      .help = "End after so many events." },
};
static const struct clinic_field drop_options[] = {
    { .name = "id", .type = CLINIC_FIELD_UUID, .is_required = true, .help = "Of the request." },
};

#define SUBMIT(kind) .call = "submit", .request = (kind), .timeout_ms = PATIENCE_MS
#define ASK(kind) .call = "ask", .request = (kind), .timeout_ms = PATIENCE_MS
#define OPTIONS(array) .options = (array), .option_count = ARRAY_SIZE(array)

const struct command commands[] = {
    { .name = "sign-in",
      ASK(CLINIC_REQUEST_STAFF_SIGN_IN),
      .operand = "name",
      .help = "Begins a session; the commands after it are this person's." },
    { .name = "sign-out", ASK(CLINIC_REQUEST_STAFF_SIGN_OUT), .help = "Ends the session." },
    { .name = "staff create",
      ASK(CLINIC_REQUEST_STAFF_CREATE),
      .operand = "name",
      .help = "Adds a staff account (admin)." },
    { .name = "patient create",
      SUBMIT(CLINIC_REQUEST_PATIENT_CREATE),
      .made_id = "patient_id",
      .help = "Registers a patient." },
    { .name = "patient update",
      SUBMIT(CLINIC_REQUEST_PATIENT_UPDATE),
      .operand = "patient_id",
      .help = "Changes what is given and leaves the rest." },
    { .name = "patient delete",
      SUBMIT(CLINIC_REQUEST_PATIENT_DELETE),
      .operand = "patient_id",
      .help = "Erases a patient for good (admin, PIN again)." },
    { .name = "patient find",
      ASK(CLINIC_REQUEST_PATIENT_FIND),
      .operand = "text",
      .help = "Searches by name, member ID, birth date, phone or e-mail." },
    { .name = "patient read",
      ASK(CLINIC_REQUEST_PATIENT_READ),
      .operand = "patient_id",
      .help = "Shows a record; the reading is audited." },
    { .name = "portal read",
      ASK(CLINIC_REQUEST_PORTAL_READ),
      .operand = "member_id",
      .help = "Shows what the patient may see." },
    { .name = "analytics read",
      ASK(CLINIC_REQUEST_ANALYTICS_READ),
      .help = "Counts by day (manager)." },
    { .name = "audit read",
      ASK(CLINIC_REQUEST_AUDIT_READ),
      .help = "Who did and who saw what (manager)." },
    { .name = "watch",
      .call = "watch",
      OPTIONS(watch_options),
      .timeout_ms = -1,
      .help = "Shows events and staff notices as they come." },
    { .name = "outbox",
      .call = "outbox",
      .timeout_ms = PATIENCE_MS,
      .help = "Lists what waits to be answered and what was rejected." },
    { .name = "outbox drop",
      .call = "drop",
      OPTIONS(drop_options),
      .operand = "id",
      .timeout_ms = PATIENCE_MS,
      .help = "Forgets a rejected request." },
    { .name = "flush",
      .call = "flush",
      .timeout_ms = 30 * SECOND,
      .help = "Sends what waits and shows the answers." },
    { .name = "status",
      .call = "status",
      .timeout_ms = 2 * SECOND,
      .help = "Shows the connection, the gateway, the outbox and who is signed in." },
    { .name = "serve",
      .timeout_ms = -1,
      .help = "Keeps the connection open; the other commands go through it." },
};
const size_t command_count = ARRAY_SIZE(commands);
