/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_source.c - a record's `source:` as a struct log_request */
#include "base/date.h"
#include "evidence/figures_internal.h"
#include <math.h>
#include <string.h>

struct source_reader {
	struct collector *c;
	struct log_source *s;
	struct log_request *request;
	const struct data_node *node;
};

static void refuse(struct source_reader *r, struct span at, const char *detail)
{
	source_refuse(r->c, r->s, at, detail);
}

/* -- columns ---------------------------------------------------------------------------------- */

static void read_column(struct source_reader *r, const char *key, enum csv_column_type type,
			struct column_request *to)
{
	const struct data_node *node = data_find(r->node, key);
	const char *name = data_text(node);

	if (!node)
		return;
	if (!name || !*name)
		refuse(r, node->at,
		       arena_printf(r->c->mem, "'%s' must name a column, found %s", key,
				    data_kind_name(node->kind)));
	else
		*to = (struct column_request){name, type, node->at};
}

static bool is_listed(const struct data_node *list, const char *name)
{
	for (size_t i = 0; list && list->kind == DATA_LIST && i < list->n; i++)
		if (data_text(list->items[i]) && !strcmp(list->items[i]->text, name))
			return true;
	return false;
}

/* A list of columns; NULL where there is none or it is none. */
static const struct data_node *read_list(struct source_reader *r, const char *key)
{
	const struct data_node *list = data_find(r->node, key);

	if (!list || list->kind == DATA_NULL)
		return NULL;
	if (list->kind != DATA_LIST) {
		refuse(r, list->at, arena_printf(r->c->mem, "'%s' must be a list of columns", key));
		return NULL;
	}
	for (size_t i = 0; i < list->n; i++)
		if (!data_text(list->items[i]) || !*list->items[i]->text) {
			refuse(r, list->items[i]->at,
			       arena_printf(r->c->mem, "'%s' must hold names of columns", key));
			return NULL;
		}
	return list;
}

static void read_features(struct source_reader *r)
{
	const struct data_node *list = read_list(r, "features");
	const struct data_node *categorical = read_list(r, "categorical");
	struct column_request *features;

	if (!list)
		return;
	features = arena_new(r->c->mem, struct column_request, list->n);
	for (size_t i = 0; i < list->n; i++)
		features[i] = (struct column_request){
		    list->items[i]->text,
		    is_listed(categorical, list->items[i]->text) ? CSV_TEXT : CSV_GUESS,
		    list->items[i]->at};
	r->request->features = features;
	r->request->n_features = list->n;
}

static void read_segments(struct source_reader *r)
{
	const struct data_node *list = read_list(r, "segments");
	struct column_request *segments;

	if (!list)
		return;
	segments = arena_new(r->c->mem, struct column_request, list->n);
	for (size_t i = 0; i < list->n; i++)
		segments[i] =
		    (struct column_request){list->items[i]->text, CSV_TEXT, list->items[i]->at};
	r->request->segments = segments;
	r->request->n_segments = list->n;
}

/* "sex", or "sex*age". */
static struct group_request read_group(struct source_reader *r, const struct data_node *node)
{
	struct {
		LIST_OF(struct column_request);
	} columns = {0};
	const char *from = node->text;

	for (;;) {
		size_t n = strcspn(from, "*");

		if (!n)
			refuse(r, node->at, "a group is a column, or several joined by '*'");
		*ARENA_PUSH(r->c->mem, &columns) =
		    (struct column_request){arena_strndup(r->c->mem, from, n), CSV_TEXT, node->at};
		if (!from[n])
			break;
		from += n + 1;
	}
	return (struct group_request){columns.items, columns.n};
}

static void read_groups(struct source_reader *r)
{
	const struct data_node *list = read_list(r, "groups");
	struct group_request *groups;

	if (!list)
		return;
	groups = arena_new(r->c->mem, struct group_request, list->n);
	for (size_t i = 0; i < list->n; i++)
		groups[i] = read_group(r, list->items[i]);
	r->request->groups = groups;
	r->request->n_groups = list->n;
}

/* -- rows ------------------------------------------------------------------------------------- */

static void read_where(struct source_reader *r, const struct data_node *where,
		       struct rows_request *rows)
{
	struct filter_request *filters;

	if (!where || where->kind == DATA_NULL)
		return;
	if (where->kind != DATA_MAP) {
		refuse(r, where->at, "'where' must be a map of columns and values");
		return;
	}
	filters = arena_new(r->c->mem, struct filter_request, where->n);
	for (size_t i = 0; i < where->n; i++) {
		const struct data_pair *pair = &where->pairs[i];
		const char *value = data_text(pair->value);

		if (!value) {
			refuse(r, pair->value->at,
			       arena_printf(r->c->mem, "'%s' must be one value, found %s",
					    pair->key->text, data_kind_name(pair->value->kind)));
			return;
		}
		filters[i] =
		    (struct filter_request){{pair->key->text, CSV_TEXT, pair->key->at}, value};
	}
	rows->where = filters;
	rows->n_where = where->n;
}

