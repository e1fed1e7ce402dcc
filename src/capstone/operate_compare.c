/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate_compare.c - a version beside the one that answers: shadow runs, canary steps */
#include "capstone/operate_internal.h"
#include "measure/drift.h"
#include "measure/outcomes.h"
#include "measure/performance.h"
#include <math.h>

static double *scores_of(struct arena *mem, const struct play *play, unsigned version, size_t from,
			 size_t to)
{
	double *scores = arena_new(mem, double, to - from);

	for (size_t i = from; i < to; i++)
		scores[i - from] = score_written(play_score(play, version, i));
	return scores;
}

/* -- alerts ----------------------------------------------------------------------------------- */

size_t play_serious_alerts(const struct play *play, unsigned version, int32_t first, int32_t last)
{
	const struct monitor_alerts *alerts = &play->versions[version].alerts;
	size_t n = 0;

	for (size_t i = 0; i < alerts->n; i++)
		n += alerts->items[i].day >= first && alerts->items[i].day <= last &&
		     play->rules[alerts->items[i].rule].rolls_back;
	return n;
}

/* -- shadow ----------------------------------------------------------------------------------- */

static void compare_scores(const struct play *play, unsigned version, unsigned against,
			   struct shadow_result *r)
{
	double limit = play_threshold(play, version), limit_against = play_threshold(play, against);
	size_t from, to, same = 0, both = 0;
	struct numeric_reference reference;
	struct arena mem, scratch;
	double *a, *b;
	struct drift drift;

	arena_init(&mem);
	arena_init(&scratch);
	play_rows(play, r->first, r->last, &from, &to);
	a = scores_of(&mem, play, against, from, to);
	b = scores_of(&mem, play, version, from, to);
	r->cases = to - from;
	for (size_t i = 0; i < r->cases; i++) {
		if (isnan(b[i])) {
			r->missing_scores++;
			continue;
		}
		if (isnan(a[i]))
			continue;
		both++;
		same += (a[i] >= limit_against) == (b[i] >= limit);
		r->largest_difference = fmax(r->largest_difference, fabs(a[i] - b[i]));
	}
	r->agreement = both ? (double)same / (double)both : NAN;
	numeric_reference_init(&reference, &mem, &scratch, a, r->cases, DRIFT_BINS);
	drift = drift_numeric(&mem, &scratch, "score", &reference, b, r->cases);
	r->score_psi = drift.psi;
	r->score_psi_chance = drift.psi_chance;
	arena_release(&scratch);
	arena_release(&mem);
}

static double auc_of(struct arena *mem, const unsigned char *labels, const double *scores, size_t n)
{
	struct outcomes outcomes = outcomes_sorted(
	    mem, mem, &(struct outcome_rows){.n = n, .labels = labels, .scores = scores});

	return roc_auc(&outcomes).value;
}

static void compare_ranking(const struct play *play, unsigned version, unsigned against,
			    struct shadow_result *r)
{
	const unsigned char *labels;
	struct arena mem;
	size_t from, to;
	double *a, *b;

	r->roc_auc = r->roc_auc_against = NAN;
	r->gain = (struct paired_comparison){.difference = {.value = NAN, .reason = "no rows"}};
	play_rows(play, r->judged_on.from, r->judged_on.to, &from, &to);
	if (from >= to)
		return;
	arena_init(&mem);
	labels = play->stretch.events.label + from;
	a = scores_of(&mem, play, against, from, to);
	b = scores_of(&mem, play, version, from, to);
	for (size_t i = 0; i < to - from; i++) {
		r->labelled += labels[i] != LABEL_MISSING;
		r->positives += labels[i] == LABEL_POSITIVE;
	}
	r->roc_auc = auc_of(&mem, labels, b, to - from);
	r->roc_auc_against = auc_of(&mem, labels, a, to - from);
	r->gain = compare_roc_auc(&mem, labels, a, b, to - from);
	arena_release(&mem);
}

