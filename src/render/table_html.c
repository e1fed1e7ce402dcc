/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/table_html.c - data tables */
#include "render/table_html.h"
#include "base/number.h"
#include "render/escape.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static void puts_escaped(struct out *to, const char *text)
{
	escape_html(to, text, strlen(text));
}

/* The head of a row is often a key or an id, in a narrow column. */
static void cell_text(struct table_html *t, const char *text)
{
	if (t->at)
		puts_escaped(t->to, text);
	else
		escape_html_breakable(t->to, text, strlen(text));
}

static const char *align_class(enum table_align align)
{
	static const char *const names[] = {NULL, "number", "long", "date"};

	return names[align];
}

void table_begin(struct table_html *t, struct out *to, const char *region, const char *caption,
		 const char *class_name, const struct table_column *columns, size_t n)
{
	*t = (struct table_html){.to = to, .columns = columns, .n = n, .at = n};
	out_puts(to, "<section class=\"scroll\" tabindex=\"0\" aria-label=\"Table: ");
	puts_escaped(to, region);
	out_puts(to, "\">\n<table");
	if (class_name[0]) {
		out_puts(to, " class=\"");
		puts_escaped(to, class_name);
		out_putc(to, '"');
	}
	out_puts(to, ">\n<caption>");
	puts_escaped(to, caption);
	out_puts(to, "</caption>\n<thead>\n<tr>");
	for (size_t i = 0; i < n; i++) {
		const char *align = align_class(columns[i].align);
		out_puts(to, "<th scope=\"col\"");
		if (align)
			out_printf(to, " class=\"%s\"", align);
		out_putc(to, '>');
		puts_escaped(to, columns[i].title);
		out_puts(to, "</th>");
	}
	out_puts(to, "</tr>\n</thead>\n<tbody>\n");
}

void table_row(struct table_html *t, const char *id)
{
	assert(t->at == t->n);
	out_puts(t->to, "<tr");
	if (id) {
		out_puts(t->to, " id=\"");
		puts_escaped(t->to, id);
		out_putc(t->to, '"');
	}
	out_putc(t->to, '>');
	t->at = 0;
}

bool text_is_date(const char *text)
{
	static const char shape[] = "dddd-dd";
	size_t n = text ? strlen(text) : 0;

	if (n < strlen(shape) || n > 25 || strspn(text, "0123456789-+:.TZ ") != n)
		return false;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return false;
	return true;
}

/* A short word, such as an id: kept in one piece where there is room. */
static bool is_word(const char *text)
{
	enum { WORD_MAX = 24 };
	size_t n = strlen(text);

	return n && n <= WORD_MAX && strcspn(text, " \t\r\n") == n;
}

/* The class that a cell's text asks for; NULL for none. */
static const char *text_class(const char *text)
{
	return !text ? NULL : text_is_date(text) ? "nowrap" : is_word(text) ? "word" : NULL;
}

static void cell_begin(struct table_html *t, const char *extra)
{
	const char *align;

	assert(t->at < t->n);
	align = align_class(t->columns[t->at].align);
	out_puts(t->to, t->at ? "<td" : "<th scope=\"row\"");
	if (align || extra)
		out_printf(t->to, " class=\"%s%s%s\"", align ? align : "",
			   align && extra ? " " : "", extra ? extra : "");
	out_putc(t->to, '>');
}

static void cell_end(struct table_html *t)
{
	out_puts(t->to, t->at ? "</td>" : "</th>");
	if (++t->at == t->n)
		out_puts(t->to, "</tr>\n");
}

void table_text(struct table_html *t, const char *text)
{
	bool plain = t->columns[t->at].align == ALIGN_TEXT;

	table_marked(t, text, plain ? text_class(text) : NULL);
}

void table_marked(struct table_html *t, const char *text, const char *class_name)
{
	cell_begin(t, class_name);
	cell_text(t, text && text[0] ? text : "–");
	cell_end(t);
}

void table_prose(struct table_html *t, const char *text)
{
	if (!text || !strchr(text, '`')) {
		table_text(t, text);
		return;
	}
	cell_begin(t, NULL);
	escape_html_code(t->to, text, strlen(text));
	cell_end(t);
}

void table_link(struct table_html *t, const char *text, const char *url)
{
	table_link_titled(t, text, url, NULL);
}

void table_link_titled(struct table_html *t, const char *text, const char *url, const char *title)
{
	if (!url) {
		table_text(t, text);
		return;
	}
	cell_begin(t, t->columns[t->at].align == ALIGN_TEXT ? text_class(text) : NULL);
	out_puts(t->to, "<a href=\"");
	escape_url(t->to, url);
	if (title) {
		out_puts(t->to, "\" title=\"");
		puts_escaped(t->to, title);
	}
	out_puts(t->to, "\">");
	cell_text(t, text);
	out_puts(t->to, "</a>");
	cell_end(t);
}

void table_number(struct table_html *t, double value, const char *reason)
{
	char buf[NUMBER_TEXT_MAX];

	cell_begin(t, NULL);
	puts_escaped(t->to, number_significant(buf, value, 12));
	if (!isfinite(value) && reason) {
		out_puts(t->to, " (");
		puts_escaped(t->to, reason);
		out_putc(t->to, ')');
	}
	cell_end(t);
}

void table_count(struct table_html *t, size_t n)
{
	char buf[NUMBER_TEXT_MAX];

	table_text(t, number_count(buf, n));
}

void table_state(struct table_html *t, const char *shape, const char *word, const char *tone,
		 const char *text)
{
	cell_begin(t, NULL);
	out_printf(t->to, "<span class=\"state %s\"><span class=\"shape\" aria-hidden=\"true\">",
		   tone);
	puts_escaped(t->to, shape);
	out_puts(t->to, "</span> ");
	puts_escaped(t->to, word);
	out_puts(t->to, "</span>");
	if (text) {
		out_putc(t->to, ' ');
		puts_escaped(t->to, text);
	}
	cell_end(t);
}

void table_markup(struct table_html *t, const struct out *markup, const char *class_name)
{
	cell_begin(t, class_name);
	out_write(t->to, out_text(markup), markup->n);
	cell_end(t);
}

void table_end(struct table_html *t)
{
	assert(t->at == t->n);
	out_puts(t->to, "</tbody>\n</table>\n</section>\n");
}
