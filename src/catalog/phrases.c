/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/phrases.c - templates/language/NAME.yaml read into a tree of words */
#include "catalog/phrases.h"
#include "base/path.h"
#include "base/text.h"
#include "read/schema.h"
#include "read/yaml.h"
#include <stdlib.h>
#include <string.h>

/* What a file may hold. */
static const char file_schema[] =
    "type: object\n"
    "required: [kind, patterns]\n"
    "additionalProperties: false\n"
    "$defs:\n"
    "  list: {type: array, items: {type: string, minLength: 1}}\n"
    "properties:\n"
    "  kind: {enum: [blame, vague]}\n"
    "  headings: {type: boolean}\n"
    "  classes: {type: object, additionalProperties: {$ref: '#/$defs/list'}}\n"
    "  silent_after: {$ref: '#/$defs/list'}\n"
    "  silent_before: {$ref: '#/$defs/list'}\n"
    "  measures: {$ref: '#/$defs/list'}\n"
    "  exceptions: {$ref: '#/$defs/list'}\n"
    "  patterns:\n"
    "    type: array\n"
    "    minItems: 1\n"
    "    items:\n"
    "      type: object\n"
    "      required: [phrases, instead]\n"
    "      additionalProperties: false\n"
    "      properties:\n"
    "        phrases: {$ref: '#/$defs/list', minItems: 1}\n"
    "        instead: {type: string, minLength: 1}\n"
    "        of: {const: person}\n"
    "        anywhere: {type: boolean}\n"
    "        after: {type: string, minLength: 1}\n";

static const struct {
	const char *name;
	unsigned class;
} class_names[] = {
    {"person", CLASS_PERSON},
    {"name", CLASS_NAME},
    {"system", CLASS_SYSTEM},
    {"they", CLASS_THEY},
    {"filler", CLASS_FILLER},
    {"determiner", CLASS_DETERMINER},
    {"preposition", CLASS_PREPOSITION},
    {"and", CLASS_AND},
    {"who", CLASS_WHO},
    {"clause", CLASS_CLAUSE},
    {"owner", CLASS_OWNER},
    {"number", CLASS_NUMBER},
    {"date", CLASS_DATE},
    {"link", CLASS_LINK},
    {"code", CLASS_CODE},
};

struct phrase_term {
	uint32_t id;
	unsigned classes;
};

struct phrase_ending {
	const char *text;
	size_t n;
	unsigned class;
};

struct phrase_node {
	uint32_t id;
	unsigned ends[PHRASES_LISTS]; /* classes for PHRASES_CLASS, else not 0 where one ends */
	struct {
		LIST_OF(const struct phrase *);
	} phrases; /* that end here, of PHRASES_FIND */
};

struct reading {
	struct arena *mem;
	struct phrases *phrases;
	struct diag_sink *diags;
};

static void invalid(struct reading *r, const struct data_node *at, const char *what)
{
	diag_add(r->diags, RULE_TEMPLATE_INVALID, at->at, "'%s': %s", at->text, what);
}

/* ---- the tree ---- */

struct edge_key {
	uint32_t from;
	uint32_t list;  /* of the root, else 0 */
	uint32_t class; /* else 0 */
	uint32_t word;
};

static struct phrase_node *follow(const struct phrases *p, struct edge_key key)
{
	return map_get_n(&p->edges, (const char *)&key, sizeof key);
}

static struct phrase_node *grow(struct reading *r, struct edge_key key)
{
	struct phrase_node *node = follow(r->phrases, key);
	struct edge_key *kept;

	if (node)
		return node;
	kept = arena_new(r->mem, struct edge_key, 1);
	*kept = key;
	node = arena_new(r->mem, struct phrase_node, 1);
	*ARENA_PUSH(r->mem, &r->phrases->nodes) = node;
	node->id = (uint32_t)r->phrases->nodes.n;
	map_put_n(&r->phrases->edges, r->mem, (const char *)kept, sizeof *kept, node);
	return node;
}

