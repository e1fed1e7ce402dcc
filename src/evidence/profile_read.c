/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_read.c - a profile, read and checked */
#include "base/date.h"
#include "base/file.h"
#include "evidence/profile.h"
#include "measure/calibration.h"
#include "read/yaml.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 28 };
#define MOST_ROWS 9007199254740992.0 /* 2^53 */

struct reader {
	struct arena *mem;
	struct profile *profile;
	struct diag_sink *diags;
	const struct data_node *root;
	bool good;
};

static bool refuse(struct reader *r, const struct data_node *node, const char *detail)
{
	diag_add(r->diags, RULE_DATA_SCHEMA, node->at, "%s", detail);
	r->good = false;
	return false;
}

/* -- values ----------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A name as profile_write() writes it. */
static const char *name_of(struct reader *r, const char *text)
{
	char *name, *to;

	if (!text || !strchr(text, '\\'))
		return text;
	name = to = arena_strdup(r->mem, text);
	for (const char *p = text; *p;) {
		int high = p[0] == '\\' && p[1] == 'x' ? hex_digit(p[2]) : -1;
		int low = high >= 0 ? hex_digit(p[3]) : -1;

		if (low >= 0 && high + low > 0) {
			*to++ = (char)(high * 16 + low);
			p += 4;
		} else {
			p += p[0] == '\\' && p[1] == '\\';
			*to++ = *p++;
		}
	}
	*to = '\0';
	return name;
}

static const char *text_at(struct reader *r, const char *key)
{
	return name_of(r, data_find_text(r->root, key));
}

static bool whole(struct reader *r, const struct data_node *node, const char *what, size_t *count)
{
	double value;

	*count = 0;
	if (!data_number(node, &value) || value < 0 || value != floor(value) || value > MOST_ROWS)
		return refuse(
		    r, node,
		    arena_printf(r->mem, "'%s' must be a whole number of 0 or more", what));
	*count = (size_t)value;
	return true;
}

static size_t count_at(struct reader *r, const struct data_node *map, const char *key, bool needed)
{
	const struct data_node *node = data_find(map, key);
	size_t count = 0;

	if (node)
		whole(r, node, key, &count);
	else if (needed)
		refuse(r, map, arena_printf(r->mem, "'%s' is missing", key));
	return count;
}

/* A list of n items; NULL where there is none, which is said. */
static const struct data_node *list_at(struct reader *r, const struct data_node *map,
				       const char *key, size_t n)
{
	const struct data_node *list = data_find(map, key);

	if (!list)
		refuse(r, map, arena_printf(r->mem, "'%s' is missing", key));
	else if (list->kind != DATA_LIST)
		refuse(r, list, arena_printf(r->mem, "'%s' must be a list", key));
	else if (list->n != n)
		refuse(
		    r, list,
		    arena_printf(r->mem, "'%s' must have %zu items, found %zu", key, n, list->n));
	else
		return list;
	return NULL;
}

/* null: counted in the next bin; where all are, they are hidden, which is given back. */
static bool read_bins(struct reader *r, const struct data_node *map, const char *key, size_t n,
		      size_t *counts, bool *joined)
{
	const struct data_node *list = list_at(r, map, key, n);
	size_t nulls = 0;

	for (size_t i = 0; list && i < n; i++)
		nulls += list->items[i]->kind == DATA_NULL;
	if (list && nulls == n)
		return true;

	for (size_t i = 0; list && i < n; i++) {
		joined[i] = list->items[i]->kind == DATA_NULL && i + 1 < n;
		if (!joined[i])
			whole(r, list->items[i], key, &counts[i]);
	}
	return false;
}

static void read_sum(struct reader *r, const struct data_node *node, const char *key,
		     struct sum *sum)
{
	bool is_list = node->kind == DATA_LIST;
	double value;

	for (size_t i = 0; i < (is_list ? node->n : 1); i++) {
		const struct data_node *part = is_list ? node->items[i] : node;

		if (data_number(part, &value))
			sum_add(sum, value);
		else
			refuse(r, part, arena_printf(r->mem, "'%s' must be a number", key));
	}
	if (!isfinite(sum_value(sum)))
		refuse(r, node, arena_printf(r->mem, "'%s' is beyond the range of numbers", key));
}

