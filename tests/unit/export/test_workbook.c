/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/export/test_workbook.c - the workbook: written, read back, the same bytes each time */
#include "book_fixture.h"
#include "export/package.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static enum status write_book(struct book_fixture *f, const char *path, const char **why)
{
	unlink(path);
	return workbook_write(&f->book, path, "../", &f->mem, why);
}

/* All bytes of a part, NUL-terminated. */
static char *part_bytes(struct arena *mem, struct package *package, const char *name, size_t *n)
{
	const struct package_part *part = map_get(&package->by_name, name);
	char *bytes;
	int got;

	if (!part)
		fail_msg("no part %s", name);
	bytes = arena_alloc(mem, part->n + 1);
	assert_null(package_part_open(package, part));
	for (*n = 0; (got = package_part_read(package, bytes + *n, (int)(part->n - *n))) > 0;)
		*n += (size_t)got;
	assert_int_equal(got, 0);
	assert_null(package_part_close(package));
	assert_int_equal(*n, part->n);
	return bytes;
}

static void full_book(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *path = temporary_file(f), *keep = getenv("WORKBOOK_KEEP");
	struct package package;
	size_t n;

	(void)state;
	book_fill(f);
	if (write_book(f, path, &why) != ST_OK)
		fail_msg("%s", why);
	assert_null(why);
	assert_null(package_open(&f->mem, path, &package));
	assert_non_null(map_get(&package.by_name, "xl/worksheets/sheet10.xml"));
	assert_non_null(map_get(&package.by_name, "xl/tables/table9.xml"));
	assert_non_null(map_get(&package.by_name, "xl/charts/chart6.xml"));
	for (size_t i = 0; i < package.n; i++) {
		const char *bytes = part_bytes(&f->mem, &package, package.items[i].name, &n);
		assert_null(strstr(bytes, "<f>"));
		if (!strstr(package.items[i].name, "charts/"))
			assert_null(strstr(bytes, "NAN"));
	}
	package_close(&package);
	if (keep)
		assert_int_equal(rename(path, keep), 0);
	unlink(path);
	book_free(f);
}

static void same_bytes(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *one = temporary_file(f), *two = temporary_file(f);

	(void)state;
	book_fill(f);
	assert_int_equal(write_book(f, one, &why), ST_OK);
	setenv("TZ", "Pacific/Kiritimati", 1);
	tzset();
	sleep(1); /* a file that holds the time would differ */
	assert_int_equal(write_book(f, two, &why), ST_OK);
	assert_string_equal(file_digest(one), file_digest(two));
	/* the day of the book is its day */
	f->book.as_of++;
	assert_int_equal(write_book(f, two, &why), ST_OK);
	assert_string_not_equal(file_digest(one), file_digest(two));
	unsetenv("TZ");
	unlink(one);
	unlink(two);
	book_free(f);
}

static void empty_book(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *path = temporary_file(f);

	(void)state;
	f->book.as_of = 0; /* the library's word for "now" */
	assert_int_equal(write_book(f, path, &why), ST_OK);
	unlink(path);
	book_free(f);
}

static void text_of_a_cell(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"=1+1", "=1+1"},
	    {"a\r\nb\rc\nd\te", "a\nb\nc\nd\te"},
	    {"bell\x07", "bell\xef\xbf\xbd"},
	    {"bad\xff\xfeutf", "bad\xef\xbf\xbd\xef\xbf\xbdutf"},
	    {"cut\xe2\x82", "cut\xef\xbf\xbd\xef\xbf\xbd"},
	    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
	    {"\xef\xbf\xbe|\xef\xbf\xbf", "\xef\xbf\xbd|\xef\xbf\xbd"},
	    {"_x0041_", "_x005F_x0041_"},
	    {"_x0041", "_x0041"},
	    {"__x00e9__", "__x005F_x00e9__"},
	    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
	    {"1234567890123456", "1234567890123456"},
	    {"12345678901234567", "12345678 … [cut]"},
	    {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
	     "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80z",
	     "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80 … [cut]"},
	};
	struct arena mem;

	(void)state;
	arena_init(&mem);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(plan_text(&mem, cases[i].text, 16), cases[i].want);
	arena_release(&mem);
}

/* --- sheets of our own making --- */

static const struct sheet_column wide[] = {
    {"Text", COLUMN_TEXT, 20},    {"Prose", COLUMN_PROSE, 20}, {"Count", COLUMN_COUNT, 9},
    {"Figure", COLUMN_FIGURE, 9}, {"Share", COLUMN_SHARE, 9},  {"Date", COLUMN_DATE, 12},
    {"State", COLUMN_STATE, 12},
};

struct made {
	struct arena mem, row;
	struct sheets sheets;
	struct kept_rows kept;
	struct sheet_builder b;
};

static struct made *made_new(void)
{
	struct made *m = calloc(1, sizeof *m);
	struct sheet *sheet;

	arena_init(&m->mem);
	arena_init(&m->row);
	sheet = ARENA_PUSH(&m->mem, &m->sheets);
	*sheet = (struct sheet){.name = "Made", .title = "Made", COLUMNS(wide)};
	m->kept = (struct kept_rows){&m->mem, sheet};
	m->b.mem = &m->row;
	m->b.sheets = &m->sheets;
	m->b.sheet = sheet;
	m->b.take = keep_row;
	m->b.ctx = &m->kept;
	return m;
}

static void made_free(struct made *m)
{
	arena_release(&m->row);
	arena_release(&m->mem);
	free(m);
}

