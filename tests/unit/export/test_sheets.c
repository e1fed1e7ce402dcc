/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/export/test_sheets.c - the sheets as data, as CSV and as JSON */
#include "book_fixture.h"
#include <errno.h>

static int setup(void **state)
{
	struct book_fixture *f = book_new();

	book_fill(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	book_free(*state);
	return 0;
}

static const struct sheet *find(const struct sheets *sheets, const char *name)
{
	for (size_t i = 0; i < sheets->n; i++)
		if (!strcmp(sheets->items[i].name, name))
			return &sheets->items[i];
	fail_msg("no sheet %s", name);
	return NULL;
}

static const struct cell *at(const struct sheet *sheet, size_t row, const char *title)
{
	for (size_t i = 0; i < sheet->n_columns; i++)
		if (!strcmp(sheet->columns[i].title, title))
			return &sheet->cells.items[row * sheet->n_columns + i];
	fail_msg("no column %s in %s", title, sheet->name);
	return NULL;
}

static void expect_text(const struct sheet *sheet, size_t row, const char *title, const char *want)
{
	const struct cell *cell = at(sheet, row, title);

	if (!want && cell->type == CELL_EMPTY)
		return;
	if (!want || (cell->type != CELL_TEXT && cell->type != CELL_LINK) ||
	    strcmp(cell->text, want) != 0)
		fail_msg("%s, row %zu, %s: '%s' instead of '%s'", sheet->name, row, title,
			 cell->text ? cell->text : "", want ? want : "");
}

static void columns_are_titled_once(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);

	assert_int_equal(sheets.n, SHEET_COUNT);
	for (size_t i = 0; i < sheets.n; i++) {
		const struct sheet *s = &sheets.items[i];
		assert_true(strlen(s->name) <= 31);
		for (size_t k = 0; k < s->n_columns; k++) {
			assert_non_null(s->columns[k].title);
			for (size_t j = 0; j < k; j++)
				if (!strcasecmp(s->columns[j].title, s->columns[k].title))
					fail_msg("%s: %s twice", s->name, s->columns[k].title);
		}
	}
}

static void requirements(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);
	const struct sheet *s = find(&sheets, "Requirements");
	const char *const states[] = {"present", "claimed", "open",  "not applicable", "present",
				      "missing", "missing", "empty", "placeholder"};

	assert_int_equal(s->n_rows, 18);
	for (size_t i = 0; i < 18; i++)
		expect_text(s, i, "State", states[i % 9]);
	expect_text(s, 1, "Document", "cards/churn 1.2");
	expect_text(s, 1, "Kind", "model_card");
	expect_text(s, 1, "About", "churn@1.2.0");
	expect_text(s, 1, "Decision", "approved");
	expect_text(s, 1, "Section", "Evaluation");
	expect_text(s, 1, "Type", "item");
	expect_text(s, 1, "Place", "content/cards/churn 1.2.md:2");
	expect_text(s, 1, "Page", "cards/churn 1.2.html#an-anchor");
	assert_string_equal(at(s, 1, "Page")->url, "cards/churn%201.2.html#an-anchor");
	expect_text(s, 3, "Because", "batch only");
	expect_text(s, 2, "Requirement", "=cmd|' /C calc'!A0");
	/* what is missing leads to the page, or to the section it should stand in */
	expect_text(s, 6, "Page", "cards/churn 1.2.html");
	expect_text(s, 9, "About", NULL);
}

static void models_and_runs(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);
	const struct sheet *s = find(&sheets, "Models");

	assert_int_equal(s->n_rows, 3);
	expect_text(s, 0, "Stage", "production");
	assert_int_equal(at(s, 0, "Since")->type, CELL_DATE);
	assert_int_equal(at(s, 0, "Since")->day, 20032);
	expect_text(s, 1, "Since", "soon");
	expect_text(s, 1, "Version", "1.10");
	expect_text(s, 1, "Requested stage", "production");
	expect_text(s, 1, "Figures", NULL);
	assert_true(at(s, 0, "ROC AUC")->number == 0.912345678901);
	assert_true(at(s, 0, "Rows")->number == 900);
	expect_text(s, 0, "Last window", "1997-11");
	expect_text(s, 0, "Drift in it", "critical");
	assert_int_equal(at(s, 1, "ROC AUC")->type, CELL_EMPTY);
	assert_int_equal(at(s, 2, "Tier")->type, CELL_EMPTY);
	expect_text(s, 2, "Model", "fraud");
	s = find(&sheets, "Runs");
	assert_int_equal(s->n_rows, 1);
	expect_text(s, 0, "Primary metrics", "roc_auc 0.913; brier 0.12");
	expect_text(s, 0, "Page", "models/churn/runs/exp-2024-10-07-001.html");
	expect_text(s, 0, "Seed", "42");
}

