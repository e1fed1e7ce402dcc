/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_page_plan.c - the page plan */
#include "workspace_fixture.h"

static const char model_yaml[] =
    "kind: model\nid: churn\nname: Churn\nversions:\n"
    "  - {id: \"1.0\", requested_stage: canary, history: [{stage: staging, date: 2024-01-01}]}\n"
    "  - {id: \"2.0\", history: [{stage: production, date: 2024-02-01}, {stage: retired, date: "
    "2099-01-01}]}\n";

static const struct file_text files[] = {
    {"modelbook.yaml", "title: T\nbase_url: https://example.org\n"},
    {"templates/documents/plan.md", "---\nkind: plan\n---\n## A\n"},
    {"templates/records/model.schema.yaml", "type: object\n"},
    {"templates/records/experiment.schema.yaml", "type: object\n"},
    {"templates/records/incident.schema.yaml", "type: object\n"},
    {"content/index.md", "# Home\n"},
    {"content/Hand Book/README.md", "# Handbook\n"},
    {"content/Hand Book/One.md", "# One\n"},
    {"content/Hand Book/two.md", "# Two\n"},
    {"content/Hand Book/deep/three.md", "# Three\n"},
    {"content/pic.png", "x"},
    {"content/notes.txt", "x"},
    {"data/churn.yaml", model_yaml},
    {"data/runs.yaml", "records:\n  - {kind: experiment, id: EXP-1, about: churn}\n"
		       "  - {kind: incident, id: INC-1, about: churn@2.0}\n"},
};

static void plan(void **state)
{
	static const struct {
		const char *path, *up;
		enum page_kind kind;
	} t[] = {
	    {"404.html", "index.html", PAGE_NOT_FOUND},
	    {"assets/DejaVuSans.ttf", NULL, PAGE_THEME},
	    {"assets/plot.css", NULL, PAGE_THEME},
	    {"assets/script.js", NULL, PAGE_THEME},
	    {"assets/style.css", NULL, PAGE_THEME},
	    {"downloads/audit.xlsx", "index.html", PAGE_DOWNLOAD},
	    {"findings/index.html", "index.html", PAGE_FINDINGS},
	    {"hand-book/deep/three.html", "hand-book/readme.html", PAGE_DOCUMENT},
	    {"hand-book/one.html", "hand-book/readme.html", PAGE_DOCUMENT},
	    {"hand-book/readme.html", "index.html", PAGE_DOCUMENT},
	    {"hand-book/two.html", "hand-book/readme.html", PAGE_DOCUMENT},
	    {"incidents/index.html", "index.html", PAGE_INCIDENTS},
	    {"index.html", NULL, PAGE_OVERVIEW},
	    {"models/churn/1.0.html", "models/churn/index.html", PAGE_VERSION},
	    {"models/churn/2.0.html", "models/churn/index.html", PAGE_VERSION},
	    {"models/churn/index.html", "models/index.html", PAGE_MODEL},
	    {"models/churn/runs/exp-1.html", "models/churn/index.html", PAGE_RUN},
	    {"models/index.html", "index.html", PAGE_MODELS},
	    {"pic.png", NULL, PAGE_FILE},
	    {"records/churn.yaml.html", "records/index.html", PAGE_RECORD},
	    {"records/index.html", "index.html", PAGE_RECORDS},
	    {"records/runs.yaml.html", "records/index.html", PAGE_RECORD},
	    {"sitemap.xml", "index.html", PAGE_SITEMAP},
	    {"templates/experiment.html", "templates/index.html", PAGE_RECORD_KIND},
	    {"templates/incident.html", "templates/index.html", PAGE_RECORD_KIND},
	    {"templates/index.html", "index.html", PAGE_TEMPLATES},
	    {"templates/model.html", "templates/index.html", PAGE_RECORD_KIND},
	    {"templates/plan.html", "templates/index.html", PAGE_TEMPLATE},
	};

	(void)state;
	read_workspace(files, sizeof files / sizeof *files);
	assert_string_equal(findings_text(), "");
	for (size_t i = 0; i < ws.pages.n && i < sizeof t / sizeof *t; i++) {
		const struct page *page = ws.pages.items[i];
		const char *up = page->up ? page->up->path : NULL;
		if (strcmp(page->path, t[i].path) != 0 || page->kind != t[i].kind ||
		    (!up != !t[i].up) || (up && strcmp(up, t[i].up) != 0))
			fail_msg("%s of kind %d under %s, want %s", page->path, page->kind,
				 up ? up : "nothing", t[i].path);
		assert_ptr_equal(page_at(&ws.pages, page->path), page);
	}
	assert_int_equal(ws.pages.n, sizeof t / sizeof *t);
	release_workspace();
}

