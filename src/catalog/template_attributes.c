/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_attributes.c - attributes of headings and items in templates */
#include "catalog/template_attributes.h"
#include "base/number.h"
#include "base/text.h"
#include <stdint.h>
#include <string.h>

size_t attributes_start(const char *text, size_t n)
{
	size_t end = n, start = n;
	bool quoted = false;

	while (end && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\n' ||
		       text[end - 1] == '\r'))
		end--;
	if (!end || text[end - 1] != '}')
		return n;
	/* Forward, so that quotes are known: the last group that is open at the end. */
	for (size_t i = 0; i < end; i++) {
		if (start < n && text[i] == '"')
			quoted = !quoted;
		else if (start < n && quoted && text[i] == '\\' && i + 1 < end)
			i++;
		else if (!quoted && text[i] == '{')
			start = i;
		else if (!quoted && text[i] == '}' && i + 1 < end)
			start = n;
	}
	return start;
}

void requirement_add_key(struct arena *mem, struct requirement *req, const char *title)
{
	size_t n = strlen(title);

	while (n && title[n - 1] == ' ')
		n--;
	if (n && title[n - 1] == '*') {
		req->wildcard = true;
		n--;
	}
	if (!(req->n_keys & (req->n_keys - 1))) { /* full: room for 1, 2, 4, … */
		const char **grown =
		    arena_new(mem, const char *, req->n_keys ? 2 * req->n_keys : 1);
		if (req->n_keys)
			memcpy(grown, req->keys, req->n_keys * sizeof *grown);
		req->keys = grown;
	}
	req->keys[req->n_keys++] = text_match_key(mem, title, n);
}

struct attribute {
	struct arena *mem;
	struct requirement *req;
	const char *value;
	struct span at;
	struct diag_sink *diags;
};

static void invalid(const struct attribute *a, const char *what)
{
	diag_add(a->diags, RULE_TEMPLATE_INVALID, a->at, "%s", what);
}

/* More than any document of people for people holds: a slip of a digit asks for what nobody can
 * write. */
enum { MOST_WORDS = 20000, MOST_STEPS = 500, MOST_ROWS = 10000, MOST_REPEATS = 1000 };

static size_t whole_number(const struct attribute *a, const char *p, size_t n, size_t most)
{
	size_t value = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9') {
			value = 0;
			break;
		}
		if (value <= most)
			value = value * 10 + (size_t)(p[i] - '0');
	}
	if (value && value <= most)
		return value;
	if (value)
		invalid(a, arena_printf(a->mem, "expected a whole number to %zu, found '%.*s'",
					most, (int)n, p));
	else
		invalid(a, arena_printf(a->mem, "expected a whole number from 1, found '%.*s'",
					(int)n, p));
	return 0;
}

static void read_repeat(struct attribute *a)
{
	const char *dots = strstr(a->value, "..");
	size_t n = strlen(a->value);

	if (!dots) {
		a->req->repeat_min = a->req->repeat_max =
		    whole_number(a, a->value, n, MOST_REPEATS);
		return;
	}
	a->req->repeat_min =
	    dots == a->value ? 0
			     : whole_number(a, a->value, (size_t)(dots - a->value), MOST_REPEATS);
	a->req->repeat_max =
	    dots[2] ? whole_number(a, dots + 2, strlen(dots + 2), MOST_REPEATS) : SIZE_MAX;
	if (a->req->repeat_max && a->req->repeat_max < a->req->repeat_min)
		invalid(a, arena_printf(a->mem, "no number is in the range '%s'", a->value));
}

static void read_min_words(struct attribute *a)
{
	a->req->min_words = whole_number(a, a->value, strlen(a->value), MOST_WORDS);
}

static void read_min_steps(struct attribute *a)
{
	a->req->min_steps = whole_number(a, a->value, strlen(a->value), MOST_STEPS);
}

static void read_min_rows(struct attribute *a)
{
	a->req->min_rows = whole_number(a, a->value, strlen(a->value), MOST_ROWS);
}

static void read_stage(struct attribute *a)
{
	a->req->stage = stage_find(a->value);
	if (a->req->stage == STAGE_NONE || a->req->stage == STAGE_RETIRED)
		invalid(a, arena_printf(a->mem,
					"expected development, staging, shadow, canary or "
					"production, found '%s'",
					a->value));
}

static void read_accepts(struct attribute *a)
{
	a->req->accepts = a->value;
}

static void read_alias(struct attribute *a)
{
	const char *p = a->value;

	for (;;) {
		size_t n = strcspn(p, "|");
		char *one = text_collapse(a->mem, p, n);
		if (strchr(one, '*'))
			invalid(a, "an alias has no *: it is one whole title");
		else if (*text_match_key(a->mem, one, strlen(one))) {
			requirement_add_key(a->mem, a->req, one);
			*ARENA_PUSH(a->mem, &a->req->aliases) = one;
		} else {
			invalid(a, "an alias without words matches nothing");
		}
		if (!p[n])
			return;
		p += n + 1;
	}
}

enum language language_find(const char *name)
{
	return !strcmp(name, "blame")   ? LANGUAGE_BLAME
	       : !strcmp(name, "vague") ? LANGUAGE_VAGUE
	       : !strcmp(name, "none")  ? LANGUAGE_NONE
					: 0;
}

