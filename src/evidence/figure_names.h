/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figure_names.h - the members of the structs of figures under the names that records hold
 *
 * One table for each struct, in the order of records: what is written, looked up and taken from
 * records goes by them. */
#ifndef EVIDENCE_FIGURE_NAMES_H
#define EVIDENCE_FIGURE_NAMES_H
#include "evidence/figures.h"

enum figure_field_kind {
	FIELD_FIGURE, /* struct figure: F, F_low and F_high */
	FIELD_NUMBER, /* double */
	FIELD_COUNT   /* size_t */
};

struct figure_field {
	const char *name;
	size_t offset;
	const char *unknown; /* the reason of NAN where the struct has none; NULL: "not known" */
	enum figure_field_kind kind;
	bool not_numeric, not_categorical; /* columns whose drift does not have it */
};

struct figure_fields {
	const struct figure_field *items;
	size_t n;
};

extern const struct figure_fields performance_fields, /* all but threshold */
    class_table_fields /* of struct classes; below `performance:` */, class_fields,
    regression_fields, calibration_fields, bin_fields, group_fields, gap_fields, drift_fields,
    latency_fields;

const void *figure_field_at(const void *base, const struct figure_field *field);
void *figure_field_in(void *base, const struct figure_field *field);

/* The figures of struct performance that have intervals, by number. */
enum { N_PERFORMANCE_FIGURES = 12 };
const char *performance_figure_name(size_t i);
struct figure *performance_figure_at(struct performance *p, size_t i);
#endif
