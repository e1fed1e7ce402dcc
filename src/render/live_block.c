/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/live_block.c - plot and table blocks of live documents */
#include "evidence/live_plot.h"
#include "render/figure_block.h"
#include "render/figures_html.h"
#include "render/live_html.h"
#include "render/table_html.h"
#include <stdlib.h>
#include <string.h>

static void write_problem(const struct document *doc, const struct live_block *block,
			  const char *why, struct out *to)
{
	const struct md_tree *tree = &doc->text.body;

	out_printf(to,
		   "<div class=\"alert alert-caution\" role=\"note\">\n"
		   "<p class=\"alert-title\">This %s cannot be made</p>\n<p>",
		   live_block_name(block->kind));
	text_html(to, why);
	out_puts(to, "</p>\n<pre tabindex=\"0\"><code>");
	text_html(to, md_text(tree, &tree->nodes[block->node]));
	out_puts(to, "</code></pre>\n</div>\n");
}

/* ---- plots ---- */

static int compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct timeline_entry *)a)->label,
		      ((const struct timeline_entry *)b)->label);
}

/* The windows of the record that a block names, else of the version. */
static struct timeline timeline_of_plot(struct page_job *job, const struct live_plot *plot)
{
	struct timeline timeline = {0};

	if (!plot->of_record)
		return timeline_of(job, plot->version);
	for (size_t i = 0; i < plot->figures->n_windows; i++)
		*ARENA_PUSH(job->mem, &timeline) =
		    (struct timeline_entry){.label = plot->figures->windows[i].label,
					    .window = &plot->figures->windows[i],
					    .figures = plot->figures};
	if (timeline.n)
		qsort(timeline.items, timeline.n, sizeof *timeline.items, compare_entries);
	return timeline;
}

static const char *plot_subject(struct page_job *job, const struct live_plot *plot)
{
	const char *id = plot->of_record ? plot->figures->record->id : plot->version->name;

	return plot->window == &plot->figures->all
		   ? id
		   : arena_printf(job->mem, "%s, %s", id, plot->window->label);
}

static void write_metric(struct page_job *job, const struct live_plot *plot, struct out *to)
{
	const struct metric_line line = {plot->version, timeline_of_plot(job, plot)};

	for (size_t i = 0; i < n_metrics; i++)
		if (!strcmp(metrics[i].name, plot->metric))
			figure_metric(job, to, &metrics[i], &line, 1);
}

static void write_plot(struct page_job *job, const struct live_plot *plot, struct out *to)
{
	struct timeline_entry entry;
	struct timeline timeline;

	switch (plot->figure) {
	case LIVE_RELIABILITY:
		figure_reliability(
		    job, to, plot->figures, plot->window,
		    arena_printf(job->mem, "Calibration of %s", plot_subject(job, plot)));
		break;
	case LIVE_DISTRIBUTION:
		entry = (struct timeline_entry){.label = plot_subject(job, plot),
						.window = plot->window,
						.figures = plot->figures};
		figure_distribution(job, to, &entry, plot->drift);
		break;
	case LIVE_DRIFT:
		timeline = timeline_of_plot(job, plot);
		figure_drift(job, to, &timeline);
		break;
	case LIVE_METRIC:
		write_metric(job, plot, to);
		break;
	case LIVE_FIGURES:
		break;
	}
}

/* ---- tables ---- */

static bool is_numeric(const struct live_table *table, size_t column)
{
	bool some = false;

	for (size_t i = 0; i < table->rows.n; i++) {
		const struct live_value *value = &table->rows.items[i].values[column];
		if (!value->found || value->value.kind == VALUE_UNKNOWN)
			continue;
		if (value->value.kind != VALUE_NUMBER)
			return false;
		some = true;
	}
	return some;
}

static void write_row(struct page_job *job, const struct live_table *table,
		      const struct live_row *row, struct table_html *t)
{
	table_row(t, NULL);
	table_link(t, row->subject, href(job, row->target.page, row->target.anchor));
	for (size_t k = 0; k < table->columns.n; k++) {
		const struct live_value *value = &row->values[k];
		const char *text = live_value_text(job->mem, value, table->columns.items[k].keys,
						   table->columns.items[k].format);
		if (!value->found)
			table_text(t, NULL);
		else if (value->value.kind == VALUE_TEXT)
			table_text(t, text);
		else
			table_link_titled(t, text, place_href(job, &value->value.at),
					  live_value_source(job, value));
	}
}

static void write_table(struct page_job *job, const struct live_block *block,
			const struct live_table *table, struct out *to)
{
	size_t n = table->columns.n + 1;
	struct table_column *columns = arena_new(job->mem, struct table_column, n);
	struct position at = source_position(&block->at);
	const char *title = table->title;
	struct table_html t;

	columns[0] = (struct table_column){"Record", ALIGN_TEXT};
	for (size_t k = 0; k < table->columns.n; k++)
		columns[k + 1] =
		    (struct table_column){table->columns.items[k].title,
					  is_numeric(table, k) ? ALIGN_NUMBER : ALIGN_TEXT};
	if (!title)
		title = arena_printf(job->mem, "%s from the records",
				     plural(job->mem, table->rows.n, "row", "rows"));
	table_begin(&t, to, arena_printf(job->mem, "%s (line %u)", title, at.line), title, "",
		    columns, n);
	for (size_t i = 0; i < table->rows.n; i++)
		write_row(job, table, &table->rows.items[i], &t);
	table_end(&t);
}

void live_block_write(struct page_job *job, const struct document *doc,
		      const struct live_block *block, struct out *to)
{
	const struct evidence *evidence = job->book->evidence;
	struct live_problem problem = {.text = "It does not fit what such a block holds; the "
					       "findings say where."};
	struct live_table table;
	struct live_plot plot;

	if (!block->root)
		write_problem(doc, block, problem.text, to);
	else if (block->kind == LIVE_PLOT)
		if (live_plot_read(evidence, job->ws, job->mem, block, &plot, &problem))
			write_plot(job, &plot, to);
		else
			write_problem(doc, block, problem.text, to);
	else if (live_table_read(evidence, job->ws, job->mem, block, &table, &problem))
		write_table(job, block, &table, to);
	else
		write_problem(doc, block, problem.text, to);
}