struct shadow_result play_shadow(const struct play *play, unsigned version, unsigned against,
				 int32_t first, int32_t last, struct period judged_on)
{
	struct shadow_result r = {.version = play->versions[version].name,
				  .against =
				      against == NO_VERSION ? NULL : play->versions[against].name,
				  .first = first,
				  .last = last,
				  .judged_on = judged_on};
	size_t alerts = play_serious_alerts(play, version, first, last);
	double missing;

	compare_scores(play, version, against, &r);
	compare_ranking(play, version, against, &r);
	missing = r.cases ? (double)r.missing_scores / (double)r.cases : 1;
	r.pass = missing <= play->plan->max_missing_scores && !alerts &&
		 r.gain.difference.interval.low > play->plan->min_shadow_gain;
	r.reason =
	    arena_printf(play->mem,
			 "%zu of %zu scores missing; ROC AUC %.3f against %.3f on %zu "
			 "payments with known labels, "
			 "%+.3f (%+.3f to %+.3f), must be over %+.3f; %zu alerts that roll back.",
			 r.missing_scores, r.cases, r.roc_auc, r.roc_auc_against, r.labelled,
			 r.gain.difference.value, r.gain.difference.interval.low,
			 r.gain.difference.interval.high, play->plan->min_shadow_gain, alerts);
	return r;
}

/* -- canary ----------------------------------------------------------------------------------- */

/* Standard deviations, as the monitor's: payments come in bursts, and shares vary more than those
 * of single draws. */
#define SURE 4.0

/* The accounts whose payments the canary answered, and what both versions make of the same
 * payments. Payments of an account come in bursts and are selected together, so that the account is
 * what varies by chance; and two sides of a split differ by their accounts, which the same ones do
 * not. */
struct same_accounts {
	size_t accounts, selected, selected_other; /* with a payment that was selected */
	size_t only_one, only_other;               /* by one version alone */
};

enum { SEEN = 1, SELECTED = 2, SELECTED_BY_OTHER = 4 };

static struct same_accounts count_accounts(const unsigned char *marks, size_t n)
{
	struct same_accounts same = {0};

	for (size_t i = 0; i < n; i++) {
		bool one = marks[i] & SELECTED, other = marks[i] & SELECTED_BY_OTHER;

		same.accounts += marks[i] != 0;
		same.selected += one;
		same.selected_other += other;
		same.only_one += one && !other;
		same.only_other += other && !one;
	}
	return same;
}

/* Whether they differ by more than the factor, and by more than chance: McNemar's test of the
 * accounts on which the two disagree. McNemar (1947), Psychometrika 12:153-157. */
static bool apart(const struct same_accounts *same, double factor)
{
	double a = (double)same->selected, b = (double)same->selected_other;
	double one = (double)same->only_one, other = (double)same->only_other;

	return (a > b * factor || b > a * factor) && fabs(one - other) > SURE * sqrt(one + other);
}

struct canary_step play_canary_step(const struct play *play, unsigned version, unsigned against,
				    double percent, int32_t first, int32_t last)
{
	struct canary_step step = {.percent = percent, .first = first, .last = last};
	double limit = play_threshold(play, version), limit_other = play_threshold(play, against);
	unsigned char *marks;
	struct same_accounts same;
	size_t from, to, selected = 0, selected_other = 0;
	struct arena mem;

	arena_init(&mem);
	marks = arena_new(&mem, unsigned char, play->stretch.events.n_entities);
	play_rows(play, first, last, &from, &to);
	for (size_t i = from; i < to; i++) {
		double score = play_score(play, version, i);
		bool one = score >= limit, other = play_score(play, against, i) >= limit_other;

		if (!play->on_canary[i]) {
			step.cases_other++;
			continue;
		}
		step.cases++;
		step.missing_scores += isnan(score);
		selected += one;
		selected_other += other;
		marks[play->stretch.events.entity[i]] |=
		    (unsigned char)(SEEN | (one ? SELECTED : 0) | (other ? SELECTED_BY_OTHER : 0));
	}
	same = count_accounts(marks, play->stretch.events.n_entities);
	step.accounts = same.accounts;
	step.selected = step.cases ? (double)selected / (double)step.cases : NAN;
	step.selected_other = step.cases ? (double)selected_other / (double)step.cases : NAN;
	step.alerts = play_serious_alerts(play, version, first, last);
	step.go_on =
	    step.cases && !step.alerts &&
	    (double)step.missing_scores <= play->plan->max_missing_scores * (double)step.cases &&
	    !apart(&same, play->plan->max_selected_factor);
	step.watched = arena_printf(
	    play->mem,
	    "%zu payments of %zu accounts, %zu without a score; accounts with a payment selected "
	    "%zu, of the same payments %s would have selected some of %zu; %zu alerts that roll "
	    "back",
	    step.cases, step.accounts, step.missing_scores, same.selected, play_name(play, against),
	    same.selected_other, step.alerts);
	arena_release(&mem);
	return step;
}