static void monitoring(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);
	const struct sheet *s = find(&sheets, "Monitoring");

	/* windows of the evaluation, then the records of one window each */
	assert_int_equal(s->n_rows, FEATURES * (WINDOWS + 3));
	expect_text(s, 0, "Window", "1996-05");
	expect_text(s, 1, "Window", "1996-06");
	expect_text(s, WINDOWS, "Feature", "=HYPERLINK(\"http://x\")");
	assert_int_equal(at(s, WINDOWS + 7, "PSI")->type, CELL_EMPTY);
	expect_text(s, WINDOWS + 7, "Because", "no rows");
	expect_text(s, 0, "Place", "data/churn/evaluation.yaml:4");
	assert_string_equal(at(s, 0, "Place")->url, "records/churn/evaluation.yaml.html#L4");
	for (size_t i = 0; i < 3; i++) {
		size_t row = FEATURES * WINDOWS + i;
		expect_text(s, row, "Window",
			    ((const char *const[]){"2024-01-01", "2024-02-01", "2024-03-01"})[i]);
		expect_text(s, row, "Figures", "given");
		assert_int_equal(at(s, row, "Start")->type, CELL_DATE);
	}
	/* nine features: two charts for each line of time, seven lines at most */
	assert_int_equal(sheets.charts.n, 6);
	assert_int_equal(sheets.charts.items[0].series.n, 7);
	assert_int_equal(sheets.charts.items[1].series.n, 2);
	assert_int_equal(sheets.charts.items[1].series.items[0].first_row, 7 * WINDOWS);
	assert_int_equal(sheets.charts.items[2].series.items[1].first_row, FEATURES * WINDOWS + 3);
	assert_string_equal(sheets.charts.items[1].title,
			    "Drift of churn@1.2.0 over time, EVAL-1, features 8 to 9 of 9");
}

static void calibration_and_performance(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);
	const struct sheet *s = find(&sheets, "Calibration");

	assert_int_equal(s->n_rows, BINS * (1 + WINDOWS + 3));
	assert_int_equal(at(s, 3, "Mean score")->type, CELL_EMPTY);
	assert_int_equal(at(s, 3, "Events")->type, CELL_EMPTY);
	assert_true(at(s, 3, "Rows")->type == CELL_NUMBER && at(s, 3, "Rows")->number == 0);
	/* the primary evaluation, and the last window of monitoring */
	assert_string_equal(sheets.charts.items[4].title, "Calibration of churn@1.2.0, EVAL-1");
	assert_string_equal(sheets.charts.items[5].title, "Calibration of churn@1.2.0, 2024-03-01");
	s = find(&sheets, "Performance");
	assert_int_equal(s->n_rows, 1 + WINDOWS + 3);
	assert_int_equal(at(s, 0, "MCC")->type, CELL_EMPTY);
	expect_text(s, 0, "Because", "one class only");
	assert_true(at(s, 0, "Accuracy")->number == 0.333333333333);
	assert_true(at(s, 0, "Threshold")->number == 0.5);
	assert_true(at(s, 0, "ECE")->number == 0.0312345678901);
}

static void findings_and_overview(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);
	const struct sheet *s = find(&sheets, "Findings");
	bool claimed = false;

	assert_int_equal(s->n_rows, 4);
	for (size_t i = 0; i < 4; i++) {
		const char *rule = at(s, i, "Rule")->text;
		if (!strcmp(rule, "config/no-content")) {
			assert_int_equal(at(s, i, "Line")->type, CELL_EMPTY);
			assert_int_equal(at(s, i, "Path")->type, CELL_EMPTY);
		} else if (!strcmp(rule, "data/schema")) {
			expect_text(s, i, "Fault", "yes");
			expect_text(s, i, "Page", "records/churn/evaluation.yaml.html#L3");
		} else if (!strcmp(rule, "doc/missing-section")) {
			expect_text(s, i, "Severity", "error");
			expect_text(s, i, "Help", "add a heading 'Rollback'");
			expect_text(s, i, "Standing", "open");
		}
	}
	s = find(&sheets, "Overview");
	for (size_t i = 0; i < s->n_rows; i++) {
		if (strcmp(at(s, i, "Name")->text, "Items claimed") != 0)
			continue;
		claimed = true;
		assert_true(at(s, i, "Value")->number == 2);
		assert_string_equal(at(s, i, "Where")->url, "#Requirements");
	}
	assert_true(claimed);
	expect_text(s, 0, "Value", "A handbook & its <models>");
}

