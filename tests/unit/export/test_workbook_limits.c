/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/export/test_workbook_limits.c - a workbook of more rows, links and charts than it can hold,
 * or memory */
#include "made_fixture.h"
#include <sys/resource.h>
#include <sys/wait.h>

static bool count_links(void *ctx, const struct plan_row *row)
{
	size_t *n = ctx;

	for (size_t i = 0; i < row->n; i++)
		*n += row->cells[i].url != NULL;
	return true;
}

/* More links than a sheet may hold: the rest stay as text, which says the same. */
static void too_many_links(void **state)
{
	static const struct {
		enum { TABLE_FORM, STREAMED_FORM } form;
		size_t rows, links;
	} cases[] = {
	    {TABLE_FORM, XLSX_LINKS_MAX + 10, XLSX_LINKS_MAX},
	    {STREAMED_FORM, STREAMED_FROM / (sizeof wide / sizeof *wide) + 1,
	     XLSX_LINKS_STREAMED_MAX},
	};
	const struct page page = {.path = "a.html"};

	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct book_fixture *f = book_new();
		struct made *m = made_new();
		const char *why, *path = temporary_file(f);
		struct workbook_plan plan;
		size_t n = 0;

		for (size_t i = 0; i < cases[c].rows; i++) {
			cell_page(&m->b, &page, NULL);
			for (size_t k = 1; k < sizeof wide / sizeof *wide; k++)
				cell_text(&m->b, NULL);
		}
		plan = workbook_plan(&m->mem, &m->sheets, "../");
		assert_int_equal(plan.streamed, cases[c].form == STREAMED_FORM);
		plan_each_row(&plan, &plan.items[0], count_links, &n);
		assert_int_equal(n, cases[c].links);
		if (write_made(m, path, &why) != ST_OK)
			fail_msg("%s", why);
		unlink(path);
		made_free(m);
		book_free(f);
	}
}

/* --- sheets of more rows than fit --- */

static const struct sheet_column one_column[] = {{"One", COLUMN_COUNT, 8}};

/* Each row its number, until `rows` of the sheet. */
static void fill_numbers(struct sheet_builder *b)
{
	const size_t *rows = (const size_t *)b->sheets->book;

	for (size_t i = 0; i < *rows; i++)
		cell_count(b, i);
}

static struct made *numbers_new(const size_t *rows)
{
	struct made *m = made_new();

	m->sheets.book = (const struct book *)rows;
	m->sheets.items[0].columns = one_column;
	m->sheets.items[0].n_columns = 1;
	m->sheets.items[0].n_rows = *rows;
	m->sheets.items[0].fill = fill_numbers;
	return m;
}

struct ends {
	size_t rows;
	uint32_t last;
	char text[200];
};

static bool keep_end(void *ctx, const struct plan_row *row)
{
	struct ends *ends = ctx;

	ends->rows++;
	ends->last = row->row;
	snprintf(ends->text, sizeof ends->text, "%s", row->cells[0].text ? row->cells[0].text : "");
	return true;
}

