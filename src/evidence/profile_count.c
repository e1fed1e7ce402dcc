/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_count.c - counts of CSV logs
 *
 * Every log is read whole, since deciles need all values; then it is counted column by column, and
 * row by row where label, score and groups meet. */
#include "evidence/profile_count.h"
#include "base/number.h"
#include "measure/counted.h"
#include "measure/sort.h"
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* -- which columns ---------------------------------------------------------------------------- */

static size_t want(struct counter *c, const struct column_request *request,
		   enum csv_column_type type)
{
	struct csv_column *column;

	if (!request->name)
		return NO_PROFILE_COLUMN;
	for (size_t i = 0; i < c->wanted.n; i++)
		if (c->wanted.items[i].type == type &&
		    !strcmp(c->wanted.items[i].name, request->name))
			return i;
	column = ARENA_PUSH(c->mem, &c->wanted);
	column->name = request->name;
	column->type = type;
	column->at = request->at;
	return c->wanted.n - 1;
}

static bool refuse(struct counter *c, struct span at, const char *detail)
{
	diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, at, "%s", detail);
	return false;
}

static const struct profile_column *find_column(const struct profile *profile, const char *name)
{
	for (size_t i = 0; profile && i < profile->n_columns; i++)
		if (!strcmp(profile->columns[i].name, name))
			return &profile->columns[i];
	return NULL;
}

static const struct profile_edges *given_edges(const struct counter *c, const char *name)
{
	for (size_t i = 0; i < c->request->n_edges; i++)
		if (!strcmp(c->request->edges[i].column, name))
			return &c->request->edges[i];
	return NULL;
}

/* A column to be counted, once. */
static bool add_feature(struct counter *c, const struct column_request *request, bool asked_for)
{
	const struct profile_column *taken = find_column(c->request->edges_from, request->name);
	enum csv_column_type type = request->type;
	struct counted_column *column;

	for (size_t i = 0; i < c->features.n; i++)
		if (!strcmp(c->features.items[i].name, request->name))
			return true;
	if (c->request->edges_from && !taken)
		return refuse(c, request->at,
			      arena_printf(c->mem, "the profile of the edges has no column '%s'",
					   request->name));
	if (taken)
		type = taken->numeric ? CSV_NUMBER : CSV_TEXT;
	else if (given_edges(c, request->name))
		type = CSV_NUMBER;
	column = ARENA_PUSH(c->mem, &c->features);
	column->name = request->name;
	column->at = request->at;
	column->asked_for = asked_for;
	column->taken = taken;
	column->wanted = want(c, request, type);
	return true;
}

/* The names of the columns of a log, from its first lines. */
static const char **header_of(struct counter *c, const char *path, size_t *n)
{
	enum { HEAD = 1 << 20 };
	char *text = arena_alloc(c->mem, HEAD + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct csv_request request = {
	    .delimiter = c->log->delimiter, .no_header = c->log->no_header, .max_bad = SIZE_MAX};
	struct csv_table table = {0};
	struct diag_sink unused;
	ssize_t got = fd < 0 ? -1 : read(fd, text, HEAD);
	char *end;

	if (fd >= 0)
		close(fd);
	*n = 0;
	if (got < 0)
		return NULL;
	end = got == HEAD ? memrchr(text, '\n', (size_t)got) : NULL;
	if (end)
		got = end + 1 - text;
	request.log = source_new(c->mem, path, text, (size_t)got);
	diag_init(&unused, c->mem);
	if (csv_read(c->mem, &request, &table, &unused) != ST_OK)
		return NULL;
	*n = table.n_header;
	return table.header;
}

static bool is_used(const struct counter *c, const char *name)
{
	const struct log_request *log = c->log;
	const char *const used[] = {log->label.name, log->prediction.name, log->time.name,
				    log->latency.name};

	for (size_t i = 0; i < sizeof used / sizeof *used; i++)
		if (used[i] && !strcmp(used[i], name))
			return true;
	for (size_t i = 0; i < log->rows.n_where; i++)
		if (!strcmp(log->rows.where[i].column.name, name))
			return true;
	return false;
}

/* Every column that is not used otherwise, once; columns that a header has twice are left out. */
static void add_all_features(struct counter *c)
{
	size_t n;
	const char **names = header_of(c, c->request->paths[0], &n);

	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		for (size_t k = 0; k < n; k++)
			same += !strcmp(names[i], names[k]);
		if (same == 1 && *names[i] && !is_used(c, names[i]))
			add_feature(c, &(struct column_request){names[i], CSV_GUESS, {0}}, false);
	}
}

