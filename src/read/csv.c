/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv.c - prediction logs: threads that read blocks of a file, and passes over it */
#include "read/csv.h"
#include "base/parallel.h"
#include "base/temporary.h"
#include "read/csv_internal.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 17, LARGEST_BLOCK = 16 << 20, SHRUNK = 1 << 21 };

struct log_reader {
	struct arena *mem;
	struct csv_request *request;
	struct csv_table *table;
	struct diag_sink *diags;
	struct csv_form form;
	struct csv_input input;
	size_t block_bytes;
	uint32_t *places;
	char *head; /* the first bytes of the input */
	size_t head_n, head_cap;
	bool head_is_all;
	size_t body; /* where the rows begin in it */
	uint64_t body_line;
	struct csv_join join;
	bool joined_once; /* `join` holds a pass */
	/* the threads' work; under `lock` */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct csv_block *blocks;
	enum { BLOCK_FREE, BLOCK_BUSY, BLOCK_READY } * state;
	size_t n_blocks;
	size_t taken, joined; /* blocks */
	uint64_t at;          /* where the next block begins */
	bool reading;         /* somebody reads a stream */
	bool all_taken;
	bool joining; /* somebody joins a block */
	bool done;
	int error; /* of reading; less than 0: of copying */
};

static enum status refuse(struct diag_sink *diags, struct span at, const char *detail)
{
	diag_add(diags, RULE_DATA_UNREADABLE_LOG, at, "%s", detail);
	return ST_FAILED;
}

static enum status cannot_read(struct log_reader *r, int error)
{
	diag_add(r->diags, RULE_IO_READ, r->request->at, "'%s': %s", r->request->log->path,
		 error == SHRUNK ? "it became shorter while it was read" : strerror(error));
	return ST_FAILED;
}

static enum status cannot_spool(struct log_reader *r, int error)
{
	diag_help(r->diags,
		  diag_add(r->diags, RULE_IO_WRITE, r->request->at,
			   "no temporary copy of the stream '%s' in %s: %s", r->request->log->path,
			   temporary_folder(), temporary_error(error)),
		  "name a file, or a folder with more room by TMPDIR");
	return ST_FAILED;
}

static enum status check_request(const struct log_reader *r)
{
	char delimiter = r->request->delimiter;

	if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
		return refuse(r->diags, r->request->at,
			      "delimiter cannot be a quote or a line ending");
	if ((unsigned char)delimiter >= 0x80)
		return refuse(r->diags, r->request->at, "delimiter must be an ASCII character");
	return ST_OK;
}

/* -- the first record ------------------------------------------------------------------------- */

/* Reads on until the head has `want` bytes, or is all there is. 0, or errno. */
static int read_head(struct log_reader *r, size_t want)
{
	ssize_t got;

	if (r->head_n >= want || r->head_is_all)
		return 0;
	if (want > r->head_cap) {
		r->head_cap = want;
		r->head = mem_realloc(r->head, want);
	}
	got = csv_input_read(&r->input, r->head + r->head_n, want - r->head_n, r->head_n);
	if (got < 0)
		return errno;
	r->head_n += (size_t)got;
	r->head_is_all = r->head_n < want || (!r->input.stream && r->head_n == r->input.size);
	return 0;
}

/* Scans the first record, reading on until it is whole. False where there is none. */
static int scan_first(struct log_reader *r, size_t from, struct csv_scanner *s, struct csv_row *row,
		      bool *found)
{
	int error = 0;

	for (;;) {
		csv_scanner_start(s, r->head, from, r->head_n, r->form.delimiter, r->places);
		s->at_end = r->head_is_all;
		s->mem = r->mem;
		*found = csv_scan_row(s, row);
		if (*found || r->head_is_all || error)
			return error;
		error = read_head(r, r->head_n * 2);
	}
}

static enum status bad_header(struct log_reader *r, const struct csv_row *row)
{
	struct csv_block head = {.text = r->head, .n = r->head_n};
	struct csv_problem problem = {
	    .fault = row->fault, .start = row->fault_at, .end = row->fault_at + 1};
	struct csv_places places = {.mem = r->diags->mem};
	struct diag_sink problems;

	for (size_t i = 0; i < row->fault_at; i++)
		problem.line += r->head[i] == '\n';
	diag_init(&problems, r->diags->mem);
	csv_problem_add(&problems, &places, &r->form, &head, &problem, 0);
	if (!r->request->log->text)
		csv_places_finish(&places, r->request, &problems);
	diag_merge(r->diags, &problems);
	return ST_FAILED;
}

