/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_figures.c - performance, calibration, fairness and drift of counts */
#include "base/date.h"
#include "base/number.h"
#include "evidence/missing_drift.h"
#include "evidence/profile.h"
#include "measure/calibration.h"
#include "measure/counted.h"
#include "measure/intervals.h"
#include <math.h>
#include <string.h>

enum { MIN_GROUP_ROWS = 30 };

struct maker {
	struct arena *mem, scratch;
	const struct profile *profile, *reference;
	const struct profile_figures_request *request;
	const char *few; /* why a figure is not known where counts are hidden */
};

static struct figure not_known(const char *reason)
{
	return (struct figure){NAN, no_interval(), reason};
}

/* -- performance and calibration -------------------------------------------------------------- */

static bool any(const bool *flags, size_t n)
{
	for (size_t i = 0; flags && i < n; i++)
		if (flags[i])
			return true;
	return false;
}

static size_t total(const size_t *counts, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; counts && i < n; i++)
		sum += counts[i];
	return sum;
}

static size_t rows_of(const struct profile_outcomes *o)
{
	return o->tp + o->fp + o->fn + o->tn;
}

static struct performance performance_of(const struct maker *m, const struct profile_outcomes *o)
{
	struct counted_outcomes counted = {
	    .tp = o->tp,
	    .fp = o->fp,
	    .fn = o->fn,
	    .tn = o->tn,
	    .squares = o->counts ? &o->squares : NULL,
	    .losses = o->counts ? &o->losses : NULL,
	    .no_shares = o->outside ? "scores outside 0 to 1" : NULL,
	    .threshold = m->profile->threshold,
	};
	struct performance p;

	if (o->scores_hidden)
		counted.no_shares = m->few;
	if (!o->hidden)
		return performance_counted(&counted);
	/* rows and positives are known from the bins, what was decided is not */
	counted.tp = total(o->positives, m->profile->n_bins);
	counted.tn = total(o->counts, m->profile->n_bins) - counted.tp;
	p = performance_counted(&counted);
	p.tp = p.tn = 0;
	p.accuracy = p.balanced_accuracy = p.precision = p.recall = p.specificity = p.f1 = p.mcc =
	    not_known(m->few);
	if (!o->counts || o->outside || o->scores_hidden)
		p.base_rate = not_known(m->few);
	if (o->scores_hidden)
		p.roc_auc = p.average_precision = p.log_loss = p.brier = not_known(m->few);
	if (!o->counts)
		p.base_rate = not_known(m->few);
	return p;
}

static struct calibration calibration_of(const struct maker *m, const struct profile_outcomes *o)
{
	size_t n_bins = m->profile->n_bins, n = 0;
	struct counted_bin bins[CALIBRATION_MAX_BINS] = {0};
	double lower = 0;
	struct calibration c;

	for (size_t b = 0; !o->outside && b < n_bins; b++) {
		double upper = (double)(b + 1) / (double)n_bins;

		if (o->joined[b])
			continue;
		bins[n++] = (struct counted_bin){lower, upper, o->counts[b], o->positives[b],
						 &o->scores[b]};
		lower = upper;
	}
	c = calibration_counted(m->mem, bins, n, &o->squares);
	if (o->scores_hidden) {
		c.reason = m->few;
	} else if (o->outside) {
		c.reason = "scores outside 0 to 1";
	} else if (n < n_bins && c.n) {
		c.ece = c.mce = NAN;
		c.reason = m->few;
	}
	return c;
}

/* -- fairness --------------------------------------------------------------------------------- */

/* As evidence/figures_groups.c adds it up, to the last bit. */
static double group_ece(const struct maker *m, const struct profile_outcomes *o)
{
	struct sum gaps = {0};

	if (!o->counts || o->outside || o->scores_hidden || !rows_of(o) ||
	    any(o->joined, m->profile->n_bins))
		return NAN;
	for (size_t b = 0; b < m->profile->n_bins; b++)
		sum_add(&gaps, fabs((double)o->positives[b] - sum_value(&o->scores[b])));
	return sum_value(&gaps) / (double)rows_of(o);
}

