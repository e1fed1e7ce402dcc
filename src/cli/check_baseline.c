/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_baseline.c - findings that are known, from what `check --format json` wrote */
#include "cli/check_select.h"
#include "read/json.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINGERPRINT_LENGTH = 16, LARGEST_BASELINE = 1 << 30 };

/* False, and errno, where the file cannot be read or is too large. */
static bool read_whole(const char *path, struct out *text)
{
	char part[1 << 16];
	FILE *file = fopen(path, "rbe");
	size_t n;
	bool good;
	int why;

	if (!file)
		return false;
	while ((n = fread(part, 1, sizeof part, file)) && text->n <= LARGEST_BASELINE)
		out_write(text, part, n);
	good = !ferror(file) && text->n <= LARGEST_BASELINE;
	why = ferror(file) ? errno : EFBIG;
	fclose(file);
	errno = why;
	return good;
}

static bool refuse(const char *path, uint32_t line, const char *why)
{
	fprintf(stderr,
		"modelbook: --baseline: %s:%u: %s; it takes what 'modelbook check --format json' "
		"wrote\n",
		path, line, why);
	return false;
}

/* The line on which a word first stands; 1 where it does not. */
static uint32_t line_of(const struct source *source, const char *word)
{
	const char *at = memmem(source->text, source->len, word, strlen(word));
	uint32_t line = 1;

	for (const char *p = source->text; at && p < at; p++)
		line += *p == '\n';
	return line;
}

static bool is_fingerprint(const char *text)
{
	return text && strlen(text) == FINGERPRINT_LENGTH &&
	       strspn(text, "0123456789abcdef") == FINGERPRINT_LENGTH;
}

/* Takes the fingerprints of the list under a key. */
static bool take_list(struct arena *mem, const struct data_node *root, const char *key,
		      struct baseline *baseline)
{
	const struct data_node *list = data_find(root, key);

	if (!list || list->kind != DATA_LIST)
		return refuse(baseline->path, 1, arena_printf(mem, "it has no list '%s'", key));
	for (size_t i = 0; i < list->n; i++) {
		const char *text = data_find_text(list->items[i], "fingerprint");
		if (!is_fingerprint(text))
			return refuse(
			    baseline->path, line_of(list->at.source, key),
			    arena_printf(mem, "entry %zu of '%s' has no fingerprint", i + 1, key));
		map_put(&baseline->fingerprints, mem, text, baseline);
	}
	return true;
}

static bool take_root(struct arena *mem, const struct data_node *root, struct baseline *baseline)
{
	const struct data_node *tool = data_find(root, "tool");
	const char *name = data_find_text(tool, "name");

	/* Any version's will do: ids of rules and fingerprints stay what they are. */
	if (!name || strcmp(name, "modelbook") != 0)
		return refuse(baseline->path, 1, "it does not say that modelbook wrote it");
	return take_list(mem, root, "findings", baseline) &&
	       (!data_find(root, "known") || take_list(mem, root, "known", baseline));
}

bool baseline_read(struct arena *mem, const char *path, struct baseline *baseline)
{
	const struct data_node *root;
	struct diag_sink diags;
	struct source *source;
	struct out text = {0};

	*baseline = (struct baseline){.path = path};
	if (!read_whole(path, &text)) {
		fprintf(stderr, "modelbook: --baseline '%s': %s\n", path, strerror(errno));
		out_release(&text);
		return false;
	}
	source = source_new(mem, path, arena_strndup(mem, out_text(&text), text.n), text.n);
	out_release(&text);
	diag_init(&diags, mem);
	root = json_read(mem, source, &diags);
	if (!root)
		return refuse(path, diags.n ? source_position(&diags.items[0].at).line : 1,
			      diags.n ? diags.items[0].detail : "it is no JSON");
	return take_root(mem, root, baseline);
}

size_t baseline_mark(const struct baseline *baseline, struct diag_sink *diags)
{
	size_t found = 0;

	/* No two findings of a run have one fingerprint: the second of two alike is numbered. */
	for (size_t i = 0; i < diags->n; i++) {
		struct finding *finding = &diags->items[i];
		if (!map_has(&baseline->fingerprints, finding->fingerprint))
			continue;
		found++;
		if (finding->standing == STANDING_OPEN)
			finding->standing = STANDING_KNOWN;
	}
	return baseline->fingerprints.n - found;
}
