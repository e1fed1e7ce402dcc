/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/rule_example.c - examples of rules, and the workspaces that they are */
#include "base/rule_example.h"
#include "base/text.h"
#include <assert.h>
#include <string.h>

static const struct rule_example examples[RULE_COUNT] = {
#define EXAMPLE(name, serves, fails, mended) [RULE_##name] = {serves, fails, mended},
#include "base/rule_examples.def"
#include "base/rule_examples_data.def"
#include "base/rule_examples_doc.def"
#undef EXAMPLE
};

static const char mark[] = "=== ";

const struct rule_example *rule_example(enum rule rule)
{
	assert((unsigned)rule < RULE_COUNT);
	return &examples[rule];
}

bool rule_example_has_files(const struct rule_example *example)
{
	return text_starts_with(example->fails, mark);
}

void rule_example_read(struct arena *mem, const char *example, struct example_files *files)
{
	const char *at = example;

	while (text_starts_with(at, mark)) {
		const char *path = at + strlen(mark), *line_end = strchr(path, '\n');
		const char *text = line_end + 1, *end = text;
		struct example_file *file = ARENA_PUSH(mem, files);
		bool gone = *path == '-';
		while (*end && !text_starts_with(end, mark))
			end = strchr(end, '\n') + 1;
		path += gone;
		file->path = arena_strndup(mem, path, (size_t)(line_end - path));
		file->text = gone ? NULL : arena_strndup(mem, text, (size_t)(end - text));
		at = end;
	}
}

/* Files of `from` take the place of those that have their path. */
static void replace(struct arena *mem, struct example_files *files,
		    const struct example_files *from)
{
	for (size_t i = 0; i < from->n; i++) {
		size_t k = 0;
		while (k < files->n && strcmp(files->items[k].path, from->items[i].path) != 0)
			k++;
		if (k < files->n)
			files->items[k] = from->items[i];
		else
			*ARENA_PUSH(mem, files) = from->items[i];
	}
}

void rule_example_workspace(struct arena *mem, const struct rule_example *example, bool mended,
			    struct example_files *files)
{
	static const char common[] = "=== modelbook.yaml\ntitle: Example\n"
				     "=== content/index.md\nThe handbook.\n";
	struct example_files fails = {0}, mend = {0};
	size_t kept = 0;

	rule_example_read(mem, common, files);
	rule_example_read(mem, example->fails, &fails);
	replace(mem, files, &fails);
	if (mended) {
		rule_example_read(mem, example->mended, &mend);
		replace(mem, files, &mend);
	}
	for (size_t i = 0; i < files->n; i++)
		if (files->items[i].text)
			files->items[kept++] = files->items[i];
	files->n = kept;
}
