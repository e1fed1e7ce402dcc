/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_message.c - what a schema wants and what it found, in words for people */
#include "base/number.h"
#include "base/text.h"
#include "read/schema_internal.h"
#include "read/yaml.h"
#include <stdarg.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_SHOWN = 60, MOST_VALUES = 12, MOST_CANDIDATES = 200, MOST_SUGGESTIONS = 200 };

/* A scalar's text in quotes, cut between characters where it is long. */
static void write_quoted(const struct data_node *node, struct out *to)
{
	size_t n = node->len;

	if (n > LONGEST_SHOWN)
		for (n = LONGEST_SHOWN; n && ((unsigned char)node->text[n] & 0xC0) == 0x80;)
			n--;
	out_putc(to, '\'');
	out_write(to, node->text, n);
	out_puts(to, n < node->len ? "…'" : "'");
}

/* Text in quotes that would be something else without them. */
static bool looks_otherwise(const struct data_node *node)
{
	struct data_node plain = *node;

	if (node->kind != DATA_TEXT || !node->quoted || !node->len)
		return false;
	yaml_core_scalar(&plain);
	return plain.kind != DATA_TEXT;
}

void schema_describe_value(const struct data_node *node, struct out *to)
{
	switch (node->kind) {
	case DATA_LIST:
		out_puts(to, node->n ? "a list" : "an empty list");
		break;
	case DATA_MAP:
		out_puts(to, node->n ? "a map" : "an empty map");
		break;
	case DATA_NULL:
		if (!node->len) {
			out_puts(to, "nothing");
			break;
		}
		write_quoted(node, to);
		break;
	default:
		if (looks_otherwise(node))
			out_puts(to, "the text ");
		write_quoted(node, to);
	}
}

/* -- what is wanted --------------------------------------------------------------------------- */

static void write_limit(const char *words, const struct schema_limit *limit, struct out *to)
{
	out_printf(to, "%s%s", words, limit->node->text);
}

static void describe_range(const struct subschema *s, struct out *to)
{
	const struct schema_limit *low = s->minimum.node ? &s->minimum : &s->above;
	const struct schema_limit *high = s->maximum.node ? &s->maximum : &s->below;

	if (s->minimum.node && s->maximum.node) {
		write_limit(" from ", low, to);
		write_limit(" to ", high, to);
		return;
	}
	if (low->node)
		write_limit(low == &s->minimum ? " of at least " : " above ", low, to);
	if (low->node && high->node)
		write_limit(high == &s->maximum ? " and at most " : " and below ", high, to);
	else if (high->node)
		write_limit(high == &s->maximum ? " of at most " : " below ", high, to);
}

static void describe_number(const struct subschema *s, bool whole, struct out *to)
{
	out_puts(to, whole ? "a whole number" : "a number");
	describe_range(s, to);
	if (s->multiple.node)
		write_limit(" that is a multiple of ", &s->multiple, to);
}

static void describe_text(const struct subschema *s, struct out *to)
{
	size_t least = s->min_length.set ? s->min_length.value : 0;

	out_puts(to, s->format ? s->format->phrase : "text");
	if (least == 1 && !s->max_length.set)
		out_puts(to, " that is not empty");
	else if (least && s->max_length.set && least == s->max_length.value)
		out_printf(to, " of %zu character%s", least, least == 1 ? "" : "s");
	else if (least && s->max_length.set)
		out_printf(to, " of %zu to %zu characters", least, s->max_length.value);
	else if (least)
		out_printf(to, " of at least %zu characters", least);
	else if (s->max_length.set)
		out_printf(to, " of at most %zu character%s", s->max_length.value,
			   s->max_length.value == 1 ? "" : "s");
	if (s->pattern)
		out_printf(to, " that matches %s", schema_pattern_text(s->pattern));
}

static void describe_member(const struct data_node *value, struct out *to)
{
	if (value->kind == DATA_LIST || value->kind == DATA_MAP)
		out_puts(to, data_kind_name(value->kind));
	else
		out_write(to, value->text, value->len);
}

static void describe_values(const struct data_node *values, struct out *to)
{
	out_puts(to, values->n == 1 ? "'" : "one of: ");
	for (size_t i = 0; i < values->n && i < MOST_VALUES; i++) {
		out_puts(to, i ? ", " : "");
		describe_member(values->items[i], to);
	}
	if (values->n > MOST_VALUES)
		out_puts(to, ", …");
	if (values->n == 1)
		out_putc(to, '\'');
}

