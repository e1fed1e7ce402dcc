/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/render/test_mustache.c - page templates: names, places in HTML, what is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/mustache.h"

#include <string.h>

static const char *const names[] = {"title",
				    "hostile",
				    "body",
				    "url",
				    "bad_url",
				    "empty",
				    "on",
				    "off",
				    "about.name",
				    "about.owner",
				    "models[].name",
				    "models[].url",
				    "models[].owner",
				    "owner",
				    "tags[]",
				    "none[].name",
				    "count",
				    "remote",
				    NULL};

struct partial {
	const char *name, *text;
};

static const struct partial partials[] = {
    {"model", "<li>{{name}}</li>\n"},
    {"page",
     "<title>{{$title}}modelbook{{/title}}</title>\n<main>\n  {{$main}}{{/main}}\n</main>\n"},
    {"middle", "{{<page}}{{$main}}<p>{{$text}}none{{/text}}</p>{{/main}}{{/page}}"},
    {"self", "<b>{{>self}}</b>"},
    {"broken", "line one\n{{nmae}}\n"},
    {"open_tag", "<a href=\""},
    {NULL, NULL},
};

struct loading {
	struct arena *mem;
};

static struct source *load(void *ctx, const char *name)
{
	struct loading *loading = ctx;

	for (const struct partial *p = partials; p->name; p++)
		if (!strcmp(p->name, name))
			return source_new(loading->mem, p->name, p->text, strlen(p->text));
	return NULL;
}

static const char hostile[] = "<script>alert(\"1\")</script>' onx='";

static struct view *example(struct arena *mem)
{
	struct view *v = view_new(mem), *item;
	struct out body = {0};

	out_puts(&body, "<p>a &amp; b</p>");
	view_text(v, "title", "A & B");
	view_text(v, "hostile", hostile);
	view_markup(v, "body", markup_from(mem, &body));
	view_url(v, "url", "../a.html#b");
	view_text(v, "bad_url", "javascript:alert(1)");
	view_text(v, "remote", "https://other.example/x.png");
	view_text(v, "empty", NULL);
	view_flag(v, "on", true);
	view_flag(v, "off", false);
	view_count(v, "count", 1234);
	view_text(v, "owner", "page owner");
	view_text(view_map(v, "about"), "name", "churn");
	view_text(view_map(v, "about"), "name", "churn");
	item = view_map(v, "about");
	view_text(item, "name", "churn");
	view_text(item, "owner", NULL);
	item = view_list(v, "models");
	view_text(item, "name", "one");
	view_url(item, "url", "1.html");
	view_text(item, "owner", NULL);
	item = view_list(v, "models");
	view_text(item, "name", "two");
	view_url(item, "url", "2.html");
	view_text(item, "owner", "item owner");
	view_list_text(v, "tags", "x");
	view_list_text(v, "tags", "<y>");
	view_empty_list(v, "none");
	out_release(&body);
	return v;
}

static struct mustache *compile(struct arena *mem, struct loading *loading, const char *text,
				struct diag_sink *diags)
{
	struct mustache_loader loader = {load, loading};

	loading->mem = mem;
	return mustache_compile(mem, source_new(mem, "page.html", text, strlen(text)), &loader,
				MUSTACHE_HTML, names, diags);
}

struct rendered {
	const char *template, *want;
};

static void renders(const struct rendered *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena mem;
		struct loading loading;
		struct diag_sink diags = {0};
		struct out got = {0};
		struct mustache *m;

		arena_init(&mem);
		diag_init(&diags, &mem);
		m = compile(&mem, &loading, rows[i].template, &diags);
		if (!m)
			fail_msg("'%s': %s", rows[i].template,
				 finding_message(&diags.items[0], &mem));
		mustache_render(m, example(&mem), &got);
		if (strcmp(out_text(&got), rows[i].want) != 0)
			fail_msg("'%s':\ngot  '%s'\nwant '%s'", rows[i].template, out_text(&got),
				 rows[i].want);
		out_release(&got);
		arena_release(&mem);
	}
}

#define RENDERS(rows) renders(rows, sizeof(rows) / sizeof *(rows))

