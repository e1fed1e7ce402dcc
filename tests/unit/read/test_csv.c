/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_csv.c - prediction logs: cells, columns, findings, and a plain second reader
 */
#include "data_fixture.h"
#include "read/csv.h"
#include <math.h>
#include <stdio.h>
#include <time.h>

/* Reads columns a (number), b (text) and, where `third`, c (guessed) of the text. */
struct log_case {
	struct fixture f;
	struct csv_column columns[3];
	struct csv_request request;
	struct csv_table table;
	enum status status;
};

static void read_log(struct log_case *c, const char *text, size_t n, size_t columns, char delimiter,
		     size_t max_bad)
{
	struct source *record;

	fixture_init(&c->f);
	record = source_new(&c->f.mem, "record.yaml", "a b c d", 7);
	memset(c->columns, 0, sizeof c->columns);
	c->columns[0] = (struct csv_column){"a", CSV_NUMBER, span_at(record, 0, 1), .missing = 0};
	c->columns[1] = (struct csv_column){"b", CSV_TEXT, span_at(record, 2, 3), .missing = 0};
	c->columns[2] = (struct csv_column){"c", CSV_GUESS, span_at(record, 4, 5), .missing = 0};
	c->request = (struct csv_request){.log = fixture_source(&c->f, text, n),
					  .at = span_at(record, 6, 7),
					  .delimiter = delimiter,
					  .max_bad = max_bad,
					  .columns = c->columns,
					  .n_columns = columns};
	c->f.source->path = "log.csv";
	c->status = csv_read(&c->f.mem, &c->request, &c->table, &c->f.diags);
}

/* "1: 0.5|x|z" for each row: its line, number, categories; "-" where missing. */
static const char *rows_text(struct log_case *c)
{
	struct out o = {0};
	char *copy;

	for (size_t row = 0; row < c->table.rows; row++) {
		out_printf(&o, "%llu:", (unsigned long long)csv_line(&c->table, row));
		for (size_t i = 0; i < c->request.n_columns; i++) {
			const struct csv_column *column = &c->columns[i];
			out_puts(&o, i ? "|" : " ");
			if (column->is_number && isnan(column->numbers[row]))
				out_puts(&o, "-");
			else if (column->is_number)
				out_printf(&o, "%g", column->numbers[row]);
			else if (column->codes[row] == CSV_MISSING)
				out_puts(&o, "-");
			else
				out_puts(&o, column->categories[column->codes[row]]);
		}
		out_putc(&o, '\n');
	}
	copy = arena_strndup(&c->f.mem, out_text(&o), o.n);
	out_release(&o);
	return copy;
}

/* Meant as numbers, and none: never categories of a column whose type is found out. */
static void malformed_numbers_are_no_categories(void **state)
{
	static const char *const cells[] = {"NaN",    "-inf",    "Infinity",  "0x1F",
					    "1e999",  "\"0,5\"", "\"1,000\"", "\u22121",
					    "1.5abc", "\"-1,5\""};

	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		struct log_case c;
		char text[100];
		int n = snprintf(text, sizeof text, "a,b,c\n1,x,2\n1,x,%s\n", cells[i]);
		read_log(&c, text, (size_t)n, 3, 0, 0);
		if (c.status != ST_FAILED || !strstr(fixture_findings(&c.f), "data/unreadable-log"))
			fail_msg("%s was taken", cells[i]);
		fixture_release(&c.f);
	}
}

