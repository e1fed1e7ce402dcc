/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/live_plot.c - what a plot block of a live document asks for */
#include "evidence/live_plot.h"
#include "base/text.h"
#include <string.h>

/* What reading a block has at hand. */
struct asking {
	const struct evidence *evidence;
	const struct workspace *ws;
	struct arena *mem;
	const struct live_block *block;
	struct live_problem *problem;
};

static bool refuse(const struct asking *a, const char *key, const char *text, const char *nearest)
{
	const struct data_node *node = data_find(a->block->root, key);

	*a->problem = (struct live_problem){node ? node->at : a->block->at, text, nearest, false};
	return false;
}

static bool find_subject(const struct asking *a, struct live_plot *plot)
{
	const char *id = data_find_text(a->block->root, "of");
	struct live_target target;

	if (!live_find(a->ws, id, &target))
		return refuse(a, "of", arena_printf(a->mem, "nothing has the id '%s'", id),
			      live_nearest_id(a->ws, a->mem, id));
	if (target.version) {
		plot->version = target.version;
		plot->figures = evidence_version(a->evidence, target.version);
	} else if (target.record) {
		plot->of_record = true;
		plot->version = target.record->about.version;
		plot->figures = evidence_of(a->evidence, target.record);
	} else {
		return refuse(
		    a, "of",
		    arena_printf(a->mem, "'%s' is neither a version nor a record with figures", id),
		    NULL);
	}
	return true;
}

static bool find_window(const struct asking *a, struct live_plot *plot)
{
	const char *label = data_find_text(a->block->root, "window"), *near;
	const struct record_figures *figures = plot->figures;
	const char **labels;

	if (!figures)
		return refuse(a, "of",
			      arena_printf(a->mem, "'%s' has no figures",
					   data_find_text(a->block->root, "of")),
			      NULL);
	plot->window = &figures->all;
	if (!label)
		return true;
	labels = arena_new(a->mem, const char *, figures->n_windows + 1);
	for (size_t i = 0; i < figures->n_windows; i++) {
		labels[i] = figures->windows[i].label;
		if (strcmp(labels[i], label) != 0)
			continue;
		plot->window = &figures->windows[i];
		return true;
	}
	near = text_nearest(label, labels, figures->n_windows);
	if (!near && figures->n_windows)
		near = labels[figures->n_windows - 1];
	return refuse(a, "window", arena_printf(a->mem, "there is no window '%s'", label), near);
}

static bool find_feature(const struct asking *a, struct live_plot *plot)
{
	const char *feature = data_find_text(a->block->root, "feature");
	const struct window_figures *window = plot->window;
	const char **names = arena_new(a->mem, const char *, window->n_drift + 1);

	for (size_t i = 0; i < window->n_drift; i++) {
		names[i] = window->drift[i].column;
		if (strcmp(names[i], feature) != 0)
			continue;
		plot->drift = &window->drift[i];
		return true;
	}
	return refuse(a, "feature",
		      arena_printf(a->mem, "drift of '%s' is not known here", feature),
		      text_nearest(feature, names, window->n_drift));
}

static bool has_windows(const struct asking *a, const struct record *record)
{
	const struct record_figures *figures = record ? evidence_of(a->evidence, record) : NULL;

	return figures && figures->n_windows;
}

static bool find_windows(const struct asking *a, const struct live_plot *plot)
{
	const struct version *version = plot->version;
	bool some = plot->figures && plot->figures->n_windows;

	for (size_t i = 0; !plot->of_record && i < version->windows.n && !some; i++)
		some = has_windows(a, version->windows.items[i]);
	for (size_t i = 0; !plot->of_record && i < version->evaluations.n && !some; i++)
		some = has_windows(a, version->evaluations.items[i]);
	return some || refuse(a, "of",
			      arena_printf(a->mem, "'%s' has no windows of time",
					   data_find_text(a->block->root, "of")),
			      NULL);
}

bool live_plot_read(const struct evidence *evidence, const struct workspace *ws, struct arena *mem,
		    const struct live_block *block, struct live_plot *plot,
		    struct live_problem *problem)
{
	static const char *const figures[] = {"reliability", "distribution", "drift", "metric"};
	const struct asking a = {evidence, ws, mem, block, problem};
	const char *figure = data_find_text(block->root, "figure");

	*plot = (struct live_plot){.metric = data_find_text(block->root, "metric")};
	plot->figure = LIVE_FIGURES;
	for (unsigned i = 0; figure && i < LIVE_FIGURES; i++)
		if (!strcmp(figures[i], figure))
			plot->figure = (enum live_figure)i;
	if (plot->figure == LIVE_FIGURES || !data_find_text(block->root, "of") ||
	    (plot->figure == LIVE_METRIC && !plot->metric) ||
	    (plot->figure == LIVE_DISTRIBUTION && !data_find_text(block->root, "feature")))
		return refuse(&a, "figure",
			      "a key is missing that templates/blocks/ should ask for", NULL);
	if (!find_subject(&a, plot))
		return false;
	switch (plot->figure) {
	case LIVE_RELIABILITY:
		if (!find_window(&a, plot))
			return false;
		return plot->window->has_calibration ||
		       refuse(&a, "figure", "calibration is not known here", NULL);
	case LIVE_DISTRIBUTION:
		return find_window(&a, plot) && find_feature(&a, plot);
	case LIVE_DRIFT:
		return find_windows(&a, plot);
	case LIVE_METRIC:
		if (!plot->version)
			return refuse(&a, "of", "the record is about no version of a model", NULL);
		return find_windows(&a, plot);
	case LIVE_FIGURES:
		break;
	}
	return false;
}
