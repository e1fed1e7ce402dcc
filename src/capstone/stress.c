/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/stress.c - a stretch of the stream as the system would have seen it under a failure */
#include "capstone/stress.h"
#include "base/date.h"
#include <math.h>
#include <string.h>

struct stretch stretch_of(struct arena *mem, const struct events *events, const struct matrix *rows,
			  int32_t first, int32_t last)
{
	bool *keep = arena_new(mem, bool, events->n);

	for (size_t i = 0; i < events->n; i++) {
		int32_t day = date_of_moment(events->time[i]);
		keep[i] = day >= first && day <= last;
	}
	return (struct stretch){events_subset(mem, events, keep), matrix_subset(mem, rows, keep)};
}

struct stretch stretch_clean(struct arena *mem, const struct prepared *prepared, int32_t first,
			     int32_t last)
{
	return stretch_of(mem, &prepared->ingest.events, &prepared->features, first, last);
}

/* History that fails does so while it lasts, and is whole again behind it. */
static struct matrix faulty_rows(struct arena *mem, const struct events *events,
				 const struct feature_list *list,
				 const struct history_faults *faults, int32_t from, int32_t to)
{
	struct matrix whole = features_of(mem, events, list, NULL), faulty;
	size_t width = whole.n_features;

	if (!faults->delay && !faults->keep)
		return whole;
	faulty = features_of(mem, events, list, faults);
	for (size_t i = 0; i < events->n; i++) {
		int32_t day = date_of_moment(events->time[i]);

		if (day >= from && day <= to)
			memcpy(whole.values + i * width, faulty.values + i * width,
			       width * sizeof *whole.values);
	}
	return whole;
}

bool stretch_damaged(struct arena *mem, const struct prepared *prepared,
		     const struct failure *failure, int32_t from, int32_t to, int32_t first,
		     int32_t last, struct stretch *stretch, struct damage *damage,
		     struct diag_sink *diags)
{
	struct events damaged;
	struct history_faults faults;
	struct arena work;
	struct matrix rows;
	bool done;

	arena_init(&work);
	done = inject(&work, &prepared->ingest.events, failure, date_moment(from),
		      date_moment(to + 1), prepared->plan->seed, &damaged, &faults, diags);
	if (done) {
		rows = faulty_rows(&work, &damaged, &prepared->list, &faults, from, to);
		*stretch = stretch_of(mem, &damaged, &rows, first, last);
		if (damage)
			*damage = inject_damage(&prepared->ingest.events, &damaged);
	}
	arena_release(&work);
	return done;
}

double *stretch_scores(struct arena *mem, const struct stretch *stretch, const struct model *model)
{
	double *scores = arena_new(mem, double, stretch->rows.n);

	model_score_rows(model, &stretch->rows, scores, NULL);
	return scores;
}

double *stretch_scores_at_door(struct arena *mem, const struct stretch *stretch,
			       const struct model *model)
{
	double *scores = stretch_scores(mem, stretch, model);
	size_t width = stretch->events.plan->n_fields;

	for (size_t i = 0; i < stretch->events.n; i++)
		if (event_is_refused(stretch->events.plan, stretch->events.values + i * width))
			scores[i] = NAN;
	return scores;
}

struct monitor_reference *reference_of(struct arena *mem, const struct prepared *prepared,
				       const struct model *model)
{
	bool *keep = split_keep(mem, &prepared->split, PART_CALIBRATION);
	struct matrix rows = matrix_subset(mem, &prepared->features, keep);
	double *scores = arena_new(mem, double, rows.n);

	model_score_rows(model, &rows, scores, NULL);
	return monitor_reference_new(mem, &rows, scores, model_facts(model).threshold);
}