static void good_logs(void **state)
{
	static const struct {
		const char *what, *text;
		char delimiter;
		const char *want;
	} t[] = {
	    {"plain", "a,b,c\n1,x,2\n2.5,y,z\n", 0, "2: 1|x|2\n3: 2.5|y|z\n"},
	    {"no end of line", "a,b,c\n1,x,2", 0, "2: 1|x|2\n"},
	    {"CRLF", "a,b,c\r\n1,x,2\r\n", 0, "2: 1|x|2\n"},
	    {"byte order mark",
	     "\xEF\xBB\xBF"
	     "a,b,c\n1,x,2\n",
	     0, "2: 1|x|2\n"},
	    {"other columns", "z,c,q,b,a\n,2,\"x,\ny\",x,1\n9,3,,y,2\n", 0, "2: 1|x|2\n4: 2|y|3\n"},
	    {"missing", "a,b,c\n,,\n\"\",\"\",\"\"\n", 0, "2: -|-|-\n3: -|-|-\n"},
	    {"NA is text", "a,b,c\n1,NA,NA\n", 0, "2: 1|NA|NA\n"},
	    {"quotes", "a,b,c\n\"1\",\"x,y\",\"say \"\"z\"\"\"\n", 0, "2: 1|x,y|say \"z\"\n"},
	    {"a quote inside", "a,b,c\n1,x\"y,\" z\"\n", 0, "2: 1|x\"y| z\n"},
	    {"line feeds in quotes", "a,b,c\n1,\"x\ny\",\"\r\n\"\n2,z,w\n", 0,
	     "2: 1|x\ny|\r\n\n5: 2|z|w\n"},
	    {"empty lines", "\n\r\na,b,c\n\n1,x,2\n\r\n\n", 0, "5: 1|x|2\n"},
	    {"semicolon", "a;b;c\n1;x,y;2\n", ';', "2: 1|x,y|2\n"},
	    {"tab", "a\tb\tc\n1\tx\t2\n", '\t', "2: 1|x|2\n"},
	    {"spaces around numbers", "a,b,c\n 1\t, x ,2\n", 0, "2: 1| x |2\n"},
	    {"guessed as text late", "a,b,c\n1,x,1\n2,x,\"1\"\n3,x,\n4,x,30d\n5,x,1\n", 0,
	     "2: 1|x|1\n3: 2|x|1\n4: 3|x|-\n5: 4|x|30d\n6: 5|x|1\n"},
	    {"categories with digits",
	     "a,b,c\n1,x,2024-01-01\n1,x,10:30\n1,x,1.2.3\n1,x,2xl\n1,x,0x\n", 0,
	     "2: 1|x|2024-01-01\n3: 1|x|10:30\n4: 1|x|1.2.3\n5: 1|x|2xl\n6: 1|x|0x\n"},
	    {"numbers as written", "a,b,c\n1e3,1e3,1e3\n-0.5,007,+.5\n", 0,
	     "2: 1000|1e3|1000\n3: -0.5|007|0.5\n"},
	    {"no rows", "a,b,c\n", 0, ""},
	    {"letters", "b,a,c\né,1,日\n", 0, "2: 1|é|日\n"},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct log_case c;
		read_log(&c, t[i].text, strlen(t[i].text), 3, t[i].delimiter, 0);
		wrong += c.status != ST_OK;
		wrong += differs(t[i].what, fixture_findings(&c.f), "");
		wrong += differs(t[i].what, rows_text(&c), t[i].want);
		fixture_release(&c.f);
	}
	assert_int_equal(wrong, 0);
}

static void columns(void **state)
{
	static const char text[] = "a,b,c\n1,x,\n,,2\n3,x,3\n,y,\n";
	struct log_case c;
	struct csv_column same[2] = {{.name = "a", .type = CSV_NUMBER},
				     {.name = "a", .type = CSV_TEXT}};

	(void)state;
	read_log(&c, text, sizeof text - 1, 3, 0, 0);
	assert_int_equal(c.status, ST_OK);
	assert_int_equal(c.table.n_header, 3);
	assert_string_equal(c.table.header[1], "b");
	assert_int_equal(c.columns[0].missing, 2);
	assert_int_equal(c.columns[1].missing, 1);
	assert_int_equal(c.columns[2].missing, 2);
	assert_int_equal(c.columns[1].n_categories, 2);
	assert_string_equal(c.columns[1].categories[1], "y");
	assert_true(c.columns[2].is_number);
	/* a column may be asked for twice, and none at all */
	c.request.columns = same;
	c.request.n_columns = 2;
	assert_int_equal(csv_read(&c.f.mem, &c.request, &c.table, &c.f.diags), ST_OK);
	assert_true(same[0].numbers[0] == 1 && same[1].codes[0] == 0 &&
		    same[1].codes[1] == CSV_MISSING);
	c.request.n_columns = 0;
	assert_int_equal(csv_read(&c.f.mem, &c.request, &c.table, &c.f.diags), ST_OK);
	assert_int_equal(c.table.rows, 4);
	fixture_release(&c.f);
}

/* In a file of one column an empty line is a missing cell. */
static void one_column(void **state)
{
	struct log_case c;

	(void)state;
	read_log(&c, "a\n1\n\n2\n", 7, 1, 0, 0);
	expect_text("one column", rows_text(&c), "2: 1\n3: -\n4: 2\n");
	fixture_release(&c.f);
}

#define LOG "data/unreadable-log "