static void empty_book(void **state)
{
	struct book_fixture *f = book_new();
	struct sheets sheets;

	(void)state;
	diag_finish(&f->findings);
	sheets = sheets_kept(f);
	for (size_t i = 1; i < sheets.n; i++)
		assert_int_equal(sheets.items[i].n_rows, 0);
	assert_true(sheets.items[0].n_rows > 10);
	assert_int_equal(sheets.charts.n, 0);
	book_free(f);
}

static void write_csv(const struct sheets *sheets, struct out *to, const struct sheet *sheet)
{
	assert_int_equal(table_write_csv(sheets, sheet, -1, to), ST_OK);
}

static void as_csv(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);
	struct out csv = {0};

	write_csv(&sheets, &csv, find(&sheets, "Requirements"));
	assert_int_equal(strncmp(out_text(&csv), "Document,Kind,About,", 20), 0);
	assert_non_null(strstr(out_text(&csv), "\"'=cmd|' /C calc'!A0\""));
	assert_non_null(strstr(out_text(&csv), "\r\n\"'-principles\",model_card,"));
	assert_string_equal(table_csv_name(&f->mem, find(&sheets, "Requirements")),
			    "requirements.csv");
	out_clear(&csv);
	write_csv(&sheets, &csv, find(&sheets, "Models"));
	assert_non_null(
	    strstr(out_text(&csv),
		   "churn,\"Churn, monthly\",Ada,1,1.2.0,production,2024-11-05,Grace,,EVAL-1,"
		   "measured,900,0.912345678901,"));
	out_clear(&csv);
	write_csv(&sheets, &csv, find(&sheets, "Monitoring"));
	assert_non_null(strstr(out_text(&csv), "\"'=HYPERLINK(\"\"http://x\"\")"));
	out_release(&csv);
}

static void as_json(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_kept(f);
	struct out json = {0};

	assert_int_equal(tables_write_json(&sheets, f->book.as_of, -1, &json), ST_OK);
	assert_int_equal(
	    strncmp(out_text(&json),
		    "{\"as_of\": \"2025-01-01\",\n \"sheets\": [\n  {\"name\": \"Overview\"", 58),
	    0);
	assert_non_null(strstr(out_text(&json),
			       "{\"text\": \"data/churn/evaluation.yaml:4\", \"url\": "
			       "\"records/churn/evaluation.yaml.html#L4\"}"));
	assert_non_null(
	    strstr(out_text(&json),
		   "[\"churn\", \"Churn, monthly\", \"Ada\", 1, \"1.2.0\", \"production\", "
		   "\"2024-11-05\", \"Grace\", null,"));
	assert_null(strstr(out_text(&json), "nan"));
	assert_null(strstr(out_text(&json), "<models>"));
	out_release(&json);
}

/* To a file, piece by piece, the same bytes; where it cannot be written, so it is said. */
static void to_a_file(void **state)
{
	struct book_fixture *f = *state;
	struct sheets sheets = sheets_build(&f->mem, &f->book);
	struct out whole = {0}, buffer = {0}, tight = {.max = 1000};
	const char *path = temporary_file(f);
	int fd = open(path, O_RDWR | O_TRUNC), full = open("/dev/full", O_WRONLY);
	char *bytes;

	assert_int_equal(tables_write_json(&sheets, f->book.as_of, -1, &whole), ST_OK);
	assert_true(whole.n > 3 << 16);
	assert_int_equal(tables_write_json(&sheets, f->book.as_of, fd, &buffer), ST_OK);
	assert_int_equal(buffer.n, 0);
	assert_true(buffer.cap <= 1 << 17);
	bytes = arena_alloc(&f->mem, whole.n + 1);
	assert_int_equal(pread(fd, bytes, whole.n + 1, 0), whole.n);
	assert_memory_equal(bytes, out_text(&whole), whole.n);
	errno = 0;
	assert_int_equal(table_write_csv(&sheets, find(&sheets, "Monitoring"), full, &buffer),
			 ST_FAILED);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(table_write_csv(&sheets, find(&sheets, "Monitoring"), -1, &tight),
			 ST_FAILED);
	close(fd);
	close(full);
	unlink(path);
	out_release(&whole);
	out_release(&buffer);
	out_release(&tight);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(columns_are_titled_once),
	    CASE(requirements),
	    CASE(models_and_runs),
	    CASE(monitoring),
	    CASE(calibration_and_performance),
	    CASE(findings_and_overview),
	    cmocka_unit_test(empty_book),
	    CASE(as_csv),
	    CASE(as_json),
	    CASE(to_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
