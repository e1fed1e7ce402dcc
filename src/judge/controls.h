/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/controls.h - whether what a control names does satisfy it
 *
 * Computed from what is there, never typed:
 *
 *   satisfied         every carrier is there: the section holds content and all that its template
 *                     asks for in it, the document holds the item, the field, rule, threshold,
 *                     command or test exists
 *   planned           it names nothing yet
 *   not checked here  one that names nothing wrong, but a carrier of which this run cannot tell
 *   missing           a carrier is not there, or falls short */
#ifndef JUDGE_CONTROLS_H
#define JUDGE_CONTROLS_H
#include "catalog/controls.h"
#include "judge/judge.h"

/* From good to bad; the status of a control with carriers is that of its worst. */
enum control_status {
	CONTROL_SATISFIED,
	CONTROL_PLANNED,
	CONTROL_UNCHECKED,
	CONTROL_MISSING,
	CONTROL_STATUSES
};

const char *control_status_name(enum control_status status);  /* "satisfied", … */
const char *control_status_shape(enum control_status status); /* "●", … */

/* CONTROL_SATISFIED, CONTROL_UNCHECKED or CONTROL_MISSING; *because says why it is not satisfied,
 * "" where it is. Lives in `mem`. */
enum control_status judge_carrier(struct arena *mem, const struct carrier *carrier,
				  const char **because);
enum control_status judge_control(struct arena *mem, const struct control *control);

struct control_counts {
	size_t by_status[CONTROL_STATUSES], all;
};
struct control_counts judge_framework(struct arena *mem, const struct framework *framework);
#endif
