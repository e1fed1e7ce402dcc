/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_plan.c - a request held against its logs: the columns and rows that are wanted
 */
#include "base/file.h"
#include "base/temporary.h"
#include "evidence/figures_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool source_refuse(struct collector *c, struct log_source *s, struct span at, const char *detail)
{
	diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, at, "%s", detail);
	s->failed = true;
	return false;
}

void take_note(struct collector *c, const char *format, ...)
{
	va_list args;

	if (!c->taken)
		return;
	va_start(args, format);
	*ARENA_PUSH(c->mem, c->taken) = arena_vprintf(c->mem, format, args);
	va_end(args);
}

void leave_out(struct collector *c, const char *name, enum left_out why)
{
	if (c->taken)
		*ARENA_PUSH(c->mem, &c->taken->left_out) = (struct column_left_out){name, why};
}

/* -- logs ------------------------------------------------------------------------------------- */

struct log_table *log_of_path(struct collector *c, const char *path, struct span at)
{
	const struct data_file *file = c->ws && path ? map_get(&c->ws->data_by_path, path) : NULL;
	struct log_table *log;

	if (!path || (c->ws && (!file || !file->source || !file->source->text)))
		return NULL;
	log = map_get(&c->log_by_path, path);
	if (log)
		return log;
	log = arena_new(c->mem, struct log_table, 1);
	log->path = arena_strdup(c->mem, strcmp(path, "-") != 0 || c->ws ? path : "standard input");
	log->file = file;
	log->source = file ? file->source : source_named(c->mem, log->path);
	log->fd = -1;
	log->at = log->delimiter_at = at;
	map_put(&c->log_by_path, c->mem, arena_strdup(c->mem, path), log);
	*ARENA_PUSH(c->mem, &c->logs) = log;
	return log;
}

/* 0, or an error of base/temporary.h. */
static int copy_stream(int from, int to)
{
	uint64_t kept = temporary_kept(to);
	char buf[1 << 16];
	int error = 0;

	while (!error) {
		ssize_t n = read(from, buf, sizeof buf);

		if (!n)
			return 0;
		if (n < 0) {
			error = errno == EINTR ? 0 : errno;
			continue;
		}
		error = temporary_room(to, kept, (uint64_t)n);
		if (!error && file_write_all(to, buf, (size_t)n) != ST_OK)
			error = errno;
	}
	return error;
}

/* A copy of standard input that can be read again; where there is no room for it, nothing of it
 * stays. */
static bool keep_stream(struct log_table *log)
{
	int fd = temporary_open();

	log->keep_error = fd < 0 ? errno : copy_stream(STDIN_FILENO, fd);
	if (log->keep_error) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	lseek(fd, 0, SEEK_SET);
	log->fd = fd;
	return true;
}

/* The whole records at the front of a text, of at most `limit` bytes, at least one. */
static size_t head_length(const char *text, size_t n, size_t limit)
{
	size_t end = 0;
	bool quoted = false;

	for (size_t i = 0; i < n && (i < limit || !end); i++) {
		if (text[i] == '"')
			quoted = !quoted;
		else if (text[i] == '\n' && !quoted)
			end = i + 1;
	}
	return end ? end : n;
}

enum { HEAD_BYTES = 1 << 20, HEAD_RECORDS = 64 << 10 };

/* The front of a file; false where it cannot be read. */
static bool read_head(struct collector *c, struct log_table *log, const char **text, size_t *n)
{
	bool stream = !strcmp(log->path, "standard input");
	char *bytes;
	ssize_t got;
	int fd;

	if (log->source->text) {
		*text = log->source->text;
		*n = log->source->len;
		return true;
	}
	if (stream && (log->keep_error || (log->fd < 0 && !keep_stream(log))))
		return false;
	fd = stream ? log->fd : open(log->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	bytes = arena_alloc(c->space, HEAD_BYTES);
	got = pread(fd, bytes, HEAD_BYTES, 0);
	if (!stream)
		close(fd);
	*text = bytes;
	*n = got > 0 ? (size_t)got : 0;
	return got >= 0;
}

const char **log_header(struct collector *c, struct log_table *log, size_t *n)
{
	struct source head = {.path = log->path};
	struct csv_request request = {.log = &head,
				      .at = log->at,
				      .delimiter = log->delimiter,
				      .no_header = log->no_header,
				      .max_bad = SIZE_MAX};
	struct csv_table table = {0};
	struct diag_sink unused;

	*n = 0;
	if (!read_head(c, log, &head.text, &head.len))
		return NULL;
	head.len = head_length(head.text, head.len, HEAD_RECORDS);
	diag_init(&unused, c->space);
	if (csv_read(c->space, &request, &table, &unused) != ST_OK)
		return NULL;
	*n = table.n_header;
	return table.header;
}

static bool header_has(const char **header, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(header[i], name))
			return true;
	return false;
}