static void add_row(struct made *m, const char *text, double number, int32_t day)
{
	cell_text(&m->b, text);
	cell_text(&m->b, text);
	cell_number(&m->b, number);
	cell_number(&m->b, number);
	cell_number(&m->b, number);
	cell_day(&m->b, day);
	cell_text(&m->b, text);
}

static enum status write_made(struct made *m, const char *path, const char **why)
{
	unlink(path);
	return workbook_write_sheets(&m->sheets, "Made", 20000, path, "../", &m->mem, why);
}

static void hostile_cells(void **state)
{
	struct book_fixture *f = book_new();
	struct made *m = made_new();
	const char *why, *path = temporary_file(f);
	char *long_text = arena_alloc(&m->mem, 100001);
	const char *const texts[] = {"=1+1",
				     "+1",
				     "-1",
				     "@SUM(A1)",
				     "\t=1",
				     "\r=1",
				     "{=1}",
				     "http://example.org/",
				     "javascript:alert(1)",
				     "internal:A1",
				     "external:c:\\x",
				     "mailto:a@b",
				     "</t><script>",
				     "a & b < c > d \" e ' f",
				     "]]>",
				     "&#0;",
				     "\x01\x02\x1f",
				     "\xff\xfe",
				     "_x0041_",
				     "  space  ",
				     "\n",
				     "1.10",
				     "NULL",
				     "#REF!",
				     "TRUE",
				     "2024-01-01",
				     "\xef\xbf\xbf",
				     "שלום",
				     "\xf0\x9f\x98\x80",
				     "\u202egpj.exe"};
	const double numbers[] = {0,      -0.0, 1e308,    -1e308,
				  5e-324, 0.1,  1.0 / 3,  123456789012345678.0,
				  1e21,   NAN,  INFINITY, -INFINITY};
	const int32_t days[] = {INT32_MIN, 0, -25509, -25508, -30000, 2932896, 2932897, 20000};

	(void)state;
	memset(long_text, 'x', 100000);
	add_row(m, long_text, 1, 0);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		add_row(m, texts[i], 1, 0);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		add_row(m, "number", numbers[i], 0);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		add_row(m, "day", 1, days[i]);
	if (write_made(m, path, &why) != ST_OK)
		fail_msg("%s", why);
	unlink(path);
	made_free(m);
	book_free(f);
}

static void hostile_links(void **state)
{
	struct book_fixture *f = book_new();
	struct made *m = made_new();
	const char *why, *path = temporary_file(f);
	char *long_path = arena_alloc(&m->mem, 5000);
	const char *const paths[] = {
	    "a b.html", "internal:x.html", "external:y.html", "ü/%20.html",           "a#b.html",
	    "a?b.html", "a&b<c>\"d'.html", "mailto:x.html",   "\\\\host\\share.html", "C:/x.html"};

	(void)state;
	memset(long_path, 'p', 4999);
	for (size_t i = 0; i <= sizeof paths / sizeof *paths; i++) {
		struct page page = {.path =
					i < sizeof paths / sizeof *paths ? paths[i] : long_path};
		cell_page(&m->b, &page, i % 2 ? "an anchor & more" : NULL);
		for (size_t k = 1; k < sizeof wide / sizeof *wide; k++)
			cell_text(&m->b, NULL);
	}
	if (write_made(m, path, &why) != ST_OK)
		fail_msg("%s", why);
	unlink(path);
	made_free(m);
	book_free(f);
}

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

/* --- what must not go unseen --- */

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

/* A full disk: an error, no file left behind. */
static void no_room(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *path = temporary_file(f);
	int status;
	pid_t child;

	(void)state;
	book_fill(f);
	child = fork();
	if (!child) {
		const struct rlimit limit = {2048, 2048};
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		_exit(write_book(f, path, &why) == ST_FAILED && why && access(path, F_OK) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(workbook_write(&f->book, "/dev/null/x.xlsx", "../", &f->mem, &why),
			 ST_FAILED);
	assert_non_null(why);
	book_free(f);
}

/* Time grows with the number of rows. */
static void many_rows(void **state)
{
	struct book_fixture *f = book_new();
	const char *why, *path = temporary_file(f);
	double seconds[2];

	(void)state;
	for (int round = 0; round < 2; round++) {
		struct made *m = made_new();
		struct timespec from, to;
		for (int i = 0; i < 5000 << (2 * round); i++)
			add_row(m, arena_printf(&m->mem, "requirement %d", i), i * 0.37,
				10000 + i % 10000);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		if (write_made(m, path, &why) != ST_OK)
			fail_msg("%s", why);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
		seconds[round] =
		    (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9;
		made_free(m);
	}
	print_message("5,000 rows in %.2f s, 20,000 rows in %.2f s\n", seconds[0], seconds[1]);
	assert_true(seconds[1] < 8 * seconds[0]);
	unlink(path);
	book_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(full_book),
	    cmocka_unit_test(same_bytes),
	    cmocka_unit_test(empty_book),
	    cmocka_unit_test(text_of_a_cell),
	    cmocka_unit_test(hostile_cells),
	    cmocka_unit_test(hostile_links),
	    cmocka_unit_test(too_many_links),
	    cmocka_unit_test(too_many_rows),
	    cmocka_unit_test(streamed_memory_is_bounded),
	    cmocka_unit_test(differences_are_seen),
	    cmocka_unit_test(numbers_are_compared),
	    cmocka_unit_test(too_many_charts),
	    cmocka_unit_test(damaged_files),
	    cmocka_unit_test(no_room),
	    cmocka_unit_test(many_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
