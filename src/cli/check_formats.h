/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_formats.h - the formats of `check`, in one table */
#ifndef CLI_CHECK_FORMATS_H
#define CLI_CHECK_FORMATS_H
#include "cli/check_memo.h"
#include "cli/session.h"
#include "export/findings.h"

struct check_format {
	const char *name;
	const char *summary; /* who reads it */
	void (*write)(struct session *s, const struct findings_report *report, struct out *to);
	bool says_counts; /* the output holds the counts: no line on standard error */
};

/* The format of this name, text for NULL; NULL and a message with the list where there is none. */
const struct check_format *check_format_find(const char *name);
/* Writes the findings to standard output, and what else a format is due: the job summary of
 * GITHUB_STEP_SUMMARY (a failure to write it is a message, no lost check). Completes `report`: its
 * covers, scope and with_baseline are the caller's. `memo` (may be NULL) keeps what was
 * written. Returns the exit status. */
int check_format_print(const struct check_format *format, struct session *s,
		       struct findings_report *report, struct check_memo *memo);
#endif
