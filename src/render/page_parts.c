/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_parts.c - the sections of figures that pages of models, versions and records share */
#include "render/figure_block.h"
#include "render/figures_parts.h"
#include <string.h>

static const struct part_section {
	const char *id, *title;
	void (*write)(struct page_job *job, struct out *to, const struct figure_place *place);
} sections[] = {
    {"classes", "Classes", figures_classes},
    {"errors", "Errors of numbers", figures_regression},
    {"scores", "Two scores on the same rows", figures_scores},
    {"groups", "Groups", figures_fairness},
    {"segments", "Segments", figures_segments},
    {"latency", "Latency", figures_latency},
};

void parts_fill(struct page_job *job, struct view *view, const struct figure_place *places,
		size_t n)
{
	bool any = false;

	for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
		struct out to = {0};
		struct view *entry;
		for (size_t i = 0; i < n; i++)
			sections[s].write(job, &to, &places[i]);
		if (!to.n)
			continue;
		any = true;
		entry = view_list(view, "parts");
		view_text(entry, "id", sections[s].id);
		view_text(entry, "title", sections[s].title);
		view_take_markup(job, entry, "markup", &to);
		contents_add(job, 2, sections[s].title, sections[s].id);
	}
	if (!any)
		view_empty_list(view, "parts");
}

static bool has_parts(const struct record_figures *figures, const struct window_figures *w)
{
	return w->has_classes || w->has_regression || w->has_latency || w->n_comparison ||
	       w->n_fairness || (w == &figures->all && figures->n_segments);
}

static size_t add_place(struct figure_place *places, size_t n, size_t max,
			const struct record_figures *figures, const struct window_figures *window,
			const char *where)
{
	if (n < max && has_parts(figures, window))
		places[n++] = (struct figure_place){figures, window, where, false};
	return n;
}

size_t places_of_version(struct page_job *job, const struct version *version,
			 const struct timeline *timeline, struct figure_place *places, size_t max)
{
	const struct evidence *evidence = job->book->evidence;
	const struct record_figures *primary = evidence_version(evidence, version);
	size_t n = 0, whole = timeline_labelled(timeline);

	if (primary)
		n = add_place(places, n, max, primary, &primary->all, "");
	for (size_t i = 0; i < version->evaluations.n; i++) {
		const struct record_figures *figures =
		    evidence_of(evidence, version->evaluations.items[i]);
		if (figures && figures != primary)
			n = add_place(places, n, max, figures, &figures->all,
				      arena_printf(job->mem, ", %s", or_dash(figures->record->id)));
	}
	if (whole && timeline->items[whole - 1].figures != primary) {
		const struct timeline_entry *last = &timeline->items[whole - 1];
		n = add_place(places, n, max, last->figures, last->window,
			      arena_printf(job->mem, ", %s", last->label));
	}
	return n;
}

void figures_whole(struct page_job *job, struct out *to, const struct record_figures *figures)
{
	const char *id = or_dash(figures->record->id);
	const struct figure_place place = {figures, &figures->all,
					   arena_printf(job->mem, ", %s", id), true};
	struct out body = {0};

	figures_lists(job, &body, &place);
	figures_bins(job, &body, &place);
	for (size_t s = 0; s < sizeof sections / sizeof *sections; s++)
		sections[s].write(job, &body, &place);
	figures_distances(job, &body, &place);
	figures_windows(job, &body, &place, true);
	if (body.n) {
		out_puts(to, "<details>\n<summary>Figures of ");
		text_html(to, id);
		out_puts(to, "</summary>\n");
		how_line(job, to, figures, HOW_SCORE | HOW_CALIBRATION | HOW_DECISIONS | HOW_DRIFT,
			 NULL);
		out_write(to, out_text(&body), body.n);
		out_puts(to, "</details>\n");
	}
	out_release(&body);
}
