/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_controls.c - frameworks with their coverage, and each framework control by control */
#include "base/text.h"
#include "render/controls_view.h"
#include "render/live_html.h"
#include "render/table_html.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_MISSING = 200 };

/* ---- controls/index.html ---- */

static const char *const index_names[] = {
    LAYOUT_NAMES,          "summary",         "frameworks",
    "has_missing",         "missing[].id",    "missing[].url",
    "missing[].framework", "missing[].title", CARRIER_NAMES("missing[].carriers"),
    "missing[].carriers",  "missing_more",    NULL};

struct coverage {
	const struct framework *framework;
	struct control_counts counts;
	size_t order;
};

/* What is missing most stands first, then what is covered least. */
static int compare_coverage(const void *left, const void *right)
{
	const struct coverage *a = left, *b = right;
	size_t a_missing = a->counts.by_status[CONTROL_MISSING],
	       b_missing = b->counts.by_status[CONTROL_MISSING];

	if (a_missing != b_missing)
		return a_missing > b_missing ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static struct coverage *collect(struct page_job *job, struct control_counts *all)
{
	const struct workspace *ws = job->ws;
	struct coverage *list = arena_new(job->mem, struct coverage, ws->frameworks.n);

	for (size_t i = 0; i < ws->frameworks.n; i++) {
		list[i] = (struct coverage){ws->frameworks.items[i],
					    judge_framework(job->mem, ws->frameworks.items[i]), i};
		all->all += list[i].counts.all;
		for (unsigned s = 0; s < CONTROL_STATUSES; s++)
			all->by_status[s] += list[i].counts.by_status[s];
	}
	if (ws->frameworks.n)
		qsort(list, ws->frameworks.n, sizeof *list, compare_coverage);
	return list;
}

static void fill_frameworks(struct page_job *job, struct view *view, const struct coverage *list,
			    size_t n)
{
	static const struct table_column columns[] = {
	    {"Framework", ALIGN_TEXT},          {"Edition", ALIGN_LONG},
	    {"Controls", ALIGN_NUMBER},         {"Missing", ALIGN_NUMBER},
	    {"Not checked here", ALIGN_NUMBER}, {"Planned", ALIGN_NUMBER},
	    {"Satisfied", ALIGN_NUMBER}};
	static const enum control_status order[] = {CONTROL_MISSING, CONTROL_UNCHECKED,
						    CONTROL_PLANNED, CONTROL_SATISFIED};
	struct table_html table;
	struct out to = {0};

	table_begin(&table, &to, "Frameworks",
		    "Each framework and how many of its controls are met", "wide", columns, 7);
	for (size_t i = 0; i < n; i++) {
		const struct framework *framework = list[i].framework;
		table_row(&table, NULL);
		table_link(&table, framework->title, href(job, framework->page, NULL));
		table_text(&table, framework->name);
		table_count(&table, list[i].counts.all);
		for (size_t s = 0; s < sizeof order / sizeof *order; s++)
			table_count(&table, list[i].counts.by_status[order[s]]);
	}
	table_end(&table);
	view_take_markup(job, view, "frameworks", &to);
}

static void fill_missing(struct page_job *job, struct view *view, const struct coverage *list,
			 size_t n)
{
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		const struct framework *framework = list[i].framework;
		all += list[i].counts.by_status[CONTROL_MISSING];
		for (size_t k = 0; k < framework->controls.n && shown < MOST_MISSING; k++) {
			const struct control *control = &framework->controls.items[k];
			struct view *entry;
			if (judge_control(job->mem, control) != CONTROL_MISSING)
				continue;
			entry = view_list(view, "missing");
			view_text(entry, "id", control->id);
			view_address(entry, "url", control_href(job, control));
			view_text(entry, "framework", framework->title);
			view_text(entry, "title", control->title);
			carriers_fill(job, entry, "carriers", control);
			shown++;
		}
	}
	view_flag(view, "has_missing", all > 0);
	if (!shown)
		view_empty_list(view, "missing");
	view_text(view, "missing_more",
		  shown < all ? arena_printf(job->mem, "%s more; each framework's page lists all.",
					     count_text(job->mem, all - shown))
			      : NULL);
}

