/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/breaker.h - whether a version is asked at all, and how its last requests went
 *
 * Neither knows threads: the caller holds a lock. */
#ifndef CAPSTONE_BREAKER_H
#define CAPSTONE_BREAKER_H

#include "capstone/serving_plan.h"

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_TRYING };
struct breaker {
	int limit; /* failures in a row that open it; 0: it never opens */
	int64_t pause_ms;
	enum breaker_state state;
	int failures; /* in a row */
	int64_t until_ms;
	uint64_t openings;
};
/* True where the version may be asked. After the pause one request is let through; until its
 * outcome is told all others are refused. */
bool breaker_allows(struct breaker *breaker, int64_t now_ms);
void breaker_tell(struct breaker *breaker, bool failed, int64_t now_ms);

/* The last requests of a version: failures, and latencies in steps of 2 %. */
enum { LATENCY_STEPS = 1024 };
struct outcome_window {
	size_t cap, n, next, errors;
	unsigned short *steps; /* ring: step of the latency, with OUTCOME_ERROR on top */
	unsigned counts[LATENCY_STEPS];
	uint64_t total; /* ever */
};
void outcome_window_init(struct outcome_window *window, size_t cap);
void outcome_window_clear(struct outcome_window *window);
void outcome_window_release(struct outcome_window *window);
void outcome_window_add(struct outcome_window *window, bool failed, double latency_ms);
/* NAN of an empty window. */
double outcome_window_error_rate(const struct outcome_window *window);
/* The 95th percentile (smallest latency that 95 % of the requests do not exceed), to 2 %. */
double outcome_window_p95(const struct outcome_window *window);

/* Which criterion a version breaks. */
struct rollback_verdict {
	const char *figure; /* "error_rate", "latency_p95_ms"; NULL: none is broken */
	double value, limit;
	size_t requests;
};
/* `other` is the version compared with; NULL or with fewer than at_least requests: only what needs
 * no comparison is judged. */
struct rollback_verdict rollback_judge(const struct rollback_rules *rules,
				       const struct outcome_window *window,
				       const struct outcome_window *other);
#endif
