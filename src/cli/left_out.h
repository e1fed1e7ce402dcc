/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/left_out.h - the columns that `drift` did not compare, and why */
#ifndef CLI_LEFT_OUT_H
#define CLI_LEFT_OUT_H
#include "cli/print_table.h"
#include "evidence/measure_log.h"

size_t left_out_count(const struct log_taken *taken, enum left_out why);
/* "a, b and 3 more", visible, in the order of the log. */
const char *left_out_names(struct arena *mem, const struct log_taken *taken, enum left_out why,
			   size_t most);
/* "Not compared: a, b: why"; NULL where no column was left out for this reason. */
const char *left_out_sentence(struct arena *mem, const struct log_taken *taken, enum left_out why);
#endif