static struct phrase_term *term_of(struct reading *r, const char *key)
{
	struct phrase_term *term = map_get(&r->phrases->words, key);

	if (!term) {
		term = arena_new(r->mem, struct phrase_term, 1);
		term->id = (uint32_t)r->phrases->words.n + 1;
		map_put(&r->phrases->words, r->mem, arena_strdup(r->mem, key), term);
	}
	return term;
}

/* ---- classes ---- */

static unsigned class_find(const struct phrases *p, const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof class_names / sizeof *class_names; i++)
		if (strlen(class_names[i].name) == n && !memcmp(class_names[i].name, name, n))
			return class_names[i].class;
	for (size_t i = 0; i < p->classes.n; i++)
		if (p->classes.items[i]->len == n && !memcmp(p->classes.items[i]->text, name, n))
			return (unsigned)CLASS_OWN << i;
	return 0;
}

static void add_class_name(struct reading *r, const struct data_node *key)
{
	unsigned known = class_find(r->phrases, key->text, key->len);

	if (known & (CLASS_NUMBER | CLASS_DATE | CLASS_LINK | CLASS_CODE))
		invalid(r, key, "this class is known by the form of its words and has no list");
	else if (!known && r->phrases->classes.n == 16)
		invalid(r, key, "there are 16 classes of a file's own at most");
	else if (!known)
		*ARENA_PUSH(r->mem, &r->phrases->classes) = key;
}

/* ---- phrases ---- */

struct spelling {
	struct phrase_node *node;
	size_t words, marks; /* marks: what is no word and was passed over */
	struct phrase_term *only;
	bool then_person;
};

/* Goes on from where a phrase is with the words of a text. */
static void spell_text(struct reading *r, enum phrase_list list, const char *text, size_t n,
		       struct spelling *s)
{
	struct word_reader reader = {.text = text, .n = n};
	struct text_word word;

	while (word_next(&reader, r->mem, &word)) {
		if (word.kind != WORD_TEXT || !word.key[0]) {
			s->marks++;
			continue;
		}
		s->only = term_of(r, word.key);
		s->node =
		    grow(r, (struct edge_key){s->node ? s->node->id : 0,
					      s->node ? 0 : (uint32_t)list + 1, 0, s->only->id});
		s->words++;
	}
}

static bool spell(struct reading *r, enum phrase_list list, const struct data_node *at,
		  struct spelling *s)
{
	const char *p = at->text;

	*s = (struct spelling){0};
	while (*p) {
		size_t n = strcspn(p, "{");
		unsigned class;
		spell_text(r, list, p, n, s);
		if (!p[n])
			break;
		p += n + 1;
		n = strcspn(p, "}");
		class = class_find(r->phrases, p, n);
		if (!p[n] || !class) {
			invalid(r, at, "no class has the name in braces");
			return false;
		}
		p += n + 1;
		if (class == CLASS_PERSON && s->words && !p[strspn(p, " ")]) {
			s->then_person = true;
			break;
		}
		s->node = grow(r, (struct edge_key){s->node ? s->node->id : 0,
						    s->node ? 0 : (uint32_t)list + 1, class, 0});
		s->words++;
	}
	if (!s->words || s->marks)
		invalid(r, at, "a phrase has words and {classes} only");
	else if (s->words > PHRASE_LONGEST)
		invalid(r, at, "a phrase has 12 words at most");
	return s->words && !s->marks && s->words <= PHRASE_LONGEST;
}

static void read_list(struct reading *r, const struct data_node *map, const char *key,
		      enum phrase_list list)
{
	const struct data_node *node = data_find(map, key);
	struct spelling s;

	for (size_t i = 0; node && i < node->n; i++)
		if (spell(r, list, node->items[i], &s))
			s.node->ends[list] = 1;
}