static void subjects_and_neighbours(void **state)
{
	const struct page *one, *two, *version;

	(void)state;
	read_workspace(files, sizeof files / sizeof *files);
	one = page_of_input(&ws.pages, "content/Hand Book/One.md");
	two = page_of_input(&ws.pages, "content/Hand Book/two.md");
	version = page_at(&ws.pages, "models/churn/2.0.html");
	assert_ptr_equal(one->next, page_of_input(&ws.pages, "content/Hand Book/README.md"));
	assert_ptr_equal(two->previous, page_of_input(&ws.pages, "content/Hand Book/README.md"));
	assert_string_equal(one->section, "Hand Book");
	assert_string_equal(version->version->name, "churn@2.0");
	assert_int_equal(version->version->stage, STAGE_PRODUCTION);
	assert_ptr_equal(ws.models.items[0]->production, version->version);
	assert_int_equal(ws.models.items[0]->incidents.n, 1);
	assert_string_equal(page_single(&ws.pages, PAGE_OVERVIEW)->document->path,
			    "content/index.md");
	assert_null(page_single(&ws.pages, PAGE_DOCUMENT));
	assert_string_equal(page_href(&mem, one, two, NULL), "two.html");
	assert_string_equal(page_href(&mem, one, version, "a b"), "../models/churn/2.0.html#a%20b");
	assert_string_equal(page_href(&mem, one, one, "x"), "#x");
	release_workspace();
}

/* Which two would be one page; nothing collides with itself. */
static void collisions(void **state)
{
	static const struct {
		const char *a, *b, *page;
	} t[] = {
	    {"content/a b.md", "content/a-b.md", "a-b.html"},
	    {"content/A.md", "content/a.md", "a.html"},
	    {"content/a.markdown", "content/a.md", "a.html"},
	    {"content/\xc3\xa9.md", "content/e\xcc\x81.md", "\xc3\xa9.html"},
	    {"content/findings/index.md", "content/b.md", "findings/index.html"},
	    {"content/templates/index.md", "templates/documents/x.md", "templates/index.html"},
	    {"content/pic.PNG", "content/pic.png", "pic.png"},
	    {"content/a.md", "content/a/index.md", NULL},
	    {"content/a.md", "content/a.md.md", NULL},
	    {"content/404.md", "content/b.md", "404.html"},
	    {"content/assets/style.css.md", "content/assets/style.md", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *text = "---\nkind: x\n---\n";
		const struct file_text two[] = {{"modelbook.yaml", "title: T\n"},
						{t[i].a, ""},
						{t[i].b, t[i].b[0] == 't' ? text : ""}};
		size_t n = 0;
		diags.n = 0;
		read_workspace(two, 3);
		for (size_t k = 0; k < diags.n; k++) {
			if (diags.items[k].rule != RULE_PATH_COLLISION)
				continue;
			n++;
			if (!t[i].page || !strstr(diags.items[k].detail, t[i].page))
				fail_msg("%s and %s: %s", t[i].a, t[i].b, diags.items[k].detail);
		}
		release_workspace();
		if (n != (t[i].page != NULL))
			fail_msg("%s and %s: %zu collisions", t[i].a, t[i].b, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(plan, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(subjects_and_neighbours, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(collisions, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
