/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/counted.c - the figures that counts alone give, without a row */
#include "measure/counted.h"
#include "measure/calibration.h"
#include "measure/drift_internal.h"
#include "measure/intervals.h"
#include "measure/performance.h"
#include <assert.h>
#include <float.h>
#include <math.h>

const char counted_needs_rows[] = "it needs rows, and these are counts";

/* -- drift ------------------------------------------------------------------------------------ */

/* The bins without the edges that only set frequent values apart. */
static size_t plain_bins(const struct counted_numbers *c, struct drift_bin *bins, size_t *reference,
			 size_t *current)
{
	size_t n = 0;

	for (size_t b = 0; b <= c->n_edges; b++) {
		bool last = b == c->n_edges;

		reference[n] += c->reference[b];
		current[n] += c->current[b];
		if (!last && c->tied && c->tied[b])
			continue;
		bins[n].lower = n ? bins[n - 1].upper : -INFINITY;
		bins[n].upper = last ? INFINITY : c->edges[b];
		bins[n].reference = reference[n];
		bins[n].current = current[n];
		n++;
	}
	return n;
}

static size_t total(const size_t *counts, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += counts[i];
	return sum;
}

static double share_of(size_t k, size_t n)
{
	return n ? (double)k / (double)n : NAN;
}

static void measure_ties(struct arena *scratch, const struct counted_numbers *c, struct drift *d)
{
	size_t n = c->n_edges + 1;

	if (d->n_bins == n)
		return;
	d->psi_ties = psi_from_counts(c->reference, c->current, n);
	d->psi_ties_p_value =
	    psi_chance(scratch, c->reference, c->current, n, c->bins, d->psi_ties).p_value;
}

struct drift drift_counted(struct arena *mem, struct arena *scratch, const char *column,
			   const struct counted_numbers *c)
{
	struct arena_mark mark = arena_save(scratch);
	struct drift d = drift_not_measured(column, true);
	struct drift_bin *bins = arena_new(mem, struct drift_bin, c->n_edges + 1);
	size_t *counts = arena_new(scratch, size_t, 2 * (c->n_edges + 1));
	size_t *current = counts + c->n_edges + 1;

	assert(mem != scratch);
	d.rows_reference = total(c->reference, c->n_edges + 1);
	d.rows_current = total(c->current, c->n_edges + 1);
	d.missing_reference =
	    share_of(c->missing_reference, d.rows_reference + c->missing_reference);
	d.missing_current = share_of(c->missing_current, d.rows_current + c->missing_current);
	d.n_bins = plain_bins(c, bins, counts, current);
	d.bins = bins;
	d.reason = !d.rows_reference ? "no values in the reference"
		   : !d.rows_current ? "no values in the window"
				     : NULL;
	if (!d.reason) {
		drift_measure_bins(scratch, counts, current, c->bins, &d);
		measure_ties(scratch, c, &d);
	}
	arena_reset(scratch, mark);
	return d;
}

/* -- calibration ------------------------------------------------------------------------------ */

static struct figure needs_rows(void)
{
	return (struct figure){NAN, no_interval(), counted_needs_rows};
}

static struct calibration_bin counted_bin(const struct counted_bin *b)
{
	struct interval interval = wilson_interval(b->events, b->count, INTERVAL_Z95);

	return (struct calibration_bin){
	    .lower = b->lower,
	    .upper = b->upper,
	    .count = b->count,
	    .events = b->events,
	    .mean_score = b->count ? sum_value(b->scores) / (double)b->count : NAN,
	    .event_rate = b->count ? (double)b->events / (double)b->count : NAN,
	    .event_rate_low = interval.low,
	    .event_rate_high = interval.high,
	};
}

struct calibration calibration_counted(struct arena *mem, const struct counted_bin *counted,
				       size_t n_bins, const struct sum *squares)
{
	struct calibration_bin *bins = arena_new(mem, struct calibration_bin, n_bins);
	double gaps[CALIBRATION_MAX_BINS];
	size_t events = 0;
	struct calibration c = {
	    .binning = "uniform",
	    .ece = NAN,
	    .ece_chance = NAN,
	    .mce = NAN,
	    .brier = NAN,
	    .reliability = NAN,
	    .resolution = NAN,
	    .uncertainty = NAN,
	    .adaptive_ece = NAN,
	    .slope = needs_rows(),
	    .intercept = needs_rows(),
	    .hosmer_lemeshow = needs_rows(),
	    .reason = "no rows",
	};

	for (size_t b = 0; b < n_bins; b++) {
		bins[b] = counted_bin(&counted[b]);
		c.n += counted[b].count;
		events += counted[b].events;
	}
	if (!c.n)
		return c;
	c.reason = counted_needs_rows;
	c.bins = bins;
	c.n_bins = n_bins;
	c.mce = 0;
	for (size_t b = 0; b < n_bins; b++) {
		gaps[b] = fabs((double)counted[b].events - sum_value(counted[b].scores));
		if (bins[b].count)
			c.mce = fmax(c.mce, fabs(bins[b].event_rate - bins[b].mean_score));
	}
	c.ece = calibration_ece(gaps, n_bins, c.n);
	c.brier = sum_value(squares) / (double)c.n;
	c.uncertainty = (double)events / (double)c.n * (1 - (double)events / (double)c.n);
	return c;
}

/* -- performance ------------------------------------------------------------------------------ */

static struct figure mean_of(const struct sum *sum, const struct performance *p,
			     const char *no_shares)
{
	const char *reason = !p->n ? "no rows" : !sum ? "no score" : no_shares;

	if (reason)
		return (struct figure){NAN, no_interval(), reason};
	return (struct figure){sum_value(sum) / (double)p->n, no_interval(), NULL};
}

struct performance performance_counted(const struct counted_outcomes *c)
{
	const struct outcomes outcomes = {
	    .n = c->tp + c->fp + c->fn + c->tn,
	    .n_positive = c->tp + c->fn,
	    .n_negative = c->fp + c->tn,
	    .has_predictions = true,
	    .threshold = c->threshold,
	    .tp = c->tp,
	    .fp = c->fp,
	    .fn = c->fn,
	    .tn = c->tn,
	};
	struct performance p = performance_measure(&outcomes);

	if (c->squares && p.n)
		p.roc_auc = p.average_precision = needs_rows();
	p.log_loss = mean_of(c->losses, &p, c->no_shares);
	p.brier = mean_of(c->squares, &p, c->no_shares);
	return p;
}

double counted_square(double score, bool positive)
{
	double d = positive ? 1 - score : score;

	return d * d;
}

double counted_loss(double score, bool positive)
{
	double held = fmin(fmax(score, DBL_EPSILON), 1 - DBL_EPSILON);

	return positive ? -log(held) : -log1p(-held);
}
