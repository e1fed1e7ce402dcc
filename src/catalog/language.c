/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/language.c - templates/language: the phrases that templates ask for */
#include "catalog/catalog_internal.h"
#include "catalog/phrases.h"

void catalog_read_language(struct catalog *c)
{
	const struct {
		enum language language;
		const char *path;
		const struct phrases **to;
	} files[] = {
	    {LANGUAGE_BLAME, "templates/language/blame.yaml", &c->ws->blame},
	    {LANGUAGE_VAGUE, "templates/language/vague.yaml", &c->ws->vague},
	};
	unsigned languages = 0;

	for (size_t i = 0; i < c->ws->templates.n; i++)
		languages |= requirement_languages(&c->ws->templates.items[i]->root);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct source *source;
		if (!(languages & files[i].language))
			continue;
		source = c->options->configured
			     ? workspace_asset(c->ws, files[i].path, c->diags)
			     : catalog_read_file(c, c->ws->defaults, files[i].path, true);
		if (source)
			*files[i].to = phrases_read(c->mem, source, c->diags);
	}
}
