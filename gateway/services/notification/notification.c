// notification.c - tells people what happened, in words that reveal nothing.
//
// A message is a row, written with the event that caused it. Where it goes (an address, a number) is looked
// up when it is sent, so a row holds no contact data. Read notification_visit.c next, then notification_row.c.
#include "notification_scope.h"

// For a list in IN (…) SQLite would build a temporary table at every insert: a third of the time that
// registering a patient takes.
static const char message_table[] =
    "CREATE TABLE message ("
    " sequence INTEGER NOT NULL CHECK (sequence > 0)," // of the event that caused it
    " ordinal INTEGER NOT NULL CHECK (ordinal >= 0),"
    " patient_id BLOB," // whom it is about
    " visit_id BLOB,"   // about which appointment
    " report_id BLOB,"  // about which report, and no other
    " audience TEXT NOT NULL"
    " CHECK (audience = 'patient' OR audience = 'doctor' OR audience = 'staff'),"
    " recipient BLOB," // of which patient or doctor; NULL: all staff
    " channel TEXT NOT NULL CHECK (channel = 'email' OR channel = 'sms' OR channel = 'print'"
    " OR channel = 'screen'),"
    " template TEXT NOT NULL,"
    " language TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " created_at_ms INTEGER NOT NULL,"
    " not_before_ms INTEGER NOT NULL CHECK (not_before_ms >= created_at_ms),"
    " expires_at_ms INTEGER NOT NULL CHECK (expires_at_ms > not_before_ms),"
    " dropped_at_ms INTEGER," // overtaken by a later event, or no longer wanted
    " PRIMARY KEY (sequence, ordinal)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX message_patient ON message (patient_id, not_before_ms)"
    " WHERE patient_id IS NOT NULL;"
    "CREATE INDEX message_visit ON message (visit_id) WHERE visit_id IS NOT NULL;"
    "CREATE INDEX message_report ON message (report_id) WHERE report_id IS NOT NULL;"
    "CREATE INDEX message_at_once ON message (sequence, ordinal)"
    " WHERE channel = 'screen' AND not_before_ms = created_at_ms;"
    "CREATE INDEX message_later ON message (sequence, ordinal)"
    " WHERE channel = 'screen' AND not_before_ms > created_at_ms;";

// What staff are told about an item: its name from the event that last changed it, and whether they know that it is
// used up, so that they are told once.
static const char stock_item_table[] = "CREATE TABLE message_item ("
                                       " item_id TEXT NOT NULL PRIMARY KEY,"
                                       " name TEXT NOT NULL,"
                                       " location TEXT NOT NULL,"
                                       " is_out INTEGER NOT NULL CHECK (is_out = 0 OR is_out = 1)"
                                       ") STRICT, WITHOUT ROWID;";

// Own memory. No reference to the message: a rebuild replaces those rows by their like.
static const char delivery_table[] =
    "CREATE TABLE delivery ("
    " sequence INTEGER NOT NULL,"
    " ordinal INTEGER NOT NULL,"
    " channel TEXT NOT NULL,"
    " is_urgent INTEGER NOT NULL CHECK (is_urgent = 0 OR is_urgent = 1),"
    " state INTEGER NOT NULL CHECK (state >= 1 AND state <= 7),"
    " attempts INTEGER NOT NULL CHECK (attempts >= 0),"
    " next_at_ms INTEGER NOT NULL,"
    " expires_at_ms INTEGER NOT NULL,"
    " PRIMARY KEY (sequence, ordinal)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX delivery_due ON delivery (channel, is_urgent, next_at_ms) WHERE state = 1;"
    "CREATE INDEX delivery_open ON delivery (expires_at_ms) WHERE state <= 2;"
    "CREATE INDEX delivery_work_list ON delivery (sequence, ordinal)"
    " WHERE state >= 2 AND state <= 4;"
    "CREATE INDEX delivery_ended ON delivery (expires_at_ms) WHERE state >= 5 AND state <= 6;";

static const char *const schema[] = { message_table, stock_item_table, delivery_table, NULL };
static const char *const tables[] = { "message", "message_item", NULL };

#define NOTICE                                                                                     \
    "SELECT sequence, ordinal, patient_id, visit_id, audience, recipient, template, body,"         \
    " created_at_ms, not_before_ms, expires_at_ms FROM message"                                    \
    " WHERE (sequence > ?1 AND sequence <= ?2) AND dropped_at_ms IS NULL"                          \
    " AND channel = 'screen' AND not_before_ms "