static void fill_index(struct page_job *job, struct view *view)
{
	struct control_counts all = {0};
	struct coverage *list = collect(job, &all);
	size_t n = job->ws->frameworks.n;

	view_text(view, "title", "Controls");
	status_end(view, false);
	view_text(view, "summary",
		  arena_printf(job->mem, "%s: %s.", plural(job->mem, n, "framework", "frameworks"),
			       control_counts_text(job->mem, &all)));
	fill_frameworks(job, view, list, n);
	fill_missing(job, view, list, n);
}

const struct page_type page_controls_type = {"templates/pages/controls.html", index_names,
					     fill_index};

/* ---- controls/ID.html ---- */

static const char *const names[] = {LAYOUT_NAMES,
				    MENTION_NAMES,
				    "summary",
				    "source_url",
				    "source",
				    "notes",
				    "parts[].id",
				    "parts[].title",
				    "parts[].counts",
				    "parts[].controls[].anchor",
				    "parts[].controls[].id",
				    "parts[].controls[].title",
				    "parts[].controls[].note",
				    "parts[].controls[].where",
				    "parts[].controls[].where_url",
				    "parts[].controls[].type",
				    "parts[].controls[].status",
				    "parts[].controls[].shape",
				    "parts[].controls[].tone",
				    CARRIER_NAMES("parts[].controls[].carriers"),
				    "parts[].controls[].carriers",
				    "parts[].controls",
				    "has_rules",
				    "rules[].id",
				    "rules[].rule",
				    "rules[].title",
				    "rules[].why",
				    "rules[].mend",
				    "has_commands",
				    "commands[].id",
				    "commands[].usage",
				    "commands[].summary",
				    "commands[].options[].option",
				    "commands[].options[].help",
				    NULL};

/* The page of the kind that carries a control. */
static const struct page *kind_page(const struct workspace *ws, const char *kind)
{
	const struct record_kind *own = kind ? map_get(&ws->record_kind_by_name, kind) : NULL;
	const struct template *tmpl = kind ? map_get(&ws->template_by_kind, kind) : NULL;

	if (own)
		return own->page;
	return tmpl && tmpl->page ? page_at(&ws->pages, tmpl->page) : NULL;
}

static void fill_control(struct page_job *job, struct view *part, const struct control *control)
{
	struct view *entry = view_list(part, "controls");

	view_text(entry, "anchor", control->anchor);
	view_text(entry, "id", control->id);
	view_text(entry, "title", control->title);
	view_text(entry, "note", control->note);
	view_text(entry, "where", control->where);
	view_address(entry, "where_url", href(job, kind_page(job->ws, control->where), NULL));
	view_text(entry, "type", control->type);
	view_word(entry, "status", control_word(judge_control(job->mem, control)));
	carriers_fill(job, entry, "carriers", control);
}

/* The controls of one source document, in their order; without sources all are one part. */
static void fill_parts(struct page_job *job, struct view *view, const struct framework *framework)
{
	struct map parts = {0}; /* source -> its view */
	struct map counts = {0};

	for (size_t i = 0; i < framework->controls.n; i++) {
		const struct control *control = &framework->controls.items[i];
		const char *source = control->source ? control->source : "";
		struct view *part = map_get(&parts, source);
		struct control_counts *count = map_get(&counts, source);
		if (!part) {
			part = view_list(view, "parts");
			count = arena_new(job->mem, struct control_counts, 1);
			map_put(&parts, job->mem, source, part);
			map_put(&counts, job->mem, source, count);
		}
		count->all++;
		count->by_status[judge_control(job->mem, control)]++;
		fill_control(job, part, control);
	}
	if (!parts.n)
		view_empty_list(view, "parts");
	for (size_t i = 0; i < parts.n; i++) {
		const char *source = parts.entries[i].key;
		const char *title = *source ? source : "Controls";
		const char *id = arena_printf(job->mem, "Mb-part-%zu", i + 1);
		view_text(parts.entries[i].value, "id", id);
		view_text(parts.entries[i].value, "title", title);
		view_text(parts.entries[i].value, "counts",
			  control_counts_text(job->mem, counts.entries[i].value));
		contents_add(job, 2, title, id);
	}
}

/* ---- what its rules and commands are, so that an entry leads to it offline ---- */

