/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_overview.c - the first page: what needs attention, the models, the handbook */
#include "base/date.h"
#include "base/path.h"
#include "base/text.h"
#include "render/attention.h"
#include "render/figures_html.h"
#include "render/live_html.h"
#include <math.h>
#include <string.h>

enum { ATTENTION_MAX = 60 };

static const char *const names[] = {LAYOUT_NAMES,
				    "lead",
				    "introduction",
				    "has_attention",
				    "attention_summary",
				    "attention[].word",
				    "attention[].shape",
				    "attention[].tone",
				    "attention[].what",
				    "attention[].where",
				    "attention[].where_url",
				    "attention[].since",
				    "attention[].owner",
				    "attention[].todo",
				    "attention_more",
				    "findings_url",
				    "checked",
				    "has_models",
				    "models[].name",
				    "models[].url",
				    "models[].version",
				    "models[].version_url",
				    "models[].stage",
				    "models[].tier",
				    "models[].owner",
				    "models[].figure_name",
				    "models[].figure",
				    "models[].interval",
				    "models[].spark",
				    "models[].spark_text",
				    "models[].drift_word",
				    "models[].drift_shape",
				    "models[].drift_tone",
				    "models[].drift_text",
				    "models[].items",
				    "has_parts",
				    "parts[].id",
				    "parts[].title",
				    "parts[].documents[].url",
				    "parts[].documents[].title",
				    "parts[].documents[].items",
				    "as_of",
				    "read",
				    "found",
				    "inputs_digest",
				    "program_version",
				    "download_url",
				    NULL};

/* The node with which the introduction's second part begins: its first heading below the title.
 * A text with footnotes is not parted, since they stand at the end of both. */
static uint32_t second_part(const struct document *doc)
{
	const struct md_tree *tree = &doc->text.body;

	for (uint32_t i = 0; i < tree->n; i++)
		if (tree->nodes[i].type == MD_FOOTNOTE || tree->nodes[i].type == MD_FOOTNOTE_REF)
			return tree->n;
	for (uint32_t i = 1; i < tree->n; i = tree->nodes[i].after)
		if (tree->nodes[i].type == MD_HEADING && i != doc->title_node)
			return i;
	return tree->n;
}

/* Writes top-level nodes [from, to) of the document; the others become empty blocks, so that every
 * node keeps its number. */
static void write_part(struct page_job *job, struct view *view, const char *name,
		       const struct document *doc, uint32_t from, uint32_t to)
{
	const struct md_tree *tree = &doc->text.body;
	struct md_node *nodes = arena_new(job->mem, struct md_node, tree->n + 1);
	struct document part = *doc;
	struct out body = {0};
	struct toc unused = {0};

	memcpy(nodes, tree->nodes, tree->n * sizeof *nodes);
	for (uint32_t i = 1; i < tree->n; i = tree->nodes[i].after)
		if (i < from || i >= to)
			nodes[i] =
			    (struct md_node){.type = MD_HTML_BLOCK, .after = tree->nodes[i].after};
	part.text.body.nodes = nodes;
	if (from < to)
		markdown_live_body(&part, live_writer_of(job), job->mem, &body, &unused);
	view_take_markup(job, view, name, &body);
}

/* The introduction's first paragraphs stand above what needs attention, the rest below the models:
 * the first page is a control desk before it is a book. */
static void fill_introduction(struct page_job *job, struct view *view)
{
	const struct document *doc = job->page->document;
	uint32_t second;

	if (!doc) {
		view_text(view, "lead", NULL);
		view_text(view, "introduction", NULL);
		return;
	}
	second = second_part(doc);
	write_part(job, view, "lead", doc, 1, second);
	write_part(job, view, "introduction", doc, second, doc->text.body.n);
}

/* ---- attention ---- */

static const char *read_text(struct page_job *job)
{
	const struct workspace *ws = job->ws;

	return arena_printf(job->mem, "%s, %s, %s",
			    plural(job->mem, ws->documents.n, "document", "documents"),
			    plural(job->mem, ws->records.n, "record", "records"),
			    plural(job->mem, ws->models.n, "model", "models"));
}

static const char *found_text(struct page_job *job)
{
	struct diag_counts counts = diag_count(job->book->findings);

	const char *allowed =
	    counts.allowed
		? arena_printf(job->mem, "; %zu allowed by comments in documents", counts.allowed)
		: "";

	return arena_printf(job->mem, "%s, %s, %s%s",
			    plural(job->mem, counts.errors, "error", "errors"),
			    plural(job->mem, counts.warnings, "warning", "warnings"),
			    plural(job->mem, counts.notes, "note", "notes"), allowed);
}