/* Types that keywords speak about where there is no `type`. */
static unsigned implied_types(const struct subschema *s)
{
	unsigned types = 0;

	if (s->minimum.node || s->maximum.node || s->above.node || s->below.node ||
	    s->multiple.node)
		types |= SCHEMA_NUMBER | SCHEMA_INTEGER;
	if (s->pattern || s->format || s->min_length.set || s->max_length.set)
		types |= SCHEMA_TEXT;
	if (s->items || s->prefix.n || s->contains || s->min_items.set || s->max_items.set)
		types |= SCHEMA_LIST;
	if (s->properties.n || s->required || s->min_keys.set || s->max_keys.set)
		types |= SCHEMA_MAP;
	return types;
}

/* " whose 'kind' is 'x'", of the keys that have one value. */
static void describe_fixed_keys(const struct subschema *s, struct out *to)
{
	const char *joint = " whose ";

	for (size_t i = 0; i < s->properties.n; i++) {
		const struct schema_named *p = &s->properties.items[i];
		if (!p->schema || !p->schema->constant)
			continue;
		out_printf(to, "%s'%s' is ", joint, p->key->text);
		schema_describe(p->schema, to);
		joint = " and ";
	}
}

static void describe_types(const struct subschema *s, unsigned types, struct out *to)
{
	static const struct {
		unsigned bits;
		const char *phrase;
	} rows[] = {{SCHEMA_TEXT, NULL},
		    {SCHEMA_NUMBER | SCHEMA_INTEGER, NULL},
		    {SCHEMA_BOOL, "true or false"},
		    {SCHEMA_LIST, "a list"},
		    {SCHEMA_MAP, "a map"},
		    {SCHEMA_NULL, "null"}};
	const char *joint = "";

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!(types & rows[i].bits))
			continue;
		out_puts(to, joint);
		if (rows[i].bits == SCHEMA_TEXT)
			describe_text(s, to);
		else if (rows[i].bits & SCHEMA_NUMBER)
			describe_number(s, !(types & SCHEMA_NUMBER), to);
		else
			out_puts(to, rows[i].phrase);
		if (rows[i].bits & (SCHEMA_LIST | SCHEMA_MAP) && s->title)
			out_printf(to, " (%s)", s->title->text);
		else if (rows[i].bits == SCHEMA_MAP)
			describe_fixed_keys(s, to);
		joint = " or ";
	}
}

static void describe_choice(const struct schema_list *list, struct out *to)
{
	for (size_t i = 0; i < list->n; i++) {
		out_puts(to, i ? " or " : "");
		schema_describe(list->items[i], to);
	}
}

void schema_describe(const struct subschema *s, struct out *to)
{
	unsigned types = s->types ? s->types : implied_types(s);

	if (to->failed) /* long enough */
		return;
	if (s->form != SCHEMA_RULES)
		out_puts(to, s->form == SCHEMA_ALL ? "any value" : "nothing");
	else if (s->constant) {
		out_putc(to, '\'');
		describe_member(s->constant, to);
		out_putc(to, '\'');
	} else if (s->values)
		describe_values(s->values, to);
	else if (types)
		describe_types(s, types, to);
	else if (s->ref)
		schema_describe(s->ref, to);
	else if (s->any_of.n || s->one_of.n)
		describe_choice(s->any_of.n ? &s->any_of : &s->one_of, to);
	else if (s->all_of.n)
		schema_describe(s->all_of.items[0], to);
	else
		out_puts(to, "another value");
}

/* -- findings --------------------------------------------------------------------------------- */

struct finding *schema_value_finding(struct schema_checker *k, struct span at, const char *format,
				     ...)
{
	va_list args;
	char *detail;

	va_start(args, format);
	detail = arena_vprintf(k->diags->mem, format, args);
	va_end(args);
	return diag_add(k->diags, k->rules->value, at, "%s", detail);
}

void schema_help(struct schema_checker *k, struct finding *f, const struct data_node *node)
{
	if (k->description && k->described == node)
		diag_help(k->diags, f, "%s", k->description->text);
}

/* What of enum or const the value may be a slip of. */
static const char *nearest_value(struct schema_checker *k, const struct subschema *s,
				 const struct data_node *node)
{
	const struct data_node *values = s->values;
	const char **texts;

	if (s->constant && s->constant->len && node->len)
		return text_nearest(node->text, &s->constant->text, 1);
	if (!values || !node->len || ++k->suggestions > MOST_SUGGESTIONS)
		return NULL;
	texts = arena_new(k->mem, const char *, values->n);
	for (size_t i = 0; i < values->n; i++)
		texts[i] = values->items[i]->text;
	return text_nearest(node->text, texts, values->n);
}

/* "yes" where true was meant. */
static const char *meant_truth(const struct data_node *node)
{
	static const char *const words[][2] = {{"yes", "true"}, {"on", "true"},   {"y", "true"},
					       {"no", "false"}, {"off", "false"}, {"n", "false"}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcasecmp(node->text, words[i][0]))
			return words[i][1];
	return NULL;
}

