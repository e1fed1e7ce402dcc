/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/catalog_fixture.h - memory, findings as text */
#ifndef CATALOG_FIXTURE_H
#define CATALOG_FIXTURE_H
#include "base/diag.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;
static struct diag_sink diags;

static int set_up(void **state)
{
	(void)state;
	mem = (struct arena){0};
	diags = (struct diag_sink){0};
	diag_init(&diags, &mem);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static inline struct source *text_source(const char *path, const char *text)
{
	return source_new(&mem, path, text, strlen(text));
}

/* "line:column detail" of every finding, one a line. */
static inline const char *findings_text(void)
{
	char *text = arena_strdup(&mem, "");

	for (size_t i = 0; i < diags.n; i++) {
		struct position at = source_position(&diags.items[i].at);
		text = arena_printf(&mem, "%s%u:%u %s\n", text, at.line, at.column,
				    diags.items[i].detail);
	}
	return text;
}
#endif