static bool choose_columns(struct counter *c)
{
	const struct log_request *log = c->log;
	const struct profile *from = c->request->edges_from;
	struct column_request score = log->score;
	bool good = true;

	c->label = want(c, &log->label, CSV_TEXT);
	c->score = want(c, &log->score, CSV_NUMBER);
	c->prediction = want(c, &log->prediction, CSV_TEXT);
	c->time = want(c, &log->time, CSV_TIME);
	c->filters = arena_new(c->mem, size_t, log->rows.n_where);
	for (size_t i = 0; i < log->rows.n_where; i++)
		c->filters[i] = want(c, &log->rows.where[i].column, CSV_TEXT);
	for (size_t i = 0; i < log->n_features; i++)
		good = add_feature(c, &log->features[i], true) && good;
	if (!log->n_features && from)
		for (size_t i = 0; i < from->n_columns; i++)
			add_feature(c,
				    &(struct column_request){from->columns[i].name, CSV_GUESS, {0}},
				    true);
	else if (!log->n_features)
		add_all_features(c);
	score.type = CSV_NUMBER;
	if (score.name && (!from || find_column(from, score.name)))
		good = add_feature(c, &score, true) && good;
	for (size_t i = 0; i < log->n_groups; i++)
		for (size_t k = 0; k < log->groups[i].n_columns; k++)
			want(c, &log->groups[i].columns[k], CSV_TEXT);
	return good;
}

/* -- reading ---------------------------------------------------------------------------------- */

static bool read_log(struct counter *c, struct counted_log *log, const char *path)
{
	struct csv_request request = {.delimiter = c->log->delimiter,
				      .max_bad = c->log->max_bad,
				      .n_columns = c->wanted.n,
				      .file = path,
				      .no_header = c->log->no_header,
				      .jobs = c->log->jobs,
				      .memory = c->log->memory};

	log->path = strcmp(path, "-") != 0 ? path : "standard input";
	request.log = source_named(c->mem, log->path);
	request.at = (struct span){.source = request.log};
	log->columns = arena_new(c->mem, struct csv_column, c->wanted.n);
	if (c->wanted.n)
		memcpy(log->columns, c->wanted.items, c->wanted.n * sizeof *log->columns);
	request.columns = log->columns;
	return csv_read(c->mem, &request, &log->table, c->diags) == ST_OK;
}

/* Rows that pass all filters. */
static void keep_rows(struct counter *c, struct counted_log *log)
{
	log->keep = arena_new(c->mem, bool, log->table.rows);
	memset(log->keep, true, log->table.rows);
	for (size_t f = 0; f < c->log->rows.n_where; f++) {
		const struct csv_column *column = &log->columns[c->filters[f]];

		for (size_t r = 0; r < log->table.rows; r++) {
			uint32_t code = column->codes[r];

			if (code == CSV_MISSING ||
			    strcmp(column->categories[code], c->log->rows.where[f].value) != 0)
				log->keep[r] = false;
		}
	}
}

/* -- types and edges -------------------------------------------------------------------------- */

/* Numbers where every log holds numbers. */
static bool is_numeric(const struct counter *c, const struct counted_column *column)
{
	for (size_t i = 0; i < c->n_logs; i++)
		if (!c->logs[i].columns[column->wanted].is_number)
			return false;
	return true;
}

static void find_deciles(struct counter *c, const struct counted_column *column,
			 struct profile_column *spec)
{
	struct arena_mark mark = arena_save(c->scratch);
	struct numeric_reference *reference = arena_new(c->scratch, struct numeric_reference, 1);
	size_t rows = 0, n = 0, e = 0;
	double *values, *edges;
	bool *tied;