/* A whole number of `least` to `most`; false where there is none. */
static bool read_count(struct source_reader *r, const struct data_node *map, const char *key,
		       double least, double most, size_t *count)
{
	const struct data_node *node = data_find(map, key);
	double number;

	if (!node)
		return false;
	if (!data_number(node, &number) || number < least || number > most ||
	    number != floor(number)) {
		if (most >= 1e15)
			refuse(r, node->at,
			       arena_printf(r->c->mem,
					    "'%s' must be a whole number of %.0f or more", key,
					    least));
		else
			refuse(r, node->at,
			       arena_printf(r->c->mem,
					    "'%s' must be a whole number from %.0f to %.0f", key,
					    least, most));
		return false;
	}
	*count = (size_t)number;
	return true;
}

/* One of n words; their number, or n where it is none. */
static size_t read_word(struct source_reader *r, const char *key, const char *const *words,
			size_t n, const char *what)
{
	const struct data_node *node = data_find(r->node, key);
	const char *text = data_text(node);

	if (!node)
		return n;
	for (size_t i = 0; text && i < n; i++)
		if (!strcmp(words[i], text))
			return i;
	refuse(r, node->at, arena_printf(r->c->mem, "'%s' must be %s", key, what));
	return n;
}

/* "1997-05..1997-10", or one of them. */
static void read_reference_windows(struct source_reader *r, const struct data_node *node,
				   struct rows_request *rows)
{
	const char *text = data_text(node), *dots = text ? strstr(text, "..") : NULL;
	size_t n = dots ? (size_t)(dots - text) : text ? strlen(text) : 0;

	if (!node)
		return;
	if (!text || (!n && !(dots && dots[2]))) {
		refuse(r, node->at, "'window' must be the windows FIRST..LAST of the log");
		return;
	}
	rows->first_window = n ? arena_strndup(r->c->mem, text, n) : NULL;
	rows->last_window = !dots ? rows->first_window : dots[2] ? dots + 2 : NULL;
}

static void read_reference_rows(struct source_reader *r, const struct data_node *node,
				struct rows_request *rows)
{
	const char *text = data_text(node);
	unsigned long long first, last;
	int end = 0;

	if (!node)
		return;
	if (!text || sscanf(text, "%15llu..%15llu%n", &first, &last, &end) != 2 || text[end] ||
	    !first || last < first) {
		refuse(r, node->at, "'rows' must be the rows FIRST..LAST of the log, from 1");
		return;
	}
	rows->first = (size_t)first;
	rows->last = (size_t)last;
}

static void read_reference(struct source_reader *r)
{
	const struct data_node *node = data_find(r->node, "reference"), *path;
	struct rows_request *rows;

	if (!node || node->kind == DATA_NULL)
		return;
	if (node->kind != DATA_MAP) {
		refuse(r, node->at, "'reference' must be a map with 'log' or 'where'");
		return;
	}
	path = data_find(node, "log");
	rows = arena_new(r->c->mem, struct rows_request, 1);
	if (path)
		rows->path = data_text(path) ? path->text : "";
	read_where(r, data_find(node, "where"), rows);
	read_reference_windows(r, data_find(node, "window"), rows);
	read_reference_rows(r, data_find(node, "rows"), rows);
	r->request->reference = rows;
}

/* -- the rest --------------------------------------------------------------------------------- */

static void read_form(struct source_reader *r)
{
	const struct data_node *delimiter = data_find(r->node, "delimiter");
	const char *text = data_text(delimiter);

	if (delimiter && (!text || strlen(text) != 1))
		refuse(r, delimiter->at, "'delimiter' must be one character");
	else
		r->request->delimiter = text ? text[0] : ',';
	read_count(r, r->node, "max_bad", 0, 1e15, &r->request->max_bad);
}

static void read_window(struct source_reader *r)
{
	static const char *const lengths[] = {"", "day", "week", "month"};
	const struct data_node *node = data_find(r->node, "window");
	size_t length = read_word(r, "window", lengths, 4, "day, week or month");

	if (node && length == 0)
		refuse(r, node->at, "'window' must be day, week or month");
	if (length < 4)
		r->request->window = (enum window_length)length;
	if (node && r->request->window != WINDOW_NONE && !r->request->time.name)
		refuse(r, node->at, "'window' needs 'time', the column with the row's date");
}

/* A monitoring window is about the days from its start to its end. */
static void read_days(struct source_reader *r)
{
	struct log_source *s = r->s;
	const char *start = data_find_text(s->record->node, "start");
	const char *end = data_find_text(s->record->node, "end");

	if (!r->request->time.name || !s->record->kind ||
	    strcmp(s->record->kind, "monitoring_window") != 0)
		return;
	if (start && !date_parse(start, strlen(start), &s->first_day))
		s->first_day = INT32_MIN;
	if (end && !date_parse(end, strlen(end), &s->last_day))
		s->last_day = INT32_MAX;
}

static void read_threshold(struct source_reader *r)
{
	const struct data_node *node =
	    data_find(data_find(r->s->record->node, "performance"), "threshold");

	r->request->threshold = NAN;
	if (data_number(node, &r->request->threshold))
		r->s->figures->threshold_from = figures_place_text(r->c->mem, node->at);
}

