/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_metrics.h - counters of a server, and all figures as Prometheus reads them
 *
 * Text format 0.0.4: # HELP and # TYPE before each metric, times in seconds, counters end in
 * _total. */
#ifndef CAPSTONE_SERVE_METRICS_H
#define CAPSTONE_SERVE_METRICS_H

#include "base/out.h"
#include "capstone/scorer.h"
#include <stdatomic.h>

enum { METRIC_PATHS = 6, METRIC_STATUSES = 14, METRIC_BUCKETS = 14 };
struct serve_metrics {
	_Atomic uint64_t answers[METRIC_PATHS][METRIC_STATUSES];
	_Atomic uint64_t buckets[METRIC_BUCKETS + 1]; /* of POST /predict; the last is the rest */
	_Atomic uint64_t nanoseconds;
	_Atomic uint64_t connections, slow_closed; /* opened; closed for being too slow */
	_Atomic int64_t open, in_flight;
	int64_t started_ms; /* since 1970 */
};
/* `path` is one of the endpoints or anything else. */
void metrics_count(struct serve_metrics *metrics, const char *path, unsigned status);
void metrics_time(struct serve_metrics *metrics, double seconds); /* of a prediction */
/* `counts` is NULL until the models are loaded. */
void metrics_write(struct serve_metrics *metrics, const char *model,
		   const struct scorer_counts *counts, bool ready, struct out *to);
#endif