static enum status take_header(struct log_reader *r)
{
	size_t step = r->block_bytes < CSV_HEAD ? r->block_bytes : CSV_HEAD, from = 0;
	int error = read_head(r, r->request->delimiter && step >= 4 ? step
				 : r->request->delimiter            ? 4
								    : CSV_HEAD);
	struct csv_scanner s;
	struct csv_row row;
	bool found;

	if (!error && r->head_n >= 3 && !memcmp(r->head, "\xEF\xBB\xBF", 3))
		from = 3;
	r->form.delimiter = r->request->delimiter;
	if (!error && !r->form.delimiter)
		r->form.delimiter =
		    csv_find_delimiter(r->head + from, r->head_n - from, r->head_is_all, r->places);
	if (!error)
		error = scan_first(r, from, &s, &row, &found);
	if (error)
		return cannot_read(r, error);
	if (!found)
		return refuse(r->diags, span_at(r->request->log, 0, 0), "file is empty");
	if (row.fault != CSV_FINE)
		return bad_header(r, &row);
	csv_header_names(r->mem, &s, r->head, r->request->no_header, r->table);
	r->body = r->request->no_header ? from : s.at;
	r->body_line = r->request->no_header ? 0 : s.line;
	return csv_header_find(r->mem, &r->form, r->request, r->table, row.line + 1, r->diags)
		   ? ST_OK
		   : ST_FAILED;
}

/* -- what columns are taken as ---------------------------------------------------------------- */

static bool has_open_type(const struct log_reader *r)
{
	for (size_t i = 0; i < r->request->n_columns; i++)
		if (r->form.mode[i] == MODE_GUESS)
			return true;
	return false;
}

/* Columns that are seen to be text in the head are text from the start. */
static void look_at_types(struct log_reader *r)
{
	static const enum csv_mode modes[] = {[CSV_NUMBER] = MODE_NUMBER,
					      [CSV_TEXT] = MODE_TEXT,
					      [CSV_GUESS] = MODE_GUESS,
					      [CSV_TIME] = MODE_TIME};
	struct csv_block head;

	r->form.mode = arena_new(r->mem, enum csv_mode, r->request->n_columns);
	for (size_t i = 0; i < r->request->n_columns; i++)
		r->form.mode[i] = modes[r->request->columns[i].type];
	if (!has_open_type(r))
		return;
	csv_block_init(&head, &r->form);
	head.text = r->head;
	head.n = r->head_n;
	head.start = r->body;
	csv_block_parse(&head, &r->form, r->head_is_all);
	for (size_t i = 0; i < r->request->n_columns; i++)
		if (head.parts[i].turned)
			r->form.mode[i] = MODE_TEXT;
	csv_block_release(&head, &r->form);
}

/* Columns that turned out to be text in the last pass are text in the next. False where none did.
 */
static bool settle_types(struct log_reader *r)
{
	bool changed = false;

	for (size_t i = 0; i < r->request->n_columns; i++) {
		if (!r->join.turned[i])
			continue;
		r->form.mode[i] = MODE_TEXT;
		changed = true;
	}
	return changed;
}

/* -- blocks in threads ------------------------------------------------------------------------ */

static struct csv_block *free_block(const struct log_reader *r)
{
	for (size_t i = 0; i < r->n_blocks; i++)
		if (r->state[i] == BLOCK_FREE)
			return &r->blocks[i];
	return NULL;
}

/* The bytes of a block of a file or stream. */
static void read_block(struct log_reader *r, struct csv_block *b, size_t want)
{
	ssize_t got;

	csv_block_room(b, want);
	got = csv_input_read(&r->input, b->buffer, want, b->base);
	if (got < 0)
		b->error = errno;
	else if (!r->input.stream && (size_t)got < want)
		b->error = SHRUNK;
	b->text = b->buffer;
	b->n = got < 0 ? 0 : (size_t)got;
}

/* A block that is nobody's yet, with its place in the file; NULL where there are no more. Bytes of
 * a stream are read here, one block after the other. */
static struct csv_block *take_block(struct log_reader *r)
{
	struct csv_block *b = NULL;

