/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/psi_internal.h - what psi.c and psi_empty.c share of the distribution of PSI */
#ifndef MEASURE_PSI_INTERNAL_H
#define MEASURE_PSI_INTERNAL_H
#include "measure/psi.h"
#include "measure/special.h"
#include <stdbool.h>

/* The distribution of one current count. */
struct law {
	enum { NEGATIVE_BINOMIAL, BETA_BINOMIAL, BINOMIAL, HYPERGEOMETRIC } type;
	double count; /* of the reference bin, or of the category in both samples */
	double n, m;  /* rows of reference and current */
	double mean;
	double max; /* largest count possible */
};

/* Shares of the counts low, low + step … of a law; they add up to 1. The step is 1 but where a law
 * is so wide and so near to normal that a sum over every so many counts, at least 500 to a standard
 * deviation, is that over all of them (the trapezoidal rule on a smooth law): its cost would grow
 * with the root of the rows that a profile claims. */
struct spread {
	double low, step;
	double *share;
	size_t n;
};
struct spread psi_spread(struct arena *scratch, const struct law *law);
/* The count of point i. */
static inline double spread_count(const struct spread *s, size_t i)
{
	return s->low + (double)i * s->step;
}

/* What is known of one bin under no drift. */
struct bin_chance {
	struct law law;        /* of its count, as if bins were independent */
	struct spread of;      /* that law's */
	double mean, variance; /* that law's */
	double term_mean;      /* of the bin's term of psi, under that law */
};

struct null_model {
	enum psi_bins bins;
	double n, m;
	struct bin_chance *bin;
	size_t n_bins;
};

/* The bin's term of psi when the current sample holds k of its rows. */
double psi_term_of(const struct null_model *null, const struct bin_chance *bin, double k,
		   double reference);
/* Sets mean, variance and term_mean from `of`. */
void psi_set_moments(const struct null_model *null, struct bin_chance *bin, double reference);
/* Variance and third cumulant of psi given the total of the counts, with the mean given. *bend,
 * where not NULL: what the condition takes from the mean of the sum of terms (to second order). */
struct cumulants psi_null_cumulants(const struct null_model *null, const size_t *reference,
				    double mean, double *bend);

/* The chance of psi where bins of the current sample may well be empty, as a mixture over how many
 * are; false where that is too unlikely to matter, or the bins differ too much to count the ways.
 * `mean` is that of psi over all. */
bool psi_chance_empty(struct arena *scratch, const size_t *reference, size_t n_bins, double m,
		      double mean, double psi, struct psi_chance *chance);
#endif
