/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_task.c - what the values of label and prediction mean
 *
 * A record says what is positive, or its label is 0 and 1. A command may leave it to what the log
 * shows; what was taken is then said. Numbers are classes where they are few whole ones and no
 * score goes with them; else a quantity that is predicted. */
#include "base/number.h"
#include "base/parallel.h"
#include "evidence/figures_internal.h"
#include "measure/outcomes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_NUMBERED_CLASSES = 20 };

/* The values of a column, as texts. */
struct class_values {
	const char **names;
	double *numbers; /* NULL: categories */
	size_t n;
};

static bool fail(struct collector *c, struct log_source *s, const char *why, struct span at,
		 const char *detail, const char *help)
{
	struct finding *f = diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, at, "%s", detail);

	if (help)
		diag_help(c->diags, f, "%s", help);
	s->failed = true;
	s->figures->absent = why;
	return false;
}

/* The values of a column for a message: 'a', 'b' and 3 more. */
static const char *list_values(struct arena *mem, const struct class_values *values)
{
	enum { SHOWN = 4 };
	struct out out = {0};
	size_t shown = values->n < SHOWN ? values->n : SHOWN;
	char *text;

	for (size_t i = 0; i < shown; i++)
		out_printf(&out, "%s'%.40s'", i ? ", " : "", values->names[i]);
	if (values->n > shown)
		out_printf(&out, " and %zu more", values->n - shown);
	text = arena_strdup(mem, out_text(&out));
	out_release(&out);
	return text;
}

/* -- values of a column ----------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Distinct whole numbers, ascending; false where there are too many or others. */
static bool whole_values(struct arena *mem, const struct csv_column *column, size_t rows,
			 struct class_values *values)
{
	double found[MOST_NUMBERED_CLASSES], last = NAN;
	size_t n = 0;

	for (size_t r = 0; r < rows; r++) {
		double value = column->numbers[r];
		size_t i = 0;

		if (isnan(value) || value == last)
			continue;
		while (i < n && found[i] != value)
			i++;
		if (i == n && (n == MOST_NUMBERED_CLASSES || value != rint(value)))
			return false;
		if (i == n)
			found[n++] = value == 0 ? 0 : value;
		last = value;
	}
	qsort(found, n, sizeof *found, by_value);
	values->numbers = arena_new(mem, double, n);
	values->names = arena_new(mem, const char *, n);
	values->n = n;
	for (size_t i = 0; i < n; i++) {
		char text[NUMBER_TEXT_MAX];

		values->numbers[i] = found[i];
		values->names[i] = arena_strdup(mem, number_shortest(text, found[i]));
	}
	return true;
}

/* False where they cannot be classes. */
static bool values_of(struct arena *mem, const struct log_source *s, size_t index,
		      struct class_values *values)
{
	const struct csv_column *column;

	*values = (struct class_values){0};
	if (index == NO_COLUMN)
		return true;
	column = column_of(s->log, index);
	if (column->is_number)
		return whole_values(mem, column, s->log->table.rows, values);
	values->names = column->categories;
	values->n = column->n_categories;
	return true;
}

static bool has_value(const struct class_values *values, const char *name)
{
	for (size_t i = 0; i < values->n; i++)
		if (!strcmp(values->names[i], name))
			return true;
	return false;
}

/* -- which value is positive ------------------------------------------------------------------ */

static bool is_plainly_negative(const char *name)
{
	static const char *const names[] = {"0", "false", "no", "negative"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcasecmp(names[i], name))
			return true;
	return false;
}

/* "1" of two values, else the only one that is not plainly negative; NULL where it is not certain.
 */
static const char *likely_positive(const struct class_values *values)
{
	const char *likely = NULL;
	size_t n = 0;

	if (values->n <= 2 && has_value(values, "1"))
		return "1";
	for (size_t i = 0; i < values->n; i++)
		if (!is_plainly_negative(values->names[i])) {
			likely = values->names[i];
			n++;
		}
	if (n == 0)
		return "1";
	return n == 1 ? likely : NULL;
}

static bool is_zero_or_one(const struct class_values *values)
{
	for (size_t i = 0; i < values->n; i++)
		if (strcmp(values->names[i], "0") != 0 && strcmp(values->names[i], "1") != 0)
			return false;
	return true;
}

static struct span positive_at(const struct log_source *s)
{
	const struct data_node *node =
	    s->record ? data_find(data_find(s->record->node, "source"), "positive") : NULL;

