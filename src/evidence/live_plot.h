/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/live_plot.h - what a plot or table block of a live document asks for
 *
 * Blocks fit their schemas (templates/blocks/) when they come here; what is found here is whether
 * the records have what they name. Judging reports it and pages draw it, from the same reading. */
#ifndef EVIDENCE_LIVE_PLOT_H
#define EVIDENCE_LIVE_PLOT_H
#include "catalog/live.h"
#include "evidence/paths.h"

/* Why a block cannot be made. */
struct live_problem {
	struct span at; /* in the block */
	const char *text;
	const char *nearest; /* did-you-mean; NULL */
	bool is_path;        /* bind/unknown-path rather than bind/invalid-block */
};

enum live_figure {
	LIVE_RELIABILITY,
	LIVE_DISTRIBUTION,
	LIVE_DRIFT,
	LIVE_METRIC,
	LIVE_FIGURES /* how many there are */
};

struct live_plot {
	enum live_figure figure;
	const struct version *version;        /* NULL where it is of a record about none */
	bool of_record;                       /* `of:` names a record */
	const struct record_figures *figures; /* of the record, or the version's; NULL */
	const struct window_figures *window;  /* LIVE_RELIABILITY, LIVE_DISTRIBUTION */
	const struct drift *drift;            /* LIVE_DISTRIBUTION */
	const char *metric;                   /* LIVE_METRIC: "roc_auc" */
};

/* False where it cannot be drawn, with the reason. */
bool live_plot_read(const struct evidence *evidence, const struct workspace *ws, struct arena *mem,
		    const struct live_block *block, struct live_plot *plot,
		    struct live_problem *problem);

struct live_column {
	const char *keys, *title;
	struct live_format format;
	struct span at;
};

struct live_row {
	const char *subject;
	struct live_target target;
	const struct live_value *values; /* one a column */
	struct live_value key;           /* that it is sorted by */
};

struct live_table {
	const char *title; /* NULL where the block does not say */
	struct {
		LIST_OF(struct live_column);
	} columns;
	struct {
		LIST_OF(struct live_row);
	} rows;
};

/* False where it cannot be made, with the reason. A column that only some rows have is made. */
bool live_table_read(const struct evidence *evidence, const struct workspace *ws, struct arena *mem,
		     const struct live_block *block, struct live_table *table,
		     struct live_problem *problem);
#endif
