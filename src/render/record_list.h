/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/record_list.h - tables of records */
#ifndef RENDER_RECORD_LIST_H
#define RENDER_RECORD_LIST_H
#include "render/page_writer.h"
#include "render/table_html.h"

struct record_list {
	LIST_OF(const struct record *);
};

/* The table of the records, by kind and within a kind in their order: its line, kind, what it is
 * about, its day, what it concluded. `caption` also names the place that scrolls. */
void records_table(struct page_job *job, struct out *to, const struct record_list *records,
		   const char *caption);
/* The same of records of one kind, without the column that would say so. */
void records_table_of_kind(struct page_job *job, struct out *to, const struct record_list *records,
			   const char *caption);
/* The record's verdict, decision, result or status, marked where it is one that fails. */
void record_outcome_cell(struct table_html *table, const struct record *record);
#endif
