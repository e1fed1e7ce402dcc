/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_github.c - workflow commands of GitHub Actions, and the summary of a job
 *
 * A runner takes a line that begins with `::` for a command, and one that holds `##[` for an older
 * kind of command; it shows ten annotations of each kind for a step and drops the others without a
 * word. So all text is escaped, the gravest ten are chosen, and the others follow as plain lines.
 */
#include "export/findings_internal.h"
#include <string.h>

enum { MOST_OF_A_KIND = 10, ROOM_FOR_LAST_LINE = 200 };

static const struct {
	enum severity severity;
	const char *command, *title;
} kinds[] = {
    {SEVERITY_ERROR, "error", "Errors"},
    {SEVERITY_WARNING, "warning", "Warnings"},
    {SEVERITY_NOTE, "notice", "Notes"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Data of a command, or the value of a property of it, where ':' and ',' would end it. */
static void write_escaped(const char *text, bool property, struct out *to)
{
	for (const char *p = text; *p; p++) {
		if (*p == '%' || *p == '\r' || *p == '\n' || (property && (*p == ':' || *p == ',')))
			out_printf(to, "%%%02X", (unsigned char)*p);
		else
			out_putc(to, *p);
	}
}

static void write_property(const char *key, const char *text, struct arena *scratch, struct out *to)
{
	out_printf(to, "%s=", key);
	write_escaped(findings_clean(text, true, scratch), true, to);
}

/* A finding without a file of the repository has a title alone. Columns are taken on one line. */
static void write_command(const struct findings_report *report, const char *command,
			  const struct finding *finding, struct arena *scratch, struct out *to)
{
	struct finding_place place = findings_place(report, finding, scratch);
	const struct position *at = &place.chars;

	out_printf(to, "::%s ", command);
	if (!place.nowhere && !place.in_defaults) {
		write_property("file", place.path, scratch, to);
		out_printf(to, ",line=%u,endLine=%u,", at->line, at->end_line);
		if (at->line == at->end_line)
			out_printf(to, "col=%u,endColumn=%u,", at->column, at->end_column);
	}
	write_property("title", rule_info(finding->rule)->id, scratch, to);
	out_puts(to, "::");
	write_escaped(findings_advice(finding, &place, scratch), false, to);
	out_putc(to, '\n');
}

/* One line of the log that is no command of any kind. */
static void write_plain(const struct findings_report *report, const struct finding *finding,
			struct arena *scratch, struct out *to)
{
	struct finding_place place = findings_place(report, finding, scratch);
	const char *line = findings_line(finding, &place, scratch), *at;

	if (!strncmp(line + strspn(line, " \t"), "::", 2))
		out_puts(to, "./");
	for (; (at = strstr(line, "##[")); line = at + 2) {
		out_write(to, line, (size_t)(at - line) + 2);
		out_putc(to, ' ');
	}
	out_printf(to, "%s\n", line);
}

static bool is_open_error(const struct finding *f)
{
	return f->standing == STANDING_OPEN && f->severity == SEVERITY_ERROR;
}

static bool is_open_warning(const struct finding *f)
{
	return f->standing == STANDING_OPEN && f->severity == SEVERITY_WARNING;
}

static bool is_open_note(const struct finding *f)
{
	return f->standing == STANDING_OPEN && f->severity == SEVERITY_NOTE;
}

void findings_write_github(const struct findings_report *report, struct out *to)
{
	const struct diag_sink *findings = report->findings;
	size_t left_out = 0;
	struct arena scratch;
	bool *chosen;

	arena_init(&scratch);
	chosen = arena_new(&scratch, bool, findings->n);
	findings_choose(findings, is_open_error, MOST_OF_A_KIND, chosen);
	findings_choose(findings, is_open_warning, MOST_OF_A_KIND, chosen);
	findings_choose(findings, is_open_note, MOST_OF_A_KIND, chosen);
	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < findings->n; i++) {
			struct arena_mark mark = arena_save(&scratch);
			if (chosen[i] && findings->items[i].severity == kinds[kind].severity)
				write_command(report, kinds[kind].command, &findings->items[i],
					      &scratch, to);
			arena_reset(&scratch, mark);
		}
	for (size_t i = 0; i < findings->n; i++) {
		struct arena_mark mark = arena_save(&scratch);
		if (!chosen[i] && findings->items[i].standing == STANDING_OPEN) {
			write_plain(report, &findings->items[i], &scratch, to);
			left_out++;
		}
		arena_reset(&scratch, mark);
	}
	out_printf(to, "modelbook: %s", findings_counts(report, &scratch));
	if (left_out)
		out_printf(to, " (%zu of them without an annotation: a step shows %d of a kind)",
			   left_out, MOST_OF_A_KIND);
	out_putc(to, '\n');
	arena_release(&scratch);
}

/* ---- the summary of a job ---- */

/* Text that Markdown leaves alone: all ASCII punctuation is escaped. */
static void write_markdown(const char *text, struct out *to)
{
	for (const char *p = text; *p; p++) {
		if (*p == '<')
			out_puts(to, "&lt;");
		else if (*p == '&')
			out_puts(to, "&amp;");
		else if (*p == '\n')
			out_puts(to, "<br>");
		else {
			if (strchr("!\"#$%'()*+,-./:;=>?@[\\]^_`{|}~", *p))
				out_putc(to, '\\');
			out_putc(to, *p);
		}
	}
}

static void write_row(const struct findings_report *report, const struct finding *finding,
		      struct arena *scratch, struct out *to)
{
	struct finding_place place = findings_place(report, finding, scratch);

	out_puts(to, "| ");
	if (!place.nowhere && !place.in_defaults) {
		write_markdown(findings_clean(place.path, false, scratch), to);
		out_printf(to, ":%u:%u", place.bytes.line, place.bytes.column);
	}
	out_puts(to, " | ");
	write_markdown(findings_advice(finding, &place, scratch), to);
	out_puts(to, " | ");
	write_markdown(rule_info(finding->rule)->id, to);
	out_puts(to, " |\n");
}

/* A heading and a table of the open findings of one severity; returns how many had no room. */
static size_t write_table(const struct findings_report *report, size_t kind, size_t max_bytes,
			  struct arena *scratch, struct out *to)
{
	struct out row = {0};
	size_t left_out = 0;
	bool begun = false;

	for (size_t i = 0; i < report->findings->n; i++) {
		const struct finding *finding = &report->findings->items[i];
		struct arena_mark mark = arena_save(scratch);
		if (finding->standing != STANDING_OPEN || finding->severity != kinds[kind].severity)
			continue;
		out_clear(&row);
		if (!begun)
			out_printf(&row,
				   "\n### %s\n\n| Place | Finding | Rule |\n| --- | --- | --- |\n",
				   kinds[kind].title);
		write_row(report, finding, scratch, &row);
		if (to->n + row.n + ROOM_FOR_LAST_LINE > max_bytes || left_out) {
			left_out++;
		} else {
			out_write(to, out_text(&row), row.n);
			begun = true;
		}
		arena_reset(scratch, mark);
	}
	out_release(&row);
	return left_out;
}

void findings_write_github_summary(const struct findings_report *report, size_t max_bytes,
				   struct out *to)
{
	struct out o = {0};
	struct arena scratch;
	size_t left_out = 0;

	arena_init(&scratch);
	out_printf(&o, "## modelbook check\n\n%s\n", findings_counts(report, &scratch));
	for (size_t kind = 0; kind < KINDS; kind++)
		left_out += write_table(report, kind, max_bytes, &scratch, &o);
	if (left_out)
		out_printf(&o, "\n%zu more findings stand in the log.\n", left_out);
	out_putc(&o, '\n');
	if (o.n <= max_bytes)
		out_write(to, out_text(&o), o.n);
	out_release(&o);
	arena_release(&scratch);
}