static void sum_at(struct reader *r, const struct data_node *map, const char *key, struct sum *sum)
{
	const struct data_node *node = data_find(map, key);

	if (node)
		read_sum(r, node, key, sum);
	else
		refuse(r, map, arena_printf(r->mem, "'%s' is missing", key));
}

static bool day_at(struct reader *r, const struct data_node *map, const char *key, bool needed,
		   int32_t *day)
{
	const struct data_node *node = data_find(map, key);
	const char *text = data_text(node);

	if (!node)
		return !needed || refuse(r, map, arena_printf(r->mem, "'%s' is missing", key));
	if (text && date_parse(text, strlen(text), day))
		return true;
	return refuse(r, node, arena_printf(r->mem, "'%s' must be a day, YYYY-MM-DD", key));
}

static bool is_map(struct reader *r, const struct data_node *node, const char *what)
{
	return node->kind == DATA_MAP || refuse(r, node,
						arena_printf(r->mem, "'%s' must be a map, found %s",
							     what, data_kind_name(node->kind)));
}

/* -- columns ---------------------------------------------------------------------------------- */

static void read_edges(struct reader *r, const struct data_node *map, struct profile_column *column)
{
	const struct data_node *list = data_find(map, "edges"),
			       *ties = data_find(map, "tied_edges");
	double *edges;
	bool *tied;
	size_t n = list && list->kind == DATA_LIST ? list->n : 0, e = 0;
	double value;

	if (!list || list->kind != DATA_LIST || n > PROFILE_MAX_EDGES) {
		refuse(r, list ? list : map,
		       arena_printf(r->mem, "'edges' must be a list of at most %d numbers",
				    PROFILE_MAX_EDGES));
		return;
	}
	column->edges = edges = arena_new(r->mem, double, n);
	column->tied = tied = arena_new(r->mem, bool, n);
	column->n_edges = n;
	for (size_t i = 0; i < n; i++)
		if (!data_number(list->items[i], &edges[i]) || (i && edges[i] <= edges[i - 1]))
			refuse(r, list->items[i], "'edges' must be rising numbers");
	for (size_t i = 0; ties && ties->kind == DATA_LIST && i < ties->n; i++) {
		while (data_number(ties->items[i], &value) && e < n && edges[e] < value)
			e++;
		if (!data_number(ties->items[i], &value) || e == n || edges[e] != value)
			refuse(r, ties->items[i], "'tied_edges' must be among the edges, rising");
		else
			tied[e++] = true;
	}
}

static void read_spec(struct reader *r, const struct data_pair *pair, struct profile_column *column)
{
	const char *type = data_find_text(pair->value, "type");
	const char *cut = data_find_text(pair->value, "cut");

	column->name = name_of(r, pair->key->text);
	if (!is_map(r, pair->value, column->name))
		return;
	column->numeric = type && !strcmp(type, "numeric");
	if (!type || (!column->numeric && strcmp(type, "categorical") != 0))
		refuse(r, pair->value, "'type' must be numeric or categorical");
	column->cut = cut && !strcmp(cut, "deciles") ? CUT_DECILES : CUT_TAKEN;
	if (column->numeric)
		read_edges(r, pair->value, column);
}

static void read_values(struct reader *r, const struct data_node *map,
			struct profile_counts *counts)
{
	const struct data_node *values = data_find(map, "values");
	const struct data_node *rest = data_find(map, "rest");

	if (!values)
		refuse(r, map, "'values' is missing");
	else if (is_map(r, values, "values"))
		for (size_t i = 0; i < values->n; i++) {
			const struct data_pair *pair = &values->pairs[i];
			size_t count;

			if (whole(r, pair->value, pair->key->text, &count))
				*profile_value_at(r->mem, counts, name_of(r, pair->key->text)) =
				    count;
		}
	counts->has_rest = rest != NULL;
	counts->hidden = rest && rest->kind == DATA_NULL;
	if (rest && !counts->hidden)
		whole(r, rest, "rest", &counts->rest);
}

