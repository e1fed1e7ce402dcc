/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_template.c - templates read into requirements */
#include "catalog/template.h"
#include "catalog/template_attributes.h"
#include "catalog_fixture.h"

static struct template *read_body(const char *body)
{
	char *full = arena_printf(&mem, "---\nkind: t\n---\n%s", body);

	return template_read(&mem, text_source("templates/documents/t.md", full), &diags);
}

static const char *range_text(const struct requirement *req)
{
	if (!req->repeat_max)
		return "";
	return req->repeat_max == SIZE_MAX
		   ? arena_printf(&mem, " %zu..", req->repeat_min)
		   : arena_printf(&mem, " %zu..%zu", req->repeat_min, req->repeat_max);
}

/* "id 'title'" with what refines it; what stands under it in brackets. */
static const char *tree_text(const struct requirement *req)
{
	static const char *const types[] = {"root", "", "[] ", "| ", "|| "};
	const char *text = "";

	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *c = req->children.items[i];
		text = arena_printf(&mem, "%s%s%s%s '%s'%s%s%s%s", text, *text ? "; " : "",
				    types[c->type], c->id, c->title, range_text(c),
				    c->wildcard ? " *" : "", c->optional ? " optional" : "",
				    c->ordered ? " ordered" : "");
		if (c->min_words || c->min_steps)
			text = arena_printf(&mem, "%s %zu words %zu steps", text, c->min_words,
					    c->min_steps);
		if (c->min_rows)
			text = arena_printf(&mem, "%s %zu rows", text, c->min_rows);
		if (c->stage != STAGE_NONE)
			text = arena_printf(&mem, "%s from %s", text, stage_name(c->stage));
		if (c->accepts)
			text = arena_printf(&mem, "%s accepts %s", text, c->accepts);
		if (c->children.n)
			text = arena_printf(&mem, "%s (%s)", text, tree_text(c));
	}
	return text;
}