	return node ? node->at : s->at;
}

/* Which value is positive must be certain: one that is named occurs, unless the column has only one
 * value; where none is named the values of a record's log are 0 and 1. */
static bool check_positive(struct collector *c, struct log_source *s, size_t index,
			   const struct class_values *values)
{
	const struct csv_column *column;

	if (index == NO_COLUMN)
		return true;
	column = column_of(s->log, index);
	if (s->request->positive || !s->record) {
		if (values->n < 2 || has_value(values, s->positive))
			return true;
		return fail(c, s, "its positive class is not in the log",
			    s->request->positive && s->record ? positive_at(s) : column->at,
			    arena_printf(c->mem, "'%s' is no value of '%s' in '%s', which has %s",
					 s->positive, column->name, s->log->path,
					 list_values(c->mem, values)),
			    NULL);
	}
	if (is_zero_or_one(values))
		return true;
	return fail(c, s, "its positive class is not named", column->at,
		    arena_printf(c->mem, "'%s' in '%s' is not 0 or 1 but %s", column->name,
				 s->log->path, list_values(c->mem, values)),
		    "say which value is positive: `positive: …`");
}

/* -- classes ---------------------------------------------------------------------------------- */

static void set_classes(struct arena *mem, const struct log_source *s, size_t index,
			const struct class_values *values, struct class_column *to,
			uint32_t (*class_of)(const struct log_source *s, const char *name))
{
	uint32_t *classes = arena_new(mem, uint32_t, values->n);

	if (index == NO_COLUMN)
		return;
	for (size_t i = 0; i < values->n; i++)
		classes[i] = class_of(s, values->names[i]);
	to->column = column_of(s->log, index);
	if (values->numbers) {
		to->values = values->numbers;
		to->n_values = values->n;
		to->class_of_value = classes;
	} else {
		to->class_of_code = classes;
	}
}

static uint32_t class_by_positive(const struct log_source *s, const char *name)
{
	return strcmp(name, s->positive) != 0 ? LABEL_NEGATIVE : LABEL_POSITIVE;
}

static uint32_t class_by_name(const struct log_source *s, const char *name)
{
	const char **found =
	    bsearch(&name, s->class_names, s->n_classes, sizeof *s->class_names, by_bytes);

	return found ? (uint32_t)(found - s->class_names) : NO_CLASS;
}

static void name_classes(struct arena *mem, struct log_source *s, const struct class_values *label,
			 const struct class_values *prediction)
{
	const char **names = arena_new(mem, const char *, label->n + prediction->n);
	size_t n = 0, distinct = 0;

	for (size_t i = 0; i < label->n; i++)
		names[n++] = label->names[i];
	for (size_t i = 0; i < prediction->n; i++)
		names[n++] = prediction->names[i];
	if (n)
		qsort(names, n, sizeof *names, by_bytes);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(names[i], names[distinct - 1]) != 0)
			names[distinct++] = names[i];
	s->class_names = names;
	s->n_classes = distinct;
}

/* -- settling --------------------------------------------------------------------------------- */

static bool settle_regression(struct collector *c, struct log_source *s)
{
	if (s->prediction == NO_COLUMN && s->score == NO_COLUMN)
		return fail(c, s, "nothing is predicted", column_of(s->log, s->label)->at,
			    "regression needs 'prediction', the column with what was predicted",
			    NULL);
	s->task = SETTLED_REGRESSION;
	if (s->request->task == TASK_FOUND_OUT)
		take_note(c, "Regression: '%s' holds numbers", s->request->label.name);
	return true;
}

static bool settle_classes(struct collector *c, struct log_source *s,
			   const struct class_values *label, const struct class_values *prediction)
{
	name_classes(c->space, s, label, prediction);
	if (s->n_classes > MOST_CLASSES)
		return fail(c, s, "its classes are too many", column_of(s->log, s->label)->at,
			    arena_printf(c->mem,
					 "'%s' has %zu classes, and at most %d are measured",
					 s->request->label.name, s->n_classes, MOST_CLASSES),
			    NULL);
	set_classes(c->space, s, s->label, label, &s->label_classes, class_by_name);
	set_classes(c->space, s, s->prediction, prediction, &s->prediction_classes, class_by_name);
	s->task = SETTLED_CLASSES;
	take_note(c, "%zu classes: %s", s->n_classes,
		  list_values(c->mem, &(struct class_values){s->class_names, NULL, s->n_classes}));
	return true;
}

