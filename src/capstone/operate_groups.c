/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate_groups.c - whether groups are treated alike enough for a version to answer
 *
 * The criterion and its limit were chosen before the first fit (plan.h). Under the limit a version
 * answers by a waiver alone, signed by the day on which it would; without one it stays in shadow,
 * whatever its other criteria say. */
#include "base/date.h"
#include "capstone/operate_internal.h"
#include "measure/fairness.h"
#include "measure/outcomes.h"
#include <math.h>
#include <string.h>

/* Days of the rows that decided about the version. */
static struct period judged_days(const struct play *play, unsigned version)
{
	return version == REFIT ? play->result->refit.gate_rows : play->prepared->plan->temporal;
}

/* Smallest over largest selection rate of the groups of a field on those rows; NAN: not known. */
static double ratio_of(struct arena *scratch, const struct play *play, unsigned version,
		       size_t field)
{
	const struct events *events = &play->stretch.events;
	const struct plan *plan = play->prepared->plan;
	const struct field *f = &plan->fields[field];
	struct group_counts *counts = arena_new(scratch, struct group_counts, f->n_values);
	struct group_rates *rates = arena_new(scratch, struct group_rates, f->n_values);
	struct period days = judged_days(play, version);
	size_t row, end;

	for (size_t i = 0; i < f->n_values; i++)
		counts[i].name = f->values[i];
	play_rows(play, days.from, days.to, &row, &end);
	for (; row < end; row++) {
		double code = events->values[row * plan->n_fields + field];
		bool selected =
		    score_written(play_score(play, version, row)) >= play_threshold(play, version);
		struct group_counts *c;

		if (!(code >= 0) || events->label[row] == LABEL_MISSING)
			continue;
		c = &counts[(size_t)code];
		if (events->label[row] == LABEL_POSITIVE)
			*(selected ? &c->tp : &c->fn) += 1;
		else
			*(selected ? &c->fp : &c->tn) += 1;
	}
	return fairness_measure(counts, f->n_values, plan->min_group_rows, rates)
	    .disparate_impact_ratio.value.value;
}

/* The waiver that is in force on a day; NULL: none. */
static const struct group_waiver *waiver_of(const struct play *play, unsigned version, int32_t day)
{
	for (size_t i = 0; i < play->plan->n_waivers; i++) {
		const struct group_waiver *w = &play->plan->waivers[i];
		if (!strcmp(w->version, play->versions[version].name) && w->granted <= day &&
		    w->expires >= day)
			return w;
	}
	return NULL;
}

static const char *explain(struct play *play, const struct group_check *check)
{
	char granted[DATE_TEXT];
	const char *what =
	    isnan(check->ratio)
		? "No group has rows enough for a ratio of selection rates"
		: arena_printf(play->mem,
			       "Smallest ratio of selection rates %.3f by %s, limit %.2f",
			       check->ratio, check->attribute, check->limit);

	if (!isnan(check->ratio) && check->ratio >= check->limit)
		return arena_printf(play->mem, "%s.", what);
	if (check->waiver)
		return arena_printf(play->mem, "%s: by %s of %s alone.", what, check->waiver->id,
				    date_format(granted, check->waiver->granted));
	return arena_printf(play->mem, "%s, and no waiver was signed: it stays in shadow.", what);
}

const struct group_check *play_groups(struct play *play, unsigned version, int32_t day)
{
	const struct plan *plan = play->prepared->plan;
	struct group_check *check = ARENA_PUSH(play->mem, &play->group_checks);
	struct arena scratch;

	*check = (struct group_check){.version = play->versions[version].name,
				      .day = day,
				      .attribute = "",
				      .ratio = NAN,
				      .limit = plan->min_disparate_impact};
	arena_init(&scratch);
	for (size_t f = 0; f < plan->n_fields; f++) {
		double ratio =
		    plan->fields[f].group ? ratio_of(&scratch, play, version, f) : (double)NAN;
		if (isnan(ratio) || ratio >= check->ratio)
			continue;
		check->ratio = ratio;
		check->attribute = plan->fields[f].name;
	}
	arena_release(&scratch);
	if (!(check->ratio >= check->limit))
		check->waiver = waiver_of(play, version, day);
	check->pass = check->ratio >= check->limit || check->waiver;
	check->reason = explain(play, check);
	return check;
}