	pthread_mutex_lock(&r->lock);
	while (!r->done && !r->all_taken && (r->reading || !(b = free_block(r))))
		pthread_cond_wait(&r->changed, &r->lock);
	if (r->done || r->all_taken) {
		pthread_mutex_unlock(&r->lock);
		return NULL;
	}
	r->state[b - r->blocks] = BLOCK_BUSY;
	b->number = r->taken++;
	b->base = r->at;
	b->error = 0;
	b->n = r->block_bytes;
	if (r->input.stream) {
		r->reading = true;
		pthread_mutex_unlock(&r->lock);
		read_block(r, b, r->block_bytes);
		pthread_mutex_lock(&r->lock);
		r->reading = false;
		r->all_taken = b->error || b->n < r->block_bytes;
		pthread_cond_broadcast(&r->changed);
	} else if (r->input.size - r->at <= b->n) {
		b->n = (size_t)(r->input.size - r->at);
		r->all_taken = true;
	}
	r->at += b->n;
	pthread_mutex_unlock(&r->lock);
	return b;
}

static void parse_block(struct log_reader *r, struct csv_block *b)
{
	const char *feed;

	if (r->input.text)
		b->text = r->input.text + b->base;
	else if (!r->input.stream)
		read_block(r, b, b->n);
	else if (r->input.spool >= 0 && !b->error)
		b->error = -csv_input_copy(&r->input, b->text, b->n, b->base);
	if (b->error)
		return;
	arena_release(&b->scratch);
	feed = b->n ? memchr(b->text, '\n', b->n) : NULL;
	b->start = feed ? (size_t)(feed - b->text) + 1 : b->n;
	csv_block_parse(b, &r->form, false);
}

static struct csv_block *next_ready(const struct log_reader *r)
{
	for (size_t i = 0; i < r->n_blocks; i++)
		if (r->state[i] == BLOCK_READY && r->blocks[i].number == r->joined)
			return &r->blocks[i];
	return NULL;
}

/* Hands a parsed block in, and joins all whose turn it is, unless somebody does already. */
static void hand_in(struct log_reader *r, struct csv_block *b)
{
	pthread_mutex_lock(&r->lock);
	r->state[b - r->blocks] = BLOCK_READY;
	while (!r->joining && (b = next_ready(r))) {
		bool place = false;

		r->joining = true;
		pthread_mutex_unlock(&r->lock);
		if (!b->error)
			place = csv_join_take(&r->join, b);
		pthread_mutex_lock(&r->lock);
		r->joining = false;
		r->joined++;
		if (b->error && !r->done)
			r->error = b->error;
		r->done = r->done || b->error || r->join.ended;
		r->state[b - r->blocks] = BLOCK_BUSY;
		if (place) {
			pthread_mutex_unlock(&r->lock);
			csv_store_place(&r->join.store, &r->form, b);
			pthread_mutex_lock(&r->lock);
		}
		r->state[b - r->blocks] = BLOCK_FREE;
		pthread_cond_broadcast(&r->changed);
	}
	pthread_mutex_unlock(&r->lock);
}

static void work(void *ctx, size_t item, size_t worker)
{
	struct log_reader *r = ctx;
	struct csv_block *b;

	(void)item;
	(void)worker;
	while ((b = take_block(r))) {
		parse_block(r, b);
		hand_in(r, b);
	}
}

/* Reads all blocks behind the head. */
static void run_threads(struct log_reader *r)
{
	size_t jobs = r->request->jobs ? r->request->jobs : 1;

	r->at = r->head_n;
	r->taken = r->joined = 0;
	r->all_taken = r->head_is_all;
	r->done = r->join.ended;
	if (r->all_taken || r->done)
		return;
	if (!r->input.stream && (r->input.size - r->at) / r->block_bytes < jobs)
		jobs = (size_t)((r->input.size - r->at) / r->block_bytes) + 1;
	r->n_blocks = jobs == 1 ? 1 : 4 * jobs;
	r->blocks = mem_realloc(NULL, r->n_blocks * sizeof *r->blocks);
	r->state = mem_realloc(NULL, r->n_blocks * sizeof *r->state);
	for (size_t i = 0; i < r->n_blocks; i++) {
		csv_block_init(&r->blocks[i], &r->form);
		r->state[i] = BLOCK_FREE;
	}
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	parallel_for(jobs, jobs, work, r);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->changed);
	for (size_t i = 0; i < r->n_blocks; i++)
		csv_block_release(&r->blocks[i], &r->form);
	free(r->blocks);
	free(r->state);
}

/* -- passes ----------------------------------------------------------------------------------- */

