/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration_tally.c - ECE row by row */
#include "measure/calibration.h"
#include "measure/intervals.h"
#include <assert.h>

enum { DEFAULT_BINS = 10 };

struct calibration_tally calibration_tally_new(struct arena *mem, size_t n_bins)
{
	struct calibration_tally t = {.n_bins = n_bins ? n_bins : DEFAULT_BINS};

	assert(t.n_bins <= CALIBRATION_MAX_BINS);
	t.events = arena_new(mem, size_t, t.n_bins);
	t.scores = arena_new(mem, struct sum, t.n_bins);
	return t;
}

/* The bin (i / M, (i + 1) / M] of a score in 0..1; 0 is in the first. The product may be off by a
 * last place, so that the edges decide. */
static size_t bin_of(double score, size_t n_bins)
{
	size_t bin = (size_t)(score * (double)n_bins);

	if (bin >= n_bins)
		bin = n_bins - 1;
	while (bin > 0 && score <= (double)bin / (double)n_bins)
		bin--;
	while (bin + 1 < n_bins && score > (double)(bin + 1) / (double)n_bins)
		bin++;
	return bin;
}

void calibration_tally_add(struct calibration_tally *t, unsigned char label, double score)
{
	size_t bin;

	if (label > LABEL_POSITIVE || isnan(score))
		return;
	t->n++;
	if (!(score >= 0 && score <= 1)) {
		t->outside = true;
		return;
	}
	bin = bin_of(score, t->n_bins);
	t->events[bin] += label == LABEL_POSITIVE;
	sum_add(&t->scores[bin], score);
}

void calibration_tally_merge(struct calibration_tally *t, const struct calibration_tally *other)
{
	assert(t->n_bins == other->n_bins);
	t->n += other->n;
	t->outside = t->outside || other->outside;
	for (size_t b = 0; b < t->n_bins; b++) {
		t->events[b] += other->events[b];
		sum_merge(&t->scores[b], &other->scores[b]);
	}
}

struct figure calibration_tally_ece(const struct calibration_tally *t)
{
	double gaps[CALIBRATION_MAX_BINS];

	if (!t->n || t->outside)
		return (struct figure){NAN, no_interval(),
				       t->n ? "scores outside 0 to 1" : "no rows"};
	for (size_t b = 0; b < t->n_bins; b++)
		gaps[b] = fabs((double)t->events[b] - sum_value(&t->scores[b]));
	return (struct figure){calibration_ece(gaps, t->n_bins, t->n), no_interval(), NULL};
}
