/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figure_events.c - what happened to a model, as ticks of its charts over time */
#include "render/figures_html.h"
#include <stdlib.h>
#include <string.h>

enum { DAY_LENGTH = 10 }; /* YYYY-MM-DD */

struct event_list {
	struct plot_event *items;
	size_t n, max;
};

/* The window that a day lies in; n for a day that is in none: before the first, behind the last,
 * or while nothing was watched. */
static size_t window_of(const char *day, const struct window_days *windows, size_t n)
{
	size_t found = n;

	for (size_t i = 0; i < n; i++) {
		const struct window_days *w = &windows[i];
		if (*w->label && strncmp(day, w->label, strlen(w->label)) == 0)
			return i;
		if (w->first && strncmp(w->first, day, DAY_LENGTH) <= 0)
			found = !w->last || strncmp(day, w->last, DAY_LENGTH) <= 0 ? i : n;
	}
	return found;
}

static void add(struct event_list *list, const char *day, const char *text,
		const struct window_days *windows, size_t n)
{
	size_t window = day && strlen(day) >= DAY_LENGTH ? window_of(day, windows, n) : n;

	if (window < n && list->n < list->max)
		list->items[list->n++] = (struct plot_event){window, text};
}

static int compare_events(const void *left, const void *right)
{
	const struct plot_event *a = left, *b = right;

	if (a->window != b->window)
		return a->window < b->window ? -1 : 1;
	return strcmp(a->text, b->text);
}

size_t figure_events(const struct page_job *job, const struct model *model,
		     const struct window_days *windows, size_t n, struct plot_event *events,
		     size_t max)
{
	struct event_list list = {events, 0, max};

	for (size_t i = 0; i < model->versions.n; i++) {
		const struct version *version = model->versions.items[i];
		for (size_t j = 0; j < version->history.n; j++)
			if (version->history.items[j].stage == STAGE_PRODUCTION)
				add(&list, version->history.items[j].date,
				    arena_printf(job->mem, "%s in production", version->id),
				    windows, n);
	}
	for (size_t i = 0; i < model->incidents.n; i++) {
		const struct record *incident = model->incidents.items[i];
		if (incident->id)
			add(&list, data_find_text(incident->node, "started"), incident->id, windows,
			    n);
	}
	if (list.n)
		qsort(events, list.n, sizeof *events, compare_events);
	return list.n;
}
