/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/psi.c - population stability index, and what chance gives */
#include "measure/psi_internal.h"
#include "measure/sum.h"
#include <math.h>

static double psi_term(double p, double q)
{
	p = p > 0 ? p : PSI_EMPTY_SHARE;
	q = q > 0 ? q : PSI_EMPTY_SHARE;
	return fabs(q - p) * log(p > q ? p / q : q / p); /* the same bits both ways */
}

double psi_from_shares(const double *p, const double *q, size_t n_bins)
{
	struct sum psi = {0};

	for (size_t b = 0; b < n_bins; b++)
		sum_add(&psi, psi_term(p[b], q[b]));
	return sum_value(&psi);
}

static size_t total(const size_t *counts, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += counts[i];
	return sum;
}

double psi_from_counts(const size_t *reference, const size_t *current, size_t n_bins)
{
	double n = (double)total(reference, n_bins), m = (double)total(current, n_bins);
	struct sum psi = {0};

	if (n == 0 || m == 0)
		return NAN;
	for (size_t b = 0; b < n_bins; b++)
		sum_add(&psi, psi_term((double)reference[b] / n, (double)current[b] / m));
	return sum_value(&psi);
}

/* P(k + 1) / P(k). */
static double step_up(const struct law *law, double k)
{
	double a = law->count, n = law->n, m = law->m;

	switch (law->type) {
	case NEGATIVE_BINOMIAL:
		return (a + k) / (k + 1) * (m / (n + m));
	case BETA_BINOMIAL:
		return (m - k) * (a + k) / ((k + 1) * (n - a + m - k - 1));
	case BINOMIAL:
		return (a - k) / (k + 1) * (m / n);
	case HYPERGEOMETRIC:
		return (a - k) * (m - k) / ((k + 1) * (n - a + k + 1));
	}
	return 0;
}

#define NEGLIGIBLE 1e-18
enum { POINTS_TO_DEVIATION = 500, DEVIATIONS_FROM_END = 20 };

/* Counts between two points of a law's spread. */
static double step_of(const struct law *law)
{
	double a = law->count, n = law->n, m = law->m, variance = law->mean, deviation;

	switch (law->type) {
	case NEGATIVE_BINOMIAL:
		variance *= 1 + m / n;
		break;
	case BETA_BINOMIAL:
		variance *= (1 - a / n) * (1 + m / n);
		break;
	case BINOMIAL:
		variance *= n / (n + m);
		break;
	case HYPERGEOMETRIC:
		variance *= (1 - a / (n + m)) * (n / (n + m));
		break;
	}
	deviation = sqrt(fmax(0, variance));
	if (!(fmin(law->mean, law->max - law->mean) > DEVIATIONS_FROM_END * deviation))
		return 1;
	return fmax(1, floor(deviation / POINTS_TO_DEVIATION));
}

/* P(k + step) / P(k): the ratio from one count to the next hardly changes within a step, so that
 * the one in its middle stands for all. */
static double step_over(const struct law *law, double k, double step)
{
	return step == 1 ? step_up(law, k) : exp(step * log(step_up(law, k + (step - 1) / 2)));
}

struct spread psi_spread(struct arena *scratch, const struct law *law)
{
	double lowest = law->type == HYPERGEOMETRIC ? fmax(0, law->count - law->n) : 0;
	double middle = fmax(lowest, floor(fmin(law->mean, law->max)));
	double step = step_of(law), share = 1, sum = 0;
	size_t below = 0, above = 0;
	struct spread s;

	for (double k = middle; k + step <= law->max && share > NEGLIGIBLE; k += step, above++)
		share *= step_over(law, k, step);
	share = 1;
	for (double k = middle; k - step >= lowest && share > NEGLIGIBLE; k -= step, below++)
		share /= step_over(law, k - step, step);
	s.low = middle - (double)below * step;
	s.step = step;
	s.n = below + above + 1;
	s.share = arena_new(scratch, double, s.n);
	s.share[below] = 1;
	for (size_t i = below; i + 1 < s.n; i++)
		s.share[i + 1] = s.share[i] * step_over(law, spread_count(&s, i), step);
	for (size_t i = below; i > 0; i--)
		s.share[i - 1] = s.share[i] / step_over(law, spread_count(&s, i - 1), step);
	for (size_t i = 0; i < s.n; i++)
		sum += s.share[i];
	for (size_t i = 0; i < s.n; i++)
		s.share[i] /= sum;
	return s;
}

