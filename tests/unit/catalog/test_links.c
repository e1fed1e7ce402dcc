/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_links.c - what addresses in documents lead to */
#include "workspace_fixture.h"

static const struct file_text files[] = {
    {"modelbook.yaml", "title: T\nrepository: https://example.org/r\npublish: [.csv]\n"},
    {"content/index.md", "# Home\n\n[a](a.md#smae)\n"},
    {"content/a.md", "# A title\n\n## Same\n\n## Same\n\n## \xc3\x9c"
		     "ber & unter\n\n<a id=\"old\"></a>\n\n[b](sub/b.md)\n[b](sub/b.md)\n"},
    {"content/sub/README.md", "# Sub\n"},
    {"content/sub/b.md", "# B\n"},
    {"content/sub/with space.md", "# C\n"},
    {"content/table.csv", "a\n"},
    {"content/hidden.txt", "x"},
    {"content/pic.png", "x"},
    {"data/log.csv", "a\n1\n"},
    {"src/a.c", "x"},
};

static int open_workspace(void **state)
{
	set_up(state);
	read_workspace(files, sizeof files / sizeof *files);
	return 0;
}

static int close_workspace(void **state)
{
	release_workspace();
	return tear_down(state);
}

static const struct document *document_at(const char *path)
{
	const struct document *doc = map_get(&ws.document_by_path, path);

	assert_non_null(doc);
	return doc;
}

static void resolve(void **state)
{
	static const struct {
		const char *from, *url;
		enum link_kind kind;
		const char *to; /* page, or address */
	} t[] = {
	    {"content/a.md", "sub/b.md", LINK_PAGE, "sub/b.html"},
	    {"content/a.md", "./sub/../a.md", LINK_PAGE, "a.html"},
	    {"content/sub/b.md", "../a.md#same-1", LINK_PAGE, "a.html"},
	    {"content/sub/b.md", "/a.md", LINK_PAGE, "a.html"},
	    {"content/sub/b.md", "/", LINK_PAGE, "index.html"},
	    {"content/sub/b.md", "..", LINK_PAGE, "index.html"},
	    {"content/a.md", "sub", LINK_PAGE, "sub/readme.html"},
	    {"content/a.md", "sub/#sub", LINK_PAGE, "sub/readme.html"},
	    {"content/a.md", "sub/b.html", LINK_PAGE, "sub/b.html"},
	    {"content/a.md", "findings/index.html", LINK_PAGE, "findings/index.html"},
	    {"content/a.md", "sub/with%20space.md", LINK_PAGE, "sub/with-space.html"},
	    {"content/a.md", "sub/with space.md", LINK_PAGE, "sub/with-space.html"},
	    {"content/a.md", "table.csv", LINK_FILE, "table.csv"},
	    {"content/a.md", "pic.png", LINK_FILE, "pic.png"},
	    {"content/a.md", "../data/log.csv", LINK_PAGE, "records/log.csv.html"},
	    {"content/a.md", "../data/log.csv#L2", LINK_PAGE, "records/log.csv.html"},
	    {"content/a.md", "../data/log.csv#L9", LINK_BROKEN_ANCHOR, "records/log.csv.html"},
	    {"content/a.md", "../src/a.c", LINK_REPOSITORY, "https://example.org/r/src/a.c"},
	    {"content/a.md", "hidden.txt", LINK_REPOSITORY,
	     "https://example.org/r/content/hidden.txt"},
	    {"content/a.md", "#same", LINK_ANCHOR, "a.html"},
	    {"content/a.md", "#old", LINK_ANCHOR, "a.html"},
	    {"content/a.md", "#top", LINK_ANCHOR, "a.html"},
	    {"content/a.md", "#", LINK_ANCHOR, "a.html"},
	    {"content/a.md", "#%C3%BCber--unter", LINK_ANCHOR, "a.html"},
	    {"content/a.md", "#same-2", LINK_BROKEN_ANCHOR, "a.html"},
	    {"content/a.md", "#Same", LINK_BROKEN_ANCHOR, "a.html"},
	    {"content/a.md", "sub/b.md#x", LINK_BROKEN_ANCHOR, "sub/b.html"},
	    {"content/a.md", "b.md", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "A.md", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "?x", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "%zz", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "%00", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "../../etc/passwd", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "..%2F..%2F..%2Fetc%2Fpasswd", LINK_BROKEN_TARGET, NULL},
	    {"content/a.md", "https://example.org/x.md", LINK_EXTERNAL, "https://example.org/x.md"},
	    {"content/a.md", "mailto:a@example.org", LINK_EXTERNAL, "mailto:a@example.org"},
	    {"content/a.md", "//example.org", LINK_EXTERNAL, "https://example.org"},
	    {"content/a.md", "JavaScript:alert(1)", LINK_UNSAFE, "JavaScript:alert(1)"},
	    {"content/a.md", "data:text/html,x", LINK_UNSAFE, "data:text/html,x"},
	    {"content/a.md", "file:///etc/passwd", LINK_UNSAFE, "file:///etc/passwd"},
	    {"content/a.md", "{{< ref \"x\" >}}", LINK_SHORTCODE, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct link link = link_resolve(&mem, &ws, document_at(t[i].from), t[i].url, false);
		const char *to = link.page ? link.page->path : link.address;
		if (link.kind != t[i].kind || (!to != !t[i].to) || (to && strcmp(to, t[i].to) != 0))
			fail_msg("%s from %s: kind %d, %s", t[i].url, t[i].from, link.kind,
				 to ? to : "nowhere");
	}
}

static void links_and_mentions(void **state)
{
	const struct document *a = document_at("content/a.md"),
			      *b = document_at("content/sub/b.md");

	(void)state;
	assert_int_equal(diags.n, 0);
	assert_int_equal(a->links.n, 2);
	assert_ptr_equal(document_link(a, a->links.items[1].node), &a->links.items[1]);
	assert_null(document_link(a, 0));
	assert_int_equal(b->page->mentions.n, 1);
	assert_ptr_equal(b->page->mentions.items[0].from, a);
}

static void nearest(void **state)
{
	const struct document *a = document_at("content/a.md");

	(void)state;
	assert_string_equal(link_resolve(&mem, &ws, a, "b.md", false).nearest, "content/sub/b.md");
	assert_string_equal(document_at("content/index.md")->links.items[0].nearest, "same");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(resolve, open_workspace, close_workspace),
	    cmocka_unit_test_setup_teardown(links_and_mentions, open_workspace, close_workspace),
	    cmocka_unit_test_setup_teardown(nearest, open_workspace, close_workspace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
