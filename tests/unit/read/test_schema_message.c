/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_schema_message.c - what each keyword of JSON Schema says to people
 *
 * At least one message for every keyword that can refuse a value; those that cannot are named. */
#include "data_fixture.h"
#include "read/schema.h"

static const struct schema_rules data_rules = {RULE_DATA_SCHEMA, RULE_DATA_MISSING_KEY,
					       RULE_DATA_UNKNOWN_KEY};

#define SHAPES                                                                                     \
	"anyOf:\n"                                                                                 \
	"- {title: Gap, type: object, required: [from, to], properties: {from: {}, to: {}}}\n"     \
	"- {title: Point, type: object, required: [at], properties: {at: {type: number}}}\n"

static const struct {
	const char *keyword, *schema, *value, *want;
} messages[] = {
    {"type", "{type: integer}", "many",
     "1:1-1:5 data/schema expected a whole number, found 'many'\n"},
    {"type", "{type: [array, 'null']}", "many",
     "1:1-1:5 data/schema expected a list or null, found 'many'\n"},
    {"type", "{type: object, title: Owner}", "[a]",
     "1:1-1:4 data/schema expected a map (Owner), found a list\n"},
    {"enum", "{enum: [low, high]}", "hihg",
     "1:1-1:5 data/schema expected one of: low, high, found 'hihg' (did you mean 'high'?)\n"},
    {"const", "{const: model}", "modle",
     "1:1-1:6 data/schema expected 'model', found 'modle' (did you mean 'model'?)\n"},
    {"minimum", "{minimum: 1}", "0",
     "1:1-1:2 data/schema expected a number of at least 1, found '0'\n"},
    {"maximum", "{minimum: 0, maximum: 1}", "1.5",
     "1:1-1:4 data/schema expected a number from 0 to 1, found '1.5'\n"},
    {"exclusiveMinimum", "{exclusiveMinimum: 0}", "0",
     "1:1-1:2 data/schema expected a number above 0, found '0'\n"},
    {"exclusiveMaximum", "{exclusiveMaximum: 0}", "0",
     "1:1-1:2 data/schema expected a number below 0, found '0'\n"},
    {"multipleOf", "{multipleOf: 5}", "7",
     "1:1-1:2 data/schema expected a number that is a multiple of 5, found '7'\n"},
    {"minLength", "{type: string, minLength: 10}", "short",
     "1:1-1:6 data/schema expected text of at least 10 characters, found 'short'\n"},
    {"maxLength", "{maxLength: 3}", "short",
     "1:1-1:6 data/schema expected text of at most 3 characters, found 'short'\n"},
    {"pattern", "{pattern: '^[A-Z]+$', description: A code such as ABC.}", "abc",
     "1:1-1:4 data/schema expected text that matches ^[A-Z]+$, found 'abc' (A code such as "
     "ABC.)\n"},
    {"format", "{type: string, format: date}", "2024-02-30",
     "1:1-1:11 data/schema expected a date (YYYY-MM-DD), found '2024-02-30'\n"},
    {"prefixItems", "{prefixItems: [{type: string}, {type: number}]}", "[a, b]",
     "1:5-1:6 data/schema expected a number, found 'b'\n"},
    {"items", "{prefixItems: [true], items: false}", "[a, b, c]",
     "1:5-1:6 data/schema expected at most 1 item, found 3\n"},
    {"items", "{items: {type: number}}", "[1, b]",
     "1:5-1:6 data/schema expected a number, found 'b'\n"},
    {"contains", "{contains: {const: a}}", "[b]",
     "1:1-1:4 data/schema expected at least 1 item that is 'a', found 0\n"},
    {"contains",
     "{description: One is x., contains: {required: [n], properties: {n: {const: x}, m: {}}}}",
     "[{n: y}]",
     "1:1-1:9 data/schema expected at least 1 item that is a map whose 'n' is 'x', found 0 (One is "
     "x.)\n"},
    {"minContains", "{contains: {const: a}, minContains: 2}", "[a]",
     "1:1-1:4 data/schema expected at least 2 items that are 'a', found 1\n"},
    {"maxContains", "{contains: {const: a}, maxContains: 1}", "[a, a]",
     "1:1-1:7 data/schema expected at most 1 item that is 'a', found 2\n"},
    {"minItems", "{minItems: 2}", "[a]",
     "1:1-1:4 data/schema expected at least 2 items, found 1\n"},
    {"maxItems", "{maxItems: 1}", "[a, b]",
     "1:1-1:7 data/schema expected at most 1 item, found 2\n"},
    {"uniqueItems", "{uniqueItems: true}", "[a, a]", "1:5-1:6 data/schema item 2 repeats item 1\n"},
    {"unevaluatedItems", "{prefixItems: [true], unevaluatedItems: false}", "[a, b]",
     "1:5-1:6 data/schema no item may stand here\n"},
    {"properties", "{properties: {a: {type: number}}}", "{a: x}",
     "1:5-1:6 data/schema expected a number, found 'x'\n"},
    {"properties",
     "{properties: {a: {$ref: '#/$defs/n', description: The share.}},"
     " $defs: {n: {type: number}}}",
     "{a: x}", "1:5-1:6 data/schema expected a number, found 'x' (The share.)\n"},
    {"properties", "{properties: {a: false}}", "{a: x}",
     "1:5-1:6 data/schema no value may stand here\n"},
    {"patternProperties", "{patternProperties: {'^a': {type: number}}}", "{ab: x}",
     "1:6-1:7 data/schema expected a number, found 'x'\n"},
    {"additionalProperties", "{properties: {owner: {}}, additionalProperties: false}", "{ownr: x}",
     "1:2-1:6 data/unknown-key 'ownr' (did you mean 'owner'?)\n"},
    {"propertyNames", "{propertyNames: {enum: [alpha, beta]}}", "{alpah: 1}",
     "1:2-1:7 data/schema expected one of: alpha, beta, found the key 'alpah' (did you mean "
     "'alpha'?)\n"},
    {"required", "{required: [owner], properties: {owner: {description: Who answers.}}}", "{a: 1}",
     "1:1-1:2 data/missing-key 'owner' (owner: Who answers.)\n"},
    {"required", "{required: [owner], properties: {owner: {description: Who answers.}}}",
     "{ownr: 1}", "1:1-1:2 data/missing-key 'owner' ('ownr' is there; did you mean 'owner'?)\n"},
    {"minProperties", "{minProperties: 2}", "{a: 1}",
     "1:1-1:7 data/schema expected at least 2 keys, found 1\n"},
    {"maxProperties", "{maxProperties: 1}", "{a: 1, b: 2}",
     "1:1-1:13 data/schema expected at most 1 key, found 2\n"},
    {"dependentRequired", "{dependentRequired: {card: [name]}}", "{card: 1}",
     "1:1-1:2 data/missing-key 'name' ('card' is there, which requires it)\n"},
    {"dependentSchemas", "{dependentSchemas: {card: {properties: {n: {type: number}}}}}",
     "{card: 1, n: x}",
     "1:14-1:15 data/schema expected a number, found 'x' (since 'card' is there)\n"},
    {"unevaluatedProperties",
     "{$ref: '#/$defs/a', unevaluatedProperties: false,"
     " $defs: {a: {properties: {name: {}}}}}",
     "{nmae: 1}", "1:2-1:6 data/unknown-key 'nmae' (did you mean 'name'?)\n"},
    {"allOf", "{allOf: [{minimum: 2}, {multipleOf: 2}]}", "3",
     "1:1-1:2 data/schema expected a number that is a multiple of 2, found '3'\n"},
    {"anyOf", "{anyOf: [{type: number}, {const: none}]}", "many",
     "1:1-1:5 data/schema expected a number or 'none', found 'many'\n"},
    {"anyOf", "{anyOf: [{required: [item, document]}, {required: [policy]}]}", "{item: x}",
     "1:1-1:2 data/missing-key 'item' and 'document', or 'policy'\n"},
    {"anyOf", "{anyOf: [{required: [a]}, {required: [b]}, {required: [c]}]}", "{d: x}",
     "1:1-1:2 data/missing-key 'a' or 'b' or 'c'\n"},
    {"anyOf", "{anyOf: [{required: [a], title: A}, {required: [b]}]}", "{d: x}",
     "1:1-1:2 data/missing-key 'a' (the closest of 2 forms is 'A')\n"},
    {"pattern", "{properties: {a: {type: string, pattern: '^M-[0-9]+$', description: M-NUMBER.}}}",
     "{a: }", "1:5-1:5 data/schema expected text, found nothing (M-NUMBER.)\n"},
    {"pattern", "{properties: {a: {type: string, pattern: '^M-[0-9]+$', description: M-NUMBER.}}}",
     "{a: 7}",
     "1:5-1:6 data/schema expected text that matches ^M-[0-9]+$, found '7' (M-NUMBER.)\n"},
    {"anyOf", "{description: The seed., anyOf: [{type: integer}, {type: array}]}", "",
     "1:1-1:1 data/schema expected a whole number or a list, found nothing (The seed.)\n"},
    {"maximum", "{type: number, minimum: 0, maximum: 1}", "87 %",
     "1:1-1:5 data/schema expected a number from 0 to 1, found '87 %' (a share is a number: "
     "0.87)\n"},
    {"maximum", "{type: number, maximum: 1}", "'%'",
     "1:1-1:4 data/schema expected a number of at most 1, found '%'\n"},
    {"maximum", "{type: number, maximum: 100}", "87%",
     "1:1-1:4 data/schema expected a number of at most 100, found '87%'\n"},
    {"anyOf", SHAPES, "{at: x}",
     "1:6-1:7 data/schema expected a number, found 'x' (the closest of 2 forms is 'Point')\n"},
    {"oneOf", "{oneOf: [{type: integer}, {minimum: 2}]}", "3",
     "1:1-1:2 data/schema value fits 2 of the forms of which it may fit only one (it is a whole "
     "number, and a number of at least 2)\n"},
    {"oneOf", "{oneOf: [{type: string, maxLength: 2}, {type: number}]}", "[]",
     "1:1-1:3 data/schema expected text of at most 2 characters or a number, found an empty "
     "list\n"},
    {"not", "{not: {const: none}}", "none",
     "1:1-1:5 data/schema expected anything but 'none', found 'none'\n"},
    {"then",
     "{if: {properties: {status: {const: closed}}, required: [status]},"
     " then: {required: [closed_on]}}",
     "{status: closed}", "1:1-1:2 data/missing-key 'closed_on' (since 'status' is 'closed')\n"},
    {"if",
     "{if: {anyOf: [{properties: {a: {type: 'null'}}}, {required: [b]}]}, then: {required: [c]}}",
     "{a: null}", "1:1-1:2 data/missing-key 'c' (since 'a' is null or 'b' is there)\n"},
    {"if", "{if: {anyOf: [{properties: {a: {const: 1}}}, {required: [b]}]}, else: {required: [c]}}",
     "{a: 2}", "1:1-1:2 data/missing-key 'c' (since 'a' is not '1' and 'b' is not there)\n"},
    {"then", "{if: {required: [end]}, then: {properties: {start: {type: number}}}}",
     "{end: 1, start: x}",
     "1:17-1:18 data/schema expected a number, found 'x' (since 'end' is there)\n"},
    {"then", "{if: {properties: {a: {const: 1}, b: {enum: [x, y]}}}, then: {required: [c]}}",
     "{a: 1, b: x}", "1:1-1:2 data/missing-key 'c' (since 'a' is '1' and 'b' is one of: x, y)\n"},
    {"else", "{if: {required: [end]}, else: {required: [reason]}}", "{a: 1}",
     "1:1-1:2 data/missing-key 'reason' (since 'end' is not there)\n"},
    {"$ref", "{$ref: '#/$defs/day', $defs: {day: {type: string, format: date}}}", "soon",
     "1:1-1:5 data/schema expected a date (YYYY-MM-DD), found 'soon'\n"},
    {"$dynamicRef",
     "{$dynamicAnchor: node, type: object, properties: {next: {$dynamicRef: '#node'}}}",
     "{next: {next: x}}", "1:15-1:16 data/schema expected a map, found 'x'\n"},
};

