/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_write.c - a profile as a YAML record */
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "evidence/profile.h"
#include "read/yaml.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct writer {
	const struct profile *profile;
	struct out *to;
	size_t depth;
};

/* -- texts ------------------------------------------------------------------------------------ */

static bool is_plain(const char *text)
{
	static const char *const taken[] = {"y", "n", "yes", "no", "on", "off"}; /* YAML 1.1 */
	struct data_node node = {.text = text, .len = strlen(text)};
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	if (!n || text[n] || (*text >= '0' && *text <= '9'))
		return false;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (!strcasecmp(text, taken[i]))
			return false;
	yaml_core_scalar(&node);
	return node.kind == DATA_TEXT;
}

/* The bytes of the first character; *allowed where a record may hold it. */
static size_t character(const char *p, size_t n, bool *allowed)
{
	*allowed = false;
	for (size_t len = 1; len <= 4 && len <= n; len++) {
		size_t bad;

		if (!text_is_utf8(p, len, &bad))
			continue;
		*allowed = text_is_printable(p, len, &bad) && *p != 0x7F;
		return len;
	}
	return 1;
}

static void write_text(const char *text, struct out *to)
{
	struct out shown = {0};
	size_t n = strlen(text);

	for (size_t i = 0; i < n;) {
		bool allowed;
		size_t len = character(text + i, n - i, &allowed);

		if (text[i] == '\\')
			out_putc(&shown, '\\');
		if (allowed)
			out_write(&shown, text + i, len);
		for (size_t k = 0; !allowed && k < len; k++)
			out_printf(&shown, "\\x%02x", (unsigned char)text[i + k]);
		i += len;
	}
	if (is_plain(out_text(&shown))) {
		out_puts(to, out_text(&shown));
	} else {
		out_putc(to, '"');
		text_write_json(to, out_text(&shown), shown.n);
		out_putc(to, '"');
	}
	out_release(&shown);
}

/* -- lines ------------------------------------------------------------------------------------ */

static void begin(struct writer *w, const char *key)
{
	for (size_t i = 0; i < w->depth; i++)
		out_puts(w->to, "  ");
	write_text(key, w->to);
	out_putc(w->to, ':');
}

static void open_map(struct writer *w, const char *key)
{
	begin(w, key);
	out_putc(w->to, '\n');
	w->depth++;
}

static void text_line(struct writer *w, const char *key, const char *text)
{
	if (!text)
		return;
	begin(w, key);
	out_putc(w->to, ' ');
	write_text(text, w->to);
	out_putc(w->to, '\n');
}

static void count_line(struct writer *w, const char *key, size_t count)
{
	begin(w, key);
	out_printf(w->to, " %zu\n", count);
}

static void null_line(struct writer *w, const char *key)
{
	begin(w, key);
	out_puts(w->to, " null\n");
}

static void number(struct writer *w, double value)
{
	char text[NUMBER_TEXT_MAX];

	out_puts(w->to, number_shortest(text, value));
}

static void day_line(struct writer *w, const char *key, int32_t day)
{
	char text[DATE_TEXT];

	begin(w, key);
	out_printf(w->to, " %s\n", date_format(text, day));
}

/* An exact sum: one number where that is all of it, else numbers, each the nearest to what those
 * before it leave. */
static void write_sum(struct writer *w, const struct sum *sum)
{
	struct sum rest = *sum;
	double value = sum_value(&rest);

	sum_add(&rest, -value);
	if (!isfinite(value) || sum_value(&rest) == 0) {
		number(w, value);
		return;
	}
	out_putc(w->to, '[');
	number(w, value);
	while ((value = sum_value(&rest)) != 0) {
		out_puts(w->to, ", ");
		number(w, value);
		sum_add(&rest, -value);
	}
	out_putc(w->to, ']');
}

static void sum_line(struct writer *w, const char *key, const struct sum *sum)
{
	begin(w, key);
	out_putc(w->to, ' ');
	write_sum(w, sum);
	out_putc(w->to, '\n');
}

