/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mustache_place.c - where in HTML a value stands
 *
 * The states are those of an HTML tokenizer, as far as it matters for escaping. Page templates are
 * trusted, so that what is not understood is refused rather than guessed at. */
#include "render/mustache_internal.h"

#include <string.h>
#include <strings.h>

struct named {
	const char *name;
	int value;
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct named raw_elements[] = {
    {"script", HTML_RAW},    {"style", HTML_RAW},       {"xmp", HTML_RAW},
    {"iframe", HTML_RAW},    {"noembed", HTML_RAW},     {"noframes", HTML_RAW},
    {"plaintext", HTML_RAW}, {"title", HTML_ESCAPABLE}, {"textarea", HTML_ESCAPABLE}};

/* Attributes beside plain text; a name that begins "on" is refused as well. */
static const struct named attributes[] = {
    {"href", ATTRIBUTE_URL},       {"xlink:href", ATTRIBUTE_URL}, {"cite", ATTRIBUTE_URL},
    {"action", ATTRIBUTE_URL},     {"formaction", ATTRIBUTE_URL}, {"src", ATTRIBUTE_SOURCE},
    {"poster", ATTRIBUTE_SOURCE},  {"data", ATTRIBUTE_SOURCE},    {"style", ATTRIBUTE_REFUSED},
    {"srcset", ATTRIBUTE_REFUSED}, {"srcdoc", ATTRIBUTE_REFUSED}, {"ping", ATTRIBUTE_REFUSED}};

static const char *const schemes[] = {"http:", "https:", "mailto:"};

static int named_find(const struct named *table, size_t n, const char *name, int otherwise)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(table[i].name, name))
			return table[i].value;
	return otherwise;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Appends to a name of at most `max` - 1 bytes; a longer one keeps its beginning. */
