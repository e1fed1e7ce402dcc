/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_gist.c - gists come back as they were written; damaged ones are refused,
 * or lead nowhere outside themselves */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka's header needs those above */
#include "catalog/gist.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static const char text[] = "# Title\n\nSee [a](b.md#c) and ![p](q.png).\n\n## Part\n\nTODO\n";

struct fixture {
	struct arena mem;
	struct diag_sink findings;
	struct document doc;
	struct out gist;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct md_input input;
	struct finding *first;

	arena_init(&f->mem);
	diag_init(&f->findings, &f->mem);
	input = (struct md_input){.source = source_new(&f->mem, "a.md", text, strlen(text))};
	f->doc.text.source = input.source;
	f->doc.text.body = md_parse_trusted(&f->mem, &input, &f->findings);
	f->doc.title_node = 1;
	f->doc.n_items = 3;
	f->doc.n_ticked = 2;
	map_put(&f->doc.anchors, &f->mem, "title", f);
	map_put(&f->doc.anchors, &f->mem, "part", f);
	first = diag_add(&f->findings, RULE_DOC_PLACEHOLDER, span_at(input.source, 9, 12), "'é'");
	diag_help(&f->findings, first, "write %s", "it");
	diag_add(&f->findings, RULE_DOC_ORDER, span_at(input.source, 0, 0), "%s", "");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	out_release(&f->gist);
	arena_release(&f->mem);
	free(f);
	return 0;
}

static void comes_back(void **state)
{
	struct fixture *f = *state;
	struct gist gist;

	assert_true(gist_write(&f->doc, &f->findings, &f->gist));
	assert_true(gist_read(f->gist.p, f->gist.n, f->doc.text.source, &gist));
	assert_string_equal(gist_text(&gist, gist.head->heading), "Title");
	assert_int_equal(gist.head->title_node, 1);
	assert_int_equal(gist.head->n_items, 3);
	assert_int_equal(gist.head->n_ticked, 2);
	assert_int_equal(gist.head->n_anchors, 2);
	assert_string_equal(gist_text(&gist, gist.anchors[1]), "part");
	assert_int_equal(gist.head->n_links, 2);
	assert_string_equal(gist_text(&gist, gist.links[0].url), "b.md#c");
	assert_string_equal(gist_text(&gist, gist.links[1].url), "q.png");
	assert_true(gist.links[1].is_image);
	assert_memory_equal(text + gist.links[0].start, "[a](b.md#c)", 11);
	assert_int_equal(gist.head->n_findings, 2);
	assert_int_equal(gist.findings[0].rule, RULE_DOC_PLACEHOLDER);
	assert_string_equal(gist_text(&gist, gist.findings[0].detail), "'é'");
	assert_string_equal(gist_text(&gist, gist.findings[0].help), "write it");
	assert_null(gist_text(&gist, gist.findings[0].note));
	assert_string_equal(gist_text(&gist, gist.findings[1].detail), "");
}

static void other_texts_are_not_said(void **state)
{
	struct fixture *f = *state;

	diag_add(&f->findings, RULE_DOC_ORDER,
		 span_at(source_new(&f->mem, "b.md", text, strlen(text)), 0, 1), "%s", "");
	assert_false(gist_write(&f->doc, &f->findings, &f->gist));
	assert_int_equal(f->gist.n, 0);
}

/* Adds up all that a gist leads to, so that a sanitizer sees what lies outside. */
static size_t walk(const struct gist *gist, const struct source *source)
{
	size_t sum = 0;

	if (gist->head->heading != GIST_NULL)
		sum += strlen(gist_text(gist, gist->head->heading));
	for (uint32_t i = 0; i < gist->head->n_anchors; i++)
		sum += strlen(gist_text(gist, gist->anchors[i]));
	for (uint32_t i = 0; i < gist->head->n_links; i++) {
		sum += strlen(gist_text(gist, gist->links[i].url));
		assert_true(gist->links[i].start <= gist->links[i].end);
		assert_true(gist->links[i].end <= source->len);
	}
	for (uint32_t i = 0; i < gist->head->n_findings; i++) {
		const struct gist_finding *finding = &gist->findings[i];
		const char *help = gist_text(gist, finding->help);
		sum += strlen(gist_text(gist, finding->detail)) + (help ? strlen(help) : 0);
		assert_true(finding->rule < RULE_COUNT && finding->end <= source->len);
	}
	return sum;
}

static void damage_is_bounded(void **state)
{
	static const unsigned char changes[] = {0x01, 0x80, 0xff};
	struct fixture *f = *state;
	const struct source *source = f->doc.text.source;
	size_t refused = 0, sum = 0, tried = 0;
	struct gist gist;

	assert_true(gist_write(&f->doc, &f->findings, &f->gist));
	for (size_t n = 0; n <= f->gist.n; n++) {
		char *copy = malloc(n + 1); /* its end is the end of what may be read */
		char *exact = realloc(copy, n ? n : 1);
		memcpy(exact, f->gist.p, n);
		assert_int_equal(gist_read(exact, n, source, &gist), n == f->gist.n);
		free(exact);
	}
	for (size_t at = 0; at < f->gist.n; at++)
		for (size_t k = 0; k < sizeof changes; k++) {
			char *copy = malloc(f->gist.n);
			memcpy(copy, f->gist.p, f->gist.n);
			copy[at] = (char)(copy[at] ^ changes[k]);
			tried++;
			if (gist_read(copy, f->gist.n, source, &gist))
				sum += walk(&gist, source);
			else
				refused++;
			free(copy);
		}
	print_message("%zu of %zu damaged gists were refused (%zu)\n", refused, tried, sum);
	assert_true(refused > tried / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(comes_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(other_texts_are_not_said, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(damage_is_bounded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
