/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/events.c - tables of events: made, checked value by value, cut, and the quarantine */
#include "base/csv_write.h"
#include "base/number.h"
#include "base/text.h"
#include "capstone/events_internal.h"
#include <math.h>
#include <string.h>

enum { LONGEST_SHOWN = 40, VALUES_SHOWN = 8 };

struct events events_new(struct arena *mem, const struct plan *plan, size_t n)
{
	return (struct events){.plan = plan,
			       .values = arena_alloc_n(mem, n, plan->n_fields * sizeof(double)),
			       .time = arena_new(mem, int64_t, n),
			       .entity = arena_new(mem, uint32_t, n),
			       .label = arena_new(mem, unsigned char, n),
			       .label_at = arena_new(mem, int64_t, n)};
}

void events_copy_row(struct events *to, const struct events *from, size_t row)
{
	size_t width = from->plan->n_fields;

	memcpy(to->values + to->n * width, from->values + row * width, width * sizeof(double));
	to->time[to->n] = from->time[row];
	to->entity[to->n] = from->entity[row];
	to->label[to->n] = from->label[row];
	to->label_at[to->n] = from->label_at[row];
	to->n++;
}

struct events events_subset(struct arena *mem, const struct events *from, const bool *keep)
{
	struct events to;
	size_t n = 0;

	for (size_t i = 0; i < from->n; i++)
		n += keep[i];
	to = events_new(mem, from->plan, n);
	for (size_t i = 0; i < from->n; i++)
		if (keep[i])
			events_copy_row(&to, from, i);
	to.entities = arena_new(mem, const char *, from->n_entities);
	for (size_t i = 0; i < from->n_entities; i++)
		to.entities[i] = arena_strdup(mem, from->entities[i]);
	to.n_entities = from->n_entities;
	return to;
}

/* ------------------------------------------------------------------------------- one event */

/* A value as people may see it: of a long one the beginning, control bytes made visible. */
void event_show(struct out *to, const char *text)
{
	size_t n = strlen(text);

	if (n > LONGEST_SHOWN)
		for (n = LONGEST_SHOWN; n && ((unsigned char)text[n] & 0xC0) == 0x80;)
			n--;
	out_putc(to, '\'');
	text_write_visible(to, text, n);
	out_puts(to, text[n] ? "…'" : "'");
}

void event_reason(struct out *to, const char *column)
{
	out_printf(to, "%s%s: ", to->n ? "; " : "", column);
}

static double number_of(const struct field *field, const char *text, struct out *reason)
{
	char limit[NUMBER_TEXT_MAX];
	double value;
	bool low;

	if (!number_parse(text, strlen(text), &value)) {
		event_reason(reason, field->name);
		event_show(reason, text);
		out_puts(reason, " is no number");
		return NAN;
	}
	low = value < field->low;
	if (low || value > field->high) {
		event_reason(reason, field->name);
		text_write_visible(reason, text, strnlen(text, LONGEST_SHOWN));
		out_printf(reason, " is %s %s", low ? "under" : "over",
			   number_shortest(limit, low ? field->low : field->high));
		return NAN;
	}
	return value + 0.0; /* -0 is 0: equal rows are the same bytes */
}

static double code_of(const struct field *field, const char *text, struct out *reason)
{
	for (size_t i = 0; i < field->n_values; i++)
		if (!strcmp(field->values[i], text))
			return (double)i;
	event_reason(reason, field->name);
	event_show(reason, text);
	out_puts(reason, " is none of ");
	for (size_t i = 0; i < field->n_values && i < VALUES_SHOWN; i++)
		out_printf(reason, "%s%s", i ? ", " : "", field->values[i]);
	if (field->n_values > VALUES_SHOWN)
		out_puts(reason, ", …");
	return NAN;
}

void event_check_values(const struct plan *plan, const char *const *texts, double *values,
			struct out *reason)
{
	for (size_t i = 0; i < plan->n_fields; i++) {
		const struct field *field = &plan->fields[i];

		values[i] = NAN;
		if (texts[i]) {
			values[i] = field->kind == FIELD_NUMBER ? number_of(field, texts[i], reason)
								: code_of(field, texts[i], reason);
		} else if (field->required) {
			event_reason(reason, field->name);
			out_puts(reason, "missing");
		}
	}
}

bool event_check(struct arena *mem, const struct plan *plan, const char *const *texts,
		 double *values, const char **reason)
{
	struct out why = {0};

	event_check_values(plan, texts, values, &why);
	*reason = why.n ? arena_strndup(mem, why.p, why.n) : NULL;
	out_release(&why);
	return !*reason;
}

size_t events_from(const struct events *events, int64_t moment)
{
	size_t low = 0, high = events->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (events->time[middle] < moment)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void quarantine_csv(const struct ingest *ingest, struct out *to)
{
	struct csv_writer w = {.to = to};

	csv_puts(&w, "file");
	csv_puts(&w, "line");
	csv_puts(&w, "reason");
	csv_end_row(&w);
	for (size_t i = 0; i < ingest->n_quarantined; i++) {
		const struct quarantined *row = &ingest->quarantined[i];

		csv_puts(&w, row->file);
		csv_write_number(&w, (double)row->line);
		csv_puts(&w, row->reason);
		csv_end_row(&w);
	}
}
