/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/date.h - calendar days and moments, always in UTC */
#ifndef BASE_DATE_H
#define BASE_DATE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DATE_TEXT = 32, SECONDS_A_DAY = 86400 };

/* Days since 1970-01-01 of a real calendar day written YYYY-MM-DD, all `n` bytes. */
bool date_parse(const char *p, size_t n, int32_t *day);
/* Seconds since 1970-01-01T00:00:00Z of YYYY-MM-DD, or YYYY-MM-DD[T ]HH:MM[:SS[.fraction]] with
 * Z, +HH:MM or nothing behind (taken as UTC; *has_zone says which). The fraction is dropped. */
bool date_parse_moment(const char *p, size_t n, int64_t *seconds, bool *has_zone);
const char *date_format(char buf[DATE_TEXT], int32_t day); /* YYYY-MM-DD */
/* YYYY-MM-DDTHH:MM:SSZ of seconds since 1970-01-01T00:00:00Z. */
const char *date_format_moment(char buf[DATE_TEXT], int64_t seconds);
int64_t date_moment(int32_t day);        /* at which the day begins */
int32_t date_of_moment(int64_t seconds); /* the day that holds it, before 1970 too */
void date_civil(int32_t day, int *year, int *month, int *dom);
int32_t date_from_civil(int year, int month, int dom);
/* The day of as_of: SOURCE_DATE_EPOCH where it is set and a number, else today in UTC. */
int32_t date_today(void);
#endif
