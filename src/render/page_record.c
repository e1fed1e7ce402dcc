/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_record.c - the index of records, and a file under data/ as numbered lines */
#include "render/escape.h"
#include "render/figure_block.h"
#include "render/figures_parts.h"
#include "render/live_html.h"
#include "render/record_list.h"
#include "render/table_html.h"
#include <string.h>

enum {
	LOG_LINES = 12,
	FILE_LINES = 20000,
	LINE_MAX_BYTES = 4000,
	FINDINGS_MAX = 100,
	FIGURES_MAX = 50,
	KINDS_MAX = 6
};

/* ---- records/index.html ---- */

static const char *const index_names[] = {LAYOUT_NAMES, "has_files", "files", NULL};

/* The kinds of its records, each once. */
static const char *kinds_text(struct page_job *job, const struct data_file *file)
{
	const char *text = NULL;
	struct map seen = {0};
	size_t n = 0;

	if (file->is_log)
		return "log";
	for (size_t i = 0; i < file->records.n; i++) {
		const char *kind = or_dash(file->records.items[i]->kind);
		if (map_has(&seen, kind))
			continue;
		map_put(&seen, job->mem, kind, &seen);
		if (n++ == KINDS_MAX)
			return arena_printf(job->mem, "%s, …", text);
		text = text ? arena_printf(job->mem, "%s, %s", text, kind) : kind;
	}
	return text;
}

static const char *ids_text(struct page_job *job, const struct data_file *file)
{
	const char *text = NULL;

	for (size_t i = 0; i < file->records.n; i++) {
		const char *id = file->records.items[i]->id;
		if (i == 3)
			return arena_printf(job->mem, "%s, … (%s)", text,
					    plural(job->mem, file->records.n, "record", "records"));
		text = text ? arena_printf(job->mem, "%s, %s", text, or_dash(id)) : or_dash(id);
	}
	return text;
}

static void fill_index(struct page_job *job, struct view *view)
{
	static const struct table_column columns[] = {{"File", ALIGN_TEXT},
						      {"Kind", ALIGN_TEXT},
						      {"Id", ALIGN_TEXT},
						      {"Size, bytes", ALIGN_NUMBER}};
	const struct workspace *ws = job->ws;
	struct table_html table;
	struct out to = {0};

	view_text(view, "title", "Records");
	status_end(view, false);
	if (ws->data_files.n) {
		table_begin(&table, &to, "Files under data/", "Files under data/, by path", "wide",
			    columns, 4);
		for (size_t i = 0; i < ws->data_files.n; i++) {
			const struct data_file *file = ws->data_files.items[i];
			table_row(&table, NULL);
			table_link(&table, file->path, href(job, file->page, NULL));
			table_text(&table, kinds_text(job, file));
			table_text(&table, ids_text(job, file));
			table_count(&table, file->source ? file->source->len : 0);
		}
		table_end(&table);
	}
	view_flag(view, "has_files", ws->data_files.n > 0);
	view_take_markup(job, view, "files", &to);
}

const struct page_type page_records_type = {"templates/pages/records.html", index_names,
					    fill_index};

/* ---- records/PATH.html ---- */

static const char *const names[] = {
    LAYOUT_NAMES, MENTION_NAMES, "holds",      "figures", "has_findings", FINDING_NAMES("findings"),
    "lines",      "lines_title", "lines_note", NULL};

/* Records of a CSV text: line ends outside quotes. */
static size_t count_rows(const char *text, size_t n)
{
	bool quoted = false;
	size_t rows = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		rows += text[i] == '\n' && !quoted;
	}
	return rows + (n > 0 && text[n - 1] != '\n');
}

/* Bytes of the text up to the end of its line `max`, and how many lines these are. */
static size_t leading_lines(const char *text, size_t n, size_t max, size_t *lines)
{
	size_t at = 0;

	*lines = 0;
	while (at < n && *lines < max) {
		const char *end = memchr(text + at, '\n', n - at);
		at = end ? (size_t)(end - text) + 1 : n;
		(*lines)++;
	}
	return at;
}

static void write_line(struct out *to, size_t number, const char *p, size_t n)
{
	bool cut = n > LINE_MAX_BYTES;

	if (n && p[n - 1] == '\r')
		n--;
	if (cut)
		for (n = LINE_MAX_BYTES; n > 0 && ((unsigned char)p[n] & 0xC0) == 0x80;)
			n--;
	out_printf(to, "<span class=\"line\" id=\"L%zu\"><span class=\"line-number\">%zu </span>",
		   number, number);
	escape_html(to, p, n);
	out_puts(to, cut ? " …</span>" : "</span>");
}

/* Each line is a block, so that no line feed stands between them. */
static void write_lines(struct out *to, const char *text, size_t n, bool is_log)
{
	size_t at = 0, number = 0;

	out_printf(to,
		   "<pre class=\"lines%s\" tabindex=\"0\" role=\"group\" aria-label=\"Lines of the "
		   "file\"><code>",
		   is_log ? " log" : "");
	while (at < n) {
		const char *end = memchr(text + at, '\n', n - at);
		size_t stop = end ? (size_t)(end - text) : n;
		write_line(to, ++number, text + at, stop - at);
		at = stop + 1;
	}
	out_puts(to, "</code></pre>\n");
}

