/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_live.c - the grammar of paths, and what is live in a text */
#include "catalog/live.h"
#include "catalog_fixture.h"

static void paths(void **state)
{
	static const struct {
		const char *text, *subject, *keys; /* subject NULL: no path */
		int decimals;
		bool percent;
		const char *bad_format;
	} t[] = {
	    {"churn@3:performance.roc_auc", "churn@3", "performance.roc_auc", -1, false, NULL},
	    {"  a:b\t", "a", "b", -1, false, NULL},
	    {"churn@1.2.0-rc.1+x:a.b.0", "churn@1.2.0-rc.1+x", "a.b.0", -1, false, NULL},
	    {"runs/EXP-1_a:metrics.auc", "runs/EXP-1_a", "metrics.auc", -1, false, NULL},
	    {"a:drift.monthly charge.psi", "a", "drift.monthly charge.psi", -1, false, NULL},
	    {"a:größe (€/m²).psi", "a", "größe (€/m²).psi", -1, false, NULL},
	    {"a:b:c", "a", "b:c", -1, false, NULL},
	    {"a:b | percent", "a", "b", -1, true, NULL},
	    {"a:b|percent 0", "a", "b", 0, true, NULL},
	    {"a:b | 12", "a", "b", 12, false, NULL},
	    {"a:b | 13", "a", "b", -1, false, "13"},
	    {"a:b | percents", "a", "b", -1, false, "percents"},
	    {"a:b |", "a", "b", -1, false, ""},
	    {"policy:max_ece.source", "policy", "max_ece.source", -1, false, NULL},
	    {"", NULL, NULL, 0, false, NULL},
	    {":", NULL, NULL, 0, false, NULL},
	    {"a", NULL, NULL, 0, false, NULL},
	    {"a:", NULL, NULL, 0, false, NULL},
	    {":b", NULL, NULL, 0, false, NULL},
	    {"a: b", NULL, NULL, 0, false, NULL},
	    {"a :b", NULL, NULL, 0, false, NULL},
	    {"a b:c", NULL, NULL, 0, false, NULL},
	    {"@1:c", NULL, NULL, 0, false, NULL},
	    {"a@:c", NULL, NULL, 0, false, NULL},
	    {"a@1@2:c", NULL, NULL, 0, false, NULL},
	    {"../a:b", NULL, NULL, 0, false, NULL},
	    {"/a:b", NULL, NULL, 0, false, NULL},
	    {"a:/b", NULL, NULL, 0, false, NULL},
	    {"a:.b", NULL, NULL, 0, false, NULL},
	    {"a:b.", NULL, NULL, 0, false, NULL},
	    {"a:b..c", NULL, NULL, 0, false, NULL},
	    {"a:b .c", NULL, NULL, 0, false, NULL},
	    {"a:\"b\"", NULL, NULL, 0, false, NULL},
	    {"a:b<c", NULL, NULL, 0, false, NULL},
	    {"a:b{c", NULL, NULL, 0, false, NULL},
	    {"a:b\x01", NULL, NULL, 0, false, NULL},
	    {"a:b\x7f", NULL, NULL, 0, false, NULL},
	    {"a:b | date: \"%d\"", NULL, NULL, 0, false, NULL},
	    {"a:b | c | d", NULL, NULL, 0, false, NULL},
	    {"é:b", NULL, NULL, 0, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct live_path path;
		bool is = live_path_read(&mem, t[i].text, strlen(t[i].text), &path);
		if (is != (t[i].subject != NULL))
			fail_msg("'%s' is %sa path", t[i].text, is ? "" : "not ");
		if (!is)
			continue;
		assert_string_equal(path.subject, t[i].subject);
		assert_string_equal(path.keys, t[i].keys);
		assert_int_equal(path.format.percent, t[i].percent);
		assert_int_equal(path.format.decimals, t[i].decimals);
		assert_int_equal(!path.bad_format, !t[i].bad_format);
		if (t[i].bad_format)
			assert_string_equal(path.bad_format, t[i].bad_format);
	}
}

static void long_paths(void **state)
{
	char text[LIVE_LONGEST + 2];
	struct live_path path;

	(void)state;
	memset(text, 'a', sizeof text);
	text[1] = ':';
	assert_true(live_path_read(&mem, text, LIVE_LONGEST, &path));
	assert_false(live_path_read(&mem, text, LIVE_LONGEST + 1, &path));
}

/* Reads a text as a live document. */
static void scan_text(const char *text, struct live *live)
{
	struct source *source = text_source("a.md", text);
	struct document_text doc = {.source = source};

	document_split(&mem, source, &doc, &diags);
	doc.body = md_parse_trusted(
	    &mem, &(struct md_input){.source = source, .body_start = doc.body_start}, &diags);
	live_scan(&mem, &doc, NULL, live, &diags);
}

/* "line:column-column PATH" and "[id#anchor|words]" of every span, blocks as "line plot". */
static const char *scan(const char *text)
{
	const char *all = "";
	struct live live;

	scan_text(text, &live);
	for (size_t i = 0; i < live.spans.n; i++) {
		const struct live_span *s = &live.spans.items[i];
		struct position at = source_position(&s->at);
		const char *what = s->kind == LIVE_VALUE
				       ? s->value.path
				       : arena_printf(&mem, "[%s#%s|%s]", s->id, s->anchor,
						      s->words ? s->words : "");
		size_t first;
		assert_true(live_spans_of(&live, s->node, &first) > 0 && first <= i);
		all = arena_printf(&mem, "%s%u:%u-%u %s\n", all, at.line, at.column, at.end_column,
				   what);
	}
	for (size_t i = 0; i < live.blocks.n; i++) {
		const struct live_block *b = &live.blocks.items[i];
		assert_ptr_equal(live_block_of(&live, b->node), b);
		all = arena_printf(&mem, "%s%u %s%s\n", all, source_position(&b->at).line,
				   live_block_name(b->kind), b->root ? "" : " bad");
	}
	return all;
}

static void spans(void **state)
{
	static const struct {
		const char *text, *found;
	} t[] = {
	    {"{{ a:b }}", "1:1-10 a:b\n"},
	    {"x {{a:b}}{{c@1.2.0:d_e_f}} y", "1:3-10 a:b\n1:10-27 c@1.2.0:d_e_f\n"},
	    {"é &amp; {{ a:b }}", "1:10-19 a:b\n"},
	    {"# H {{ a:b }}\n\n> q {{ c:d }}", "1:5-14 a:b\n3:5-14 c:d\n"},
	    {"**{{ a:b }}** *x {{ c:d }}*", "1:3-12 a:b\n1:18-27 c:d\n"},
	    {"{{ a:drift._x_.psi }}", "1:1-22 a:drift._x_.psi\n"},
	    {"{{ a:drift.\\_x\\_.psi }}", "1:1-24 a:drift._x_.psi\n"},
	    {"[w {{ a:b }}](u) ![{{ c:d }}](u)", "1:4-13 a:b\n"},
	    {"- [ ] {{ a:b }}\n- [x] [[i]]", "1:7-16 a:b\n2:7-12 [i#|]\n"},
	    {"| {{ a:b \\| percent }} |\n| - |\n| [[i\\|w w]] |", "1:3-23 a:b\n3:3-13 [i#|w w]\n"},
	    {"\\{{ a:b }} {\\{ a:b }} {{ a:b \\}} {{ a:b }\\}", ""},
	    {"`{{ a:b }}` <b>{{ c:d }}</b> <!-- {{ e:f }} -->", "1:16-25 c:d\n"},
	    {"{{{ a:b }}} ${{ a:b }} {{< a:b >}} {{% a:b %}} {{ a:b }}}", ""},
	    {"{{ a:b } } {{ a:\nb }} {{ a:b", ""},
	    {"{{ {{ a:b }} }}", "1:4-13 a:b\n"},
	    {"[[i]] [[i@1#c|w]] [[ i ]] [[i#]] [[#c]] [[i j]] [[[i]]] \\[[i]] [\\[i]]",
	     "1:1-6 [i#|]\n1:7-18 [i@1#c|w]\n1:19-26 [i#|]\n"},
	    {"[[i]](u) [[i]][r]\n\n[r]: u", ""},
	    {"```plot\nof: a\n```\n\n- x\n\n  ~~~ table x\n  of: b\n  ~~~\n", "1 plot\n7 table\n"},
	    {"> ```plot\n> of: a\n> ```\n\n```plots\n```\n\n    plot\n", ""},
	    {"```plot\n```\n", "1 plot bad\n"},
	    {"```table\n- a", "1 table bad\n"},
	    {"[[i|two\nlines]] {{ a:b\n| percent }} {{\na:b\n}}",
	     "1:1-8 [i#|two lines]\n2:9-13 a:b\n3:14-3 a:b\n"},
	    {"> [[i|two\n> lines]] x\n> {{ a:b }}", "1:3-10 [i#|two lines]\n3:3-12 a:b\n"},
	    {"[[i|hard  \nbreak]] [[i|two\n\nparagraphs]]", ""},
	    {"{{ [[i]] }} [[i|{{ a:b }}]] ", "1:4-9 [i#|]\n1:17-26 a:b\n"},
	    {"x[^1]\n\n[^1]: {{ a:b }}", "3:7-16 a:b\n"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *found = scan(t[i].text);
		if (strcmp(found, t[i].found) != 0)
			fail_msg("%s\ngives\n%snot\n%s", t[i].text, found, t[i].found);
		assert_true(!*found || live_may_hold(t[i].text, strlen(t[i].text)));
	}
}

/* "line:column-column form text" of every slip; which of them were meant is not asked here. */
static const char *scan_slips(const char *text)
{
	const char *all = "";
	struct live live;

	scan_text(text, &live);
	for (size_t i = 0; i < live.slips.n; i++) {
		const struct live_slip *s = &live.slips.items[i];
		struct position at = source_position(&s->at);
		all = arena_printf(&mem, "%s%u:%u-%u %d%s%s\n", all, at.line, at.column,
				   at.end_column, (int)s->form, s->kind == LIVE_LINK ? " [" : " ",
				   s->text);
	}
	return all;
}

static void slips(void **state)
{
	static const struct {
		const char *text, *found;
	} t[] = {
	    {"{{ a:b }} [[i]] `{{ a.b }}` \\{{ a.b }} {\\{ a.b }} \\[[i j]] [\\[i j]]", ""},
	    {"    {{ a.b }}\n\n```\n{{ a.b }}\n```", ""},
	    {"é {{ a.b }} [[i j]]", "1:4-13 0 a.b\n1:14-21 0 [i j\n"},
	    {"{{}} {{ }} {{< a >}} {{% a %}} {{/a}} {{ $a }} [[ -f a ]] [[]]", ""},
	    {"{{ a: b }}{{ :b }}[[#c]]", "1:1-11 0 a: b\n1:11-19 0 :b\n1:19-25 0 [#c\n"},
	    {"{{ a:b } x\n\n{{ a:b\n\n[[i\n\n[[i] x",
	     "1:1-11 1 a:b\n3:1-7 1 a:b\n5:1-4 1 [i\n7:1-7 1 [i\n"},
	    {"{{ a:`b` }}", "1:1-12 1 a:\n"},
	    {"| {{ a:b | 2 }} | [[i|w]] |\n| - | - | - | - |", "1:3-28 2 a:b\n1:19-28 2 [i\n"},
	    {"{ a:b }} and { c }} }}", "1:1-9 3 a:b\n"},
	    {"{ {{ a:b }} }} { [[i]] }}", ""},
	    {"{{{ a:b }}} {{ c:d }}}", "1:1-11 4 a:b\n1:13-22 4 c:d\n"},
	    {"${{ a:b }}", "1:2-11 5 a:b\n"},
	    {"[[i|is {{ a:b }}]]", "1:1-19 6 [i|is {{ a:b }}\n"},
	    {"<p>{{ a:b }}</p>\n<!-- {{ a:b }} --><CODE\n>[[i]]</code>[[j]]",
	     "1:4-13 7 a:b\n3:14-19 7 [j\n"},
	    {"x <i title='{{ a:b }}'>y</i>", "1:13-22 7 a:b\n"},
	    {"<pre>{{ a:b }}", ""},
	    {"![{{ a:b }}](u) [w](<{{ c:d }}>)", "1:3-12 8 a:b\n1:22-31 9 c:d\n"},
	    {"---\nx: \"{{ a:b }}\"\ny: [z, '[[i]]']\n---\n", "2:5-14 10 a:b\n3:9-14 10 [i\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *found = scan_slips(t[i].text);
		if (strcmp(found, t[i].found) != 0)
			fail_msg("%s\ngives\n%snot\n%s", t[i].text, found, t[i].found);
		assert_true(!*found || live_may_hold(t[i].text, strlen(t[i].text)));
	}
}

/* "Plot" is said to be none. */
static void blocks_in_capitals(void **state)
{
	static const char *const t[] = {"```Plot\nof: a\n```", "~~~ TABLE\nof: a\n~~~"};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_true(live_may_hold(t[i], strlen(t[i])));
		assert_string_equal(scan(t[i]), "");
		assert_int_equal(diags.n, i + 1);
		assert_int_equal(diags.items[i].rule, RULE_BIND_INVALID_BLOCK);
	}
}

static void texts_without(void **state)
{
	static const char *const none[] = {"", "a { b [ c", "a table, a plot", "```c\n```",
					   "~~~\n"};

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(live_may_hold(none[i], strlen(none[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(paths, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(long_paths, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(spans, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(slips, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(blocks_in_capitals, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(texts_without, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