/* 0.87 where "87%" stands for a share; false where it does not. */
static bool meant_share(const struct subschema *s, const struct data_node *node, double *share)
{
	size_t n = node->len;

	if (!(s->types & SCHEMA_NUMBER) || !s->maximum.node || strcmp(s->maximum.node->text, "1") ||
	    !n || node->text[n - 1] != '%')
		return false;
	while (n > 1 && node->text[n - 2] == ' ')
		n--;
	if (!number_parse(node->text, n - 1, share) || !(*share >= 0 && *share <= 100))
		return false;
	*share /= 100;
	return true;
}

static void add_help(struct schema_checker *k, const struct subschema *s,
		     const struct data_node *node, struct finding *f)
{
	const char *near = nearest_value(k, s, node);
	unsigned number = SCHEMA_NUMBER | SCHEMA_INTEGER;
	char text[NUMBER_TEXT_MAX];
	double share;

	if (near)
		diag_help(k->diags, f, "did you mean '%s'?", near);
	else if (meant_share(s, node, &share))
		diag_help(k->diags, f, "a share is a number: %s", number_shortest(text, share));
	else if (node->kind == DATA_NUMBER && !node->json_number && (s->types & number))
		diag_help(k->diags, f, "write it as JSON does: %s",
			  number_shortest(text, node->number));
	else if ((s->types & (number | SCHEMA_BOOL)) && looks_otherwise(node))
		diag_help(k->diags, f, "remove the quotes");
	else if ((s->types & SCHEMA_BOOL) && meant_truth(node))
		diag_help(k->diags, f, "write %s", meant_truth(node));
	else
		schema_help(k, f, node);
}

/* What is wanted; where nothing stands yet and the description says what to write, no pattern. */
static void describe_wanted(struct schema_checker *k, const struct subschema *s,
			    const struct data_node *node, struct out *to)
{
	bool described = k->description && k->described == node;

	if (node->kind == DATA_NULL && !node->len && described && s->pattern &&
	    s->types == SCHEMA_TEXT && !s->values && !s->constant)
		out_puts(to, "text");
	else
		schema_describe(s, to);
}

void schema_misfit(struct schema_checker *k, const struct subschema *s,
		   const struct data_node *node)
{
	struct out wanted = {.max = 600}, found = {0};
	struct finding *f;

	describe_wanted(k, s, node, &wanted);
	schema_describe_value(node, &found);
	f = schema_value_finding(k, node->at, "expected %s, found %s%s", out_text(&wanted),
				 k->in_key ? "the key " : "", out_text(&found));
	add_help(k, s, node, f);
	out_release(&wanted);
	out_release(&found);
}

/* -- conditions ------------------------------------------------------------------------------- */

void schema_say_why(struct schema_checker *k, const char *why, size_t first)
{
	for (size_t i = first; i < k->diags->n; i++) {
		struct finding *f = &k->diags->items[i];
		if (!f->help)
			diag_help(k->diags, f, "%s", why);
		else if (!strstr(f->help, why))
			diag_help(k->diags, f, "%s (%s)", f->help, why);
	}
}

/* "'role' is 'shift'", "'end' is there"; false where it is neither. */
static bool describe_test(const struct subschema *condition, const struct data_node *key,
			  bool holds, struct out *to)
{
	const struct subschema *p = map_get_n(&condition->properties.by_key, key->text, key->len);
	const char *not = holds ? "" : "not ";

	while (p && p->ref && !p->constant && !p->values)
		p = p->ref;
	out_printf(to, "'%s' is ", key->text);
	if (!p)
		out_printf(to, "%sthere", not );
	else if (p->form == SCHEMA_RULES)
		out_puts(to, not );
	else
		return false;
	if (p)
		schema_describe(p, to);
	return true;
}

/* What a condition tests, its parts joined by "and", or "or" where it does not hold; false where
 * it cannot be said. */
static bool describe_condition(const struct subschema *condition, bool holds, struct out *to)
{
	const struct data_node *required = condition->required;
	const struct schema_list *choice = &condition->any_of;
	bool good = true, any = false;

	for (size_t i = 0; i < condition->properties.n && good; i++, any = true) {
		out_puts(to, !any ? "" : holds ? " and " : " or ");
		good = describe_test(condition, condition->properties.items[i].key, holds, to);
	}
	for (size_t i = 0; required && i < required->n && good; i++) {
		const struct data_node *key = required->items[i];
		if (map_get_n(&condition->properties.by_key, key->text, key->len))
			continue;
		out_puts(to, !any ? "" : holds ? " and " : " or ");
		good = describe_test(condition, key, holds, to);
		any = true;
	}
	for (size_t i = 0; !any && i < choice->n && good && !to->failed; i++) {
		out_puts(to, !i ? "" : holds ? " or " : " and ");
		good =
		    !choice->items[i]->any_of.n && describe_condition(choice->items[i], holds, to);
	}
	return good && (any || choice->n);
}

