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

/* "line:column-column PATH" and "[id#anchor|words]" of every span, blocks as "line plot". */
static const char *scan(const char *text)
{
	struct source *source = text_source("a.md", text);
	struct md_input input = {.source = source};
	struct document_text doc = {.source = source};
	const char *all = "";
	struct live live;

	doc.body = md_parse_trusted(&mem, &input, &diags);
	live_scan(&mem, &doc, NULL, &live, &diags);
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
	    cmocka_unit_test_setup_teardown(texts_without, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