static void read_class(struct reading *r, const struct data_pair *pair)
{
	unsigned class = class_find(r->phrases, pair->key->text, pair->key->len);
	struct spelling s;

	for (size_t i = 0; class && i < pair->value->n; i++) {
		const struct data_node *item = pair->value->items[i];
		if (item->text[0] == '*' && item->len > 1) {
			*ARENA_PUSH(r->mem, &r->phrases->endings) = (struct phrase_ending){
			    text_fold(r->mem, item->text + 1, item->len - 1), item->len - 1, class};
			continue;
		}
		if (!strcmp(item->text, "%") || !spell(r, PHRASES_CLASS, item, &s)) {
			if (!strcmp(item->text, "%"))
				term_of(r, "%")->classes |= class;
			continue;
		}
		if (s.words == 1 && s.only)
			s.only->classes |= class;
		else
			s.node->ends[PHRASES_CLASS] |= class;
	}
}

static void add_phrase(struct reading *r, const struct data_node *node, struct phrase phrase)
{
	struct spelling s;
	struct phrase *kept;

	if (!spell(r, PHRASES_FIND, node, &s))
		return;
	for (size_t i = 0; i < s.node->phrases.n; i++)
		if (s.node->phrases.items[i]->then_person == s.then_person &&
		    s.node->phrases.items[i]->after == phrase.after) {
			invalid(r, node, "it stands twice in the file");
			return;
		}
	kept = arena_new(r->mem, struct phrase, 1);
	*kept = phrase;
	kept->text = node->text;
	kept->then_person = s.then_person;
	*ARENA_PUSH(r->mem, &s.node->phrases) = kept;
	s.node->ends[PHRASES_FIND] = 1;
	r->phrases->n++;
}

static void read_pattern(struct reading *r, const struct data_node *map)
{
	const struct data_node *list = data_find(map, "phrases"),
			       *anywhere = data_find(map, "anywhere");
	const char *after = data_find_text(map, "after");
	struct phrase phrase = {.instead = data_find_text(map, "instead"),
				.of_person = data_find(map, "of") != NULL,
				.in_clause = anywhere && anywhere->truth};

	if (after)
		phrase.after = term_of(r, text_fold(r->mem, after, strlen(after)))->id;
	for (size_t i = 0; i < list->n; i++)
		add_phrase(r, list->items[i], phrase);
}

static void read_file(struct reading *r, const struct data_node *root)
{
	const struct data_node *classes = data_find(root, "classes"),
			       *exceptions = data_find(root, "exceptions"),
			       *patterns = data_find(root, "patterns"),
			       *headings = data_find(root, "headings");

	for (size_t i = 0; classes && i < classes->n; i++)
		add_class_name(r, classes->pairs[i].key);
	for (size_t i = 0; classes && i < classes->n; i++)
		read_class(r, &classes->pairs[i]);
	read_list(r, root, "silent_after", PHRASES_SILENT_AFTER);
	read_list(r, root, "silent_before", PHRASES_SILENT_BEFORE);
	read_list(r, root, "measures", PHRASES_MEASURE);
	r->phrases->has_measures = data_find(root, "measures") != NULL;
	r->phrases->headings = !headings || headings->truth;
	for (size_t i = 0; exceptions && i < exceptions->n; i++)
		add_phrase(r, exceptions->items[i], (struct phrase){.is_exception = true});
	for (size_t i = 0; i < patterns->n; i++)
		read_pattern(r, patterns->items[i]);
}

static bool fits_schema(struct reading *r, const struct data_node *root, struct span at)
{
	static const struct schema_rules rules = {RULE_TEMPLATE_INVALID, RULE_TEMPLATE_INVALID,
						  RULE_TEMPLATE_INVALID};
	struct source *source =
	    source_new(r->mem, "schema of templates/language", file_schema, sizeof file_schema - 1);
	const struct data_node *schema =
	    yaml_read(r->mem, source, 0, source->len, RULE_TEMPLATE_INVALID, r->diags);

	return schema_check(schema_compile(r->mem, schema, r->diags), root, at, &rules, r->mem,
			    r->diags);
}

struct phrases *phrases_read(struct arena *mem, struct source *source, struct diag_sink *diags)
{
	struct phrases *phrases = arena_new(mem, struct phrases, 1);
	struct reading r = {mem, phrases, diags};
	const struct data_node *root =
	    yaml_read(mem, source, 0, source->len, RULE_TEMPLATE_INVALID, diags);
	const char *base = path_base(source->path), *kind;

