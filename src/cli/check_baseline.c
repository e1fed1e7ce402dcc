/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_baseline.c - findings that are known, from what `check --format json` wrote */
#include "cli/check_select.h"
#include "read/json_walk.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINGERPRINT_LENGTH = 16 };

/* A list of entries, each with its fingerprint. */
struct entries {
	const char *key;
	bool found, is_list;
	size_t bad; /* the first entry without one; 0: none */
	uint32_t bad_line;
};

enum { FINDINGS, KNOWN, N_LISTS };

struct reading {
	struct arena *mem;
	struct baseline *baseline;
	struct entries lists[N_LISTS];
	bool is_ours;
};

static bool refuse(const char *path, uint32_t line, const char *why)
{
	fprintf(stderr,
		"modelbook: --baseline: %s:%u: %s; it takes what 'modelbook check --format json' "
		"wrote\n",
		path, line, why);
	return false;
}

static bool is_fingerprint(const char *text)
{
	return text && strlen(text) == FINGERPRINT_LENGTH &&
	       strspn(text, "0123456789abcdef") == FINGERPRINT_LENGTH;
}

static void take_entry(struct reading *r, struct entries *list, const struct json_visit *visit)
{
	const char *text = data_find_text(visit->value, "fingerprint");

	if (is_fingerprint(text)) {
		*ARENA_PUSH(r->mem, r->baseline) = strtoull(text, NULL, 16);
	} else if (!list->bad) {
		list->bad = visit->entry;
		list->bad_line = visit->line;
	}
}

static void take(void *context, const struct json_visit *visit)
{
	struct reading *r = context;
	const char *name;

	if (!strcmp(visit->key, "tool") && visit->value) {
		/* Any version's will do: ids of rules and fingerprints stay what they are. */
		name = data_find_text(visit->value, "name");
		r->is_ours = !visit->entry && name && !strcmp(name, "modelbook");
	}
	for (size_t i = 0; i < N_LISTS; i++) {
		struct entries *list = &r->lists[i];
		if (strcmp(visit->key, list->key) != 0)
			continue;
		list->found = true;
		list->is_list = list->is_list || !visit->value;
		if (visit->entry)
			take_entry(r, list, visit);
	}
}

static bool lists_are_good(const struct reading *r)
{
	const char *path = r->baseline->path;

	if (!r->is_ours)
		return refuse(path, 1, "it does not say that modelbook wrote it");
	for (size_t i = 0; i < N_LISTS; i++) {
		const struct entries *list = &r->lists[i];
		if (!list->is_list && (list->found || i == FINDINGS))
			return refuse(path, 1,
				      arena_printf(r->mem, "it has no list '%s'", list->key));
		if (list->bad)
			return refuse(path, list->bad_line,
				      arena_printf(r->mem, "entry %zu of '%s' has no fingerprint",
						   list->bad, list->key));
	}
	return true;
}

static int compare_fingerprints(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static void sort_fingerprints(struct baseline *baseline)
{
	size_t kept = 0;

	if (baseline->n)
		qsort(baseline->items, baseline->n, sizeof *baseline->items, compare_fingerprints);
	for (size_t i = 0; i < baseline->n; i++)
		if (!kept || baseline->items[i] != baseline->items[kept - 1])
			baseline->items[kept++] = baseline->items[i];
	baseline->n = kept;
}

bool baseline_read(struct arena *mem, const char *path, struct baseline *baseline)
{
	struct reading r = {mem, baseline, {{.key = "findings"}, {.key = "known"}}, false};
	struct json_problem problem = {0};
	FILE *file = fopen(path, "rbe");
	enum json_walk result = JSON_WALK_UNREAD;
	int why = errno;

	*baseline = (struct baseline){.path = path};
	if (file) {
		result = json_walk(file, take, &r, mem, &problem);
		why = errno;
		fclose(file);
	}
	if (result == JSON_WALK_UNREAD) {
		fprintf(stderr, "modelbook: --baseline '%s': %s\n", path, strerror(why));
		return false;
	}
	if (result == JSON_WALK_BROKEN)
		return refuse(path, problem.line, problem.why);
	if (!lists_are_good(&r))
		return false;
	sort_fingerprints(baseline);
	return true;
}

static bool is_known(const struct baseline *baseline, const char *fingerprint)
{
	uint64_t wanted = strtoull(fingerprint, NULL, 16);

	return baseline->n && bsearch(&wanted, baseline->items, baseline->n,
				      sizeof *baseline->items, compare_fingerprints);
}

size_t baseline_mark(const struct baseline *baseline, struct diag_sink *diags)
{
	size_t found = 0;

	/* No two findings of a run have one fingerprint: the second of two alike is numbered. */
	for (size_t i = 0; i < diags->n; i++) {
		struct finding *finding = &diags->items[i];
		if (!is_known(baseline, finding->fingerprint))
			continue;
		found++;
		if (finding->standing == STANDING_OPEN)
			finding->standing = STANDING_KNOWN;
	}
	return baseline->n - found;
}
