/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/explain_figure.c - figures as text in the width of the terminal, and as JSON */
#include "base/text.h"
#include "cli/explain_print.h"
#include <string.h>

static const struct {
	const char *title;
	size_t offset;
} parts[] = {
    {"How to read it", offsetof(struct convention, reading)},
    {"Formula", offsetof(struct convention, formula)},
    {"Convention", offsetof(struct convention, convention)},
    {"Elsewhere", offsetof(struct convention, elsewhere)},
    {"Source", offsetof(struct convention, source)},
};

static const char *part_text(const struct convention *figure, size_t offset)
{
	return *(const char *const *)((const char *)figure + offset);
}

/* "performance.roc_auc"; a figure without others beside it stands under its own name. */
static size_t print_path(const struct convention *figure, struct out *to)
{
	size_t before = to->n;

	if (strcmp(figure->group, "rows") != 0 && strcmp(figure->group, figure->name) != 0)
		out_printf(to, "%s.", figure->group);
	out_puts(to, figure->name);
	return to->n - before;
}

void explain_figure(const struct convention *figure, const struct explain_style *style,
		    struct out *to)
{
	size_t n;

	out_puts(to, style->color ? "\033[1m" : "");
	n = print_path(figure, to);
	out_printf(to, "%s: ", style->color ? "\033[0m" : "");
	explain_wrap(figure->title, n + 2, 0, style->width, to);
	explain_wrap(figure->range, 0, 0, style->width, to);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (part_text(figure, parts[i].offset))
			explain_paragraph(parts[i].title, part_text(figure, parts[i].offset), style,
					  to);
}

bool explain_is_group(const char *name)
{
	for (size_t i = 0; i < n_conventions; i++)
		if (!strcmp(conventions[i].group, name))
			return true;
	return false;
}

void explain_figure_list(const char *group, const struct explain_style *style, struct out *to)
{
	enum { NAME = 41 };
	const char *last = NULL;

	for (size_t i = 0; i < n_conventions; i++) {
		const struct convention *figure = &conventions[i];
		size_t n;

		if (group && strcmp(figure->group, group) != 0)
			continue;
		if (!last || strcmp(last, figure->group) != 0)
			out_printf(to, "%s%sfigures of %s%s\n", last ? "\n" : "",
				   style->color ? "\033[1m" : "",
				   strcmp(figure->group, "rows") ? figure->group : "a log",
				   style->color ? "\033[0m" : "");
		last = figure->group;
		out_puts(to, "  ");
		for (n = print_path(figure, to); n < NAME; n++)
			out_putc(to, ' ');
		explain_wrap(figure->title, 2 + NAME, 2 + NAME, style->width, to);
	}
}

static void json_member(const char *key, const char *text, struct out *to)
{
	out_printf(to, ", \"%s\": ", key);
	text_write_json_string(to, text);
}

void explain_figures_json(const char *group, const struct convention *only, struct out *to)
{
	const char *separator = "\n";

	out_puts(to, "\"figures\": [");
	for (size_t i = 0; i < n_conventions; i++) {
		const struct convention *figure = &conventions[i];

		if (only ? figure != only : group && strcmp(figure->group, group) != 0)
			continue;
		out_printf(to, "%s  {\"figure\": \"", separator);
		print_path(figure, to);
		out_puts(to, "\"");
		json_member("title", figure->title, to);
		json_member("range", figure->range, to);
		json_member("reading", figure->reading, to);
		json_member("formula", figure->formula, to);
		json_member("convention", figure->convention, to);
		json_member("elsewhere", figure->elsewhere, to);
		json_member("source", figure->source, to);
		out_putc(to, '}');
		separator = ",\n";
	}
	out_puts(to, "\n]");
}
