/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/record_list.c - tables of records */
#include "render/record_list.h"
#include "render/table_html.h"
#include <stdlib.h>
#include <string.h>

/* A record with its place in the list, which breaks ties. */
struct ranked {
	const struct record *record;
	size_t at;
};

static int compare_kinds(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;
	int order = strcmp(or_dash(one->record->kind), or_dash(other->record->kind));

	return order ? order : (one->at > other->at) - (one->at < other->at);
}

/* The value of the first of these keys that the record has. */
static const char *first_of(const struct record *record, const char *const *keys)
{
	const char *text = NULL;

	for (size_t i = 0; keys[i] && !text; i++)
		text = data_find_text(record->node, keys[i]);
	return text;
}

/* The day of a moment. */
static const char *day_of(struct page_job *job, const char *date)
{
	return date && strchr(date, 'T') ? arena_strndup(job->mem, date, strcspn(date, "T")) : date;
}

static const char *kind_title(const struct record *record)
{
	return record->schema ? record->schema->title : record->kind;
}

void record_outcome_cell(struct table_html *table, const struct record *record)
{
	static const char *const outcomes[] = {"verdict", "decision", "result",
					       "outcome", "status",   NULL};
	const char *outcome = first_of(record, outcomes);

	if (outcome && (!strcmp(outcome, "fail") || !strcmp(outcome, "blocked")))
		table_state(table, "✕", outcome, "critical", NULL);
	else
		table_text(table, outcome);
}

/* About, date and outcome. */
static void write_common(struct page_job *job, struct table_html *table,
			 const struct record *record)
{
	static const char *const dates[] = {"date",    "started", "start", "declared",
					    "granted", "month",   NULL};

	table_text(table, *record->about.text ? record->about.text : NULL);
	table_text(table, day_of(job, first_of(record, dates)));
	record_outcome_cell(table, record);
}

void records_table(struct page_job *job, struct out *to, const struct record_list *records,
		   const char *caption)
{
	static const struct table_column columns[] = {{"Record", ALIGN_TEXT},
						      {"Kind", ALIGN_TEXT},
						      {"About", ALIGN_TEXT},
						      {"Date", ALIGN_DATE},
						      {"Outcome", ALIGN_TEXT}};
	struct ranked *ranked = arena_new(job->mem, struct ranked, records->n + 1);
	struct table_html table;

	for (size_t i = 0; i < records->n; i++)
		ranked[i] = (struct ranked){records->items[i], i};
	qsort(ranked, records->n, sizeof *ranked, compare_kinds);
	table_begin(&table, to, caption, caption, "wide", columns, 5);
	for (size_t i = 0; i < records->n; i++) {
		const struct record *record = ranked[i].record;
		table_row(&table, NULL);
		table_link(&table, or_dash(record->id), place_href(job, &record->node->at));
		table_link(&table, or_dash(kind_title(record)),
			   record->schema ? href(job, record->schema->page, NULL) : NULL);
		write_common(job, &table, record);
	}
	table_end(&table);
}

void records_table_of_kind(struct page_job *job, struct out *to, const struct record_list *records,
			   const char *caption)
{
	static const struct table_column columns[] = {{"Record", ALIGN_TEXT},
						      {"About", ALIGN_TEXT},
						      {"Date", ALIGN_DATE},
						      {"Outcome", ALIGN_TEXT}};
	struct table_html table;

	table_begin(&table, to, caption, caption, "wide", columns, 4);
	for (size_t i = 0; i < records->n; i++) {
		const struct record *record = records->items[i];
		table_row(&table, NULL);
		table_link(&table, or_dash(record->id), place_href(job, &record->node->at));
		write_common(job, &table, record);
	}
	table_end(&table);
}
