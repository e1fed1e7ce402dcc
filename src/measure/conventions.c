/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/conventions.c - the table of figures, and finding a figure in it */
#include "measure/conventions.h"
#include <stdbool.h>
#include <string.h>

#define FIGURE(group, name, title, range, reading, formula, convention, elsewhere, source)         \
	{group, name, title, range, reading, formula, convention, elsewhere, source},
const struct convention conventions[] = {
#include "measure/conventions.def"
};
#undef FIGURE
const size_t n_conventions = sizeof conventions / sizeof *conventions;

/* True where the first `n` bytes of `text` are `whole`. */
static bool is(const char *text, size_t n, const char *whole)
{
	return strlen(whole) == n && !memcmp(text, whole, n);
}

static const struct convention *find(const char *group, size_t n_group, const char *name, size_t n)
{
	for (size_t i = 0; i < n_conventions; i++)
		if (is(name, n, conventions[i].name) &&
		    (!group || is(group, n_group, conventions[i].group)))
			return &conventions[i];
	return NULL;
}

const struct convention *convention_find(const char *name)
{
	static const char *const ends[] = {"", "_low", "_high", "_note"};
	const char *dot = strchr(name, '.'), *group = dot ? name : NULL;
	size_t n_group = dot ? (size_t)(dot - name) : 0, n;

	name = dot ? dot + 1 : name;
	n = strlen(name);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t end = strlen(ends[i]);
		const struct convention *found = NULL;

		if (n > end && !strcmp(name + n - end, ends[i]))
			found = find(group, n_group, name, n - end);
		if (found)
			return found;
	}
	return NULL;
}
