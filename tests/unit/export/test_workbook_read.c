/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/export/test_workbook_read.c - what must not go unseen in a written workbook */
#include "made_fixture.h"

/* One of the kind must be there. */
static struct cell *last_cell(struct sheet *sheet, enum cell_type type)
{
	struct cell *cell = &sheet->cells.items[sheet->cells.n - 1];

	while (cell->type != type)
		cell--;
	return cell;
}

/* Changes what was written in the sheets, or in the plan made of them. */
static void change_sheets(struct sheets *sheets, int what)
{
	struct sheet *models = &sheets->items[SHEET_MODELS];
	struct sheet *monitoring = &sheets->items[SHEET_MONITORING];
	struct cell *last = last_cell(models, CELL_TEXT), *link = last_cell(models, CELL_LINK);
	struct cell old = *last;

	switch (what) {
	case 0:
		last->type = CELL_EMPTY;
		break;
	case 1:
		models->n_rows--;
		break;
	case 2:
		last->text = "other";
		break;
	case 3:
		*last = last[-1];
		last[-1] = old;
		break;
	case 4:
		monitoring->cells.items[MONITORING_WARNING].whole = true;
		break;
	case 5:
		link->type = CELL_TEXT;
		break;
	case 6:
		link->url = "elsewhere.html";
		break;
	case 7:
		sheets->charts.items[0].series.n--;
		break;
	case 8:
		sheets->charts.items[5].description = "other";
		break;
	case 9:
		sheets->charts.items[5].title = "other";
		break;
	case 10:
		sheets->charts.n--;
		break;
	case 11:
		models->name = "Others";
		break;
	case 12:
		models->cells.items[0].type = CELL_EMPTY;
		break;
	}
}
enum { CHANGES = 13 };

static struct workbook_plan plan_of(struct book_fixture *f, const struct sheets *sheets,
				    bool streamed)
{
	struct workbook_plan plan = workbook_plan(&f->mem, sheets, "../");

	plan.streamed = streamed;
	return plan;
}

static const char *read_sheets(struct book_fixture *f, const char *path,
			       const struct sheets *sheets, bool streamed)
{
	struct workbook_plan plan = plan_of(f, sheets, streamed);

	return workbook_read_back(&f->mem, path, &plan);
}

/* A workbook of other sheets than planned, in both forms: each difference is named. */
static void differences_are_seen(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *path = temporary_file(f), *keep = getenv("WORKBOOK_KEEP_STREAMED");
	struct sheets sheets;

	(void)state;
	book_fill(f);
	sheets = sheets_build(&f->mem, &f->book);
	for (int streamed = 0; streamed < 2; streamed++) {
		struct workbook_plan plan = plan_of(f, &sheets, streamed);
		unlink(path);
		if (workbook_write_plan(&plan, "Full", 20000, path, &f->mem, &why) != ST_OK)
			fail_msg("%s", why);
		for (int what = 0; what < CHANGES; what++) {
			struct sheets changed = sheets_kept(f);
			assert_null(read_sheets(f, path, &changed, streamed));
			change_sheets(&changed, what);
			if (!read_sheets(f, path, &changed, streamed))
				fail_msg("difference %d was not seen", what);
		}
		/* one form is not the other */
		assert_non_null(read_sheets(f, path, &sheets, !streamed));
	}
	if (keep)
		assert_int_equal(rename(path, keep), 0);
	unlink(path);
	book_free(f);
}

/* The last of the digits that are kept, in each number of a sheet. */
static void numbers_are_compared(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *path = temporary_file(f);
	struct sheets sheets;
	struct sheet *s;

	(void)state;
	book_fill(f);
	sheets = sheets_kept(f);
	assert_int_equal(write_book(f, path, &why), ST_OK);
	s = &sheets.items[SHEET_MODELS];
	for (size_t i = 0; i < s->cells.n; i++) {
		if (s->cells.items[i].type != CELL_NUMBER)
			continue;
		s->cells.items[i].number *= 1 + 1e-11;
		if (s->cells.items[i].number != 0)
			assert_non_null(read_sheets(f, path, &sheets, false));
		s->cells.items[i].number /= 1 + 1e-11;
	}
	unlink(path);
	book_free(f);
}

/* Bytes of the file changed or cut: never a crash, never taken for whole. */
static void damaged_files(void **state)
{
	struct book_fixture *f = book_new();
	struct made *m = made_new();
	const char *why, *path = temporary_file(f);
	struct workbook_plan plan;
	uint32_t random = 7;
	size_t size, unseen = 0;
	char *bytes;
	int root;

	(void)state;
	for (int i = 0; i < 20; i++)
		add_row(m, "text", i, 20000 + i);
	assert_int_equal(write_made(m, path, &why), ST_OK);
	plan = workbook_plan(&m->mem, &m->sheets, "../");
	root = file_open_root("/");
	assert_int_equal(file_read(&m->mem, root, path + 1, 1 << 20, &bytes, &size), ST_OK);
	for (int i = 0; i < 150; i++) {
		struct arena mem;
		size_t n = size, at_byte;
		char old;
		random = random * 1664525 + 1013904223;
		at_byte = (random >> 4) % size;
		old = bytes[at_byte];
		if (i % 3)
			bytes[at_byte] = (char)(old ^ (1 << (random & 7)));
		else
			n = at_byte;
		unlink(path);
		assert_int_equal(file_write(root, path + 1, bytes, n, true), ST_OK);
		arena_init(&mem);
		if (!workbook_read_back(&mem, path, &plan))
			unseen++; /* a byte that means nothing: a date, a flag */
		else if (!(i % 3))
			assert_non_null(workbook_read_back(&mem, path, &plan));
		arena_release(&mem);
		bytes[at_byte] = old;
	}
	close(root);
	print_message("%zu of 150 damages made no difference\n", unseen);
	assert_true(unseen < 40);
	unlink(path);
	made_free(m);
	book_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(differences_are_seen),
	    cmocka_unit_test(numbers_are_compared),
	    cmocka_unit_test(damaged_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