void schema_say_condition(struct schema_checker *k, const struct subschema *condition, bool holds,
			  size_t first)
{
	struct out words = {.max = 200};

	if (k->diags->n == first)
		return;
	out_puts(&words, "since ");
	if (describe_condition(condition, holds, &words) && !words.failed)
		schema_say_why(k, arena_strdup(k->mem, out_text(&words)), first);
	out_release(&words);
}

/* -- keys ------------------------------------------------------------------------------------- */

/* Names that an unknown key may be a slip of; `visits` bounds schemas that share many others. */
struct candidates {
	const char *keys[MOST_CANDIDATES];
	size_t n, visits;
};

/* Names of the properties that a schema and those around the same value know. */
static void collect_keys(const struct subschema *s, struct candidates *c)
{
	const struct schema_list *lists[] = {&s->all_of, &s->any_of, &s->one_of};
	const struct subschema *ones[] = {s->ref, s->dynamic, s->then, s->otherwise};

	if (++c->visits > MOST_CANDIDATES)
		return;
	for (size_t i = 0; i < s->properties.n && c->n < MOST_CANDIDATES; i++)
		c->keys[c->n++] = s->properties.items[i].key->text;
	for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
		if (ones[i])
			collect_keys(ones[i], c);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (size_t j = 0; j < lists[i]->n && c->visits <= MOST_CANDIDATES; j++)
			collect_keys(lists[i]->items[j], c);
}

void schema_unknown_key(struct schema_checker *k, const struct subschema *s,
			const struct data_node *map, const struct data_node *key)
{
	struct candidates candidates = {.n = 0};
	const char *near;
	bool own = k->rules->unknown_key != k->rules->value; /* its title says "unknown key" */
	struct finding *f = diag_add(k->diags, k->rules->unknown_key, key->at,
				     own ? "'%s'" : "unknown key '%s'", key->text);

	if (++k->suggestions > MOST_SUGGESTIONS)
		return;
	collect_keys(s, &candidates);
	near = text_nearest(key->text, candidates.keys, candidates.n);
	if (near && data_find(map, near))
		diag_help(k->diags, f, "did you mean '%s', which is there too?", near);
	else if (near)
		diag_help(k->diags, f, "did you mean '%s'?", near);
}

/* What the schema says a key is for. */
static const char *describe_key(const struct subschema *s, const struct data_node *key)
{
	const struct subschema *p = map_get_n(&s->properties.by_key, key->text, key->len);

	while (p && !p->description)
		p = p->ref;
	return p ? p->description->text : NULL;
}

/* A key of the map that may be a slip of one that is missing: one that no property has, where it
 * is not going to be reported as unknown. */
static const char *find_slip(struct schema_checker *k, const struct subschema *s,
			     const struct data_node *map, const struct data_node *key)
{
	const char *slip;

	if ((s->additional && s->additional->form == SCHEMA_NONE) ||
	    (s->unevaluated && s->unevaluated->form == SCHEMA_NONE) ||
	    ++k->suggestions > MOST_SUGGESTIONS)
		return NULL;
	for (size_t i = 0; i < map->n && i < MOST_CANDIDATES; i++) {
		const struct data_node *own = map->pairs[i].key;
		slip = own->text;
		if (!map_get_n(&s->properties.by_key, own->text, own->len) &&
		    text_nearest(key->text, &slip, 1))
			return slip;
	}
	return NULL;
}

void schema_missing_keys(struct schema_checker *k, const struct data_node *map, const char *keys)
{
	struct span at = map == k->root ? k->root_at : map->at;
	bool own = k->rules->missing_key != k->rules->value; /* its title says "missing" */

	diag_add(k->diags, k->rules->missing_key, at, own ? "%s" : "%s is missing", keys);
}

void schema_missing_key(struct schema_checker *k, const struct subschema *s,
			const struct data_node *map, const struct data_node *key, const char *why)
{
	struct span at = map == k->root ? k->root_at : map->at;
	bool own = k->rules->missing_key != k->rules->value; /* its title says "missing" */
	struct finding *f = diag_add(k->diags, k->rules->missing_key, at,
				     own ? "'%s'" : "key '%s' is missing", key->text);
	const char *text = describe_key(s, key), *slip = find_slip(k, s, map, key);

	if (slip)
		diag_help(k->diags, f, "'%s' is there; did you mean '%s'?", slip, key->text);
	else if (why)
		diag_help(k->diags, f, "'%s' is there, which requires it", why);
	else if (text)
		diag_help(k->diags, f, "%s: %s", key->text, text);
}