static void forget_gap(struct group_gap *gap, const char *reason)
{
	*gap = (struct group_gap){.value = not_known(reason)};
}

static struct fairness_figures fairness_of(const struct maker *m, size_t column,
					   const struct profile_groups *groups)
{
	struct group_counts *counts = arena_new(m->mem, struct group_counts, groups->n);
	struct group_rates *rates = arena_new(m->mem, struct group_rates, groups->n);
	double *ece = arena_new(m->mem, double, groups->n);
	struct fairness_figures f = {.column = m->profile->group_columns[column]};
	bool hidden = groups->hidden;

	for (size_t g = 0; g < groups->n; g++) {
		const struct profile_outcomes *o = &groups->items[g].outcomes;

		hidden = hidden || o->hidden;
		if (o->hidden)
			continue;
		counts[f.n_groups] =
		    (struct group_counts){groups->items[g].value, o->tp, o->fp, o->fn, o->tn};
		ece[f.n_groups++] = group_ece(m, o);
	}
	f.summary = fairness_measure(
	    counts, f.n_groups,
	    m->request->min_group_rows ? m->request->min_group_rows : MIN_GROUP_ROWS, rates);
	if (hidden) {
		/* a group that is not shown could be the one that lies apart */
		forget_gap(&f.summary.demographic_parity_difference, m->few);
		forget_gap(&f.summary.disparate_impact_ratio, m->few);
		forget_gap(&f.summary.equal_opportunity_difference, m->few);
		forget_gap(&f.summary.equalized_odds_difference, m->few);
	}
	f.groups = rates;
	f.ece = ece;
	return f;
}

/* -- drift ------------------------------------------------------------------------------------ */

static struct drift unmeasured(struct maker *m, const struct profile_column *column,
			       const char *reason)
{
	const size_t none = 0;
	const struct counted_numbers nothing = {.reference = &none, .current = &none};
	struct drift d = drift_counted(m->mem, &m->scratch, column->name, &nothing);

	d.bins = NULL;
	d.n_bins = 0;
	d.numeric = column->numeric;
	d.reason = reason;
	return d;
}

static bool same_edges(const struct profile_column *a, const struct profile_column *b)
{
	if (a->n_edges != b->n_edges)
		return false;
	for (size_t e = 0; e < a->n_edges; e++)
		if (a->edges[e] != b->edges[e])
			return false;
	return true;
}

static struct drift numeric_drift(struct maker *m, const struct profile_column *cut,
				  const struct profile_counts *reference,
				  const struct profile_counts *current, bool *joined)
{
	size_t n = 0, counts[2][PROFILE_MAX_EDGES + 1] = {{0}};
	double edges[PROFILE_MAX_EDGES];
	bool tied[PROFILE_MAX_EDGES];
	struct counted_numbers numbers = {
	    .edges = edges,
	    .tied = tied,
	    .reference = counts[0],
	    .current = counts[1],
	    .missing_reference = reference->missing,
	    .missing_current = current->missing,
	    .bins = cut->cut == CUT_DECILES ? PSI_BINS_OF_REFERENCE : PSI_CATEGORIES,
	};

	for (size_t b = 0; b <= cut->n_edges; b++) {
		counts[0][n] += reference->bins[b];
		counts[1][n] += current->bins[b];
		if (b == cut->n_edges)
			break;
		if (reference->joined[b] || current->joined[b]) {
			*joined = true;
			continue;
		}
		edges[n] = cut->edges[b];
		tied[n++] = cut->tied[b];
	}
	numbers.n_edges = n;
	return drift_counted(m->mem, &m->scratch, cut->name, &numbers);
}

static bool has_value(const struct profile_counts *counts, const char *name)
{
	for (size_t v = 0; v < counts->values.n; v++)
		if (!strcmp(counts->values.items[v].name, name))
			return true;
	return false;
}

