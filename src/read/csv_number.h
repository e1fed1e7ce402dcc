/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_number.h - the numbers of a log, correctly rounded and fast */
#ifndef READ_CSV_NUMBER_H
#define READ_CSV_NUMBER_H
#include <stdbool.h>
#include <stddef.h>

/* number_parse(), bit by bit, faster: up to 19 digits with a power of ten from -27 to 27 are
 * rounded in 64 or 128 bits; what is left goes there. */
bool csv_number(const char *p, size_t n, double *value);
#endif
