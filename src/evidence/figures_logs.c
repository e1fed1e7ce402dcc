/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_logs.c - the logs read, each once */
#include "base/parallel.h"
#include "base/temporary.h"
#include "evidence/figures_internal.h"
#include <string.h>
#include <unistd.h>

struct reading {
	struct collector *c;
	size_t jobs; /* of one log */
	struct {
		LIST_OF(struct log_table *);
	} logs;
};

static void read_log(const struct reading *r, struct log_table *log, struct arena *mem,
		     struct diag_sink *diags)
{
	struct csv_request request = {
	    .log = log->source,
	    .at = log->at,
	    .delimiter = log->delimiter,
	    .max_bad = log->max_bad,
	    .columns = log->columns.items,
	    .n_columns = log->columns.n,
	    .no_header = log->no_header,
	    .narrow_codes = true,
	    .fd = log->fd,
	    .jobs = r->jobs,
	    .memory = log->memory,
	};

	if (log->keep_error) {
		diag_help(diags,
			  diag_add(diags, RULE_IO_WRITE, log->at,
				   "no temporary copy of the stream '%s' in %s: %s", log->path,
				   temporary_folder(), temporary_error(log->keep_error)),
			  "name a file, or a folder with more room by TMPDIR");
		return;
	}
	if (!log->source->text && log->fd < 0)
		request.file = strcmp(log->path, "standard input") != 0 ? log->path : "-";
	log->readable = csv_read(mem, &request, &log->table, diags) == ST_OK;
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

static void read_one(void *ctx, size_t item, size_t worker)
{
	struct reading *r = ctx;
	struct log_table *log = r->logs.items[item];
	struct arena *mem = &r->c->workers[worker].mem;

	diag_init(&log->findings, mem);
	read_log(r, log, mem, &log->findings);
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
	diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, s->at,
		 "'%s' has %zu malformed row%s, and 'max_bad' is %zu here", log->path,
		 log->table.skipped, log->table.skipped == 1 ? "" : "s", s->max_bad);
	return fail(s, "the log has malformed rows");
}

static void check_source(struct collector *c, struct log_source *s)
{
	if (s->failed || s->stored)
		return;
	if (!s->log->readable)
		fail(s, "the log cannot be read");
	else if (s->reference && !s->reference->log->readable)
		fail(s, "the reference cannot be read");
	else if (check_skipped(c, s, s->log) && s->reference && s->reference->log != s->log)
		check_skipped(c, s, s->reference->log);
}

static void note_log(struct collector *c, const struct log_table *log, const struct log_source *s)
{
	if (!s->request->delimiter && log->table.delimiter != ',')
		take_note(c, "%s: fields parted by %s", log->path,
			  log->table.delimiter == '\t'  ? "tabs"
			  : log->table.delimiter == ';' ? "semicolons"
							: "bars (|)");
	if (log->table.skipped)
		take_note(c, "%s: %zu malformed row%s left out", log->path, log->table.skipped,
			  log->table.skipped == 1 ? "" : "s");
	if (log->table.spilled)
		take_note(c, "%s: its columns were kept in a temporary file", log->path);
}

/* Logs of a workspace are many: a thread each. One that is read from outside has all threads, and
 * its findings may point into excerpts that live with the sink. */
void logs_read(struct collector *c)
{
	struct reading r = {.c = c};

	for (size_t i = 0; i < c->logs.n; i++)
		if (c->logs.items[i]->wanted)
			*ARENA_PUSH(c->space, &r.logs) = c->logs.items[i];
	r.jobs = r.logs.n < c->jobs && r.logs.n ? c->jobs / r.logs.n : 1;
	if (c->ws) {
		parallel_for(r.logs.n, c->jobs, read_one, &r);
	} else {
		r.jobs = c->jobs;
		for (size_t i = 0; i < r.logs.n; i++)
			read_log(&r, r.logs.items[i], c->space, c->diags);
	}
	for (size_t i = 0; i < r.logs.n && c->ws; i++)
		report_log(c, r.logs.items[i]);
	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];

		check_source(c, s);
		if (s->failed || s->stored)
			continue;
		note_log(c, s->log, s);
		if (s->reference && s->reference->log != s->log)
			note_log(c, s->reference->log, s);
	}
}
