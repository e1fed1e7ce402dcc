/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/yaml_internal.h - what the parts of the YAML reader share */
#ifndef READ_YAML_INTERNAL_H
#define READ_YAML_INTERNAL_H
#include "base/map.h"
#include "read/yaml.h"

/* The bytes [start, end) of a source as they are given to libyaml. */
struct yaml_feed {
	struct source *source;
	size_t start, end;
	const char *text; /* for byte `start`; the source's, or a copy with stand-ins */
	size_t len;
	bool stand_ins; /* line breaks of YAML 1.1 were replaced in the copy */
	bool ascii;     /* every byte is one character */
};

/* Stand-ins for U+0085, U+2028 and U+2029, which libyaml takes for line breaks as YAML 1.1 did;
 * in YAML 1.2 they are characters like others. The gate refuses texts that hold the stand-ins
 * themselves. */
#define YAML_STAND_IN_PREFIX "\xEF\xB7" /* U+FDD0, U+FDD1, U+FDD2 */

/* Finds what no YAML text may hold: bytes that are not UTF-8, control characters, noncharacters,
 * byte order marks behind the start. True where there is none; findings at the exact byte,
 * one a line at most. */
bool yaml_gate(struct source *source, size_t start, size_t end, enum rule rule,
	       struct diag_sink *diags);
/* The text behind a leading byte order mark, with stand-ins where it needs them. */
struct yaml_feed yaml_feed_new(struct arena *mem, struct source *source, size_t start, size_t end);
/* Writes the characters again that stand-ins stand for; *count is their number. Returns the new
 * length. */
size_t yaml_restore(char *text, size_t len, size_t *count);
/* Number of characters in source bytes [start, end) that stand-ins are made for. */
size_t yaml_count_special(const struct yaml_feed *feed, size_t start, size_t end);

/* A refusal of libyaml in words for people. */
struct yaml_refusal {
	const char *problem; /* libyaml's own words */
	const char *context; /* NULL: any */
	bool at_context;     /* points where the construct began */
	const char *detail, *help;
};
/* Never NULL; `detail` is NULL where the table does not know the problem. */
const struct yaml_refusal *yaml_refusal_find(const char *problem, const char *context);
/* The start of the next line behind byte `from` that looks like a key of the outermost map, `end`
 * where there is none: there reading goes on after a refusal. */
size_t yaml_resume_at(const char *text, size_t from, size_t end);
/* Byte behind blank lines, comments and `...` lines from `from` on: where further content would
 * be; `end` where there is none. */
size_t yaml_skip_void(const char *text, size_t from, size_t end);
#endif
