/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/scorer_history.c - what is known of the entities, and the log it is made from again */
#include "base/csv_write.h"
#include "base/date.h"
#include "base/number.h"
#include "capstone/scorer_internal.h"
#include "measure/outcomes.h"
#include "read/csv.h"
#include <math.h>
#include <string.h>

static const char *const fixed_columns[] = {"id",   "time",      "entity",   "version",
					    "role", "score",     "decision", "fallback",
					    "why",  "latency_ms"};
enum { FIXED_COLUMNS = sizeof fixed_columns / sizeof *fixed_columns };

/* -- entities --------------------------------------------------------------------------------- */

void known_init(struct known *known, const struct plan *plan, size_t max_entities)
{
	*known = (struct known){.plan = plan,
				.walk = feature_walk_new(plan, NULL),
				.latest = INT64_MIN,
				.max_entities = max_entities ? max_entities : UINT32_MAX - 1};
	arena_init(&known->mem);
}

void known_release(struct known *known)
{
	if (!known->walk)
		return;
	feature_walk_free(known->walk);
	arena_release(&known->mem);
	known->walk = NULL;
}

/* Stands for every entity that nothing is known of. */
#define UNKNOWN_ENTITY UINT32_MAX

static uint32_t find_entity(const struct known *known, const char *entity)
{
	uintptr_t index = (uintptr_t)map_get(&known->indices, entity);

	return index ? (uint32_t)(index - 1) : UNKNOWN_ENTITY;
}

void known_take(struct known *known, const char *entity, int64_t time, const double *values,
		double *features)
{
	int64_t moment = time > known->latest ? time : known->latest;

	feature_walk_take(known->walk, find_entity(known, entity), moment, values, features);
}

void known_add(struct known *known, const char *entity, int64_t time, const double *values,
	       unsigned char label, int64_t label_at)
{
	uint32_t index = find_entity(known, entity);

	if (time > known->latest)
		known->latest = time;
	if (index == UNKNOWN_ENTITY) {
		if (known->indices.n >= known->max_entities)
			return;
		index = (uint32_t)known->indices.n;
		map_put(&known->indices, &known->mem, arena_strdup(&known->mem, entity),
			(void *)((uintptr_t)index + 1));
	}
	feature_walk_add(known->walk, index, known->latest, values, label, label_at);
}

void known_add_events(struct known *known, const struct events *events)
{
	size_t n_fields = known->plan->n_fields;

	for (size_t i = 0; i < events->n; i++)
		known_add(known, events->entities[events->entity[i]], events->time[i],
			  events->values + i * n_fields, events->label[i], events->label_at[i]);
}

/* -- the log, read again ---------------------------------------------------------------------- */

/* A category as it was written, without the guard against formulas. */
static double category_code(const struct field *field, const char *text)
{
	if (text[0] == '\'' && csv_is_formula(text + 1, strlen(text + 1)))
		text++;
	for (size_t v = 0; v < field->n_values; v++)
		if (!strcmp(field->values[v], text))
			return (double)v;
	return NAN;
}

static void row_values(const struct plan *plan, const struct csv_column *columns, size_t row,
		       double *values)
{
	for (size_t f = 0; f < plan->n_fields; f++) {
		const struct csv_column *column = &columns[f];
		uint32_t code;
		if (plan->fields[f].kind == FIELD_NUMBER) {
			values[f] = column->numbers[row];
			continue;
		}
		code = csv_code(column, row);
		values[f] = code == CSV_MISSING
				? NAN
				: category_code(&plan->fields[f], column->categories[code]);
	}
}

static const char *text_cell(const struct csv_column *column, size_t row)
{
	uint32_t code = csv_code(column, row);

	return code == CSV_MISSING ? "" : column->categories[code];
}

