/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/psi_empty.c - the distribution of PSI where bins may be empty
 *
 * An empty bin counts 1e-4, so that psi leaps by some 0.7 with each: its distribution has a hump
 * for each number of empty bins, which one gamma distribution does not follow. So it is taken for a
 * mixture over which bins are empty, with the exact chance of each case and a shifted gamma
 * distribution within. Bins with one reference count are alike, and cases are counted by them. */
#include "measure/psi_internal.h"
#include <math.h>

enum { MOST_KINDS = 6, MOST_CASES = 200 };
#define WORTHWHILE 1e-6 /* chance of an empty bin from which on it matters */
#define UNLIKELY 1e-7   /* a case under this is left out */

/* Bins with one reference count. */
struct kind {
	double count; /* an empty one counts 1/2, as in psi.c */
	size_t n;
};

struct bins_by_kind {
	struct kind kind[MOST_KINDS];
	size_t n;
	double all, m; /* sum of the counts; rows of the current sample */
};

/* How many bins of each kind are empty. */
struct empty_case {
	size_t of[MOST_KINDS];
	double chance;
	struct cumulants cumulants;
};

static double weight_of(size_t reference)
{
	return reference ? (double)reference : 0.5;
}

static bool sort_kinds(const size_t *reference, size_t n_bins, struct bins_by_kind *kinds)
{
	for (size_t b = 0; b < n_bins; b++) {
		size_t k = 0;

		while (k < kinds->n && kinds->kind[k].count != weight_of(reference[b]))
			k++;
		if (k == MOST_KINDS)
			return false;
		if (k == kinds->n)
			kinds->kind[kinds->n++] = (struct kind){weight_of(reference[b]), 0};
		kinds->kind[k].n++;
		kinds->all += weight_of(reference[b]);
	}
	return true;
}

static double choose(size_t n, size_t k)
{
	double ways = 1;

	for (size_t i = 1; i <= k; i++)
		ways = ways * (double)(n - k + i) / (double)i;
	return ways;
}

/* ln of the gamma function of x > 0; lgamma() itself sets a global variable, which threads share.
 */
static double log_gamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

/* P(bins that hold `weight` of all are empty): of the Dirichlet-multinomial distribution. */
static double chance_all_empty(const struct bins_by_kind *kinds, double weight)
{
	double rest = kinds->all - weight;

	if (rest <= 0)
		return 0;
	return exp(log_gamma(rest + kinds->m) - log_gamma(rest) + log_gamma(kinds->all) -
		   log_gamma(kinds->all + kinds->m));
}

/* The next of all vectors with of[k] <= most[k]; false after the last. */
static bool next_vector(size_t *of, const size_t *most, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		if (of[k] < most[k]) {
			of[k]++;
			return true;
		}
		of[k] = 0;
	}
	return false;
}

/* P(these and no other bins are empty), times the number of ways, by inclusion and exclusion. */
static double chance_of(const struct bins_by_kind *kinds, const size_t *empty)
{
	size_t more[MOST_KINDS] = {0}, room[MOST_KINDS] = {0};
	double chance = 0, ways = 1;

	for (size_t k = 0; k < kinds->n; k++) {
		room[k] = kinds->kind[k].n - empty[k];
		ways *= choose(kinds->kind[k].n, empty[k]);
	}
	do {
		double weight = 0, sign = 1;

		for (size_t k = 0; k < kinds->n; k++) {
			weight += (double)(empty[k] + more[k]) * kinds->kind[k].count;
			sign *= (more[k] % 2 ? -1 : 1) * choose(room[k], more[k]);
		}
		chance += sign * chance_all_empty(kinds, weight);
	} while (next_vector(more, room, kinds->n));
	return fmax(0, chance * ways);
}

/* The law of the counts over 0 of bins that are not empty. */
static void set_filled(struct arena *scratch, const struct null_model *null, struct bin_chance *bin,
		       double reference, double all, double m)
{
	struct spread *s = &bin->of;

	bin->law = (struct law){
	    .type = NEGATIVE_BINOMIAL,
	    .count = fmax(reference, 0.5),
	    .n = all,
	    .m = m,
	    .mean = fmax(reference, 0.5) * m / all,
	    .max = null->m,
	};
	*s = psi_spread(scratch, &bin->law);
	if (s->low == 0 && s->n > 1) {
		double rest = 1 - s->share[0];

		s->low = 1;
		s->share++;
		s->n--;
		for (size_t i = 0; i < s->n; i++)
			s->share[i] /= rest;
	}
	psi_set_moments(null, bin, reference);
}

/* Counts that are not 0 have the same distribution, given their total, whatever the chance that the
 * laws start from: it is moved until the total is expected to be m. */