static void values(void **state)
{
	static const struct rendered rows[] = {
	    {"", ""},
	    {"<p>{{title}}</p>", "<p>A &amp; B</p>"},
	    {"{{count}} {{on}}", "1,234 true"},
	    {"{{empty}}", ""},
	    {"{{about.name}}{{about.owner}}", "churn"},
	    {"{{{body}}}", "<p>a &amp; b</p>"},
	    {"{{&body}}", "<p>a &amp; b</p>"},
	    {"{{body}}", "&lt;p&gt;a &amp;amp; b&lt;/p&gt;"},
	    {"{{{title}}}", "A &amp; B"},
	    {"{{! a comment }}x", "x"},
	};

	(void)state;
	RENDERS(rows);
}

static void sections(void **state)
{
	static const struct rendered rows[] = {
	    {"{{#on}}a{{/on}}{{#off}}b{{/off}}{{^off}}c{{/off}}", "ac"},
	    {"{{#models}}[{{name}}]{{/models}}", "[one][two]"},
	    {"{{#models}}{{title}};{{/models}}", "A &amp; B;A &amp; B;"},
	    /* an absent value of the item is not the page's */
	    {"{{#models}}({{owner}}){{/models}} {{owner}}", "()(item owner) page owner"},
	    {"{{#models}}{{#owner}}{{.}}{{/owner}}{{/models}}", "item owner"},
	    {"{{#models}}{{^owner}}{{name}}{{/owner}}{{/models}}", "one"},
	    {"{{#tags}}<i>{{.}}</i>{{/tags}}", "<i>x</i><i>&lt;y&gt;</i>"},
	    {"{{#none}}{{name}}{{/none}}{{^none}}nothing{{/none}}", "nothing"},
	    {"{{#about}}{{name}} {{title}}{{/about}}", "churn A &amp; B"},
	    {"{{#body}}<div>{{{.}}}</div>{{/body}}", "<div><p>a &amp; b</p></div>"},
	    {"<ul>\n{{#models}}\n<li>{{name}}</li>\n{{/models}}\n</ul>\n",
	     "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"},
	};

	(void)state;
	RENDERS(rows);
}

static void partials_and_parents(void **state)
{
	static const struct rendered rows[] = {
	    {"<ul>\n{{#models}}\n  {{>model}}\n{{/models}}\n</ul>\n",
	     "<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>\n"},
	    {"{{<page}}{{/page}}", "<title>modelbook</title>\n<main>\n  \n</main>\n"},
	    {"{{<page}}\n{{$title}}{{hostile}}{{/title}}\n{{$main}}\n<h1>x</h1>\n<p>y</p>\n{{/"
	     "main}}\n"
	     "{{/page}}\n",
	     "<title>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onx=&#39;</title>\n"
	     "<main>\n  <h1>x</h1>\n  <p>y</p>\n\n</main>\n"},
	    {"{{<middle}}{{$text}}{{title}}{{/text}}{{$title}}T{{/title}}{{/middle}}",
	     "<title>T</title>\n<main>\n  <p>A &amp; B</p>\n</main>\n"},
	};

	(void)state;
	RENDERS(rows);
}

