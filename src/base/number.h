/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/number.h - numbers from text and to text, the same in every locale
 *
 * JSON and YAML hold the shortest text that reads back as the same number; sheets and data
 * tables 12 significant digits; running text and axes 3 or 4. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H
#include <stdbool.h>
#include <stddef.h>

enum { NUMBER_TEXT_MAX = 40 }; /* room for any number written here, with its NUL */

/* The finite number that all `n` bytes write in decimal (sign, digits, point, exponent; no
 * white space, hex, inf or nan), correctly rounded. False for anything else and on overflow. */
bool number_parse(const char *p, size_t n, double *value);
/* Shortest round trip: 0.1, 1e-07, 123456789; "null" where not finite. */
const char *number_shortest(char buf[NUMBER_TEXT_MAX], double value);
/* `digits` significant digits (1 to 17) without trailing zeros; "–" where not finite. Plain
 * notation for 1e-4 <= |x| < 1e15, else with an exponent. */
const char *number_significant(char buf[NUMBER_TEXT_MAX], double value, int digits);
/* Exactly `decimals` digits behind the point; "–" where not finite. Never "-0". */
const char *number_fixed(char buf[NUMBER_TEXT_MAX], double value, int decimals);
/* A count with thin groups of three: 12,345. */
const char *number_count(char buf[NUMBER_TEXT_MAX], unsigned long long value);
#endif
