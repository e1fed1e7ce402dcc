/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_select.c - which findings `check` reports: by path, revision, rule and severity */
#include "cli/check_select.h"
#include "base/text.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- options ---- */

static size_t area_length(const char *id)
{
	return strcspn(id, "/");
}

/* Ids of rules, and areas as their first rule has them. */
static size_t rule_words(struct arena *mem, const char **words)
{
	size_t n = 0;

	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const char *id = rule_info((enum rule)i)->id;
		char *area = arena_strndup(mem, id, area_length(id));
		bool listed = false;
		for (size_t k = 0; k < n && !listed; k++)
			listed = !strcmp(words[k], area);
		if (!listed)
			words[n++] = area;
		words[n++] = id;
	}
	return n;
}

/* Takes a rule, or all rules of an area. */
static bool take_rule(struct arena *mem, const char *word, struct selection *selection)
{
	const char *words[2 * RULE_COUNT], *nearest;
	bool found = false;

	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const char *id = rule_info((enum rule)i)->id;
		size_t n = area_length(id);
		if (strcmp(id, word) != 0 && (strncmp(id, word, n) != 0 || word[n]))
			continue;
		selection->rules[i] = found = true;
	}
	selection->by_rule = true;
	if (found)
		return true;
	nearest = text_nearest(word, words, rule_words(mem, words));
	fprintf(stderr,
		"modelbook: --rule: no rule or area '%s'%s%s%s; 'modelbook explain' lists all\n",
		word, nearest ? ", did you mean '" : "", nearest ? nearest : "",
		nearest ? "'?" : "");
	return false;
}

static bool take_severity(const char *word, struct selection *selection)
{
	static const char *const levels[] = {"note", "warning", "error"};
	const char *nearest;

	if (!word || severity_find(word, &selection->least))
		return true;
	nearest = text_nearest(word, levels, sizeof levels / sizeof *levels);
	fprintf(stderr, "modelbook: --severity takes note, warning or error, found '%s'%s%s%s\n",
		word, nearest ? ", did you mean '" : "", nearest ? nearest : "",
		nearest ? "'?" : "");
	return false;
}

bool selection_options(struct arena *mem, const struct arguments *arguments,
		       struct selection *selection)
{
	const char *baseline = option_text(arguments, "baseline");

	*selection = (struct selection){.since = option_text(arguments, "since"),
					.has_baseline = baseline != NULL,
					.least = SEVERITY_NOTE};
	for (size_t i = 0; i < arguments->n_values; i++)
		if (!strcmp(arguments->values[i].name, "rule") &&
		    !take_rule(mem, arguments->values[i].value, selection))
			return false;
	return take_severity(option_text(arguments, "severity"), selection) &&
	       (!baseline || baseline_read(mem, baseline, &selection->baseline));
}

bool selection_paths(struct session *s, const struct arguments *arguments,
		     struct selection *selection)
{
	char root[PATH_MAX], real[PATH_MAX];

	selection->paths = arena_new(s->mem, const char *, arguments->n_operands);
	if (!realpath(s->dir, root)) {
		fprintf(stderr, "modelbook: '%s': %s\n", s->dir, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < arguments->n_operands; i++) {
		size_t n = strlen(root);
		if (!realpath(arguments->operands[i], real)) {
			fprintf(stderr, "modelbook: '%s': %s\n", arguments->operands[i],
				strerror(errno));
			return false;
		}
		if (!strcmp(real, root)) {
			selection->paths[selection->n_paths++] = "";
			continue;
		}
		if (strncmp(real, root, n) != 0 || (real[n] != '/' && strcmp(root, "/") != 0)) {
			fprintf(stderr, "modelbook: '%s' is outside the workspace '%s'\n",
				arguments->operands[i], s->dir);
			return false;
		}
		selection->paths[selection->n_paths++] =
		    arena_strdup(s->mem, real + n + (real[n] == '/'));
	}
	return true;
}

/* ---- findings ---- */

static bool lies_under(const struct selection *selection, const char *path)
{
	for (size_t i = 0; i < selection->n_paths; i++) {
		size_t n = strlen(selection->paths[i]);
		if (!n || (!strncmp(path, selection->paths[i], n) && (!path[n] || path[n] == '/')))
			return true;
	}
	return !selection->n_paths;
}

bool selection_covers(const struct selection *selection, enum rule rule, const char *path)
{
	return !selection->since && selection->least == SEVERITY_NOTE &&
	       (!selection->by_rule || selection->rules[rule]) && lies_under(selection, path);
}

/* What says that something could not be done is not left out by rule, severity or age: the exit
 * status of 2 would stand without a word, or not stand at all. */
static bool is_selected(const struct session *s, const struct selection *selection,
			const struct changes *changes, const struct finding *finding)
{
	if (finding->at.source && !lies_under(selection, finding->at.source->path))
		return false;
	if (rule_cannot(finding->rule))
		return true;
	if (selection->by_rule && !selection->rules[finding->rule])
		return false;
	if (finding->severity < selection->least)
		return false;
	return !changes || changes_concern(s, changes, finding);
}

static void say_gone(const struct session *s, const struct selection *selection, size_t gone)
{
	if (gone && !s->quiet)
		fprintf(stderr,
			"modelbook: %zu finding%s of the baseline '%s' %s gone: write it anew\n",
			gone, gone == 1 ? "" : "s", selection->baseline.path,
			gone == 1 ? "is" : "are");
}

static void say_changes(const struct session *s, const struct changes *changes)
{
	if (s->quiet)
		return;
	if (changes->everything)
		fprintf(stderr, "modelbook: everything is reported: %s\n", changes->everything);
	else
		fprintf(stderr, "modelbook: since '%s': %zu file%s changed, %zu deleted\n",
			changes->rev, changes->n_changed, changes->n_changed == 1 ? "" : "s",
			changes->n_deleted);
}

bool selection_apply(struct session *s, const struct selection *selection)
{
	struct changes changes;
	size_t kept = 0;

	if (selection->since) {
		if (!changes_read(s, selection->since, &changes))
			return false;
		say_changes(s, &changes);
	}
	if (selection->has_baseline)
		say_gone(s, selection, baseline_mark(&selection->baseline, &s->diags));
	for (size_t i = 0; i < s->diags.n; i++)
		if (is_selected(s, selection, selection->since ? &changes : NULL,
				&s->diags.items[i]))
			s->diags.items[kept++] = s->diags.items[i];
	s->diags.n = kept;
	return true;
}