#define ROW                                                                                        \
    "SELECT m.sequence, m.ordinal, m.created_at_ms, m.audience, m.recipient, m.channel,"           \
    " m.template, d.state, m.not_before_ms, m.dropped_at_ms, m.body FROM "
#define OF_VISIT "SELECT sequence, ordinal FROM message WHERE visit_id = ?1"
#define OF_REPORT "SELECT sequence, ordinal FROM message WHERE report_id = ?1"
#define OF_PATIENT "SELECT sequence, ordinal FROM message WHERE patient_id = ?1"

const char *const notification_sql[NOTIFICATION_SQL_COUNT] = {
    [MESSAGE_INSERT] =
        "INSERT INTO message (sequence, ordinal, patient_id, visit_id, report_id, audience,"
        " recipient, channel, template, language, body, created_at_ms, not_before_ms,"
        " expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    // What was dropped before its time has never been sent.
    [MESSAGE_SMS_SINCE] =
        "SELECT not_before_ms FROM message WHERE patient_id = ?1"
        " AND (not_before_ms > ?2 AND not_before_ms <= ?3)"
        " AND channel = 'sms' AND (dropped_at_ms IS NULL OR dropped_at_ms > not_before_ms)",
    [MESSAGE_DROP_OF_VISIT] = "UPDATE message SET dropped_at_ms = ?2 WHERE visit_id = ?1"
                              " AND dropped_at_ms IS NULL",
    [MESSAGE_DROP_OF_REPORT] = "UPDATE message SET dropped_at_ms = ?2 WHERE report_id = ?1"
                               " AND dropped_at_ms IS NULL",
    [MESSAGE_SHARE_OF_REPORTS] = "UPDATE message SET report_id = NULL WHERE patient_id = ?1"
                                 " AND report_id IS NOT NULL AND report_id <> ?2",
    [MESSAGE_DROP_OF_CHANNEL] = "UPDATE message SET dropped_at_ms = ?3 WHERE patient_id = ?1"
                                " AND audience = 'patient' AND channel = ?2"
                                " AND dropped_at_ms IS NULL AND expires_at_ms > ?3",
    [MESSAGE_YIELD_WELCOME] = "UPDATE message SET channel = 'print' WHERE patient_id = ?1"
                              " AND not_before_ms >= ?2 AND channel = 'sms'"
                              " AND template = 'welcome' AND dropped_at_ms IS NULL",
    [MESSAGE_DELETE_OF_PATIENT] = "DELETE FROM message WHERE patient_id = ?",
    [MESSAGE_NOTICES_AT_ONCE] = NOTICE "= created_at_ms ORDER BY sequence, ordinal",
    [MESSAGE_NOTICES_LATER] = NOTICE "> created_at_ms ORDER BY sequence, ordinal",
    [MESSAGE_LIST] = ROW "message m LEFT JOIN delivery d USING (sequence, ordinal)"
                         " WHERE (m.sequence, m.ordinal) < (?1, ?2)"
                         " ORDER BY m.sequence DESC, m.ordinal DESC LIMIT ?3",
    [MESSAGE_LIST_WORK] = ROW "delivery d CROSS JOIN message m USING (sequence, ordinal)"
                              " WHERE (d.sequence, d.ordinal) < (?1, ?2)"
                              " AND d.state >= 2 AND d.state <= 4"
                              " ORDER BY d.sequence DESC, d.ordinal DESC LIMIT ?3",
    [MESSAGE_FIND] = "SELECT recipient, audience, language, body FROM message"
                     " WHERE sequence = ?1 AND ordinal = ?2",
    [STOCK_ITEM_PUT] = "INSERT INTO message_item (item_id, name, location, is_out)"
                       " VALUES (?1, ?2, ?3, 0)"
                       " ON CONFLICT (item_id) DO UPDATE SET name = ?2, location = ?3",
    [STOCK_ITEM_OUT] = "UPDATE message_item SET is_out = 1 WHERE item_id = ?1 AND is_out = 0",
    [STOCK_ITEM_BACK] = "UPDATE message_item SET is_out = 0 WHERE item_id = ?1 AND is_out = 1",
    [STOCK_ITEM_FIND] = "SELECT name, location FROM message_item WHERE item_id = ?1",
    [DELIVERY_INSERT] =
        "INSERT INTO delivery (sequence, ordinal, channel, is_urgent, state, attempts,"
        " next_at_ms, expires_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)",
    [DELIVERY_DROP_OF_VISIT] = "UPDATE delivery SET state = 6 WHERE state <= 4"
                               " AND (sequence, ordinal) IN (" OF_VISIT ")",
    [DELIVERY_DROP_OF_REPORT] = "UPDATE delivery SET state = 6 WHERE state <= 4"
                                " AND (sequence, ordinal) IN (" OF_REPORT ")",
    // By the patient's messages, not by all that wait for the channel: hence the plus sign.
    [DELIVERY_DROP_OF_CHANNEL] =
        "UPDATE delivery SET state = 6 WHERE state = 1 AND +channel = ?2"
        " AND (sequence, ordinal) IN (" OF_PATIENT " AND audience = 'patient')",
    [DELIVERY_YIELD_WELCOME] = "UPDATE delivery SET state = 2, channel = 'print' WHERE state = 1"
                               " AND (sequence, ordinal) IN (" OF_PATIENT
                               " AND template = 'welcome' AND channel = 'print')",
    [DELIVERY_DELETE_OF_PATIENT] =
        "DELETE FROM delivery WHERE (sequence, ordinal) IN (" OF_PATIENT ")",
    [DELIVERY_DUE] = "SELECT sequence, ordinal FROM delivery WHERE channel = ?1 AND is_urgent = ?2"
                     " AND next_at_ms <= ?3 AND expires_at_ms > ?3 AND state = 1"
                     " ORDER BY next_at_ms LIMIT 1",
    [DELIVERY_ATTEMPTS] = "SELECT attempts FROM delivery WHERE sequence = ?1 AND ordinal = ?2",
    [DELIVERY_REPORT] = "UPDATE delivery SET state = ?3, attempts = attempts + 1, next_at_ms = ?4"
                        " WHERE sequence = ?1 AND ordinal = ?2 AND state = 1",
    [DELIVERY_EXPIRE] = "UPDATE delivery SET state = CASE state WHEN 1 THEN 4 ELSE 6 END"
                        " WHERE state <= 2 AND expires_at_ms <= ?1",
    [DELIVERY_PRUNE] = "DELETE FROM delivery WHERE (sequence, ordinal) IN ("
                       "SELECT sequence, ordinal FROM delivery WHERE state >= 5 AND state <= 6"
                       " AND expires_at_ms <= ?1 ORDER BY expires_at_ms LIMIT ?2)",
    [DELIVERY_FIND] = "SELECT state FROM delivery WHERE sequence = ?1 AND ordinal = ?2",
    [DELIVERY_HANDLE] = "UPDATE delivery SET state = 7 WHERE sequence = ?1 AND ordinal = ?2"
                        " AND state <= 4",
};