static void read_counts(struct reader *r, const struct profile_column *column,
			const struct data_node *node, size_t rows, struct profile_counts *counts)
{
	size_t total;

	if (!is_map(r, node, column->name))
		return;
	counts->missing = total = count_at(r, node, "missing", true);
	if (column->numeric) {
		counts->hidden =
		    read_bins(r, node, "counts", column->n_edges + 1, counts->bins, counts->joined);
		for (size_t b = 0; b <= column->n_edges; b++)
			total += counts->bins[b];
	} else {
		read_values(r, node, counts);
		total += counts->rest;
		for (size_t v = 0; v < counts->values.n; v++)
			total += counts->values.items[v].count;
	}
	if (r->good && !counts->hidden && total != rows)
		refuse(r, node,
		       arena_printf(r->mem, "counts of '%s' add up to %zu, 'rows' is %zu",
				    column->name, total, rows));
}

/* -- outcomes --------------------------------------------------------------------------------- */

static void read_table(struct reader *r, const struct data_node *map, struct profile_outcomes *o)
{
	const struct data_node *table = data_find(map, "table");

	if (!table || table->kind == DATA_NULL) {
		o->hidden = true;
		return;
	}
	if (!is_map(r, table, "table"))
		return;
	o->tp = count_at(r, table, "tp", true);
	o->fp = count_at(r, table, "fp", true);
	o->fn = count_at(r, table, "fn", true);
	o->tn = count_at(r, table, "tn", true);
}

static void read_score_bins(struct reader *r, const struct data_node *map,
			    struct profile_outcomes *o)
{
	size_t n = r->profile->n_bins;
	bool *unused = arena_new(r->mem, bool, n);
	const struct data_node *sums = list_at(r, map, "scores", n);

	o->outside = count_at(r, map, "outside", false);
	o->scores_hidden = read_bins(r, map, "counts", n, o->counts, o->joined);
	read_bins(r, map, "positives", n, o->positives, unused);
	if (o->scores_hidden) {
		profile_hide_scores(o, n);
		return;
	}
	for (size_t b = 0; sums && b < n; b++)
		if (!o->joined[b])
			read_sum(r, sums->items[b], "scores", &o->scores[b]);
	sum_at(r, map, "squared_errors", &o->squares);
	sum_at(r, map, "losses", &o->losses);
}

static void read_outcomes(struct reader *r, const struct data_node *map, struct profile_outcomes *o)
{
	size_t n = 0, positives = 0;

	if (!is_map(r, map, "outcomes"))
		return;
	read_table(r, map, o);
	if (!o->counts)
		return;
	read_score_bins(r, map, o);
	if (o->scores_hidden)
		return;
	for (size_t b = 0; r->good && b < r->profile->n_bins; b++) {
		n += o->counts[b];
		positives += o->positives[b];
		if (o->positives[b] > o->counts[b])
			refuse(r, map, "more 'positives' in a bin than 'counts'");
	}
	if (r->good && !o->hidden && n + o->outside != o->tp + o->fp + o->fn + o->tn)
		refuse(r, map, "'counts' and 'outside' do not add up to 'table'");
	if (r->good && !o->hidden && !o->outside && positives != o->tp + o->fn)
		refuse(r, map, "'positives' do not add up to tp + fn of 'table'");
}

static void read_groups(struct reader *r, const struct data_node *map, struct profile_part *part)
{
	const struct data_node *groups = data_find(map, "groups");
	const struct data_node *hidden = data_find(map, "groups_left_out");

	for (size_t g = 0; g < r->profile->n_group_columns; g++) {
		const struct data_node *column = NULL;

		for (size_t i = 0; groups && groups->kind == DATA_MAP && i < groups->n; i++)
			if (!strcmp(name_of(r, groups->pairs[i].key->text),
				    r->profile->group_columns[g]))
				column = groups->pairs[i].value;
		for (size_t i = 0; hidden && hidden->kind == DATA_LIST && i < hidden->n; i++)
			if (data_text(hidden->items[i]) &&
			    !strcmp(name_of(r, hidden->items[i]->text),
				    r->profile->group_columns[g]))
				part->groups[g].hidden = true;
		if (!column || !is_map(r, column, r->profile->group_columns[g]))
			continue;
		for (size_t i = 0; i < column->n; i++)
			read_outcomes(r, column->pairs[i].value,
				      profile_group_at(r->mem, r->profile, &part->groups[g],
						       name_of(r, column->pairs[i].key->text)));
	}
}