	phrases->source = source;
	phrases->name = arena_strndup(mem, base, strcspn(base, "."));
	if (!root || !fits_schema(&r, root, span_at(source, 0, 0)))
		return phrases;
	kind = data_find_text(root, "kind");
	if (strcmp(kind, phrases->name) != 0)
		diag_add(diags, RULE_TEMPLATE_INVALID, data_find(root, "kind")->at,
			 "kind '%s' must have the file's name: '%s'", kind, phrases->name);
	read_file(&r, root);
	return phrases;
}

/* ---- matching ---- */

void phrases_word(const struct phrases *p, const struct text_word *word, struct phrase_word *to)
{
	const struct phrase_term *term = map_get(&p->words, word->key);
	size_t n = strlen(word->key);

	to->kind = word->kind;
	to->capital = word->capital;
	to->id = term ? term->id : 0;
	to->classes |= (term ? term->classes : 0) | (word->is_number ? CLASS_NUMBER : 0) |
		       (word->is_date ? CLASS_DATE : 0);
	for (size_t i = 0; i < p->endings.n; i++) {
		const struct phrase_ending *e = &p->endings.items[i];
		if (n > e->n + 1 && !memcmp(word->key + n - e->n, e->text, e->n))
			to->classes |= e->class;
	}
	if ((to->classes & CLASS_NAME) && !to->capital)
		to->classes &= ~(unsigned)CLASS_NAME;
}

struct matching {
	const struct phrases *phrases;
	enum phrase_list list;
	const struct phrase_word *words;
	size_t n;
	struct phrase_hit *hits;
	size_t n_hits;
};

static void add_hits(struct matching *m, const struct phrase_node *node, size_t words)
{
	size_t n = m->list == PHRASES_FIND ? node->phrases.n : 1;

	for (size_t i = 0; node->ends[m->list] && i < n; i++) {
		struct phrase_hit hit = {.classes = node->ends[m->list], .words = words};
		size_t at = m->n_hits < PHRASE_HITS ? m->n_hits : PHRASE_HITS - 1;
		if (m->list == PHRASES_FIND)
			hit.phrase = node->phrases.items[i];
		if (m->n_hits == PHRASE_HITS && m->hits[at].words >= words)
			return;
		while (at && m->hits[at - 1].words < words) {
			m->hits[at] = m->hits[at - 1];
			at--;
		}
		m->hits[at] = hit;
		m->n_hits += m->n_hits < PHRASE_HITS;
	}
}

/* Goes on behind words[0..i), which led to `node` (0: the begin); `passed` of them were fillers. */
static void walk(struct matching *m, uint32_t node, size_t i, size_t passed)
{
	enum { MOST_PASSED = 3 };
	struct edge_key key = {node, node ? 0 : (uint32_t)m->list + 1, 0, 0};
	const struct phrase_word *w = &m->words[i];
	const struct phrase_node *to;

	if (i == m->n || w->kind != WORD_TEXT)
		return;
	key.word = w->id;
	if (w->id && (to = follow(m->phrases, key))) {
		add_hits(m, to, i + 1);
		walk(m, to->id, i + 1, passed);
	}
	key.word = 0;
	for (unsigned left = w->classes; left; left &= left - 1) {
		key.class = left & -left;
		if ((to = follow(m->phrases, key))) {
			add_hits(m, to, i + 1);
			walk(m, to->id, i + 1, passed);
		}
	}
	if (i && (w->classes & CLASS_FILLER) && passed < MOST_PASSED)
		walk(m, node, i + 1, passed + 1);
}

size_t phrases_match(const struct phrases *p, enum phrase_list list,
		     const struct phrase_word *words, size_t n, struct phrase_hit *hits)
{
	struct matching m = {p, list, words, n, hits, 0};

	walk(&m, 0, 0, 0);
	return m.n_hits;
}