/* Names that both sides may show, in order; the others together, where there are such. */
static struct category_counts shown_counts(struct arena *mem, const struct profile_counts *counts,
					   const struct profile_counts *other)
{
	static const char rest_name[] = "(other)";
	struct profile_counts kept = {0};
	struct category_counts c = {.n_missing = counts->missing};
	size_t rest = counts->rest;

	for (size_t v = 0; v < counts->values.n; v++) {
		const struct profile_value *value = &counts->values.items[v];

		c.n += value->count;
		if (other->has_rest && !has_value(other, value->name))
			rest += value->count;
		else if (value->count)
			*profile_value_at(mem, &kept, value->name) += value->count;
	}
	c.n += counts->rest;
	if (rest)
		*profile_value_at(mem, &kept, rest_name) += rest;
	c.names = arena_new(mem, const char *, kept.values.n);
	c.counts = arena_new(mem, size_t, kept.values.n);
	for (size_t v = 0; v < kept.values.n; v++) {
		c.names[v] = kept.values.items[v].name;
		c.counts[v] = kept.values.items[v].count;
	}
	c.n_names = kept.values.n;
	return c;
}

static struct drift drift_of_column(struct maker *m, size_t column, const struct profile_part *part,
				    bool *joined)
{
	const struct profile_column *now = &m->profile->columns[column], *then = NULL;
	const struct profile_counts *current = &part->columns[column], *reference = NULL;
	struct category_counts before, after;
	struct drift d;

	for (size_t c = 0; c < m->reference->n_columns; c++)
		if (!strcmp(m->reference->columns[c].name, now->name)) {
			then = &m->reference->columns[c];
			reference = &m->reference->all.columns[c];
		}
	if (!then)
		return unmeasured(m, now, "the reference has no such column");
	if (then->numeric != now->numeric)
		return unmeasured(m, now, "numbers on one side, categories on the other");
	if (now->numeric && !same_edges(then, now))
		return unmeasured(m, now, "cut at other edges than the reference");
	if (reference->hidden || current->hidden)
		return unmeasured(m, now, m->few);
	if (now->numeric)
		return numeric_drift(m, then, reference, current, joined);
	*joined = reference->has_rest || current->has_rest;
	before = shown_counts(m->mem, reference, current);
	after = shown_counts(m->mem, current, reference);
	d = drift_categorical(m->mem, &m->scratch, now->name, &before, &after);
	if (*joined)
		d.n_new_categories = 0;
	return d;
}

/* Joining bins can only make PSI smaller: what is beyond a band still is, and what is not is not
 * known. */
static void settle_joined(struct drift *d, const char *few)
{
	bool beyond = d->severity == DRIFT_WARNING || d->severity == DRIFT_CRITICAL;

	if (isnan(d->psi))
		return;
	d->reason = few;
	if (beyond)
		return;
	d->severity = DRIFT_UNKNOWN;
	d->psi = d->psi_chance = d->psi_p_value = d->psi_ties = d->psi_ties_p_value = NAN;
	d->js_distance = d->kl_divergence = d->hellinger = NAN;
	d->total_variation = d->l_infinity = d->chi2_statistic = d->chi2_p_value = NAN;
}

static void add_drift(struct maker *m, const struct profile_part *part, struct window_figures *w)
{
	size_t n = m->profile->n_columns;
	struct drift *drift = arena_new(m->mem, struct drift, n);
	bool *joined = arena_new(m->mem, bool, n);

	for (size_t c = 0; c < n; c++)
		drift[c] = drift_of_column(m, c, part, &joined[c]);
	drift_judge(drift, n, m->request->bands, &m->scratch);
	for (size_t c = 0; c < n; c++)
		if (joined[c])
			settle_joined(&drift[c], m->few);
	w->drift = drift;
	w->n_drift = n;
	w->worst = drift_worst(drift, n);
	w->missing = missing_drift(m->mem, &m->scratch, drift, n, m->request->bands);
}

/* -- parts ------------------------------------------------------------------------------------ */

static const char *day_text(struct arena *mem, int32_t day)
{
	char text[DATE_TEXT];

	return arena_strdup(mem, date_format(text, day));
}

static struct window_figures window_of(struct maker *m, const struct profile_part *part)
{
	const struct profile *p = m->profile;
	struct window_figures w = {
	    .label = part->label ? part->label : "all", .rows = part->rows, .worst = DRIFT_UNKNOWN};
	struct fairness_figures *fairness;