/* -- parts ------------------------------------------------------------------------------------ */

static const struct data_node *column_of(struct reader *r, const struct data_node *columns,
					 const char *name)
{
	for (size_t i = 0; columns && columns->kind == DATA_MAP && i < columns->n; i++)
		if (!strcmp(name_of(r, columns->pairs[i].key->text), name))
			return columns->pairs[i].value;
	return NULL;
}

static void read_part(struct reader *r, const struct data_node *map, struct profile_part *part)
{
	const struct profile *p = r->profile;
	const struct data_node *columns = data_find(map, "columns");
	const struct data_node *outcomes = data_find(map, "outcomes");

	part->rows = count_at(r, map, "rows", true);
	for (size_t c = 0; c < p->n_columns; c++) {
		const struct data_node *column = column_of(r, columns, p->columns[c].name);

		if (column)
			read_counts(r, &p->columns[c], column, part->rows, &part->columns[c]);
		else
			refuse(r, map,
			       arena_printf(r->mem, "column '%s' is missing", p->columns[c].name));
	}
	if (p->label && !outcomes)
		refuse(r, map, "'outcomes' is missing, though a label is named");
	if (p->label && outcomes)
		read_outcomes(r, outcomes, &part->outcomes);
	if (p->label)
		read_groups(r, map, part);
}

static void read_windows(struct reader *r)
{
	const struct data_node *list = data_find(r->root, "windows");
	struct profile *p = r->profile;

	if (list && list->kind == DATA_LIST && list->n && p->window == WINDOW_NONE)
		refuse(r, list, "'windows' need 'window', their length");
	for (size_t i = 0; r->good && list && list->kind == DATA_LIST && i < list->n; i++) {
		const struct data_node *map = list->items[i];
		struct profile_part *window;
		int32_t first, last, key;
		size_t before = p->windows.n;

		if (!is_map(r, map, "windows") || !day_at(r, map, "start", true, &first) ||
		    !day_at(r, map, "end", true, &last))
			continue;
		key = profile_window_key(p->window, first);
		if (last < first || profile_window_key(p->window, last) != key) {
			refuse(r, map, "'start' and 'end' must lie in one window");
			continue;
		}
		window = profile_window_at(r->mem, p, key);
		if (p->windows.n == before) {
			refuse(r, map, "the same window stands twice");
			continue;
		}
		window->first = first;
		window->last = last;
		read_part(r, map, window);
	}
}

/* -- the whole -------------------------------------------------------------------------------- */

static void read_head(struct reader *r)
{
	struct profile *p = r->profile;
	const struct data_node *threshold = data_find(r->root, "threshold");
	const struct data_node *left_out = data_find(r->root, "windows_left_out");
	const char *window = data_find_text(r->root, "window");

	p->id = data_find_text(r->root, "id");
	p->title = text_at(r, "title");
	p->about = text_at(r, "about");
	p->label = text_at(r, "label");
	p->positive = text_at(r, "positive");
	p->score = text_at(r, "score");
	p->prediction = text_at(r, "prediction");
	p->time = text_at(r, "time");
	p->where = text_at(r, "where");
	p->threshold = 0.5;
	if (threshold && !data_number(threshold, &p->threshold))
		refuse(r, threshold, "'threshold' must be a number");
	p->n_bins = data_find(r->root, "bins") ? count_at(r, r->root, "bins", false) : 10;
	if (p->n_bins < 1 || p->n_bins > CALIBRATION_MAX_BINS) {
		refuse(r, data_find(r->root, "bins"),
		       arena_printf(r->mem, "'bins' must be 1 to %d", CALIBRATION_MAX_BINS));
		p->n_bins = 10;
	}
	for (enum window_length w = WINDOW_DAY; window && w <= WINDOW_MONTH; w++)
		if (!strcmp(window, profile_window_name(w)))
			p->window = w;
	if (window && p->window == WINDOW_NONE)
		refuse(r, data_find(r->root, "window"), "'window' must be day, week or month");
	p->min_count = count_at(r, r->root, "min_count", false);
	p->skipped = count_at(r, r->root, "skipped", false);
	p->windows_hidden = left_out && left_out->kind == DATA_BOOL && left_out->truth;
}