static void fill_lines(struct page_job *job, struct view *view, const struct data_file *file)
{
	const struct source *source = file->source;
	size_t n = source && source->text ? source->len : 0, lines, shown;
	struct out to = {0};

	shown = leading_lines(source ? source->text : "", n, file->is_log ? LOG_LINES : FILE_LINES,
			      &lines);
	if (n)
		write_lines(&to, source->text, shown, file->is_log);
	view_take_markup(job, view, "lines", &to);
	view_text(view, "lines_title",
		  shown < n ? arena_printf(job->mem, "The first %s",
					   plural(job->mem, lines, "line", "lines"))
			    : "Lines");
	view_text(view, "lines_note",
		  !n ? "The file is empty or could not be read."
		  : shown < n
		      ? arena_printf(job->mem,
				     "The rest of the file (%s of %s bytes) is not shown; its"
				     " SHA-256 above is that of all of it.",
				     count_text(job->mem, n - shown), count_text(job->mem, n))
		      : NULL);
}

/* The page of the record's kind. */
static const char *kind_href(struct page_job *job, const struct record *record)
{
	return record->schema ? href(job, record->schema->page, NULL) : NULL;
}

static void fill_holds(struct page_job *job, struct view *view, const struct data_file *file)
{
	static const struct table_column columns[] = {
	    {"Record", ALIGN_TEXT}, {"Kind", ALIGN_TEXT},    {"Title", ALIGN_LONG},
	    {"About", ALIGN_TEXT},  {"Outcome", ALIGN_TEXT}, {"Line", ALIGN_NUMBER}};
	struct table_html table;
	struct out to = {0};

	if (file->records.n) {
		table_begin(&table, &to, "Records in this file", "Records in this file", "",
			    columns, 6);
		for (size_t i = 0; i < file->records.n; i++) {
			const struct record *record = file->records.items[i];
			struct position at = source_position(&record->node->at);
			table_row(&table, NULL);
			table_text(&table, or_dash(record->id));
			table_link(&table, record->kind, kind_href(job, record));
			table_text(&table, data_find_text(record->node, "title"));
			table_link(&table, or_dash(record->about.text),
				   subject_href(job, &record->about));
			record_outcome_cell(&table, record);
			table_link(&table, count_text(job->mem, at.line),
				   arena_printf(job->mem, "#L%u", at.line));
		}
		table_end(&table);
	}
	view_take_markup(job, view, "holds", &to);
}

/* What the records say in figures, measured or given, a fold each. */
static void fill_figures(struct page_job *job, struct view *view, const struct data_file *file)
{
	struct out to = {0};
	size_t n = 0;

	for (size_t i = 0; i < file->records.n; i++) {
		const struct record_figures *figures =
		    evidence_of(job->book->evidence, file->records.items[i]);
		if (!figures || figures->origin == ORIGIN_NONE)
			continue;
		if (n++ < FIGURES_MAX)
			figures_whole(job, &to, figures);
	}
	if (n > FIGURES_MAX) {
		out_puts(&to, "<p class=\"muted\">");
		text_html(&to,
			  arena_printf(job->mem,
				       "The figures of %s more stand on the pages of their"
				       " versions and in the audit workbook.",
				       plural(job->mem, n - FIGURES_MAX, "record", "records")));
		out_puts(&to, "</p>\n");
	}
	view_take_markup(job, view, "figures", &to);
}

static void fill(struct page_job *job, struct view *view)
{
	const struct data_file *file = job->page->file;
	const struct source *source = file->source;
	size_t n = source && source->text ? source->len : 0, found;

	view_text(view, "title", file->path);
	status_add(view, "Kind", kinds_text(job, file),
		   file->records.n == 1 ? kind_href(job, file->records.items[0]) : NULL, NULL);
	findings_status(job, view, file->path);
	if (file->is_log && n) {
		size_t rows = count_rows(source->text, n);
		status_add(view, "Rows", count_text(job->mem, rows ? rows - 1 : 0), NULL, NULL);
	}
	status_add(view, "Size", arena_printf(job->mem, "%s bytes", count_text(job->mem, n)), NULL,
		   NULL);
	status_add(view, "SHA-256", file->sha256, NULL, "id");
	status_end(view, true);
	fill_holds(job, view, file);
	fill_figures(job, view, file);
	found = findings_fill(job, view, file->path, NULL, SEVERITY_NOTE, FINDINGS_MAX);
	view_flag(view, "has_findings", found > 0);
	if (!found)
		view_empty_list(view, "findings");
	mentions_fill(job, view);
	fill_lines(job, view, file);
}

const struct page_type page_record_type = {"templates/pages/record.html", names, fill};
