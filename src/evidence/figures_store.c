/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_store.c - figures that a former run has measured
 *
 * The key is the digest of all that figures depend on: this build of the program, the bytes of the
 * logs, and what is asked of them, as it was understood: a record may be moved or worded otherwise.
 * Bands are not in it, for drift is judged anew. A request that led to a finding is not kept. */
#include "evidence/figures_codec.h"
#include "evidence/figures_internal.h"
#include <string.h>

/* A text with its length before it, so that no two requests say the same. */
static void say_text(struct out *out, const char *text)
{
	if (!text)
		out_puts(out, "-,");
	else
		out_printf(out, "%zu:%s,", strlen(text), text);
}

static void say_column(struct out *out, const struct log_table *log, size_t column)
{
	if (column == NO_COLUMN) {
		out_puts(out, "-,");
		return;
	}
	out_printf(out, "%d ", (int)log->columns.items[column].type);
	say_text(out, log->columns.items[column].name);
}

static void say_log(struct out *out, const struct log_table *log)
{
	out_printf(out, "log %s %d %d ", log->file->sha256, log->delimiter, log->no_header);
}

static void say_filters(struct out *out, const struct log_table *log,
			const struct row_filter *filters, size_t n)
{
	out_printf(out, "where %zu ", n);
	for (size_t i = 0; i < n; i++) {
		say_column(out, log, filters[i].column);
		say_text(out, filters[i].value);
	}
}

static void say_columns(struct out *out, const struct log_source *s)
{
	const size_t columns[] = {s->label,   s->score, s->prediction,
				  s->compare, s->time,  s->latency};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		say_column(out, s->log, columns[i]);
	say_filters(out, s->log, s->filters.items, s->filters.n);
	out_printf(out, "groups %zu ", s->groups.n);
	for (size_t i = 0; i < s->groups.n; i++) {
		out_printf(out, "%zu ", s->groups.items[i].n);
		for (size_t k = 0; k < s->groups.items[i].n; k++)
			say_column(out, s->log, s->groups.items[i].columns[k]);
	}
	out_printf(out, "segments %zu ", s->segments.n);
	for (size_t i = 0; i < s->segments.n; i++)
		say_column(out, s->log, s->segments.items[i].column);
}

static void say_reference(struct out *out, const struct log_source *s)
{
	const struct reference_rows *r = s->reference;

	if (!r)
		return;
	out_printf(out, "reference %d %zu %zu %d %d %d ", s->reference_is_part, r->first, r->last,
		   (int)r->window, r->first_key, r->last_key);
	say_log(out, r->log);
	say_filters(out, r->log, r->filters.items, r->filters.n);
	say_column(out, r->log, r->time);
	for (size_t i = 0; i < s->features.n; i++) {
		say_column(out, s->log, s->features.items[i].column);
		say_column(out, r->log, s->features.items[i].reference_column);
	}
}

static void say_options(struct out *out, const struct log_source *s)
{
	const struct log_request *q = s->request;

	out_printf(out,
		   "task %d bins %zu %d window %d days %d %d min %zu bootstrap %zu %llu "
		   "convention %d bad %zu rows %zu %zu threshold %a positive ",
		   (int)q->task, q->bins, q->quantile_bins, (int)q->window, s->first_day,
		   s->last_day, q->min_group_rows, q->bootstrap, (unsigned long long)q->seed,
		   (int)q->convention, q->max_bad, q->rows.first, q->rows.last,
		   s->figures->threshold);
	say_text(out, q->positive);
}

static bool has_digest(const struct log_table *log)
{
	return log->file && log->file->sha256[0];
}

void source_key(struct collector *c, struct log_source *s)
{
	struct out out = {0};

	s->has_key = c->ws && c->ws->store && has_digest(s->log) &&
		     (!s->reference || has_digest(s->reference->log));
	if (!s->has_key)
		return;
	out_printf(&out, "figures %s ", store_program_id());
	say_log(&out, s->log);
	say_columns(&out, s);
	say_reference(&out, s);
	say_options(&out, s);
	sha256_hex(out_text(&out), out.n, s->key);
	out_release(&out);
}

bool source_load(struct collector *c, struct log_source *s)
{
	struct record_figures read = *s->figures;
	struct stored_figures stored = {.figures = &read};
	char *bytes;
	size_t n;

	if (!s->has_key || !store_get(c->ws->store, c->space, s->key, &bytes, &n) ||
	    !figures_read(c->mem, bytes, n, &stored))
		return false;
	*s->figures = read;
	s->figures->origin = ORIGIN_MEASURED;
	s->reference_n = stored.reference_n;
	return true;
}

void source_save(struct collector *c, const struct log_source *s)
{
	const struct stored_figures stored = {s->figures, s->reference_n};
	struct out out = {0};

	if (!s->has_key || s->log->findings.n || (s->reference && s->reference->log->findings.n))
		return;
	figures_write(&stored, &out);
	store_put(c->ws->store, s->key, out_text(&out), out.n);
	out_release(&out);
}