static void read_columns(struct reader *r)
{
	const struct data_node *columns = data_find(r->root, "columns");
	const struct data_node *groups = data_find(r->root, "group_columns");
	struct profile *p = r->profile;

	if (columns && is_map(r, columns, "columns")) {
		p->columns = arena_new(r->mem, struct profile_column, columns->n);
		p->n_columns = columns->n;
		for (size_t c = 0; c < columns->n; c++)
			read_spec(r, &columns->pairs[c], &p->columns[c]);
	}
	if (groups && groups->kind != DATA_LIST) {
		refuse(r, groups, "'group_columns' must be a list");
		return;
	}
	p->group_columns = arena_new(r->mem, const char *, groups ? groups->n : 0);
	for (size_t g = 0; groups && g < groups->n; g++) {
		if (!data_text(groups->items[g]))
			refuse(r, groups->items[g], "'group_columns' must be names of columns");
		else
			p->group_columns[p->n_group_columns++] = name_of(r, groups->items[g]->text);
	}
}

bool profile_read(struct arena *mem, const struct data_node *record, struct profile *profile,
		  struct diag_sink *diags)
{
	struct reader r = {
	    .mem = mem, .profile = profile, .diags = diags, .root = record, .good = true};
	const char *kind = data_find_text(record, "kind");

	*profile = (struct profile){.at = record->at};
	if (record->kind != DATA_MAP || !kind || strcmp(kind, "profile") != 0)
		return refuse(&r, record, "no profile: 'kind' must be profile");
	read_head(&r);
	read_columns(&r);
	profile->all = profile_part_new(mem, profile);
	day_at(&r, record, "start", false, &profile->all.first);
	day_at(&r, record, "end", false, &profile->all.last);
	if (r.good)
		read_part(&r, record, &profile->all);
	if (r.good)
		read_windows(&r);
	return r.good;
}

/* -- files ------------------------------------------------------------------------------------ */

/* A file of the user's own, wherever it is. */
static char *read_all(struct arena *mem, const char *path, size_t *len)
{
	int fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
	struct out text = {.max = MOST_BYTES};
	char block[1 << 16], *copy = NULL;
	ssize_t got = -1;

	while (fd >= 0 &&
	       ((got = read(fd, block, sizeof block)) > 0 || (got < 0 && errno == EINTR)))
		if (got > 0)
			out_write(&text, block, (size_t)got);
	if (fd >= 0 && got == 0 && text.failed)
		errno = EFBIG;
	else if (fd >= 0 && got == 0)
		copy = arena_strndup(mem, out_text(&text), *len = text.n);
	out_release(&text);
	if (fd >= 0) {
		int error = errno;

		close(fd);
		errno = error;
	}
	return copy;
}

bool profile_read_file(struct arena *mem, const char *path, struct profile *profile,
		       struct diag_sink *diags)
{
	const char *shown = strcmp(path, "-") != 0 ? path : "standard input";
	size_t len = 0;
	char *text = read_all(mem, path, &len);
	struct source *source;
	const struct data_node *root;

	if (!text) {
		diag_add(diags, RULE_IO_READ, span_at(source_named(mem, shown), 0, 0), "%s",
			 strerror(errno));
		return false;
	}
	source = source_new(mem, shown, text, len);
	root = yaml_read(mem, source, 0, len, RULE_DATA_SYNTAX, diags);
	return root && profile_read(mem, root, profile, diags);
}

bool profile_is_path(const char *path)
{
	size_t n = strlen(path);

	return (n > 5 && !strcmp(path + n - 5, ".yaml")) ||
	       (n > 4 && !strcmp(path + n - 4, ".yml"));
}