static void fill_rules(struct page_job *job, struct view *view, const struct framework *framework)
{
	bool named[RULE_COUNT] = {false}, any = false;

	for (size_t i = 0; i < framework->controls.n; i++)
		for (size_t k = 0; k < framework->controls.items[i].carriers.n; k++) {
			const struct carrier *carrier =
			    &framework->controls.items[i].carriers.items[k];
			if (carrier->kind == CARRIER_RULE && carrier->found)
				named[carrier->rule] = any = true;
		}
	view_flag(view, "has_rules", any);
	if (!any)
		view_empty_list(view, "rules");
	else
		contents_add(job, 2, "The rules named here", "Mb-rules");
	for (size_t rule = 0; rule < RULE_COUNT; rule++) {
		const struct rule_info *info = rule_info((enum rule)rule);
		struct view *entry;
		if (!named[rule])
			continue;
		entry = view_list(view, "rules");
		view_text(entry, "id",
			  arena_printf(job->mem, "Mb-%s", rule_anchor(job->mem, (enum rule)rule)));
		view_text(entry, "rule", info->id);
		view_text(entry, "title", info->title);
		view_text(entry, "why", info->why);
		view_code_text(job, entry, "mend", info->mend);
	}
}

static void fill_command(struct page_job *job, struct view *view,
			 const struct program_command *command)
{
	struct view *entry = view_list(view, "commands");

	view_text(entry, "id", arena_printf(job->mem, "Mb-command-%s", command->name));
	view_text(entry, "usage",
		  arena_printf(job->mem, "modelbook %s%s%s", command->name,
			       command->operands ? " " : "",
			       command->operands ? command->operands : ""));
	view_text(entry, "summary", command->summary);
	if (!command->n_options)
		view_empty_list(entry, "options");
	for (size_t i = 0; i < command->n_options; i++) {
		const struct program_option *option = &command->options[i];
		struct view *line = view_list(entry, "options");
		view_text(line, "option",
			  arena_printf(job->mem, "--%s%s%s", option->name,
				       option->argument ? " " : "",
				       option->argument ? option->argument : ""));
		view_text(line, "help", option->help);
	}
}

static void fill_commands(struct page_job *job, struct view *view,
			  const struct framework *framework)
{
	const struct workspace *ws = job->ws;
	bool *named = arena_new(job->mem, bool, ws->n_commands), any = false;

	for (size_t i = 0; i < framework->controls.n; i++)
		for (size_t k = 0; k < framework->controls.items[i].carriers.n; k++) {
			const struct carrier *carrier =
			    &framework->controls.items[i].carriers.items[k];
			if (carrier->command && carrier->found)
				named[carrier->command - ws->commands] = any = true;
		}
	view_flag(view, "has_commands", any);
	if (!any)
		view_empty_list(view, "commands");
	else
		contents_add(job, 2, "The commands named here", "Mb-commands");
	for (size_t i = 0; i < ws->n_commands; i++)
		if (named[i])
			fill_command(job, view, &ws->commands[i]);
}

/* ---- the page ---- */

static void fill_source(struct view *view, const char *source)
{
	bool is_address = source && text_starts_with(source, "https://");

	view_address(view, "source_url", is_address ? source : NULL);
	view_text(view, "source", source);
}

static void fill(struct page_job *job, struct view *view)
{
	const struct framework *framework = job->page->framework;
	struct control_counts counts = judge_framework(job->mem, framework);

	view_text(view, "title", framework->title);
	status_add(view, "Framework", framework->name, NULL, NULL);
	for (unsigned s = CONTROL_STATUSES; s-- > 0;)
		if (counts.by_status[s])
			status_add(view, control_status_name((enum control_status)s),
				   count_text(job->mem, counts.by_status[s]), NULL,
				   s == CONTROL_PLANNED
				       ? NULL
				       : control_word((enum control_status)s).tone);
	status_add(view, "Record", place_text(job, &framework->record->node->at),
		   place_href(job, &framework->record->node->at), NULL);
	status_end(view, true);
	view_text(view, "summary",
		  arena_printf(job->mem, "%s.", control_counts_text(job->mem, &counts)));
	fill_source(view, framework->source);
	view_text(view, "notes", data_find_text(framework->record->node, "notes"));
	fill_parts(job, view, framework);
	fill_rules(job, view, framework);
	fill_commands(job, view, framework);
	mentions_fill(job, view);
}

const struct page_type page_framework_type = {"templates/pages/framework.html", names, fill};
