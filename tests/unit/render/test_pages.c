/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/render/test_pages.c - a small hostile workspace, rendered page by page
 *
 * Names and texts of the workspace try to leave their places; every page must parse as it was
 * meant, hold each id once, lead nowhere that is not there, and come out the same twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/path.h"
#include "plot/plot.h"
#include "render/render.h"
#include "render/table_html.h"

#include <gumbo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOSTILE "<script>alert(1)</script>\\\" onload=x '&amp; {{title}}"

static const struct {
	const char *path, *text;
} files[] = {
    {"modelbook.yaml", "title: \"Book " HOSTILE "\"\n"
		       "navigation:\n"
		       "  - {title: \"Hand " HOSTILE "\", path: handbook}\n"
		       "  - {title: Models, path: models/index.html}\n"},
    {"content/index.md", "# Book\n\nLead *paragraph*.\n\n## Models\n\nMore [a](handbook/a.md).\n"},
    {"content/handbook/a.md",
     "---\ntitle: \"A " HOSTILE "\"\nowner: \"o " HOSTILE "\"\nabout: m\n---\n"
     "## One\n\ntext <script>alert(2)</script> [x](b.md#two) [y](nowhere.md)\n\n"
     "| a | b |\n|---|---|\n| 1 | 2 |\n\n- [ ] task\n"},
    {"content/handbook/b.md", "# B\n\n## Two\n\ntext\n"},
    {"content/handbook/review.md",
     "---\ntitle: Review\nkind: model_review\nabout: m@1.0\nowner: r\nreviewer: s\n"
     "date: 2026-01-01\ndecision: approved\nstage: staging\n---\n\n# Review\n\nTODO\n"},
    {"data/m.yaml",
     "kind: model\nid: m\nname: \"M " HOSTILE "\"\ndescription: \"d " HOSTILE "\"\nowner: o\n"
     "tier: 1\ntask: classification\nversions:\n"
     "  - id: \"1.0\"\n    created: 2025-01-01\n    author: a\n    description: \"v " HOSTILE "\"\n"
     "    primary_evaluation: e1\n    history:\n"
     "      - {stage: development, date: 2025-01-01, by: \"b " HOSTILE "\", reason: x}\n"
     "      - {stage: production, date: 2025-02-01, by: b, reason: y}\n"
     "  - id: \"2.0\"\n    created: 2025-03-01\n    author: a\n    description: none\n"
     "    primary_evaluation: e2\n    requested_stage: staging\n    history: []\n"},
    {"data/e.yaml",
     "records:\n"
     "  - {kind: evaluation, id: e1, about: m@1.0, role: holdout, date: 2025-01-02,\n"
     "     source: {log: data/log.csv, label: y, score: s, time: t, window: month,\n"
     "              features: [x], reference: {log: data/log.csv}}}\n"
     "  - {kind: evaluation, id: e2, about: m@2.0, role: holdout, date: 2025-03-02,\n"
     "     performance: {roc_auc: 0.5}}\n"
     "  - kind: incident\n    id: INC-1\n    about: m\n    title: \"t " HOSTILE "\"\n"
     "    severity: major\n    started: 2025-05-01\n    detected: 2025-05-02\n    status: open\n"
     "    summary: \"s " HOSTILE "\"\n    actions:\n"
     "      - {action: \"a " HOSTILE "\", owner: o, due: 2025-06-01}\n"
     "      - {action: later, owner: o, due: 2099-06-01}\n"
     "      - {action: past, owner: o, due: 2025-06-01, done: 2025-05-30}\n"
     "  - kind: experiment\n    id: EXP-2025-01-01-001\n    about: m\n    date: 2025-01-01\n"
     "    hypothesis: \"h " HOSTILE "\"\n    dataset_version: d1\n    features_used: [x]\n"
     "    model_type: logistic regression\n    hyperparameters: {\"k " HOSTILE "\": [1, {b: 2}]}\n"
     "    seed: 1\n    parameter_count: 2\n    protocol: \"twenty characters at the least\"\n"
     "    training_time: 1 s\n    metrics: {primary: {roc_auc: 0.7}, secondary: {brier: null}}\n"
     "    baseline_comparison: none\n    verdict: promoted\n    notes: n\n"
     "    artifacts: [{model_path: m.bin}]\n"},
    {"data/log.csv", "t,y,s,x\n2025-01-01,0,0.1,1\n2025-01-02,1,0.9,2\n2025-01-03,0,0.4,3\n"
		     "2025-01-31,1,0.6,3\n"
		     "2025-02-01,1,0.8,1\n2025-02-02,0,0.2,2\n2025-02-03,1,0.7,9\n"},
};

