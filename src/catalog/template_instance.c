/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_instance.c - what `modelbook new KIND` writes: the template without its
 * attributes, with front matter to fill in */
#include "base/out.h"
#include "base/text.h"
#include "catalog/instance_hint.h"
#include "catalog/template.h"
#include "catalog/template_attributes.h"
#include <string.h>

/* Bytes of the template's body that are left out or replaced, in order. */
struct cut {
	size_t start, end;
	const char *instead;
};
struct cuts {
	LIST_OF(struct cut);
};

static void add_cuts(struct arena *mem, const struct template *tmpl, const struct requirement *req,
		     struct cuts *cuts)
{
	const char *text = tmpl->source->text;

	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *child = req->children.items[i];
		size_t start = child->text.start, end = child->text.end, group;
		const char *star;
		while (end > start && (text[end - 1] == '\n' || text[end - 1] == '\r'))
			end--;
		group = start + attributes_start(text + start, end - start);
		star = child->wildcard ? memchr(text + start, '*', group - start) : NULL;
		if (star)
			*ARENA_PUSH(mem, cuts) = (struct cut){
			    (size_t)(star - text), (size_t)(star - text) + 1, "<fill in>"};
		if (group < end) {
			while (group > start && text[group - 1] == ' ')
				group--;
			*ARENA_PUSH(mem, cuts) = (struct cut){group, end, ""};
		}
		add_cuts(mem, tmpl, child, cuts);
	}
}

static void write_yaml_text(struct out *o, const char *text)
{
	out_putc(o, '"');
	text_write_json(o, text, strlen(text));
	out_putc(o, '"');
}

static void write_front_matter(struct out *o, const struct template *tmpl, const char *title,
			       const char *about)
{
	const struct data_node *schema = tmpl->front_matter_node;
	const struct data_node *properties = data_find(schema, "properties");

	out_puts(o, "---\ntitle: ");
	write_yaml_text(o, title);
	out_printf(o, "\nkind: %s\n", tmpl->kind);
	if (about && *about)
		out_printf(o, "about: %s\n", about);
	else if (tmpl->about & ~(unsigned)ABOUT_WORKSPACE)
		out_puts(o, "about: # MODEL, MODEL@VERSION, or the id of a run or incident\n");
	for (size_t i = 0; properties && properties->kind == DATA_MAP && i < properties->n; i++) {
		const char *key = properties->pairs[i].key->text;
		if (!strcmp(key, "title") || !strcmp(key, "kind") || !strcmp(key, "about"))
			continue;
		out_printf(o, "%s%s:", instance_requires(schema, key) ? "" : "# ", key);
		instance_write_hint(o, properties->pairs[i].value);
		out_putc(o, '\n');
	}
	out_puts(o, "---\n");
}

/* The template's first heading of level 1 becomes the document's title. */
static void cut_title(struct arena *mem, const struct template *tmpl, const char *title,
		      struct cuts *cuts)
{
	const struct md_tree *tree = &tmpl->text->body;

	for (uint32_t i = 1; i < tree->n; i++) {
		if (tree->nodes[i].type != MD_HEADING)
			continue;
		if (tree->nodes[i].level == 1)
			*ARENA_PUSH(mem, cuts) =
			    (struct cut){tree->nodes[i].start, tree->nodes[i].end,
					 arena_printf(mem, "# %s\n", title)};
		return;
	}
}

char *template_instance(struct arena *mem, const struct template *tmpl, const char *title,
			const char *about)
{
	const char *text = tmpl->source->text;
	size_t at = tmpl->text->body_start;
	struct cuts cuts = {0};
	struct out o = {0};
	char *result;

	cut_title(mem, tmpl, title, &cuts);
	add_cuts(mem, tmpl, &tmpl->root, &cuts);
	write_front_matter(&o, tmpl, title, about);
	for (size_t i = 0; i < cuts.n; i++) {
		const struct cut *cut = &cuts.items[i];
		if (cut->start < at)
			continue;
		out_write(&o, text + at, cut->start - at);
		out_puts(&o, cut->instead);
		at = cut->end;
	}
	out_write(&o, text + at, tmpl->source->len - at);
	result = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return result;
}