/* The bin's term of psi when the current sample holds k of its rows. */
double psi_term_of(const struct null_model *null, const struct bin_chance *bin, double k,
		   double reference)
{
	if (null->bins == PSI_CATEGORIES)
		reference = bin->law.count - k;
	return psi_term(reference / null->n, k / null->m);
}

static double term_mean(const struct null_model *null, const struct bin_chance *bin,
			const struct spread *s, double reference)
{
	double mean = 0;

	for (size_t i = 0; i < s->n; i++)
		mean += s->share[i] * psi_term_of(null, bin, spread_count(s, i), reference);
	return mean;
}

void psi_set_moments(const struct null_model *null, struct bin_chance *bin, double reference)
{
	bin->mean = bin->variance = 0;
	for (size_t i = 0; i < bin->of.n; i++)
		bin->mean += bin->of.share[i] * spread_count(&bin->of, i);
	for (size_t i = 0; i < bin->of.n; i++) {
		double off = spread_count(&bin->of, i) - bin->mean;

		bin->variance += bin->of.share[i] * off * off;
	}
	bin->term_mean = term_mean(null, bin, &bin->of, reference);
}

static void set_law(struct null_model *null, struct arena *scratch, size_t b, double reference,
		    double current, double weights)
{
	struct bin_chance *bin = &null->bin[b];
	bool categories = null->bins == PSI_CATEGORIES;
	double a = categories ? reference + current : fmax(reference, 0.5);

	bin->law = (struct law){
	    .type = categories ? BINOMIAL : NEGATIVE_BINOMIAL,
	    .count = a,
	    .n = categories ? null->n : weights,
	    .m = null->m,
	    .mean = a * null->m / weights,
	    .max = categories ? a : null->m,
	};
	bin->of = psi_spread(scratch, &bin->law);
	psi_set_moments(null, bin, reference);
}

/* The exact mean of the bin's term: under the law that its count has when the total is m. */
static double exact_mean(const struct null_model *null, struct arena *scratch, size_t b,
			 double reference, double weights)
{
	const struct bin_chance *bin = &null->bin[b];
	struct law law = bin->law;
	struct spread s;

	law.type = null->bins == PSI_CATEGORIES ? HYPERGEOMETRIC : BETA_BINOMIAL;
	law.n = null->bins == PSI_CATEGORIES ? null->n : weights;
	law.max = fmin(law.max, null->m);
	s = psi_spread(scratch, &law);
	return term_mean(null, bin, &s, reference);
}

/* Moments of U = term - (linear regression on the total of counts), Y = count in units of the
 * total's standard deviation, summed over bins. */
struct regressed {
	double uu, uuu, uyy; /* sums of E U^2, E U^3, E U Y^2 */
	double uuyy;         /* sum of the joint cumulants of U, U, Y, Y */
};

static void add_regressed(struct regressed *r, const struct null_model *null,
			  const struct bin_chance *bin, double reference, double slope, double unit)
{
	double uu = 0, uuu = 0, uy = 0, uyy = 0, yy = 0, uuyy = 0;

	for (size_t i = 0; i < bin->of.n; i++) {
		double share = bin->of.share[i], k = spread_count(&bin->of, i);
		double y = (k - bin->mean) / unit;
		double u = psi_term_of(null, bin, k, reference) - bin->term_mean - slope * y;

		uu += share * u * u;
		uuu += share * u * u * u;
		uy += share * u * y;
		uyy += share * u * y * y;
		yy += share * y * y;
		uuyy += share * u * u * y * y;
	}
	r->uu += uu;
	r->uuu += uuu;
	r->uyy += uyy;
	r->uuyy += uuyy - uu * yy - 2 * uy * uy;
}

