/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/controls_view.c - controls as pages show them: words, links, what a kind serves */
#include "render/controls_view.h"
#include "render/live_html.h"
#include "render/table_html.h"
#include <string.h>

struct word control_word(enum control_status status)
{
	static const char *const tones[CONTROL_STATUSES] = {[CONTROL_SATISFIED] = "good",
							    [CONTROL_PLANNED] = "unknown",
							    [CONTROL_UNCHECKED] = "warning",
							    [CONTROL_MISSING] = "critical"};

	return (struct word){control_status_name(status), control_status_shape(status),
			     tones[status]};
}

const char *control_counts_text(struct arena *mem, const struct control_counts *counts)
{
	const char *text = arena_printf(mem, "%zu of %zu satisfied",
					counts->by_status[CONTROL_SATISFIED], counts->all);

	for (unsigned status = CONTROL_STATUSES - 1; status > CONTROL_SATISFIED; status--)
		if (counts->by_status[status])
			text = arena_printf(mem, "%s, %zu %s", text, counts->by_status[status],
					    control_status_name((enum control_status)status));
	return text;
}

const char *control_href(const struct page_job *job, const struct control *control)
{
	return href(job, control->framework->page, control->anchor);
}

/* ---- carriers ---- */

/* The words of a heading stand for it, but where they hold values that only its page shows. */
static const char *place_title(const struct page_job *job, const struct carrier *carrier)
{
	const char *of, *title = carrier->title;

	if (!carrier->found || !carrier->title || strstr(carrier->title, "{{"))
		return carrier->text;
	of = carrier->document ? live_title(job, carrier->document)
			       : arena_printf(job->mem, "Template %s", carrier->tmpl->title);
	if (carrier->n_matches > 1)
		title =
		    arena_printf(job->mem, "%s (all %zu)",
				 carrier->requirement->wildcard ? carrier->requirement->id : title,
				 carrier->n_matches);
	return strcmp(of, title) == 0 ? of : arena_printf(job->mem, "%s › %s", of, title);
}

const char *carrier_text(const struct page_job *job, const struct carrier *carrier)
{
	const char *value;

	if (carrier->kind == CARRIER_SECTION || carrier->kind == CARRIER_ITEM)
		return place_title(job, carrier);
	if (carrier->threshold) {
		value = data_find_text(carrier->threshold->node, "value");
		return value ? arena_printf(job->mem, "%s = %s", carrier->text, value)
			     : carrier->text;
	}
	return carrier->text;
}

/* "item, claimed": an item of a document about something has a state of its own. */
static const char *kind_text(const struct page_job *job, const struct carrier *carrier)
{
	static const char *const words[CARRIER_KINDS] = {"section", "item",    "field", "rule",
							 "policy",  "command", "test"};
	const char *kind =
	    carrier->kind == CARRIER_FIELD && !carrier->field ? "kind" : words[carrier->kind];
	const struct record *shown_by;

	if (carrier->kind != CARRIER_ITEM || !carrier->document || !carrier->n_matches ||
	    !document_has_states(carrier->document))
		return kind;
	return arena_printf(job->mem, "%s, %s", kind,
			    item_state_name(judge_item(job->ws, carrier->document,
						       carrier->matches[0], &shown_by)));
}

void carriers_fill(struct page_job *job, struct view *view, const char *name,
		   const struct control *control)
{
	if (!control->carriers.n)
		view_empty_list(view, name);
	for (size_t i = 0; i < control->carriers.n; i++) {
		const struct carrier *carrier = &control->carriers.items[i];
		const char *because, *text = carrier_text(job, carrier);
		enum control_status status = judge_carrier(job->mem, carrier, &because);
		struct view *entry = view_list(view, name);
		view_text(entry, "kind", kind_text(job, carrier));
		view_text(entry, "text", text);
		view_flag(entry, "is_code",
			  text == carrier->text || carrier->kind == CARRIER_POLICY);
		view_address(entry, "url",
			     carrier->found ? href(job, carrier->page, carrier->anchor) : NULL);
		if (status == CONTROL_SATISFIED) {
			view_text(entry, "state", NULL);
			view_text(entry, "shape", NULL);
			view_text(entry, "tone", NULL);
		} else {
			view_word(entry, "state", control_word(status));
		}
		view_text(entry, "because", *because ? because : NULL);
	}
}

/* ---- what a kind serves ---- */

/* The path of ids from the root, which is the anchor on the template's page. */
static const char *requirement_path(struct arena *mem, const struct requirement *r)
{
	const char *above = r->parent && r->parent->parent ? requirement_path(mem, r->parent) : "";

	return arena_printf(mem, "%s%s%s", above, *above ? "/" : "", r->id);
}

/* What of the kind serves it: a section or item, a field, or all of it. */
static const char *served_name(const struct served *served)
{
	const struct requirement *r = served->requirement;

	if (r)
		return strcmp(r->title, "*") == 0 ? "any title" : r->title;
	return served->field ? served->field : "the kind as a whole";
}

/* The place on this page; the row of a field is that of the key it begins with. */
static const char *served_href(const struct page_job *job, const struct served *served)
{
	struct arena *mem = job->mem;

	if (served->requirement)
		return href(job, job->page, requirement_path(mem, served->requirement));
	if (!served->field)
		return NULL;
	return href(
	    job, job->page,
	    arena_printf(mem, "field-%.*s", (int)strcspn(served->field, ".["), served->field));
}

/* One row for the entries [first, last) of one control. */
static void write_served(struct page_job *job, struct table_html *table,
			 const struct served_list *list, size_t first, size_t last)
{
	const struct control *control = list->items[first].control;
	struct word word = control_word(judge_control(job->mem, control));
	const char *by = served_name(&list->items[first]);

	for (size_t i = first + 1; i < last; i++)
		by = arena_printf(job->mem, "%s, %s", by, served_name(&list->items[i]));
	table_row(table, NULL);
	table_link(table, control->id, control_href(job, control));
	table_text(table, control->title);
	table_link(table, by, served_href(job, &list->items[first]));
	table_state(table, word.shape, word.word, word.tone, NULL);
}

void controls_served_fill(struct page_job *job, struct view *view, const char *name,
			  const char *kind)
{
	static const struct table_column columns[] = {{"Control", ALIGN_TEXT},
						      {"Asks for", ALIGN_LONG},
						      {"Served by", ALIGN_LONG},
						      {"Status", ALIGN_TEXT}};
	const struct served_list *list = controls_served(job->ws, kind);
	struct table_html table;
	struct out to = {0};

	if (list) {
		table_begin(&table, &to, "Controls",
			    "The controls of frameworks that name this kind or a part of it",
			    "wide", columns, 4);
		for (size_t first = 0, last = 0; first < list->n; first = last) {
			while (last < list->n &&
			       list->items[last].control == list->items[first].control)
				last++;
			write_served(job, &table, list, first, last);
		}
		table_end(&table);
		contents_add(job, 2, "Controls it serves", "Mb-controls");
	}
	view_take_markup(job, view, name, &to);
}
