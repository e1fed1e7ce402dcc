/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/record_instance.c - a record to fill in */
#include "catalog/record_instance.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/instance_keys.h"
#include <string.h>

static const char instructions[] = "Fill in what stands empty or says <fill in>; `modelbook check` "
				   "names it until it is. Lines that "
				   "begin with #key: are optional: take the # away to use one.";

static void write_head(struct out *o, struct arena *mem, const struct record_kind *kind,
		       const char *path)
{
	const char *description = data_find_text(kind->root, "description");

	if (!text_starts_with(kind->source->path, "default:"))
		out_printf(o, "# yaml-language-server: $schema=%s\n",
			   path_relative(mem, path_dir(mem, path), kind->source->path));
	if (description)
		instance_write_comment(o, 0, description);
	instance_write_comment(o, 0, instructions);
	out_putc(o, '\n');
}

char *record_instance(struct arena *mem, const struct record_kind *kind, const char *path,
		      const char *id, const char *about)
{
	struct instance_value known[3] = {{"kind", kind->kind}};
	size_t n = 1;
	struct out o = {0};
	char *text;

	if (id)
		known[n++] = (struct instance_value){"id", id};
	if (about)
		known[n++] = (struct instance_value){"about", about};
	write_head(&o, mem, kind, path);
	/* Without its kind nobody would read it. */
	if (!data_find(data_find(kind->root, "properties"), "kind"))
		out_printf(&o, "kind: %s\n", kind->kind);
	instance_write_keys(&o, mem, kind->root, known, n);
	text = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return text;
}