static void bad_logs(void **state)
{
	static const struct {
		const char *what, *text;
		size_t n;
		char delimiter;
		size_t max_bad;
		const char *want; /* findings; "" with `rows`: accepted */
		const char *rows;
	} t[] = {
	    {"empty", "", 0, 0, 0, "1:1-1:1 " LOG "file is empty\n", NULL},
	    {"short and long rows", "a,b,c\n1,x\n1,x,2\n1,x,2,3\n", 0, 0, 0,
	     "2:1-2:4 " LOG "row has 2 fields, the header has 3 (a missing value is an empty cell "
	     "between two delimiters)\n"
	     "4:1-4:8 " LOG "row has 4 fields, the header has 3 (a value that holds what parts the "
	     "fields stands in double quotes; "
	     "--max-bad 2, or max_bad in a record, skips them)\n",
	     NULL},
	    {"numbers of people",
	     "a;b;c\n,5;x;\n+1,25;x;\n1,234.5;x;\n5 %;x;\n1,;x;\n,;x;\n-;x;\n%;x;\n", 0, ';', 0,
	     "2:1-2:3 " LOG "expected a number in column 'a', found ',5' (decimals stand behind a "
	     "point: write .5)\n"
	     "3:1-3:6 " LOG "expected a number in column 'a', found '+1,25' (decimals stand behind "
	     "a point: write +1.25)\n"
	     "4:1-4:8 " LOG
	     "expected a number in column 'a', found '1,234.5' (a number has no signs "
	     "between thousands)\n"
	     "5:1-5:4 " LOG
	     "expected a number in column 'a', found '5 %' (write a share as a number "
	     "from 0 to 1, without a sign: 0.5 for 50 %)\n"
	     "6:1-6:3 " LOG "expected a number in column 'a', found '1,' (a number has no signs "
	     "between thousands)\n"
	     "7:1-7:2 " LOG
	     "expected a number in column 'a', found ',' (a missing value is an empty "
	     "cell)\n"
	     "8:1-8:2 " LOG
	     "expected a number in column 'a', found '-' (a missing value is an empty "
	     "cell)\n"
	     "9:1-9:2 " LOG
	     "expected a number in column 'a', found '%' (a missing value is an empty "
	     "cell; "
	     "--max-bad 8, or max_bad in a record, skips them)\n",
	     NULL},
	    {"no numbers", "a,b,c\nhigh,x,2\n1,x,2\nNaN,x,2\n0x1F,x,\n\" \",x,\n", 0, 0, 0,
	     "2:1-2:5 " LOG "expected a number in column 'a', found 'high' (a missing value is an "
	     "empty cell)\n"
	     "4:1-4:4 " LOG "expected a number in column 'a', found 'NaN' (a missing value is an "
	     "empty cell)\n"
	     "5:1-5:5 " LOG "expected a number in column 'a', found '0x1F' (a missing value is an "
	     "empty cell)\n"
	     "6:2-6:3 " LOG "expected a number in column 'a', found ' ' (a missing value is an "
	     "empty cell; "
	     "--max-bad 4, or max_bad in a record, skips them)\n",
	     NULL},
	    {"a number that overflows", "a,b,c\n1e999,x,2\n", 0, 0, 0,
	     "2:1-2:6 " LOG "expected a number in column 'a', found '1e999' (a missing value is an "
	     "empty cell; "
	     "--max-bad 1, or max_bad in a record, skips it)\n",
	     NULL},
	    {"an open quote", "a,b,c\n1,x,2\n1,\"x,2\n1,x,2\n", 0, 0, 5,
	     "3:3-3:4 " LOG "quote that opens here is not closed\n", NULL},
	    {"text behind a quote", "a,b,c\n1,\"x\"y,2\n1,x,2\n", 0, 0, 0,
	     "2:6-2:7 " LOG "text behind a closing quote (a quote inside a quoted field is written "
	     "twice; "
	     "--max-bad 1, or max_bad in a record, skips it)\n",
	     NULL},
	    {"NUL", "a,b,c\n1,x\0y,2\n", 14, 0, 0,
	     "2:4-2:5 " LOG "NUL byte ("
	     "--max-bad 1, or max_bad in a record, skips it)\n",
	     NULL},
	    {"NUL in quotes", "a,b,c\n1,\"\0\",2\n", 14, 0, 0,
	     "2:4-2:5 " LOG "NUL byte ("
	     "--max-bad 1, or max_bad in a record, skips it)\n",
	     NULL},
	    {"not UTF-8", "a,b,c\n1,x,2\n1,\xFF,2\n", 0, 0, 0,
	     "3:3-3:4 " LOG "byte that is not UTF-8 ("
	     "--max-bad 1, or max_bad in a record, skips it)\n",
	     NULL},
	    {"not UTF-8 in a column that nobody wants", "a,b,c,d\n1,x,2,\xE9\n", 0, 0, 0,
	     "2:7-2:8 " LOG "byte that is not UTF-8 ("
	     "--max-bad 1, or max_bad in a record, skips it)\n",
	     NULL},
	    {"absent columns", "A,qqq,c\n1,x,2\n", 0, 0, 0,
	     "1:1-1:2 " LOG
	     "no column 'a' in log.csv:1 (did you mean 'A'? its columns: A, qqq, c)\n"
	     "1:3-1:4 " LOG "no column 'b' in log.csv:1 (its columns: A, qqq, c)\n",
	     NULL},
	    {"twice", "\na,b,a,c\n1,x,1,2\n", 0, 0, 0,
	     "1:1-1:2 " LOG "column 'a' stands twice in log.csv:2, as columns 1 and 3 (name one "
	     "by its number: '#1' or '#3')\n",
	     NULL},
	    {"a header that is not UTF-8", "a,\xFF\n", 0, 0, 0,
	     "1:3-1:4 " LOG "byte that is not UTF-8\n", NULL},
	    {"delimiter", "a", 0, '"', 0,
	     "1:7-1:8 " LOG "delimiter cannot be a quote or a line ending\n", NULL},
	    {"allowed", "a,b,c\nx,y,z\n1,x,2\n1,x\n", 0, 0, 2, "", "3: 1|x|2\n"},
	    {"one more than allowed", "a,b,c\nx,y,z\n1,x,2\n1,x\n", 0, 0, 1,
	     "2:1-2:2 " LOG
	     "expected a number in column 'a', found 'x' (a missing value is an empty cell)\n"
	     "4:1-4:4 " LOG "row has 2 fields, the header has 3 (a missing value is an empty cell "
	     "between two delimiters; max_bad allows 1 malformed row; --max-bad 2, or max_bad in a "
	     "record, skips them)\n",
	     NULL},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct log_case c;
		read_log(&c, t[i].text, t[i].n ? t[i].n : strlen(t[i].text), 3, t[i].delimiter,
			 t[i].max_bad);
		wrong += (c.status == ST_OK) != !*t[i].want;
		wrong += differs(t[i].what, fixture_findings(&c.f), t[i].want);
		if (t[i].rows)
			wrong += differs(t[i].what, rows_text(&c), t[i].rows);
		fixture_release(&c.f);
	}
	assert_int_equal(wrong, 0);
}

