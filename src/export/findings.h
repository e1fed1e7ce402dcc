/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings.h - findings in the formats that other tools read
 *
 * One list of findings, sorted and with fingerprints (diag_finish), in the shape of each consumer.
 * Columns inside are bytes; each writer converts to what its format counts. Allowed findings
 * (STANDING_ALLOWED) and known ones (STANDING_KNOWN) are told apart where a format can say so and
 * left out where it cannot. Text from documents and names of files are hostile: bytes that are no
 * text and control characters are made visible or replaced in findings_common.c alone. */
#ifndef EXPORT_FINDINGS_H
#define EXPORT_FINDINGS_H
#include "catalog/workspace.h"

struct findings_report {
	const struct workspace *ws;
	const struct diag_sink *findings; /* finished */
	const char *version;              /* of the program */
	const char *prefix;               /* the way from the repository's root to the workspace,
					     "" where they are one; NULL is "" */
	bool with_baseline;               /* findings were held against a baseline */
	bool failed;                      /* exit status 2: not all could be read and judged */
	/* Whether findings of a rule in a file (a path in the workspace, "" for none) would be
	 * among the findings; NULL: they all would. What nobody looked for has not passed. */
	bool (*covers)(const void *scope, enum rule rule, const char *path);
	const void *scope;
};

/* SARIF 2.1.0 (OASIS), one run; columns in unicode code points; rules with help. At most 5,000
 * results, the gravest first, since consumers keep no more; a notification says what was left
 * out. */
void findings_write_sarif(const struct findings_report *report, struct out *to);
/* JUnit XML: a test suite for each file, in it a test case for each rule that was checked on it,
 * passed or failed; one failure holds all errors of its case. Warnings and notes fail nothing and
 * stand in the case's output. Where that would be over 20,000 cases, the rules of one area that
 * found nothing in a file are one case. */
void findings_write_junit(const struct findings_report *report, struct out *to);
/* Workflow commands of GitHub Actions (::error file=…::…): at most ten errors, ten warnings and ten
 * notices, as many as are shown; the others as plain lines, and a last line with all counts. */
void findings_write_github(const struct findings_report *report, struct out *to);
/* The summary of a GitHub job in Markdown: counts and all findings, within `max_bytes`. Nothing
 * where not even the counts have room. */
void findings_write_github_summary(const struct findings_report *report, size_t max_bytes,
				   struct out *to);
/* GitLab Code Quality: an array of issues. */
void findings_write_gitlab(const struct findings_report *report, struct out *to);
/* Reviewdog Diagnostic Format, a line for each finding. */
void findings_write_rdjsonl(const struct findings_report *report, struct out *to);
#endif
