/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_findings.c - all findings by file, and the rules that found them */
#include "render/page_writer.h"
#include <stdlib.h>

enum { FILE_MAX = 100, PAGE_MAX = 2000, CONTENTS_MAX = 100, ALLOWED_MAX = 1000 };

static const char *const names[] = {LAYOUT_NAMES,
				    "summary",
				    "checked",
				    "has_list",
				    "groups[].id",
				    "groups[].title",
				    "groups[].counts",
				    "groups[].page_url",
				    FINDING_NAMES("groups[].findings"),
				    "groups[].more",
				    "nothing_open",
				    "has_allowed",
				    "allowed_summary",
				    "allowed_more",
				    FINDING_NAMES("allowed"),
				    "rules[].id",
				    "rules[].rule",
				    "rules[].severity",
				    "rules[].tone",
				    "rules[].shape",
				    "rules[].title",
				    "rules[].count",
				    "rules[].why",
				    "rules[].mend",
				    NULL};

static const char *counts_text(struct page_job *job, const struct diag_sink *all, size_t first,
			       size_t last)
{
	size_t n[SEVERITY_ERROR + 1] = {0};

	for (size_t i = first; i < last; i++)
		n[all->items[i].severity] += all->items[i].standing == STANDING_OPEN;
	return arena_printf(job->mem, "%s, %s, %s",
			    plural(job->mem, n[SEVERITY_ERROR], "error", "errors"),
			    plural(job->mem, n[SEVERITY_WARNING], "warning", "warnings"),
			    plural(job->mem, n[SEVERITY_NOTE], "note", "notes"));
}

static size_t count_open(const struct diag_sink *all, size_t first, size_t last)
{
	size_t n = 0;

	for (size_t i = first; i < last; i++)
		n += all->items[i].standing == STANDING_OPEN;
	return n;
}

/* A fault weighs more than any judgement: what it is about is not shown at all. */
enum { WEIGHT_LEAST = SEVERITY_NOTE, WEIGHT_FAULT = SEVERITY_ERROR + 1 };

static int weight(const struct finding *finding)
{
	return rule_info(finding->rule)->class == FAULT ? WEIGHT_FAULT : (int)finding->severity;
}

/* The worst of a file stand first where not all are shown. */
static size_t fill_worst(struct page_job *job, struct view *group, size_t first, size_t last,
			 size_t room)
{
	const struct diag_sink *all = job->book->findings;
	bool cut = count_open(all, first, last) > room;
	size_t n = 0;

	for (int heavy = WEIGHT_FAULT; heavy >= WEIGHT_LEAST && n < room; heavy--) {
		for (size_t i = first; i < last && n < room; i++) {
			if (all->items[i].standing != STANDING_OPEN ||
			    (cut && weight(&all->items[i]) != heavy))
				continue;
			finding_fill(job, view_list(group, "findings"), &all->items[i]);
			n++;
		}
		if (!cut)
			break;
	}
	return n;
}

static size_t fill_group(struct page_job *job, struct view *view, size_t number, size_t first,
			 size_t last, size_t room)
{
	const struct diag_sink *all = job->book->findings;
	struct span at = all->items[first].at;
	const char *path = at.source ? at.source->path : "";
	const struct page *page = page_of_input(&job->ws->pages, path);
	struct view *group = view_list(view, "groups");
	const char *id = arena_printf(job->mem, "Mb-file-%zu", number);
	const char *title = path[0] ? path : "The workspace";
	size_t n, open = count_open(all, first, last);

	view_text(group, "id", id);
	view_text(group, "title", title);
	view_text(group, "counts", counts_text(job, all, first, last));
	view_address(group, "page_url", href(job, page, NULL));
	view_empty_list(group, "findings");
	n = fill_worst(job, group, first, last, room < FILE_MAX ? room : FILE_MAX);
	view_text(group, "more",
		  n < open ? arena_printf(
				 job->mem,
				 "%s more in this file; modelbook check --format json lists all.",
				 count_text(job->mem, open - n))
			   : NULL);
	if (number <= CONTENTS_MAX)
		contents_add(job, 2, title, id);
	return n;
}

/* Findings [first, last) of one file, at least one of them open. */
struct group {
	size_t first, last, errors;
	int worst; /* its greatest weight */
};

/* What is worst first, then the files with most errors; among equals by path, which is the order
 * of the findings. */
static int compare_groups(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->worst != b->worst)
		return a->worst > b->worst ? -1 : 1;
	if (a->errors != b->errors)
		return a->errors > b->errors ? -1 : 1;
	return a->first < b->first ? -1 : 1;
}

