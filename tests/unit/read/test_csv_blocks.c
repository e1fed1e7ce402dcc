/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_csv_blocks.c - logs in blocks, by threads, from files and streams: always
 * the cells and findings of a plain reader, in linear time and bounded memory */
#include "../../fuzz/csv_ways.h"
#include "data_fixture.h"
#include "read/csv_number.h"
#include <fcntl.h>
#include <pthread.h>
#include <time.h>

static const struct csv_way ways[] = {
    {.jobs = 1},
    {.jobs = 4, .block = 1},
    {.jobs = 3, .block = 2, .narrow = true},
    {.jobs = 2, .block = 5, .from = WAY_FILE},
    {.jobs = 3, .block = 16, .from = WAY_PIPE, .narrow = true},
    {.jobs = 4, .block = 33, .memory = 1},
    {.jobs = 4, .block = 64, .from = WAY_FILE, .memory = 1, .narrow = true},
    {.jobs = 4, .block = 1000, .from = WAY_PIPE},
    {.jobs = 3, .from = WAY_FILE},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* Delimiter and header of `form` as in csv_all_agree(). */
enum { COMMA = 0, FOUND = 1, NO_HEADER = 4, ALLOW_30 = 30 << 3 };

static void edge_cases(void **state)
{
	static const struct {
		const char *what, *text;
		size_t n;
	} t[] = {
	    {"nothing", "", 0},
	    {"a line feed", "\n", 0},
	    {"a lone CR", "\r", 0},
	    {"a header", "a,b,c", 0},
	    {"a header and its end", "a,b,c\r\n", 0},
	    {"BOM alone", "\xEF\xBB\xBF", 0},
	    {"BOM and rows",
	     "\xEF\xBB\xBF"
	     "1,2,3\n4,x,6\n",
	     0},
	    {"CR inside", "a,b,c\n1\r,\r2,3\r\n4,5,6\r", 0},
	    {"no end of line", "a,b,c\n1,2,2024-01-01", 0},
	    {"no end of line behind a quote", "a,b,c\n1,2,\"2024-01-01\"", 0},
	    {"a delimiter at the end", "a,b\n1,", 0},
	    {"one column", "a\n\n\"\"\n1\n\r\nx", 0},
	    {"one column, empty lines first", "\n\na\n\n1\n", 0},
	    {"line feeds in quotes", "a,b\n1,\"\n\n\n\"\n2,\"x\n\"\"\n\"\n\n3,y\n", 0},
	    {"as if it began in quotes", "a,b\n1,\"x\n2,y\n3,z\n\"\n4,\"\n5,w\n\"\n", 0},
	    {"a quote that stays open", "a,b\n1,x\n2,\"y\n3,z\n4,w\n", 0},
	    {"text behind quotes", "a,b\n1,\"x\"y\"\nz\n2,\"\"\"\"x\n", 0},
	    {"NUL", "a,b\n1,\0x\n\0,\"\0\"\n2,y\n", 20},
	    {"bytes that are not UTF-8", "a,b\n1,\xC3\n2,\"\xC3\n\xA9\"\n3,\xC3\xA9\n\xFF,1\n", 0},
	    {"numbers that turn to text last", "a,b\n1,1\n2,\n3,x\n", 0},
	    {"malformed before text", "a,b,c\nNaN,NaN,1\n1,1e999,2\nx,word,3\n", 0},
	    {"hex at the end", "a,b\n1,0x1F", 0},
	    {"malformed throughout", "a,b\nNaN,1\n0x1,2\n\"1,5\",3\n1e999,4\n", 0},
	    {"times",
	     "a,b,c\n1,2,2024-02-29\n1,2,2023-02-29\n1,2,2024-01-01T00:00:00+01:00\n1,2,\n", 0},
	    {"semicolons", "a;b\n1,5;2\n3;4\n", 0},
	    {"tabs and commas", "a\tb,c\n1\t2,3\n4\t5\n", 0},
	    {"pipes", "a|b|c\n1|2|3\n", 0},
	    {"no delimiter", "a b\n1 2\n", 0},
	    {"rows of other lengths", "a,b,c\n1\n1,2\n1,2,3\n1,2,3,4\n,\n", 0},
	    {"numbers",
	     "a,b\n+1.50,-0\n1e-320,1e308\n.5,5.\n.,-\n1e,e1\n 7\t,00000000000000000000012\n"
	     "9007199254740993,123456789012345678901234567890\n0.1e-5,1E+3\n",
	     0},
	};
	static const unsigned forms[] = {COMMA,
					 FOUND,
					 COMMA | ALLOW_30,
					 FOUND | ALLOW_30,
					 COMMA | NO_HEADER,
					 FOUND | NO_HEADER | ALLOW_30};
	static const unsigned kinds[] = {0, 1, 2, 4, 8, 16, 0x83, 0x3C, 0xFF};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
			for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
				if (!csv_all_agree(t[i].text, t[i].n ? t[i].n : strlen(t[i].text),
						   forms[f], kinds[k], ways, WAYS))
					fail_msg("%s, form %u, kinds %x", t[i].what, forms[f],
						 kinds[k]);
}

static unsigned next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 40);
}