struct fixture {
	struct arena mem;
	char dir[64];
	struct workspace ws;
	struct diag_sink diags;
	struct evidence evidence;
	struct book book;
	struct renderer *renderer;
};

static void write_files(struct fixture *f, const char *extra_path, const char *extra_text)
{
	int root;

	snprintf(f->dir, sizeof f->dir, "/tmp/test_pages.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	root = file_open_root(f->dir);
	assert_true(root >= 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		assert_int_equal(
		    file_write(root, files[i].path, files[i].text, strlen(files[i].text), true),
		    ST_OK);
	if (extra_path)
		assert_int_equal(file_write(root, extra_path, extra_text, strlen(extra_text), true),
				 ST_OK);
	close(root);
}

static void read_book(struct fixture *f)
{
	struct workspace_options options = {
	    .dir = f->dir, .content = "content", .configured = true, .jobs = 1};

	assert_true(date_parse("2026-01-15", 10, &options.as_of));
	arena_init(&f->mem);
	diag_init(&f->diags, &f->mem);
	assert_int_equal(workspace_read(&f->mem, &options, &f->ws, &f->diags), ST_OK);
	evidence_collect(&f->mem, &f->ws, 1, &f->evidence, &f->diags);
	judge_all(&f->ws, &f->evidence, &f->diags);
	f->renderer = renderer_new(&f->mem, &f->ws, &f->diags);
	for (size_t i = 0; !f->renderer && i < f->diags.n; i++)
		print_error("%s\n", finding_message(&f->diags.items[i], &f->mem));
	diag_finish(&f->diags);
	f->book = (struct book){&f->ws, &f->evidence, &f->diags, options.as_of, "0123abcd", "0.0"};
}

static void remove_files(struct fixture *f)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
	assert_int_equal(system(command), 0);
	arena_release(&f->mem);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_true(plot_init(PLOT_FONT));
	write_files(f, NULL, NULL);
	read_book(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	remove_files(f);
	free(f);
	return 0;
}

static bool is_html(const struct page *page)
{
	size_t n = strlen(page->path);

	return page->kind != PAGE_FILE && n > 5 && strcmp(page->path + n - 5, ".html") == 0;
}

static char *render(struct fixture *f, const struct page *page)
{
	struct arena scratch;
	struct out to = {0};
	const char *why = NULL;
	char *text;

	arena_init(&scratch);
	if (render_page(f->renderer, &f->book, page, &scratch, &to, &why) != ST_OK)
		fail_msg("%s: %s", page->path, why);
	text = arena_strdup(&f->mem, out_text(&to));
	out_release(&to);
	arena_release(&scratch);
	return text;
}

/* ---- what holds for every page ---- */

struct seen {
	struct fixture *f;
	const struct page *page;
	struct map ids, *all_ids; /* path#id of all pages */
	size_t h1, scripts, mains;
};

struct link_list {
	LIST_OF(const char *);
};

static const char *attribute(const GumboElement *element, const char *name)
{
	const GumboAttribute *a = gumbo_get_attribute(&element->attributes, name);

	return a ? a->value : NULL;
}

static void see_link(struct seen *seen, struct link_list *links, const char *url)
{
	struct arena *mem = &seen->f->mem;
	const char *hash = strchr(url, '#');
	char *file = arena_strndup(mem, url, hash ? (size_t)(hash - url) : strlen(url));
	const char *path = seen->page->path;

	if (strncmp(url, "http", 4) == 0)
		return;
	if (*file)
		path = path_resolve(mem, path_dir(mem, path),
				    path_decode_url(mem, file, strlen(file)));
	if (!path || !page_at(&seen->f->ws.pages, path))
		fail_msg("%s: link to nothing: %s", seen->page->path, url);
	if (hash && hash[1])
		*ARENA_PUSH(mem, links) = arena_printf(
		    mem, "%s#%s", path, path_decode_url(mem, hash + 1, strlen(hash + 1)));
}

static void see_element(struct seen *seen, struct link_list *links, const GumboElement *element)
{
	struct arena *mem = &seen->f->mem;
	const char *id = attribute(element, "id"), *url = attribute(element, "href");

	seen->h1 += element->tag == GUMBO_TAG_H1;
	seen->mains += element->tag == GUMBO_TAG_MAIN;
	if (element->tag == GUMBO_TAG_SCRIPT) {
		seen->scripts++;
		assert_non_null(attribute(element, "src"));
	}
	for (unsigned i = 0; i < element->attributes.length; i++) {
		const GumboAttribute *a = element->attributes.data[i];
		if (strncmp(a->name, "on", 2) == 0 || strcmp(a->name, "style") == 0)
			fail_msg("%s: attribute %s", seen->page->path, a->name);
	}
	if (id) {
		if (map_has(&seen->ids, id))
			fail_msg("%s: id twice: %s", seen->page->path, id);
		map_put(&seen->ids, mem, arena_strdup(mem, id), seen);
		map_put(seen->all_ids, mem, arena_printf(mem, "%s#%s", seen->page->path, id), seen);
	}
	if (url)
		see_link(seen, links, arena_strdup(mem, url));
}

static void see_node(struct seen *seen, struct link_list *links, const GumboNode *node)
{
	if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE)
		return;
	see_element(seen, links, &node->v.element);
	for (unsigned i = 0; i < node->v.element.children.length; i++)
		see_node(seen, links, node->v.element.children.data[i]);
}

static void every_page_is_whole(void **state)
{
	struct fixture *f = *state;
	struct map all_ids = {0};
	struct link_list links = {0};
	size_t pages = 0;

	assert_non_null(f->renderer);
	for (size_t i = 0; i < f->ws.pages.n; i++) {
		const struct page *page = f->ws.pages.items[i];
		struct seen seen = {.f = f, .page = page, .all_ids = &all_ids};
		const char *text;
		GumboOutput *output;
		if (!is_html(page))
			continue;
		text = render(f, page);
		output = gumbo_parse(text);
		see_node(&seen, &links, output->root);
		gumbo_destroy_output(&kGumboDefaultOptions, output);
		if (seen.h1 != 1 || seen.mains != 1 || seen.scripts != 1)
			fail_msg("%s: %zu h1, %zu main, %zu script", page->path, seen.h1,
				 seen.mains, seen.scripts);
		if (strstr(text, "<script>") || strstr(text, " onload=x '&amp; "))
			fail_msg("%s: hostile text left its place", page->path);
		pages++;
	}
	for (size_t i = 0; i < links.n; i++)
		if (!map_has(&all_ids, links.items[i]))
			fail_msg("no such place: %s", links.items[i]);
	assert_true(pages > 25);
}

static void same_bytes_twice(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < f->ws.pages.n; i++) {
		const struct page *page = f->ws.pages.items[i];
		if (is_html(page))
			assert_string_equal(render(f, page), render(f, page));
	}
}

