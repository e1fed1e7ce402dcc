/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_source.c - a record's `source:` understood */
#include "base/date.h"
#include "base/text.h"
#include "evidence/figures_internal.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static bool refuse(struct collector *c, struct log_source *s, struct span at, const char *detail)
{
	diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, at, "%s", detail);
	s->failed = true;
	return false;
}

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

/* The column that `key` of `source:` names; NO_COLUMN where it names none. */
static size_t named_column(struct collector *c, struct log_source *s, const char *key,
			   enum csv_column_type type)
{
	const struct data_node *node = data_find(s->node, key);
	const char *name = data_text(node);

	if (!node)
		return NO_COLUMN;
	if (!name || !*name) {
		refuse(c, s, node->at,
		       arena_printf(c->mem, "'%s' must name a column, found %s", key,
				    data_kind_name(node->kind)));
		return NO_COLUMN;
	}
	return want_column(c, s->log, name, type, node->at);
}

/* The log that a node names: one table for each file. NULL where the workspace has no such file. */
static struct log_table *find_log(struct collector *c, const struct data_node *node, struct span at)
{
	const char *path = data_text(node);
	const struct data_file *file = path ? map_get(&c->ws->data_by_path, path) : NULL;
	struct log_table *log;

	if (!file || !file->source || !file->source->text)
		return NULL;
	log = map_get(&c->log_by_path, file->path);
	if (log)
		return log;
	log = arena_new(c->mem, struct log_table, 1);
	log->file = file;
	log->at = log->delimiter_at = at;
	map_put(&c->log_by_path, c->mem, file->path, log);
	*ARENA_PUSH(c->mem, &c->logs) = log;
	return log;
}

/* Delimiter and malformed rows: one log is read in one way, whoever names it. */
static void read_form(struct collector *c, struct log_source *s, struct log_table *log)
{
	const struct data_node *delimiter = data_find(s->node, "delimiter");
	const struct data_node *max_bad = data_find(s->node, "max_bad");
	const char *text = data_text(delimiter);
	char wanted = text ? text[0] : ',';
	double bad = 0;

	if (delimiter && (!text || strlen(text) != 1)) {
		refuse(c, s, delimiter->at, "'delimiter' must be one character");
		return;
	}
	if (max_bad &&
	    (!data_number(max_bad, &bad) || bad < 0 || bad != floor(bad) || bad > 1e15)) {
		refuse(c, s, max_bad->at, "'max_bad' must be a whole number of 0 or more");
		return;
	}
	s->max_bad = (size_t)bad;
	log->max_bad = s->max_bad > log->max_bad ? s->max_bad : log->max_bad;
	if (log->delimiter && log->delimiter != wanted) {
		refuse(c, s, delimiter ? delimiter->at : s->node->at,
		       arena_printf(c->mem, "'%s' is read with another delimiter for %s",
				    log->file->path,
				    figures_place_text(c->mem, log->delimiter_at)));
		return;
	}
	if (!log->delimiter) {
		log->delimiter = wanted;
		log->delimiter_at = delimiter ? delimiter->at : s->node->at;
	}
}

static size_t read_filters(struct collector *c, struct log_source *s, struct log_table *log,
			   const struct data_node *where, struct row_filter **filters)
{
	*filters = NULL;
	if (!where || where->kind == DATA_NULL)
		return 0;
	if (where->kind != DATA_MAP) {
		refuse(c, s, where->at, "'where' must be a map of columns and values");
		return 0;
	}
	*filters = arena_new(c->mem, struct row_filter, where->n);
	for (size_t i = 0; i < where->n; i++) {
		const struct data_pair *pair = &where->pairs[i];
		const char *value = data_text(pair->value);

		if (!value) {
			refuse(c, s, pair->value->at,
			       arena_printf(c->mem, "'%s' must be one value, found %s",
					    pair->key->text, data_kind_name(pair->value->kind)));
			return 0;
		}
		(*filters)[i] = (struct row_filter){
		    want_column(c, log, pair->key->text, CSV_TEXT, pair->key->at), value};
	}
	return where->n;
}

