/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/export/test_workbook.c - the workbook: written, read back, the same bytes each time */
#include "export/package.h"
#include "made_fixture.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

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
	    cmocka_unit_test(full_book),     cmocka_unit_test(same_bytes),
	    cmocka_unit_test(empty_book),    cmocka_unit_test(text_of_a_cell),
	    cmocka_unit_test(hostile_cells), cmocka_unit_test(hostile_links),
	    cmocka_unit_test(no_room),       cmocka_unit_test(many_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
