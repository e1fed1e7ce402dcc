/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/diag_print.c - the list of findings as text with source lines, and as JSON */
#include "base/diag.h"
#include "base/text.h"
#include <string.h>

enum { LONGEST_SOURCE_LINE = 240 };

static const char *color_of(enum severity severity)
{
	static const char *const colors[] = {"\033[36m", "\033[33m", "\033[31m"};

	return colors[severity];
}

static void print_head(const struct finding *f, const struct position *at, bool color,
		       struct arena *scratch, struct out *to)
{
	if (f->at.source) {
		text_write_visible(to, f->at.source->path, strlen(f->at.source->path));
		out_printf(to, ":%u:%u: ", at->line, at->column);
	} else {
		out_puts(to, "modelbook: ");
	}
	if (color)
		out_puts(to, color_of(f->severity));
	out_puts(to, severity_name(f->severity));
	if (color)
		out_puts(to, "\033[0m");
	out_printf(to, ": %s [%s]\n", finding_message(f, scratch), rule_info(f->rule)->id);
}

/* Bytes that align a caret under byte `n` of a line: tabs stay, each character is one space. */
static void print_indent(const char *line, size_t n, struct out *to)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)line[i];
		if (c == '\t')
			out_putc(to, '\t');
		else if ((c & 0xC0) != 0x80)
			out_putc(to, ' ');
	}
}

static void print_caret(const struct finding *f, const struct position *at, struct out *to)
{
	size_t len, start = at->column - 1, end, marks = 0;
	const char *line = source_line(f->at.source, at->line, &len);

	if (!len || start > len || start > LONGEST_SOURCE_LINE)
		return;
	end = at->end_line == at->line && at->end_column > 0 ? at->end_column - 1 : len;
	if (len > LONGEST_SOURCE_LINE) {
		len = LONGEST_SOURCE_LINE;
		while (len && ((unsigned char)line[len] & 0xC0) == 0x80)
			len--;
	}
	if (end > len)
		end = len;
	out_printf(to, "%5u | ", at->line);
	text_write_visible(to, line, len);
	out_puts(to, "\n      | ");
	print_indent(line, start, to);
	out_putc(to, '^');
	for (size_t i = start + 1; i < end; i++)
		if (((unsigned char)line[i] & 0xC0) != 0x80 && marks++ < 60)
			out_putc(to, '~');
	if (f->note) {
		out_putc(to, ' ');
		text_write_visible(to, f->note, strlen(f->note));
	}
	out_putc(to, '\n');
}

static void print_finding(const struct finding *f, bool color, struct arena *scratch,
			  struct out *to)
{
	struct position at = source_position(&f->at);

	print_head(f, &at, color, scratch, to);
	if (f->at.source && f->at.source->text)
		print_caret(f, &at, to);
	if (f->help) {
		out_puts(to, "   help: ");
		text_write_visible(to, f->help, strlen(f->help));
		out_putc(to, '\n');
	}
}

/* The open findings [*first, …) of one file; returns the index behind the file's last one. */
static size_t print_file(const struct diag_sink *sink, size_t first,
			 const struct diag_text_options *options, struct arena *scratch,
			 struct out *to)
{
	const struct source *file = sink->items[first].at.source;
	const char *path = file ? file->path : "modelbook";
	size_t open = 0, i = first;

	for (; i < sink->n && sink->items[i].at.source == file; i++) {
		if (sink->items[i].standing != STANDING_OPEN)
			continue;
		if (!options->max_per_file || open < options->max_per_file)
			print_finding(&sink->items[i], options->color, scratch, to);
		open++;
	}
	if (options->max_per_file && open > options->max_per_file) {
		text_write_visible(to, path, strlen(path));
		out_printf(to, ": %zu more findings in this file (--format json has all)\n",
			   open - options->max_per_file);
	}
	return i;
}

void diag_print_text(const struct diag_sink *sink, const struct diag_text_options *options,
		     struct out *to)
{
	struct arena scratch;

	arena_init(&scratch);
	for (size_t i = 0; i < sink->n;)
		i = print_file(sink, i, options, &scratch, to);
	arena_release(&scratch);
}

static void json_text(struct out *to, const char *key, const char *text)
{
	out_printf(to, "\"%s\": ", key);
	text_write_json_string(to, text);
}

static void print_finding_json(const struct finding *f, struct arena *scratch, struct out *to)
{
	const struct rule_info *info = rule_info(f->rule);
	struct position at = source_position(&f->at);

	out_puts(to, "    {");
	json_text(to, "rule", info->id);
	out_puts(to, ", ");
	json_text(to, "severity", severity_name(f->severity));
	out_printf(to, ", \"fault\": %s, ", info->class == FAULT ? "true" : "false");
	json_text(to, "path", f->at.source ? f->at.source->path : "");
	out_printf(to, ", \"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u, ",
		   at.line, at.column, at.end_line, at.end_column);
	json_text(to, "message", finding_message(f, scratch));
	out_puts(to, ", ");
	json_text(to, "help", f->help);
	out_puts(to, ", ");
	json_text(to, "fingerprint", f->fingerprint);
	if (f->standing == STANDING_ALLOWED) {
		out_puts(to, ", ");
		json_text(to, "reason", f->reason);
	}
	out_puts(to, "}");
}

/* `"key": […]` with the findings of one standing. */
static void print_list_json(const struct diag_sink *sink, const char *key, enum standing standing,
			    struct arena *scratch, struct out *to)
{
	bool any = false;

	out_printf(to, " \"%s\": [", key);
	for (size_t i = 0; i < sink->n; i++) {
		if (sink->items[i].standing != standing)
			continue;
		out_puts(to, any ? ",\n" : "\n");
		print_finding_json(&sink->items[i], scratch, to);
		any = true;
	}
	out_puts(to, any ? "\n ]" : "]");
}

void diag_print_json(const struct diag_sink *sink, size_t documents, size_t records, struct out *to)
{
	struct diag_counts counts = diag_count(sink);
	struct arena scratch;

	arena_init(&scratch);
	out_puts(to,
		 "{\"tool\": {\"name\": \"modelbook\", \"version\": \"" MODELBOOK_VERSION "\"},\n");
	out_printf(to,
		   " \"summary\": {\"documents\": %zu, \"records\": %zu, \"errors\": %zu, "
		   "\"warnings\": %zu, \"notes\": %zu, \"allowed\": %zu, \"known\": %zu},\n",
		   documents, records, counts.errors, counts.warnings, counts.notes, counts.allowed,
		   counts.known);
	print_list_json(sink, "findings", STANDING_OPEN, &scratch, to);
	out_puts(to, ",\n");
	print_list_json(sink, "allowed", STANDING_ALLOWED, &scratch, to);
	out_puts(to, ",\n");
	print_list_json(sink, "known", STANDING_KNOWN, &scratch, to);
	out_puts(to, "}\n");
	arena_release(&scratch);
}