static void fill_attention_row(struct page_job *job, struct view *view, const struct attention *row)
{
	struct view *entry = view_list(view, "attention");

	view_word(entry, "word", row->word);
	view_text(entry, "what", row->what);
	view_text(entry, "where", row->where);
	view_address(entry, "where_url", row->where_url);
	view_text(entry, "since", row->since);
	view_text(entry, "owner", row->owner);
	view_code_text(job, entry, "todo", row->todo);
}

static void fill_attention(struct page_job *job, struct view *view)
{
	struct attention_list list = attention_list(job);
	size_t shown = list.n < ATTENTION_MAX ? list.n : ATTENTION_MAX;
	const struct page *findings = page_single(&job->ws->pages, PAGE_FINDINGS);
	char date[DATE_TEXT];
	size_t critical = 0;

	for (size_t i = 0; i < list.n; i++)
		critical += strcmp(list.items[i].word.tone, "critical") == 0;
	view_flag(view, "has_attention", list.n > 0);
	view_text(
	    view, "attention_summary",
	    arena_printf(job->mem, "As of %s, %s attention, %s critical. Worst first, by model.",
			 date_format(date, job->book->as_of),
			 plural(job->mem, list.n, "thing needs", "things need"),
			 critical ? plural(job->mem, critical, "of them", "of them") : "none"));
	view_text(view, "checked",
		  arena_printf(job->mem,
			       "Nothing needs attention as of %s. Checked: %s, drift of every"
			       " monitored version, every incident and its actions.",
			       date_format(date, job->book->as_of), read_text(job)));
	view_text(view, "attention_more",
		  list.n > shown
		      ? arena_printf(job->mem, "%s more.", count_text(job->mem, list.n - shown))
		      : NULL);
	view_address(view, "findings_url", href(job, findings, NULL));
	if (!list.n)
		view_empty_list(view, "attention");
	for (size_t i = 0; i < shown; i++)
		fill_attention_row(job, view, &list.items[i]);
}

/* ---- the inventory ---- */

static void fill_drift(struct page_job *job, struct view *entry, const struct timeline *timeline)
{
	const struct timeline_entry *last = timeline_last_drift(timeline);
	const struct drift *worst = last ? window_worst_drift(last->window) : NULL;
	struct word word =
	    last ? drift_word(last->window->worst) : (struct word){"not monitored", "–", "unknown"};

	view_text(entry, "drift_word", word.word);
	view_text(entry, "drift_shape", word.shape);
	view_text(entry, "drift_tone", word.tone);
	view_text(entry, "drift_text",
		  worst
		      ? arena_printf(job->mem, "PSI %s, %s, %s", figure_text(job->mem, worst->psi),
				     worst->column, last->label)
		      : NULL);
}

static void fill_figure(struct page_job *job, struct view *entry, const struct version *version,
			const struct timeline *timeline)
{
	const struct record_figures *figures =
	    version ? evidence_version(job->book->evidence, version) : NULL;
	const struct metric *metric = figures ? metric_main(&figures->all) : NULL;
	struct figure value = figures ? metric_value(metric, &figures->all)
				      : (struct figure){NAN, {NAN, NAN}, "no evaluation"};
	const char *figure = figure_text(job->mem, value.value), *text = NULL;
	struct out spark = {0};

	view_text(entry, "figure_name", metric ? metric->title : NULL);
	view_text(entry, "figure",
		  !metric || !isfinite(value.value)
		      ? arena_printf(job->mem, "– (%s)", value.reason ? value.reason : "not known")
		      : arena_printf(job->mem, "%s %s", metric->title, figure));
	view_text(entry, "interval", interval_text(job->mem, value.interval));
	if (timeline->n > 1)
		figure_sparkline(job, &spark,
				 metric ? metric : metric_main(timeline->items[0].window), timeline,
				 &text);
	view_take_markup(job, entry, "spark", &spark);
	view_text(entry, "spark_text", text);
}

static const char *model_items(struct page_job *job, const struct model *model,
			       const struct version *version)
{
	struct item_counts all = {0};

	for (int pass = 0; pass < 2; pass++) {
		size_t n = pass ? (version ? version->documents.n : 0) : model->documents.n;
		for (size_t i = 0; i < n; i++) {
			const struct document *doc =
			    pass ? version->documents.items[i] : model->documents.items[i];
			struct item_counts counts = requirements_count(job, doc);
			item_counts_add(&all, &counts);
		}
	}
	return all.items ? item_counts_text(job, &all, "") : "–";
}

static void fill_model(struct page_job *job, struct view *view, const struct model *model)
{
	struct view *entry = view_list(view, "models");
	const struct version *version = model_main_version(model);
	struct timeline timeline = {0};

	if (version)
		timeline = timeline_of(job, version);
	view_text(entry, "name", model_title(model));
	view_address(entry, "url", href(job, model->page, NULL));
	view_text(entry, "version", version ? version->id : "–");
	view_address(entry, "version_url", version ? href(job, version->page, NULL) : NULL);
	view_text(entry, "stage",
		  version && version->stage != STAGE_NONE ? stage_name(version->stage) : "–");
	view_text(entry, "tier", model->tier ? arena_printf(job->mem, "%d", model->tier) : "–");
	view_text(entry, "owner", or_dash(model->owner));
	view_text(entry, "items", model_items(job, model, version));
	fill_figure(job, entry, version, &timeline);
	fill_drift(job, entry, &timeline);
}

