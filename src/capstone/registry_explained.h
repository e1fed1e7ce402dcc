/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_explained.h - a score explained by changing one feature at a time */
#ifndef CAPSTONE_REGISTRY_EXPLAINED_H
#define CAPSTONE_REGISTRY_EXPLAINED_H

#include "capstone/registry.h"

/* The median of a number (the lower of two), the most frequent code of a category (the first among
 * equals); NAN where no row has a value. */
double typical_value(struct arena *mem, const struct matrix *rows, size_t feature);
/* The first negative event since `first` that the model decides positive; SIZE_MAX: none.
 * `features` are those of all events. */
size_t first_held_honest(const struct events *events, const struct matrix *features,
			 const struct model *model, int32_t first);
#endif
