/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/language.c - phrases that blame a person, or that nobody can test */
#include "judge/language.h"
#include "base/text.h"
#include "judge/judge_internal.h"
#include "judge/language_internal.h"
#include <string.h>

struct search {
	struct block block;
	enum rule rule;
	struct diag_sink *diags;
};

static bool is(const struct phrase_word *w, unsigned classes)
{
	return w->kind == WORD_TEXT && (w->classes & classes);
}

static bool matches(const struct search *s, enum phrase_list list, size_t at, size_t end)
{
	struct phrase_hit hits[PHRASE_HITS];

	return at < end &&
	       phrases_match(s->block.phrases, list, &s->block.words.items[at], end - at, hits) > 0;
}

/* Where the clause of the word at `at` begins: behind a comma, a break, "because", or an "and"
 * that is not between two nouns of one subject. */
static size_t clause_begin(const struct search *s, size_t begin, size_t at)
{
	const struct phrase_word *words = s->block.words.items;

	while (at > begin && words[at - 1].kind != WORD_COMMA && words[at - 1].kind != WORD_BREAK &&
	       words[at - 1].kind != WORD_OPEN && words[at - 1].kind != WORD_CLOSE &&
	       !is(&words[at - 1], CLASS_CLAUSE | CLASS_AND))
		at--;
	return at;
}

/* Denied, only mentioned, or a condition: "no one was careless", "the phrase human error", "human
 * error is never a cause", "if somebody forgot it". */
static bool is_silent(const struct search *s, size_t begin, size_t at, size_t behind, size_t end)
{
	const struct phrase_word *words = s->block.words.items;
	size_t from = clause_begin(s, begin, at);

	if (from > begin && is(&words[from - 1], CLASS_CLAUSE))
		from--;
	for (size_t i = from; i < at; i++)
		if (matches(s, PHRASES_SILENT_AFTER, i, at))
			return true;
	return matches(s, PHRASES_SILENT_BEFORE, behind, end);
}

/* Whether a phrase counts at words [at, at + n) of a sentence; *who is the person, or NO_WORD. */
static bool counts(const struct search *s, const struct phrase *p, size_t begin, size_t at,
		   size_t n, size_t end, size_t *who)
{
	const struct phrase_word *words = s->block.words.items;
	size_t clause;

	*who = NO_WORD;
	if (p->then_person && (*who = person_at(words, at + n, end)) == NO_WORD)
		return false;
	if (!p->of_person)
		return !is_silent(s, begin, at, at + n, end);
	*who =
	    p->in_clause ? speaking_of_in_clause(words, begin, at) : speaking_of(words, begin, at);
	if (*who == NO_WORD)
		return false;
	clause = clause_begin(s, begin, *who);
	if (p->after)
		return clause > begin && words[clause - 1].id == p->after;
	return !is_silent(s, begin, *who, at + n, end) && !is_silent(s, *who, at, at + n, end);
}

/* What stands in a span, without marks of emphasis. */
static const char *quote(struct search *s, struct span at)
{
	char *text = text_collapse(s->block.mem, at.source->text + at.start, at.end - at.start);
	size_t n = 0;

	for (const char *p = text; *p; p++)
		if (!strchr("*`~", *p))
			text[n++] = *p;
	text[n] = '\0';
	return text;
}

static void report(struct search *s, const struct phrase *p, size_t at, size_t n, size_t who)
{
	const struct phrase_word *words = s->block.words.items;
	struct span span = words[at].at;
	struct finding *f;

	for (size_t i = 1; i < n; i++)
		if (words[at + i].at.end > span.end)
			span.end = words[at + i].at.end;
	if (p->then_person && who != NO_WORD && words[who].at.end > span.end)
		span.end = words[who].at.end;
	f = diag_add(s->diags, s->rule, span, "'%s'", quote(s, span));
	if (who != NO_WORD && !p->then_person)
		f->note = arena_printf(s->diags->mem, "said of '%s'", quote(s, words[who].at));
	if (p->instead)
		diag_help(s->diags, f, "%s", p->instead);
}

/* Who is spoken of, and what silences a phrase, is looked for among this many words on each side of
 * it: text that goes on for longer without a full stop is no sentence, and is read in time that
 * grows as it does. */
enum { WITHIN = 500 };

static size_t first_around(size_t begin, size_t at)
{
	return at - begin > WITHIN ? at - WITHIN : begin;
}

