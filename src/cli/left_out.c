/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/left_out.c - the columns that `drift` did not compare, and why */
#include "cli/left_out.h"

static const char *const reasons[N_LEFT_OUT] = {
    [LEFT_NAMES] = "most rows have a value of their own, as ids have; --feature names a column "
		   "that is compared all the same",
    [LEFT_MOMENTS] = "days or moments, which move as time does; --feature names a column that is "
		     "compared all the same",
    [LEFT_COUNTER] = "whole numbers that rise from row to row, as row numbers do; --feature names "
		     "a column that is compared all the same",
    [LEFT_CURRENT] = "not in the reference",
    [LEFT_REFERENCE] = "in the reference alone",
};

size_t left_out_count(const struct log_taken *taken, enum left_out why)
{
	size_t n = 0;

	for (size_t i = 0; i < taken->left_out.n; i++)
		n += taken->left_out.items[i].why == why;
	return n;
}

const char *left_out_names(struct arena *mem, const struct log_taken *taken, enum left_out why,
			   size_t most)
{
	struct out out = {0};
	size_t n = 0, all = left_out_count(taken, why);
	const char *text;

	for (size_t i = 0; i < taken->left_out.n; i++) {
		if (taken->left_out.items[i].why != why || n == most)
			continue;
		out_printf(&out, "%s%s", n++ ? ", " : "",
			   shown_text(mem, taken->left_out.items[i].name, 0));
	}
	if (n < all)
		out_printf(&out, " and %zu more", all - n);
	text = arena_strndup(mem, out_text(&out), out.n);
	out_release(&out);
	return text;
}

const char *left_out_sentence(struct arena *mem, const struct log_taken *taken, enum left_out why)
{
	if (!left_out_count(taken, why))
		return NULL;
	return arena_printf(mem, "Not compared: %s: %s", left_out_names(mem, taken, why, SIZE_MAX),
			    reasons[why]);
}