/* Rows that are counted in the next bin are null, all where they are hidden. */
static void counts_line(struct writer *w, const char *key, const size_t *counts, const bool *joined,
			size_t n, bool hidden)
{
	begin(w, key);
	for (size_t i = 0; i < n; i++) {
		out_puts(w->to, i ? ", " : " [");
		if (joined[i] || hidden)
			out_puts(w->to, "null");
		else
			out_printf(w->to, "%zu", counts[i]);
	}
	out_puts(w->to, "]\n");
}

/* -- parts ------------------------------------------------------------------------------------ */

static void edges_lines(struct writer *w, const struct profile_column *column)
{
	size_t n_tied = 0;

	text_line(w, "cut", column->cut == CUT_DECILES ? "deciles" : "taken");
	begin(w, "edges");
	out_puts(w->to, " [");
	for (size_t e = 0; e < column->n_edges; e++) {
		out_puts(w->to, e ? ", " : "");
		number(w, column->edges[e]);
		n_tied += column->tied[e];
	}
	out_puts(w->to, "]\n");
	if (!n_tied)
		return;
	begin(w, "tied_edges");
	n_tied = 0;
	for (size_t e = 0; e < column->n_edges; e++)
		if (column->tied[e]) {
			out_puts(w->to, n_tied++ ? ", " : " [");
			number(w, column->edges[e]);
		}
	out_puts(w->to, "]\n");
}

static void values_lines(struct writer *w, const struct profile_counts *counts)
{
	begin(w, "values");
	out_puts(w->to, counts->values.n ? "\n" : " {}\n");
	w->depth++;
	for (size_t v = 0; v < counts->values.n; v++)
		count_line(w, counts->values.items[v].name, counts->values.items[v].count);
	w->depth--;
	if (counts->hidden)
		null_line(w, "rest");
	else if (counts->has_rest)
		count_line(w, "rest", counts->rest);
}

static void columns_lines(struct writer *w, const struct profile_part *part, bool whole)
{
	const struct profile *p = w->profile;

	if (!p->n_columns)
		return;
	open_map(w, "columns");
	for (size_t c = 0; c < p->n_columns; c++) {
		const struct profile_column *column = &p->columns[c];

		open_map(w, column->name);
		if (whole)
			text_line(w, "type", column->numeric ? "numeric" : "categorical");
		if (whole && column->numeric)
			edges_lines(w, column);
		count_line(w, "missing", part->columns[c].missing);
		if (column->numeric)
			counts_line(w, "counts", part->columns[c].bins, part->columns[c].joined,
				    column->n_edges + 1, part->columns[c].hidden);
		else
			values_lines(w, &part->columns[c]);
		w->depth--;
	}
	w->depth--;
}

static void outcomes_lines(struct writer *w, const struct profile_outcomes *o)
{
	size_t n = w->profile->n_bins;

	begin(w, "table");
	if (o->hidden)
		out_puts(w->to, " null\n");
	else
		out_printf(w->to, " {tp: %zu, fp: %zu, fn: %zu, tn: %zu}\n", o->tp, o->fp, o->fn,
			   o->tn);
	if (!o->counts)
		return;
	count_line(w, "outside", o->outside);
	counts_line(w, "counts", o->counts, o->joined, n, o->scores_hidden);
	counts_line(w, "positives", o->positives, o->joined, n, o->scores_hidden);
	begin(w, "scores");
	for (size_t b = 0; b < n; b++) {
		out_puts(w->to, b ? ", " : " [");
		if (o->joined[b] || o->scores_hidden)
			out_puts(w->to, "null");
		else
			write_sum(w, &o->scores[b]);
	}
	out_puts(w->to, "]\n");
	if (o->scores_hidden) {
		null_line(w, "squared_errors");
		null_line(w, "losses");
		return;
	}
	sum_line(w, "squared_errors", &o->squares);
	sum_line(w, "losses", &o->losses);
}

