/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_internal.h - what the formats of findings share */
#ifndef EXPORT_FINDINGS_INTERNAL_H
#define EXPORT_FINDINGS_INTERNAL_H
#include "export/findings.h"

/* Where a consumer shows a finding. */
struct finding_place {
	const char *path;      /* in the repository; in the defaults: below their folder */
	bool nowhere;          /* the finding has no file; path is that of modelbook.yaml */
	bool in_defaults;      /* in an installed default, which the repository does not hold */
	struct position bytes; /* columns count bytes */
	struct position chars; /* columns count unicode code points, never past the line's end */
};
/* Texts of the place live in `mem`. */
struct finding_place findings_place(const struct findings_report *report,
				    const struct finding *finding, struct arena *mem);
/* The path of a workspace's file in its repository; lives in `mem`, or is `path`. */
const char *findings_path(const struct findings_report *report, const char *path,
			  struct arena *mem);
/* The finding's message; where no consumer can open its file (an installed default), the place
 * stands before it. No control characters but TAB; lives in `mem`. */
const char *findings_message(const struct finding *finding, const struct finding_place *place,
			     struct arena *mem);
/* findings_message(), and behind a line's end the help, where there is one. */
const char *findings_advice(const struct finding *finding, const struct finding_place *place,
			    struct arena *mem);
/* `path:line:col: severity: message [id]`, one line; control characters, also in the path, are
 * visible. Lives in `mem`. */
const char *findings_line(const struct finding *finding, const struct finding_place *place,
			  struct arena *mem);
/* Bytes that are no text, and control characters but TAB, as \xNN: what differs stays different.
 * Lives in `mem`. */
const char *findings_visible(const char *text, struct arena *mem);
/* UTF-8 without control characters: bytes that are no text, C0 (also TAB, LF and CR, unless
 * `keep_space`), DEL, C1, U+FFFE and U+FFFF become U+FFFD. Lives in `mem`. */
const char *findings_clean(const char *text, bool keep_space, struct arena *mem);

/* `"key": "text"`. */
void findings_json_text(struct out *to, const char *key, const char *text);
/* Cleaned text as content of an element or attribute; line ends in attributes stay. */
void findings_xml_text(struct out *to, const char *text, struct arena *mem);

/* Marks the `most` gravest of the findings that are `wanted`: open ones before known and allowed
 * ones, faults before other errors before warnings before notes, and among equals the first.
 * `chosen` has a place for each finding; others keep what they have. Returns how many are wanted.
 */
size_t findings_choose(const struct diag_sink *findings, bool (*wanted)(const struct finding *),
		       size_t most, bool *chosen);
/* "1 error, 2 warnings, 3 notes", and what is allowed or known, where something is. */
const char *findings_counts(const struct findings_report *report, struct arena *mem);
#endif