/* The rows of a reference, found again where another record names the same ones. */
static struct reference_rows *shared_rows(struct collector *c, struct log_table *log,
					  const struct row_filter *filters, size_t n)
{
	struct reference_rows *rows;
	struct out key = {0};

	out_puts(&key, log->file->path);
	for (size_t i = 0; i < n; i++) {
		out_printf(&key, "%c%zu:%zu:", '\0', filters[i].column, strlen(filters[i].value));
		out_puts(&key, filters[i].value);
	}
	rows = map_get_n(&c->reference_by_key, out_text(&key), key.n);
	if (!rows) {
		rows = arena_new(c->mem, struct reference_rows, 1);
		rows->log = log;
		rows->index = c->references.n;
		for (size_t i = 0; i < n; i++)
			*ARENA_PUSH(c->mem, &rows->filters) = filters[i];
		map_put_n(&c->reference_by_key, c->mem,
			  arena_strndup(c->mem, out_text(&key), key.n), key.n, rows);
		*ARENA_PUSH(c->mem, &c->references) = rows;
	}
	out_release(&key);
	return rows;
}

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

/* True where the log's header has the column; only the header is read. */
static bool header_has(struct collector *c, const struct log_table *log, const char *name)
{
	struct source *source = log->file->source;
	const char *end = memchr(source->text, '\n', source->len);
	struct source header = {.path = source->path,
				.text = source->text,
				.len = end ? (size_t)(end - source->text) + 1 : source->len};
	struct csv_request request = {.log = &header, .at = log->at, .delimiter = log->delimiter};
	struct diag_sink unused;
	struct csv_table table = {0};
	bool has = false;

	diag_init(&unused, c->mem);
	if (csv_read(c->mem, &request, &table, &unused) != ST_OK)
		return true; /* reading it whole says what is wrong */
	for (size_t i = 0; i < table.n_header; i++)
		has = has || !strcmp(table.header[i], name);
	return has;
}

/* Features, and last the score, where the reference has one: a sample of the training data often
 * has none. */
static void read_features(struct collector *c, struct log_source *s)
{
	const struct data_node *list = data_find(s->node, "features");
	const struct data_node *score = data_find(s->node, "score");

	if (list && list->kind != DATA_LIST && list->kind != DATA_NULL) {
		refuse(c, s, list->at, "'features' must be a list of columns");
		return;
	}
	for (size_t i = 0; list && i < list->n; i++) {
		const char *name = data_text(list->items[i]);

		if (!name || !*name)
			refuse(c, s, list->items[i]->at, "a feature must be the name of a column");
		else
			add_feature(c, s, name, list->items[i]->at, CSV_GUESS);
	}
	if (data_text(score) && s->reference && header_has(c, s->reference->log, score->text))
		add_feature(c, s, score->text, score->at, CSV_NUMBER);
}

static bool report_absent(struct collector *c, const struct data_node *log)
{
	diag_add(c->diags, RULE_DATA_LOG_ABSENT, log ? log->at : (struct span){0}, "'%s'",
		 log && data_text(log) ? log->text : "no path");
	return false;
}

static void read_reference(struct collector *c, struct log_source *s)
{
	const struct data_node *node = data_find(s->node, "reference");
	const struct data_node *path = data_find(node, "log");
	struct log_table *log = s->log;
	struct row_filter *filters;
	size_t n;

	if (!node || node->kind == DATA_NULL)
		return;
	if (node->kind != DATA_MAP) {
		refuse(c, s, node->at, "'reference' must be a map with 'log' or 'where'");
		return;
	}
	if (path)
		log = find_log(c, path, node->at);
	if (!log) {
		report_absent(c, path);
		s->figures->absent = arena_printf(c->mem, "the reference '%s' is absent",
						  path && data_text(path) ? path->text : "");
		return;
	}
	read_form(c, s, log);
	s->figures->reference = log->file;
	n = read_filters(c, s, log, data_find(node, "where"), &filters);
	s->reference = shared_rows(c, log, filters, n);
}

static void read_window(struct collector *c, struct log_source *s)
{
	static const char *const lengths[] = {"", "day", "week", "month"};
	const struct data_node *node = data_find(s->node, "window");
	const char *text = data_text(node);

	if (!node)
		return;
	for (size_t i = WINDOW_DAY; text && i <= WINDOW_MONTH; i++)
		if (!strcmp(text, lengths[i]))
			s->window = (enum window_length)i;
	if (s->window == WINDOW_NONE)
		refuse(c, s, node->at, "'window' must be day, week or month");
	else if (s->time == NO_COLUMN)
		refuse(c, s, node->at, "'window' needs 'time', the column with the row's date");
}