static void groups_lines(struct writer *w, const struct profile_part *part)
{
	const struct profile *p = w->profile;
	size_t n_hidden = 0, n = 0;

	for (size_t g = 0; g < p->n_group_columns; g++) {
		n += part->groups[g].n;
		n_hidden += part->groups[g].hidden;
	}
	if (n)
		open_map(w, "groups");
	for (size_t g = 0; n && g < p->n_group_columns; g++) {
		if (!part->groups[g].n)
			continue;
		open_map(w, p->group_columns[g]);
		for (size_t i = 0; i < part->groups[g].n; i++) {
			open_map(w, part->groups[g].items[i].value);
			outcomes_lines(w, &part->groups[g].items[i].outcomes);
			w->depth--;
		}
		w->depth--;
	}
	w->depth -= n > 0;
	if (!n_hidden)
		return;
	begin(w, "groups_left_out");
	n_hidden = 0;
	for (size_t g = 0; g < p->n_group_columns; g++)
		if (part->groups[g].hidden) {
			out_puts(w->to, n_hidden++ ? ", " : " [");
			write_text(p->group_columns[g], w->to);
		}
	out_puts(w->to, "]\n");
}

static void part_lines(struct writer *w, const struct profile_part *part, bool whole)
{
	columns_lines(w, part, whole);
	if (w->profile->label) {
		open_map(w, "outcomes");
		outcomes_lines(w, &part->outcomes);
		w->depth--;
	}
	groups_lines(w, part);
}

static void windows_lines(struct writer *w)
{
	const struct profile *p = w->profile;

	if (p->windows.n)
		out_puts(w->to, "windows:\n");
	w->depth++;
	for (size_t i = 0; i < p->windows.n; i++) {
		const struct profile_part *window = &p->windows.items[i];
		char text[DATE_TEXT];

		out_printf(w->to, "- start: %s\n", date_format(text, window->first));
		day_line(w, "end", window->last);
		count_line(w, "rows", window->rows);
		part_lines(w, window, false);
	}
	w->depth--;
	if (p->windows_hidden)
		out_puts(w->to, "windows_left_out: true\n");
}

static void head_lines(struct writer *w)
{
	const struct profile *p = w->profile;

	text_line(w, "kind", "profile");
	text_line(w, "id", p->id ? p->id : "profile");
	text_line(w, "title", p->title);
	text_line(w, "about", p->about);
	text_line(w, "label", p->label);
	text_line(w, "positive", p->label ? p->positive : NULL);
	text_line(w, "score", p->score);
	text_line(w, "prediction", p->prediction);
	if (p->label) {
		begin(w, "threshold");
		out_putc(w->to, ' ');
		number(w, p->threshold);
		out_putc(w->to, '\n');
	}
	if (p->label && p->score)
		count_line(w, "bins", p->n_bins);
	text_line(w, "time", p->time);
	if (p->window)
		text_line(w, "window", profile_window_name(p->window));
	text_line(w, "where", p->where);
	if (p->min_count)
		count_line(w, "min_count", p->min_count);
	if (p->all.first <= p->all.last) {
		day_line(w, "start", p->all.first);
		day_line(w, "end", p->all.last);
	}
	count_line(w, "rows", p->all.rows);
	count_line(w, "skipped", p->skipped);
	if (!p->n_group_columns)
		return;
	begin(w, "group_columns");
	for (size_t g = 0; g < p->n_group_columns; g++) {
		out_puts(w->to, g ? ", " : " [");
		write_text(p->group_columns[g], w->to);
	}
	out_puts(w->to, "]\n");
}

void profile_write(const struct profile *profile, struct out *to)
{
	struct writer w = {.profile = profile, .to = to};

	head_lines(&w);
	part_lines(&w, &profile->all, true);
	windows_lines(&w);
}
