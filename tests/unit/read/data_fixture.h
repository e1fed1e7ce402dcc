/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/data_fixture.h - trees from text, and findings as text to compare */
#ifndef TESTS_READ_DATA_FIXTURE_H
#define TESTS_READ_DATA_FIXTURE_H
#include "base/diag.h"
#include "base/out.h"
#include "read/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena mem;
	struct diag_sink diags;
	struct source *source;
};

static inline void fixture_init(struct fixture *f)
{
	arena_init(&f->mem);
	diag_init(&f->diags, &f->mem);
	f->source = NULL;
}

static inline void fixture_release(struct fixture *f)
{
	arena_release(&f->mem);
}

/* A source over exactly the bytes given, so that reading past them is seen. */
static inline struct source *fixture_source(struct fixture *f, const char *text, size_t n)
{
	char *copy = arena_alloc(&f->mem, n);

	if (n)
		memcpy(copy, text, n);
	f->source = source_new(&f->mem, "a.yaml", copy, n);
	return f->source;
}

static inline struct data_node *fixture_yaml_n(struct fixture *f, const char *text, size_t n)
{
	struct source *source = fixture_source(f, text, n);

	return yaml_read(&f->mem, source, 0, n, RULE_DATA_SYNTAX, &f->diags);
}

static inline struct data_node *fixture_yaml(struct fixture *f, const char *text)
{
	return fixture_yaml_n(f, text, strlen(text));
}

/* "1:2-1:5 data/syntax detail (help)\n" for each finding, in order. */
static inline const char *fixture_findings(struct fixture *f)
{
	struct out o = {0};
	char *copy;

	diag_finish(&f->diags);
	for (size_t i = 0; i < f->diags.n; i++) {
		const struct finding *x = &f->diags.items[i];
		struct position p = source_position(&x->at);
		out_printf(&o, "%u:%u-%u:%u %s %s", p.line, p.column, p.end_line, p.end_column,
			   rule_info(x->rule)->id, x->detail);
		if (x->help)
			out_printf(&o, " (%s)", x->help);
		out_putc(&o, '\n');
	}
	copy = arena_strndup(&f->mem, out_text(&o), o.n);
	out_release(&o);
	return copy;
}

/* Prints both texts where they differ and returns 1, so that a table shows all that is wrong. */
static inline int differs(const char *what, const char *got, const char *want)
{
	if (!strcmp(got, want))
		return 0;
	printf("%s:\ngot:\n%s\nwant:\n%s\n", what, got, want);
	return 1;
}

static inline void expect_text(const char *what, const char *got, const char *want)
{
	assert_int_equal(differs(what, got, want), 0);
}
#endif
