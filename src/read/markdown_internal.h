/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_internal.h - what the parts of the Markdown reader share
 *
 * markdown_guard.c bounds the text, markdown_tree.c turns cmark-gfm's tree into nodes of ours (and
 * markdown_plain.c its plain text), markdown_place.c finds where in the source each inline node
 * stands, markdown_link.c finds bare links in plain text; markdown.c runs them in workers and
 * checks what comes back. */
#ifndef READ_MARKDOWN_INTERNAL_H
#define READ_MARKDOWN_INTERNAL_H
#include "read/markdown.h"

enum {
	MD_MAX_BYTES = 8 << 20, /* of one text */
	MD_MAX_DEPTH = 100      /* of our tree, the document included */
};

/* Why a text has no tree. */
enum md_refusal {
	MD_FINE,
	MD_TOO_LONG,
	MD_TOO_DEEP,
	MD_TABLE_TOO_WIDE,
	MD_TABLE_COST,
	MD_IMAGE_COST,
	MD_EMPHASIS_COST,
	MD_REFERENCE_COST,
	MD_REFUSAL_COUNT
};
extern const char *const md_refusal_text[MD_REFUSAL_COUNT];
/* md_guard() with the reason as a number. */
enum md_refusal md_guard_check(const char *text, size_t n, size_t *offset);

/* ---- a tree being made, on the heap ---- */

struct md_build {
	struct md_node *nodes;
	size_t n, cap;
	char *text; /* starts with a NUL: offset 0 is the empty string */
	size_t text_len, text_cap;
	enum md_refusal refusal;
	size_t refusal_at; /* offset in the source */
};
/* Parses bytes [body_start, len) of `source` with cmark-gfm. On a refusal there is no tree. */
void md_build_tree(struct md_build *build, const char *source, size_t len, size_t body_start);
void md_build_release(struct md_build *build);
/* Adds a string; its offset. */
uint32_t md_build_text(struct md_build *build, const char *text, size_t n);

/* ---- places ---- */

/* The lines of a body as cmark counts them: ended by LF, CRLF or CR, the first is line 1. */
struct md_lines {
	const char *source;
	size_t len, body_start;
	uint32_t *starts; /* offset of each line, and the end; heap, n + 1 of them */
	size_t n, cap;
};
void md_lines_find(struct md_lines *lines, const char *source, size_t len, size_t body_start);
/* The offset of a line and column from 1; columns behind the line are its end. */
size_t md_lines_offset(const struct md_lines *lines, int line, int column);
/* The line on which the header of a table stands that begins on `first`: the one before its
 * dashes, which need not be its first, since a paragraph may stand before it in one piece. */
int md_lines_table_header(const struct md_lines *lines, int first);

/* A cursor that walks through the source of one block while its inline nodes are taken in order.
 * cmark-gfm's own inline places are wrong after lazy lines, in tables and where lines are indented
 * otherwise than the first; so the text of each node is looked for from where the last one ended.
 */
struct md_cursor {
	const char *source;
	size_t at, end; /* where the next node is looked for, and where the block ends */
	size_t block;   /* where the block starts */
	size_t budget;  /* bytes that may still be looked through, for the whole text */
};
struct md_range {
	size_t start, end;
};
/* Plain text as cmark gives it (entities and backslashes resolved). */
struct md_range md_place_text(struct md_cursor *c, const char *text, size_t n);
/* How far in the source `n` bytes of such a text reach from `at`. */
size_t md_place_walk(const struct md_cursor *c, size_t at, const char *text, size_t n);
struct md_range md_place_code(struct md_cursor *c);
struct md_range md_place_html(struct md_cursor *c, const char *text, size_t n);
struct md_range md_place_break(struct md_cursor *c);
struct md_range md_place_footnote_ref(struct md_cursor *c);
/* The opening and closing mark of emphasis (`mark` '*', which stands for '_' too) or '~'. */
size_t md_place_mark_open(struct md_cursor *c, char mark, size_t width);
size_t md_place_mark_close(struct md_cursor *c, char mark, size_t width);
/* The bracket that opens a link or image, and what follows it, to the end of its address. */
size_t md_place_link_open(struct md_cursor *c, bool is_image);
size_t md_place_link_close(struct md_cursor *c, size_t open);
/* Moves the cursor behind link definitions at the beginning of a paragraph. */
void md_place_skip_definitions(struct md_cursor *c);

/* ---- bare links ---- */

struct md_bare_link {
	size_t start, end; /* bytes of the text */
	const char
	    *prefix; /* what its address begins with beyond its text: "", "http://", "mailto:" */
};
/* The first bare link of text[from..n). `before` is the byte that stands before text[0] in the
 * source, 0 at the beginning of a block. */
bool md_find_bare_link(const char *text, size_t n, size_t from, char before,
		       struct md_bare_link *link);

/* ---- small ---- */

static inline bool md_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
static inline bool md_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool md_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool md_is_alnum(char c)
{
	return md_is_alpha(c) || md_is_digit(c);
}
static inline bool md_is_punctuation(char c)
{
	return c > ' ' && c < 127 && !md_is_alnum(c);
}
#endif
