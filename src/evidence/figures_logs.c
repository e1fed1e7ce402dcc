/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_logs.c - the logs read, each once, in parallel */
#include "base/parallel.h"
#include "evidence/figures_internal.h"
#include <string.h>

static void read_one(void *ctx, size_t item, size_t worker)
{
	struct collector *c = ctx;
	struct log_table *log = c->logs.items[item];
	struct csv_request request = {
	    .log = log->file->source,
	    .at = log->at,
	    .delimiter = log->delimiter,
	    .max_bad = log->max_bad,
	    .columns = log->columns.items,
	    .n_columns = log->columns.n,
	};
	struct arena *mem = &c->workers[worker].mem;

	diag_init(&log->findings, mem);
	log->readable = csv_read(mem, &request, &log->table, &log->findings) == ST_OK;
}

/* Findings of a log are in a worker's arena; they are said again in the caller's. */
static void report_log(struct collector *c, const struct log_table *log)
{
	for (size_t i = 0; i < log->findings.n; i++) {
		const struct finding *from = &log->findings.items[i];
		struct finding *to = diag_add(c->diags, from->rule, from->at, "%s", from->detail);

		to->severity = from->severity;
		if (from->note)
			to->note = arena_strdup(c->diags->mem, from->note);
		if (from->help)
			diag_help(c->diags, to, "%s", from->help);
	}
}

static bool fail(struct log_source *s, const char *why)
{
	s->failed = true;
	s->figures->absent = why;
	return false;
}

/* A log that one record allows more malformed rows than another. */
static bool check_skipped(struct collector *c, struct log_source *s, const struct log_table *log)
{
	if (log->table.skipped <= s->max_bad)
		return true;
	diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, s->node->at,
		 "'%s' has %zu malformed row%s, and 'max_bad' is %zu here", log->file->path,
		 log->table.skipped, log->table.skipped == 1 ? "" : "s", s->max_bad);
	return fail(s, "the log has malformed rows");
}

/* The values of a column of classes, for a message: 'a', 'b' and 3 more. */
static const char *list_values(struct arena *mem, const struct csv_column *column)
{
	enum { SHOWN = 4 };
	struct out out = {0};
	size_t shown = column->n_categories < SHOWN ? column->n_categories : SHOWN;
	char *text;

	for (size_t i = 0; i < shown; i++)
		out_printf(&out, "%s'%.40s'", i ? ", " : "", column->categories[i]);
	if (column->n_categories > shown)
		out_printf(&out, " and %zu more", column->n_categories - shown);
	text = arena_strdup(mem, out_text(&out));
	out_release(&out);
	return text;
}

/* Which value is positive must be certain: one that is named occurs, unless the column has only one
 * value; where none is named the values are 0 and 1. */
static bool check_positive(struct collector *c, struct log_source *s, size_t index)
{
	const struct csv_column *column;
	bool found = false, plain = true;
	struct finding *f;

	if (index == NO_COLUMN)
		return true;
	column = &s->log->columns.items[index];
	for (size_t i = 0; i < column->n_categories; i++) {
		const char *name = column->categories[i];

		found = found || !strcmp(name, s->positive);
		plain = plain && (!strcmp(name, "0") || !strcmp(name, "1"));
	}
	if (s->positive_given ? found || column->n_categories < 2 : plain)
		return true;
	if (s->positive_given) {
		diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, s->positive_at,
			 "'%s' is no value of '%s' in '%s', which has %s", s->positive,
			 column->name, s->log->file->path, list_values(c->mem, column));
		return fail(s, "its positive class is not in the log");
	}
	f = diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, column->at,
		     "'%s' in '%s' is not 0 or 1 but %s", column->name, s->log->file->path,
		     list_values(c->mem, column));
	diag_help(c->diags, f, "say which value is positive: `positive: …`");
	return fail(s, "its positive class is not named");
}

static void check_source(struct collector *c, struct log_source *s)
{
	if (s->failed)
		return;
	if (!s->log->readable) {
		fail(s, "the log cannot be read");
		return;
	}
	if (s->reference && !s->reference->log->readable) {
		fail(s, "the reference cannot be read");
		return;
	}
	if (check_skipped(c, s, s->log) && s->reference && s->reference->log != s->log)
		check_skipped(c, s, s->reference->log);
	if (!s->failed && s->label != NO_COLUMN && check_positive(c, s, s->label))
		check_positive(c, s, s->prediction);
}

void logs_read(struct collector *c)
{
	parallel_for(c->logs.n, c->jobs, read_one, c);
	for (size_t i = 0; i < c->logs.n; i++)
		report_log(c, c->logs.items[i]);
	for (size_t i = 0; i < c->sources.n; i++)
		check_source(c, c->sources.items[i]);
}
