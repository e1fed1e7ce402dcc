/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/judge/test_controls.c - what the entries of controls lead to, and the status of controls */
#include "judge/controls.h"
#include "workspace_fixture.h"

static const char template_md[] =
    "---\nkind: plan\ntitle: Plan\nfront_matter: {type: object, properties: {budget: {type: "
    "number}}}\n---\n"
    "# *\n## Step: * {#step repeat=\"1..2\"}\n### How {#how min-words=\"3\"}\n"
    "## Rollback {#rollback min-steps=\"2\"}\n- [ ] Tried {#tried}\n- [ ] Timed {#timed}\n"
    "## Gone {#gone}\n";
static const char good_md[] =
    "---\nkind: plan\n---\n# Good\n## Step: one\n### How\nIn three words.\n"
    "## Step: two\n### How\nIn three words.\n"
    "## Rollback\n1. Switch.\n2. Look.\n\n- [x] Tried\n- [ ] Timed\n"
    "## Beyond the template\nWords.\n## Nothing\n## Left\nTODO\n";
static const char bad_md[] = "---\nkind: plan\n---\n# Bad\n## Step: one\n### How\nShort.\n"
			     "## Step: two\n### How\nIn three words.\n"
			     "## Rollback\n1. Switch.\n2. Look.\n\n- [x] Tried\n## Gone\nTBD\n";
static const char model_schema[] =
    "type: object\nproperties:\n  kind: {}\n  list: {type: array, items: {$ref: '#/$defs/entry'}}\n"
    "  map: {additionalProperties: {type: object, properties: {value: {type: number}}}}\n"
    "$defs: {entry: {type: object, properties: {by: {type: string}}}}\n";

#define CONTROL(id, entries) "  - {id: \"" id "\", title: T, satisfied_by: [" entries "]}\n"

static const char controls_yaml[] = "kind: controls\nid: house\ntitle: House\ncontrols:\n"
				    "  - {id: planned, title: T, where: plan}\n"
    /* 1 */ CONTROL("A 1", "{section: \"good#rollback\"}")
    /* 2 */ CONTROL("A 2", "{section: \"good#step/how\"}")
    /* 3 */ CONTROL("A 3", "{section: \"good#step[2]/how\"}")
    /* 4 */ CONTROL("A 4", "{section: \"good#beyond-the-template\"}")
    /* 5 */ CONTROL("A 5", "{section: \"good#nothing\"}")
    /* 6 */ CONTROL("A 6", "{section: \"good#left\"}")
    /* 7 */ CONTROL("A 7", "{section: \"good#gone\"}")
    /* 8 */ CONTROL("B 1", "{section: \"bad#rollback\"}")
    /* 9 */ CONTROL("B 2", "{section: \"bad#step/how\"}")
    /* 10 */ CONTROL("B 3", "{section: \"bad#gone\"}")
    /* 11 */ CONTROL("B 4", "{item: \"bad#rollback/timed\"}")
    /* 12 */ CONTROL("B 5", "{item: \"bad#rollback/tried\"}, {section: \"bad#gone\"}")
    /* 13 */ CONTROL("C 1", "{section: \"templates/plan#step/how\"}")
    /* 14 */ CONTROL("C 2", "{item: \"templates/plan#rollback/tried\"}")
    /* 15 */ CONTROL("D 1", "{record_kind: model, field: \"list[].by\"}")
    /* 16 */ CONTROL("D 2", "{record_kind: model, field: \"map.NAME.value\"}")
    /* 17 */ CONTROL("D 3", "{record_kind: plan, field: budget}")
    /* 18 */ CONTROL("D 4", "{record_kind: model}")
    /* 19 */ CONTROL("D 5", "{record_kind: model, field: \"list.by\"}")
    /* 20 */ CONTROL("E 1", "{rule: doc/vague}")
    /* 21 */ CONTROL("E 2", "{policy: max_ece}")
    /* 22 */ CONTROL("E 3", "{policy: limits}")
    /* 23 */ CONTROL("E 4", "{command: check}")
    /* 24 */ CONTROL("E 5", "{test: \"tests/a.py#def test_a\"}")
    /* 25 */ CONTROL("E 6", "{test: tests/b.py}")
    /* 26 */ CONTROL("E 7", "{test: elsewhere/b.py}")
    /* 27 */ CONTROL("E 8", "{test: tests/../.git/config}")
    /* 28 */ CONTROL("E 8", "{rule: no/such}, {command: check}")
    /* 29 */ "  - {title: without id}\n  - {id: odd, satisfied_by: [7, {section: [x]}, {}]}\n";

static const struct file_text files[] = {
    {"modelbook.yaml", "title: T\n"},
    {"templates/documents/plan.md", template_md},
    {"templates/records/model.schema.yaml", model_schema},
    {"templates/records/controls.schema.yaml", "type: object\n"},
    {"templates/records/policy.schema.yaml", "type: object\n"},
    {"content/good.md", good_md},
    {"content/bad.md", bad_md},
    {"data/policy.yaml", "kind: policy\nid: limits\nthresholds:\n  max_ece: {value: 0.05}\n"},
    {"data/controls.yaml", controls_yaml},
    {"tests/a.py", "def test_a(): pass\n"},
};