/* ---- the parts of the handbook ---- */

/* The first folder under content/, "" for documents at its root. */
static const char *part_of(struct page_job *job, const struct document *doc)
{
	const char *path = inside_content(job, doc->path), *slash = strchr(path, '/');

	return slash ? arena_strndup(job->mem, path, (size_t)(slash - path)) : "";
}

/* "model-reviews" as "Model reviews". */
static const char *folder_title(struct page_job *job, const char *folder)
{
	char *title = arena_strdup(job->mem, folder);

	for (char *p = title; *p; p++)
		if (*p == '-' || *p == '_')
			*p = ' ';
	if (title[0] >= 'a' && title[0] <= 'z')
		title[0] = (char)(title[0] - 'a' + 'A');
	return title;
}

struct part {
	const char *title;
	struct {
		LIST_OF(const struct document *);
	} documents;
};
struct parts {
	LIST_OF(struct part *);
	struct map by_title;
};

static void add_to_part(struct page_job *job, struct parts *parts, const char *title,
			const struct document *doc)
{
	struct part *part = map_get(&parts->by_title, title);

	if (!part) {
		part = arena_new(job->mem, struct part, 1);
		part->title = title;
		map_put(&parts->by_title, job->mem, title, part);
		*ARENA_PUSH(job->mem, parts) = part;
	}
	*ARENA_PUSH(job->mem, &part->documents) = doc;
}

/* Parts in the order of `navigation:`, then the folders under content/ by name. */
static struct parts collect_parts(struct page_job *job)
{
	const struct workspace *ws = job->ws;
	struct parts parts = {0};
	struct map placed = {0};

	for (size_t i = 0; i < ws->config.navigation.n; i++) {
		const struct nav_rule *rule = &ws->config.navigation.items[i];
		for (size_t j = 0; j < ws->documents.n; j++) {
			const struct document *doc = ws->documents.items[j];
			if (!nav_covers(job, rule, doc) || map_has(&placed, doc->path) ||
			    doc == job->page->document)
				continue;
			map_put(&placed, job->mem, doc->path, &parts);
			add_to_part(job, &parts, rule->title, doc);
		}
	}
	for (size_t j = 0; j < ws->documents.n; j++) {
		const struct document *doc = ws->documents.items[j];
		const char *folder = part_of(job, doc);
		if (doc != job->page->document && !map_has(&placed, doc->path))
			add_to_part(job, &parts,
				    folder[0] ? folder_title(job, folder) : "Documents", doc);
	}
	return parts;
}

static void fill_parts(struct page_job *job, struct view *view)
{
	struct parts parts = collect_parts(job);

	view_flag(view, "has_parts", parts.n > 0);
	if (!parts.n)
		view_empty_list(view, "parts");
	for (size_t i = 0; i < parts.n; i++) {
		const struct part *part = parts.items[i];
		struct view *entry = view_list(view, "parts");
		view_text(entry, "id", arena_printf(job->mem, "Mb-part-%zu", i + 1));
		view_text(entry, "title", part->title);
		for (size_t j = 0; j < part->documents.n; j++) {
			const struct document *doc = part->documents.items[j];
			struct view *line = view_list(entry, "documents");
			view_text(line, "title", live_title(job, doc));
			view_address(line, "url", href(job, doc->page, NULL));
			view_text(line, "items", items_summary(job, doc));
		}
	}
}

static void fill(struct page_job *job, struct view *view)
{
	const struct workspace *ws = job->ws;
	char date[DATE_TEXT];

	view_text(view, "title", ws->config.title);
	status_end(view, false);
	fill_introduction(job, view);
	fill_attention(job, view);
	view_flag(view, "has_models", ws->models.n > 0);
	if (!ws->models.n)
		view_empty_list(view, "models");
	for (size_t i = 0; i < ws->models.n; i++)
		fill_model(job, view, ws->models.items[i]);
	fill_parts(job, view);
	view_text(view, "as_of", arena_strdup(job->mem, date_format(date, job->book->as_of)));
	view_text(view, "read", read_text(job));
	view_text(view, "found", found_text(job));
	view_text(view, "inputs_digest", job->book->inputs_digest);
	view_text(view, "program_version", job->book->version);
	view_address(view, "download_url", href(job, page_single(&ws->pages, PAGE_DOWNLOAD), NULL));
}

const struct page_type page_overview_type = {"templates/pages/overview.html", names, fill};
