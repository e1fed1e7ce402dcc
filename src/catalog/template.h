/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template.h - what a document of a kind must hold, read from templates/documents/KIND.md
 *
 * The template is a Markdown document: headings are required sections, task-list items required
 * items, header rows of tables required columns, HTML comments guidance. Attributes {#id .class
 * key="value"} at the end of a heading or item refine it. What is wrong with a template is
 * template/invalid. */
#ifndef CATALOG_TEMPLATE_H
#define CATALOG_TEMPLATE_H
#include "catalog/config.h"
#include "read/document.h"
#include "read/schema.h"

enum requirement_type { REQUIRE_ROOT, REQUIRE_SECTION, REQUIRE_ITEM, REQUIRE_COLUMN };

struct requirement {
	enum requirement_type type;
	const char *title; /* as written in the template, attributes dropped, plain text */
	const char *id;    /* {#id}, else the slug of the title */
	uint8_t level;     /* section: heading level */
	bool wildcard;     /* "*": any title; "Principle: *": any that begins so */
	bool optional, ordered;
	size_t repeat_min, repeat_max; /* 0, 0: not repeated; max SIZE_MAX for "5.." */
	size_t min_words, min_steps;   /* 0: not asked for */
	enum stage stage;              /* required from this stage on; STAGE_NONE: always */
	const char *accepts;           /* item: record kind whose link shows it; NULL */
	const char **keys;             /* match keys (text_match_key) of title and aliases */
	size_t n_keys;
	const char *guidance; /* Markdown of the comments under it, "" for none */
	const char *sample;   /* section: its own text in the template, folded; "" for none */
	struct span at;
	struct span text; /* title and attributes as written, without marks; columns: nowhere */
	uint32_t node;    /* in the template's tree */
	struct requirement *parent;
	struct {
		LIST_OF(struct requirement *);
	} children; /* in the template's order */
};

struct template
{
	const char *kind, *title;
	unsigned about;        /* enum about_kind, or-ed; 0: not said */
	struct source *source; /* path begins "default:" for an installed one */
	struct document_text *text;
	struct schema *front_matter; /* NULL where not asked for */
	const struct data_node *front_matter_node;
	struct requirement root;
	size_t n_sections, n_items; /* required ones, for pages */
	const char *page;           /* templates/KIND.html */
};

/* Reads a template. Always gives one; what is wrong went to `diags`. */
struct template *template_read(struct arena *mem, struct source *source, struct diag_sink *diags);
/* What `modelbook new KIND` writes: the template with its attributes and `front_matter:` replaced
 * by keys to fill in, guidance kept as comments. */
char *template_instance(struct arena *mem, const struct template *tmpl, const char *title,
			const char *about);
#endif