static const struct expected {
	enum control_status status;
	const char *page, *anchor, *because; /* of the first carrier */
} t[] = {
    {CONTROL_PLANNED, NULL, NULL, NULL},
    {CONTROL_SATISFIED, "good.html", "rollback", ""},
    {CONTROL_SATISFIED, "good.html", "how", ""},
    {CONTROL_SATISFIED, "good.html", "how-1", ""},
    {CONTROL_SATISFIED, "good.html", "beyond-the-template", ""},
    {CONTROL_MISSING, "good.html", "nothing", "it is empty"},
    {CONTROL_MISSING, "good.html", "left", "a placeholder stands in it"},
    {CONTROL_MISSING, "good.html", "", "it is missing"},
    {CONTROL_MISSING, "bad.html", "rollback", "'Timed' in it: it is missing"},
    {CONTROL_MISSING, "bad.html", "how",
     "'step[1]/how': it has fewer words than its template asks for"},
    {CONTROL_MISSING, "bad.html", "gone", "a placeholder stands in it"},
    {CONTROL_MISSING, "bad.html", "", "it is missing"},
    {CONTROL_MISSING, "bad.html", "rollback/tried", ""},
    {CONTROL_SATISFIED, "templates/plan.html", "step/how", ""},
    {CONTROL_SATISFIED, "templates/plan.html", "rollback/tried", ""},
    {CONTROL_SATISFIED, "templates/model.html", "field-list", ""},
    {CONTROL_SATISFIED, "templates/model.html", "field-map.NAME.value", ""},
    {CONTROL_SATISFIED, "templates/plan.html", "field-budget", ""},
    {CONTROL_SATISFIED, "templates/model.html", "", ""},
    {CONTROL_MISSING, "templates/model.html", "", "model has no field 'list.by'"},
    {CONTROL_SATISFIED, "controls/house.html", "Mb-rule-doc-vague", ""},
    {CONTROL_SATISFIED, "records/policy.yaml.html", "L4", ""},
    {CONTROL_SATISFIED, "records/policy.yaml.html", "L1", ""},
    {CONTROL_UNCHECKED, NULL, "", "the program's commands are not known here"},
    {CONTROL_SATISFIED, NULL, "", ""},
    {CONTROL_MISSING, NULL, "", "the workspace has no such file"},
    {CONTROL_UNCHECKED, NULL, "", "the workspace holds no folder 'elsewhere'"},
    {CONTROL_MISSING, NULL, "", NULL},
    {CONTROL_MISSING, NULL, "", "no rule has this id; modelbook explain lists all"},
    {CONTROL_PLANNED, NULL, NULL, NULL},
};

static void statuses(void **state)
{
	const struct framework *house;
	struct control_counts counts;

	(void)state;
	assert_int_equal(ws.frameworks.n, 1);
	house = ws.frameworks.items[0];
	assert_int_equal(house->controls.n, sizeof t / sizeof *t);
	for (size_t i = 0; i < house->controls.n; i++) {
		const struct control *control = &house->controls.items[i];
		const struct carrier *carrier = control->carriers.items;
		const char *because;
		if (judge_control(&mem, control) != t[i].status)
			fail_msg("%zu %s: %s", i, control->id,
				 control_status_name(judge_control(&mem, control)));
		if (!carrier)
			continue;
		judge_carrier(&mem, carrier, &because);
		if (t[i].because && strcmp(because, t[i].because) != 0)
			fail_msg("%zu %s: because '%s'", i, control->id, because);
		if (!t[i].page != !carrier->page ||
		    (carrier->page && strcmp(carrier->page->path, t[i].page) != 0))
			fail_msg("%zu %s: page", i, control->id);
		if (strcmp(carrier->anchor, t[i].anchor) != 0)
			fail_msg("%zu %s: anchor '%s'", i, control->id, carrier->anchor);
	}
	counts = judge_framework(&mem, house);
	assert_int_equal(counts.all, sizeof t / sizeof *t);
	assert_int_equal(counts.by_status[CONTROL_PLANNED], 2);
	assert_int_equal(counts.by_status[CONTROL_UNCHECKED], 2);
}

static void anchors(void **state)
{
	const struct framework *house = ws.frameworks.items[0];

	(void)state;
	assert_string_equal(house->page->path, "controls/house.html");
	assert_string_equal(house->controls.items[1].anchor, "A:1");
	assert_string_equal(house->controls.items[27].anchor, "E:8");
	assert_null(house->controls.items[28].anchor); /* the id is taken */
	assert_true(page_has_anchor(house->page, "A:1"));
	assert_false(page_has_anchor(house->page, "A 1"));
	assert_string_equal(page_single(&ws.pages, PAGE_CONTROLS)->path, "controls/index.html");
}

/* A kind serves what its parts carry; what only names it stands for the whole kind. */
static void served(void **state)
{
	const struct served_list *plan = controls_served(&ws, "plan");
	const struct served_list *model = controls_served(&ws, "model");

	(void)state;
	assert_non_null(plan);
	assert_string_equal(plan->items[0].control->id, "planned");
	assert_null(plan->items[0].requirement);
	assert_string_equal(plan->items[1].control->id, "A 1");
	assert_string_equal(plan->items[1].requirement->id, "rollback");
	for (size_t i = 0; i < plan->n; i++)
		assert_string_not_equal(plan->items[i].control->id, "A 4");
	assert_int_equal(model->n, 3);
	assert_string_equal(model->items[0].field, "list[].by");
	assert_null(model->items[2].field);
	assert_null(controls_served(&ws, "policy"));
}

static int begin(void **state)
{
	set_up(state);
	read_workspace(files, sizeof files / sizeof *files);
	return 0;
}

static int end(void **state)
{
	release_workspace();
	return tear_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statuses),
	    cmocka_unit_test(anchors),
	    cmocka_unit_test(served),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
