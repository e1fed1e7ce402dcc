/* read/markdown.h - Markdown as a flat tree that knows its bytes
 *
 * cmark-gfm (tables, task lists, strikethrough, footnotes) is run in worker processes after a
 * guard has bounded the structure of the text; what comes back is one block of memory without
 * pointers, checked before it is used. Nodes stand in document order: the children of node i
 * begin at i + 1, its subtree ends before nodes[i].after. */
#ifndef READ_MARKDOWN_H
#define READ_MARKDOWN_H
#include "base/diag.h"
#include "base/store.h"
#include <stdbool.h>
#include <stdint.h>

enum md_type {
	MD_DOCUMENT,
	MD_QUOTE,
	MD_LIST,
	MD_ITEM,
	MD_CODE_BLOCK,
	MD_HTML_BLOCK,
	MD_PARAGRAPH,
	MD_HEADING,
	MD_RULE,
	MD_TABLE,
	MD_TABLE_ROW,
	MD_TABLE_CELL,
	MD_FOOTNOTE,
	/* inline */
	MD_TEXT,
	MD_SOFT_BREAK,
	MD_LINE_BREAK,
	MD_CODE,
	MD_HTML_INLINE,
	MD_EMPHASIS,
	MD_STRONG,
	MD_STRIKE,
	MD_LINK,
	MD_IMAGE,
	MD_FOOTNOTE_REF,
	MD_TYPE_COUNT
};

enum md_flag {
	MD_ORDERED = 1, /* list: numbered */
	MD_TIGHT = 2,   /* list: items without paragraphs */
	MD_TASK = 4,    /* item: has a check box */
	MD_TICKED = 8,  /* item: the box is ticked */
	MD_HEADER = 16, /* table row: the header */
	MD_ALIGN_LEFT = 32,
	MD_ALIGN_CENTER = 64,
	MD_ALIGN_RIGHT = 128, /* table cell */
	MD_BARE = 256 /* link: found by our own pass in plain text (http, https, www., e-mail) */
};

/* Offsets into md_tree.text; every string there is NUL-terminated UTF-8. */
struct md_node {
	uint8_t type;            /* enum md_type */
	uint8_t level;           /* heading: 1..6 */
	uint16_t flags;          /* enum md_flag */
	uint32_t after;          /* index behind the subtree */
	uint32_t parent;         /* index; the document's is 0 */
	uint32_t start, end;     /* bytes of the source; inline places are clamped to their block */
	uint32_t text, text_len; /* text, code, html: contents; heading: its plain text;
				    code block: contents; footnote: its label */
	uint32_t extra, extra_len; /* link, image: destination; heading: its id (GitHub's slug,
				      -1, -2 … for repeats); code block: info string;
				      list: unused; footnote ref: label */
	uint32_t title, title_len; /* link, image: title */
	uint32_t number; /* ordered list: first number; footnote and its refs: 1-based order;
			    table: number of columns */
};

struct md_tree {
	const struct md_node *nodes;
	uint32_t n;
	const char *text;
	uint32_t text_len;
	bool refused; /* the text was not read, and a finding says why: the document is empty */
	bool is_gist; /* its gist was taken: the document is empty */
};

static inline const char *md_text(const struct md_tree *t, const struct md_node *n)
{
	return t->text + n->text;
}
static inline const char *md_extra(const struct md_tree *t, const struct md_node *n)
{
	return t->text + n->extra;
}
static inline const char *md_title(const struct md_tree *t, const struct md_node *n)
{
	return t->text + n->title;
}
/* The plain text of a subtree's inline content, space for breaks; lives in `mem`. */
char *md_plain(struct arena *mem, const struct md_tree *tree, uint32_t node);

struct md_input {
	struct source *source;
	uint32_t body_start; /* where the Markdown begins, behind front matter */
	size_t id;           /* the caller's, for gists */
	const char *gist;    /* what the gist of this text depends on besides it; NULL: its tree is
				wanted */
};

/* What may stand for trees where not all of them is needed. It is made in the worker that made the
 * tree, and kept in its place. */
struct md_gists {
	/* In a worker: writes the gist of an input; false where the tree is to be handed back. */
	bool (*make)(void *ctx, size_t id, const struct md_tree *tree, struct out *to);
	/* In threads: takes what make() wrote, which lives as long as `mem`; false where it is not
	 * sound, for workers are not trusted. */
	bool (*take)(void *ctx, size_t id, struct arena *mem, const void *bytes, size_t n);
	void *ctx;
	const char *key; /* what all gists depend on */
};

/* Parses n texts in at most `jobs` processes; trees[i] is the tree of inputs[i], and lives as long
 * as `mem`. A text
 * that is over the guards or limits is doc/unsafe, said with its reason and line, and gives an
 * empty document. Trees that `store` holds are taken from it, others put into it; NULL: no store.
 */
void md_parse_all(struct arena *mem, struct store *store, const struct md_input *inputs, size_t n,
		  size_t jobs, struct md_tree *trees, struct diag_sink *diags);
/* md_parse_all() with gists (NULL: none); the tree of a text whose gist was taken is empty. */
void md_parse_gists(struct arena *mem, struct store *store, const struct md_input *inputs, size_t n,
		    size_t jobs, const struct md_gists *gists, struct md_tree *trees,
		    struct diag_sink *diags);
/* Parses one text in this process: for trusted templates. The guards hold all the same. Threads
 * wait for one another. */
struct md_tree md_parse_trusted(struct arena *mem, const struct md_input *input,
				struct diag_sink *diags);

/* The guard (tests): 0 where the text may be given to cmark-gfm, else a reason and its offset. */
const char *md_guard(const char *text, size_t n, size_t *offset);
#endif
