#include "store_schema.h"

#include <stddef.h>

static const char event_table[] =
    "CREATE TABLE event ("
    " sequence INTEGER PRIMARY KEY CHECK (sequence > 0),"
    " id BLOB NOT NULL CHECK (length(id) = 16),"
    " kind INTEGER NOT NULL CHECK (kind > 0),"
    " subject TEXT NOT NULL,"
    " time_ms INTEGER NOT NULL CHECK (time_ms <= recorded_at_ms),"
    " recorded_at_ms INTEGER NOT NULL,"
    " is_clock_held INTEGER NOT NULL CHECK (is_clock_held IN (0, 1)),"
    " node TEXT NOT NULL,"
    " person TEXT NOT NULL,"
    " correlation BLOB CHECK (length(correlation) = 16),"
    " causation BLOB CHECK (length(causation) = 16),"
    " previous INTEGER NOT NULL CHECK (previous >= 0 AND previous < sequence),"
    " data TEXT NOT NULL,"
    " owner BLOB CHECK (length(owner) = 16),"
    " sealed BLOB,"
    " chain BLOB NOT NULL CHECK (length(chain) = 32),"
    " CHECK ((owner IS NULL) = (sealed IS NULL))"
    ") STRICT;"
    // The rowid, which is the sequence, ends every index entry by itself.
    "CREATE INDEX event_by_kind ON event (kind);"
    "CREATE INDEX event_by_subject ON event (subject);"
    "CREATE TRIGGER event_keeps BEFORE UPDATE ON event"
    " BEGIN SELECT raise(ABORT, 'the log is append only'); END;"
    "CREATE TRIGGER event_stays BEFORE DELETE ON event"
    " BEGIN SELECT raise(ABORT, 'the log is append only'); END;";

// A chain alone does not show that its end was cut off; this row does. Absent: the log is empty.
static const char log_head_table[] = "CREATE TABLE log_head ("
                                     " only INTEGER PRIMARY KEY CHECK (only = 1),"
                                     " sequence INTEGER NOT NULL CHECK (sequence > 0),"
                                     " chain BLOB NOT NULL CHECK (length(chain) = 32),"
                                     " proof BLOB NOT NULL CHECK (length(proof) = 32)"
                                     ") STRICT;";

static const char vault_tables[] =
    "CREATE TABLE vault_key ("
    " owner BLOB NOT NULL PRIMARY KEY CHECK (length(owner) = 16),"
    " wrapped BLOB CHECK (length(wrapped) = 60),"
    " created_at_ms INTEGER NOT NULL,"
    " destroyed_at_ms INTEGER,"
    " CHECK ((wrapped IS NULL) = (destroyed_at_ms IS NOT NULL))"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER vault_key_stays_destroyed BEFORE UPDATE ON vault_key"
    " WHEN OLD.wrapped IS NULL"
    " BEGIN SELECT raise(ABORT, 'a destroyed key stays destroyed'); END;"
    "CREATE TRIGGER vault_key_stays BEFORE DELETE ON vault_key"
    " BEGIN SELECT raise(ABORT, 'an owner never gets a second key'); END;"
    "CREATE TABLE vault_check ("
    " only INTEGER PRIMARY KEY CHECK (only = 1),"
    " value BLOB NOT NULL CHECK (length(value) = 32)"
    ") STRICT;";

const char *const store_schema[] = { event_table, log_head_table, vault_tables, NULL };
