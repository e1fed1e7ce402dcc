/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/language_text.c - a block of a document as words that know their bytes
 *
 * Code, pictures, addresses and quotations are one word each that is in no phrase; what is struck
 * out and comments are left out. */
#include "base/text.h"
#include "judge/language_internal.h"
#include <string.h>

enum { OPAQUE = '\x01' }; /* stands for what is not read; no text of a document has it */

static void add_piece(struct block *b, uint32_t node, size_t from, unsigned classes)
{
	const struct md_node *n = &b->doc->body.nodes[node];
	const struct source *source = b->doc->source;
	size_t length = b->text.n - from;

	if (!length)
		return;
	*ARENA_PUSH(b->mem, &b->pieces) = (struct block_piece){
	    .node = node,
	    .start = (uint32_t)from,
	    .end = (uint32_t)b->text.n,
	    .classes = classes,
	    .verbatim = n->type == MD_TEXT && n->end <= source->len && n->end > n->start &&
			n->end - n->start == length &&
			!memcmp(source->text + n->start, b->text.p + from, length),
	};
}

static void add_opaque(struct block *b, uint32_t node, unsigned classes)
{
	size_t from = b->text.n;

	out_putc(&b->text, OPAQUE);
	add_piece(b, node, from, classes);
}

/* Whether a link's text is its address. */
static bool is_address(const struct md_tree *tree, uint32_t node)
{
	const struct md_node *n = &tree->nodes[node];

	return (n->flags & MD_BARE) ||
	       (node + 1 < n->after && tree->nodes[node + 1].type == MD_TEXT &&
		text_starts_with(md_text(tree, &tree->nodes[node + 1]), "http"));
}

/* Adds the inline content of `node`. */
static void add_inline(struct block *b, uint32_t node)
{
	const struct md_tree *tree = &b->doc->body;
	uint32_t link_end = 0;

	for (uint32_t i = node + 1; i < tree->nodes[node].after;) {
		const struct md_node *n = &tree->nodes[i];
		unsigned link = i < link_end ? CLASS_LINK : 0;
		size_t from = b->text.n;
		switch (n->type) {
		case MD_TEXT:
			out_write(&b->text, md_text(tree, n), n->text_len);
			add_piece(b, i, from, link);
			break;
		case MD_SOFT_BREAK:
		case MD_LINE_BREAK:
			out_putc(&b->text, ' ');
			break;
		case MD_CODE:
			add_opaque(b, i, CLASS_CODE | link);
			break;
		case MD_HTML_INLINE:
			if (!strncasecmp(md_text(tree, n), "<br", 3))
				out_putc(&b->text, ' ');
			break;
		case MD_IMAGE:
		case MD_STRIKE:
			i = n->after;
			continue;
		case MD_LINK:
			link_end = n->after;
			if (!is_address(tree, i))
				break;
			add_opaque(b, i, CLASS_LINK);
			i = n->after;
			continue;
		default:
			break;
		}
		i++;
	}
}

/* Bytes that are searched for a word that is written with escapes, behind the word before it. */
enum { SEARCHED = 4096 };

/* Where bytes [start, end) of the block's text stand in the source. They are looked for from
 * *cursor on in the piece's node, where that was written with escapes. */
static struct span place(const struct block *b, const struct block_piece *piece, size_t start,
			 size_t end, uint32_t *cursor)
{
	const struct md_tree *tree = &b->doc->body;
	const struct md_node *n = &tree->nodes[piece->node];
	struct source *source = b->doc->source;
	size_t from = start - piece->start;
	const char *word = b->text.p + start, *found;
	/* a text that was not found in the source has no length, but a block that it is in */
	uint32_t limit = n->end > n->start ? n->end : tree->nodes[b->node].end;

	if (end > piece->end)
		end = piece->end;
	if (n->type != MD_TEXT || limit > source->len)
		return span_at(source, n->start, n->end);
	if (piece->verbatim)
		return span_at(source, n->start + from, n->start + from + (end - start));
	if (*cursor < n->start || *cursor > limit)
		*cursor = n->start;
	if (limit - *cursor > SEARCHED)
		limit = *cursor + SEARCHED;
	found = memmem(source->text + *cursor, limit - *cursor, word, end - start);
	if (!found)
		return span_at(source, n->start, n->end);
	*cursor = (uint32_t)(found + (end - start) - source->text);
	return span_at(source, *cursor - (end - start), *cursor);
}

static const struct block_piece *piece_at(const struct block *b, size_t offset, size_t *from)
{
	while (*from < b->pieces.n && b->pieces.items[*from].end <= offset)
		++*from;
	return *from < b->pieces.n && b->pieces.items[*from].start <= offset
		   ? &b->pieces.items[*from]
		   : NULL;
}

static void add_word(struct block *b, const struct text_word *word, size_t *at, uint32_t *cursor)
{
	struct phrase_word *to = ARENA_PUSH(b->mem, &b->words);
	const struct block_piece *first = piece_at(b, word->start, at), *last;
	size_t behind = *at;

	to->kind = word->kind;
	if (!first)
		return;
	to->classes = first->classes;
	phrases_word(b->phrases, word, to);
	to->at = place(b, first, word->start, word->end, cursor);
	last = piece_at(b, word->end - 1, &behind);
	if (last && last != first) {
		uint32_t other = 0;
		size_t start = last->start > word->start ? last->start : word->start;
		to->at.end = place(b, last, start, word->end, &other).end;
	}
}

/* The words between code and the like: those stand between as words of their own. */
static void read_words(struct block *b)
{
	struct word_reader reader = {.text = out_text(&b->text), .n = b->text.n};
	struct text_word word;
	size_t at = 0, opaque_at = 0;
	uint32_t cursor = 0;

	while (word_next(&reader, b->mem, &word)) {
		for (size_t piece = opaque_at; piece < b->pieces.n; piece++) {
			const struct block_piece *p = &b->pieces.items[piece];
			if (p->start >= word.start)
				break;
			opaque_at = piece + 1;
			if (b->text.p[p->start] == OPAQUE)
				*ARENA_PUSH(b->mem, &b->words) =
				    (struct phrase_word){.kind = WORD_TEXT, .classes = p->classes};
		}
		add_word(b, &word, &at, &cursor);
	}
	for (size_t piece = opaque_at; piece < b->pieces.n; piece++)
		if (b->text.p[b->pieces.items[piece].start] == OPAQUE)
			*ARENA_PUSH(b->mem, &b->words) = (struct phrase_word){
			    .kind = WORD_TEXT, .classes = b->pieces.items[piece].classes};
}

void block_read(struct block *b, uint32_t node)
{
	out_clear(&b->text);
	b->pieces.n = b->words.n = 0;
	b->node = node;
	add_inline(b, node);
	if (b->text.n)
		read_words(b);
}
