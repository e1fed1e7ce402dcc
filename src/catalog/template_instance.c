/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_instance.c - what `modelbook new KIND` writes: the template without its
 * attributes, with front matter to fill in */
#include "base/out.h"
#include "base/text.h"
#include "catalog/instance_keys.h"
#include "catalog/schema_fields.h"
#include "catalog/template.h"
#include "catalog/template_cut.h"
#include <string.h>

static void add_cuts(struct arena *mem, const struct requirement *req, struct cuts *cuts)
{
	for (size_t i = 0; i < req->children.n; i++) {
		cut_attributes(mem, req->children.items[i], cuts);
		add_cuts(mem, req->children.items[i], cuts);
	}
}

static void write_yaml_text(struct out *o, const char *text)
{
	out_putc(o, '"');
	text_write_json(o, text, strlen(text));
	out_putc(o, '"');
}

static void write_front_matter(struct arena *mem, struct out *o, const struct template *tmpl,
			       const char *title, const char *about)
{
	static const struct instance_value written[] = {
	    {"title", NULL}, {"kind", NULL}, {"about", NULL}};

	out_puts(o, "---\ntitle: ");
	write_yaml_text(o, title);
	out_printf(o, "\nkind: %s\n", tmpl->kind);
	if (about && *about) {
		out_puts(o, "about: ");
		value_write_text(o, about);
		out_putc(o, '\n');
	} else if (tmpl->about & ~(unsigned)ABOUT_WORKSPACE)
		out_puts(o, "about: # MODEL, MODEL@VERSION, or the id of a run or incident\n");
	instance_write_keys(o, mem, tmpl->front_matter_keys, written,
			    sizeof written / sizeof *written);
	out_puts(o, "---\n");
}

/* The template's first heading of level 1 becomes the document's title. */
static void cut_title(struct arena *mem, const struct template *tmpl, const char *title,
		      struct cuts *cuts)
{
	const struct md_tree *tree = &tmpl->text->body;
	const char *text = tmpl->source->text;

	for (uint32_t i = 1; i < tree->n; i++) {
		size_t end = tree->nodes[i].end;
		if (tree->nodes[i].type != MD_HEADING)
			continue;
		while (end > tree->nodes[i].start && strchr("\r\n", text[end - 1]))
			end--;
		if (tree->nodes[i].level == 1)
			*ARENA_PUSH(mem, cuts) = (struct cut){tree->nodes[i].start, end,
							      arena_printf(mem, "# %s", title)};
		return;
	}
}

/* The template's own text, which is the whole of one that extends no other. */
static void write_body(struct arena *mem, struct out *o, const struct template *tmpl,
		       const char *title)
{
	const char *text = tmpl->source->text;
	size_t at = tmpl->text->body_start;
	struct cuts cuts = {0};

	cut_title(mem, tmpl, title, &cuts);
	add_cuts(mem, &tmpl->root, &cuts);
	for (size_t i = 0; i < cuts.n; i++) {
		const struct cut *cut = &cuts.items[i];
		if (cut->start < at)
			continue;
		out_write(o, text + at, cut->start - at);
		out_puts(o, cut->instead);
		at = cut->end;
	}
	out_write(o, text + at, tmpl->source->len - at);
}

char *template_instance(struct arena *mem, const struct template *tmpl, const char *title,
			const char *about)
{
	struct out o = {0};
	char *result;

	write_front_matter(mem, &o, tmpl, title, about);
	if (tmpl->base)
		template_write_whole(mem, &o, tmpl, title);
	else
		write_body(mem, &o, tmpl, title);
	result = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return result;
}
