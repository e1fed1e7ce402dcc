/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template.h - what a document of a kind must hold, read from templates/documents/KIND.md
 *
 * The template is a Markdown document: headings are required sections, task-list items required
 * items, header rows of tables required columns, first cells of their other rows required rows,
 * HTML comments guidance. Attributes {#id .class key="value"} at the end of a heading, item or
 * first cell refine it. What is wrong with a template is template/invalid. docs/templates.md has
 * the notation. */
#ifndef CATALOG_TEMPLATE_H
#define CATALOG_TEMPLATE_H
#include "base/out.h"
#include "catalog/config.h"
#include "read/document.h"
#include "read/schema.h"

enum requirement_type { REQUIRE_ROOT, REQUIRE_SECTION, REQUIRE_ITEM, REQUIRE_COLUMN, REQUIRE_ROW };

struct template;

/* The checks of phrases (catalog/phrases.h) that a text is held to; or-ed. */
enum language { LANGUAGE_BLAME = 1, LANGUAGE_VAGUE = 2, LANGUAGE_NONE = 4 };
/* The one with this name, 0 where there is none. */
enum language language_find(const char *name);

struct requirement {
	enum requirement_type type;
	const char *title; /* as written in the template, attributes dropped, plain text */
	const char *id;    /* {#id}, else the slug of the title */
	uint8_t level;     /* section: heading level */
	bool wildcard;     /* "*": any title; "Principle: *": any that begins so */
	bool optional, ordered;
	size_t repeat_min, repeat_max; /* 0, 0: not repeated; max SIZE_MAX for "5.." */
	size_t min_words, min_steps;   /* 0: not asked for */
	size_t min_rows;               /* section: of its table; 0: not asked for */
	unsigned language;   /* enum language, or-ed: holds for all under it, too, but where that
				says LANGUAGE_NONE; 0: as around it */
	enum stage stage;    /* required from this stage on; STAGE_NONE: always */
	const char *accepts; /* item: record kind whose link shows it; NULL */
	const char **keys;   /* match keys (text_match_key) of title and aliases */
	size_t n_keys;
	struct {
		LIST_OF(const char *);
	} aliases;            /* other wordings that are taken, as written */
	const char *guidance; /* Markdown of the comments under it, "" for none */
	const char *sample;   /* section: its own text in the template, folded; "" for none */
	struct span at;
	struct span text; /* title and attributes as written, without marks; columns: nowhere */
	const struct template *home; /* the template whose file it stands in */
	uint32_t node;               /* in the tree of its home */
	uint32_t order;              /* in the whole template: a section before what it holds */
	struct {
		LIST_OF(const struct requirement *);
	} parts; /* in a template that extends another: the requirement as each file has it, that of
		    the file it comes from first; empty where it stands in one file alone */
	struct requirement *parent;
	struct {
		LIST_OF(struct requirement *);
	} children; /* in the template's order */
};

struct template
{
	const char *kind, *title;
	const char *name;      /* of its file, without extension: KIND, or KIND@VERSION */
	size_t version;        /* 1 unless said */
	unsigned about;        /* enum about_kind, or-ed; 0: not said */
	struct source *source; /* path begins "default:" for an installed one */
	struct document_text *text;
	struct schema
	    *front_matter; /* its own, NULL where not asked for; that of `base` holds too */
	const struct data_node *front_matter_node;
	/* `properties:` and `required:` of it and of all it extends, for those who show keys; what
	 * they must fulfil is said by each schema */
	const struct data_node *front_matter_keys;
	const struct data_node *extends; /* the name of another template; NULL */
	const struct template *base;     /* that template; NULL */
	bool is_linked;                  /* what it extends was taken over */
	int32_t accepts_former_until;    /* the last day for the version before; INT32_MIN: none */
	struct span accepts_former_at;
	const struct template *current; /* of a former version: the one in force; NULL */
	int32_t accepted_until;         /* of a former version; INT32_MIN: no longer */
	struct {
		LIST_OF(struct template *);
	} former; /* of the one in force: its former versions, newest first */
	struct requirement root;
	size_t n_sections, n_items; /* required ones, for pages */
	const char *page;           /* templates/KIND.html, templates/KIND-VERSION.html */
};

/* Reads a template. Always gives one; what is wrong went to `diags`. */
struct template *template_read(struct arena *mem, struct source *source, struct diag_sink *diags);
/* Takes over all that `base` asks for, and refines it by what `tmpl` asks for itself: a requirement
 * with the id of one of the base's replaces it in place, another is added. What would weaken the
 * base is template/invalid. `base` must be linked and outlive `tmpl`. */
void template_extend(struct arena *mem, struct template *tmpl, const struct template *base,
		     struct diag_sink *diags);
/* The child with the type and id of `like`, NULL where there is none: in files that extend one
 * another they are one requirement. */
struct requirement *requirement_like(const struct requirement *parent,
				     const struct requirement *like);
/* The languages that a requirement and all under it ask for (enum language, a set). */
unsigned requirement_languages(const struct requirement *req);
/* Numbers the requirements and counts them, for pages; after each change of the tree. */
void template_number(struct template *tmpl);
/* What no document can satisfy is template/invalid; once what it extends was taken over. */
void template_check(struct arena *mem, const struct template *tmpl, struct diag_sink *diags);
/* The number of a version of a template: a whole number from 1 to 1,000,000, in digits that do not
 * begin with 0. False where the text is none, or NULL. */
bool template_version_read(const char *text, size_t *version);
/* The version that a document is held against whose front matter says `template_version: wanted`
 * (NULL: nothing): a former one while it is accepted, else the one in force. */
const struct template *template_in_force(const struct template *current, const char *wanted,
					 int32_t as_of);
/* What `modelbook new KIND` writes: the template with its attributes and `front_matter:` replaced
 * by keys to fill in, guidance kept as comments, and sections with `repeat=` as often as must be.
 */
char *template_instance(struct arena *mem, const struct template *tmpl, const char *title,
			const char *about);
/* Its body: what the files of the template and of those that it extends hold, section by section.
 */
void template_write_whole(struct arena *mem, struct out *to, const struct template *tmpl,
			  const char *title);
#endif