static void append_lower(char *name, size_t max, char c)
{
	size_t n = strlen(name);

	if (n + 1 < max)
		name[n] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void end_tag(struct html_place *at)
{
	at->state = at->closing ? HTML_TEXT
				: (enum html_state)named_find(raw_elements, COUNT(raw_elements),
							      at->element, HTML_TEXT);
	at->match = 0;
}

static void start_attribute(struct html_place *at, char c)
{
	memset(at->attribute, 0, sizeof at->attribute);
	append_lower(at->attribute, sizeof at->attribute, c);
	at->state = HTML_ATTRIBUTE;
}

static void start_value(struct html_place *at, char quote)
{
	bool event = at->attribute[0] == 'o' && at->attribute[1] == 'n';

	at->state = HTML_QUOTED;
	at->quote = quote;
	at->kind = event ? ATTRIBUTE_REFUSED
			 : (enum html_attribute)named_find(attributes, COUNT(attributes),
							   at->attribute, ATTRIBUTE_TEXT);
	memset(at->prefix, 0, sizeof at->prefix);
	at->inside = at->filled = false;
}

/* The literal part of an address: "../", "#" and "https:" say what the whole will be. */
static void feed_address(struct html_place *at, char c)
{
	if (at->inside)
		return;
	append_lower(at->prefix, sizeof at->prefix, c);
	if (strchr("/?#", c)) {
		at->inside = true;
		return;
	}
	if (c != ':' || at->filled)
		return;
	for (size_t i = 0; i < COUNT(schemes); i++)
		at->inside = at->inside || !strcmp(at->prefix, schemes[i]);
}

/* Behind '<' in text. */
static void feed_open(struct html_place *at, char c)
{
	if (c == '/' && !at->closing) {
		at->closing = true;
	} else if (is_letter(c)) {
		at->state = HTML_NAME;
		append_lower(at->element, sizeof at->element, c);
	} else if (c == '!' && !at->closing) {
		at->state = HTML_DECLARATION;
		at->match = 1;
	} else if (c == '>') {
		at->state = HTML_TEXT;
	} else if (c != '<') {
		at->state = c == '?' || at->closing ? HTML_DECLARATION : HTML_TEXT;
		at->match = 0;
	}
}

/* "<!" becomes a comment with "--"; `match` counts from 1. */
static void feed_declaration(struct html_place *at, char c)
{
	if (at->match && c == '-') {
		if (++at->match == 3) {
			at->state = HTML_COMMENT;
			at->match = 0;
		}
		return;
	}
	at->match = 0;
	if (c == '>')
		at->state = HTML_TEXT;
}

static void feed_comment(struct html_place *at, char c)
{
	if (c == '-')
		at->match++;
	else if (c == '>' && at->match >= 2)
		at->state = HTML_TEXT;
	else
		at->match = 0;
}

/* In title or script: looks for "</name" alone. */
static void feed_raw(struct html_place *at, char c)
{
	size_t n = strlen(at->element);
	char lower = is_letter(c) ? (char)(c | 0x20) : c;

	if (at->match == n + 2) {
		if (is_space(c) || c == '/' || c == '>') {
			at->closing = true;
			at->state = c == '>' ? HTML_TEXT : HTML_SPACE;
			return;
		}
		at->match = 0;
	}
	if (at->match == 1 && c == '/')
		at->match = 2;
	else if (at->match >= 2 && lower == at->element[at->match - 2])
		at->match++;
	else
		at->match = c == '<';
}

static void feed_in_tag(struct html_place *at, char c)
{
	if (c == '>') {
		end_tag(at);
	} else if (is_space(c) || c == '/') {
		at->state = at->state == HTML_ATTRIBUTE || at->state == HTML_AFTER_ATTRIBUTE
				? HTML_AFTER_ATTRIBUTE
				: HTML_SPACE;
		if (c == '/')
			at->state = HTML_SPACE;
	} else if (c == '=' && (at->state == HTML_ATTRIBUTE || at->state == HTML_AFTER_ATTRIBUTE)) {
		at->state = HTML_EQUALS;
	} else if (at->state == HTML_ATTRIBUTE) {
		append_lower(at->attribute, sizeof at->attribute, c);
	} else if (at->state == HTML_NAME) {
		append_lower(at->element, sizeof at->element, c);
	} else {
		if (at->state == HTML_GAP)
			at->error = "white space is missing between two attributes";
		start_attribute(at, c);
	}
}

static void feed_equals(struct html_place *at, char c)
{
	if (is_space(c))
		return;
	if (c == '"' || c == '\'')
		start_value(at, c);
	else if (c == '>')
		end_tag(at);
	else
		at->state = HTML_UNQUOTED;
}

static void feed_one(struct html_place *at, char c)
{
	switch (at->state) {
	case HTML_TEXT:
		if (c == '<') {
			at->state = HTML_OPEN;
			at->closing = false;
			memset(at->element, 0, sizeof at->element);
		}
		break;
	case HTML_OPEN:
		feed_open(at, c);
		break;
	case HTML_NAME:
	case HTML_SPACE:
	case HTML_GAP:
	case HTML_ATTRIBUTE:
	case HTML_AFTER_ATTRIBUTE:
		feed_in_tag(at, c);
		break;
	case HTML_EQUALS:
		feed_equals(at, c);
		break;
	case HTML_QUOTED:
		if (c == at->quote)
			at->state = HTML_GAP;
		else
			feed_address(at, c);
		break;
	case HTML_UNQUOTED:
		if (c == '>')
			end_tag(at);
		else if (is_space(c))
			at->state = HTML_SPACE;
		break;
	case HTML_DECLARATION:
		feed_declaration(at, c);
		break;
	case HTML_COMMENT:
		feed_comment(at, c);
		break;
	case HTML_ESCAPABLE:
	case HTML_RAW:
		feed_raw(at, c);
	}
}

void place_feed(struct html_place *place, const char *p, size_t n)
{
	for (size_t i = 0; i < n && !place->error; i++)
		feed_one(place, p[i]);
}

const char *place_boundary(struct html_place *place)
{
	switch (place->state) {
	case HTML_OPEN:
		return "nothing may stand between '<' and the name of an element";
	case HTML_EQUALS:
	case HTML_UNQUOTED:
		return "the value of an attribute must stand in quotes";
	case HTML_NAME:
	case HTML_ATTRIBUTE:
		place->state = HTML_GAP;
		break;
	case HTML_AFTER_ATTRIBUTE:
		place->state = HTML_SPACE;
		break;
	case HTML_DECLARATION:
	case HTML_COMMENT:
	case HTML_ESCAPABLE:
	case HTML_RAW:
		place->match = 0;
		break;
	case HTML_TEXT:
	case HTML_SPACE:
	case HTML_GAP:
	case HTML_QUOTED:
		break;
	}
	return NULL;
}

static const char *quoted_value(struct html_place *place, enum escape *escape)
{
	if (place->kind == ATTRIBUTE_REFUSED)
		return "no value may stand in a style, srcset, srcdoc, ping or event attribute";
	if (place->kind == ATTRIBUTE_TEXT) {
		*escape = ESCAPE_HTML;
		return NULL;
	}
	if (place->inside) {
		*escape = ESCAPE_URL_PART;
		return NULL;
	}
	if (place->filled || place->prefix[0])
		return "in an address only one value may stand before '/', '?' or '#', and nothing "
		       "before it but http:, https: or mailto:";
	place->filled = true;
	*escape = place->kind == ATTRIBUTE_SOURCE ? ESCAPE_SOURCE : ESCAPE_URL;
	return NULL;
}

/* Why no value may stand in a state; NULL where one may. */
static const char *const refused[] = {
    [HTML_OPEN] = "no value may be part of an element's name",
    [HTML_NAME] = "no value may be part of an element's name",
    [HTML_SPACE] = "no value may be an attribute; write attribute=\"{{name}}\"",
    [HTML_GAP] = "no value may be an attribute; write attribute=\"{{name}}\"",
    [HTML_ATTRIBUTE] = "no value may be part of an attribute's name",
    [HTML_AFTER_ATTRIBUTE] = "no value may be an attribute; write attribute=\"{{name}}\"",
    [HTML_EQUALS] = "the value of an attribute must stand in quotes",
    [HTML_UNQUOTED] = "the value of an attribute must stand in quotes",
    [HTML_DECLARATION] = "no value may stand in a declaration",
    [HTML_COMMENT] = "no value may stand in an HTML comment",
    [HTML_RAW] = "no value may stand in a script or style element"};

const char *place_value(struct html_place *place, bool raw, enum escape *escape)
{
	*escape = raw ? ESCAPE_MARKUP : ESCAPE_HTML;
	if (place->state < COUNT(refused) && refused[place->state])
		return refused[place->state];
	if (raw && place->state != HTML_TEXT)
		return "markup may stand only between elements; write {{name}} here";
	place->match = 0;
	return place->state == HTML_QUOTED ? quoted_value(place, escape) : NULL;
}

static bool between_attributes(enum html_state state)
{
	return state == HTML_SPACE || state == HTML_GAP;
}

bool place_join(const struct html_place *a, struct html_place *b, bool repeats)
{
	if (between_attributes(a->state) && between_attributes(b->state)) {
		if (strcmp(a->element, b->element) != 0)
			return false;
		if (a->state == HTML_GAP)
			b->state = HTML_GAP;
		return true;
	}
	if (a->state != b->state)
		return false;
	switch (a->state) {
	case HTML_QUOTED:
		if (a->quote != b->quote || strcmp(a->attribute, b->attribute) != 0 ||
		    (repeats && a->filled != b->filled))
			return false;
		b->inside = a->inside;
		return true;
	case HTML_ESCAPABLE:
	case HTML_RAW:
		return !strcmp(a->element, b->element);
	case HTML_TEXT:
	case HTML_SPACE:
	case HTML_GAP:
	case HTML_DECLARATION:
	case HTML_COMMENT:
		return true;
	case HTML_OPEN:
	case HTML_NAME:
	case HTML_ATTRIBUTE:
	case HTML_AFTER_ATTRIBUTE:
	case HTML_EQUALS:
	case HTML_UNQUOTED:
		break;
	}
	return false;
}
