/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/explain_print.c - rules as text in the width of the terminal, and as JSON */
#include "cli/explain_print.h"
#include "base/text.h"
#include "cli/session.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const struct {
	const char *area, *title;
} areas[] = {
    {"doc", "documents"},
    {"link", "links of documents"},
    {"data", "records and prediction logs"},
    {"path", "names of files"},
    {"template", "templates and schemas"},
    {"evidence", "checklist items and what shows them"},
    {"bind", "values, plots and tables in documents"},
    {"control", "controls of frameworks"},
    {"config", "modelbook.yaml"},
    {"site", "the output"},
    {"io", "reading and writing"},
};

size_t explain_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col < 40 ? 40 : size.ws_col > 100 ? 100 : size.ws_col;
}

bool explain_is_in(enum rule rule, const char *area)
{
	const char *id = rule_info(rule)->id;
	size_t n = strcspn(id, "/");

	return !area || (strlen(area) == n && !strncmp(area, id, n));
}

bool explain_can_be_lowered(enum rule rule)
{
	return rule_info(rule)->class != FAULT && !rule_cannot(rule);
}

/* -- text ------------------------------------------------------------------------------------- */

/* Each character that is not ASCII counts one column; the texts hold no others. */
static size_t columns(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xC0) != 0x80;
	return count;
}

static void indent(size_t n, struct out *to)
{
	while (n--)
		out_putc(to, ' ');
}

void explain_wrap(const char *text, size_t used, size_t left, size_t width, struct out *to)
{
	bool first = true;

	while (*text) {
		size_t n = strcspn(text, " \n"), wide = columns(text, n);
		if (n && !first && used + 1 + wide > width) {
			out_putc(to, '\n');
			indent(left, to);
			used = left;
			first = true;
		}
		if (n && !first) {
			out_putc(to, ' ');
			used++;
		}
		out_write(to, text, n);
		used += wide;
		first = first && !n;
		text += n + (text[n] != '\0');
	}
	out_putc(to, '\n');
}

static void heading(const char *text, const struct explain_style *style, struct out *to)
{
	out_printf(to, "\n%s%s%s\n", style->color ? "\033[1m" : "", text,
		   style->color ? "\033[0m" : "");
}

void explain_paragraph(const char *title, const char *text, const struct explain_style *style,
		       struct out *to)
{
	heading(title, style, to);
	out_puts(to, "  ");
	explain_wrap(text, 2, 2, style->width, to);
}

/* The length of the id with which a line of `serves` begins: "C.deploy.2", "promise 3". */
static size_t serves_id_length(const char *line)
{
	static const char promise[] = "promise ";
	size_t word = text_starts_with(line, promise) ? strlen(promise) : 0;

	return word + strcspn(line + word, " ");
}

static void print_serves(struct arena *mem, const char *serves, const struct explain_style *style,
			 struct out *to)
{
	size_t widest = 0;

	heading("What it serves", style, to);
	for (const char *at = serves; *at; at = strchr(at, '\n') + 1) {
		size_t n = serves_id_length(at);
		widest = n > widest ? n : widest;
	}
	for (const char *at = serves; *at; at = strchr(at, '\n') + 1) {
		size_t n = serves_id_length(at), end = strcspn(at, "\n");
		out_puts(to, "  ");
		out_write(to, at, n);
		indent(widest - n + 2, to);
		explain_wrap(arena_strndup(mem, at + n + 1, end - n - 1), widest + 4, widest + 4,
			     style->width, to);
	}
}

/* Files are shown as they are: what is wrapped would be another file. */
static void print_files(struct arena *mem, const char *example, struct out *to)
{
	struct example_files files = {0};

	rule_example_read(mem, example, &files);
	for (size_t i = 0; i < files.n; i++) {
		const char *text = files.items[i].text;
		if (!text) {
			out_printf(to, "%s  %s is not there\n", i ? "\n" : "", files.items[i].path);
			continue;
		}
		out_printf(to, "%s  %s\n", i ? "\n" : "", files.items[i].path);
		while (*text) {
			size_t n = strcspn(text, "\n");
			if (n)
				out_puts(to, "    ");
			out_write(to, text, n);
			out_putc(to, '\n');
			text += n + (text[n] != '\0');
		}
	}
}

static const char *severity_text(struct arena *mem, enum rule rule)
{
	const struct rule_info *info = rule_info(rule);

	return arena_printf(mem, "severity %s: %s. %s", severity_name(info->severity),
			    info->class == FAULT ? "a fault, with which a build publishes nothing"
			    : rule_cannot(rule)  ? "the command cannot do what was asked"
						 : "a judgement, which the site shows",
			    explain_can_be_lowered(rule)
				? "`severity:` in modelbook.yaml can change it."
				: "It cannot be lowered.");
}

void explain_rule(struct arena *mem, enum rule rule, const struct explain_style *style,
		  struct out *to)
{
	const struct rule_info *info = rule_info(rule);
	const struct rule_example *example = rule_example(rule);

