/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_instance.c - what `modelbook new KIND` writes: the template without its
 * attributes, with front matter to fill in */
#include "base/out.h"
#include "base/text.h"
#include "catalog/instance_keys.h"
#include "catalog/schema_fields.h"
#include "catalog/template.h"

/* What the documents may be about, in words: "MODEL, or MODEL@VERSION. For example: churn". */
static void write_subjects(struct out *o, unsigned about)
{
	static const struct {
		enum about_kind kind;
		const char *words, *example;
	} subjects[] = {{ABOUT_VERSION, "MODEL@VERSION", "churn@1.0.0"},
			{ABOUT_MODEL, "MODEL", "churn"},
			{ABOUT_RUN, "the id of an experiment", "EXP-2025-11-04-001"},
			{ABOUT_INCIDENT, "the id of an incident", "INC-2025-001"}};
	const char *example = NULL;

	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
		if (about & subjects[i].kind) {
			out_printf(o, "%s%s", example ? ", or " : "", subjects[i].words);
			example = example ? example : subjects[i].example;
		}
	if (about & ABOUT_WORKSPACE)
		out_puts(o, "; left out where it is about the workspace");
	out_printf(o, ". For example: %s", example);
}

static void write_front_matter(struct arena *mem, struct out *o, const struct template *tmpl,
			       const char *title, const char *about)
{
	static const struct instance_value written[] = {
	    {"title", NULL}, {"kind", NULL}, {"about", NULL}};

	out_puts(o, "---\ntitle: ");
	text_write_json_string(o, title);
	out_printf(o, "\nkind: %s\n", tmpl->kind);
	if (about && *about) {
		out_puts(o, "about: ");
		value_write_text(o, about);
		out_putc(o, '\n');
	} else if (tmpl->about & ~(unsigned)ABOUT_WORKSPACE) {
		out_puts(o, tmpl->about & ABOUT_WORKSPACE ? "#about: # " : "about: # ");
		write_subjects(o, tmpl->about);
		out_putc(o, '\n');
	}
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
