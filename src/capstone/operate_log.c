/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate_log.c - the prediction log of the year, thinned, and its months
 *
 * Of each month the payments with the least places of a stable hash are kept, so that the same ones
 * are whatever else changes. A label stands where every label of that age was known on the last
 * day: of younger payments frauds alone would have one. */
#include "base/date.h"
#include "base/hash.h"
#include "capstone/evaluate_internal.h"
#include "capstone/operate_internal.h"
#include "measure/outcomes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

static double place_of_payment(const struct play *play, size_t row)
{
	const struct events *events = &play->stretch.events;
	const char *account = events->entities[events->entity[row]];
	const struct iovec pieces[] = {{(void *)"log", 3},
				       {(void *)&events->time[row], sizeof events->time[row]},
				       {(void *)account, strlen(account)}};

	return hash_share(pieces, 3);
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The place below which so many of the rows lie that the month keeps. */
static double limit_of_month(const struct play *play, size_t from, size_t to)
{
	double *places = arena_new(play->mem, double, to - from), wanted;
	size_t n;

	for (size_t i = from; i < to; i++)
		places[i - from] = place_of_payment(play, i);
	qsort(places, to - from, sizeof *places, ascending);
	wanted = fmax(ceil(play->plan->log_share * (double)(to - from)),
		      (double)play->plan->min_log_rows);
	n = wanted < (double)(to - from) ? (size_t)wanted : to - from;
	return n == to - from ? 1 : places[n];
}

/* -- rows ------------------------------------------------------------------------------------- */

static void write_header(const struct play *play, struct csv_writer *csv)
{
	const struct plan *plan = play->prepared->plan;
	const char *const columns[] = {plan->time,    "version",    "role",      "score",
				       "decision",    "threshold",  plan->label, "score_1_0_0",
				       "score_2_0_0", "score_2_1_0"};

	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
		csv_puts(csv, columns[c]);
	log_value_names(csv, plan, &play->prepared->list);
}

/* Whether a version scored this payment, answering or not: since it was first in shadow. */
static bool scored_by(const struct play *play, unsigned version, int32_t day)
{
	const char *name = play->versions[version].name;
	bool scores = false;

	for (size_t i = 0; i < play->stages.n; i++) {
		const struct stage_event *event = &play->stages.items[i];

		if (event->day <= day && !strcmp(event->version, name))
			scores = strcmp(event->stage, "development") != 0 &&
				 strcmp(event->stage, "retired") != 0;
	}
	return scores;
}

static void write_row(const struct play *play, size_t row, struct csv_writer *csv)
{
	const struct events *events = &play->stretch.events;
	unsigned by = play->answered_by[row];
	double score = score_written(play_score(play, by, row));
	int32_t day = date_of_moment(events->time[row]);
	bool known = day <= play_ripe_day(play, play->plan->last + 1);

	log_time(csv, events->time[row]);
	csv_puts(csv, by == NO_VERSION ? "rule" : play->versions[by].name);
	csv_puts(csv, by == NO_VERSION       ? "fallback"
		      : play->on_canary[row] ? "canary"
					     : "production");
	log_score(csv, score);
	csv_puts(csv, score >= play_threshold(play, by) ? "1" : "0");
	csv_write_number(csv, play_threshold(play, by));
	log_label(csv, known ? events->label[row] : LABEL_MISSING);
	for (unsigned v = 0; v < VERSIONS; v++)
		log_score(csv, scored_by(play, v, day) ? play_score(play, v, row) : (double)NAN);
	log_values(csv, events, &play->stretch.rows, row);
}

/* -- months ----------------------------------------------------------------------------------- */

static const char *answered_most(const struct play *play, size_t from, size_t to)
{
	size_t counts[VERSIONS + 1] = {0};
	unsigned most = NO_VERSION;

	for (size_t i = from; i < to; i++)
		counts[play->answered_by[i]]++;
	for (unsigned v = 0; v < VERSIONS; v++)
		if (counts[v] > counts[most])
			most = v;
	return most == NO_VERSION ? "rule" : play->versions[most].name;
}

static int32_t month_after(int32_t day)
{
	int year, month, of_month;

	date_civil(day, &year, &month, &of_month);
	return month == 12 ? date_from_civil(year + 1, 1, 1) : date_from_civil(year, month + 1, 1);
}

void play_log(struct play *play, struct out *log)
{
	struct csv_writer csv = {.to = log};
	int32_t last = play->plan->last, first = play->plan->baseline_production, next;
	struct {
		LIST_OF(struct operation_month);
	} months = {0};

	write_header(play, &csv);
	for (; first <= last; first = next) {
		struct operation_month month = {.first = first};
		size_t from, to;
		double limit;

		next = month_after(first);
		month.last = next - 1 < last ? next - 1 : last;
		play_rows(play, first, month.last, &from, &to);
		limit = limit_of_month(play, from, to);
		month.payments = to - from;
		month.version = answered_most(play, from, to);
		for (size_t i = from; i < to; i++) {
			if (place_of_payment(play, i) >= limit)
				continue;
			write_row(play, i, &csv);
			month.logged++;
		}
		*ARENA_PUSH(play->mem, &months) = month;
	}
	play->result->months = months.items;
	play->result->n_months = months.n;
}