	for (size_t i = 0; i < c->n_logs; i++)
		rows += c->logs[i].table.rows;
	values = arena_new(c->scratch, double, rows);
	for (size_t i = 0; i < c->n_logs; i++)
		for (size_t r = 0; r < c->logs[i].table.rows; r++) {
			double value = c->logs[i].columns[column->wanted].numbers[r];

			if (c->logs[i].keep[r] && !isnan(value))
				values[n++] = value;
		}
	sort_numbers(values, n, c->scratch);
	numeric_reference_init_sorted(reference, values, n, 0,
				      c->log->bins ? c->log->bins : DRIFT_BINS);
	spec->n_edges = reference->n_tied_edges ? reference->n_tied_edges : reference->n_edges;
	spec->edges = edges = arena_new(c->mem, double, spec->n_edges);
	spec->tied = tied = arena_new(c->mem, bool, spec->n_edges);
	for (size_t i = 0; i < spec->n_edges; i++) {
		edges[i] = reference->n_tied_edges ? reference->tied_edges[i] : reference->edges[i];
		tied[i] = e == reference->n_edges || edges[i] != reference->edges[e];
		e += !tied[i];
	}
	arena_reset(c->scratch, mark);
}

static bool cut_column(struct counter *c, const struct counted_column *column,
		       struct profile_column *spec)
{
	const struct profile_edges *given = given_edges(c, column->name);

	spec->name = column->name;
	spec->numeric = is_numeric(c, column);
	if (!spec->numeric)
		return true;
	if (given) {
		spec->cut = CUT_TAKEN;
		spec->edges = given->edges;
		spec->n_edges = given->n;
		spec->tied = arena_new(c->mem, bool, given->n);
	} else if (column->taken) {
		*spec = *column->taken;
		spec->cut = CUT_TAKEN;
	} else {
		find_deciles(c, column, spec);
	}
	return true;
}

/* -- the positive value ----------------------------------------------------------------------- */

enum { MOST_LABELS = 100 };

static bool is_negative_word(const char *value)
{
	static const char *const words[] = {"0", "false", "no", "negative"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcasecmp(value, words[i]))
			return true;
	return false;
}

/* The first values of the label. */
struct label_values {
	const char *names[MOST_LABELS];
	size_t n;
};

static bool has_label(const struct label_values *values, const char *name)
{
	for (size_t i = 0; i < values->n; i++)
		if (!strcmp(values->names[i], name))
			return true;
	return false;
}

static struct label_values label_values(const struct counter *c, bool with_negatives)
{
	struct label_values values = {0};

	for (size_t i = 0; i < c->n_logs; i++) {
		const struct csv_column *label = &c->logs[i].columns[c->label];

		for (size_t v = 0; v < label->n_categories && values.n < MOST_LABELS; v++)
			if ((with_negatives || !is_negative_word(label->categories[v])) &&
			    !has_label(&values, label->categories[v]))
				values.names[values.n++] = label->categories[v];
	}
	return values;
}

static bool refuse_label(struct counter *c, const char *detail)
{
	struct finding *f =
	    diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, c->log->label.at, "%s", detail);

	diag_help(c->diags, f,
		  "say which value is positive: --positive VALUE counts it against all others; "
		  "several classes and numbers that are predicted need rows: 'modelbook measure'");
	return false;
}

/* As measure finds it: "1" of two values, else the only one that is not plainly negative. */
static bool find_positive(struct counter *c, struct log_taken *taken)
{
	struct label_values all, likely;

	c->profile->positive = c->log->positive;
	if (c->label == NO_PROFILE_COLUMN)
		return true;
	all = label_values(c, true);
	if (c->log->positive)
		return all.n < 2 || all.n == MOST_LABELS || has_label(&all, c->log->positive) ||
		       refuse_label(c, arena_printf(c->mem, "'%s' is no value of '%s'",
						    c->log->positive, c->log->label.name));
	likely = label_values(c, false);
	c->profile->positive = "1";
	if (!likely.n || (all.n <= 2 && has_label(&all, "1")))
		return true;
	if (likely.n > 1)
		return refuse_label(
		    c, arena_printf(c->mem, "which value of '%s' is positive, '%s' or '%s'?",
				    c->log->label.name, likely.names[0], likely.names[1]));
	c->profile->positive = likely.names[0];
	*ARENA_PUSH(c->mem, taken) =
	    arena_printf(c->mem, "'%s' counts as the positive value of '%s'", likely.names[0],
			 c->log->label.name);
	return true;
}