static void read_pass(struct log_reader *r)
{
	if (r->joined_once)
		csv_join_release(&r->join);
	csv_join_init(&r->join, r->mem, &r->form, r->diags->mem);
	r->joined_once = true;
	r->join.size = r->input.size;
	r->join.line = r->body_line;
	csv_join_begin(&r->join, r->head + r->body, r->head_n - r->body, r->body);
	run_threads(r);
	if (!r->error)
		csv_join_end(&r->join);
}

/* One pass; two where columns that began as numbers are text. */
static enum status read_rows(struct log_reader *r)
{
	int error = 0;

	if (r->input.stream && !r->head_is_all && has_open_type(r)) {
		error = csv_input_spool(&r->input);
		if (!error)
			error = csv_input_copy(&r->input, r->head, r->head_n, 0);
		if (error)
			return cannot_spool(r, error);
	}
	read_pass(r);
	if (!r->error && settle_types(r)) {
		csv_input_rewind(&r->input);
		read_pass(r);
	}
	if (r->error < 0)
		return cannot_spool(r, -r->error);
	return r->error ? cannot_read(r, r->error) : ST_OK;
}

/* Behind the rows that are named: how many more there are, and what lets them pass. */
static void sum_up(struct log_reader *r)
{
	struct csv_join *j = &r->join;
	struct finding *last = &j->problems.items[j->problems.n - 1];
	size_t max_bad = r->request->max_bad, more = j->bad_rows - j->named_rows;
	char counted[96] = "", allowed[96] = "";

	if (more)
		snprintf(counted, sizeof counted, "%zu more row%s malformed; ", more,
			 more == 1 ? " is" : "s are");
	if (max_bad)
		snprintf(allowed, sizeof allowed, "max_bad allows %zu malformed row%s; ", max_bad,
			 max_bad == 1 ? "" : "s");
	diag_help(&j->problems, last, "%s%s%s%s--max-bad %zu, or max_bad in a record, skips %s",
		  last->help ? last->help : "", last->help ? "; " : "", counted, allowed,
		  j->bad_rows, j->bad_rows == 1 ? "it" : "them");
}

static enum status finish(struct log_reader *r)
{
	struct csv_table *t = r->table;
	struct csv_join *j = &r->join;
	size_t max_bad = r->request->max_bad;

	if (j->fatal || j->bad_rows > max_bad) {
		if (!j->fatal)
			sum_up(r);
		if (!r->request->log->text)
			csv_places_finish(&j->places, r->request, &j->problems);
		diag_merge(r->diags, &j->problems);
		return ST_FAILED;
	}
	if (j->store.failed || !csv_store_finish(&j->store, r->mem, &r->form, j->rows)) {
		diag_help(r->diags,
			  diag_add(r->diags, RULE_IO_WRITE, r->request->at, "'%s': %s: %s",
				   r->request->log->path, j->store.failed,
				   temporary_error(j->store.error)),
			  "name a folder with more room by TMPDIR, or give it more --memory");
		return ST_FAILED;
	}
	t->rows = j->rows;
	t->skipped = j->bad_rows;
	t->delimiter = r->form.delimiter;
	t->spilled = j->store.spilled;
	t->bytes = r->input.stream ? r->input.taken : r->input.size;
	t->lines = j->lines;
	for (size_t i = 0; i < r->request->n_columns; i++) {
		r->request->columns[i].missing = j->empty[i].n;
		r->request->columns[i].empty = j->empty[i];
		r->request->columns[i].malformed = j->malformed[i];
	}
	return ST_OK;
}

static void release(struct log_reader *r)
{
	if (r->joined_once)
		csv_join_release(&r->join);
	csv_input_close(&r->input);
	free(r->head);
	free(r->places);
}

enum status csv_read(struct arena *mem, struct csv_request *request, struct csv_table *table,
		     struct diag_sink *diags)
{
	struct log_reader r = {.mem = mem, .request = request, .table = table, .diags = diags};
	enum status st = ST_FAILED;
	int error;

	assert(request->block <= LARGEST_BLOCK);
	*table = (struct csv_table){0};
	r.form.request = request;
	r.block_bytes = request->block ? request->block : BLOCK;
	r.places = mem_realloc(NULL, (CSV_PIECE + 64) * sizeof *r.places);
	error = csv_input_open(&r.input, request);
	if (error)
		cannot_read(&r, error);
	else if (check_request(&r) == ST_OK && take_header(&r) == ST_OK) {
		look_at_types(&r);
		if (read_rows(&r) == ST_OK)
			st = finish(&r);
	}
	release(&r);
	return st;
}

void csv_codes(const struct csv_column *column, size_t first, size_t n, uint32_t *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = csv_code(column, first + i);
}
