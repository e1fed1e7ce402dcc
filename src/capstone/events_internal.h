/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/events_internal.h - reasons of the quarantine, shared by events.c and events_read.c */
#ifndef CAPSTONE_EVENTS_INTERNAL_H
#define CAPSTONE_EVENTS_INTERNAL_H

#include "capstone/events.h"

/* Appends what is wrong with the values to `reason`, as event_check(). */
void event_check_values(const struct plan *plan, const char *const *texts, double *values,
			struct out *reason);
/* Begins the next reason: "; COLUMN: ". */
void event_reason(struct out *reason, const char *column);
/* A value as people may see it, in quotes: of a long one the beginning, control bytes visible. */
void event_show(struct out *reason, const char *text);
/* Appends row `row` of `from` to `to`, which has room. */
void events_copy_row(struct events *to, const struct events *from, size_t row);
#endif
