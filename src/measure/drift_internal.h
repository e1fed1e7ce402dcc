/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/drift_internal.h - what drift of rows and drift of counts share */
#ifndef MEASURE_DRIFT_INTERNAL_H
#define MEASURE_DRIFT_INTERNAL_H
#include "measure/drift.h"
#include "measure/psi.h"

/* Every figure NAN, the severity unknown. */
struct drift drift_not_measured(const char *column, bool numeric);
/* What hangs on the counts of d->n_bins bins alone: PSI with its chance, and the distances. */
void drift_measure_bins(struct arena *scratch, const size_t *reference, const size_t *current,
			enum psi_bins bins, struct drift *d);
#endif
