/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/language_subject.c - who is spoken of: the noun that a verb belongs to
 *
 * There is no grammar here. From the verb one goes back over what may stand between, to the noun
 * right before it; a noun behind a preposition is not the subject, and one goes on before the
 * preposition. Where this leads to a word of no class, nobody is spoken of: silence is the safe
 * error. */
#include "judge/language_internal.h"

enum { HUMAN = CLASS_PERSON | CLASS_NAME, NOUN = HUMAN | CLASS_SYSTEM };

static bool is(const struct phrase_word *w, unsigned classes)
{
	return w->kind == WORD_TEXT && (w->classes & classes);
}

/* "engineer's" belongs to the next noun. */
static bool is_owner(const struct phrase_word *words, size_t at, size_t n)
{
	return at + 1 < n && is(&words[at + 1], CLASS_OWNER);
}

static bool parts_nouns(const struct phrase_word *w)
{
	return w->kind != WORD_TEXT || is(w, CLASS_AND | CLASS_WHO | CLASS_CLAUSE);
}

/* Where words [begin, end) end in "(…)": the place of "("; else `end`. */
static size_t before_parentheses(const struct phrase_word *words, size_t begin, size_t end)
{
	size_t i = end;

	if (i == begin || words[i - 1].kind != WORD_CLOSE)
		return end;
	while (i > begin && words[i - 1].kind != WORD_OPEN)
		i--;
	return i > begin ? i - 1 : end;
}

/* The noun that ends before `end`. */
static size_t noun_before(const struct phrase_word *words, size_t begin, size_t end)
{
	enum { LONGEST = 6 };
	size_t outer = NO_WORD, head, first;

	for (;;) {
		end = before_parentheses(words, begin, end);
		/* "Alice Smith": what follows a name with a capital is its rest */
		for (head = end; head > begin && words[head - 1].capital &&
				 !is(&words[head - 1], NOUN | CLASS_DETERMINER);)
			head--;
		if (head == begin || !is(&words[head - 1], CLASS_NAME))
			head = end;
		if (head == begin || parts_nouns(&words[head - 1]))
			return outer;
		head--;
		for (first = head; first > begin && head - first < LONGEST; first--)
			if (parts_nouns(&words[first - 1]) ||
			    is(&words[first - 1], CLASS_PREPOSITION) ||
			    is(&words[first], CLASS_DETERMINER))
				break;
		if (first == begin || !is(&words[first - 1], CLASS_PREPOSITION))
			break;
		/* "one of the engineers": the inner noun where the outer has no word of its own */
		if (first - 1 > begin && is(&words[first - 2], CLASS_DETERMINER) &&
		    is(&words[head], HUMAN))
			return head;
		if (first - 1 == begin)
			return NO_WORD;
		end = first - 1;
	}
	return is(&words[head], HUMAN) && !is(&words[head], CLASS_OWNER) ? head : NO_WORD;
}

size_t speaking_of_in_clause(const struct phrase_word *words, size_t begin, size_t at)
{
	size_t from = at;

	while (from > begin && words[from - 1].kind != WORD_BREAK &&
	       !is(&words[from - 1], CLASS_CLAUSE))
		from--;
	for (size_t i = from; i < at; i++) {
		bool behind_preposition =
		    i > from && (is(&words[i - 1], CLASS_PREPOSITION) ||
				 (i - 1 > from && is(&words[i - 1], CLASS_DETERMINER) &&
				  is(&words[i - 2], CLASS_PREPOSITION)));
		if (!is(&words[i], NOUN) || is_owner(words, i, at) || behind_preposition)
			continue;
		if (i + 1 < at && is(&words[i + 1], CLASS_SYSTEM))
			continue; /* "operator console" */
		return is(&words[i], HUMAN) ? i : NO_WORD;
	}
	return NO_WORD;
}

size_t speaking_of(const struct phrase_word *words, size_t begin, size_t at)
{
	size_t end = at;

	for (;;) {
		size_t before = before_parentheses(words, begin, end);
		if (before == end && end > begin && is(&words[end - 1], CLASS_FILLER))
			before--;
		if (before == end)
			break;
		end = before;
	}
	if (end == begin)
		return NO_WORD;
	if (words[end - 1].kind == WORD_COMMA) {
		/* "The operator, on his first shift, forgot": the noun before the first comma */
		size_t comma = end - 1;
		while (comma > begin && words[comma - 1].kind == WORD_TEXT)
			comma--;
		if (comma == begin || words[comma - 1].kind != WORD_COMMA)
			return NO_WORD;
		return noun_before(words, begin, comma - 1);
	}
	if (is(&words[end - 1], CLASS_AND))
		return speaking_of_in_clause(words, begin, end - 1);
	if (is(&words[end - 1], CLASS_WHO)) {
		end--;
		if (end > begin && words[end - 1].kind == WORD_COMMA)
			end--;
		return noun_before(words, begin, end);
	}
	return noun_before(words, begin, end);
}

size_t person_at(const struct phrase_word *words, size_t at, size_t n)
{
	enum { LONGEST = 5 };

	for (size_t i = at; i < n && i < at + LONGEST; i++) {
		if (parts_nouns(&words[i]) || is(&words[i], CLASS_SYSTEM | CLASS_PREPOSITION))
			return NO_WORD;
		if (is(&words[i], HUMAN))
			return is_owner(words, i, n) ||
				       (i + 1 < n && is(&words[i + 1], CLASS_SYSTEM))
				   ? NO_WORD
				   : i;
	}
	return NO_WORD;
}

void block_classify(struct block *b)
{
	struct phrase_word *words = b->words.items;
	struct phrase_hit hits[PHRASE_HITS];
	unsigned last = 0;

	for (size_t i = 0; i < b->words.n; i++) {
		size_t n =
		    phrases_match(b->phrases, PHRASES_CLASS, &words[i], b->words.n - i, hits);
		if (!n)
			continue;
		for (size_t k = 0; k + 1 < hits[0].words; k++)
			words[i + k].classes &= ~(unsigned)(NOUN | CLASS_PREPOSITION);
		i += hits[0].words - 1;
		words[i].classes = (words[i].classes & ~(unsigned)NOUN) | hits[0].classes;
	}
	for (size_t i = 0; i < b->words.n; i++) {
		if (is(&words[i], CLASS_THEY))
			words[i].classes |= last;
		else if (is(&words[i], NOUN))
			last = is(&words[i], HUMAN) ? CLASS_PERSON : CLASS_SYSTEM;
	}
}
