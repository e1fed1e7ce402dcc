/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_parts.h - figures that a record has where it asks for them: classes, errors of
 * numbers, two scores, groups, segments, latency, windows, distances
 *
 * Each block writes nothing where the place has none of it; what is worst stands first. */
#ifndef RENDER_FIGURES_PARTS_H
#define RENDER_FIGURES_PARTS_H
#include "render/figure_tables.h"
#include "render/figures_html.h"

/* Figures and whose they are. */
struct figure_place {
	const struct record_figures *figures;
	const struct window_figures *window; /* &figures->all, or one of its windows */
	const char *where; /* behind titles: "", ", churn-1.0.0-temporal", ", 2025-06" */
	bool bare;         /* without pictures, which stand on the page of the version */
};

void figures_classes(struct page_job *job, struct out *to, const struct figure_place *place);
void figures_regression(struct page_job *job, struct out *to, const struct figure_place *place);
void figures_scores(struct page_job *job, struct out *to, const struct figure_place *place);
void figures_fairness(struct page_job *job, struct out *to, const struct figure_place *place);
void figure_fairness(struct page_job *job, struct out *to, const struct figure_place *place,
		     const struct fairness_figures *fairness);
void figures_segments(struct page_job *job, struct out *to, const struct figure_place *place);
void figures_latency(struct page_job *job, struct out *to, const struct figure_place *place);
/* All distances of the features of a window, in a fold. */
void figures_distances(struct page_job *job, struct out *to, const struct figure_place *place);
/* A row of a table of distances: the i-th column of a window, or, where `name` is the window's,
 * that column in it. */
struct figure_row drift_row(struct page_job *job, const struct window_figures *window, size_t i,
			    const char *name);
void drift_matrix(struct page_job *job, struct out *to, const char *region, const char *caption,
		  const char *head, const struct figure_row *rows, size_t n);
/* All figures of all windows of a record, in a fold; `nested`: those by column, group and class,
 * too. */
void figures_windows(struct page_job *job, struct out *to, const struct figure_place *place,
		     bool nested);
/* A window or segment under its name. */
struct named_window {
	const char *name;
	const struct window_figures *window;
};
/* What windows or segments hold by column, group or class; `what` and `head` name the tables and
 * their first column. */
void nested_matrices(struct page_job *job, struct out *to, const char *what, const char *head,
		     const struct named_window *windows, size_t n);
/* Performance and calibration as lists. */
void figures_lists(struct page_job *job, struct out *to, const struct figure_place *place);

/* The bins of calibration. */
void figures_bins(struct page_job *job, struct out *to, const struct figure_place *place);

/* The sections that model and version pages share: PART_NAMES. Places: what is shown, the main one
 * first. Sections without figures are left out. */
void parts_fill(struct page_job *job, struct view *view, const struct figure_place *places,
		size_t n);
#define PART_NAMES "parts[].id", "parts[].title", "parts[].markup"
/* The evaluations of a version, its primary one first, and the last window of its monitoring that
 * has groups, segments or latency; at most `max`. */
size_t places_of_version(struct page_job *job, const struct version *version,
			 const struct timeline *timeline, struct figure_place *places, size_t max);
/* Everything that a record's figures say, for the page of its file. */
void figures_whole(struct page_job *job, struct out *to, const struct record_figures *figures);
#endif