/* Delimiter and malformed rows: one log is read in one way, whoever names it. */
static void plan_form(struct collector *c, struct log_source *s, struct log_table *log)
{
	const struct log_request *q = s->request;
	const struct data_node *node =
	    s->record ? data_find(data_find(s->record->node, "source"), "delimiter") : NULL;

	log->max_bad = q->max_bad > log->max_bad ? q->max_bad : log->max_bad;
	log->no_header = q->no_header;
	log->memory = q->memory;
	s->max_bad = q->max_bad;
	if (log->has_form && log->delimiter != q->delimiter) {
		source_refuse(c, s, node ? node->at : s->at,
			      arena_printf(c->mem, "'%s' is read with another delimiter for %s",
					   log->path,
					   figures_place_text(c->mem, log->delimiter_at)));
		return;
	}
	if (!log->has_form) {
		log->delimiter = q->delimiter;
		log->delimiter_at = node ? node->at : s->at;
	}
	log->has_form = true;
}

/* -- columns ---------------------------------------------------------------------------------- */

/* The column of a log under this name and type, asked for once. */
static size_t want_column(struct collector *c, struct log_table *log, const char *name,
			  enum csv_column_type type, struct span at)
{
	struct csv_column *column;

	for (size_t i = 0; i < log->columns.n; i++)
		if (log->columns.items[i].type == type && !strcmp(log->columns.items[i].name, name))
			return i;
	column = ARENA_PUSH(c->mem, &log->columns);
	column->name = name;
	column->type = type;
	column->at = at;
	return log->columns.n - 1;
}

static size_t want(struct collector *c, struct log_table *log, const struct column_request *column,
		   enum csv_column_type type)
{
	if (!column->name)
		return NO_COLUMN;
	return want_column(c, log, column->name, type, column->at);
}

/* Labels are numbers in regression; classes where a score or a positive value is named; else what
 * they are is found out. */
static enum csv_column_type outcome_type(const struct log_request *q)
{
	if (q->task == TASK_REGRESSION)
		return CSV_NUMBER;
	if (q->task == TASK_CLASSIFICATION || q->score.name || q->positive || !q->prediction.name)
		return CSV_TEXT;
	return CSV_GUESS;
}

static void plan_filters(struct collector *c, struct log_table *log,
			 const struct rows_request *rows, struct log_source *s)
{
	for (size_t i = 0; i < rows->n_where; i++)
		*ARENA_PUSH(c->mem, &s->filters) = (struct row_filter){
		    want(c, log, &rows->where[i].column, CSV_TEXT), rows->where[i].value};
}

static void plan_groups(struct collector *c, struct log_source *s)
{
	for (size_t i = 0; i < s->request->n_groups; i++) {
		const struct group_request *group = &s->request->groups[i];
		struct column_group *to = ARENA_PUSH(c->mem, &s->groups);

		to->n = group->n_columns;
		to->at = group->columns[0].at;
		to->columns = arena_new(c->mem, size_t, to->n);
		for (size_t k = 0; k < to->n; k++) {
			to->columns[k] = want(c, s->log, &group->columns[k], CSV_TEXT);
			to->name =
			    k ? arena_printf(c->mem, "%s*%s", to->name, group->columns[k].name)
			      : group->columns[k].name;
		}
	}
}

static void plan_columns(struct collector *c, struct log_source *s)
{
	const struct log_request *q = s->request;
	enum csv_column_type outcome = outcome_type(q);

	s->label = want(c, s->log, &q->label, outcome);
	s->prediction = want(c, s->log, &q->prediction, outcome);
	s->score = want(c, s->log, &q->score, CSV_NUMBER);
	s->compare = want(c, s->log, &q->compare, CSV_NUMBER);
	s->time = want(c, s->log, &q->time, CSV_TIME);
	s->latency = want(c, s->log, &q->latency, CSV_NUMBER);
	plan_filters(c, s->log, &q->rows, s);
	plan_groups(c, s);
	for (size_t i = 0; i < q->n_segments; i++) {
		struct segment_column *segment = ARENA_PUSH(c->mem, &s->segments);

		segment->name = q->segments[i].name;
		segment->column = want(c, s->log, &q->segments[i], CSV_TEXT);
	}
}