static void limits(void **state)
{
	struct out o = {0};
	struct log_case c;
	clock_t before;

	(void)state;
	for (int over = 0; over < 4; over++) {
		out_clear(&o);
		out_puts(&o, over < 2 ? "a,b\n1," : "a,b\n1,\"");
		for (int i = 0; i < (1 << 20) + (over & 1); i++)
			out_putc(&o, 'x');
		out_puts(&o, over < 2 ? "\n" : "\"\n");
		read_log(&c, o.p, o.n, 2, 0, 9);
		assert_int_equal(c.status, over & 1 ? ST_FAILED : ST_OK);
		if (over & 1)
			assert_string_equal(c.f.diags.items[0].detail, "field over 1 MiB");
		fixture_release(&c.f);
	}
	/* at most twenty findings of a log that is bad throughout, and linear work */
	out_clear(&o);
	out_puts(&o, "a,b\n");
	for (int i = 0; i < 200000; i++)
		out_puts(&o, "x,\"y\"z\n");
	before = clock();
	read_log(&c, o.p, o.n, 2, 0, 100000);
	assert_int_equal(c.status, ST_FAILED);
	assert_int_equal(c.f.diags.n, 20);
	fixture_release(&c.f);
	assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 10);
	out_release(&o);
}

/* -- a plain second reader -------------------------------------------------------------------- */

/* Byte by byte with a state, as simple as can be: what csv_read() must agree with. */
struct plain {
	struct out cell, rows; /* rows: "line: cell|cell\n" of the good ones */
	struct out row;
	size_t fields, line, row_line, bad, header_fields;
	bool bad_row, fatal, started;
};

static void plain_cell(struct plain *p)
{
	out_puts(&p->row, p->fields ? "|" : " ");
	out_puts(&p->row, p->cell.n ? out_text(&p->cell) : "-");
	out_clear(&p->cell);
	p->fields++;
}

static void plain_row(struct plain *p)
{
	plain_cell(p);
	if (!p->started) {
		p->started = true;
		p->header_fields = p->fields;
	} else if (p->bad_row || p->fields != p->header_fields) {
		p->bad++;
	} else {
		out_printf(&p->rows, "%zu:%s\n", p->row_line, out_text(&p->row));
	}
	out_clear(&p->row);
	p->fields = 0;
	p->bad_row = false;
}

