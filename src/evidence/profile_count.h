/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_count.h - between profile_count.c, which reads logs, and profile_rows.c, which
 * counts their rows */
#ifndef EVIDENCE_PROFILE_COUNT_H
#define EVIDENCE_PROFILE_COUNT_H
#include "evidence/profile.h"

#define NO_PROFILE_COLUMN SIZE_MAX

struct counted_log {
	const char *path;
	struct csv_table table;
	struct csv_column *columns; /* as counter.wanted */
	bool *keep;                 /* rows that pass the filters */
};

struct counted_column {
	const char *name;
	struct span at;
	bool asked_for;
	const struct profile_column *taken; /* of the profile of the edges */
	size_t wanted;
};

struct counter {
	struct arena *mem, *scratch;
	const struct profile_request *request;
	const struct log_request *log;
	struct profile *profile;
	struct counted_log *logs;
	size_t n_logs;
	struct diag_sink *diags;
	struct {
		LIST_OF(struct csv_column);
	} wanted;
	struct {
		LIST_OF(struct counted_column);
	} features;                            /* profile->columns */
	size_t label, score, prediction, time; /* in wanted, or NO_PROFILE_COLUMN */
	size_t *filters;
};

/* Adds the rows of a log to the profile, whose columns are cut. False after a finding. */
bool profile_count_rows(struct counter *c, const struct counted_log *log);
#endif
