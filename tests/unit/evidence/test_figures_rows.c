/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_figures_rows.c - what is asked of more rows than lists number is refused
 *
 * The logs say how many rows they have and hold none: whatever is refused looks at no row. */
#include "evidence/figures_internal.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What is asked of a log, and the length of the reference's. */
struct length_case {
	const char *name;
	size_t rows, reference_rows;
	bool filter, window, days, segment, compare, bootstrap, reference_filter, reference_window;
	const char *refused; /* NULL: it is not */
};

static const size_t many = (size_t)1 << 33, most = UINT32_MAX - (size_t)1;

static void refused(const struct length_case *t)
{
	struct arena mem;
	struct diag_sink diags;
	struct row_filter filter = {.value = "a"};
	struct segment_column segment = {0};
	struct csv_column column = {.name = "a"};
	struct log_table log = {.path = "log.csv", .readable = true, .table = {.rows = t->rows}};
	struct log_table other = {
	    .path = "r.csv", .readable = true, .table = {.rows = t->reference_rows}};
	struct log_request request = {.window = t->window ? WINDOW_MONTH : WINDOW_NONE,
				      .bootstrap = t->bootstrap ? 100 : 0};
	struct record_figures figures = {0};
	struct reference_rows reference = {.log = &other,
					   .time = t->reference_window ? 0 : NO_COLUMN};
	struct log_source source = {.figures = &figures,
				    .request = &request,
				    .log = &log,
				    .label = NO_COLUMN,
				    .score = NO_COLUMN,
				    .prediction = NO_COLUMN,
				    .compare = t->compare ? 0 : NO_COLUMN,
				    .time = NO_COLUMN,
				    .latency = NO_COLUMN,
				    .first_day = t->days ? 0 : INT32_MIN,
				    .last_day = INT32_MAX,
				    .reference = t->reference_rows ? &reference : NULL};
	struct collector c = {.mem = &mem, .jobs = 1, .diags = &diags, .space = &mem};
	struct worker_memory worker;

	arena_init(&mem);
	arena_init(&worker.mem);
	arena_init(&worker.scratch);
	diag_init(&diags, &mem);
	c.workers = &worker;
	*ARENA_PUSH(&mem, &log.columns) = column;
	*ARENA_PUSH(&mem, &other.columns) = column;
	*ARENA_PUSH(&mem, &c.sources) = &source;
	if (t->reference_rows)
		*ARENA_PUSH(&mem, &c.references) = &reference;
	if (t->filter)
		*ARENA_PUSH(&mem, &source.filters) = filter;
	if (t->segment)
		*ARENA_PUSH(&mem, &source.segments) = segment;
	if (t->reference_filter)
		*ARENA_PUSH(&mem, &reference.filters) = filter;

	rows_select(&c);
	assert_int_equal(source.failed, t->refused != NULL);
	assert_int_equal(diags.n, t->refused != NULL);
	if (t->refused) {
		assert_non_null(strstr(diags.items[0].detail, t->refused));
		assert_non_null(figures.absent);
	} else {
		assert_int_equal(source.all.set.n, t->rows);
	}
	arena_release(&worker.scratch);
	arena_release(&worker.mem);
	arena_release(&mem);
}

static void lengths(void **state)
{
	const struct length_case cases[] = {
	    {.name = "all rows of a long log", .rows = many},
	    {.name = "all rows of a long reference", .rows = 9, .reference_rows = many},
	    {.name = "resamples that just fit", .rows = most, .bootstrap = true},
	    {.name = "filter", .rows = many, .filter = true, .refused = "filters are for"},
	    {.name = "window", .rows = many, .window = true, .refused = "filters are for"},
	    {.name = "days", .rows = many, .days = true, .refused = "filters are for"},
	    {.name = "segment", .rows = many, .segment = true, .refused = "filters are for"},
	    {.name = "second score", .rows = many, .compare = true, .refused = "second score"},
	    {.name = "resamples", .rows = most + 1, .bootstrap = true, .refused = "resamples"},
	    {.name = "filter of a reference",
	     .rows = 9,
	     .reference_rows = many,
	     .reference_filter = true,
	     .refused = "of a reference"},
	    {.name = "window of a reference",
	     .rows = 9,
	     .reference_rows = most + 1,
	     .reference_window = true,
	     .refused = "of a reference"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("%s\n", cases[i].name);
		refused(&cases[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lengths)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