static void fill_groups(struct page_job *job, struct view *view)
{
	const struct diag_sink *all = job->book->findings;
	struct {
		LIST_OF(struct group);
	} groups = {0};
	size_t room = PAGE_MAX;

	for (size_t i = 0; i < all->n;) {
		const struct source *source = all->items[i].at.source;
		struct group group = {0};
		bool open = false;
		findings_of_file(job->book, source ? source->path : "", &group.first, &group.last);
		for (; i < group.last; i++) {
			if (all->items[i].standing != STANDING_OPEN)
				continue;
			open = true;
			group.errors += all->items[i].severity == SEVERITY_ERROR;
			if (weight(&all->items[i]) > group.worst)
				group.worst = weight(&all->items[i]);
		}
		if (open)
			*ARENA_PUSH(job->mem, &groups) = group;
	}
	view_flag(view, "nothing_open", !groups.n);
	if (!groups.n) {
		view_empty_list(view, "groups");
		return;
	}
	qsort(groups.items, groups.n, sizeof *groups.items, compare_groups);
	for (size_t i = 0; i < groups.n; i++)
		room -=
		    fill_group(job, view, i + 1, groups.items[i].first, groups.items[i].last, room);
}

/* Findings that comments in documents allow: they do not count, and who reads on must see them. */
static void fill_allowed(struct page_job *job, struct view *view)
{
	const struct diag_sink *all = job->book->findings;
	size_t n = diag_count(all).allowed, shown = 0;

	view_flag(view, "has_allowed", n > 0);
	view_text(
	    view, "allowed_summary",
	    n ? arena_printf(job->mem,
			     "Left out of the counts above: %s, each with the reason that the "
			     "comment in its document gives.",
			     plural(job->mem, n, "allowed finding", "allowed findings"))
	      : NULL);
	for (size_t i = 0; i < all->n && shown < ALLOWED_MAX; i++) {
		if (all->items[i].standing != STANDING_ALLOWED)
			continue;
		finding_fill(job, view_list(view, "allowed"), &all->items[i]);
		shown++;
	}
	view_text(view, "allowed_more",
		  shown < n
		      ? arena_printf(job->mem, "%s more; modelbook check --format json lists all.",
				     count_text(job->mem, n - shown))
		      : NULL);
	if (n)
		contents_add(job, 2, "Allowed in documents", "Mb-allowed");
	else
		view_empty_list(view, "allowed");
}

static const char *rule_counts(struct page_job *job, size_t open, size_t allowed)
{
	const char *text = plural(job->mem, open, "finding", "findings");

	return allowed ? arena_printf(job->mem, "%s here, %zu allowed", text, allowed)
		       : arena_printf(job->mem, "%s here", text);
}

/* How grave the rule's findings are here; without open ones they do not call for attention. */
static struct word rule_word(struct page_job *job, enum rule rule, bool is_open)
{
	const struct config *config = &job->ws->config;
	enum severity severity = rule_info(rule)->severity;

	for (size_t i = 0; i < config->severities.n; i++)
		if (config->severities.items[i].rule == rule)
			severity = config->severities.items[i].severity;
	return finding_word(job->mem, rule, severity, is_open ? STANDING_OPEN : STANDING_ALLOWED);
}

static void fill_rules(struct page_job *job, struct view *view)
{
	const struct diag_sink *all = job->book->findings;
	size_t open[RULE_COUNT] = {0}, allowed[RULE_COUNT] = {0};
	bool any = false;

	for (size_t i = 0; i < all->n; i++) {
		open[all->items[i].rule] += all->items[i].standing == STANDING_OPEN;
		allowed[all->items[i].rule] += all->items[i].standing == STANDING_ALLOWED;
	}
	for (size_t rule = 0; rule < RULE_COUNT; rule++) {
		const struct rule_info *info = rule_info((enum rule)rule);
		struct view *entry;
		if (!open[rule] && !allowed[rule])
			continue;
		any = true;
		entry = view_list(view, "rules");
		view_text(entry, "id", rule_anchor(job->mem, (enum rule)rule));
		view_text(entry, "rule", info->id);
		view_word(entry, "severity", rule_word(job, (enum rule)rule, open[rule] > 0));
		view_text(entry, "title", info->title);
		view_text(entry, "count", rule_counts(job, open[rule], allowed[rule]));
		view_text(entry, "why", info->why);
		view_code_text(job, entry, "mend", info->mend);
	}
	if (any)
		contents_add(job, 2, "The rules that found something", "Mb-rules");
	else
		view_empty_list(view, "rules");
}

static void fill(struct page_job *job, struct view *view)
{
	const struct workspace *ws = job->ws;
	const struct diag_sink *all = job->book->findings;
	size_t allowed = diag_count(all).allowed;

	view_text(view, "title", "Findings");
	status_end(view, false);
	view_text(view, "summary",
		  arena_printf(job->mem,
			       "%s%s. What modelbook check prints, by file, the worst first.",
			       counts_text(job, all, 0, all->n),
			       allowed ? arena_printf(job->mem, "; %zu allowed", allowed) : ""));
	view_text(view, "checked",
		  arena_printf(job->mem, "in %s, %s and %s.",
			       plural(job->mem, ws->documents.n, "document", "documents"),
			       plural(job->mem, ws->records.n, "record", "records"),
			       plural(job->mem, ws->templates.n, "template", "templates")));
	fill_groups(job, view);
	view_flag(view, "has_list", all->n > 0);
	fill_allowed(job, view);
	fill_rules(job, view);
}

const struct page_type page_findings_type = {"templates/pages/findings.html", names, fill};
