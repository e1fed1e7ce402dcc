/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/findings_view.c - findings as entries of a list */
#include "render/page_writer.h"
#include <assert.h>
#include <string.h>

enum { EXCERPT_MAX = 300 }; /* bytes of a source line that are shown */

static const char *finding_path(const struct finding *finding)
{
	return finding->at.source ? finding->at.source->path : "";
}

/* The first finding whose path is not before `path` (or, with `behind`, is behind it). */
static size_t first_finding(const struct diag_sink *findings, const char *path, bool behind)
{
	size_t low = 0, high = findings->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(finding_path(&findings->items[middle]), path);
		if (order < 0 || (behind && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void findings_of_file(const struct book *book, const char *path, size_t *first, size_t *last)
{
	assert(book->findings->finished);
	*first = first_finding(book->findings, path, false);
	*last = first_finding(book->findings, path, true);
}

const char *rule_anchor(struct arena *mem, enum rule rule)
{
	char *id = arena_printf(mem, "rule-%s", rule_info(rule)->id);

	for (char *p = id; *p; p++)
		if (*p == '/')
			*p = '-';
	return id;
}

/* A byte offset at or before `at` that does not cut a character. */
static size_t whole_character(const char *p, size_t at)
{
	while (at > 0 && ((unsigned char)p[at] & 0xC0) == 0x80)
		at--;
	return at;
}

/* True where a line says something: `---` and blank lines do not. */
static bool has_words(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];
		if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return true;
	}
	return false;
}

/* The source line of a finding in three parts, the marked one in the middle; notes have none. */
static void fill_excerpt(struct page_job *job, struct view *entry, const struct finding *finding)
{
	struct position at = source_position(&finding->at);
	size_t len, start, end, from = 0;
	const char *line = source_line(finding->at.source, at.line, &len);

	view_flag(entry, "excerpt", has_words(line, len) && finding->severity > SEVERITY_NOTE);
	view_text(entry, "line", count_text(job->mem, at.line));
	start = at.column - 1 < len ? at.column - 1 : len;
	end = at.end_line == at.line && at.end_column - 1 < len ? at.end_column - 1 : len;
	if (end < start)
		end = start;
	if (start > EXCERPT_MAX / 2)
		from = whole_character(line, start - EXCERPT_MAX / 2);
	if (end > from + EXCERPT_MAX)
		end = whole_character(line, from + EXCERPT_MAX);
	if (len > from + EXCERPT_MAX)
		len = whole_character(line, from + EXCERPT_MAX);
	if (start > end)
		start = end;
	view_text(entry, "before", arena_strndup(job->mem, line + from, start - from));
	view_text(entry, "marked", arena_strndup(job->mem, line + start, end - start));
	view_text(entry, "after", arena_strndup(job->mem, line + end, len > end ? len - end : 0));
}

struct word finding_word(struct arena *mem, enum rule rule, enum severity severity,
			 enum standing standing)
{
	static const char *const standings[] = {"open", "allowed", "known"};
	struct word word = severity_word(severity, rule_info(rule)->class == FAULT);

	if (standing == STANDING_OPEN)
		return word;
	return (struct word){arena_printf(mem, "%s, %s", word.word, standings[standing]), "◇",
			     "unknown"};
}

void finding_fill(struct page_job *job, struct view *entry, const struct finding *finding)
{
	const struct rule_info *info = rule_info(finding->rule);
	const struct page *list = page_single(&job->ws->pages, PAGE_FINDINGS);

	view_word(entry, "severity",
		  finding_word(job->mem, finding->rule, finding->severity, finding->standing));
	view_text(entry, "reason", finding->reason);
	view_text(entry, "message", finding_message(finding, job->mem));
	view_text(entry, "rule", info->id);
	view_address(entry, "rule_url", href(job, list, rule_anchor(job->mem, finding->rule)));
	view_text(entry, "place", place_text(job, &finding->at));
	view_address(entry, "place_url", place_href(job, &finding->at));
	view_code_text(job, entry, "help", finding->help);
	fill_excerpt(job, entry, finding);
}

static bool lies_within(const struct span *at, const struct span *place)
{
	return !place || (at->start >= place->start && at->start < place->end);
}

size_t findings_allowed(const struct book *book, const char *path)
{
	size_t first, last, n = 0;

	findings_of_file(book, path, &first, &last);
	for (size_t i = first; i < last; i++)
		n += book->findings->items[i].standing == STANDING_ALLOWED;
	return n;
}

void findings_status(struct page_job *job, struct view *view, const char *path)
{
	size_t first, last, n[SEVERITY_ERROR + 1] = {0}, errors, warnings;
	const char *text;

	findings_of_file(job->book, path, &first, &last);
	for (size_t i = first; i < last; i++) {
		const struct finding *finding = &job->book->findings->items[i];
		n[finding->severity] += finding->standing == STANDING_OPEN;
	}
	errors = n[SEVERITY_ERROR];
	warnings = n[SEVERITY_WARNING];
	if (!errors && !warnings)
		return;
	text = plural(job->mem, warnings, "warning", "warnings");
	if (errors)
		text = arena_printf(job->mem, "%s%s%s", plural(job->mem, errors, "error", "errors"),
				    warnings ? ", " : "", warnings ? text : "");
	status_add(view, "Findings", text, "#Mb-findings", errors ? "critical" : "warning");
}

size_t findings_fill(struct page_job *job, struct view *view, const char *path,
		     const struct span *within, enum severity least, size_t max)
{
	size_t first, last, n = 0;

	findings_of_file(job->book, path, &first, &last);
	for (size_t i = first; i < last && n < max; i++) {
		const struct finding *finding = &job->book->findings->items[i];
		if (finding->standing != STANDING_OPEN || finding->severity < least ||
		    !lies_within(&finding->at, within))
			continue;
		finding_fill(job, view_list(view, "findings"), finding);
		n++;
	}
	return n;
}