static size_t last_around(size_t at, size_t end)
{
	return end - at > WITHIN ? at + WITHIN : end;
}

/* Finds phrases in the sentence of words [begin, end). */
static void search_sentence(struct search *s, size_t begin, size_t end)
{
	const struct phrase_word *words = s->block.words.items;
	struct phrase_hit hits[PHRASE_HITS];

	for (size_t i = begin; s->block.phrases->has_measures && i < end; i++)
		if (matches(s, PHRASES_MEASURE, i, end))
			return;
	for (size_t i = begin; i < end;) {
		size_t n = phrases_match(s->block.phrases, PHRASES_FIND, &words[i], end - i, hits);
		size_t used = 1, who;
		for (size_t k = 0; k < n; k++) {
			if (!hits[k].phrase->is_exception &&
			    !counts(s, hits[k].phrase, first_around(begin, i), i, hits[k].words,
				    last_around(i + hits[k].words, end), &who))
				continue;
			if (!hits[k].phrase->is_exception)
				report(s, hits[k].phrase, i, hits[k].words, who);
			used = hits[k].words;
			break;
		}
		i += used;
	}
}

static void search_block(struct search *s, uint32_t node)
{
	size_t begin = 0;

	block_read(&s->block, node);
	block_classify(&s->block);
	for (size_t i = 0; i <= s->block.words.n; i++) {
		if (i < s->block.words.n && s->block.words.items[i].kind != WORD_STOP)
			continue;
		search_sentence(s, begin, i);
		begin = i + 1;
	}
}

void language_check(struct arena *mem, const struct document_text *doc,
		    const struct phrases *phrases, const unsigned char *wanted, enum rule rule,
		    struct diag_sink *diags)
{
	const struct md_tree *tree = &doc->body;
	struct search s = {.rule = rule, .diags = diags};

	s.block.mem = mem;
	s.block.doc = doc;
	s.block.phrases = phrases;
	for (uint32_t i = 0; i < tree->n;) {
		const struct md_node *n = &tree->nodes[i];
		bool leaf =
		    n->type == MD_PARAGRAPH || n->type == MD_HEADING || n->type == MD_TABLE_CELL;
		if (leaf && (!wanted || wanted[i]) && (n->type != MD_HEADING || phrases->headings))
			search_block(&s, i);
		i = leaf || n->type == MD_QUOTE ? n->after : i + 1;
	}
	out_release(&s.block.text);
}

/* ---- documents ---- */

/* Sets `to` for the nodes of a document that its template holds to a language. */
static void mark_nodes(const struct document *doc, const struct match *match, unsigned language,
		       unsigned char *to)
{
	const struct md_tree *tree = &doc->text.body;
	unsigned own = match->requirement->language;

	if ((own & (language | LANGUAGE_NONE)) && match->node &&
	    match->requirement->type == REQUIRE_SECTION) {
		const struct md_node *heading = &tree->nodes[match->node];
		uint32_t i = match->node;
		do {
			to[i] = (own & language) != 0;
			i++;
		} while (i < tree->n &&
			 !(tree->nodes[i].parent == 0 && tree->nodes[i].type == MD_HEADING &&
			   tree->nodes[i].level <= heading->level));
	}
	for (size_t i = 0; i < match->children.n; i++)
		mark_nodes(doc, match->children.items[i], language, to);
}

void judge_language(struct court *court, const struct document *doc)
{
	const struct {
		enum language language;
		enum rule rule;
		const struct phrases *phrases;
	} checks[] = {{LANGUAGE_BLAME, RULE_DOC_BLAME_LANGUAGE, court->ws->blame},
		      {LANGUAGE_VAGUE, RULE_DOC_VAGUE, court->ws->vague}};
	const struct requirement *root = &doc->tmpl->root;
	unsigned languages = requirement_languages(root);

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		unsigned char *wanted;
		if (!(languages & checks[i].language) || !checks[i].phrases || !doc->text.body.n)
			continue;
		wanted = arena_new(court->mem, unsigned char, doc->text.body.n);
		memset(wanted, (root->language & checks[i].language) != 0, doc->text.body.n);
		mark_nodes(doc, doc->match, checks[i].language, wanted);
		language_check(court->mem, &doc->text, checks[i].phrases, wanted, checks[i].rule,
			       court->diags);
	}
}