static void random_files(void **state)
{
	static const char *const parts[] = {
	    ",",         ",",     ",",       ",",        "\n",          "\n",  "\n",  "\r\n",
	    "\"",        "\"\"",  "x",       "\xC3\xA9", "1",           "2.5", "NaN", "2024-01-02",
	    "\"a,\nb\"", "\",\"", "1,2,3\n", "4,x,\n",   "5,\"y\",6\n", ";",   "\r",  "\xC3"};
	uint64_t seed = 11;

	(void)state;
	for (int round = 0; round < 1500; round++) {
		struct out text = {0};
		unsigned form = next_random(&seed) & 0xFF, kinds = next_random(&seed) & 0xFF;
		unsigned n = next_random(&seed) % 60, known = round & 1 ? 24 : 21;

		if (round & 2)
			out_puts(&text, "a,b,c\n");
		while (n--)
			out_puts(&text, parts[next_random(&seed) % known]);
		if (!csv_all_agree(out_text(&text), text.n, form, kinds, ways, WAYS))
			fail_msg("round %d", round);
		out_release(&text);
	}
}

/* -- larger logs ------------------------------------------------------------------------------ */

struct large {
	struct fixture f;
	struct csv_column columns[3];
	struct csv_request request;
	struct csv_table table;
	enum status status;
};

static void read_large(struct large *l, const struct out *text, struct csv_request request)
{
	fixture_init(&l->f);
	memset(l->columns, 0, sizeof l->columns);
	l->columns[0] = (struct csv_column){.name = "a", .type = CSV_NUMBER};
	l->columns[1] = (struct csv_column){.name = "b", .type = CSV_TEXT};
	l->columns[2] = (struct csv_column){.name = "c", .type = CSV_GUESS};
	l->request = request;
	l->request.columns = l->columns;
	if (!l->request.n_columns)
		l->request.n_columns = 3;
	l->request.log = text ? source_new(&l->f.mem, "x.csv", text->p, text->n)
			      : source_named(&l->f.mem, "x.csv");
	l->status = csv_read(&l->f.mem, &l->request, &l->table, &l->f.diags);
}

/* Codes of one, two and four bytes; columns in a temporary file; the type of the last row. */
static void many_categories(void **state)
{
	static const size_t counts[] = {255, 256, 65535, 65536, 70000};
	static const uint8_t bytes[] = {1, 2, 2, 4, 4};

	(void)state;
	for (size_t k = 0; k < 5; k++) {
		struct out text = {0};
		size_t n = counts[k];

		out_puts(&text, "b,a,c\n");
		for (size_t i = 0; i < n + 10; i++)
			out_printf(&text, "g%zu,%zu.25,%s\n", i % n, i, i == n ? "last" : "7");
		for (int way = 0; way < 3; way++) {
			struct large l;

			read_large(&l, &text,
				   (struct csv_request){.narrow_codes = true,
							.jobs = 3,
							.block = way ? 40000 : 3000,
							.memory = way == 2 ? 100000 : 0});
			assert_int_equal(l.status, ST_OK);
			assert_int_equal(l.table.rows, n + 10);
			assert_int_equal(l.table.spilled, way == 2 && n > 300);
			assert_int_equal(l.columns[1].code_bytes, bytes[k]);
			assert_int_equal(l.columns[1].n_categories, n);
			assert_int_equal(l.columns[2].n_categories, 2);
			for (size_t i = 0; i < n + 10; i++) {
				uint32_t code;
				csv_codes(&l.columns[1], i, 1, &code);
				if (code != i % n || l.columns[0].numbers[i] != (double)i + 0.25 ||
				    csv_code(&l.columns[2], i) != (i == n) ||
				    csv_line(&l.table, i) != i + 2)
					fail_msg("row %zu of %zu", i, n);
			}
			fixture_release(&l.f);
		}
		out_release(&text);
	}
}