/* The hostile text in each place. */
static void places(void **state)
{
	static const struct rendered rows[] = {
	    {"<p>{{hostile}}</p>",
	     "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onx=&#39;</p>"},
	    {"<p>{{{hostile}}}</p>",
	     "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onx=&#39;</p>"},
	    {"<p title=\"{{hostile}}\">",
	     "<p title=\"&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onx=&#39;\">"},
	    {"<p title='{{hostile}}'>",
	     "<p title='&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onx=&#39;'>"},
	    {"<p title=\"{{body}}\">", "<p title=\"&lt;p&gt;a &amp;amp; b&lt;/p&gt;\">"},
	    {"<a href=\"{{url}}\">", "<a href=\"../a.html#b\">"},
	    {"<a href=\"{{bad_url}}\">", "<a href=\"#\">"},
	    {"<A HREF = \"{{bad_url}}\">", "<A HREF = \"#\">"},
	    {"<a href=\"../{{bad_url}}\">", "<a href=\"../javascript:alert(1)\">"},
	    {"<a href=\"#{{hostile}}\">",
	     "<a href=\"#%3Cscript%3Ealert(%221%22)%3C/script%3E&#39;%20onx=&#39;\">"},
	    {"<a href=\"{{url}}?q={{title}}\">", "<a href=\"../a.html#b?q=A%20&amp;%20B\">"},
	    {"<a href=\"https://x.example/{{title}}\">",
	     "<a href=\"https://x.example/A%20&amp;%20B\">"},
	    {"<a href=\"mailto:{{owner}}\">", "<a href=\"mailto:page%20owner\">"},
	    {"<a href=\"{{#empty}}{{.}}{{/empty}}{{^empty}}x{{/empty}}\">", "<a href=\"x\">"},
	    {"<img src=\"{{url}}\" alt=\"{{title}}\">",
	     "<img src=\"../a.html#b\" alt=\"A &amp; B\">"},
	    {"<a href=\"{{remote}}\">", "<a href=\"https://other.example/x.png\">"},
	    {"<img src=\"{{remote}}\">", "<img src=\"#\">"},
	    {"<title>{{hostile}}</title>",
	     "<title>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onx=&#39;</title>"},
	    {"<textarea>{{title}}</textarea><p>{{title}}</p>",
	     "<textarea>A &amp; B</textarea><p>A &amp; B</p>"},
	    {"<script src=\"{{url}}\"></script>{{title}}",
	     "<script src=\"../a.html#b\"></script>A &amp; B"},
	    {"<script>var a = \"</scripty>\";</script >{{title}}",
	     "<script>var a = \"</scripty>\";</script >A &amp; B"},
	    {"<!-- <a href= --><p>{{title}}</p>", "<!-- <a href= --><p>A &amp; B</p>"},
	    {"<!---->{{title}}", "<!---->A &amp; B"},
	    {"<!doctype html>{{title}}", "<!doctype html>A &amp; B"},
	    {"<input disabled value=\"{{title}}\"/>{{title}}",
	     "<input disabled value=\"A &amp; B\"/>A &amp; B"},
	    {"1 < 2 {{title}}", "1 < 2 A &amp; B"},
	    {"<a{{#on}} class=\"here\"{{/on}} id=\"{{title}}\">",
	     "<a class=\"here\" id=\"A &amp; B\">"},
	    {"<a {{#on}}hidden{{/on}} id=\"x\">", "<a hidden id=\"x\">"},
	    {"<a class=\"x{{#on}} y{{/on}}\">", "<a class=\"x y\">"},
	    {"<a class=\"{{#tags}}{{.}} {{/tags}}\">", "<a class=\"x &lt;y&gt; \">"},
	    {"<p {{#on}}a=\"1\" {{/on}}{{^on}}b=\"2\"{{/on}}>{{title}}</p>",
	     "<p a=\"1\" >A &amp; B</p>"},
	};

	(void)state;
	RENDERS(rows);
}

struct refusal {
	const char *template;
	unsigned line, column;
	const char *path, *words, *help;
};

