/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/events.h - events in columns, validated at the boundary
 *
 * A CSV file becomes a table in the order of time. A row that does not keep the plan's contract (a
 * required value absent, a number outside its range or malformed, a category that is not listed, a
 * time that is none) is put in quarantine with its line and every reason; it is never mended in
 * silence and never stops the others. The second of two rows with the same time, entity and values
 * is in quarantine too.
 *
 * A label's moment: the cell of `label_at` where the plan names such a column and the cell is not
 * empty, else the event's time and the plan's delay; one before the event, or later than the
 * delay, is against the contract. Rows of one time keep the order of the file. */
#ifndef CAPSTONE_EVENTS_H
#define CAPSTONE_EVENTS_H

#include "base/out.h"
#include "capstone/plan.h"

struct events {
	const struct plan *plan;
	size_t n;
	double *values;   /* n x n_fields, by row; NAN missing; of a category its code */
	int64_t *time;    /* seconds since 1970, ascending */
	uint32_t *entity; /* index into entities */
	unsigned char
	    *label;        /* LABEL_POSITIVE, LABEL_NEGATIVE, LABEL_MISSING (measure/outcomes.h) */
	int64_t *label_at; /* moment from which it is known */
	const char **entities;
	size_t n_entities;
	char digest[65]; /* SHA-256 of the file's bytes; "" where there was none */
};

struct quarantined {
	const char *file; /* without its folders; "" for standard input */
	uint64_t line;
	const char *reason; /* "amount: -5 is under 0.01; channel: 'fax' is none of app, web" */
};

struct ingest {
	struct events events;
	uint64_t *lines; /* of each event, in its file */
	struct quarantined *quarantined;
	size_t n_quarantined;
	size_t rows; /* read: events.n + n_quarantined */
};

/* Reads a CSV file ("-": standard input), or several of the same columns with ':' between their
 * paths, as one stream. False after a finding: a file that cannot be read, a column that is absent,
 * bytes that are no CSV. Lives in `mem`. Of one file the digest is that of its bytes, of several
 * that of their digests, a line each. */
bool events_read(struct arena *mem, const struct plan *plan, const char *path,
		 struct ingest *ingest, struct diag_sink *diags);
/* The same for rows that wait for a score: the label's columns need not be there and are not read.
 */
bool events_read_unlabelled(struct arena *mem, const struct plan *plan, const char *path,
			    struct ingest *ingest, struct diag_sink *diags);
/* One event of text values by field, as a request has them: NULL is missing. False with every
 * reason in *reason (lives in `mem`). `values` has room for n_fields. */
bool event_check(struct arena *mem, const struct plan *plan, const char *const *texts,
		 double *values, const char **reason);
/* The rows that `keep` says, in their order; shares nothing with `from`. */
struct events events_subset(struct arena *mem, const struct events *from, const bool *keep);
/* Empty with room for n rows. */
struct events events_new(struct arena *mem, const struct plan *plan, size_t n);
/* The first event at or after a moment (seconds since 1970); n where there is none. */
size_t events_from(const struct events *events, int64_t moment);
/* Writes quarantine.csv: file, line, reason. */
void quarantine_csv(const struct ingest *ingest, struct out *to);
#endif
