/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/measure_log.c - the steps from requests to figures, and the figures of a log without a
 * workspace */
#include "evidence/measure_log.h"
#include "evidence/figures_internal.h"
#include <string.h>
#include <unistd.h>

void collector_init(struct collector *c, struct arena *space)
{
	arena_init(space);
	c->space = space;
	c->jobs = c->jobs ? c->jobs : 1;
	c->workers = arena_new(space, struct worker_memory, c->jobs);
	for (size_t i = 0; i < c->jobs; i++) {
		arena_init(&c->workers[i].mem);
		arena_init(&c->workers[i].scratch);
		arena_init(&c->workers[i].results);
	}
}

void collector_release(struct collector *c)
{
	for (size_t i = 0; i < c->logs.n; i++)
		if (c->logs.items[i]->fd >= 0)
			close(c->logs.items[i]->fd);
	for (size_t i = 0; i < c->jobs; i++) {
		arena_adopt(c->mem, &c->workers[i].results);
		arena_release(&c->workers[i].mem);
		arena_release(&c->workers[i].scratch);
	}
	arena_release(c->space);
}

/* The logs that something is to be measured from. */
static void want_logs(struct collector *c)
{
	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];

		s->log->wanted = s->log->wanted || !s->stored;
		if (s->reference)
			s->reference->log->wanted = s->reference->log->wanted || !s->stored;
	}
}

void collector_run(struct collector *c)
{
	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];

		if (s->failed)
			continue;
		source_key(c, s);
		s->stored = source_load(c, s);
	}
	want_logs(c);
	logs_read(c);
	sources_settle(c);
	rows_select(c);
	references_prepare(c);
	sources_measure(c);
}

enum status measure_log(struct arena *mem, const struct log_request *request,
			struct record_figures *figures, struct log_taken *taken,
			struct diag_sink *diags)
{
	struct arena space;
	struct collector c = {.mem = mem,
			      .jobs = request->jobs,
			      .diags = diags,
			      .taken = taken,
			      .bands = request->bands,
			      .bands_from = request->bands_from};
	struct log_source *s;

	collector_init(&c, &space);
	*figures = (struct record_figures){.psi_warning = request->bands.warning,
					   .psi_critical = request->bands.critical,
					   .bands_from = request->bands_from};
	figures->all.worst = DRIFT_UNKNOWN;
	s = arena_new(mem, struct log_source, 1);
	*s = (struct log_source){.figures = figures,
				 .request = request,
				 .at = request->label.at,
				 .first_day = INT32_MIN,
				 .last_day = INT32_MAX};
	s->log =
	    log_of_path(&c, request->rows.path, request->rows.at.source ? request->rows.at : s->at);
	*ARENA_PUSH(mem, &c.sources) = s;
	source_plan(&c, s);
	collector_run(&c);
	collector_release(&c);
	return s->failed ? ST_FAILED : ST_OK;
}
