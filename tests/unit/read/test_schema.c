/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_schema.c - findings of the schema engine: places, words, text as written */
#include "data_fixture.h"
#include "read/schema.h"
#include <time.h>

static const struct schema_rules data_rules = {RULE_DATA_SCHEMA, RULE_DATA_MISSING_KEY,
					       RULE_DATA_UNKNOWN_KEY};

/* Compiles `schema`, whose own findings must be none, and checks `value` against it. */
static bool check(struct fixture *f, const char *schema, const char *value)
{
	struct data_node *rules = fixture_yaml(f, schema), *node;
	struct schema *compiled;

	assert_non_null(rules);
	compiled = schema_compile(&f->mem, rules, &f->diags);
	expect_text(schema, fixture_findings(f), "");
	node = fixture_yaml(f, value);
	assert_non_null(node);
	return schema_check(compiled, node, span_at(f->source, 0, 1), &data_rules, &f->mem,
			    &f->diags);
}

#define ROLE "properties: {role: {enum: [holdout, temporal, shift]}}"
#define SHARE "properties: {x: {type: number, minimum: 0, maximum: 1}}"

static void messages(void **state)
{
	static const struct {
		const char *schema, *value, *want;
	} t[] = {
	    {SHARE, "x: high", "1:4-1:8 data/schema expected a number from 0 to 1, found 'high'\n"},
	    {SHARE, "a: 1\nx: 1.5\n",
	     "2:4-2:7 data/schema expected a number from 0 to 1, found '1.5'\n"},
	    {SHARE, "x: 0.5\n", ""},
	    {SHARE, "x: [1]\n",
	     "1:4-1:7 data/schema expected a number from 0 to 1, found a list\n"},
	    {SHARE, "x:\n", "1:3-1:3 data/schema expected a number from 0 to 1, found nothing\n"},
	    {SHARE, "x: ~\n", "1:4-1:5 data/schema expected a number from 0 to 1, found '~'\n"},
	    {SHARE, "x: .5\n",
	     "1:4-1:6 data/schema expected a number from 0 to 1, found '.5' "
	     "(write it as JSON does: 0.5)\n"},
	    {SHARE, "x: '0.5'\n",
	     "1:4-1:9 data/schema expected a number from 0 to 1, found the text '0.5' "
	     "(remove the quotes)\n"},
	    {SHARE, "x: .nan\n",
	     "1:4-1:8 data/schema expected a number from 0 to 1, found '.nan'\n"},
	    {"properties: {x: {type: integer, exclusiveMinimum: 0}}", "x: 0x1F\n",
	     "1:4-1:8 data/schema expected a whole number above 0, found '0x1F' "
	     "(write it as JSON does: 31)\n"},
	    {"properties: {x: {type: integer}}", "x: 1.5\n",
	     "1:4-1:7 data/schema expected a whole number, found '1.5'\n"},
	    {"properties: {x: {type: [number, 'null'], minimum: 0}}", "x: -1\n",
	     "1:4-1:6 data/schema expected a number of at least 0 or null, found '-1'\n"},
	    {"properties: {x: {minimum: 0, exclusiveMaximum: 1}}", "x: 1\n",
	     "1:4-1:5 data/schema expected a number of at least 0 and below 1, found '1'\n"},
	    {"properties: {x: {multipleOf: 0.01}}", "x: 0.075\n",
	     "1:4-1:9 data/schema expected a number that is a multiple of 0.01, found '0.075'\n"},
	    {ROLE, "role: houldout\n",
	     "1:7-1:15 data/schema expected one of: holdout, temporal, shift, found 'houldout' "
	     "(did you mean 'holdout'?)\n"},
	    {"properties: {x: {type: boolean, description: Whether.}}", "x: Yes\n",
	     "1:4-1:7 data/schema expected true or false, found 'Yes' (write true)\n"},
	    {"properties: {x: {type: boolean}}", "x: zz\n",
	     "1:4-1:6 data/schema expected true or false, found 'zz'\n"},
	    {"properties: {x: {type: boolean}}", "x: noo\n",
	     "1:4-1:7 data/schema expected true or false, found 'noo'\n"},
	    {"properties: {x: {type: boolean, description: Whether.}}", "x: maybe\n",
	     "1:4-1:9 data/schema expected true or false, found 'maybe' (Whether.)\n"},
	    {"properties: {x: {type: string, minLength: 1}}", "x: ''\n",
	     "1:4-1:6 data/schema expected text that is not empty, found ''\n"},
	    {"properties: {x: {type: string, pattern: '^[a-z]+$'}}", "x: A\n",
	     "1:4-1:5 data/schema expected text that matches ^[a-z]+$, found 'A'\n"},
	    {"properties: {x: {type: string, maxLength: 2}}", "x: äöü\n",
	     "1:4-1:10 data/schema expected text of at most 2 characters, found 'äöü'\n"},
	    {"properties: {x: {type: string, format: date}}", "x: 2024-02-30\n",
	     "1:4-1:14 data/schema expected a date (YYYY-MM-DD), found '2024-02-30'\n"},
	    {"properties: {x: {type: string}}", "x: {a: 1}\n",
	     "1:4-1:10 data/schema expected text, found a map\n"},
	    {"properties: {x: {const: evaluation}}", "x: evalution\n",
	     "1:4-1:13 data/schema expected 'evaluation', found 'evalution' (did you mean "
	     "'evaluation'?)\n"},
	    {"items: {type: number}\nminItems: 2", "- x\n",
	     "1:1-1:4 data/schema expected at least 2 items, found 1\n"
	     "1:3-1:4 data/schema expected a number, found 'x'\n"},
	    {"uniqueItems: true", "[a, b, a, 1, 1.0, {x: 1, y: 2}, {y: 2, x: 1}]",
	     "1:8-1:9 data/schema item 3 repeats item 1\n"
	     "1:14-1:17 data/schema item 5 repeats item 4\n"
	     "1:33-1:45 data/schema item 7 repeats item 6\n"},
	    {"contains: {type: number}\nmaxContains: 1", "[a]",
	     "1:1-1:4 data/schema expected at least 1 item that is a number, found 0\n"},
	    {"contains: {type: number}\nmaxContains: 1", "[1, 2]",
	     "1:1-1:7 data/schema expected at most 1 item that is a number, found 2\n"},
	    {"minProperties: 1", "{}", "1:1-1:3 data/schema expected at least 1 key, found 0\n"},
	    {"propertyNames: {pattern: '^[a-z]+$'}", "1a: x\n",
	     "1:1-1:3 data/schema expected text that matches ^[a-z]+$, found the key '1a'\n"},
	    {"properties: {x: false}", "x: 1\n", "1:4-1:5 data/schema no value may stand here\n"},
	    {"properties: {x: {not: {type: number}}}", "x: 1\n",
	     "1:4-1:5 data/schema expected anything but a number, found '1'\n"},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		bool fits;
		fixture_init(&f);
		fits = check(&f, t[i].schema, t[i].value);
		assert_int_equal(fits, !*t[i].want);
		wrong += differs(t[i].value, fixture_findings(&f), t[i].want);
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

#define OWNED                                                                                      \
	"required: [id, owner]\n"                                                                  \
	"additionalProperties: false\n"                                                            \
	"properties:\n"                                                                            \
	"  id: {type: string}\n"                                                                   \
	"  owner: {$ref: '#/$defs/person'}\n"                                                      \
	"  source: {type: object, required: [log], properties: {log: {}, max_bad: {}},"            \
	" additionalProperties: false}\n"                                                          \
	"dependentRequired: {source: [task]}\n"                                                    \
	"$defs: {person: {description: Who answers for it., type: string}}\n"

static void keys(void **state)
{
	static const struct {
		const char *schema, *value, *want;
		bool fits;
	} t[] = {
	    {OWNED, "id: x\nowner: y\n", "", true},
	    {OWNED, "id: x\n", "1:1-1:2 data/missing-key 'owner' (owner: Who answers for it.)\n",
	     false},
	    {OWNED, "{}\n",
	     "1:1-1:2 data/missing-key 'id'\n"
	     "1:1-1:2 data/missing-key 'owner' (owner: Who answers for it.)\n",
	     false},
	    {OWNED, "id: x\nowner: y\nownr: z\n",
	     "3:1-3:5 data/unknown-key 'ownr' (did you mean 'owner', which is there too?)\n", true},
	    {OWNED, "id: x\nownr: z\n",
	     "1:1-1:2 data/missing-key 'owner' (owner: Who answers for it.)\n"
	     "2:1-2:5 data/unknown-key 'ownr' (did you mean 'owner'?)\n",
	     false},
	    {OWNED, "id: x\nowner: y\nsource: {maxbad: 1}\n",
	     "1:1-1:2 data/missing-key 'task' ('source' is there, which requires it)\n"
	     "3:9-3:20 data/missing-key 'log'\n"
	     "3:10-3:16 data/unknown-key 'maxbad' (did you mean 'max_bad'?)\n",
	     false},
	    {"patternProperties: {'^x-': true}\nadditionalProperties: false", "x-a: 1\nq: 1\n",
	     "2:1-2:2 data/unknown-key 'q'\n", true},
	    {"additionalProperties: {type: number}", "a: 1\nb: x\n",
	     "2:4-2:5 data/schema expected a number, found 'x'\n", false},
	    {"allOf: [{properties: {a: true}}, {properties: {bravo: true}}]\n"
	     "unevaluatedProperties: false",
	     "a: 1\nbravo: 2\nbrav: 3\n",
	     "3:1-3:5 data/unknown-key 'brav' (did you mean 'bravo', which is there too?)\n", true},
	    /* what a failing schema has looked at is not unknown on top of it */
	    {"$ref: '#/$defs/a'\nunevaluatedProperties: false\n"
	     "$defs: {a: {properties: {a: {type: number}}}}",
	     "a: x\n", "1:4-1:5 data/schema expected a number, found 'x'\n", false},
	    {"unevaluatedItems: false\nprefixItems: [true]", "[1, 2]",
	     "1:5-1:6 data/schema no item may stand here\n", false},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		bool fits;
		fixture_init(&f);
		fits = check(&f, t[i].schema, t[i].value);
		wrong += fits != t[i].fits;
		wrong += differs(t[i].value, fixture_findings(&f), t[i].want);
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

/* A plain scalar is its text as written where text is wanted. */
static void text_as_written(void **state)
{
	static const struct {
		const char *schema, *value;
		bool fits;
	} t[] = {
	    {"{type: string}", "1.10", true},
	    {"{type: string}", "00123", true},
	    {"{type: string}", "null", true},
	    {"{type: string}", "no", true},
	    {"{type: string}", "True", true},
	    {"{type: string}", "0x1F", true},
	    {"{type: string}", "", false}, /* nothing was written */
	    {"{type: string, pattern: '^1[.]10$'}", "1.10", true},
	    {"{type: string, pattern: '^1[.]1$'}", "1.10", false},
	    {"{type: string, maxLength: 3}", "1.10", false},
	    {"{type: string, minimum: 5}", "1", true}, /* no number here */
	    {"{type: string, enum: ['1.10', '2.0']}", "1.10", true},
	    {"{type: string, enum: ['1.10', '2.0']}", "1.1", false},
	    {"{type: string, enum: [1.10, 2.0]}", "1.10", true},
	    {"{type: string, enum: [1.10, 2.0]}", "1.1", false},
	    {"{enum: ['1.10']}", "1.10", true},
	    {"{enum: [1, 2, 3]}", "2", true},
	    {"{enum: [1, 2, 3]}", "'2'", false},
	    {"{const: 'null'}", "null", true},
	    {"{const: null}", "null", true},
	    {"{const: null}", "'null'", false},
	    {"{type: [string, 'null'], format: date}", "null", true},
	    {"{type: [string, 'null'], format: date}", "~", true},
	    {"{type: [string, 'null'], format: date}", "2024-01-01", true},
	    {"{type: [string, 'null'], format: date}", "soon", false},
	    {"{type: [string, number], maximum: 3}", "4", false},
	    {"{type: [string, number], maximum: 3}", "'4'", true},
	    {"{type: [string, number], maximum: 3}", "0x4", true}, /* text, as no JSON number */
	    {"{type: [string, integer], minLength: 3}", "1.5", true},
	    {"{type: [string, integer], minLength: 4}", "1.5", false},
	    {"{allOf: [{type: string}], pattern: '^0'}", "0123", true},
	    {"{$ref: '#/$defs/t', minLength: 5, $defs: {t: {type: string}}}", "0123", false},
	    {"{$ref: '#/$defs/t', minLength: 4, $defs: {t: {type: string}}}", "0123", true},
	    {"{type: string, if: {pattern: '^1'}, then: {maxLength: 1}}", "12", false},
	    {"{type: string, anyOf: [{const: '1'}, {pattern: '^2$'}]}", "2", true},
	    {"{oneOf: [{type: string}, {type: number}]}", "5", true},
	    {"{oneOf: [{type: string}, {type: number}]}", "'5'", true},
	    {"{oneOf: [{type: integer}, {type: number}]}", "5", false},
	    {"{anyOf: [{type: string}, {type: number}]}", "5", true},
	    {"{type: number}", "0x1F", false},
	    {"{type: number}", "+1", false},
	    {"{type: number}", "012", false},
	    {"{type: number}", "1.", false},
	    {"{type: number}", "1e5", true},
	    {"{}", "0x1F", true}, /* nothing is wanted */
	    {"{items: {type: string}, uniqueItems: true}", "[1.0, 1.00, 1]", true},
	    {"{items: {type: string}, uniqueItems: true}", "[1.0, '1.0']", false},
	    {"{items: {type: number}, uniqueItems: true}", "[1.0, 1.00]", false},
	    {"{propertyNames: {type: string, maxLength: 2}}", "{10: x}", true},
	    {"{type: null}", "~", true}, /* the names of types are text too */
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		bool fits;
		fixture_init(&f);
		fits = check(&f, t[i].schema, t[i].value);
		if (fits != t[i].fits || fits != !f.diags.n) {
			printf("%s: %s: %s", t[i].schema, t[i].value, fixture_findings(&f));
			wrong++;
		}
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

#define FORMS                                                                                      \
	"oneOf:\n"                                                                                 \
	"- {type: string}\n"                                                                       \
	"- {type: object, required: [value], additionalProperties: false,"                         \
	" properties: {value: {type: number}, source: {type: string}}}\n"
#define KINDS                                                                                      \
	"anyOf:\n"                                                                                 \
	"- {properties: {kind: {const: a}, x: {type: number}}, required: [kind]}\n"                \
	"- {properties: {kind: {const: b}, x: {type: boolean}}, required: [kind]}\n"

static void choices(void **state)
{
	static const struct {
		const char *schema, *value, *want;
		bool fits;
	} t[] = {
	    {FORMS, "x\n", "", true},
	    {FORMS, "{value: 1}\n", "", true},
	    {FORMS, "{value: x}\n", "1:9-1:10 data/schema expected a number, found 'x'\n", false},
	    {FORMS, "{sorce: x, value: 1}\n",
	     "1:2-1:7 data/unknown-key 'sorce' (did you mean 'source'?)\n", true},
	    {FORMS, "[1]\n", "1:1-1:4 data/schema expected text or a map, found a list\n", false},
	    {KINDS, "{kind: b, x: 1}\n",
	     "1:14-1:15 data/schema expected true or false, found '1'\n", false},
	    {KINDS, "{kind: b, x: true}\n", "", true},
	    {"anyOf: [{type: number, minimum: 1}, {const: none}]", "many",
	     "1:1-1:5 data/schema expected a number of at least 1 or 'none', found 'many'\n",
	     false},
	    {"oneOf: [{type: integer}, {minimum: 2}]", "3",
	     "1:1-1:2 data/schema value fits 2 of the forms of which it may fit only one (it is "
	     "a whole number, and a number of at least 2)\n",
	     false},
	    {"if: {properties: {a: {const: 1}}, required: [a]}\nthen: {required: [b]}\n"
	     "else: {required: [c]}",
	     "a: 1\n", "1:1-1:2 data/missing-key 'b' (since 'a' is '1')\n", false},
	    {"if: {properties: {a: {const: 1}}, required: [a]}\nthen: {required: [b]}\n"
	     "else: {required: [c]}",
	     "a: 2\n", "1:1-1:2 data/missing-key 'c' (since 'a' is not '1')\n", false},
	    {"dependentSchemas: {a: {required: [b]}}", "a: 1\n",
	     "1:1-1:2 data/missing-key 'b' (since 'a' is there)\n", false},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		bool fits;
		fixture_init(&f);
		fits = check(&f, t[i].schema, t[i].value);
		wrong += fits != t[i].fits;
		wrong += differs(t[i].value, fixture_findings(&f), t[i].want);
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

/* -- schemas with mistakes -------------------------------------------------------------------- */

static void mistakes(void **state)
{
	static const struct {
		const char *schema, *want;
	} t[] = {
	    {"minimun: 1",
	     "1:1-1:8 template/invalid keyword 'minimun' is not known (did you mean 'minimum'?)\n"},
	    {"x-note: mine", ""},
	    {"type: strng",
	     "1:7-1:12 template/invalid 'strng' is no type (did you mean 'string'?)\n"},
	    {"type: {}", "1:7-1:9 template/invalid 'type' takes the name of a type, or a list of "
			 "them\n"},
	    {"minLength: -1",
	     "1:12-1:14 template/invalid 'minLength' takes a whole number of at least 0\n"},
	    {"minimum: x",
	     "1:10-1:11 template/invalid 'minimum' takes a number as JSON writes it\n"},
	    {"multipleOf: 0", "1:13-1:14 template/invalid 'multipleOf' takes a number above 0\n"},
	    {"enum: x", "1:7-1:8 template/invalid 'enum' takes a list\n"},
	    {"required: [[a]]", "1:11-1:16 template/invalid 'required' takes a list of keys\n"},
	    {"uniqueItems: 1", "1:14-1:15 template/invalid 'uniqueItems' takes true or false\n"},
	    {"anyOf: []", "1:8-1:10 template/invalid 'anyOf' takes a list of schemas\n"},
	    {"properties: [a]", "1:13-1:16 template/invalid 'properties' takes a map of schemas\n"},
	    {"items: x",
	     "1:8-1:9 template/invalid expected a schema (a map, true or false), found text\n"},
	    {"pattern: '['",
	     "1:10-1:13 template/invalid '[' is no regular expression: '[' is not closed\n"},
	    {"pattern: '\\Z'",
	     "1:10-1:14 template/invalid '\\Z' is no regular expression: escape of "
	     "a letter that has no meaning\n"},
	    {"format: dat", "1:9-1:12 template/invalid format 'dat' is not known (did you mean "
			    "'date'?)\n"},
	    {"format: colour-of-the-sky", ""},
	    {"format: idn-hostnam", "1:9-1:20 template/invalid format 'idn-hostnam' is not known "
				    "(did you mean 'idn-hostname'?)\n"},
	    {"$schema: http://json-schema.org/draft-07/schema#",
	     "1:10-1:49 template/invalid 'http://json-schema.org/draft-07/schema#' is not read "
	     "here "
	     "(schemas are written in https://json-schema.org/draft/2020-12/schema)\n"},
	    {"$schema: https://json-schema.org/draft/2020-12/schema", ""},
	    {"$dynamicRef: '#x'",
	     "1:14-1:18 template/invalid '#x' leads to no schema of this file\n"},
	    {"$dynamicRef: [a]",
	     "1:14-1:17 template/invalid '$dynamicRef' takes a reference such as '#node'\n"},
	    {"{$dynamicAnchor: x, properties: {next: {$dynamicRef: '#x'}}}", ""},
	    {"contentEncoding: base64", ""},
	    {"contentSchema: {type: nmber}",
	     "1:23-1:28 template/invalid 'nmber' is no type (did you mean 'number'?)\n"},
	    {"$vocabulary: [x]",
	     "1:14-1:17 template/invalid '$vocabulary' takes a map of URIs to true or false\n"},
	    {"definitions: {}",
	     "1:1-1:12 template/invalid keyword 'definitions' is not read here (use $defs)\n"},
	    {"dependencies: {}",
	     "1:1-1:13 template/invalid keyword 'dependencies' is not read here "
	     "(use dependentRequired or dependentSchemas)\n"},
	    {"requird: [a]",
	     "1:1-1:8 template/invalid keyword 'requird' is not known (did you mean "
	     "'required'?)\n"},
	    {"properties: {a: {x-refers-to: [model], x-not-before: b}}", ""},
	    {"$ref: '#/$defs/dat'\n$defs: {date: {}}",
	     "1:7-1:20 template/invalid '#/$defs/dat' leads to no schema of this file (did you "
	     "mean "
	     "'date'?)\n"},
	    {"$ref: other.yaml",
	     "1:7-1:17 template/invalid 'other.yaml' leads to no schema of this "
	     "file (a reference begins with '#/$defs/')\n"},
	    {"$ref: '#'", "1:1-1:10 template/invalid schema refers to itself in a circle\n"},
	    {"$defs: {a: {$ref: '#/$defs/b'}, b: {anyOf: [{$ref: '#/$defs/a'}]}}",
	     "1:12-1:31 template/invalid schema refers to itself in a circle\n"},
	    {"properties: {next: {$ref: '#'}}", ""},
	    {"$defs: {a: {$anchor: x}, b: {$anchor: x}}",
	     "1:39-1:40 template/invalid anchor 'x' stands twice\n"},
	    {"[a]", "1:1-1:4 template/invalid expected a schema (a map, true or false), found a "
		    "list\n"},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		struct data_node *node;
		struct schema *schema;
		fixture_init(&f);
		node = fixture_yaml(&f, t[i].schema);
		assert_non_null(node);
		schema = schema_compile(&f.mem, node, &f.diags);
		wrong += differs(t[i].schema, fixture_findings(&f), t[i].want);
		schema_accepts(schema, node, &f.mem); /* ends, whatever it says */
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

/* -- hostile schemas and values --------------------------------------------------------------- */

/* Sixty definitions, each twice the next: 2^60 ways to the last. */
static void doubling_schema(void **state)
{
	struct fixture f;
	struct out o = {0};
	struct data_node *node;
	struct schema *schema;
	clock_t before;

	(void)state;
	fixture_init(&f);
	out_puts(&o, "$ref: '#/$defs/d0'\n$defs:\n");
	for (int i = 0; i < 60; i++)
		out_printf(&o, "  d%d: {allOf: [{$ref: '#/$defs/d%d'}, {$ref: '#/$defs/d%d'}]}\n",
			   i, i + 1, i + 1);
	out_puts(&o, "  d60: {type: number}\n");
	node = fixture_yaml(&f, out_text(&o));
	schema = schema_compile(&f.mem, node, &f.diags);
	expect_text("doubling", fixture_findings(&f), "");
	before = clock();
	assert_false(schema_accepts(schema, node, &f.mem));
	assert_false(schema_check(schema, node, node->at, &data_rules, &f.mem, &f.diags));
	assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 10);
	assert_true(f.diags.n >= 1);
	assert_int_equal(f.diags.items[f.diags.n - 1].rule, RULE_TEMPLATE_INVALID);
	out_release(&o);
	fixture_release(&f);
}

static void long_chain(void **state)
{
	struct fixture f;
	struct out o = {0};
	struct schema *schema;
	struct data_node *node;

	(void)state;
	fixture_init(&f);
	out_puts(&o, "$ref: '#/$defs/d0'\n$defs:\n");
	for (int i = 0; i < 20000; i++)
		out_printf(&o, "  d%d: {$ref: '#/$defs/d%d'}\n", i, i + 1);
	out_puts(&o, "  d20000: {type: number}\n");
	node = fixture_yaml(&f, out_text(&o));
	schema = schema_compile(&f.mem, node, &f.diags);
	assert_true(f.diags.n > 0);
	schema_accepts(schema, node, &f.mem);
	out_release(&o);
	fixture_release(&f);
}

/* A choice at each of 60 levels, which only the deepest value decides: no level is gone through
 * twice for each form of the one above, and the finding is the value's. */
static void nested_choices(void **state)
{
	static const char *const schemas[] = {
	    "$ref: '#/$defs/node'\n$defs:\n  node:\n    anyOf:\n"
	    "    - {type: object, required: [a], properties: {next: {$ref: '#/$defs/node'}}}\n"
	    "    - {type: object, required: [b], properties: {next: {$ref: '#/$defs/node'}}}\n",
	    "$ref: '#/$defs/node'\n$defs:\n  node:\n    unevaluatedProperties: false\n    oneOf:\n"
	    "    - {required: [a], properties: {a: true, next: {$ref: '#/$defs/node'}}}\n"
	    "    - {required: [b], properties: {b: true, next: {$ref: '#/$defs/node'}}}\n"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture f;
		struct out o = {0};
		clock_t before = clock();
		fixture_init(&f);
		for (int k = 0; k < 60; k++)
			out_puts(&o, "{a: 1, next: ");
		out_puts(&o, "{c: 1}");
		for (int k = 0; k < 60; k++)
			out_putc(&o, '}');
		assert_false(check(&f, schemas[i], out_text(&o)));
		assert_true(f.diags.n >= 1);
		for (size_t k = 0; k < f.diags.n; k++)
			assert_int_not_equal(f.diags.items[k].rule, RULE_TEMPLATE_INVALID);
		assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 5);
		out_release(&o);
		fixture_release(&f);
	}
}

/* A circle that only the scope of $dynamicRef closes ends, as the schema's fault. */
static void dynamic_circle(void **state)
{
	struct fixture f;
	struct data_node *node;
	struct schema *schema;

	(void)state;
	fixture_init(&f);
	node = fixture_yaml(&f, "$id: 'urn:a'\n$dynamicAnchor: x\n"
				"allOf: [{$dynamicRef: '#x'}, {$dynamicRef: '#x'}]\n");
	schema = schema_compile(&f.mem, node, &f.diags);
	expect_text("circle", fixture_findings(&f), "");
	assert_false(schema_accepts(schema, node, &f.mem));
	assert_false(schema_check(schema, node, node->at, &data_rules, &f.mem, &f.diags));
	assert_int_equal(f.diags.items[f.diags.n - 1].rule, RULE_TEMPLATE_INVALID);
	fixture_release(&f);
}

/* Patterns made to be slow end within their steps, and say so instead of letting a value pass. */
static void slow_patterns(void **state)
{
	static const struct {
		const char *pattern, *unit, *end;
	} t[] = {
	    {"^(a|aa)+$", "a", "!"},        {"^(([a-z])+.)+[A-Z]([a-z])+$", "a", ""},
	    {"^(a?){30}a{30}$", "a", "!"},  {"(.*)*x$", "y", ""},
	    {"^(\\w+\\s?)*$", "word", "!"}, {"^(?=(a+)+b)", "a", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		struct out schema = {0}, value = {0};
		clock_t before = clock();
		fixture_init(&f);
		out_printf(&schema, "properties: {x: {pattern: '%s'}}", t[i].pattern);
		out_puts(&value, "{x: '");
		for (int k = 0; k < 5000; k++)
			out_puts(&value, t[i].unit);
		out_printf(&value, "%s'}", t[i].end);
		if (check(&f, out_text(&schema), out_text(&value)))
			fail_msg("%s let it pass", t[i].pattern);
		assert_true(f.diags.n >= 1);
		assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 5);
		out_release(&schema);
		out_release(&value);
		fixture_release(&f);
	}
}

/* A key that a pattern cannot be matched against in its steps is told, not passed over. */
static void slow_key(void **state)
{
	struct fixture f;
	struct out o = {0};

	(void)state;
	fixture_init(&f);
	for (int i = 0; i < 900; i++)
		out_putc(&o, 'a');
	out_puts(&o, "!: 1\n");
	assert_false(check(&f, "patternProperties: {'^(a+)+$': false}", out_text(&o)));
	assert_int_equal(f.diags.n, 1);
	assert_non_null(strstr(f.diags.items[0].detail, "key is too long to be matched"));
	out_release(&o);
	fixture_release(&f);
}

/* A pattern that backtracks without end on a text made for it. */
static void slow_pattern(void **state)
{
	struct fixture f;
	struct out o = {0};
	clock_t before = clock();

	(void)state;
	fixture_init(&f);
	out_puts(&o, "x: ");
	for (int i = 0; i < 100000; i++)
		out_putc(&o, 'a');
	out_puts(&o, "!\n");
	assert_false(check(&f, "properties: {x: {pattern: '(a+)+$'}}", out_text(&o)));
	expect_text("slow", fixture_findings(&f),
		    "1:4-1:100005 data/schema text is too long to be matched against '(a+)+$'\n");
	assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 10);
	out_release(&o);
	fixture_release(&f);
}

/* Each of many texts takes a pattern all of its steps: the check is given up. */
static void slow_pattern_of_many(void **state)
{
	struct fixture f;
	struct out o = {0};
	clock_t before = clock();

	(void)state;
	fixture_init(&f);
	out_puts(&o, "x: [");
	for (int i = 0; i < 5000; i++)
		out_printf(&o, "%s\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%d!\"", i ? ", " : "",
			   i);
	out_puts(&o, "]\n");
	assert_false(check(&f, "properties: {x: {items: {pattern: '^(a+)+$'}}}", out_text(&o)));
	assert_int_equal(f.diags.n, 21);
	assert_string_equal(f.diags.items[20].detail,
			    "too many texts are too long for the patterns of the schema");
	assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 10);
	out_release(&o);
	fixture_release(&f);
}

/* Work over many keys and items is not quadratic. */
static void many_values(void **state)
{
	struct fixture f;
	struct out o = {0};
	clock_t before;

	(void)state;
	fixture_init(&f);
	out_putc(&o, '[');
	for (int i = 0; i < 50000; i++)
		out_printf(&o, "{k%d: %d},", i, i);
	out_puts(&o, "]");
	before = clock();
	assert_true(check(&f, "uniqueItems: true\nitems: {minProperties: 1}", out_text(&o)));
	out_clear(&o);
	for (int i = 0; i < 50000; i++)
		out_printf(&o, "key%d: %d\n", i, i);
	assert_true(check(&f, "additionalProperties: false\nproperties: {key: {}}", out_text(&o)));
	assert_int_equal(f.diags.n, 50000);
	assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 20);
	out_release(&o);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages),        cmocka_unit_test(keys),
	    cmocka_unit_test(text_as_written), cmocka_unit_test(choices),
	    cmocka_unit_test(mistakes),        cmocka_unit_test(doubling_schema),
	    cmocka_unit_test(nested_choices),  cmocka_unit_test(dynamic_circle),
	    cmocka_unit_test(slow_patterns),   cmocka_unit_test(slow_pattern_of_many),
	    cmocka_unit_test(slow_key),        cmocka_unit_test(long_chain),
	    cmocka_unit_test(slow_pattern),    cmocka_unit_test(many_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