struct cumulants psi_null_cumulants(const struct null_model *null, const size_t *reference,
				    double mean, double *bend)
{
	struct regressed r = {0};
	double variance = 0, covariance = 0, unit, slope, curve;

	for (size_t b = 0; b < null->n_bins; b++) {
		const struct bin_chance *bin = &null->bin[b];

		variance += bin->variance;
		for (size_t i = 0; i < bin->of.n; i++) {
			double k = spread_count(&bin->of, i);

			covariance += bin->of.share[i] * (k - bin->mean) *
				      psi_term_of(null, bin, k, (double)reference[b]);
		}
	}
	if (!(variance > 0))
		return (struct cumulants){.mean = mean};
	unit = sqrt(variance);
	slope = covariance / unit;
	for (size_t b = 0; b < null->n_bins; b++)
		add_regressed(&r, null, &null->bin[b], (double)reference[b], slope, unit);
	/* R = U - curve (Z^2 - 1), Z the total in its units, nearly normal: E (Z^2 - 1)^2 = 2,
	 * E U (Z^2 - 1)^2 = 4 E U Z^2 = 8 curve, E (Z^2 - 1)^3 = 8. */
	curve = r.uyy / 2;
	if (bend)
		*bend = curve;
	return (struct cumulants){
	    .mean = mean,
	    .variance = fmax(0, r.uu - 2 * curve * curve),
	    .third = r.uuu - 3 * curve * r.uuyy + 16 * curve * curve * curve,
	};
}

static struct cumulants cumulants_of(struct arena *scratch, const size_t *reference,
				     const size_t *current, size_t n_bins, enum psi_bins bins,
				     double n, double m)
{
	struct null_model null = {.bins = bins, .n = n, .m = m, .n_bins = n_bins};
	double weights = 0, mean = 0;

	null.bin = arena_new(scratch, struct bin_chance, n_bins);
	for (size_t b = 0; b < n_bins; b++)
		weights += bins == PSI_CATEGORIES ? (double)(reference[b] + current[b])
						  : fmax((double)reference[b], 0.5);
	for (size_t b = 0; b < n_bins; b++) {
		set_law(&null, scratch, b, (double)reference[b], (double)current[b], weights);
		mean += exact_mean(&null, scratch, b, (double)reference[b], weights);
	}
	return psi_null_cumulants(&null, reference, mean, NULL);
}

/* True where chi-square holds: no bin has, or expects, fewer than PSI_LARGE_COUNT rows. */
static bool counts_are_large(const size_t *reference, size_t n_bins, double n, double m)
{
	for (size_t b = 0; b < n_bins; b++)
		if (reference[b] < PSI_LARGE_COUNT ||
		    (double)reference[b] * m / n < PSI_LARGE_COUNT)
			return false;
	return true;
}

struct psi_chance psi_chance(struct arena *scratch, const size_t *reference, const size_t *current,
			     size_t n_bins, enum psi_bins bins, double psi)
{
	double n = (double)total(reference, n_bins), rows = (double)total(current, n_bins);
	double m = bins == PSI_BINS_OF_REFERENCE ? fmin(rows, PSI_LARGEST_FACTOR * n) : rows;
	struct arena_mark mark = arena_save(scratch);
	struct psi_chance chance;
	struct cumulants c;

	if (n == 0 || m == 0)
		return (struct psi_chance){NAN, NAN};
	if (n_bins < 2)
		return (struct psi_chance){0, 1};
	if (counts_are_large(reference, n_bins, n, rows)) {
		double scale = 1 / n + 1 / rows, freedom = (double)(n_bins - 1);

		return (struct psi_chance){scale * chi_square_point(0.05, freedom),
					   chi_square_tail(psi / scale, freedom)};
	}
	c = cumulants_of(scratch, reference, current, n_bins, bins, n, m);
	if (bins == PSI_BINS_OF_REFERENCE &&
	    psi_chance_empty(scratch, reference, n_bins, m, c.mean, psi, &chance)) {
		arena_reset(scratch, mark);
		return chance;
	}
	arena_reset(scratch, mark);
	return (struct psi_chance){fmax(0, cumulants_point(&c, 0.05)), cumulants_tail(&c, psi)};
}
