/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_rows.h - what is counted and checked of the rows behind a version */
#ifndef CAPSTONE_REGISTRY_ROWS_H
#define CAPSTONE_REGISTRY_ROWS_H

#include "capstone/registry.h"

/* Payments whose past is made again; days on each side of a border. */
enum { PAST_ROWS = 60, BORDER_DAYS = 2 };

/* Days from a positive event to its label's moment; NAN of none. */
struct label_delay {
	size_t n;
	double median, slowest;
};
struct label_delay label_delay_of(struct arena *mem, const struct events *events);

/* Features over the past that differ from what earlier rows alone give. */
struct past_check {
	size_t payments, values, different;
};
/* Of n rows of those that `keep` says, drawn by `seed` (one may be drawn twice). `features` are
 * those of all events. */
struct past_check past_again(struct arena *mem, const struct events *events,
			     const struct matrix *features, const bool *keep, size_t n,
			     uint64_t seed);
/* ROC AUC of one numeric feature, or 1 less it where low values tell; rows without it are left
 * out. */
double single_feature_auc(struct arena *mem, const struct matrix *rows, size_t feature);
#endif