static void numbers_and_names(void **state)
{
	static const char text[] = "a,b,a,#2\n1,2,3,4\n";
	struct csv_column columns[] = {{.number = 3},  {.name = "#3"},
				       {.name = "#2"}, {.name = "b", .number = 1},
				       {.name = "#5"}, {.name = "a"}};
	struct csv_request q = {.columns = columns, .n_columns = 4};
	struct csv_table table;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	q.log = fixture_source(&f, text, sizeof text - 1);
	assert_int_equal(csv_read(&f.mem, &q, &table, &f.diags), ST_OK);
	assert_string_equal(columns[0].name, "#3");
	assert_true(columns[0].numbers[0] == 3 && columns[1].numbers[0] == 3 &&
		    columns[2].numbers[0] == 4 && columns[3].numbers[0] == 1);
	assert_true(columns[2].index == 3 && table.delimiter == ',');
	assert_true(table.bytes == sizeof text - 1 && !table.spilled);
	q.n_columns = 6;
	assert_int_equal(csv_read(&f.mem, &q, &table, &f.diags), ST_FAILED);
	assert_int_equal(f.diags.n, 2);
	assert_string_equal(f.diags.items[0].detail, "no column '#5' in a.yaml:1");
	assert_string_equal(f.diags.items[1].detail,
			    "column 'a' stands twice in a.yaml:1, as columns 1 and 3");
	fixture_release(&f);
}

struct writer {
	int fd;
	const struct out *text;
};

static void *write_all(void *arg)
{
	struct writer *w = arg;
	size_t at = 0;

	while (at < w->text->n) {
		ssize_t put = write(w->fd, w->text->p + at, w->text->n - at);
		if (put <= 0)
			break;
		at += (size_t)put;
	}
	close(w->fd);
	return NULL;
}

/* A stream larger than a pipe, whose last row makes text of a column of numbers. */
static void long_stream(void **state)
{
	struct out text = {0};

	(void)state;
	out_puts(&text, "a,b,c\n");
	for (int i = 0; i < 60000; i++)
		out_printf(&text, "%d,\"x\n%d\",%d\n", i, i % 3, i % 5);
	out_puts(&text, "60000,y,word\n");
	for (int turn = 0; turn < 2; turn++) {
		struct large l;
		struct writer w = {.text = &text};
		pthread_t thread;
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		w.fd = ends[1];
		assert_int_equal(pthread_create(&thread, NULL, write_all, &w), 0);
		read_large(
		    &l, NULL,
		    (struct csv_request){
			.fd = ends[0], .jobs = 3, .block = 10000, .n_columns = turn ? 2 : 3});
		pthread_join(thread, NULL);
		close(ends[0]);
		assert_int_equal(l.status, ST_OK);
		assert_int_equal(l.table.rows, 60001);
		assert_true(l.table.bytes == text.n);
		assert_true(l.columns[0].numbers[60000] == 60000);
		assert_int_equal(csv_line(&l.table, 59999), 2 * 59999 + 2);
		assert_int_equal(csv_line(&l.table, 60000), 120002);
		assert_int_equal(l.columns[1].n_categories, 4);
		if (!turn)
			assert_string_equal(l.columns[2].categories[l.columns[2].codes[60000]],
					    "word");
		fixture_release(&l.f);
	}
	out_release(&text);
}

/* What cannot be opened, or kept, is a finding. */
static void failures(void **state)
{
	struct large l;
	struct out text = {0};
	char folder[] = "/nonexistent-folder-of-this-test";

	(void)state;
	read_large(&l, NULL, (struct csv_request){.file = "tests/no-such-file.csv"});
	assert_int_equal(l.status, ST_FAILED);
	assert_int_equal(l.f.diags.items[0].rule, RULE_IO_READ);
	fixture_release(&l.f);
	read_large(&l, NULL, (struct csv_request){.file = "tests"});
	assert_int_equal(l.f.diags.items[0].rule, RULE_IO_READ);
	fixture_release(&l.f);
	out_puts(&text, "a,b,c\n1,x,2\n");
	setenv("TMPDIR", folder, 1);
	read_large(&l, &text, (struct csv_request){.memory = 1});
	unsetenv("TMPDIR");
	assert_int_equal(l.status, ST_FAILED);
	assert_int_equal(l.f.diags.items[0].rule, RULE_IO_WRITE);
	assert_non_null(strstr(l.f.diags.items[0].detail, "temporary file"));
	fixture_release(&l.f);
	out_release(&text);
}

/* Seconds of this process that reading takes. */
static double seconds(const struct out *text, size_t block, size_t jobs)
{
	struct large l;
	clock_t before = clock();

	read_large(&l, text,
		   (struct csv_request){.block = block, .jobs = jobs, .max_bad = SIZE_MAX});
	fixture_release(&l.f);
	return (double)(clock() - before) / CLOCKS_PER_SEC;
}

/* Hostile files: all quotes, quotes and line feeds, one row of delimiters, one quoted field in each
 * block. Twice the bytes take about twice the time, not four times. */
