/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_bias.h - what a bias audit measures beside the rates of the groups */
#ifndef CAPSTONE_REGISTRY_BIAS_H
#define CAPSTONE_REGISTRY_BIAS_H

#include "capstone/registry.h"
#include "measure/figures.h"

/* The feature that, alone, tells a group from all others best. */
struct proxy {
	const char *group, *feature; /* feature NULL: none can be ranked */
	struct figure auc;           /* ROC AUC, or 1 less it where low values tell the group */
};

/* Of group `code` of the field, over the rows' numeric features; missing values are left out. */
struct proxy proxy_of(struct arena *scratch, const struct part_rows *rows, size_t field,
		      size_t code);

/* Scores of the judged rows with an odd input in each. */
struct edge_case {
	const char *what, *key; /* in words; in the record */
	double low, high;       /* of the scores; NAN: no score was one */
	size_t outside;         /* scores that are missing or not in 0 to 1 */
};

enum { EDGE_CASES = 6 };

/* Every value missing; device or other optional fields missing; no past; all numbers at their
 * least; all at their largest; categories that no list has. */
void edge_cases(struct arena *scratch, const struct model *model, const struct plan *plan,
		const struct matrix *rows, struct edge_case cases[EDGE_CASES]);

/* Values outside what each field allows, tried at the door one at a time. */
struct door_count {
	size_t tried, refused;
};
struct door_count door_try(struct arena *mem, const struct plan *plan);

#endif