enum clinic_status notification_check(char *reterr_problem, size_t problem_bytes)
{
    return message_templates_load(message_files, message_file_count, reterr_problem, problem_bytes);
}

static const struct ability abilities[] = {
    { CLINIC_REQUEST_MESSAGE_LIST, notification_list, .is_audited = true },
    { CLINIC_REQUEST_MESSAGE_HANDLE, notification_handle, .is_audited = true },
};

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, notification_welcome, "welcome message to the patient" },
    { CLINIC_PATIENT_CREATED, notification_announce_provisional,
      "tell the reception of a provisional record" },
    { CLINIC_PATIENT_UPDATED, notification_obey_opt_out, "drop what a patient no longer wants" },
    { CLINIC_PATIENT_DELETED, notification_forget, "drop the patient's messages" },
    { CLINIC_APPOINTMENT_SCHEDULED, notification_confirm_visit,
      "confirmation to patient and doctor" },
    { CLINIC_APPOINTMENT_RESCHEDULED, notification_move_visit, "message to patient and doctor" },
    { CLINIC_APPOINTMENT_CANCELED, notification_cancel_visit, "message to patient and doctor" },
    { CLINIC_DOCTOR_CREATED, notification_welcome_doctor, "welcome message to the doctor" },
    { CLINIC_EQUIPMENT_ITEM_CHANGED, notification_learn_item, "know the item's name" },
    { CLINIC_EQUIPMENT_LOW_STOCK, notification_tell_low_stock, "alert staff to restock" },
    { CLINIC_EQUIPMENT_STOCK_CHANGED, notification_tell_out_of_stock,
      "alert staff that an item is used up" },
    { CLINIC_FEEDBACK_SUBMITTED, notification_ask_for_review,
      "ask the doctor to review and respond" },
    { CLINIC_REPORT_UPDATED, notification_tell_report, "tell the patient if relevant" },
    { CLINIC_REPORT_UPDATED, notification_follow_report, "drop what is withdrawn before it goes" },
};

const struct service notification_service = {
    .name = "notification",
    .title = "Notification",
    .schema = schema,
    .tables = tables,
    .statements = { notification_sql, NOTIFICATION_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
    .tend = delivery_tend,
};