	out_printf(to, "%s%s%s: ", style->color ? "\033[1m" : "", info->id,
		   style->color ? "\033[0m" : "");
	explain_wrap(info->title, strlen(info->id) + 2, 0, style->width, to);
	explain_wrap(severity_text(mem, rule), 0, 0, style->width, to);
	if (rule_can_be_allowed(rule))
		out_printf(to,
			   "In a document a comment can allow it:\n"
			   "  <!-- modelbook: allow %s: reason -->\n",
			   info->id);
	explain_paragraph("Why", info->why, style, to);
	explain_paragraph("To mend it", info->mend, style, to);
	print_serves(mem, example->serves, style, to);
	if (!rule_example_has_files(example)) {
		explain_paragraph("An example", example->fails, style, to);
		explain_paragraph("Mended", example->mended, style, to);
		return;
	}
	heading("An example", style, to);
	print_files(mem, example->fails, to);
	heading("Mended", style, to);
	print_files(mem, example->mended, to);
}

static const char *area_title(enum rule rule)
{
	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
		if (explain_is_in(rule, areas[i].area))
			return areas[i].title;
	return "";
}

void explain_list(struct arena *mem, const char *area, const struct explain_style *style,
		  struct out *to)
{
	enum { ID = 28, SEVERITY = 9 };
	bool listed[RULE_COUNT] = {false}, any = false;

	/* Areas in the order of the table of rules, whose rules need not stand together. */
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const char *id = rule_info((enum rule)i)->id;
		char *own = arena_strndup(mem, id, strcspn(id, "/"));
		if (listed[i] || !explain_is_in((enum rule)i, area))
			continue;
		out_printf(to, "%s%s%s: %s%s\n", any ? "\n" : "", style->color ? "\033[1m" : "",
			   own, area_title((enum rule)i), style->color ? "\033[0m" : "");
		any = true;
		for (unsigned k = i; k < RULE_COUNT; k++) {
			const struct rule_info *info = rule_info((enum rule)k);
			if (!explain_is_in((enum rule)k, own))
				continue;
			listed[k] = true;
			out_printf(to, "  %-*s%-*s", ID, info->id, SEVERITY,
				   severity_name(info->severity));
			explain_wrap(info->title, 2 + ID + SEVERITY, 2 + ID + SEVERITY,
				     style->width, to);
		}
	}
}

/* -- JSON ------------------------------------------------------------------------------------- */

static void json_text(const char *text, size_t n, struct out *to)
{
	out_putc(to, '"');
	text_write_json(to, text, n);
	out_putc(to, '"');
}

static void json_member(const char *key, const char *text, struct out *to)
{
	out_printf(to, ", \"%s\": ", key);
	json_text(text, strlen(text), to);
}

static void json_serves(const char *serves, struct out *to)
{
	out_puts(to, ", \"serves\": [");
	for (const char *at = serves; *at; at = strchr(at, '\n') + 1) {
		size_t n = serves_id_length(at), end = strcspn(at, "\n");
		out_printf(to, "%s{\"id\": ", at == serves ? "" : ", ");
		json_text(at, n, to);
		out_puts(to, ", \"title\": ");
		json_text(at + n + 1, end - n - 1, to);
		out_putc(to, '}');
	}
	out_putc(to, ']');
}

static void json_example(struct arena *mem, const struct rule_example *example, bool mended,
			 struct out *to)
{
	struct example_files files = {0};

	if (!rule_example_has_files(example)) {
		json_member(mended ? "mended" : "fails", mended ? example->mended : example->fails,
			    to);
		return;
	}
	rule_example_workspace(mem, example, mended, &files);
	out_printf(to, ", \"%s\": {", mended ? "mended" : "fails");
	for (size_t i = 0; i < files.n; i++) {
		out_puts(to, i ? ", " : "");
		json_text(files.items[i].path, strlen(files.items[i].path), to);
		out_puts(to, ": ");
		json_text(files.items[i].text, strlen(files.items[i].text), to);
	}
	out_putc(to, '}');
}

void explain_rules_json(struct arena *mem, const char *area_or_id, struct out *to)
{
	const char *separator = "\n";

	out_puts(to, "\"rules\": [");
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule_info *info = rule_info((enum rule)i);
		const struct rule_example *example = rule_example((enum rule)i);
		if (!explain_is_in((enum rule)i, area_or_id) && strcmp(info->id, area_or_id) != 0)
			continue;
		out_printf(to,
			   "%s  {\"rule\": \"%s\", \"severity\": \"%s\", \"fault\": %s, "
			   "\"severity_can_be_lowered\": %s, \"can_be_allowed\": %s",
			   separator, info->id, severity_name(info->severity),
			   info->class == FAULT ? "true" : "false",
			   explain_can_be_lowered((enum rule)i) ? "true" : "false",
			   rule_can_be_allowed((enum rule)i) ? "true" : "false");
		json_member("title", info->title, to);
		json_member("why", info->why, to);
		json_member("mend", info->mend, to);
		json_serves(example->serves, to);
		json_example(mem, example, false, to);
		json_example(mem, example, true, to);
		out_putc(to, '}');
		separator = ",\n";
	}
	out_puts(to, "\n]");
}