static bool settle_two(struct collector *c, struct log_source *s, const struct class_values *label,
		       const struct class_values *prediction)
{
	const struct csv_column *column = column_of(s->log, s->label);

	s->positive = s->request->positive ? s->request->positive
		      : s->record          ? "1"
					   : likely_positive(label);
	if (!s->positive)
		return fail(c, s, "its positive class is not named", column->at,
			    arena_printf(c->mem, "'%s' in '%s' has %s: which is positive?",
					 column->name, s->log->path, list_values(c->mem, label)),
			    label->n > 2 ? "say which value is positive: --positive VALUE; several "
					   "classes and numbers need --prediction COL, what was "
					   "predicted, in the place of --score"
					 : "say which value is positive: --positive VALUE");
	if (!check_positive(c, s, s->label, label) ||
	    !check_positive(c, s, s->prediction, prediction))
		return false;
	set_classes(c->space, s, s->label, label, &s->label_classes, class_by_positive);
	set_classes(c->space, s, s->prediction, prediction, &s->prediction_classes,
		    class_by_positive);
	s->task = SETTLED_TWO_CLASSES;
	if (!s->request->positive && !is_zero_or_one(label))
		take_note(c, "'%s' of '%s' counts as positive, beside %s", s->positive,
			  column->name, list_values(c->mem, label));
	return true;
}

static bool settle(struct collector *c, struct log_source *s)
{
	struct class_values label, prediction;
	bool several;

	if (s->label == NO_COLUMN)
		return true;
	if (s->request->task == TASK_REGRESSION)
		return settle_regression(c, s);
	if (!values_of(c->space, s, s->label, &label) ||
	    !values_of(c->space, s, s->prediction, &prediction)) {
		if (column_of(s->log, s->label)->is_number &&
		    column_of(s->log, s->prediction)->is_number)
			return settle_regression(c, s);
		return fail(c, s, "label and prediction do not fit", s->at,
			    arena_printf(c->mem,
					 "one of '%s' and '%s' holds numbers and the other text",
					 s->request->label.name, s->request->prediction.name),
			    NULL);
	}
	several = label.n > 2;
	if (s->prediction != NO_COLUMN && !s->record && s->score == NO_COLUMN) {
		name_classes(c->space, s, &label, &prediction);
		several = s->n_classes > 2;
	}
	if (several && !s->request->positive && s->prediction != NO_COLUMN)
		return settle_classes(c, s, &label, &prediction);
	return settle_two(c, s, &label, &prediction);
}

/* -- classes of all rows ---------------------------------------------------------------------- */

enum { FILLED = 256 * ROW_BLOCK };

struct fill {
	const struct class_column *classes;
	unsigned char *to;
	size_t first, n;
};

struct fills {
	LIST_OF(struct fill);
};

static void fill_one(void *ctx, size_t item, size_t worker)
{
	const struct fill *f = &((const struct fills *)ctx)->items[item];
	const struct row_piece piece = {NULL, f->first, f->n};
	uint32_t classes[ROW_BLOCK];

	(void)worker;
	for (size_t from = 0; from < f->n; from += ROW_BLOCK) {
		size_t n = f->n - from < ROW_BLOCK ? f->n - from : ROW_BLOCK;

		classes_of(f->classes, &piece, from, n, classes);
		for (size_t i = 0; i < n; i++)
			f->to[f->first + from + i] =
			    classes[i] == NO_CLASS ? LABEL_MISSING : (unsigned char)classes[i];
	}
}

static unsigned char *add_fills(struct collector *c, struct fills *fills,
				const struct log_source *s, const struct class_column *classes)
{
	size_t rows = s->log->table.rows;
	unsigned char *to = arena_new(c->space, unsigned char, rows);

	for (size_t first = 0; first < rows; first += FILLED)
		*ARENA_PUSH(c->space, fills) = (struct fill){
		    classes, to, first, rows - first < FILLED ? rows - first : FILLED};
	return to;
}

void sources_settle(struct collector *c)
{
	struct fills fills = {0};

	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];

		if (s->failed || s->stored || !settle(c, s) || s->task != SETTLED_TWO_CLASSES)
			continue;
		s->labels = add_fills(c, &fills, s, &s->label_classes);
		if (s->prediction != NO_COLUMN)
			s->predictions = add_fills(c, &fills, s, &s->prediction_classes);
	}
	parallel_for(fills.n, c->jobs, fill_one, &fills);
}