static void trees(void **state)
{
	static const struct {
		const char *body, *want;
	} t[] = {
	    {"", ""},
	    {"# *\nWords.\n", ""},
	    {"# T\n## A\n# B\n## C\n", "a 'A'; b 'B' (c 'C')"},
	    {"## A b\n#### C\n### D\n## E\n", "a-b 'A b' (c 'C'; d 'D'); e 'E'"},
	    {"- [ ] First\n## A\n- [x] *B* {#x}\n- no\n", "[] first 'First'; a 'A' ([] x 'B')"},
	    {"## A\n| B | | C d |\n| - | - | - |\n| x | y | z |\n",
	     "a 'A' (| b 'B'; | c-d 'C d'; || x 'x')"},
	    {"## A {min-rows=\"2\"}\n| B |\n| - |\n| |\n| - |\n| *C* d {#c alias=\"e\\|f\"} |\n",
	     "a 'A' 2 rows (| b 'B'; || c 'C d')"},
	    {"# * {.ordered}\n## A\n", "a 'A'"},
	    {"## P: * {#p .ordered repeat=\"5..10\"}\n", "p 'P: *' 5..10 * ordered"},
	    {"## * {repeat=\"2..\"}\n", "section '*' 2.. *"},
	    {"## * {repeat=\"3\"}\n", "section '*' 3..3 *"},
	    {"## * {repeat=\"..3\"}\n", "section '*' 0..3 *"},
	    {"## A {min-words=\"15\" min-steps=\"3\" stage=\"canary\"} ##\n",
	     "a 'A' 15 words 3 steps from canary"},
	    {"A {#b .optional}\n---\n", "b 'A' optional"},
	    {"## A\n- [ ] B {#b accepts=\"policy\" stage=\"shadow\"}\n",
	     "a 'A' ([] b 'B' from shadow accepts policy)"},
	    {"## A {alias=\"say \\\"b\\\" \\\\ {c}\"}\n", "a 'A'"},
	    {"> ## A\n> - [ ] B\n\n```\n## C\n```\n", ""},
	    {"## A {b} c\n", "a-b-c 'A {b} c'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = tree_text(&read_body(t[i].body)->root);
		if (strcmp(got, t[i].want) != 0 || diags.n)
			fail_msg("%s:\n  got  %s\n  want %s\n%s", t[i].body, got, t[i].want,
				 findings_text());
	}
}

/* Each mistake, at its place; line 4 is the body's first. */
static void mistakes(void **state)
{
	static const struct {
		const char *body, *want;
	} t[] = {
	    {"## A {min-wrods=\"3\"}\n", "4:7 unknown attribute 'min-wrods'\n"},
	    {"## A {language=\"vague blame\"}\n### B {language=\"none\"}\n", ""},
	    {"## A {language=\"vaque\"}\n",
	     "4:7 expected blame, vague, both with a space between, or none, found 'vaque'\n"},
	    {"## A {language=\"none blame\"}\n",
	     "4:7 expected blame, vague, both with a space between, or none, found 'none blame'\n"},
	    {"- [ ] A {language=\"blame\"}\n", "4:10 'language' does not go with an item\n"},
	    {"## A {min-words=\"0\"}\n", "4:7 expected a whole number from 1, found '0'\n"},
	    {"## A {min-words=\"1e3\"}\n", "4:7 expected a whole number from 1, found '1e3'\n"},
	    {"## A {min-words=\"99999999999999999999\"}\n",
	     "4:7 expected a whole number to 20000, found '99999999999999999999'\n"},
	    {"## A {repeat=\"1..2\"}\n", "4:1 a repeated section needs a * in its title: 'A'\n"},
	    {"## * {repeat=\"4..3\"}\n", "4:7 no number is in the range '4..3'\n"},
	    {"## A {stage=\"prod\"}\n",
	     "4:7 expected development, staging, shadow, canary or production, found 'prod'\n"},
	    {"## A {.opt}\n", "4:7 unknown class '.opt' (.optional, and .ordered of sections)\n"},
	    {"- [ ] A {.ordered}\n",
	     "4:10 unknown class '.ordered' (.optional, and .ordered of sections)\n"},
	    {"- [ ] A {repeat=\"2\"}\n", "4:10 'repeat' does not go with an item\n"},
	    {"## A {accepts=\"x\"}\n", "4:7 'accepts' does not go with a section\n"},
	    {"## A {#}\n", "4:7 a name is missing\n"},
	    {"## A {#b min-words=3}\n", "4:10 expected #id, .class or name=\"value\"\n"},
	    {"## A {=}\n", "4:7 expected #id, .class or name=\"value\"\n"},
	    {"## A {alias=\"b}\n", "4:7 expected #id, .class or name=\"value\"\n"},
	    {"## A {alias=\"b|\"}\n", "4:7 an alias without words matches nothing\n"},
	    {"## A {alias=\"b *\"}\n", "4:7 an alias has no *: it is one whole title\n"},
	    {"## A {#b} {.optional}\n",
	     "4:1 attributes are one group {…} at the end of the title: 'A {#b}'\n"},
	    {"## A\n\n| B | C {.optional} |\n| - | - |\n",
	     "6:7 column 'C {.optional}': columns take no attributes\n"},
	    {"## A\n\n| B | {C} in D |\n| - | - |\n", ""},
	    {"## ?!\n", "4:1 a title without words matches nothing\n"},
	    {"## A\n### B\n### B\n",
	     "6:1 id 'b' stands twice under one section; give one {#another-id}\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		diags.n = 0;
		read_body(t[i].body);
		if (strcmp(findings_text(), t[i].want) != 0)
			fail_msg("%s:\n  got  %s  want %s", t[i].body, findings_text(), t[i].want);
	}
}

static void front_matter(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"---\nkind: t\ntitle: T\nabout: [model, version]\n---\n", ""},
	    {"", "1:1 front matter with 'kind: t' is missing\n"},
	    {"---\ntitle: T\n---\n", "1:1 front matter with 'kind: t' is missing\n"},
	    {"---\nkind: u\n---\n", "2:7 kind 'u' must have the file's name: 't'\n"},
	    {"---\nkind: t\nabuot: model\n---\n", "3:1 unknown key 'abuot'\n"},
	    {"---\nkind: t\n---\n## A\xff\n", "4:5 byte 0xff is not UTF-8\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct template *tmpl;
		diags.n = 0;
		tmpl =
		    template_read(&mem, text_source("templates/documents/t.md", t[i].text), &diags);
		assert_string_equal(tmpl->kind, "t");
		assert_string_equal(findings_text(), t[i].want);
		if (i == 0)
			assert_int_equal(tmpl->about, ABOUT_MODEL | ABOUT_VERSION);
	}
}

static void guidance_and_counts(void **state)
{
	struct template *tmpl = read_body("# T\n## A\n<!-- why -->\nWords `of` it.\n\n"
					  "- [ ] B <!-- how -->\n\n<!-- and -->\n"
					  "## C {.optional}\n- [ ] D\n");
	const struct requirement *a = tmpl->root.children.items[0];

	(void)state;
	assert_string_equal(a->guidance, " why \n\n and ");
	assert_string_equal(a->children.items[0]->guidance, " how "); /* inside the item */
	assert_string_equal(a->sample, "words of it");
	assert_int_equal(tmpl->n_sections, 1);
	assert_int_equal(tmpl->n_items, 1);
	assert_string_equal(tmpl->title, "T");
}

static void groups(void **state)
{
	static const struct {
		const char *text;
		size_t want;
	} t[] = {
	    {"", 0},
	    {"A", 1},
	    {"A {b}", 2},
	    {"A {b} \t\n", 2},
	    {"A {b} c", 7},
	    {"{a} {b}", 4},
	    {"A {x=\"}{\"}", 2},
	    {"A {x=\"\\\"}\"}", 2},
	    {"A \"x {b}", 5},
	    {"A {x=\"y} z", 10},
	    {"}", 1},
	    {"{", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (attributes_start(t[i].text, strlen(t[i].text)) != t[i].want)
			fail_msg("%s: %zu, want %zu", t[i].text,
				 attributes_start(t[i].text, strlen(t[i].text)), t[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(trees, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(mistakes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(front_matter, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(guidance_and_counts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(groups, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