static const char *render_at(struct fixture *f, const char *path)
{
	const struct page *page = page_at(&f->ws.pages, path);

	if (!page)
		fail_msg("no page %s", path);
	return render(f, page);
}

static void pages_say_what_they_are_for(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {
	    {"index.html", "Lead <em>paragraph</em>"},
	    {"index.html", "What needs attention"},
	    {"index.html", "overdue"},
	    {"index.html", "0123abcd"},
	    {"index.html", "2026-01-15"},
	    {"models/index.html", "M &lt;script&gt;"},
	    {"models/m/index.html", "ROC AUC over time"},
	    {"models/m/index.html", "<svg"},
	    {"models/m/index.html", "ECE over time"},
	    {"models/m/index.html", ">1.0 in production</text>"},
	    {"models/m/index.html", "2025-02 (3 of 28 days)"},
	    {"models/m/index.html", "2025-02 is left out of this: it covers 3 of 28 days, with "},
	    {"models/m/index.html", "1 action of an incident"},
	    {"models/m/index.html", ">Overdue actions</th>"},
	    {"models/m/1.0.html", "scores in column s, labels in column y"},
	    {"records/e.yaml.html", "<dd>evaluation, incident, experiment</dd>"},
	    {"findings/index.html", "<code>"},
	    {"models/m/1.0.html", "m@1.0 is in stage production. Decision: approved"},
	    {"models/m/1.0.html", "Data as a table"},
	    {"models/m/1.0.html", "How this was made"},
	    {"models/m/2.0.html", "given by the record, not measured here"},
	    {"models/m/2.0.html", "asks for staging"},
	    {"models/m/runs/exp-2025-01-01-001.html", "h &lt;script&gt;"},
	    {"models/m/runs/exp-2025-01-01-001.html", "1, b: 2"},
	    {"incidents/index.html", "id=\"INC-1\""},
	    {"incidents/index.html", "done"},
	    {"findings/index.html", "id=\"rule-link-broken-page\""},
	    {"findings/index.html", "<mark>"},
	    {"templates/model_review.html", "Required section"},
	    {"templates/model_card.html",
	     "also as &#39;Performance by group&#39; or &#39;Sliced metrics&#39;"},
	    {"templates/model_card.html", "<td class=\"long\">a list of text</td>"},
	    {"templates/data_quality.html", "reasons.<wbr>completeness</th>"},
	    {"templates/evaluation.html", "With <code>source:</code> the figures"},
	    {"templates/evaluation.html", "Length of a window over <code>time</code>."},
	    {"records/m.yaml.html", "id=\"L2\""},
	    {"records/m.yaml.html", "<a href=\"../templates/model.html\">model</a></dd>"},
	    {"records/e.yaml.html", "<a href=\"../templates/evaluation.html\">evaluation</a></td>"},
	    {"records/log.csv.html", "id=\"L8\""},
	    {"handbook/review.html", "missing"},
	    {"handbook/a.html", "<dd class=\"critical\"><a href=\"#Mb-findings\">1 error</a></dd>"},
	    {"handbook/b.html", "Mentioned in"},
	    {"404.html", "no page at this address"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (!strstr(render_at(*state, cases[i].path), cases[i].text))
			fail_msg("%s does not say '%s'", cases[i].path, cases[i].text);
}

/* What a figure does not rest on is not said of it; a window that was cut off is no last window. */
static void pages_do_not_say(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {
	    {"index.html", "`"},
	    {"models/m/index.html", "in 2025-02, its last window"},
	    {"records/e.yaml.html", "evaluation, evaluation"},
	};
	const char *text = render_at(*state, "models/m/index.html");
	const char *how = strstr(text, "How this was made");

	assert_non_null(how);
	assert_null(memmem(how, (size_t)(strstr(how, "</p>") - how), "PSI", 3));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (strstr(render_at(*state, cases[i].path), cases[i].text))
			fail_msg("%s says '%s'", cases[i].path, cases[i].text);
}

static void cells_are_dates(void **state)
{
	static const struct {
		const char *text;
		bool date;
	} cases[] = {
	    {"2025-08", true},          {"2025-08-04", true}, {"2025-08-04T02:00:00Z", true},
	    {"2025-08-04 02:00", true}, {"2025-8", false},    {"2025", false},
	    {"about 2025-08", false},   {"", false},          {"2025-08 and more", false}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(text_is_date(cases[i].text), cases[i].date);
	assert_false(text_is_date(NULL));
}

/* A figure that is not known is an en dash with its reason, never a zero. */
static void unknown_is_no_zero(void **state)
{
	const char *text = render_at(*state, "models/m/2.0.html");

	assert_non_null(strstr(text, "Brier score</dt><dd><span class=\"value\">–</span>"));
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf<"));
}

static void unknown_name_refuses_the_template(void **state)
{
	struct fixture f = {0};
	bool found = false;

	(void)state;
	write_files(&f, "templates/pages/404.html", "<p>{{titel}}</p>\n");
	read_book(&f);
	assert_null(f.renderer);
	for (size_t i = 0; i < f.diags.n; i++) {
		const struct finding *finding = &f.diags.items[i];
		if (finding->rule == RULE_TEMPLATE_INVALID && strstr(finding->detail, "titel") &&
		    strcmp(finding->at.source->path, "templates/pages/404.html") == 0)
			found = true;
	}
	assert_true(found);
	remove_files(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(every_page_is_whole, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(same_bytes_twice, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pages_say_what_they_are_for, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pages_do_not_say, set_up, tear_down),
	    cmocka_unit_test(cells_are_dates),
	    cmocka_unit_test_setup_teardown(unknown_is_no_zero, set_up, tear_down),
	    cmocka_unit_test(unknown_name_refuses_the_template),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
