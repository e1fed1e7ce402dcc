/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/judge/test_items.c - states of checklist items */
#include "judge/judge.h"
#include "workspace_fixture.h"

static const struct file_text base[] = {
    {"modelbook.yaml", "title: T\n"},
    {"templates/documents/check.md",
     "---\nkind: check\n---\n- [ ] Plain\n- [ ] Bias audit {#bias accepts=\"audit\"}\n"},
    {"templates/records/model.schema.yaml", "type: object\n"},
    {"templates/records/audit.schema.yaml", "type: object\n"},
    {"templates/records/other.schema.yaml", "type: object\n"},
    {"data/m.yaml", "kind: model\nid: m\nversions: [{id: \"1\"}, {id: \"2\"}]\n"},
    {"data/pass.yaml", "kind: audit\nid: A-1\nabout: m@1\nresult: pass\n"},
    {"data/fail.yaml", "kind: audit\nid: A-2\nabout: m@1\nresult: fail\n"},
    {"data/none.yaml", "kind: audit\nid: A-3\nabout: m@1\n"},
    {"data/two.yaml", "kind: audit\nid: A-4\nabout: m@2\nresult: pass\n"},
    {"data/other.yaml", "kind: other\nid: A-5\nabout: m@1\nresult: pass\n"},
    {"data/model.yaml", "kind: audit\nid: A-6\nabout: m\nresult: pass\n"},
};

enum { BASE = sizeof base / sizeof *base };

/* The state of the item `index` in a document with this body. */
static enum item_state state_of(const char *about, const char *body, size_t index,
				const char **behind)
{
	struct file_text files[BASE + 1];
	const struct document *doc;
	const struct record *record;
	enum item_state state;

	memcpy(files, base, sizeof base);
	files[BASE] = (struct file_text){
	    "content/a.md",
	    arena_printf(&mem, "---\nkind: check\nabout: %s\n---\n%s", about, body)};
	read_workspace(files, BASE + 1);
	doc = map_get(&ws.document_by_path, "content/a.md");
	assert_int_equal(doc->match->children.n, 2);
	state = judge_item(&ws, doc, doc->match->children.items[index], &record);
	*behind = record ? record->id : "";
	release_workspace();
	return state;
}

static void states(void **state)
{
	static const struct {
		const char *about, *body;
		size_t index;
		enum item_state want;
		const char *behind;
	} t[] = {
	    {"m@1", "", 0, ITEM_MISSING, ""},
	    {"m@1", "- [ ] Plain\n", 0, ITEM_OPEN, ""},
	    {"m@1", "- [x] Plain\n", 0, ITEM_CLAIMED, ""},
	    {"m@1", "- [x] Plain (n/a: no)\n", 0, ITEM_NOT_APPLICABLE, ""},
	    {"m@1", "- [ ] Plain (n/a)\n", 0, ITEM_NOT_APPLICABLE, ""},
	    /* a link shows only what its template lets it show */
	    {"m@1", "- [x] Plain [a](../data/pass.yaml)\n", 0, ITEM_MISSING, ""},
	    {"m@1", "- [x] Plain: [a](../data/pass.yaml)\n", 0, ITEM_CLAIMED, ""},
	    {"m@1", "- [x] Bias audit: [a](../data/pass.yaml)\n", 1, ITEM_SHOWN, "A-1"},
	    {"m@1", "- [ ] Bias audit: [a](../data/pass.yaml#L1)\n", 1, ITEM_SHOWN, "A-1"},
	    {"m@1", "- [x] Bias audit\n\n  [a](../data/pass.yaml)\n", 1, ITEM_SHOWN, "A-1"},
	    {"m@1", "- [x] Bias audit: [a](../data/fail.yaml), [b](../data/pass.yaml)\n", 1,
	     ITEM_SHOWN, "A-1"},
	    {"m@1", "- [x] Bias audit: [a](../data/fail.yaml)\n", 1, ITEM_CLAIMED, "A-2"},
	    {"m@1", "- [ ] Bias audit: [a](../data/fail.yaml)\n", 1, ITEM_OPEN, ""},
	    {"m@1", "- [x] Bias audit: [a](../data/none.yaml)\n", 1, ITEM_CLAIMED, "A-3"},
	    {"m@1", "- [x] Bias audit: [a](../data/two.yaml)\n", 1, ITEM_CLAIMED, ""},
	    {"m@1", "- [x] Bias audit: [a](../data/model.yaml)\n", 1, ITEM_CLAIMED, ""},
	    {"m@1", "- [x] Bias audit: [a](../data/other.yaml)\n", 1, ITEM_CLAIMED, ""},
	    {"m@1", "- [x] Bias audit: [a](../data/gone.yaml)\n", 1, ITEM_CLAIMED, ""},
	    {"m@1", "- [ ] Bias audit\n\n[a](../data/pass.yaml)\n", 1, ITEM_OPEN, ""},
	    {"m", "- [x] Bias audit: [a](../data/model.yaml)\n", 1, ITEM_SHOWN, "A-6"},
	    {"m@1", "- [x] Bias audit (n/a: x): [a](../data/pass.yaml)\n", 1, ITEM_NOT_APPLICABLE,
	     ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *behind;
		enum item_state got = state_of(t[i].about, t[i].body, t[i].index, &behind);
		if (got != t[i].want || strcmp(behind, t[i].behind) != 0)
			fail_msg("%s%s: %s by '%s', want %s", t[i].about, t[i].body,
				 item_state_name(got), behind, item_state_name(t[i].want));
	}
}

static void names(void **state)
{
	(void)state;
	for (int i = ITEM_SHOWN; i <= ITEM_MISSING; i++) {
		assert_true(*item_state_name((enum item_state)i));
		assert_true(*item_state_shape((enum item_state)i));
		for (int k = ITEM_SHOWN; k < i; k++)
			assert_string_not_equal(item_state_shape((enum item_state)i),
						item_state_shape((enum item_state)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(states, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(names, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