static void each_message(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
		struct fixture f;
		struct data_node *rules, *node;
		struct schema *schema;
		fixture_init(&f);
		rules = fixture_yaml(&f, messages[i].schema);
		assert_non_null(rules);
		schema = schema_compile(&f.mem, rules, &f.diags);
		expect_text(messages[i].schema, fixture_findings(&f), "");
		node = fixture_yaml(&f, messages[i].value);
		assert_non_null(node);
		schema_check(schema, node, span_at(f.source, 0, 1), &data_rules, &f.mem, &f.diags);
		wrong += differs(messages[i].schema, fixture_findings(&f), messages[i].want);
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

/* All keywords of the vocabularies that assert or apply (Core, 10 and 11; Validation, 6 and 7). */
static void each_keyword(void **state)
{
	static const char *const keywords[] = {
	    "type",
	    "enum",
	    "const",
	    "minimum",
	    "maximum",
	    "exclusiveMinimum",
	    "exclusiveMaximum",
	    "multipleOf",
	    "minLength",
	    "maxLength",
	    "pattern",
	    "format",
	    "prefixItems",
	    "items",
	    "contains",
	    "minContains",
	    "maxContains",
	    "minItems",
	    "maxItems",
	    "uniqueItems",
	    "unevaluatedItems",
	    "properties",
	    "patternProperties",
	    "additionalProperties",
	    "propertyNames",
	    "required",
	    "minProperties",
	    "maxProperties",
	    "dependentRequired",
	    "dependentSchemas",
	    "unevaluatedProperties",
	    "allOf",
	    "anyOf",
	    "oneOf",
	    "not",
	    "then",
	    "else",
	    "$ref",
	    "$dynamicRef", /* `if` alone refuses nothing */
	};

	(void)state;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		bool found = false;
		for (size_t k = 0; k < sizeof messages / sizeof *messages && !found; k++)
			found = !strcmp(messages[k].keyword, keywords[i]);
		if (!found)
			fail_msg("no message of '%s'", keywords[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_message),
					   cmocka_unit_test(each_keyword)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
