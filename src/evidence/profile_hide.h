/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_hide.h - between profile_hide.c, which hides small counts, profile_line.c, which
 * joins bins of scores, and profile_groups.c, which hides groups */
#ifndef EVIDENCE_PROFILE_HIDE_H
#define EVIDENCE_PROFILE_HIDE_H
#include "evidence/profile.h"

struct hider {
	struct arena *mem;
	struct profile *profile;
	size_t least;
	struct profile_part **parts; /* the whole first, the rest last */
	size_t n_parts;
	struct profile_part rest;          /* rows in no window that is shown */
	struct profile_outcomes whole;     /* as counted */
	struct profile_outcomes *original; /* as counted, of each window that is shown */
};

static inline bool profile_is_few(const struct hider *h, size_t count)
{
	return count > 0 && count < h->least;
}

/* Takes the rows of `o` out of `from`. */
void profile_take_outcomes(struct profile_outcomes *from, const struct profile_outcomes *o,
			   size_t n_bins);

/* -- lines ------------------------------------------------------------------------------------ */

/* Outcomes along their scores, as far as the file tells them. */
struct score_line {
	const struct profile_outcomes *outcomes;
	bool decided; /* the table is shown: it cuts the line at the threshold */
};

struct score_lines {
	LIST_OF(struct score_line);
};

/* Joins bins, alike in all lines, until between two cuts that are shown no line has few rows,
 * positives or negatives, and no sum of scores bounds few of them narrowly. Bins joined already
 * stay joined. False where even all bins together would show few. */
bool profile_join_scores(const struct hider *h, const struct score_lines *lines, bool *joined);
/* Joins bins of the score's own column until they and the outcomes do not cut off few rows between
 * them, in any part or in what the whole has beyond some of the windows. */
void profile_part_overlaps(struct hider *h, size_t column);
/* True where so few scores lie outside 0 to 1 that table and bins would tell their labels. */
bool profile_outside_is_few(const struct hider *h, const struct profile_outcomes *o);

/* -- groups ----------------------------------------------------------------------------------- */

/* Hides tables with small cells, and the smallest others while the sum of those hidden has one:
 * `rest` is what the whole has beyond all n. */
void profile_hide_tables(const struct hider *h, struct profile_outcomes *const *tables, size_t n,
			 const struct profile_outcomes *rest);
bool profile_table_is_few(const struct hider *h, const struct profile_outcomes *o);
/* Lets go of bins of scores and their sums, as joined. */
void profile_move_scores(const struct hider *h, struct profile_outcomes *o, const bool *joined);
/* Leaves out groups with small cells in any column of groups, and what would tell of them. */
void profile_hide_groups(struct hider *h, const bool *joined_above);
#endif
