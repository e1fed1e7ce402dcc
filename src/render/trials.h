/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/trials.h - tables of what was tried out on purpose: failures, costs, limits of alerts */
#ifndef RENDER_TRIALS_H
#define RENDER_TRIALS_H
#include "render/page_writer.h"

/* Each writes nothing where there is no such record. */

/* Failures put into a version: effect on its main figure and on calibration, alert, verdict. */
void trials_failures(struct page_job *job, struct out *to, const struct version *version);
/* Benchmarks of a model's versions, a row each. */
void trials_benchmarks(struct page_job *job, struct out *to, const struct model *model);
/* Studies of alerts about a model or a version of it: candidates, and the limits taken. */
void trials_alerts(struct page_job *job, struct out *to, const struct model *model);
#endif
