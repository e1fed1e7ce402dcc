/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_json_walk.c - a JSON object value by value */
#include "data_fixture.h"
#include "read/json.h"
#include "read/json_walk.h"

/* What was visited: "key[", "key.1=text@line", … */
static void note(void *context, const struct json_visit *visit)
{
	struct out *o = context;

	out_puts(o, visit->key);
	if (visit->entry)
		out_printf(o, ".%zu", visit->entry);
	if (visit->value)
		out_printf(o, "=%s%s@%u ",
			   visit->value->kind == DATA_MAP    ? "map"
			   : visit->value->kind == DATA_LIST ? "list"
							     : "",
			   visit->value->text, visit->line);
	else
		out_puts(o, "[ ");
}

static enum json_walk walk(struct fixture *f, const char *text, size_t n, struct out *o,
			   struct json_problem *problem)
{
	FILE *file = n ? fmemopen((void *)text, n, "rb") : fopen("/dev/null", "rb");
	enum json_walk result;

	assert_non_null(file);
	result = json_walk(file, note, o, &f->mem, problem);
	fclose(file);
	return result;
}

static void visits(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"{}", ""},
	    {"\xEF\xBB\xBF { } \n", ""},
	    {"{\"a\": 1, \"b\":\"x\\u0041\", \"c\" : {\"d\": [1]}}", "a=1@1 b=xA@1 c=map@1 "},
	    {"{\"a\": [],\n\"b\": [1,\n{\"c\": \"]\\\"}\"}, [2] ]}",
	     "a[ b[ b.1=1@2 b.2=map@3 b.3=list@3 "},
	    {"{\"\": null, \"\\n\":[true]}", "=null@1 \n[ \n.1=true@1 "},
	};
	struct fixture f;
	struct json_problem problem;
	struct out o = {0};

	(void)state;
	fixture_init(&f);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		out_clear(&o);
		assert_int_equal(walk(&f, t[i].text, strlen(t[i].text), &o, &problem),
				 JSON_WALK_WHOLE);
		assert_string_equal(out_text(&o), t[i].want);
	}
	out_release(&o);
	fixture_release(&f);
}

/* Refused with the line, and json_read() refuses it, too. */
static void refusals(void **state)
{
	static const struct {
		const char *text;
		uint32_t line;
		const char *why;
	} t[] = {
	    {"", 1, "there is nothing in it"},
	    {"\n\n ", 3, "there is nothing in it"},
	    {"{", 1, "a key in quotes is missing"},
	    {"{\n\"a\": 1,\n}", 3, "a key in quotes is missing"},
	    {"{a: 1}", 1, "a key in quotes is missing"},
	    {"{\"a\" 1}", 1, "':' is missing behind a key"},
	    {"{\"a\":\n}", 2, "a value is missing"},
	    {"{\"a\": \xEF\xBB\xBF"
	     "1}",
	     1, "a value is missing"},
	    {"{\"a\": 1\n\"b\": 2}", 2, "',' or '}' is missing behind a value"},
	    {"{\"a\": [1 2]}", 1, "',' or ']' is missing behind an entry of a list"},
	    {"{\"a\": [1,]}", 1, "a value is missing"},
	    {"{\"a\": [1", 1, "',' or ']' is missing behind an entry of a list"},
	    {"{\"a\": 1} x", 1, "something stands behind the object"},
	    {"{\"a\": 1, \"a\": 2}", 1, "a key stands twice"},
	    {"{\"a\\u0000\": 1}", 1, "NUL character"},
	    {"{\"a\": nul}", 1, NULL},
	    {"{\"a\": [{\"b\":\n\n}]}", 3, NULL},
	    {"{\"a\": {\"b\": 1]}", 1, NULL},
	    {"{\"a\": \"x", 1, NULL},
	    {"{\"a\": \"\\", 1, NULL},
	    {"{\"a\": [\"x\\\"", 1, NULL},
	    {"{\"a\": 1e999}", 1, NULL},
	    {"{\"a\": \"\xFF\"}", 1, NULL},
	};
	struct fixture f;
	struct json_problem problem;
	struct out o = {0};

	(void)state;
	fixture_init(&f);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t n = strlen(t[i].text);
		out_clear(&o);
		assert_int_equal(walk(&f, t[i].text, n, &o, &problem), JSON_WALK_BROKEN);
		assert_null(json_read(&f.mem, fixture_source(&f, t[i].text, n), &f.diags));
		if (problem.line != t[i].line || (t[i].why && strcmp(problem.why, t[i].why) != 0))
			fail_msg("%s: %u: %s", t[i].text, problem.line, problem.why);
	}
	assert_int_equal(walk(&f, " [1]", 4, &o, &problem), JSON_WALK_NO_OBJECT);
	out_release(&o);
	fixture_release(&f);
}

/* Values that lie across the blocks that are read, at each place. */
static void blocks(void **state)
{
	enum { BLOCK = 1 << 16 };
	static const char tail[] = "\", \"b\": [\"\\\"]\", {\"c\": 1}]}";
	static char text[BLOCK + 64];
	struct fixture f;
	struct json_problem problem;
	struct out o = {0};

	(void)state;
	fixture_init(&f);
	for (size_t pad = BLOCK - 40; pad < BLOCK + 4; pad++) {
		size_t n = 7;
		memcpy(text, "{\"a\": \"", n);
		memset(text + n, 'x', pad - n);
		memcpy(text + pad, tail, sizeof tail - 1);
		out_clear(&o);
		assert_int_equal(walk(&f, text, pad + sizeof tail - 1, &o, &problem),
				 JSON_WALK_WHOLE);
		assert_non_null(strstr(out_text(&o), "@1 b[ b.1=\"]@1 b.2=map@1 "));
	}
	out_release(&o);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(visits),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