/* -- the whole -------------------------------------------------------------------------------- */

/* A column with about as many values as rows would bring the rows into the profile. */
static bool drop_names(struct counter *c, struct log_taken *taken)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->features.n; i++) {
		const struct counted_column *column = &c->features.items[i];
		size_t most = 0;

		for (size_t l = 0; l < c->n_logs && !is_numeric(c, column); l++)
			if (c->logs[l].columns[column->wanted].n_categories > most)
				most = c->logs[l].columns[column->wanted].n_categories;
		if (most > PROFILE_MAX_VALUES && column->asked_for)
			return refuse(c, column->at,
				      arena_printf(c->mem,
						   "column '%s' has %zu values, more than the %d "
						   "that a profile holds",
						   column->name, most, PROFILE_MAX_VALUES));
		if (most > PROFILE_MAX_VALUES)
			*ARENA_PUSH(c->mem, taken) =
			    arena_printf(c->mem, "column '%s' is left out: it has %zu values",
					 column->name, most);
		else
			c->features.items[kept++] = *column;
	}
	c->features.n = kept;
	return true;
}

static const char *group_name(struct arena *mem, const struct group_request *group)
{
	const char *name = group->columns[0].name;

	for (size_t i = 1; i < group->n_columns; i++)
		name = arena_printf(mem, "%s*%s", name, group->columns[i].name);
	return name;
}

static const char *where_text(struct arena *mem, const struct log_request *log)
{
	const char *text = NULL;

	for (size_t i = 0; i < log->rows.n_where; i++)
		text = arena_printf(mem, "%s%s%s=%s", text ? text : "", text ? " and " : "",
				    log->rows.where[i].column.name, log->rows.where[i].value);
	return text;
}

static bool set_up_profile(struct counter *c)
{
	const struct log_request *log = c->log;
	struct profile *p = c->profile;

	p->label = log->label.name;
	p->score = log->score.name;
	p->prediction = log->prediction.name;
	p->time = log->time.name;
	p->where = where_text(c->mem, log);
	p->threshold = isnan(log->threshold) ? 0.5 : log->threshold;
	p->n_bins = log->bins ? log->bins : 10;
	p->window = log->window;
	p->n_columns = c->features.n;
	p->columns = arena_new(c->mem, struct profile_column, p->n_columns);
	for (size_t i = 0; i < p->n_columns; i++)
		if (!cut_column(c, &c->features.items[i], &p->columns[i]))
			return false;
	p->n_group_columns = log->n_groups;
	p->group_columns = arena_new(c->mem, const char *, log->n_groups);
	for (size_t i = 0; i < log->n_groups; i++)
		p->group_columns[i] = group_name(c->mem, &log->groups[i]);
	p->all = profile_part_new(c->mem, p);
	return true;
}

static bool count_all(struct counter *c, struct log_taken *taken)
{
	bool good = true;

	if (!choose_columns(c))
		return false;
	for (size_t i = 0; i < c->n_logs; i++)
		good = read_log(c, &c->logs[i], c->request->paths[i]) && good;
	if (!good)
		return false;
	for (size_t i = 0; i < c->n_logs; i++) {
		keep_rows(c, &c->logs[i]);
		c->profile->skipped += c->logs[i].table.skipped;
	}
	if (!drop_names(c, taken) || !find_positive(c, taken) || !set_up_profile(c))
		return false;
	for (size_t i = 0; i < c->n_logs; i++)
		if (!profile_count_rows(c, &c->logs[i]))
			return false;
	return true;
}

enum status profile_count(struct arena *mem, const struct profile_request *request,
			  struct profile *profile, struct log_taken *taken, struct diag_sink *diags)
{
	struct arena scratch;
	struct counter c = {.mem = mem,
			    .scratch = &scratch,
			    .request = request,
			    .log = request->log,
			    .profile = profile,
			    .n_logs = request->n_paths,
			    .diags = diags};
	bool good;

	*profile = (struct profile){0};
	arena_init(&scratch);
	c.logs = arena_new(mem, struct counted_log, c.n_logs);
	good = count_all(&c, taken);
	arena_release(&scratch);
	return good ? ST_OK : ST_FAILED;
}
