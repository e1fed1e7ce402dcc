/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/csv_write.c - CSV with the formula guard */
#include "base/csv_write.h"
#include "base/number.h"
#include <math.h>
#include <string.h>

/* OWASP, "CSV Injection": what a spreadsheet takes for the start of a formula. Full-width forms
 * are folded to these by some import filters. */
bool csv_is_formula(const char *p, size_t n)
{
	static const char *const wide[] = {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

	if (!n)
		return false;
	if (!p[0] || strchr("=+-@\t\r\n", p[0]))
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (n >= strlen(wide[i]) && !memcmp(p, wide[i], strlen(wide[i])))
			return true;
	return false;
}

static void begin_cell(struct csv_writer *w)
{
	if (w->started)
		out_putc(w->to, ',');
	w->started = true;
}

void csv_text(struct csv_writer *w, const char *p, size_t n)
{
	bool guard = csv_is_formula(p, n), quote = guard;

	for (size_t i = 0; i < n && !quote; i++)
		quote = p[i] == '"' || p[i] == ',' || p[i] == '\n' || p[i] == '\r';
	begin_cell(w);
	if (!quote) {
		out_write(w->to, p, n);
		return;
	}
	out_putc(w->to, '"');
	if (guard)
		out_putc(w->to, '\'');
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"')
			out_putc(w->to, '"');
		if (p[i]) /* a NUL ends the text in many readers */
			out_putc(w->to, p[i]);
	}
	out_putc(w->to, '"');
}

void csv_puts(struct csv_writer *w, const char *text)
{
	csv_text(w, text ? text : "", text ? strlen(text) : 0);
}

void csv_write_number(struct csv_writer *w, double value)
{
	char buf[NUMBER_TEXT_MAX];

	begin_cell(w);
	if (isfinite(value))
		out_puts(w->to, number_shortest(buf, value));
}

void csv_end_row(struct csv_writer *w)
{
	out_puts(w->to, "\r\n");
	w->started = false;
}