static void linear(void **state)
{
	static const char *const patterns[] = {"\"", "\"\n",    "\"\"\n", ",",
					       "\n", "\",\"\n", "x,\"\n", "1,\"a\n\n\n\n\",\n"};

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		double times[2];

		for (int half = 0; half < 2; half++) {
			struct out text = {0};

			out_puts(&text, "a,b,c\n");
			while (text.n < (half ? 2000000u : 1000000u))
				out_puts(&text, patterns[i]);
			times[half] = seconds(&text, 4096, 2);
			out_release(&text);
		}
		if (times[1] > 3.2 * times[0] + 0.5)
			fail_msg("pattern %zu: %.2f s, twice of it %.2f s", i, times[0], times[1]);
	}
}

/* -- numbers ---------------------------------------------------------------------------------- */

static void same_as_strtod(const char *text)
{
	double got = 0, want = strtod(text, NULL);
	size_t n = strlen(text);
	bool good = csv_number(text, n, &got);

	if (good != (bool)isfinite(want) || (good && memcmp(&got, &want, sizeof got)))
		fail_msg("%s: %.17g, want %.17g", text, got, want);
	if (n <= 8 && text[0] != '-' && !strpbrk(text, "+eE")) {
		char padded[16] = {0};
		memcpy(padded, text, n);
		if (!csv_number_short(padded, n, false, &got) || memcmp(&got, &want, sizeof got))
			fail_msg("%s, short: %.17g, want %.17g", text, got, want);
	}
}

static void numbers(void **state)
{
	static const char *const t[] = {"0",
					"-0",
					"0.0",
					"1",
					"00000001",
					"1234567.",
					".1234567",
					"12345678",
					"1e-308",
					"2.2250738585072011e-308",
					"4.9e-324",
					"2.4e-324",
					"1e-400",
					"1.7976931348623157e308",
					"1.7976931348623159e308",
					"1e308",
					"9007199254740993",
					"9007199254740993.0",
					"9007199254740995",
					"18446744073709551615",
					"18446744073709551616",
					"1e22",
					"1e23",
					"0.1e-26",
					"8.5e-27",
					"123456789012345678e-27",
					"5e27",
					"9999999999999999999e27",
					"9999999999999999999e-27",
					"0.500000000000000166533453693773481063544750213623046875",
					"6929495644600919.5",
					"3.518437208883201171875e13",
					"0e999",
					"1E0005",
					"1e-0005"};
	uint64_t seed = 3;
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		same_as_strtod(t[i]);
	for (int i = 0; i < 300000; i++) {
		uint64_t bits = (uint64_t)next_random(&seed) << 40 ^
				(uint64_t)next_random(&seed) << 20 ^ next_random(&seed);
		double value;

		switch (i % 4) {
		case 0: /* any double, in any number of digits */
			memcpy(&value, &bits, sizeof value);
			if (!isfinite(value))
				continue;
			snprintf(text, sizeof text, "%.*g", (int)(1 + next_random(&seed) % 20),
				 value);
			break;
		case 1: /* as logs have them */
			snprintf(text, sizeof text, "%.*f", (int)(next_random(&seed) % 9),
				 (double)(bits >> 30) / (double)(1u << next_random(&seed) % 30));
			break;
		case 2: /* digits and a power around the limits of the fast ways */
			snprintf(text, sizeof text, "%llue%d", (unsigned long long)bits,
				 (int)(next_random(&seed) % 60) - 30);
			break;
		default: /* halfway between two doubles */
			snprintf(text, sizeof text, "%llu.5",
				 (unsigned long long)(bits >> 12 | 1ull << 52));
		}
		same_as_strtod(text);
	}
}

static void no_numbers(void **state)
{
	static const char *const t[] = {"",      ".",   "-",     "+",    "1..2", "1.2.3", "--1",
					"1-",    "e5",  "1e",    "1e+",  "0x10", "1 2",   "1,5",
					"nan",   "inf", "1e999", "..",   "1.5x", ":",     "/",
					"12:45", "1.:", "1/2",   "1.5.", "-.",   ".e1"};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char padded[24] = {0};
		double value;

		strcpy(padded, t[i]);
		if (csv_number(padded, strlen(padded), &value) ||
		    csv_number_short(padded, strlen(padded), false, &value))
			fail_msg("'%s' was taken as %g", t[i], value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(edge_cases),      cmocka_unit_test(random_files),
	    cmocka_unit_test(many_categories), cmocka_unit_test(numbers_and_names),
	    cmocka_unit_test(long_stream),     cmocka_unit_test(failures),
	    cmocka_unit_test(linear),          cmocka_unit_test(numbers),
	    cmocka_unit_test(no_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
