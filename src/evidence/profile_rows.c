/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_rows.c - the rows of a log, counted */
#include "base/date.h"
#include "base/number.h"
#include "evidence/profile_count.h"
#include "measure/counted.h"
#include "measure/outcomes.h"
#include <math.h>
#include <string.h>

/* The parts that a log's rows fall into: its windows, and last what has no time. */
struct parts {
	struct profile_part *items;
	size_t n;
	uint32_t *of_row; /* n where the row is left out */
};

/* -- windows ---------------------------------------------------------------------------------- */

static int32_t day_of(double seconds)
{
	return (int32_t)floor(seconds / SECONDS_A_DAY);
}

/* Distinct keys, ascending. */
struct keys {
	LIST_OF(int32_t);
};

/* The place of a key, which is added where it is not there. */
static size_t place_of(struct keys *keys, struct arena *mem, int32_t key)
{
	size_t low = 0, high = keys->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (keys->items[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < keys->n && keys->items[low] == key)
		return low;
	ARENA_PUSH(mem, keys);
	memmove(keys->items + low + 1, keys->items + low,
		(keys->n - 1 - low) * sizeof *keys->items);
	keys->items[low] = key;
	return low;
}

static struct parts find_parts(struct counter *c, const struct counted_log *log)
{
	const double *times = c->time == NO_PROFILE_COLUMN ? NULL : log->columns[c->time].numbers;
	bool windowed = times && c->profile->window != WINDOW_NONE;
	struct parts parts = {.of_row = arena_new(c->scratch, uint32_t, log->table.rows)};
	enum window_length length = c->profile->window;
	struct keys keys = {0};

	for (size_t r = 0; windowed && r < log->table.rows; r++)
		if (log->keep[r] && !isnan(times[r]))
			place_of(&keys, c->scratch, profile_window_key(length, day_of(times[r])));
	parts.n = keys.n + 1;
	parts.items = arena_new(c->scratch, struct profile_part, parts.n);
	for (size_t p = 0; p < parts.n; p++) {
		parts.items[p] = profile_part_new(c->scratch, c->profile);
		parts.items[p].key = p < keys.n ? keys.items[p] : 0;
	}
	for (size_t r = 0; r < log->table.rows; r++) {
		bool has_time = times && !isnan(times[r]);
		size_t p = keys.n;

		if (!log->keep[r]) {
			parts.of_row[r] = (uint32_t)parts.n;
			continue;
		}
		if (windowed && has_time)
			p = place_of(&keys, c->scratch,
				     profile_window_key(length, day_of(times[r])));
		parts.of_row[r] = (uint32_t)p;
		parts.items[p].rows++;
		if (has_time) {
			int32_t day = day_of(times[r]);

			if (day < parts.items[p].first)
				parts.items[p].first = day;
			if (day > parts.items[p].last)
				parts.items[p].last = day;
		}
	}
	return parts;
}

/* -- columns ---------------------------------------------------------------------------------- */

static void count_numbers(const struct counted_log *log, const struct parts *parts,
			  const struct profile_column *column, size_t wanted, size_t feature)
{
	const double *numbers = log->columns[wanted].numbers;

	for (size_t r = 0; r < log->table.rows; r++) {
		struct profile_counts *counts;

		if (!log->keep[r])
			continue;
		counts = &parts->items[parts->of_row[r]].columns[feature];
		if (isnan(numbers[r]))
			counts->missing++;
		else
			counts->bins[numeric_bin(column->edges, column->n_edges, numbers[r])]++;
	}
}

static void count_codes(struct counter *c, const struct counted_log *log, const struct parts *parts,
			size_t wanted, size_t feature)
{
	const struct csv_column *column = &log->columns[wanted];
	size_t n = column->n_categories;
	size_t *counts = arena_new(c->scratch, size_t, parts->n * n);

	for (size_t r = 0; r < log->table.rows; r++) {
		if (!log->keep[r])
			continue;
		if (column->codes[r] == CSV_MISSING)
			parts->items[parts->of_row[r]].columns[feature].missing++;
		else
			counts[parts->of_row[r] * n + column->codes[r]]++;
	}
	for (size_t p = 0; p < parts->n; p++)
		for (size_t v = 0; v < n; v++)
			if (counts[p * n + v])
				*profile_value_at(c->scratch, &parts->items[p].columns[feature],
						  column->categories[v]) += counts[p * n + v];
}

/* Numbers of a column that is text in another log: named by their shortest text. */
static void count_numbers_as_text(struct counter *c, const struct counted_log *log,
				  const struct parts *parts, size_t wanted, size_t feature)
{
	const double *numbers = log->columns[wanted].numbers;

	for (size_t r = 0; r < log->table.rows; r++) {
		struct profile_counts *counts;
		char text[NUMBER_TEXT_MAX];

		if (!log->keep[r])
			continue;
		counts = &parts->items[parts->of_row[r]].columns[feature];
		if (isnan(numbers[r]))
			counts->missing++;
		else
			++*profile_value_at(
			    c->scratch, counts,
			    arena_strdup(c->mem, number_shortest(text, numbers[r])));
	}
}

static void count_columns(struct counter *c, const struct counted_log *log,
			  const struct parts *parts)
{
	for (size_t f = 0; f < c->features.n; f++) {
		const struct profile_column *column = &c->profile->columns[f];
		size_t wanted = c->features.items[f].wanted;

		if (column->numeric)
			count_numbers(log, parts, column, wanted, f);
		else if (log->columns[wanted].is_number)
			count_numbers_as_text(c, log, parts, wanted, f);
		else
			count_codes(c, log, parts, wanted, f);
	}
}

/* -- outcomes --------------------------------------------------------------------------------- */

/* One row of label, score and prediction. */
struct outcome {
	bool counts, positive, predicted;
	double score;
};

static unsigned char class_of(const struct csv_column *column, uint32_t positive, size_t row)
{
	uint32_t code = column->codes[row];

	return code == CSV_MISSING ? LABEL_MISSING
	       : code == positive  ? LABEL_POSITIVE
				   : LABEL_NEGATIVE;
}

static uint32_t positive_code(const struct csv_column *column, const char *positive)
{
	for (size_t v = 0; v < column->n_categories; v++)
		if (!strcmp(column->categories[v], positive))
			return (uint32_t)v;
	return CSV_MISSING - 1;
}

/* The bin (i / M, (i + 1) / M] of a score in 0..1, as in measure/calibration_tally.c. */
static size_t score_bin(double score, size_t n_bins)
{
	size_t bin = (size_t)(score * (double)n_bins);

	if (bin >= n_bins)
		bin = n_bins - 1;
	while (bin > 0 && score <= (double)bin / (double)n_bins)
		bin--;
	while (bin + 1 < n_bins && score > (double)(bin + 1) / (double)n_bins)
		bin++;
	return bin;
}

static void add_outcome(struct profile_outcomes *o, const struct outcome *row, size_t n_bins)
{
	size_t bin;

	*(row->positive ? row->predicted ? &o->tp : &o->fn : row->predicted ? &o->fp : &o->tn) += 1;
	if (!o->counts)
		return;
	if (!(row->score >= 0 && row->score <= 1)) {
		o->outside++;
		return;
	}
	bin = score_bin(row->score, n_bins);
	o->counts[bin]++;
	o->positives[bin] += row->positive;
	sum_add(&o->scores[bin], row->score);
	sum_add(&o->squares, counted_square(row->score, row->positive));
	sum_add(&o->losses, counted_loss(row->score, row->positive));
}

static struct outcome *outcomes_of(struct counter *c, const struct counted_log *log)
{
	const struct csv_column *label = &log->columns[c->label], *predictions = NULL;
	struct outcome *rows = arena_new(c->scratch, struct outcome, log->table.rows);
	uint32_t positive = positive_code(label, c->profile->positive), predicted = 0;

	if (c->prediction != NO_PROFILE_COLUMN) {
		predictions = &log->columns[c->prediction];
		predicted = positive_code(predictions, c->profile->positive);
	}
	for (size_t r = 0; r < log->table.rows; r++) {
		unsigned char truth = class_of(label, positive, r), said = LABEL_MISSING;
		double score =
		    c->score == NO_PROFILE_COLUMN ? 0 : log->columns[c->score].numbers[r];

		if (predictions)
			said = class_of(predictions, predicted, r);
		else if (!isnan(score))
			said = score >= c->profile->threshold ? LABEL_POSITIVE : LABEL_NEGATIVE;
		rows[r] = (struct outcome){log->keep[r] && truth != LABEL_MISSING &&
					       said != LABEL_MISSING && !isnan(score),
					   truth == LABEL_POSITIVE, said == LABEL_POSITIVE, score};
	}
	return rows;
}

/* -- groups ----------------------------------------------------------------------------------- */

/* The groups that a log's rows are in, numbered as they come. */
struct group_index {
	uint32_t *of_row; /* CSV_MISSING where a value is missing */
	struct {
		LIST_OF(const char *);
	} names;
	struct map by_codes;
};

static size_t column_at(const struct counter *c, const char *name)
{
	for (size_t i = 0; i < c->wanted.n; i++)
		if (c->wanted.items[i].type == CSV_TEXT && !strcmp(c->wanted.items[i].name, name))
			return i;
	return NO_PROFILE_COLUMN;
}

static uint32_t group_of(struct counter *c, struct group_index *index,
			 const struct csv_column *const *columns, size_t n, size_t row,
			 uint32_t *codes)
{
	const char *name;
	size_t known;

	for (size_t i = 0; i < n; i++) {
		codes[i] = columns[i]->codes[row];
		if (codes[i] == CSV_MISSING)
			return CSV_MISSING;
	}
	known =
	    (size_t)(uintptr_t)map_get_n(&index->by_codes, (const char *)codes, n * sizeof *codes);
	if (known)
		return (uint32_t)(known - 1);
	name = columns[0]->categories[codes[0]];
	for (size_t i = 1; i < n; i++)
		name = arena_printf(c->mem, "%s*%s", name, columns[i]->categories[codes[i]]);
	*ARENA_PUSH(c->scratch, &index->names) = name;
	map_put_n(&index->by_codes, c->scratch,
		  arena_strndup(c->scratch, (const char *)codes, n * sizeof *codes),
		  n * sizeof *codes, (void *)(uintptr_t)index->names.n);
	return (uint32_t)(index->names.n - 1);
}

static struct group_index index_groups(struct counter *c, const struct counted_log *log,
				       const struct group_request *group)
{
	const struct csv_column **columns =
	    arena_new(c->scratch, const struct csv_column *, group->n_columns);
	uint32_t *codes = arena_new(c->scratch, uint32_t, group->n_columns);
	struct group_index index = {.of_row = arena_new(c->scratch, uint32_t, log->table.rows)};

	for (size_t i = 0; i < group->n_columns; i++)
		columns[i] = &log->columns[column_at(c, group->columns[i].name)];
	for (size_t r = 0; r < log->table.rows; r++)
		index.of_row[r] = log->keep[r]
				      ? group_of(c, &index, columns, group->n_columns, r, codes)
				      : CSV_MISSING;
	return index;
}

static bool count_groups(struct counter *c, const struct counted_log *log,
			 const struct parts *parts, const struct outcome *rows, size_t g)
{
	const struct group_request *group = &c->log->groups[g];
	struct group_index index = index_groups(c, log, group);
	size_t n = index.names.n;
	struct profile_outcomes **cells;

	if (n > PROFILE_MAX_VALUES) {
		diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, group->columns[0].at,
			 "'%s' has %zu groups, more than the %d that a profile holds",
			 c->profile->group_columns[g], n, PROFILE_MAX_VALUES);
		return false;
	}
	cells = arena_new(c->scratch, struct profile_outcomes *, parts->n * n);
	for (size_t r = 0; r < log->table.rows; r++) {
		struct profile_outcomes **cell;

		if (!rows[r].counts || index.of_row[r] == CSV_MISSING)
			continue;
		cell = &cells[parts->of_row[r] * n + index.of_row[r]];
		if (!*cell) {
			*cell = arena_new(c->scratch, struct profile_outcomes, 1);
			**cell = profile_outcomes_new(c->scratch, c->profile);
		}
		add_outcome(*cell, &rows[r], c->profile->n_bins);
	}
	for (size_t p = 0; p < parts->n; p++)
		for (size_t i = 0; i < n; i++)
			if (cells[p * n + i])
				profile_outcomes_add(profile_group_at(c->scratch, c->profile,
								      &parts->items[p].groups[g],
								      index.names.items[i]),
						     cells[p * n + i], c->profile->n_bins);
	return true;
}

bool profile_count_rows(struct counter *c, const struct counted_log *log)
{
	struct arena_mark mark = arena_save(c->scratch);
	struct parts parts = find_parts(c, log);
	bool good = true;

	count_columns(c, log, &parts);
	if (c->label != NO_PROFILE_COLUMN) {
		struct outcome *rows = outcomes_of(c, log);

		for (size_t r = 0; r < log->table.rows; r++)
			if (rows[r].counts)
				add_outcome(&parts.items[parts.of_row[r]].outcomes, &rows[r],
					    c->profile->n_bins);
		for (size_t g = 0; good && g < c->profile->n_group_columns; g++)
			good = count_groups(c, log, &parts, rows, g);
	}
	for (size_t p = 0; p < parts.n; p++) {
		profile_part_add(c->mem, c->profile, &c->profile->all, &parts.items[p]);
		if (p + 1 < parts.n)
			profile_part_add(c->mem, c->profile,
					 profile_window_at(c->mem, c->profile, parts.items[p].key),
					 &parts.items[p]);
	}
	arena_reset(c->scratch, mark);
	return good;
}
