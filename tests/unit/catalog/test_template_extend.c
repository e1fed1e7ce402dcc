/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_template_extend.c - templates that extend others, and former versions */
#include "catalog/template.h"
#include "catalog_fixture.h"

static struct template *read_named(const char *name, const char *front, const char *body)
{
	char *full = arena_printf(&mem, "---\nkind: %s\n%s---\n%s", name, front, body);
	char *path = arena_printf(&mem, "templates/documents/%s.md", name);

	return template_read(&mem, text_source(path, full), &diags);
}

/* "id", what refines it, and what stands under it in brackets. */
static const char *tree_text(const struct requirement *req)
{
	static const char *const types[] = {"", "", "[]", "|", "||"};
	const char *text = "";

	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *c = req->children.items[i];
		assert_ptr_equal(c->parent, req);
		assert_true(c->order > req->order);
		text = arena_printf(&mem, "%s%s%s%s%s", text, *text ? " " : "", types[c->type],
				    c->id, c->optional ? "?" : "");
		if (c->min_words)
			text = arena_printf(&mem, "%s %zuw", text, c->min_words);
		if (c->children.n)
			text = arena_printf(&mem, "%s (%s)", text, tree_text(c));
	}
	return text;
}

static void trees(void **state)
{
	static const struct {
		const char *base, *own, *want, *findings;
	} t[] = {
	    {"", "", "", ""},
	    {"## A\n", "", "a", ""},
	    {"", "## A\n- [ ] B\n", "a ([]b)", ""},
	    {"## A\n## B\n## C\n", "## B\n## D\n", "a b d c", ""},
	    {"## A\n## B\n", "## C\n", "a b c", ""},
	    {"## A\n- [ ] X\n- [ ] Y\n### S\n", "## A\n- [ ] X\n- [ ] Z\n### T\n",
	     "a ([]x []z []y s t)", ""},
	    {"## A\n| B |\n| - |\n| C |\n", "## A\n| D |\n| - |\n| E |\n", "a (|b ||c |d ||e)", ""},
	    {"## A {min-words=\"3\"}\n", "## A {min-words=\"5\"}\n", "a 5w", ""},
	    {"## A {min-words=\"3\"}\n", "## A\n", "a 3w", ""},
	    {"## A {min-words=\"3\"}\n", "## A {min-words=\"2\"}\n", "a 3w",
	     "5:1 'A' asks for less than 'base': min-words is 2, there it is 3\n"},
	    {"## A {.optional}\n", "## A\n", "a", ""},
	    {"## A {.optional}\n", "## A {.optional}\n### B\n", "a? (b)", ""},
	    {"## A\n", "## A {.optional}\n", "a",
	     "5:1 'A' asks for less than 'base': it is optional, there it is required\n"},
	    {"## A {language=\"vague\"}\n", "## A {language=\"none\"}\n", "a",
	     "5:1 'A' asks for less than 'base': its language is read there\n"},
	    {"## A {language=\"vague\"}\n### B\n", "## A\n### B {language=\"none\"}\n", "a (b)",
	     "6:1 'B' asks for less than 'base': its language is read there\n"},
	    {"## A {language=\"none\"}\n", "## A {language=\"vague\"}\n", "a", ""},
	    {"## A\n", "### A\n", "a", "5:1 'A' stands at level 3, in 'base' at level 2\n"},
	    {"## A: *\n", "## A: {#a-}\n", "a-",
	     "5:1 'A:' takes other titles than 'A: *' of 'base'\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct template *base = read_named("base", "", t[i].base);
		struct template *own = read_named("own", "extends: base\n", t[i].own);
		const char *got;
		diags.n = 0;
		template_extend(&mem, own, base, &diags);
		got = tree_text(&own->root);
		if (strcmp(got, t[i].want) != 0 || strcmp(findings_text(), t[i].findings) != 0)
			fail_msg("%s + %s:\n  got  %s\n  want %s\n%s", t[i].base, t[i].own, got,
				 t[i].want, findings_text());
	}
}

/* Pages name the wordings that are taken: those of the extension, then those of the base. */
static void aliases(void **state)
{
	static const char *const want[] = {"D", "B", "A"};
	struct template *base = read_named("base", "", "## A {#a alias=\"B\"}\n");
	struct template *own = read_named("own", "extends: base\n", "## C {#a alias=\"D|B\"}\n");
	const struct requirement *req;

	(void)state;
	template_extend(&mem, own, base, &diags);
	req = own->root.children.items[0];
	assert_string_equal(req->title, "C");
	assert_int_equal(req->aliases.n, 3);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		assert_string_equal(req->aliases.items[i], want[i]);
}

/* What `new` writes of three files. */
static void instance(void **state)
{
	struct template *base = read_named(
	    "base", "front_matter: {required: [a], properties: {a: {description: Who}}}\n",
	    "# *\n\n<!-- G -->\n\n## Aim {#aim min-words=\"2\"}\n\nSay it.\n\n- [ ] One {#one}\n- "
	    "[ ] "
	    "Two\n\n## End *\n\n| M | N |\n| - | - |\n| x {alias=\"y\"} | |\n");
	struct template *middle = read_named(
	    "middle", "extends: base\nfront_matter: {properties: {a: {minLength: 2}, b: {}}}\n",
	    "# *\n\n<!-- H -->\n\n## The aim {#aim}\n\n- [ ] One {#one}\n- [ ] Three {#t}\n");
	struct template *top = read_named("top", "extends: middle\n",
					  "## End * {#end-}\n\n| O |\n| - |\n| z |\n\n## Last\n");
	const char *text;

	(void)state;
	template_extend(&mem, middle, base, &diags);
	template_extend(&mem, top, middle, &diags);
	text = template_instance(&mem, top, "Title", "m");
	assert_int_equal(diags.n, 0);
	text = strstr(text, "\n---\n") + 5;
	assert_string_equal(
	    text, "# Title\n\n<!-- G -->\n\n<!-- H -->\n\n## The aim\n\n<!-- At least 2 words. "
		  "-->\n\nSay it.\n\n- [ ] One\n- [ ] "
		  "Two\n\n- [ ] Three\n\n## End <fill in>\n\n| M | N | O |\n| --- | --- | --- |\n"
		  "| x |  |  |\n| z |  |  |\n\n## Last\n");
	assert_string_equal(
	    data_text(data_find_path(top->front_matter_keys, "properties.a.description")), "Who");
	assert_string_equal(
	    data_text(data_find_path(top->front_matter_keys, "properties.a.minLength")), "2");
	assert_non_null(data_find_path(top->front_matter_keys, "properties.b"));
	assert_string_equal(data_text(data_find_path(top->front_matter_keys, "required.0")), "a");
}

static void in_force(void **state)
{
	struct template third = {.version = 3}, second = {.version = 2}, first = {.version = 1};
	static const struct {
		const char *wanted;
		int32_t as_of;
		size_t want;
	} t[] = {
	    {NULL, 100, 3},
	    {"3", 100, 3},
	    {"2", 100, 2},
	    {"2", 200, 2},
	    {"2", 201, 3},
	    {"1", 50, 1},
	    {"1", 51, 3},
	    {"4", 10, 3},
	    {"02", 100, 3},
	    {"", 100, 3},
	    {"2.0", 100, 3},
	    {"2e0", 100, 3},
	    {" 2", 100, 3},
	    {"-2", 100, 3},
	    {"99999999999999999999", 100, 3},
	    {"18446744073709551618", 100, 3},
	};

	(void)state;
	second.accepted_until = 200;
	first.accepted_until = 50;
	*ARENA_PUSH(&mem, &third.former) = &second;
	*ARENA_PUSH(&mem, &third.former) = &first;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t got = template_in_force(&third, t[i].wanted, t[i].as_of)->version;
		if (got != t[i].want)
			fail_msg("%s on %d: got %zu, want %zu",
				 t[i].wanted ? t[i].wanted : "nothing", (int)t[i].as_of, got,
				 t[i].want);
	}
	first.accepted_until = INT32_MIN;
	assert_int_equal(template_in_force(&third, "1", INT32_MIN)->version, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(trees, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(aliases, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(instance, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(in_force, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
