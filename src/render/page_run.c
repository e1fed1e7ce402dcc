/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_run.c - one experiment: hypothesis, verdict, figures, what is needed to repeat it */
#include "evidence/figure_titles.h"
#include "render/figure_block.h"
#include "render/live_html.h"
#include "render/page_writer.h"
#include "render/table_html.h"
#include <string.h>

static const char *const names[] = {LAYOUT_NAMES,    MENTION_NAMES, "hypothesis", "verdict",
				    "notes",         "figures",     "parameters", "setup",
				    "has_documents", "documents",   NULL};

static const char *value_text(struct page_job *job, const struct data_node *node);

/* A list or map in one line: "a, b", "x: 1; y: 2". */
static const char *nested_text(struct page_job *job, const struct data_node *node)
{
	struct out o = {0};
	const char *text;

	for (size_t i = 0; i < node->n; i++) {
		if (i)
			out_puts(&o, node->kind == DATA_LIST ? ", " : "; ");
		if (node->kind == DATA_MAP)
			out_printf(&o, "%s: ", node->pairs[i].key->text);
		out_puts(&o,
			 or_dash(value_text(job, node->kind == DATA_LIST ? node->items[i]
									 : node->pairs[i].value)));
	}
	text = arena_strdup(job->mem, out_text(&o));
	out_release(&o);
	return text;
}

/* Depth is bounded by that of YAML trees (64). */
static const char *value_text(struct page_job *job, const struct data_node *node)
{
	if (!node)
		return NULL;
	if (node->kind == DATA_LIST || node->kind == DATA_MAP)
		return nested_text(job, node);
	return data_text(node);
}

static void figures_rows(struct page_job *job, struct table_html *table, const char *role,
			 const struct data_node *map)
{
	if (!map || map->kind != DATA_MAP)
		return;
	for (size_t i = 0; i < map->n; i++) {
		const struct data_pair *pair = &map->pairs[i];
		double value;
		table_row(table, NULL);
		table_text(table, figure_title(pair->key->text));
		table_text(table, role);
		if (data_number(pair->value, &value))
			table_text(table, figure_text(job->mem, value));
		else
			table_text(table, value_text(job, pair->value));
		table_link(table, place_text(job, &pair->value->at),
			   place_href(job, &pair->value->at));
	}
}

static void fill_figures(struct page_job *job, struct view *view, const struct data_node *node)
{
	static const struct table_column columns[] = {{"Figure", ALIGN_TEXT},
						      {"Role", ALIGN_TEXT},
						      {"Value, as given", ALIGN_NUMBER},
						      {"Place", ALIGN_TEXT}};
	const struct data_node *metrics = data_find(node, "metrics");
	const struct data_node *baseline = data_find(node, "baseline_comparison");
	const char *compared = value_text(job, baseline);
	struct table_html table;
	struct out to = {0};

	if (compared) {
		out_puts(&to, "<p class=\"measure\">Against the baseline: ");
		text_html(&to, compared);
		out_puts(&to, "</p>\n");
	}
	if (metrics) {
		table_begin(&table, &to, "Figures of the run",
			    "Given by the record; the primary figure is the one that decides", "",
			    columns, 4);
		figures_rows(job, &table, "primary", data_find(metrics, "primary"));
		figures_rows(job, &table, "secondary", data_find(metrics, "secondary"));
		table_end(&table);
	}
	view_take_markup(job, view, "figures", &to);
}

static void map_table(struct page_job *job, struct out *to, const char *region, const char *caption,
		      const struct data_node *map)
{
	static const struct table_column columns[] = {{"Name", ALIGN_TEXT}, {"Value", ALIGN_LONG}};
	struct table_html table;

	if (!map || map->kind != DATA_MAP || !map->n)
		return;
	table_begin(&table, to, region, caption, "", columns, 2);
	for (size_t i = 0; i < map->n; i++) {
		table_row(&table, NULL);
		table_text(&table, map->pairs[i].key->text);
		table_text(&table, value_text(job, map->pairs[i].value));
	}
	table_end(&table);
}

static void fill_setup(struct page_job *job, struct view *view, const struct data_node *node)
{
	static const struct {
		const char *key, *title;
	} fields[] = {
	    {"dataset_version", "Data"},
	    {"features_used", "Features"},
	    {"protocol", "Protocol"},
	    {"model_type", "Kind of model"},
	    {"seed", "Seed"},
	    {"parameter_count", "Parameters"},
	    {"training_time", "Time of training"},
	    {"artifacts", "Artifacts"},
	};
	struct out to = {0};

	out_puts(&to, "<dl class=\"plain\">\n");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char *text = value_text(job, data_find(node, fields[i].key));
		out_puts(&to, "<dt>");
		text_html(&to, fields[i].title);
		out_puts(&to, "</dt><dd>");
		text_html(&to, text ? text : "– (not recorded)");
		out_puts(&to, "</dd>\n");
	}
	out_puts(&to, "</dl>\n");
	view_take_markup(job, view, "setup", &to);
}

static void fill_documents(struct page_job *job, struct view *view, const struct record *run)
{
	const struct document_list *list = run->id ? map_get(job->about, run->id) : NULL;
	struct out to = {0};

	for (size_t i = 0; list && i < list->n; i++) {
		out_puts(&to, to.n ? "<li>" : "<ul>\n<li>");
		link_html(&to, list->items[i]->title, href(job, list->items[i]->page, NULL));
		out_puts(&to, "</li>\n");
	}
	if (to.n)
		out_puts(&to, "</ul>\n");
	view_flag(view, "has_documents", to.n > 0);
	view_take_markup(job, view, "documents", &to);
}

static void fill_status(struct page_job *job, struct view *view, const struct record *run)
{
	const struct data_node *node = run->node;
	const char *verdict = data_find_text(node, "verdict");
	bool promoted = verdict && strcmp(verdict, "promoted") == 0;

	status_add(view, "Run", run->id, NULL, NULL);
	status_add(view, "About", run->about.text, subject_href(job, &run->about), NULL);
	status_add(view, "Date", data_find_text(node, "date"), NULL, NULL);
	status_add(view, "Verdict", verdict, NULL, promoted ? "good" : "unknown");
	status_add(view, "Record", place_text(job, &node->at), place_href(job, &node->at), NULL);
	status_end(view, true);
}

static void fill(struct page_job *job, struct view *view)
{
	const struct record *run = job->page->record;
	const struct data_node *node = run->node;
	const char *title = data_find_text(node, "title"),
		   *verdict = data_find_text(node, "verdict");
	struct out parameters = {0};

	view_text(view, "title", title ? title : run->id);
	fill_status(job, view, run);
	view_text(view, "hypothesis", data_find_text(node, "hypothesis"));
	view_text(view, "verdict",
		  verdict ? arena_printf(job->mem, "The run was judged: %s.", verdict)
			  : "No verdict is recorded.");
	view_text(view, "notes", data_find_text(node, "notes"));
	fill_figures(job, view, node);
	map_table(job, &parameters, "Hyperparameters", "All hyperparameters of the run",
		  data_find(node, "hyperparameters"));
	view_take_markup(job, view, "parameters", &parameters);
	fill_setup(job, view, node);
	fill_documents(job, view, run);
	mentions_fill(job, view);
}

const struct page_type page_run_type = {"templates/pages/run.html", names, fill};
