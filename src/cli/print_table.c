/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/print_table.c - figures as lines, tables and bars for a terminal */
#include "cli/print_table.h"
#include "base/number.h"
#include "base/text.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static const char *const tones[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[31m"};

void print_tone(enum print_tone tone, const struct print_style *style, struct out *to)
{
	if (style->color)
		out_puts(to, tones[tone]);
}

void print_tone_end(enum print_tone tone, const struct print_style *style, struct out *to)
{
	if (style->color && tone != TONE_PLAIN)
		out_puts(to, "\033[0m");
}

size_t print_columns(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static void spaces(size_t n, struct out *to)
{
	while (n--)
		out_putc(to, ' ');
}

void print_heading(const char *title, const char *beside, const struct print_style *style,
		   struct out *to)
{
	out_putc(to, '\n');
	print_tone(TONE_BOLD, style, to);
	out_puts(to, title);
	print_tone_end(TONE_BOLD, style, to);
	if (!beside) {
		out_putc(to, '\n');
		return;
	}
	out_puts(to, "  ");
	print_tone(TONE_FAINT, style, to);
	print_words(beside, print_columns(title) + 2, 2, style, to);
	print_tone_end(TONE_FAINT, style, to);
}

void print_words(const char *text, size_t used, size_t left, const struct print_style *style,
		 struct out *to)
{
	bool first = true;

	while (*text) {
		size_t n = strcspn(text, " "), wide = 0;

		for (size_t i = 0; i < n; i++)
			wide += ((unsigned char)text[i] & 0xC0) != 0x80;
		if (n && used + !first + wide > style->width && used > left) {
			out_putc(to, '\n');
			spaces(left, to);
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

/* -- tables ----------------------------------------------------------------------------------- */

void table_add_tone(struct text_table *table, const char *text, enum print_tone tone)
{
	*ARENA_PUSH(table->mem, table) = (struct table_cell){text, tone};
}

void table_add(struct text_table *table, const char *text)
{
	table_add_tone(table, text, TONE_PLAIN);
}

/* The last column of a line is not padded, so that no line ends in spaces. */
static void print_cell(const struct text_table *table, const struct table_cell *cell, size_t column,
		       size_t width, const struct print_style *style, struct out *to)
{
	size_t pad = width - print_columns(cell->text);
	bool left = table->left >> column & 1;

	if (!left)
		spaces(pad, to);
	if (*cell->text) {
		print_tone(cell->tone, style, to);
		out_puts(to, cell->text);
		print_tone_end(cell->tone, style, to);
	}
	if (left && column + 1 < table->n_columns)
		spaces(pad, to);
}

static void drop_spaces(struct out *to)
{
	while (to->n && to->p[to->n - 1] == ' ')
		to->p[--to->n] = '\0';
}

static size_t *column_widths(const struct text_table *table)
{
	assert(table->n_columns);
	size_t *widths = arena_new(table->mem, size_t, table->n_columns);

	for (size_t c = 0; c < table->n_columns; c++)
		widths[c] = print_columns(table->heads[c]);
	for (size_t i = 0; i < table->n; i++) {
		size_t columns = print_columns(table->items[i].text);
		size_t *width = &widths[i % table->n_columns];

		*width = columns > *width ? columns : *width;
	}
	return widths;
}

size_t table_width(const struct text_table *table)
{
	const size_t *widths = column_widths(table);
	size_t sum = 0;

	for (size_t c = 0; c < table->n_columns; c++)
		sum += 2 + widths[c];
	return sum;
}

void table_print(const struct text_table *table, const struct print_style *style, struct out *to)
{
	assert(table->n_columns);
	const size_t *widths = column_widths(table);
	bool heads = false;

	for (size_t c = 0; c < table->n_columns; c++)
		heads = heads || *table->heads[c];
	for (size_t c = 0; heads && c < table->n_columns; c++) {
		spaces(2, to);
		print_cell(table, &(struct table_cell){table->heads[c], TONE_FAINT}, c, widths[c],
			   style, to);
	}
	if (heads) {
		drop_spaces(to);
		out_putc(to, '\n');
	}
	for (size_t i = 0; i < table->n; i++) {
		size_t c = i % table->n_columns;

		spaces(2, to);
		print_cell(table, &table->items[i], c, widths[c], style, to);
		if (c + 1 == table->n_columns) {
			drop_spaces(to);
			out_putc(to, '\n');
		}
	}
}

/* -- texts ------------------------------------------------------------------------------------ */

const char *shown_text(struct arena *mem, const char *text, size_t most)
{
	struct out visible = {0};
	char *whole;
	size_t columns = 0, end = 0;

	text_write_visible(&visible, text, strlen(text));
	whole = arena_strndup(mem, out_text(&visible), visible.n);
	out_release(&visible);
	for (char *p = whole; *p; p++)
		if (*p == '\t')
			*p = ' ';
	if (!most || print_columns(whole) <= most)
		return whole;
	for (; whole[end]; end++)
		if (((unsigned char)whole[end] & 0xC0) != 0x80 && ++columns == most)
			break;
	return arena_printf(mem, "%.*s…", (int)end, whole);
}

const char *shown_count(struct arena *mem, size_t count)
{
	char text[NUMBER_TEXT_MAX];

	return arena_strdup(mem, number_count(text, count));
}

const char *shown_number(struct arena *mem, double value)
{
	char text[NUMBER_TEXT_MAX];

	return arena_strdup(mem, number_significant(text, value, 4));
}

const char *shown_brief(struct arena *mem, double value)
{
	char text[NUMBER_TEXT_MAX];

	return arena_strdup(mem, number_significant(text, value, 3));
}

const char *shown_share(struct arena *mem, double value, int decimals)
{
	double least = pow(10, -decimals);

	if (value > 0 && value < least / 2)
		return arena_printf(mem, "< %s", shown_brief(mem, least));
	return shown_fixed(mem, value, decimals);
}

const char *shown_fixed(struct arena *mem, double value, int decimals)
{
	char text[NUMBER_TEXT_MAX];

	return arena_strdup(mem, number_fixed(text, value, decimals));
}

const char *shown_percent(struct arena *mem, double share)
{
	char text[NUMBER_TEXT_MAX];
	double percent = share * 100;

	if (!isfinite(share))
		return "–";
	if (percent > 0 && percent < 0.1)
		return "< 0.1 %";
	if (percent < 100 && percent > 99.9)
		return "> 99.9 %";
	return arena_printf(
	    mem, "%s %%",
	    number_fixed(text, percent,
			 percent != 0 && (percent < 9.95 || percent > 99) && percent < 100));
}

const char *shown_interval(struct arena *mem, struct interval interval, int decimals)
{
	if (isnan(interval.low) || isnan(interval.high))
		return "";
	return arena_printf(mem, "%s – %s", shown_share(mem, interval.low, decimals),
			    shown_share(mem, interval.high, decimals));
}

const char *shown_bar(struct arena *mem, double share, size_t width)
{
	static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	struct out bar = {0};
	const char *text;
	size_t eighths;

	if (!(share > 0))
		return "";
	share = share > 1 ? 1 : share;
	eighths = (size_t)(share * (double)width * 8 + 0.5);
	eighths = eighths ? eighths : 1;
	for (size_t i = 0; i < eighths / 8; i++)
		out_puts(&bar, "█");
	out_puts(&bar, parts[eighths % 8]);
	text = arena_strdup(mem, out_text(&bar));
	out_release(&bar);
	return text;
}