static struct cumulants cumulants_of(struct arena *scratch, const struct bins_by_kind *kinds,
				     const size_t *reference, size_t n_bins, double n,
				     const size_t *empty)
{
	struct null_model null = {.bins = PSI_BINS_OF_REFERENCE, .n = n, .m = kinds->m};
	size_t left[MOST_KINDS] = {0}, *filled = arena_new(scratch, size_t, n_bins);
	double from = kinds->m, of_empty = 0, bend = 0, mean;
	struct cumulants c;

	null.bin = arena_new(scratch, struct bin_chance, n_bins);
	for (size_t k = 0; k < kinds->n; k++)
		left[k] = empty[k];
	for (size_t b = 0; b < n_bins; b++) {
		size_t k = 0;
		while (kinds->kind[k].count != weight_of(reference[b]))
			k++;
		if (left[k]) {
			left[k]--;
			of_empty += psi_term_of(&null, &null.bin[0], 0, (double)reference[b]);
		} else {
			filled[null.n_bins++] = reference[b];
		}
	}
	for (int round = 0; round < 12; round++) {
		double total = 0;
		for (size_t b = 0; b < null.n_bins; b++) {
			set_filled(scratch, &null, &null.bin[b], (double)filled[b], kinds->all,
				   from);
			total += null.bin[b].mean;
		}
		if (fabs(total - kinds->m) < 1e-6 * kinds->m || null.n_bins < 2)
			break;
		from *= kinds->m / total;
	}
	mean = 0;
	for (size_t b = 0; b < null.n_bins; b++)
		mean += null.bin[b].term_mean;
	if (null.n_bins < 2) { /* one bin holds all rows */
		mean = psi_term_of(&null, &null.bin[0], kinds->m, (double)filled[0]);
		return (struct cumulants){.mean = of_empty + mean};
	}
	c = psi_null_cumulants(&null, filled, mean, &bend);
	c.mean += of_empty - bend;
	return c;
}

struct mixture {
	struct empty_case cases[MOST_CASES];
	size_t n;
};

static double tail_of(const struct mixture *mixture, double psi)
{
	double tail = 0;

	for (size_t i = 0; i < mixture->n; i++)
		tail +=
		    mixture->cases[i].chance * cumulants_tail(&mixture->cases[i].cumulants, psi);
	return fmin(1, tail);
}

static double point_of(const struct mixture *mixture, double tail)
{
	double low = 0, high = 1;

	while (tail_of(mixture, high) > tail && high < 1e6)
		high *= 2;
	for (int i = 0; i < 60; i++) {
		double middle = low + (high - low) / 2;

		if (tail_of(mixture, middle) > tail)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* Every case with its chance and cumulants. The mean of the case without empty bins is what is left
 * of the exact one. */
static void fill_mixture(struct arena *scratch, const struct bins_by_kind *kinds,
			 const size_t *reference, size_t n_bins, double n, double mean,
			 struct mixture *mixture)
{
	size_t empty[MOST_KINDS] = {0}, most[MOST_KINDS] = {0};
	double of_others = 0, all = 0;

	for (size_t k = 0; k < kinds->n; k++)
		most[k] = kinds->kind[k].n;
	do {
		struct empty_case *one = &mixture->cases[mixture->n];

		one->chance = chance_of(kinds, empty);
		if (mixture->n && one->chance < UNLIKELY)
			continue;
		for (size_t k = 0; k < kinds->n; k++)
			one->of[k] = empty[k];
		one->cumulants = cumulants_of(scratch, kinds, reference, n_bins, n, empty);
		if (mixture->n)
			of_others += one->chance * one->cumulants.mean;
		all += one->chance;
		mixture->n++;
	} while (next_vector(empty, most, kinds->n));
	if (mixture->cases[0].chance > 0.5)
		mixture->cases[0].cumulants.mean = (mean - of_others) / mixture->cases[0].chance;
	for (size_t i = 0; i < mixture->n; i++)
		mixture->cases[i].chance /= all;
}

bool psi_chance_empty(struct arena *scratch, const size_t *reference, size_t n_bins, double m,
		      double mean, double psi, struct psi_chance *chance)
{
	struct bins_by_kind kinds = {.m = m};
	size_t none[MOST_KINDS] = {0}, n = 0;
	struct mixture *mixture;
	double ways = 1;

	if (!sort_kinds(reference, n_bins, &kinds))
		return false;
	for (size_t k = 0; k < kinds.n; k++)
		ways *= (double)kinds.kind[k].n + 1;
	if (ways > MOST_CASES || 1 - chance_of(&kinds, none) < WORTHWHILE)
		return false;
	for (size_t b = 0; b < n_bins; b++)
		n += reference[b];
	mixture = arena_new(scratch, struct mixture, 1);
	fill_mixture(scratch, &kinds, reference, n_bins, (double)n, mean, mixture);
	*chance = (struct psi_chance){point_of(mixture, 0.05), tail_of(mixture, psi)};
	return true;
}
