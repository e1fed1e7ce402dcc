/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/calibrator.h - a score made a probability
 *
 * Platt: 1 / (1 + exp(a s + b)) of the log odds s, fitted by Newton's method to the smoothed
 * targets of Platt (1999), Advances in Large Margin Classifiers, with the safeguards of Lin, Lin &
 * Weng (2007), Mach. Learn. 68:267-276. Isotonic: pool adjacent violators, Ayer et al. (1955), Ann.
 * Math. Stat. 26:641-647; between two steps linear, beyond them constant. Both never change the
 * order of two scores (isotonic may tie them; Platt ties all where a rising score would mean a
 * falling probability).
 *
 * A step of isotonic regression is often exactly 0 or 1, which no finite number of rows can show:
 * steps are held inside 1 / (n + 2) and 1 - 1 / (n + 2) of n rows, Laplace's rule of succession. */
#ifndef CAPSTONE_CALIBRATOR_H
#define CAPSTONE_CALIBRATOR_H

#include "capstone/plan.h"

struct calibrator {
	enum calibrator_kind kind;
	double a, b; /* Platt */
	size_t n;    /* isotonic: points, ascending in x, not falling in y */
	const double *x, *y;
};
/* False where there is one class only. Scores in 0 to 1. Rows whose label is missing or whose score
 * is NAN are left out. Lives in `mem`. */
bool calibrator_fit(struct arena *mem, enum calibrator_kind kind, const double *scores,
		    const unsigned char *labels, size_t n, struct calibrator *calibrator);
double calibrator_apply(const struct calibrator *calibrator, double score);
#endif