static void refusals(void **state)
{
	static const struct refusal rows[] = {
	    {"{{titel}}", 1, 1, "page.html", "no name 'titel'", "did you mean 'title'?"},
	    {"a\n  {{#modles}}{{/modles}}", 2, 3, "page.html", "'modles'",
	     "did you mean 'models'?"},
	    {"{{#models}}\n{{nmae}}{{/models}}", 2, 1, "page.html", "'nmae'",
	     "did you mean 'name'?"},
	    {"{{name}}", 1, 1, "page.html", "'name'", NULL},
	    {"{{about.nane}}", 1, 1, "page.html", "'about.nane'", "did you mean 'name'?"},
	    {"{{models.name}}", 1, 1, "page.html", "'models.name'", NULL},
	    {"{{title.x}}", 1, 1, "page.html", "'title.x'", NULL},
	    {"{{models}}", 1, 1, "page.html", "a list", NULL},
	    {"{{about}}", 1, 1, "page.html", "a set of names", NULL},
	    {"{{#models}}{{.}}{{/models}}", 1, 12, "page.html", "a set of names", NULL},
	    {"{{.}}", 1, 1, "page.html", "outside of any section", NULL},
	    {"<p>\n{{title\n", 2, 1, "page.html", "not closed by '}}'", NULL},
	    {"{{{title}}", 1, 1, "page.html", "not closed by '}}}'", NULL},
	    {"x{{#on}}y", 1, 2, "page.html", "'#on' is never closed", NULL},
	    {"{{/on}}", 1, 1, "page.html", "was not opened", NULL},
	    {"{{#on}}\n{{#off}}\n{{/on}}{{/off}}", 3, 1, "page.html",
	     "'on' is closed where '#off' of line 2 is open", NULL},
	    {"{{}}", 1, 1, "page.html", "without a name", NULL},
	    {"{{a b}}", 1, 1, "page.html", "white space", NULL},
	    {"{{=<=}}", 1, 1, "page.html", "two words", NULL},
	    {"{{=< x >=}}", 1, 1, "page.html", "two words", NULL},
	    {"{{>modl}}", 1, 1, "page.html", "no template 'modl'", NULL},
	    {"{{>broken}}", 2, 1, "broken", "'nmae'", NULL},
	    {"{{>self}}", 1, 4, "self", "includes itself", NULL},
	    {"{{<page}}{{$titel}}x{{/titel}}{{/page}}", 1, 10, "page.html", "no block 'titel'",
	     "did you mean 'title'?"},
	    {"{{<page}}{{title}}{{/page}}", 1, 10, "page.html", "only blocks", NULL},
	    {"<p {{title}}>", 1, 4, "page.html", "may be an attribute", NULL},
	    {"<p class=\"a\"{{title}}>", 1, 13, "page.html", "may be an attribute", NULL},
	    {"<p a{{title}}>", 1, 5, "page.html", "attribute's name", NULL},
	    {"<p a={{title}}>", 1, 6, "page.html", "in quotes", NULL},
	    {"<p a=x{{title}}>", 1, 7, "page.html", "in quotes", NULL},
	    {"<{{title}}>", 1, 2, "page.html", "element's name", NULL},
	    {"<h{{count}}>", 1, 3, "page.html", "element's name", NULL},
	    {"</{{title}}>", 1, 3, "page.html", "element's name", NULL},
	    {"<script>{{title}}</script>", 1, 9, "page.html", "script or style", NULL},
	    {"<SCRIPT type=\"application/json\">{{{body}}}</SCRIPT>", 1, 33, "page.html",
	     "script or style", NULL},
	    {"<style>a{color:{{title}}}</style>", 1, 16, "page.html", "script or style", NULL},
	    {"<p onclick=\"{{title}}\">", 1, 13, "page.html", "event attribute", NULL},
	    {"<p style=\"{{title}}\">", 1, 11, "page.html", "style", NULL},
	    {"<img srcset=\"{{url}}\">", 1, 14, "page.html", "srcset", NULL},
	    {"<!-- {{title}} -->", 1, 6, "page.html", "comment", NULL},
	    {"<!doctype {{title}}>", 1, 11, "page.html", "declaration", NULL},
	    {"<p title=\"{{{body}}}\">", 1, 11, "page.html", "markup may stand only", NULL},
	    {"<title>{{{body}}}</title>", 1, 8, "page.html", "markup may stand only", NULL},
	    {"<a href=\"javascript:{{title}}\">", 1, 21, "page.html", "in an address", NULL},
	    {"<a href=\"{{url}}{{title}}\">", 1, 17, "page.html", "in an address", NULL},
	    {"<a href=\"x{{url}}\">", 1, 11, "page.html", "in an address", NULL},
	    {"<a href=\"{{#tags}}{{.}}{{/tags}}\">", 1, 10, "page.html", "another place", NULL},
	    {"{{#on}}<p {{/on}}>", 1, 1, "page.html", "another place", NULL},
	    {"<p title=\"{{#on}}\">{{/on}}", 1, 11, "page.html", "another place", NULL},
	    {"{{#on}}<script>{{/on}}", 1, 1, "page.html", "another place", NULL},
	    {"<p{{#on}}x{{/on}}>", 1, 10, "page.html", "white space is missing", NULL},
	    {"<{{#on}}p{{/on}}>", 1, 2, "page.html", "between '<'", NULL},
	    {"<p", 1, 3, "page.html", "ends inside", NULL},
	    {"{{>open_tag}}", 1, 14, "page.html", "ends inside", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct refusal *row = &rows[i];
		struct arena mem;
		struct loading loading;
		struct diag_sink diags = {0};
		struct position at;
		const struct finding *finding;
		const char *message;

		arena_init(&mem);
		diag_init(&diags, &mem);
		assert_null(compile(&mem, &loading, row->template, &diags));
		if (!diags.n)
			fail_msg("'%s': nothing was found", row->template);
		finding = &diags.items[0];
		assert_int_equal(finding->rule, RULE_TEMPLATE_INVALID);
		message = finding_message(finding, &mem);
		at = source_position(&finding->at);
		if (!strstr(message, row->words) || at.line != row->line ||
		    at.column != row->column || strcmp(finding->at.source->path, row->path) != 0)
			fail_msg("'%s': %s:%u:%u: %s", row->template, finding->at.source->path,
				 at.line, at.column, message);
		if (row->help && (!finding->help || strcmp(finding->help, row->help) != 0))
			fail_msg("'%s': help '%s'", row->template, finding->help);
		arena_release(&mem);
	}
}

/* One run reports all that is wrong, each thing once. */
static void all_findings(void **state)
{
	static const char template[] = "{{one}}\n{{#two}}{{name}}{{/two}}\n<p {{title}}>\n"
				       "{{#models}}{{three}}{{/models}}\n{{>four}}\n<i a={{five}}>";
	static const unsigned lines[] = {1, 2, 3, 4, 5, 6, 6};
	struct arena mem;
	struct loading loading;
	struct diag_sink diags = {0};

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	assert_null(compile(&mem, &loading, template, &diags));
	assert_int_equal(diags.n, sizeof lines / sizeof *lines);
	for (size_t i = 0; i < diags.n; i++)
		assert_int_equal(source_position(&diags.items[i].at).line, lines[i]);
	arena_release(&mem);
}

/* Nesting and inclusion end with a finding, never with the stack. */
static void bounds(void **state)
{
	struct arena mem;
	struct loading loading;
	struct diag_sink diags = {0};
	struct out text = {0};

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	for (size_t i = 0; i < 100; i++)
		out_puts(&text, "{{#on}}");
	for (size_t i = 0; i < 100; i++)
		out_puts(&text, "{{/on}}");
	assert_null(compile(&mem, &loading, out_text(&text), &diags));
	assert_non_null(strstr(finding_message(&diags.items[0], &mem), "nested more than 64 deep"));
	out_release(&text);
	arena_release(&mem);
}

static void plain_recursion(void **state)
{
	static const struct {
		const char *template;
	} rows[] = {{"{{>self}}"}, {"{{#on}}\n  {{>self}}\n{{/on}}\n"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena mem;
		struct loading loading = {&mem};
		struct mustache_loader loader = {load, &loading};
		struct diag_sink diags = {0};
		struct out got = {0};
		struct mustache *m;

		arena_init(&mem);
		diag_init(&diags, &mem);
		m = mustache_compile(
		    &mem, source_new(&mem, "t", rows[i].template, strlen(rows[i].template)),
		    &loader, MUSTACHE_PLAIN, NULL, &diags);
		assert_non_null(m);
		mustache_render(m, example(&mem), &got);
		assert_true(got.failed);
		out_release(&got);
		arena_release(&mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values),
					   cmocka_unit_test(sections),
					   cmocka_unit_test(partials_and_parents),
					   cmocka_unit_test(places),
					   cmocka_unit_test(refusals),
					   cmocka_unit_test(all_findings),
					   cmocka_unit_test(bounds),
					   cmocka_unit_test(plain_recursion)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
