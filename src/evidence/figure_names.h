/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figure_names.h - the figures of struct performance, calibration and drift under the
 * names that records hold */
#ifndef EVIDENCE_FIGURE_NAMES_H
#define EVIDENCE_FIGURE_NAMES_H
#include "measure/figures.h"

enum {
	N_PERFORMANCE_FIGURES = 12, /* with intervals */
	N_PERFORMANCE_COUNTS = 6,
	N_CALIBRATION_NUMBERS = 7,
	N_DRIFT_NUMBERS = 6
};
const char *performance_figure_name(size_t i);
struct figure *performance_figure_at(struct performance *p, size_t i);
const char *performance_count_name(size_t i); /* n, positives, tp … */
size_t *performance_count_at(struct performance *p, size_t i);
const char *calibration_number_name(size_t i);
double *calibration_number_at(struct calibration *c, size_t i);
const char *drift_number_name(size_t i);
double *drift_number_at(struct drift *d, size_t i);
#endif
