/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/rule_example.h - for each rule: what it serves, a workspace that breaks it, and its mend
 *
 * rule_examples*.def hold them. An example is text: `=== PATH` begins a file, `=== -PATH` takes one
 * away, \xNN is a byte that is no text. Beside what it names, a workspace has modelbook.yaml with a
 * title and content/index.md. `mended` holds only the files that change. Where files cannot show a
 * rule, both are a sentence. */
#ifndef BASE_RULE_EXAMPLE_H
#define BASE_RULE_EXAMPLE_H
#include "base/diag.h"

struct rule_example {
	const char *serves; /* lines "ID what it asks for", each with its '\n': ids of requirements,
			     * or "promise N" of the program itself */
	const char *fails, *mended;
};

struct example_file {
	const char *path, *text; /* \xNN as written; text NULL: the file is taken away */
};
struct example_files {
	LIST_OF(struct example_file);
};

const struct rule_example *rule_example(enum rule rule);
/* False where the example is told in a sentence. */
bool rule_example_has_files(const struct rule_example *example);
/* The files that an example names, in its order. Lives in `mem`. */
void rule_example_read(struct arena *mem, const char *example, struct example_files *files);
/* The whole workspace, as it fails or mended: the files that it has, without those taken away. */
void rule_example_workspace(struct arena *mem, const struct rule_example *example, bool mended,
			    struct example_files *files);
#endif
