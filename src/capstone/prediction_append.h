/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/prediction_append.h - a log that loses no line for which an answer was given
 *
 * Lines are appended, each group that belongs together by one write, before the answer is given: a
 * process that is killed leaves whole lines. A machine that loses power may cut the last line off;
 * that is cut back when the log is opened. One process writes a log at a time. */
#ifndef CAPSTONE_PREDICTION_APPEND_H
#define CAPSTONE_PREDICTION_APPEND_H

#include "base/diag.h"
#include <stdbool.h>
#include <stdint.h>

struct prediction_log;

/* Opens or begins dir/name. `header` is the first line, with its line end; a log that begins
 * otherwise, is no regular file, or is held by another process is a finding and NULL. */
struct prediction_log *prediction_log_open(const char *dir, const char *name, const char *header,
					   struct diag_sink *diags);
void prediction_log_close(struct prediction_log *log);
/* Appends whole lines, all or none; false where the log cannot take them. Safe from several
 * threads. */
bool prediction_log_append(struct prediction_log *log, const char *lines, size_t n);
/* What was appended is on the disk; false where it may not be. Safe from several threads. */
bool prediction_log_sync(struct prediction_log *log);
/* Lines behind the header that it held when it was opened; 1 where one was cut back. */
uint64_t prediction_log_lines(const struct prediction_log *log);
uint64_t prediction_log_cut(const struct prediction_log *log);
#endif
