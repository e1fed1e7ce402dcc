/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/breaker.c - circuit breaker, window of outcomes, criteria of a rollback */
#include "capstone/breaker.h"
#include "base/arena.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool breaker_allows(struct breaker *breaker, int64_t now_ms)
{
	if (breaker->state == BREAKER_CLOSED)
		return true;
	if (breaker->state == BREAKER_TRYING || now_ms < breaker->until_ms)
		return false;
	breaker->state = BREAKER_TRYING;
	return true;
}

void breaker_tell(struct breaker *breaker, bool failed, int64_t now_ms)
{
	if (!failed) {
		breaker->state = BREAKER_CLOSED;
		breaker->failures = 0;
		return;
	}
	if (breaker->failures < INT32_MAX)
		breaker->failures++;
	if (!breaker->limit ||
	    (breaker->state == BREAKER_CLOSED && breaker->failures < breaker->limit))
		return;
	if (breaker->state != BREAKER_OPEN)
		breaker->openings++;
	breaker->state = BREAKER_OPEN;
	breaker->until_ms = now_ms + breaker->pause_ms;
}

/* -- window ----------------------------------------------------------------------------------- */

enum { OUTCOME_ERROR = 1 << 15 };
#define LEAST_MS 0.001
#define STEP_RATIO 1.02

static unsigned step_of(double latency_ms)
{
	double step;

	if (!(latency_ms > LEAST_MS))
		return 0;
	step = ceil(log(latency_ms / LEAST_MS) / log(STEP_RATIO));
	return step < LATENCY_STEPS - 1 ? (unsigned)step : LATENCY_STEPS - 1;
}

void outcome_window_init(struct outcome_window *window, size_t cap)
{
	assert(cap);
	*window = (struct outcome_window){.cap = cap};
	window->steps = mem_realloc(NULL, cap * sizeof *window->steps);
}

void outcome_window_clear(struct outcome_window *window)
{
	window->n = window->next = window->errors = 0;
	memset(window->counts, 0, sizeof window->counts);
}

void outcome_window_release(struct outcome_window *window)
{
	free(window->steps);
	*window = (struct outcome_window){0};
}

void outcome_window_add(struct outcome_window *window, bool failed, double latency_ms)
{
	unsigned step = step_of(latency_ms);

	if (window->n == window->cap) {
		unsigned old = window->steps[window->next];
		window->errors -= (old & OUTCOME_ERROR) != 0;
		window->counts[old & (OUTCOME_ERROR - 1)]--;
	} else {
		window->n++;
	}
	window->steps[window->next] = (unsigned short)(step | (failed ? OUTCOME_ERROR : 0));
	window->next = (window->next + 1) % window->cap;
	window->errors += failed;
	window->counts[step]++;
	window->total++;
}

double outcome_window_error_rate(const struct outcome_window *window)
{
	return window->n ? (double)window->errors / (double)window->n : NAN;
}

double outcome_window_p95(const struct outcome_window *window)
{
	size_t wanted = window->n - window->n / 20, seen = 0;

	for (unsigned step = 0; step < LATENCY_STEPS; step++) {
		seen += window->counts[step];
		if (seen && seen >= wanted)
			return LEAST_MS * pow(STEP_RATIO, step);
	}
	return NAN;
}

/* -- criteria --------------------------------------------------------------------------------- */

struct rollback_verdict rollback_judge(const struct rollback_rules *rules,
				       const struct outcome_window *window,
				       const struct outcome_window *other)
{
	const struct rollback_verdict fine = {0};
	double errors = outcome_window_error_rate(window), p95, limit;

	if (window->n < rules->at_least)
		return fine;
	if (rules->error_rate_over > 0 && errors > rules->error_rate_over)
		return (struct rollback_verdict){"error_rate", errors, rules->error_rate_over,
						 window->n};
	if (!other || other->n < rules->at_least)
		return fine;
	limit = rules->error_rate_times * outcome_window_error_rate(other);
	if (rules->error_rate_times > 0 && window->errors >= rules->errors_at_least &&
	    errors > limit)
		return (struct rollback_verdict){"error_rate", errors, limit, window->n};
	if (rules->latency_p95_times <= 0)
		return fine;
	p95 = outcome_window_p95(window);
	limit =
	    fmax(rules->latency_p95_times * outcome_window_p95(other), rules->latency_p95_over_ms);
	if (p95 > limit)
		return (struct rollback_verdict){"latency_p95_ms", p95, limit, window->n};
	return fine;
}