/* -- the reference ---------------------------------------------------------------------------- */

/* The rows of a reference, found again where another record names the same ones. */
static struct reference_rows *shared_rows(struct collector *c, const struct reference_rows *wanted)
{
	struct reference_rows *rows;
	struct out key = {0};

	out_printf(&key, "%zu..%zu %zu %d %d %d..%d ", wanted->first, wanted->last, wanted->time,
		   (int)wanted->window, wanted->earliest, wanted->first_key, wanted->last_key);
	out_puts(&key, wanted->log->path);
	for (size_t i = 0; i < wanted->filters.n; i++) {
		const struct row_filter *filter = &wanted->filters.items[i];

		out_printf(&key, "%c%zu:%zu:", '\0', filter->column, strlen(filter->value));
		out_puts(&key, filter->value);
	}
	rows = map_get_n(&c->reference_by_key, out_text(&key), key.n);
	if (!rows) {
		rows = arena_new(c->mem, struct reference_rows, 1);
		*rows = *wanted;
		rows->index = c->references.n;
		map_put_n(&c->reference_by_key, c->mem,
			  arena_strndup(c->mem, out_text(&key), key.n), key.n, rows);
		*ARENA_PUSH(c->mem, &c->references) = rows;
	}
	out_release(&key);
	return rows;
}

static struct span reference_at(const struct log_source *s)
{
	const struct data_node *node =
	    s->record ? data_find(data_find(s->record->node, "source"), "reference") : NULL;

	if (!s->record && s->request->reference->at.source)
		return s->request->reference->at;
	return node ? node->at : s->at;
}

/* The windows of a reference by their labels. */
static void plan_reference_windows(struct collector *c, struct log_source *s,
				   struct reference_rows *rows)
{
	const struct log_request *q = s->request;
	const struct rows_request *reference = q->reference;
	const char *labels[2] = {reference->first_window, reference->last_window};
	int32_t *keys[2] = {&rows->first_key, &rows->last_key};

	rows->first_key = INT32_MIN;
	rows->last_key = INT32_MAX;
	rows->time = NO_COLUMN;
	rows->earliest = reference->earliest;
	if (!labels[0] && !labels[1] && !rows->earliest)
		return;
	if (q->window == WINDOW_NONE || !q->time.name) {
		source_refuse(c, s, reference_at(s),
			      "the windows of a reference need 'time' and 'window'");
		return;
	}
	rows->window = q->window;
	rows->time = want_column(c, rows->log, q->time.name, CSV_TIME, q->time.at);
	for (size_t i = 0; i < 2; i++)
		if (labels[i] && !window_key(q->window, labels[i], keys[i]))
			source_refuse(c, s, reference_at(s),
				      arena_printf(c->mem, "'%.40s' is no window: expected %s",
						   labels[i],
						   q->window == WINDOW_MONTH  ? "YYYY-MM"
						   : q->window == WINDOW_WEEK ? "YYYY-Www"
									      : "YYYY-MM-DD"));
	if (!s->failed && rows->first_key > rows->last_key)
		source_refuse(
		    c, s, reference_at(s),
		    arena_printf(c->mem, "'%.40s' is after '%.40s'", labels[0], labels[1]));
}

/* A part of the same log takes the request's filters over. */
static void plan_reference(struct collector *c, struct log_source *s)
{
	const struct rows_request *reference = s->request->reference;
	struct reference_rows rows = {.log = s->log};

	if (!reference)
		return;
	if (reference->path)
		rows.log = log_of_path(c, reference->path, reference_at(s));
	if (!rows.log) {
		source_refuse(c, s, reference_at(s), "the reference is absent");
		return;
	}
	plan_form(c, s, rows.log);
	s->figures->reference = rows.log->file;
	rows.first = reference->first;
	rows.last = reference->last;
	plan_reference_windows(c, s, &rows);
	s->reference_is_part = rows.log == s->log && !reference->n_where &&
			       (rows.first || rows.last || rows.time != NO_COLUMN);
	if (s->reference_is_part)
		for (size_t i = 0; i < s->filters.n; i++)
			*ARENA_PUSH(c->mem, &rows.filters) = s->filters.items[i];
	for (size_t i = 0; i < reference->n_where; i++)
		*ARENA_PUSH(c->mem, &rows.filters) =
		    (struct row_filter){want(c, rows.log, &reference->where[i].column, CSV_TEXT),
					reference->where[i].value};
	s->reference = shared_rows(c, &rows);
}

