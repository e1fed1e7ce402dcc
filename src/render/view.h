/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/view.h - what a page template may name, and what it stands for
 *
 * A page kind declares its names once, in a table; a template that uses another name is refused
 * when it is read, and a view that lacks a declared name is a mistake of the program. Values are
 * typed: text is escaped for the place where it stands (element, attribute, URL), markup made by
 * our own writers is not. */
#ifndef RENDER_VIEW_H
#define RENDER_VIEW_H
#include "base/arena.h"
#include "base/out.h"
#include <stdbool.h>

struct view; /* a set of names with values; lives in an arena */

/* Markup that our own writers made: already escaped. No text of a user becomes this by a cast. */
struct markup {
	const char *html;
	size_t n;
};
struct markup markup_from(struct arena *mem, const struct out *o);

struct view *view_new(struct arena *mem);
void view_text(struct view *v, const char *name, const char *text); /* NULL: absent (falsy) */
void view_markup(struct view *v, const char *name, struct markup markup);
void view_flag(struct view *v, const char *name, bool on);
void view_count(struct view *v, const char *name, size_t n); /* written 12,345; 0 is falsy */
/* A relative address that page_href() or a checked link gave. */
void view_url(struct view *v, const char *name, const char *url);
struct view *view_map(struct view *v, const char *name); /* a nested view */
struct view *view_list(struct view *v,
		       const char *name); /* appends an item to a list and gives it */
/* Appends a text to a list of texts: {{#tags}}{{.}}{{/tags}}. */
void view_list_text(struct view *v, const char *name, const char *text);
void view_empty_list(struct view *v, const char *name);

/* Names that a page kind declares: "title", "about.name" (of a nested view), "models[].name",
 * "models[].owner", "tags[]" (a list of texts); with them stand "about" and "models". A name that
 * is not in the table is unknown; one that is must be set in each view in which a template comes
 * upon it (NULL, false, 0 and the empty list are values too). Ends with NULL. */
typedef const char *const *view_names;
#endif