	if (part->first <= part->last) {
		w.start = day_text(m->mem, part->first);
		w.end = day_text(m->mem, part->last);
	}
	if (p->label) {
		w.has_performance = true;
		w.performance = performance_of(m, &part->outcomes);
	}
	if (p->label && p->score) {
		w.has_calibration = true;
		w.calibration = calibration_of(m, &part->outcomes);
	}
	fairness = arena_new(m->mem, struct fairness_figures, p->n_group_columns);
	for (size_t g = 0; g < p->n_group_columns; g++)
		if (part->groups[g].n)
			fairness[w.n_fairness++] = fairness_of(m, g, &part->groups[g]);
	w.fairness = fairness;
	if (m->reference)
		add_drift(m, part, &w);
	return w;
}

static bool hides_anything(const struct profile *p)
{
	bool hides = p->windows_hidden || p->all.outcomes.hidden || p->all.outcomes.scores_hidden ||
		     any(p->all.outcomes.joined, p->all.outcomes.counts ? p->n_bins : 0);

	for (size_t c = 0; c < p->n_columns; c++)
		hides = hides || p->all.columns[c].has_rest || p->all.columns[c].hidden ||
			any(p->all.columns[c].joined, p->columns[c].n_edges);
	for (size_t g = 0; g < p->n_group_columns; g++)
		hides = hides || p->all.groups[g].hidden;
	return hides;
}

static const char *how_text(const struct maker *m)
{
	const struct profile *p = m->profile;
	const char *text =
	    arena_printf(m->mem, "Computed from counts: profile '%s', %zu row%s",
			 p->id ? p->id : "profile", p->all.rows, p->all.rows == 1 ? "" : "s");
	char number[NUMBER_TEXT_MAX];

	if (p->where)
		text = arena_printf(m->mem, "%s, where %s", text, p->where);
	if (p->all.first <= p->all.last)
		text = arena_printf(m->mem, "%s, %s to %s", text, day_text(m->mem, p->all.first),
				    day_text(m->mem, p->all.last));
	if (p->label && p->score)
		text =
		    arena_printf(m->mem, "%s; %zu equal-width bins, right-closed", text, p->n_bins);
	if (p->label)
		text = arena_printf(m->mem, "%s; decisions from %s on", text,
				    number_shortest(number, p->threshold));
	if (m->reference)
		text = arena_printf(
		    m->mem, "%s; drift against profile '%s', %zu rows, natural logarithm", text,
		    m->reference->id ? m->reference->id : "profile", m->reference->all.rows);
	if (hides_anything(p) || (m->reference && hides_anything(m->reference)))
		text = arena_printf(m->mem, "%s; %s", text, m->few);
	return text;
}

void profile_figures(struct arena *mem, const struct profile_figures_request *request,
		     struct record_figures *f)
{
	const struct profile *p = request->profile;
	struct maker m = {
	    .mem = mem, .profile = p, .reference = request->reference, .request = request};
	size_t least = p->min_count;
	struct window_figures *windows = arena_new(mem, struct window_figures, p->windows.n);
	const char **names = arena_new(mem, const char *, p->n_columns);

	arena_init(&m.scratch);
	if (request->reference && request->reference->min_count > least)
		least = request->reference->min_count;
	m.few = least ? arena_printf(mem, "counts under %zu are hidden", least)
		      : "small counts are hidden";
	f->origin = ORIGIN_MEASURED;
	f->rows = p->all.rows;
	f->skipped = p->skipped;
	f->all = window_of(&m, &p->all);
	for (size_t i = 0; i < p->windows.n; i++)
		windows[i] = window_of(&m, &p->windows.items[i]);
	f->windows = windows;
	f->n_windows = p->windows.n;
	for (size_t c = 0; c < p->n_columns; c++)
		names[c] = p->columns[c].name;
	f->features = names;
	f->n_features = request->reference ? p->n_columns : 0;
	f->label = p->label;
	f->score = p->score;
	f->threshold = p->threshold;
	f->threshold_from = "the profile";
	f->psi_warning = request->bands.warning;
	f->psi_critical = request->bands.critical;
	f->bands_from = request->bands_from;
	f->how = how_text(&m);
	arena_release(&m.scratch);
}
