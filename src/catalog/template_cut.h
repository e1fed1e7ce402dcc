/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_cut.h - what new documents leave out of a template's bytes */
#ifndef CATALOG_TEMPLATE_CUT_H
#define CATALOG_TEMPLATE_CUT_H
#include "catalog/template.h"

/* Bytes of a template's file that are left out or replaced. */
struct cut {
	size_t start, end;
	const char *instead;
};
struct cuts {
	LIST_OF(struct cut);
};

/* The requirement's title as its file has it, without white space around it. */
void cut_bounds(const struct requirement *req, size_t *start, size_t *end);
/* Leaves out the attributes behind the title, and writes "<fill in>" for a *. */
void cut_attributes(struct arena *mem, const struct requirement *req, struct cuts *cuts);
#endif
