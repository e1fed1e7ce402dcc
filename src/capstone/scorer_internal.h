/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/scorer_internal.h - the parts of a scorer: versions, what is known, the log */
#ifndef CAPSTONE_SCORER_INTERNAL_H
#define CAPSTONE_SCORER_INTERNAL_H

#include "base/map.h"
#include "capstone/breaker.h"
#include "capstone/deployment.h"
#include "capstone/prediction_append.h"
#include "capstone/scorer.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* A model that was loaded once; it stays until the scorer is closed, so that a request that began
 * under an older deployment can end under it. */
struct version {
	const char *name, *digest;
	struct model *model; /* NULL: could not be loaded */
	double threshold;
	struct breaker breaker;       /* under scorer.outcomes */
	struct outcome_window window; /* under scorer.outcomes */
	bool taken_back;              /* under scorer.outcomes: answers nothing any more */
	struct version *next;
};

/* A deployment with its models. */
struct serving_state {
	const struct deployment *deployment;
	struct version *production, *previous, *canary, *shadow;
};

/* What the features of the next event are made from. */
struct known {
	const struct plan *plan;
	struct feature_walk *walk;
	struct map indices; /* of entities, plus one */
	struct arena mem;
	int64_t latest; /* moment up to which the walk has come */
	size_t max_entities;
};
void known_init(struct known *known, const struct plan *plan, size_t max_entities);
void known_release(struct known *known);
void known_take(struct known *known, const char *entity, int64_t time, const double *values,
		double *features);
void known_add(struct known *known, const char *entity, int64_t time, const double *values,
	       unsigned char label, int64_t label_at);
void known_add_events(struct known *known, const struct events *events);
/* The answering lines of the log, in their order; those up to `after` are known already. */
void known_add_log(struct known *known, const char *path, int64_t after, struct diag_sink *diags);

/* The log's first line; NULL with a finding where a field has the name of another column. Lives in
 * `mem`. */
const char *log_header(struct arena *mem, const struct plan *plan, struct diag_sink *diags);
enum { LOG_ID = 32 };
struct log_line {
	int64_t time;
	const char *entity, *version, *role;
	double score; /* NAN: none */
	bool positive, fallback;
	const char *why; /* NULL: none */
	double latency_ms;
};
/* Writes one line that begins with LOG_ID zeros, where its id is put when it is appended. */
void log_line_write(const struct plan *plan, const struct log_line *line, const double *values,
		    struct out *to);

struct scorer {
	struct scorer_options options;
	struct arena mem;
	size_t n_features;
	struct prediction_log *log;

	pthread_mutex_t history; /* known, sequence, and the order of the log */
	struct known known;
	char id_prefix[17];
	uint64_t sequence;
	pthread_mutex_t entity_locks[64]; /* one entity's requests follow one another */

	pthread_mutex_t deploying; /* seen, versions, mem */
	struct file_mark {
		bool there;
		ino_t inode;
		off_t size;
		struct timespec changed;
	} seen;
	struct version *versions;
	_Atomic(const struct serving_state *) state;

	pthread_mutex_t outcomes; /* breakers, windows, counts */
	struct scorer_counts counts;
};

/* Reads deployment.yaml for the first time. */
bool versions_open(struct scorer *scorer, struct diag_sink *diags);
/* The state in force now: the file is read where it changed since. */
const struct serving_state *versions_now(struct scorer *scorer);
void versions_close(struct scorer *scorer);
/* Takes a version back whose criteria are broken, in the file and, should that not work, here. */
void versions_judge(struct scorer *scorer, const struct serving_state *state);
void scorer_say(const struct scorer *scorer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int64_t scorer_clock_ms(const struct scorer *scorer);
#endif