/* What a sheet cannot hold is left out, and its last row says so. */
static void too_many_rows(void **state)
{
	static const struct {
		size_t rows, kept;
		const char *last;
	} cases[] = {
	    {0, 0, "(none)"},
	    {1, 1, ""},
	    {XLSX_ROWS_MAX - 1, XLSX_ROWS_MAX - 1, ""},
	    {XLSX_ROWS_MAX, XLSX_ROWS_MAX - 2,
	     "2 rows more are left out, since a sheet holds no more: `modelbook export --format "
	     "csv` "
	     "writes them all"},
	    {XLSX_ROWS_MAX + 998, XLSX_ROWS_MAX - 2,
	     "1000 rows more are left out, since a sheet holds no more: `modelbook export --format "
	     "csv` writes them all"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made *m = numbers_new(&cases[i].rows);
		struct workbook_plan plan = workbook_plan(&m->mem, &m->sheets, "../");
		struct ends ends = {0};
		plan_each_row(&plan, &plan.items[0], keep_end, &ends);
		assert_int_equal(plan.items[0].rows, cases[i].kept);
		assert_int_equal(ends.last, plan.items[0].last_row);
		assert_int_equal(ends.rows, ends.last + 1);
		assert_true(ends.rows <= XLSX_ROWS_MAX);
		assert_string_equal(ends.text, cases[i].last);
		made_free(m);
	}
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MEMORY_IS_OURS = false }; /* the sanitizer's own grows with what is freed */
#else
enum { MEMORY_IS_OURS = true };
#endif

/* Sixteen times the rows take no more memory: in processes of their own, whose peak is looked at.
 */
static void streamed_memory_is_bounded(void **state)
{
	enum { FEW = 10000, MORE_KB = 2048 };
	struct book_fixture *f;
	const char *path;
	long peak[2];

	(void)state;
	if (!MEMORY_IS_OURS) {
		print_message("SKIPPED: 1 case (memory under a sanitizer)\n");
		skip();
	}
	f = book_new();
	path = temporary_file(f);
	for (int round = 0; round < 2; round++) {
		const size_t rows = (size_t)FEW << (4 * round);
		struct rusage usage;
		int status;
		pid_t child = fork();
		if (!child) {
			struct made *m = numbers_new(&rows);
			struct workbook_plan plan = workbook_plan(&m->mem, &m->sheets, "../");
			const char *why;
			plan.streamed = true;
			_exit(workbook_write_plan(&plan, "Made", 20000, path, &m->mem, &why) ==
				      ST_OK
				  ? 0
				  : 1);
		}
		assert_int_equal(wait4(child, &status, 0, &usage), child);
		assert_int_equal(status, 0);
		peak[round] = usage.ru_maxrss;
	}
	print_message("peaks: %ld and %ld kB\n", peak[0], peak[1]);
	assert_true(peak[1] < peak[0] + MORE_KB);
	unlink(path);
	book_free(f);
}

/* More charts than are drawn: the gravest, and among equals the first. */
static void too_many_charts(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *path = temporary_file(f);
	struct sheets sheets;
	struct workbook_plan plan;
	size_t first;

	(void)state;
	book_fill(f);
	sheets = sheets_kept(f);
	first = sheets.charts.n;
	while (sheets.charts.n < CHARTS_MAX + 50) {
		struct sheet_chart chart = sheets.charts.items[sheets.charts.n % first];
		chart.gravity = sheets.charts.n % 100 == 0 ? 2 : sheets.charts.n % 10 == 0;
		chart.title = arena_printf(&f->mem, "%zu", sheets.charts.n);
		*ARENA_PUSH(&f->mem, &sheets.charts) = chart;
	}
	sheets.charts.items[1].series.items[0].first_row = XLSX_ROWS_MAX; /* is not there */
	plan = workbook_plan(&f->mem, &sheets, "../");
	assert_int_equal(plan.charts.n, CHARTS_MAX);
	assert_int_equal(plan.charts_left_out, 50);
	assert_string_equal(plan.charts.items[0].title, sheets.charts.items[0].title);
	assert_string_equal(plan.charts.items[1].title, sheets.charts.items[2].title);
	/* the last ones that are grave, in their place */
	assert_string_equal(plan.charts.items[CHARTS_MAX - 1].title, "240");
	assert_int_equal(plan.items[SHEET_COUNT].cells.n, CHARTS_MAX + 1);
	assert_non_null(strstr(plan.items[SHEET_COUNT].cells.items[CHARTS_MAX].text,
			       "50 charts more are left out"));
	if (write_book(f, path, &why) != ST_OK ||
	    workbook_write_plan(&plan, "Charts", 20000, path, &f->mem, &why) != ST_OK)
		fail_msg("%s", why);
	unlink(path);
	book_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(too_many_links),
	    cmocka_unit_test(too_many_rows),
	    cmocka_unit_test(streamed_memory_is_bounded),
	    cmocka_unit_test(too_many_charts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
