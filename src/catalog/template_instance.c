/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_instance.c - what `modelbook new KIND` writes: the template without its
 * attributes, with front matter to fill in */
#include "base/out.h"
#include "base/text.h"
#include "catalog/instance_keys.h"
#include "catalog/schema_fields.h"
#include "catalog/template.h"
#include <string.h>

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

char *template_instance(struct arena *mem, const struct template *tmpl, const char *title,
			const char *about)
{
	struct out o = {0};
	char *result;

	write_front_matter(mem, &o, tmpl, title, about);
	template_write_whole(mem, &o, tmpl, title);
	result = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return result;
}