static void plain_read(struct plain *p, const char *text, size_t n)
{
	enum { CELL, PLAIN, QUOTED, CLOSED, SKIP } state = CELL;

	p->line = p->row_line = 1;
	for (size_t i = 0; i < n; i++) {
		char c = text[i];
		bool feed = c == '\n' || (c == '\r' && (i + 1 == n || text[i + 1] == '\n'));
		if (state == QUOTED) {
			p->line += c == '\n';
			if (c == '"' && i + 1 < n && text[i + 1] == '"')
				out_putc(&p->cell, text[i++]);
			else if (c == '"')
				state = CLOSED;
			else
				out_putc(&p->cell, c);
			continue;
		}
		if (feed) {
			i += c == '\r' && i + 1 < n;
			if (state != CELL || p->fields)
				plain_row(p);
			state = CELL;
			p->row_line = ++p->line;
		} else if (state == SKIP) {
			continue;
		} else if (c == ',') {
			plain_cell(p);
			state = CELL;
		} else if (state == CLOSED) {
			p->bad_row = true;
			state = SKIP;
		} else if (state == CELL && c == '"') {
			state = QUOTED;
		} else {
			out_putc(&p->cell, c);
			state = PLAIN;
		}
	}
	p->fatal = state == QUOTED;
	if (!p->fatal && (state != CELL || p->fields))
		plain_row(p);
}

static unsigned next_random(unsigned *seed)
{
	return (*seed = *seed * 1103515245 + 12345) >> 16 & 0x7FFF;
}

static void agrees_with_plain_reader(void **state)
{
	static const char *const parts[] = {",",  ",",    "\n",  "\n",       "\r\n", "\"",
					    "\"", "\"\"", "xy",  "é",        " ",    "\r",
					    "q",  "\",",  ",\"", "a,\"b\"\n"};
	unsigned seed = 7;
	size_t good = 0, failed = 0;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct plain p = {0};
		struct log_case c;
		struct out text = {0};
		struct csv_column both[2] = {{.name = "u", .type = CSV_TEXT},
					     {.name = "v", .type = CSV_TEXT}};
		out_puts(&text, "u,v\n");
		for (unsigned i = next_random(&seed) % 24; i; i--)
			out_puts(&text, parts[next_random(&seed) % (sizeof parts / sizeof *parts)]);
		plain_read(&p, out_text(&text), text.n);
		read_log(&c, out_text(&text), text.n, 0, 0, 1000);
		memcpy(c.columns, both, sizeof both);
		c.request.n_columns = 2;
		c.status = csv_read(&c.f.mem, &c.request, &c.table, &c.f.diags);
		if ((c.status != ST_OK) != p.fatal)
			fail_msg("%s: status %d", out_text(&text), c.status);
		if (c.status == ST_OK) {
			if (c.table.skipped != p.bad)
				fail_msg("%s: %zu rows skipped, not %zu", out_text(&text),
					 c.table.skipped, p.bad);
			expect_text(out_text(&text), rows_text(&c), out_text(&p.rows));
			good += c.table.rows;
		}
		failed += c.status != ST_OK;
		fixture_release(&c.f);
		out_release(&text);
		out_release(&p.cell);
		out_release(&p.row);
		out_release(&p.rows);
	}
	assert_true(good > 300 && failed > 300); /* both ways were seen */
}

/* Numbers of a large log come back bit by bit, over all growth of the columns. */
static void many_rows(void **state)
{
	enum { ROWS = 20000 };
	struct out o = {0};
	struct log_case c;

	(void)state;
	out_puts(&o, "b,a,c\n");
	for (int i = 0; i < ROWS; i++)
		out_printf(&o, "g%d,%.17g,%s\n", i % 7, i / 3.0, i == ROWS - 1 ? "last" : "1.50");
	read_log(&c, o.p, o.n, 3, 0, 0);
	assert_int_equal(c.status, ST_OK);
	assert_int_equal(c.table.rows, ROWS);
	assert_int_equal(c.columns[1].n_categories, 7);
	assert_int_equal(c.columns[2].n_categories, 2);
	assert_string_equal(c.columns[2].categories[0], "1.50");
	for (int i = 0; i < ROWS; i++) {
		assert_true(c.columns[0].numbers[i] == i / 3.0);
		assert_int_equal(c.columns[1].codes[i], i % 7);
		assert_int_equal(csv_line(&c.table, i), i + 2);
	}
	out_release(&o);
	fixture_release(&c.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(malformed_numbers_are_no_categories),
	    cmocka_unit_test(good_logs),
	    cmocka_unit_test(columns),
	    cmocka_unit_test(one_column),
	    cmocka_unit_test(bad_logs),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(agrees_with_plain_reader),
	    cmocka_unit_test(many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
