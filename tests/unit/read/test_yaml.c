/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_yaml.c - YAML into trees, its bytes, and everything that is refused */
#include "data_fixture.h"
#include <math.h>
#include <stdio.h>
#include <time.h>

/* -- scalars ---------------------------------------------------------------------------------- */

static void core_scalars(void **state)
{
	static const struct {
		const char *text;
		enum data_kind kind;
		double number;
		bool json;
	} t[] = {
	    {"", DATA_NULL, 0, false},          {"~", DATA_NULL, 0, false},
	    {"null", DATA_NULL, 0, false},      {"Null", DATA_NULL, 0, false},
	    {"NULL", DATA_NULL, 0, false},      {"nULL", DATA_TEXT, 0, false},
	    {"true", DATA_BOOL, 0, false},      {"FALSE", DATA_BOOL, 0, false},
	    {"yes", DATA_TEXT, 0, false},       {"no", DATA_TEXT, 0, false},
	    {"on", DATA_TEXT, 0, false},        {"0", DATA_NUMBER, 0, true},
	    {"-0", DATA_NUMBER, 0, true},       {"12", DATA_NUMBER, 12, true},
	    {"+12", DATA_NUMBER, 12, false},    {"012", DATA_NUMBER, 12, false},
	    {"0777", DATA_NUMBER, 777, false},  {"0o17", DATA_NUMBER, 15, false},
	    {"0o18", DATA_TEXT, 0, false},      {"0o", DATA_TEXT, 0, false},
	    {"0x1F", DATA_NUMBER, 31, false},   {"0x1g", DATA_TEXT, 0, false},
	    {"-0x1F", DATA_TEXT, 0, false},     {"0b11", DATA_TEXT, 0, false},
	    {"1.5", DATA_NUMBER, 1.5, true},    {"1.", DATA_NUMBER, 1, false},
	    {".5", DATA_NUMBER, 0.5, false},    {"+.5", DATA_NUMBER, 0.5, false},
	    {".", DATA_TEXT, 0, false},         {"1e3", DATA_NUMBER, 1000, true},
	    {"1E-3", DATA_NUMBER, 0.001, true}, {"1e", DATA_TEXT, 0, false},
	    {"1e999", DATA_TEXT, 0, false},     {"5e-324", DATA_NUMBER, 5e-324, true},
	    {".inf", DATA_TEXT, 0, false},      {"-.Inf", DATA_TEXT, 0, false},
	    {".nan", DATA_TEXT, 0, false},      {"nan", DATA_TEXT, 0, false},
	    {"1_000", DATA_TEXT, 0, false},     {"190:20:30", DATA_TEXT, 0, false},
	    {"0,5", DATA_TEXT, 0, false},       {"1 ", DATA_TEXT, 0, false},
	    {"1.2.3", DATA_TEXT, 0, false},     {"2024-01-01", DATA_TEXT, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct data_node node = {.text = t[i].text, .len = strlen(t[i].text)};
		yaml_core_scalar(&node);
		if (node.kind != t[i].kind || node.number != t[i].number ||
		    node.json_number != t[i].json)
			fail_msg("'%s': kind %d number %g json %d", t[i].text, node.kind,
				 node.number, node.json_number);
	}
}

/* -- trees and their bytes -------------------------------------------------------------------- */

static void dump(const struct data_node *node, struct out *o)
{
	if (node->kind == DATA_LIST || node->kind == DATA_MAP) {
		out_printf(o, "%s<%u,%u>", node->kind == DATA_LIST ? "[" : "{", node->at.start,
			   node->at.end);
		for (size_t i = 0; i < node->n; i++) {
			out_putc(o, ' ');
			if (node->kind == DATA_LIST) {
				dump(node->items[i], o);
				continue;
			}
			dump(node->pairs[i].key, o);
			out_putc(o, '=');
			dump(node->pairs[i].value, o);
		}
		out_puts(o, node->kind == DATA_LIST ? " ]" : " }");
		return;
	}
	out_printf(o, "%s%s<%u,%u>", node->quoted ? "'" : "", node->text, node->at.start,
		   node->at.end);
}

static void trees(void **state)
{
	static const struct {
		const char *what, *text, *want;
	} t[] = {
	    {"empty", "", "<0,0>"},
	    {"a comment", "# nothing\n", "<0,0>"},
	    {"a document marker", "---\n...\n", "<4,4>"},
	    {"one scalar", "hello\n", "hello<0,5>"},
	    {"a map", "a: 1\nb: x y\n", "{<0,11> a<0,1>=1<3,4> b<5,6>=x y<8,11> }"},
	    {"absent values", "a:\nb:\n", "{<0,5> a<0,1>=<2,2> b<3,4>=<5,5> }"},
	    {"a block list", "- a\n- b: 1\n  c: 2\n-\n\n# end\n",
	     "[<0,19> a<2,3> {<6,17> b<6,7>=1<9,10> c<13,14>=2<16,17> } <19,19> ]"},
	    {"flow", "a: [1, {b: 2}, []]  # c\n",
	     "{<0,18> a<0,1>=[<3,18> 1<4,5> {<7,13> b<8,9>=2<11,12> } [<15,17> ] ] }"},
	    {"a pair in a list", "[a: b , c]", "[<0,10> {<1,5> a<1,2>=b<4,5> } c<8,9> ]"},
	    {"a list at its key's column", "a:\n- 1\nb: 2\n",
	     "{<0,11> a<0,1>=[<3,6> 1<5,6> ] b<7,8>=2<10,11> }"},
	    {"quotes", "a: \"x\\ty\"\nb: 'it''s'\n",
	     "{<0,20> a<0,1>='x\ty<3,9> b<10,11>='it's<13,20> }"},
	    {"a literal", "a: |\n  x\n  y\n\n\nb: 1\n",
	     "{<0,19> a<0,1>='x\ny\n<3,12> b<15,16>=1<18,19> }"},
	    {"a folded one", "a: >-\n  x\n  y\n", "{<0,13> a<0,1>='x y<3,13> }"},
	    {"a plain one over lines", "a: x\n  y\nb: 1\n",
	     "{<0,13> a<0,1>=x y<3,8> b<9,10>=1<12,13> }"},
	    {"a byte order mark",
	     "\xEF\xBB\xBF"
	     "a: 1\n",
	     "{<3,7> a<3,4>=1<6,7> }"},
	    {"CRLF", "a: 1\r\nb: 2\r\n", "{<0,10> a<0,1>=1<3,4> b<6,7>=2<9,10> }"},
	    {"letters beyond ASCII", "é: ü\nb: 日本\nc: [𝄞, x]\n",
	     "{<0,29> é<0,2>=ü<4,6> b<7,8>=日本<10,16> c<17,18>=[<20,29> 𝄞<21,25> x<27,28> ] }"},
	    {"U+0085 and U+2028 are characters",
	     "a: x\xC2\x85y # c\xE2\x80\xA8"
	     "d\nb: \"\xE2\x80\xA9\"\n",
	     "{<0,24> a<0,1>=x\xC2\x85y<3,7> b<16,17>='\xE2\x80\xA9<19,24> }"},
	    {"escapes of the same", "a: \"\\N\\L\\P\"\n",
	     "{<0,11> a<0,1>='\xC2\x85\xE2\x80\xA8\xE2\x80\xA9<3,11> }"},
	    {"%YAML 1.2", "%YAML 1.2\n---\na: 1\n", "{<14,18> a<14,15>=1<17,18> }"},
	    {"behind the end", "a: 1\n...\n# c\n\n", "{<0,4> a<0,1>=1<3,4> }"},
	    {"a quoted <<", "'<<': 1\n", "{<0,7> '<<<0,4>=1<6,7> }"},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		struct data_node *node;
		struct out o = {0};
		fixture_init(&f);
		node = fixture_yaml(&f, t[i].text);
		if (!node)
			fail_msg("%s: %s", t[i].what, fixture_findings(&f));
		dump(node, &o);
		wrong += differs(t[i].what, out_text(&o), t[i].want);
		out_release(&o);
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

/* A plain scalar's bytes in the source are its text: for any text of letters of any length. */
static void every_span_is_its_text(void **state)
{
	static const char *const letters[] = {"a", "é", "日", "𝄞", "\xC2\x85", "\xE2\x80\xA8"};
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct fixture f;
		struct out text = {0};
		struct data_node *root;
		fixture_init(&f);
		for (int i = 0; i < 20; i++) {
			out_printf(&text, "k%d: x", i);
			for (int n = (int)((seed = seed * 1103515245 + 12345) >> 16 & 7); n; n--)
				out_puts(&text,
					 letters[(seed = seed * 1103515245 + 12345) >> 16 & 3]);
			if (round % 2)
				out_puts(&text, letters[4 + i % 2]);
			out_puts(&text, round % 3 ? "y\n" : "y # ü\r\n");
		}
		root = fixture_yaml(&f, out_text(&text));
		assert_non_null(root);
		assert_int_equal(root->n, 20);
		for (size_t i = 0; i < root->n; i++) {
			const struct data_node *v = root->pairs[i].value;
			assert_int_equal(v->at.end - v->at.start, v->len);
			assert_memory_equal(f.source->text + v->at.start, v->text, v->len);
		}
		out_release(&text);
		fixture_release(&f);
	}
}

/* Front matter: a range of a document, with places in the whole of it. */
static void a_range(void **state)
{
	const char *text = "---\ntitle: x\ntitle: ü\n---\n# body: [\n";
	struct fixture f;
	struct source *source;
	struct data_node *node;

	(void)state;
	fixture_init(&f);
	source = fixture_source(&f, text, strlen(text));
	node = yaml_read(&f.mem, source, 4, 13, RULE_DOC_FRONT_MATTER, &f.diags);
	assert_non_null(node);
	assert_int_equal(node->at.start, 4);
	assert_int_equal(node->pairs[0].value->at.start, 11);
	assert_null(yaml_read(&f.mem, source, 4, 23, RULE_DOC_FRONT_MATTER, &f.diags));
	assert_null(yaml_read(&f.mem, source, 34, 37, RULE_DOC_FRONT_MATTER, &f.diags));
	expect_text("range", fixture_findings(&f),
		    "3:1-3:6 data/duplicate-key 'title' (it stands on lines 2 and 3)\n"
		    "5:10-5:11 doc/front-matter expected a value\n");
	fixture_release(&f);
}

/* -- refusals --------------------------------------------------------------------------------- */

#define CLOSE                                                                                      \
	" (close it with the quote that opened it; inside single quotes ' is written '', inside "  \
	"double quotes \" is written \\\")\n"
#define VALUE_OUT " (write the value out)\n"
#define AT_USE " (write the value out where it is used)\n"
#define UNTAG " (write the value without a tag)\n"

static void refusals(void **state)
{
	static const struct {
		const char *what, *text;
		size_t n; /* 0: strlen */
		const char *want;
	} t[] = {
	    {"bytes that are not UTF-8, a line each",
	     "name: caf\xE9\nx: \xC0\xAF\ny: ok\nz: \xED\xA0\x80", 0,
	     "1:10-1:11 data/syntax byte 0xE9 is not UTF-8\n"
	     "2:4-2:5 data/syntax byte 0xC0 is not UTF-8\n"
	     "4:4-4:5 data/syntax byte 0xED is not UTF-8\n"},
	    {"a cut-off character", "x: \xE2\x82", 0,
	     "1:4-1:5 data/syntax byte 0xE2 is not UTF-8\n"},
	    {"NUL", "a: x\nb: y\0z\n", 11, "2:5-2:6 data/syntax NUL byte\n"},
	    {"control characters", "a: x\ab\nb: \x7F\nc: \xC2\x9F\n", 0,
	     "1:5-1:6 data/syntax control character U+0007\n"
	     "2:4-2:5 data/syntax control character U+007F\n"
	     "3:4-3:5 data/syntax control character U+009F\n"},
	    {"no character", "a: \xEF\xBF\xBE\nb: \xEF\xB7\x90\n", 0,
	     "1:4-1:5 data/syntax U+FFFE, which is no character\n"
	     "2:4-2:5 data/syntax U+FDD0, which is no character\n"},
	    {"a byte order mark inside",
	     "a: 1\n\xEF\xBB\xBF"
	     "b: 1\n",
	     0, "2:1-2:2 data/syntax byte order mark U+FEFF inside the text\n"},
	    {"UTF-16", "\xFF\xFEn\0", 4,
	     "1:1-1:3 data/syntax expected UTF-8, found UTF-16 (save the file as UTF-8)\n"},
	    {"a duplicate key", "name: a\nid: 1\n'name': b\n", 0,
	     "3:1-3:7 data/duplicate-key 'name' (it stands on lines 1 and 3)\n"},
	    {"a nested one", "m: {x: 1, x: 2, x: 3}\n", 0,
	     "1:11-1:12 data/duplicate-key 'x' (it stands on lines 1 and 1)\n"
	     "1:17-1:18 data/duplicate-key 'x' (it stands on lines 1 and 1)\n"},
	    {"anchor and alias", "a: &x [*x]\nb: *y\n", 0,
	     "1:4-1:6 data/syntax anchors are not read here" AT_USE
	     "1:8-1:10 data/syntax aliases are not read here" VALUE_OUT
	     "2:4-2:6 data/syntax aliases are not read here" VALUE_OUT ""},
	    {"tags", "a: !!int 3\nb: !x &y z\nc: ! w\n", 0,
	     "1:4-1:9 data/syntax tags are not read here" UNTAG
	     "2:4-2:6 data/syntax tags are not read here" UNTAG
	     "2:7-2:9 data/syntax anchors are not read here" AT_USE
	     "3:4-3:5 data/syntax tags are not read here" UNTAG ""},
	    {"a merge key", "m:\n  <<: 1\n", 0,
	     "2:3-2:5 data/syntax merge key '<<' is not read here (write the keys out)\n"},
	    {"complex keys", "? [a, b]\n: c\n{x: 1}: d\n", 0,
	     "1:3-1:4 data/syntax a list or map cannot be a key (keys are plain text)\n"
	     "3:1-3:2 data/syntax a list or map cannot be a key (keys are plain text)\n"},
	    {"two documents", "a: 1\n---\nb: 2\n", 0,
	     "2:1-2:4 data/syntax a second document begins here (keep one document in a file)\n"},
	    {"two documents, ended", "a: 1\n...\n# c\n%TAG !x! y\n--- 2\n", 0,
	     "4:1-4:4 data/syntax a second document begins here (keep one document in a file)\n"},
	    {"a tab", "m:\n\ta: 1\n", 0,
	     "2:1-2:2 data/syntax tab character used for indentation (indent with spaces)\n"},
	    {"an open quote", "name: \"abc\nid: 1\n", 0,
	     "1:7-1:8 data/syntax quote is not closed" CLOSE ""},
	    {"two colons", "name: a: b\n", 0,
	     "1:8-1:9 data/syntax ':' does not fit here (put a value that holds ': ' in quotes, or "
	     "mend the indentation)\n"},
	    {"a line without a key", "a: 1\nwords\nb: 2\n", 0,
	     "2:1-2:2 data/syntax expected 'key: value' (write ': ' behind the key; a key is on "
	     "one line and has at most 1,024 characters)\n"},
	    {"a reserved character", "a: @x\nb: `y`\n", 0,
	     "1:4-1:5 data/syntax '@' cannot begin a value (put the value in quotes)\n"
	     "2:4-2:5 data/syntax '`' cannot begin a value (put the value in quotes)\n"},
	    {"an escape", "a: \"\\q\"\n", 0,
	     "1:5-1:6 data/syntax unknown escape in double quotes (write \\\\ for a backslash, or "
	     "use single quotes)\n"},
	    {"characters as escapes", "a: \"\\0\"\nb: \"\\a\"\nc: \"\\uFFFE\"\n", 0,
	     "1:4-1:8 data/syntax NUL byte written as an escape\n"
	     "2:4-2:8 data/syntax character that no text can hold, written as an escape\n"
	     "3:4-3:12 data/syntax character that no text can hold, written as an escape\n"},
	    {"several, and keys that stand twice across them", "a: @\nb: 1\nc: `\nb: 3\n", 0,
	     "1:4-1:5 data/syntax '@' cannot begin a value (put the value in quotes)\n"
	     "3:4-3:5 data/syntax '`' cannot begin a value (put the value in quotes)\n"
	     "4:1-4:2 data/duplicate-key 'b' (it stands on lines 2 and 4)\n"},
	    {"an open list", "a: [1, 2\n", 0, "1:4-1:5 data/syntax '[' is not closed\n"},
	    {"an open map", "a: {b: 1\n", 0, "1:4-1:5 data/syntax '{' is not closed\n"},
	    {"a stand-in written as an escape", "a: \xC2\x85\nb: \"\\uFDD0\"\n", 0,
	     "2:4-2:12 data/syntax escape that is no character\n"},
	    {"another version", "%YAML 9.9\n---\na: 1\n", 0,
	     "1:1-1:2 data/syntax YAML version is not 1.1 or 1.2\n"},
	    {"two roots", "a\nb: 1\n", 0,
	     "2:2-2:3 data/syntax ':' does not fit here (put a value that holds ': ' in quotes, or "
	     "mend the indentation)\n"},
	    {"indentation", "a: 1\n  b: 2\nc: 3\n d: 4\n", 0,
	     "2:4-2:5 data/syntax ':' does not fit here (put a value that holds ': ' in quotes, or "
	     "mend the indentation)\n"
	     "4:3-4:4 data/syntax ':' does not fit here (put a value that holds ': ' in quotes, or "
	     "mend the indentation)\n"},
	    {"a list that runs into the next key", "a: [1,\n  2\nb: 3\n", 0,
	     "3:2-3:3 data/syntax expected ',' or ']' (part the items with ',' and close the list "
	     "with ']'; what is open here began on line 1)\n"},
	    {"list and map", "a:\n  - 1\n  b: 2\n", 0,
	     "3:3-3:4 data/syntax expected '-' (items of one list begin in the same column; what "
	     "is open here began on line 2)\n"},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		fixture_init(&f);
		assert_null(fixture_yaml_n(&f, t[i].text, t[i].n ? t[i].n : strlen(t[i].text)));
		wrong += differs(t[i].what, fixture_findings(&f), t[i].want);
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

static char *repeat(struct fixture *f, const char *before, const char *part, size_t times,
		    const char *after)
{
	struct out o = {0};
	char *copy;

	out_puts(&o, before);
	for (size_t i = 0; i < times; i++)
		out_puts(&o, part);
	out_puts(&o, after);
	copy = arena_strndup(&f->mem, out_text(&o), o.n);
	out_release(&o);
	return copy;
}

static void limits(void **state)
{
	static const struct {
		const char *what, *before, *part;
		size_t times;
		const char *after, *want; /* NULL: accepted */
	} t[] = {
	    {"64 lists", "", "[", 64,
	     "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", NULL},
	    {"65 lists", "", "[", 65, "",
	     "1:65-1:66 data/syntax lists and maps are nested over 64 deep\n"},
	    {"open lists", "", "[", 40000, "",
	     "1:65-1:66 data/syntax lists and maps are nested over 64 deep\n"},
	    {"open maps", "", "{a: ", 40000, "",
	     "1:257-1:258 data/syntax lists and maps are nested over 64 deep\n"},
	    {"dashes", "", "- ", 20000, "x\n",
	     "1:129-1:130 data/syntax lists and maps are nested over 64 deep\n"},
	    {"a text of 1 MiB", "a: ", "x", 1 << 20, "\n", NULL},
	    {"a longer text", "a: ", "x", (1 << 20) + 1, "\n",
	     "1:4-1:5 data/syntax text over 1 MiB\n"},
	    {"directives", "", "%TAG !a! tag:x\n", 20000, "--- {a: 1}\n",
	     "1:1-1:15 data/syntax directive is not read here (remove the line)\n"},
	    {"many values", "[", "1,", 1000000, "1]",
	     "1:2000000-1:2000001 data/syntax more than 1,000,000 values\n"},
	    {"brackets in text", "a: |\n  ", "[", 10000, "\n", NULL},
	    {"quotes that are not closed", "", "a: \"x\n", 2001, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		struct data_node *node;
		clock_t before;
		double seconds;
		fixture_init(&f);
		before = clock();
		node = fixture_yaml(&f, repeat(&f, t[i].before, t[i].part, t[i].times, t[i].after));
		seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
		if (seconds > 10) /* quadratic work would take minutes */
			fail_msg("%s: %g s", t[i].what, seconds);
		if (!t[i].want)
			assert_non_null(node);
		else
			assert_null(node);
		if (t[i].want && *t[i].want)
			expect_text(t[i].what, fixture_findings(&f), t[i].want);
		fixture_release(&f);
	}
}

/* Many keys and many findings stay linear and bounded. */
static void many_keys(void **state)
{
	struct fixture f;
	struct out o = {0};
	struct data_node *root;

	(void)state;
	fixture_init(&f);
	for (int i = 0; i < 100000; i++)
		out_printf(&o, "k%d: 1\n", i);
	root = fixture_yaml(&f, out_text(&o));
	assert_non_null(root);
	assert_int_equal(root->n, 100000);
	out_puts(&o, "k99999: 2\nk3: 2\n");
	assert_null(fixture_yaml(&f, out_text(&o)));
	expect_text(
	    "many keys", fixture_findings(&f),
	    "100001:1-100001:7 data/duplicate-key 'k99999' "
	    "(it stands on lines 100000 and 100001)\n"
	    "100002:1-100002:3 data/duplicate-key 'k3' (it stands on lines 4 and 100002)\n");
	out_release(&o);
	fixture_release(&f);
	fixture_init(&f);
	assert_null(fixture_yaml(&f, repeat(&f, "", "- &a x\n", 40000, "")));
	assert_int_equal(f.diags.n, 100);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(core_scalars),
	    cmocka_unit_test(trees),
	    cmocka_unit_test(every_span_is_its_text),
	    cmocka_unit_test(a_range),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(many_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