static void read_options(struct source_reader *r)
{
	static const char *const tasks[] = {"", "classification", "regression"};
	static const char *const binnings[] = {"uniform", "quantile"};
	static const char *const conventions[] = {"modelbook", "evidently", "nannyml"};
	struct log_request *q = r->request;
	const struct data_node *positive = data_find(r->node, "positive");
	size_t seed = 0, word;

	q->positive = data_text(positive);
	word = read_word(r, "task", tasks, 3, "classification or regression");
	q->task = word < 3 ? (enum measure_task)word : TASK_FOUND_OUT;
	q->quantile_bins = read_word(r, "binning", binnings, 2, "uniform or quantile") == 1;
	word = read_word(r, "drift_convention", conventions, 3, "modelbook, evidently or nannyml");
	q->convention = word < 3 ? (enum drift_convention)word : DRIFT_MODELBOOK;
	read_count(r, r->node, "bins", 2, CALIBRATION_MAX_BINS, &q->bins);
	read_count(r, r->node, "min_group_rows", 1, 1e15, &q->min_group_rows);
	read_count(r, r->node, "bootstrap", 100, 1e6, &q->bootstrap);
	read_count(r, r->node, "seed", 0, 9e15, &seed);
	q->seed = seed;
}

static void read_columns(struct source_reader *r)
{
	struct log_request *q = r->request;

	read_column(r, "label", CSV_GUESS, &q->label);
	read_column(r, "score", CSV_NUMBER, &q->score);
	read_column(r, "prediction", CSV_GUESS, &q->prediction);
	read_column(r, "compare", CSV_NUMBER, &q->compare);
	read_column(r, "time", CSV_TIME, &q->time);
	read_column(r, "latency", CSV_NUMBER, &q->latency);
	read_groups(r);
	read_segments(r);
	read_features(r);
	read_where(r, data_find(r->node, "where"), &q->rows);
}

static bool absent_log(struct collector *c, const struct data_node *path, struct span at,
		       struct record_figures *figures, const char *what)
{
	const char *text = data_text(path);

	diag_add(c->diags, RULE_DATA_LOG_ABSENT, path ? path->at : at, "'%s'",
		 text ? text : "no path");
	figures->absent = arena_printf(c->mem, "the %s '%s' is absent", what, text ? text : "");
	return false;
}

/* Columns are named, but neither what happened nor what to compare with: the log is read, so that
 * what is malformed in it is found, and nothing is measured. */
static void say_unmeasured(struct source_reader *r)
{
	const struct log_request *q = r->request;

	if (q->label.name || q->latency.name || data_find(r->node, "reference") || r->s->failed)
		return;
	if (!q->n_features && !q->time.name)
		refuse(r, r->node->at,
		       "neither 'label' nor 'reference' is named: nothing can be measured");
	else
		diag_add(r->c->diags, RULE_DATA_MISSING_KEY, r->node->at,
			 "'label' or 'reference': without either nothing is measured");
}

/* The log of the reference is looked for here, where its path stands. */
static void find_reference(struct source_reader *r)
{
	const struct data_node *path = data_find_path(r->node, "reference.log");

	if (!path || !r->request->reference ||
	    log_of_path(r->c, r->request->reference->path, path->at))
		return;
	absent_log(r->c, path, path->at, r->s->figures, "reference");
	r->s->absent = true;
	r->request->reference = NULL;
}

bool source_understand(struct collector *c, const struct record *record,
		       struct record_figures *figures)
{
	const struct data_node *node = data_find(record->node, "source"), *path;
	struct log_source *s = arena_new(c->mem, struct log_source, 1);
	struct log_request *request = arena_new(c->mem, struct log_request, 1);
	struct source_reader r = {c, s, request, node};

	*s = (struct log_source){.record = record,
				 .figures = figures,
				 .request = request,
				 .at = node->at,
				 .first_day = INT32_MIN,
				 .last_day = INT32_MAX};
	figures->absent = "its source cannot be used";
	if (node->kind != DATA_MAP)
		return source_refuse(c, s, node->at, "'source' must be a map that names a log");
	path = data_find(node, "log");
	if (!path)
		return source_refuse(c, s, node->at, "'source' names no log");
	request->rows.path = data_text(path);
	s->log = log_of_path(c, request->rows.path, node->at);
	if (!s->log)
		return absent_log(c, path, node->at, figures, "log");
	figures->log = s->log->file;
	figures->absent = NULL;
	read_form(&r);
	read_columns(&r);
	read_window(&r);
	read_days(&r);
	read_threshold(&r);
	read_options(&r);
	read_reference(&r);
	say_unmeasured(&r);
	find_reference(&r);
	source_plan(c, s);
	if (s->failed)
		figures->absent = "its source cannot be used";
	else if (s->label == NO_COLUMN && s->latency == NO_COLUMN && s->absent)
		s->failed = true; /* the reference is absent, as figures->absent says */
	*ARENA_PUSH(c->mem, &c->sources) = s;
	return !s->failed;
}
