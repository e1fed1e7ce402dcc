/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/version_number.h - version ids that are dotted numbers, and their precedence
 *
 * "3", "1.2", "v1.2.0" are dotted numbers; one of three numbers may have a pre-release and build
 * metadata ("1.2.0-rc.1+abc"), by Semantic Versioning 2.0.0 (semver.org). Leading zeros are read
 * ("2026.01.15"). Whatever else an id is, is no number and has no order. */
#ifndef JUDGE_VERSION_NUMBER_H
#define JUDGE_VERSION_NUMBER_H
#include "base/arena.h"
#include <stdbool.h>

enum { VERSION_NUMBERS = 8 };

/* Borrowed from the id. */
struct version_number {
	struct {
		const char *digits; /* without leading zeros; "" for 0 */
		size_t len;
	} numbers[VERSION_NUMBERS];
	size_t n;            /* of numbers, at least 1 */
	const char *release; /* pre-release, "" for none */
	size_t release_len;
};

/* False where the id is no dotted number, or one of more than VERSION_NUMBERS. */
bool version_number_parse(const char *id, struct version_number *number);
/* Below, at or above 0 by precedence (semver.org, 11): numbers as numbers, one that is not there is
 * 0; a pre-release comes before its release; build metadata does not count. */
int version_number_compare(const struct version_number *a, const struct version_number *b);
/* The first `n` numbers, as text that is the same for the same numbers: "1.2". In `mem`. */
char *version_number_line(struct arena *mem, const struct version_number *number, size_t n);
/* Text that is the same for numbers of one precedence. In `mem`. */
char *version_number_key(struct arena *mem, const struct version_number *number);
#endif
