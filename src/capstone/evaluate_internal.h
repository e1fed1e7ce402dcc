/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/evaluate_internal.h - cells of a prediction log, for all who write one */
#ifndef CAPSTONE_EVALUATE_INTERNAL_H
#define CAPSTONE_EVALUATE_INTERNAL_H

#include "base/csv_write.h"
#include "capstone/features.h"

void log_time(struct csv_writer *csv, int64_t seconds);      /* to the minute, in UTC */
void log_label(struct csv_writer *csv, unsigned char label); /* 1, 0 or empty */
void log_score(struct csv_writer *csv, double score);        /* of 6 decimals, empty where NAN */
/* The groups, then the features that drift is measured of; the row ends behind them. */
void log_value_names(struct csv_writer *csv, const struct plan *plan,
		     const struct feature_list *list);
void log_values(struct csv_writer *csv, const struct events *events, const struct matrix *features,
		size_t row);
#endif
