/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/stress.h - a stretch of the stream as the system would have seen it under a failure */
#ifndef CAPSTONE_STRESS_H
#define CAPSTONE_STRESS_H

#include "capstone/inject.h"
#include "capstone/monitor.h"

/* Events of days [first, last] with their features, which know all that went before. */
struct stretch {
	struct events events;
	struct matrix rows;
};

/* As it was. Lives in `mem`. */
struct stretch stretch_clean(struct arena *mem, const struct prepared *prepared, int32_t first,
			     int32_t last);
/* With a failure on the days [from, to]. `damage` may be NULL. Lives in `mem`. False after
 * findings.
 */
bool stretch_damaged(struct arena *mem, const struct prepared *prepared,
		     const struct failure *failure, int32_t from, int32_t to, int32_t first,
		     int32_t last, struct stretch *stretch, struct damage *damage,
		     struct diag_sink *diags);
/* Rows of days [first, last] of a table. */
struct stretch stretch_of(struct arena *mem, const struct events *events, const struct matrix *rows,
			  int32_t first, int32_t last);
double *stretch_scores(struct arena *mem, const struct stretch *stretch, const struct model *model);
/* The same, NAN for what the door turns away: nobody asks a model about it. */
double *stretch_scores_at_door(struct arena *mem, const struct stretch *stretch,
			       const struct model *model);
/* The monitor's reference of a model: its calibration part. Lives in `mem`. */
struct monitor_reference *reference_of(struct arena *mem, const struct prepared *prepared,
				       const struct model *model);
#endif
