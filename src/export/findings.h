/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings.h - findings in the formats that other tools read
 *
 * One list of findings, sorted and with fingerprints (diag_finish), in the shape of each consumer.
 * Columns inside are bytes; each writer converts to what its format counts. Allowed findings
 * (STANDING_ALLOWED) and known ones (STANDING_KNOWN) are told apart where a format can say so and
 * left out where it cannot. */
#ifndef EXPORT_FINDINGS_H
#define EXPORT_FINDINGS_H
#include "catalog/workspace.h"

struct findings_report {
	const struct workspace *ws;
	const struct diag_sink *findings; /* finished */
	const char *version;              /* of the program */
};

/* SARIF 2.1.0 (OASIS), one run; columns in unicode code points; rules with help. At most 5,000
 * results, the gravest first, since consumers keep no more; a notification says what was left
 * out. */
void findings_write_sarif(const struct findings_report *report, struct out *to);
/* JUnit XML: a test suite, a test case for each document or record and rule that was checked on
 * it, passed or failed; one failure holds all findings of its case. */
void findings_write_junit(const struct findings_report *report, struct out *to);
/* Workflow commands of GitHub Actions (::error file=…::…): at most ten errors, ten warnings and ten
 * notices, as many as are shown, and a last line with all counts. */
void findings_write_github(const struct findings_report *report, struct out *to);
/* The summary of a GitHub job in Markdown: counts and all findings, within `max_bytes`. */
void findings_write_github_summary(const struct findings_report *report, size_t max_bytes,
				   struct out *to);
/* GitLab Code Quality: an array of issues. */
void findings_write_gitlab(const struct findings_report *report, struct out *to);
/* Reviewdog Diagnostic Format, a line for each finding. */
void findings_write_rdjsonl(const struct findings_report *report, struct out *to);
#endif
