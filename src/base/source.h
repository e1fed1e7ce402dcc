/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/source.h - a text that was read, and places in it
 *
 * A place is a span of bytes; its line and column are found when it is printed. */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H
#include "base/arena.h"
#include <stdint.h>

/* A line of an excerpt: its number in the file, and how many bytes in front of it are left out. */
struct source_cut {
	uint32_t line, before;
};

struct source {
	const char *path; /* as shown: relative to the workspace, `default:…` for built-in files */
	const char *text; /* borrowed; NULL for a file that is only named */
	size_t len;
	uint32_t *line_starts; /* offset of each line */
	size_t n_lines;
	const char *sha256;            /* of the text, hex; NULL where nobody has computed it */
	const struct source_cut *cuts; /* of each line, ascending, where the text is an excerpt of
					  a file that is not kept; NULL: the whole */
};

/* Bytes [start, end) of `source`. A zero span is nowhere: a finding about the run itself. */
struct span {
	struct source *source;
	uint32_t start, end;
};

struct position {
	uint32_t line, column;         /* 1-based; columns count bytes */
	uint32_t end_line, end_column; /* end_column is one past the last byte */
};

/* A source in `mem` for a text that outlives it. Texts are under 4 GiB. */
struct source *source_new(struct arena *mem, const char *path, const char *text, size_t len);
/* A source that has a path and no text: its spans print as line 1, column 1. */
struct source *source_named(struct arena *mem, const char *path);
/* Lines end with LF or CRLF. Places past the end are clamped to it. */
struct position source_position(const struct span *at);
/* The bytes of line `line` (1-based) without its line ending. */
const char *source_line(struct source *source, uint32_t line, size_t *len);
struct span span_at(struct source *source, size_t start, size_t end);
#endif
