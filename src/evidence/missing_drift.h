/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/missing_drift.h - whether a value is there, judged as a column of two categories
 *
 * PSI leaves missing values out: a feed that breaks for half of the rows does not move it. So the
 * share of rows without a value is held against the reference's by the same figure, the same bands
 * and the same test of chance, over all columns of the window together. */
#ifndef EVIDENCE_MISSING_DRIFT_H
#define EVIDENCE_MISSING_DRIFT_H
#include "evidence/figures.h"
#include "measure/drift.h"

/* One for each of n columns: psi, psi_chance and severity of missing against present. psi is NAN,
 * and the severity DRIFT_STABLE, where neither side misses a value, or its rows are not known. NULL
 * where that is so of all. */
const struct drift *missing_drift(struct arena *mem, struct arena *scratch,
				  const struct drift *drift, size_t n, struct drift_bands bands);
#endif