static void read_language(struct attribute *a)
{
	const char *p = a->value + strspn(a->value, " ");

	while (*p) {
		size_t n = strcspn(p, " ");
		enum language one = language_find(arena_strndup(a->mem, p, n));
		a->req->language |= one;
		if (!one)
			break;
		p += n + strspn(p + n, " ");
	}
	if (*p || !a->req->language || a->req->language > LANGUAGE_NONE)
		invalid(a, arena_printf(a->mem,
					"expected blame, vague, both with a space between, or "
					"none, found '%s'",
					a->value));
}

enum { IN_SECTION = 1 << REQUIRE_SECTION, IN_ITEM = 1 << REQUIRE_ITEM, IN_ROW = 1 << REQUIRE_ROW };

static const struct {
	const char *name;
	unsigned where; /* requirements that it goes with */
	void (*read)(struct attribute *a);
} attributes[] = {
    {"repeat", IN_SECTION, read_repeat},
    {"min-words", IN_SECTION, read_min_words},
    {"min-steps", IN_SECTION, read_min_steps},
    {"min-rows", IN_SECTION, read_min_rows},
    {"stage", IN_SECTION | IN_ITEM | IN_ROW, read_stage},
    {"accepts", IN_ITEM, read_accepts},
    {"alias", IN_SECTION | IN_ITEM | IN_ROW, read_alias},
    {"language", IN_SECTION, read_language},
};

enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

static const char *type_name(enum requirement_type type)
{
	static const char *const names[] = {"the title", "a section", "an item", "a column",
					    "a row"};

	return names[type];
}

static void read_pair(struct attribute *a, const char *name)
{
	const char *known[ATTRIBUTES];
	const char *nearest;
	struct finding *f;

	for (size_t i = 0; i < ATTRIBUTES; i++) {
		known[i] = attributes[i].name;
		if (strcmp(attributes[i].name, name) != 0)
			continue;
		if (attributes[i].where & (1u << a->req->type))
			attributes[i].read(a);
		else
			invalid(a, arena_printf(a->mem, "'%s' does not go with %s", name,
						type_name(a->req->type)));
		return;
	}
	nearest = text_nearest(name, known, ATTRIBUTES);
	f = diag_add(a->diags, RULE_TEMPLATE_INVALID, a->at, "unknown attribute '%s'", name);
	if (nearest)
		diag_help(a->diags, f, "did you mean '%s'?", nearest);
	else if (!strcmp(name, "evidence"))
		diag_help(a->diags, f,
			  "records show an item by a link that accepts=\"KIND\" allows");
}

static void read_class(struct attribute *a, const char *name)
{
	bool is_title = a->req->type == REQUIRE_ROOT;
	struct finding *f;

	if (!strcmp(name, "optional") && !is_title) {
		a->req->optional = true;
		return;
	}
	if (!strcmp(name, "ordered") && (is_title || a->req->type == REQUIRE_SECTION)) {
		a->req->ordered = true;
		return;
	}
	f = diag_add(a->diags, RULE_TEMPLATE_INVALID, a->at,
		     "unknown class '.%s' (.optional, and .ordered of sections)", name);
	if (!strcmp(name, "removed"))
		diag_help(a->diags, f,
			  "a template that extends another can only ask for more than it");
}

static size_t name_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && ((p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z') ||
			 (p[i] >= '0' && p[i] <= '9') || p[i] == '-' || p[i] == '_' ||
			 p[i] == '.' || (unsigned char)p[i] >= 0x80))
		i++;
	return i;
}

/* Reads key="value" at p; returns the bytes used, 0 where the form is wrong. */
static size_t read_value(struct attribute *a, const char *p, size_t n, size_t name)
{
	size_t i = name + 2, to = 0;
	char *value;

	if (name + 1 >= n || p[name] != '=' || p[name + 1] != '"')
		return 0;
	value = arena_alloc(a->mem, n + 1);
	for (; i < n && p[i] != '"'; i++) {
		if (p[i] == '\\' && i + 1 < n && strchr("\"\\|", p[i + 1]))
			i++;
		value[to++] = p[i];
	}
	if (i >= n)
		return 0;
	value[to] = '\0';
	a->value = value;
	return i + 1;
}

void attributes_read(struct arena *mem, struct source *source, size_t start, size_t end,
		     struct requirement *req, struct diag_sink *diags)
{
	size_t i = start + 1;
	const char *close = memrchr(source->text + start, '}', end - start);

	end = close ? (size_t)(close - source->text) : end;
	while (i < end) {
		const char *p = source->text + i;
		struct attribute a = {.mem = mem, .req = req, .diags = diags};
		size_t name, used;
		if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') {
			i++;
			continue;
		}
		if (*p == '#' || *p == '.') {
			char *text;
			name = name_length(p + 1, end - i - 1);
			text = arena_strndup(mem, p + 1, name);
			a.at = span_at(source, i, i + 1 + name);
			if (!name)
				invalid(&a, "a name is missing");
			else if (*p == '#')
				req->id = text;
			else
				read_class(&a, text);
			i += 1 + name;
			if (!name)
				return;
			continue;
		}
		name = name_length(p, end - i);
		used = name ? read_value(&a, p, end - i, name) : 0;
		a.at = span_at(source, i, used ? i + used : end);
		if (!used) {
			invalid(&a, "expected #id, .class or name=\"value\"");
			return;
		}
		read_pair(&a, arena_strndup(mem, p, name));
		i += used;
	}
}