void known_add_log(struct known *known, const char *path, int64_t after, struct diag_sink *diags)
{
	enum { TIME, ENTITY, ROLE, FIELDS };
	const struct plan *plan = known->plan;
	struct arena scratch;
	struct csv_table table;
	struct csv_column *columns;
	struct csv_request request;
	double *values;

	arena_init(&scratch);
	columns = arena_new(&scratch, struct csv_column, FIELDS + plan->n_fields);
	values = arena_new(&scratch, double, plan->n_fields + 1);
	columns[TIME] = (struct csv_column){.name = "time", .type = CSV_TIME};
	columns[ENTITY] = (struct csv_column){.name = "entity", .type = CSV_TEXT};
	columns[ROLE] = (struct csv_column){.name = "role", .type = CSV_TEXT};
	for (size_t f = 0; f < plan->n_fields; f++)
		columns[FIELDS + f] = (struct csv_column){
		    .name = plan->fields[f].name,
		    .type = plan->fields[f].kind == FIELD_NUMBER ? CSV_NUMBER : CSV_TEXT};
	request = (struct csv_request){.log = source_named(&scratch, path),
				       .delimiter = ',',
				       .max_bad = SIZE_MAX,
				       .columns = columns,
				       .n_columns = FIELDS + plan->n_fields,
				       .file = path};
	if (csv_read(&scratch, &request, &table, diags) == ST_OK)
		for (size_t row = 0; row < table.rows; row++) {
			double time = columns[TIME].numbers[row];
			if (isnan(time) || (int64_t)time <= after ||
			    !strcmp(text_cell(&columns[ROLE], row), "shadow"))
				continue;
			row_values(plan, columns + FIELDS, row, values);
			known_add(known, text_cell(&columns[ENTITY], row), (int64_t)time, values,
				  LABEL_MISSING, 0);
		}
	arena_release(&scratch);
}

/* -- the log's lines -------------------------------------------------------------------------- */

const char *log_header(struct arena *mem, const struct plan *plan, struct diag_sink *diags)
{
	struct out text = {0};
	struct csv_writer w = {.to = &text};
	bool clash = false;
	char *header;

	for (size_t c = 0; c < FIXED_COLUMNS; c++) {
		csv_puts(&w, fixed_columns[c]);
		if (plan_field(plan, fixed_columns[c]) == SIZE_MAX)
			continue;
		clash = true;
		diag_add(diags, RULE_DATA_SCHEMA, (struct span){0},
			 "field '%s' has the name of a column of the prediction log",
			 fixed_columns[c]);
	}
	for (size_t f = 0; f < plan->n_fields; f++)
		csv_puts(&w, plan->fields[f].name);
	csv_end_row(&w);
	header = arena_strndup(mem, out_text(&text), text.n);
	out_release(&text);
	return clash ? NULL : header;
}

void log_line_write(const struct plan *plan, const struct log_line *line, const double *values,
		    struct out *to)
{
	struct csv_writer w = {.to = to};
	char number[NUMBER_TEXT_MAX], moment[DATE_TEXT];
	bool scored = !isnan(line->score);

	csv_puts(&w, "00000000000000000000000000000000");
	csv_puts(&w, date_format_moment(moment, line->time));
	csv_puts(&w, line->entity);
	csv_puts(&w, line->version);
	csv_puts(&w, line->role);
	csv_puts(&w, scored ? number_fixed(number, line->score, 6) : "");
	csv_puts(&w, !scored ? "" : line->positive ? "1" : "0");
	csv_puts(&w, line->fallback ? "1" : "0");
	csv_puts(&w, line->why);
	csv_puts(&w, number_fixed(number, line->latency_ms, 3));
	for (size_t f = 0; f < plan->n_fields; f++) {
		const struct field *field = &plan->fields[f];
		if (field->kind == FIELD_NUMBER || isnan(values[f]))
			csv_write_number(&w, values[f]);
		else
			csv_puts(&w, field->values[(size_t)values[f]]);
	}
	csv_end_row(&w);
}