/* A monitoring window is about the days from its start to its end. */
static void read_days(struct log_source *s)
{
	const char *start = data_find_text(s->record->node, "start");
	const char *end = data_find_text(s->record->node, "end");

	s->first_day = INT32_MIN;
	s->last_day = INT32_MAX;
	if (s->time == NO_COLUMN || !s->record->kind ||
	    strcmp(s->record->kind, "monitoring_window") != 0)
		return;
	if (start && !date_parse(start, strlen(start), &s->first_day))
		s->first_day = INT32_MIN;
	if (end && !date_parse(end, strlen(end), &s->last_day))
		s->last_day = INT32_MAX;
}

static void read_threshold(struct collector *c, struct log_source *s)
{
	const struct data_node *node =
	    data_find(data_find(s->record->node, "performance"), "threshold");

	s->figures->threshold = 0.5;
	s->figures->threshold_from = "default 0.5";
	if (!data_number(node, &s->figures->threshold))
		return;
	s->figures->threshold_from = figures_place_text(c->mem, node->at);
}

static void read_groups(struct collector *c, struct log_source *s)
{
	const struct data_node *groups = data_find(s->node, "groups");

	for (size_t i = 0; groups && groups->kind == DATA_LIST && i < groups->n; i++)
		if (data_text(groups->items[i]))
			want_column(c, s->log, groups->items[i]->text, CSV_TEXT,
				    groups->items[i]->at);
}

static void read_columns(struct collector *c, struct log_source *s)
{
	const struct data_node *positive = data_find(s->node, "positive");
	struct row_filter *filters;
	size_t n;

	s->label = named_column(c, s, "label", CSV_TEXT);
	s->score = named_column(c, s, "score", CSV_NUMBER);
	s->prediction = named_column(c, s, "prediction", CSV_TEXT);
	s->time = named_column(c, s, "time", CSV_TEXT);
	s->positive_given = data_text(positive) != NULL;
	s->positive = s->positive_given ? positive->text : "1";
	s->positive_at = positive ? positive->at : s->node->at;
	n = read_filters(c, s, s->log, data_find(s->node, "where"), &filters);
	for (size_t i = 0; i < n; i++)
		*ARENA_PUSH(c->mem, &s->filters) = filters[i];
	read_groups(c, s);
}

static void name_columns(struct collector *c, struct log_source *s)
{
	struct record_figures *f = s->figures;
	const char **names = arena_new(c->mem, const char *, s->features.n);

	for (size_t i = 0; i < s->features.n; i++)
		names[i] = s->features.items[i].name;
	f->features = names;
	f->n_features = s->features.n;
	f->label = data_find_text(s->node, "label");
	f->score = data_find_text(s->node, "score");
}

/* Columns are named, but neither what happened nor what to compare with: the log is read, so that
 * what is malformed in it is found, and nothing is measured. */
static void say_unmeasured(struct collector *c, struct log_source *s)
{
	if (!s->features.n && s->time == NO_COLUMN)
		refuse(c, s, s->node->at,
		       "neither 'label' nor 'reference' is named: nothing can be measured");
	else
		diag_add(c->diags, RULE_DATA_MISSING_KEY, s->node->at,
			 "'label' or 'reference': without either nothing is measured");
}

bool source_understand(struct collector *c, const struct record *record,
		       struct record_figures *figures)
{
	const struct data_node *node = data_find(record->node, "source"), *path;
	struct log_source *s = arena_new(c->mem, struct log_source, 1);

	s->record = record;
	s->figures = figures;
	s->node = node;
	figures->absent = "its source cannot be used";
	if (node->kind != DATA_MAP)
		return refuse(c, s, node->at, "'source' must be a map that names a log");
	path = data_find(node, "log");
	if (!path)
		return refuse(c, s, node->at, "'source' names no log");
	s->log = find_log(c, path, node->at);
	if (!s->log) {
		figures->absent = arena_printf(c->mem, "the log '%s' is absent",
					       data_text(path) ? path->text : "");
		return report_absent(c, path);
	}
	figures->log = s->log->file;
	figures->absent = NULL;
	read_form(c, s, s->log);
	read_columns(c, s);
	read_window(c, s);
	read_days(s);
	read_threshold(c, s);
	read_reference(c, s);
	read_features(c, s);
	name_columns(c, s);
	if (s->label == NO_COLUMN && !data_find(node, "reference") && !s->failed)
		say_unmeasured(c, s);
	if (s->failed)
		figures->absent = "its source cannot be used";
	else if (s->label == NO_COLUMN && !s->reference && data_find(node, "reference"))
		s->failed = true; /* the reference is absent, as figures->absent says */
	*ARENA_PUSH(c->mem, &c->sources) = s;
	return !s->failed;
}
