// analytics_scope.h - what the files of the analytics service share; nobody else includes it.
#pragma once

#include "../service.h"

enum analytics_sql {
    ANALYTICS_COUNT_DAY,
    ANALYTICS_COUNT_TOTAL,
    ANALYTICS_BEGIN_WAITING,
    ANALYTICS_READ_WAITING,
    ANALYTICS_END_WAITING,
    ANALYTICS_READ_STOCK,
    ANALYTICS_WRITE_STOCK,
    ANALYTICS_READ_RATING,
    ANALYTICS_WRITE_RATING,
    ANALYTICS_READ_DAYS,
    ANALYTICS_READ_TOTAL,
    ANALYTICS_SQL_COUNT,
};
extern const char *const analytics_sql[ANALYTICS_SQL_COUNT];

#define ANALYTICS_ACTIVE_PATIENTS "patients.active"

// analytics_read.c
enum clinic_status analytics_read(struct decision *decision);
