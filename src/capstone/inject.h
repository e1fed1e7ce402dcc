/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/inject.h - failures put in on purpose
 *
 * Each takes the events of a period as they were and gives them as the system would have received
 * them; labels and moments stay. What hits history is said by history_faults. Seeded. */
#ifndef CAPSTONE_INJECT_H
#define CAPSTONE_INJECT_H

#include "capstone/features.h"

enum failure_kind {
	FAILURE_DATA_DRIFT,    /* a numeric field times `amount` */
	FAILURE_CLASS_BALANCE, /* positives kept, negatives thinned or the other way, until the base
				  rate is `amount` times what it was */
	FAILURE_CORRUPTED, /* `amount` of all cells replaced: half missing, half a value drawn from
			      anywhere in the field's range */
	FAILURE_DROPPED_FEATURE,   /* a field is missing everywhere */
	FAILURE_DELAYED_INPUTS,    /* history arrives `amount` hours late */
	FAILURE_TRUNCATED_HISTORY, /* only the last `amount` events of an entity are known */
	FAILURE_REMOVED_FAMILY     /* all fields of a family are missing */
};

struct failure {
	const char *id; /* "dropped-feature" */
	const char *title;
	enum failure_kind kind;
	const char *what; /* field or family; NULL where none is meant */
	double amount;
	const char *reason; /* why this size */
};

/* Events of [from, to) moments damaged, all others untouched; *faults for those that hit history,
 * which the caller applies to the same time. False with a finding where field or family is unknown.
 */
bool inject(struct arena *mem, const struct events *events, const struct failure *failure,
	    int64_t from, int64_t to, uint64_t seed, struct events *damaged,
	    struct history_faults *faults, struct diag_sink *diags);
/* Why two damaged cells are told apart from none: how many cells and rows were changed. */
struct damage {
	size_t rows, cells, rows_left_out;
};
struct damage inject_damage(const struct events *before, const struct events *after);
/* Whether the door turns an event away: a required value is missing, or a number is out of its
 * range. */
bool event_is_refused(const struct plan *plan, const double *values);
/* Reads `failures:` of the plan's file. */
const struct failure *failures_read(struct arena *mem, const struct plan *plan,
				    struct source *source, size_t *n, struct diag_sink *diags);
#endif