/* -- features --------------------------------------------------------------------------------- */

static void add_feature(struct collector *c, struct log_source *s, const char *name, struct span at,
			enum csv_column_type type)
{
	struct feature *feature = ARENA_PUSH(c->mem, &s->features);

	feature->name = name;
	feature->at = at;
	feature->column = want_column(c, s->log, name, type, at);
	feature->reference_column = NO_COLUMN;
	if (s->reference)
		feature->reference_column = want_column(c, s->reference->log, name, type, at);
}

static bool names_column(const struct column_request *column, const char *name)
{
	return column->name && !strcmp(column->name, name);
}

/* True where the column has another part in the request. */
static bool is_used(const struct log_request *q, const char *name)
{
	const struct column_request *const columns[] = {&q->label,   &q->score, &q->prediction,
							&q->compare, &q->time,  &q->latency};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (names_column(columns[i], name))
			return true;
	for (size_t i = 0; i < q->rows.n_where; i++)
		if (names_column(&q->rows.where[i].column, name))
			return true;
	return false;
}

/* A name that the header has twice is a number. */
static const char *column_name(struct collector *c, const char **header, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++)
		if (k != i && !strcmp(header[k], header[i]))
			return arena_printf(c->mem, "#%zu", i + 1);
	return arena_strdup(c->mem, header[i]);
}

static void plan_all_features(struct collector *c, struct log_source *s)
{
	size_t n, n_reference = 0;
	const char **header = log_header(c, s->log, &n), **reference = NULL;
	bool same = s->reference->log == s->log;

	if (!same)
		reference = log_header(c, s->reference->log, &n_reference);
	for (size_t i = 0; i < n; i++) {
		const char *name = column_name(c, header, n, i);

		if (is_used(s->request, header[i]))
			continue;
		if (same || !reference || header_has(reference, n_reference, header[i]))
			add_feature(c, s, name, s->at, CSV_GUESS);
		else
			leave_out(c, name, LEFT_CURRENT);
	}
	for (size_t i = 0; reference && i < n_reference; i++)
		if (!header_has(header, n, reference[i]) && !is_used(s->request, reference[i]))
			leave_out(c, arena_strdup(c->mem, reference[i]), LEFT_REFERENCE);
}

/* Features, and last the score, where the reference has one: a sample of the training data often
 * has none. */
static void plan_features(struct collector *c, struct log_source *s)
{
	const struct log_request *q = s->request;
	const struct column_request *const scores[] = {&q->score, &q->compare};
	const char **header = NULL;
	size_t n = 0;

	for (size_t i = 0; i < q->n_features; i++)
		add_feature(c, s, q->features[i].name, q->features[i].at, q->features[i].type);
	if (!s->reference)
		return;
	if (q->all_features)
		plan_all_features(c, s);
	if ((q->score.name || q->compare.name) && s->reference->log != s->log)
		header = log_header(c, s->reference->log, &n);
	for (size_t i = 0; i < 2; i++) {
		if (!scores[i]->name)
			continue;
		if (s->reference->log == s->log || !header ||
		    header_has(header, n, scores[i]->name))
			add_feature(c, s, scores[i]->name, scores[i]->at, CSV_NUMBER);
		else
			take_note(c, "The reference has no '%s': its drift is not measured",
				  scores[i]->name);
	}
}

static void name_columns(struct collector *c, struct log_source *s)
{
	struct record_figures *f = s->figures;
	const char **names = arena_new(c->mem, const char *, s->features.n);

	for (size_t i = 0; i < s->features.n; i++)
		names[i] = s->features.items[i].name;
	f->features = names;
	f->n_features = s->features.n;
	f->label = s->request->label.name;
	f->score = s->request->score.name;
}

void source_plan(struct collector *c, struct log_source *s)
{
	const struct log_request *q = s->request;

	if (!s->failed)
		plan_form(c, s, s->log);
	s->figures->threshold = isnan(q->threshold) ? 0.5 : q->threshold;
	if (isnan(q->threshold))
		s->figures->threshold_from = "default 0.5";
	else if (!s->figures->threshold_from)
		s->figures->threshold_from = "as asked for";
	plan_columns(c, s);
	if (!s->failed)
		plan_reference(c, s);
	if (!s->failed)
		plan_features(c, s);
	name_columns(c, s);
}
