/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_value.c - what one scalar must be: type, enum, const, numbers and text
 *
 * A plain scalar of YAML is its text as written where text is wanted and its own kind is not. */
#include "read/schema_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

unsigned schema_kind_of(const struct data_node *node)
{
	switch (node->kind) {
	case DATA_NULL:
		return SCHEMA_NULL;
	case DATA_BOOL:
		return SCHEMA_BOOL;
	case DATA_NUMBER:
		return node->number == floor(node->number) ? SCHEMA_INTEGER : SCHEMA_NUMBER;
	case DATA_TEXT:
		return SCHEMA_TEXT;
	case DATA_LIST:
		return SCHEMA_LIST;
	case DATA_MAP:
		return SCHEMA_MAP;
	}
	return 0;
}

/* A scalar without quotes that somebody wrote; an absent value is none. */
static bool is_plain(const struct data_node *node)
{
	return !node->quoted && node->len && node->kind != DATA_LIST && node->kind != DATA_MAP;
}

bool schema_is_text(const struct data_node *node, unsigned types)
{
	if (node->kind == DATA_TEXT)
		return true;
	if (!is_plain(node) || !(types & SCHEMA_TEXT))
		return false;
	if (!(types & schema_kind_of(node)))
		return true;
	/* "text or a number": a number that JSON would not write is text. */
	return types != SCHEMA_ANY && node->kind == DATA_NUMBER && !node->json_number;
}

/* -- multipleOf ------------------------------------------------------------------------------- */

/* A decimal as digits without point and a power of ten. */
struct decimal {
	const char *digits; /* may hold a point */
	size_t n;
	long exponent;
};

enum { LONGEST_EXPONENT = 5000 };

static bool split_decimal(const struct data_node *node, struct decimal *d)
{
	size_t n = strcspn(node->text, "eE");
	const char *point;

	d->digits = node->text;
	d->n = n;
	d->exponent = node->text[n] ? strtol(node->text + n + 1, NULL, 10) : 0;
	point = memchr(node->text, '.', n);
	if (point)
		d->exponent -= (long)(n - 1 - (size_t)(point - node->text));
	return labs(d->exponent) < LONGEST_EXPONENT;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Zeros at the end go into the exponent. */
static void trim_zeros(struct decimal *d)
{
	while (d->n && (d->digits[d->n - 1] == '0' || d->digits[d->n - 1] == '.')) {
		d->exponent += d->digits[d->n - 1] == '0';
		d->n--;
	}
}

/* The digits as a number below 10^18; false where there are more. */
static bool small_integer(const struct decimal *d, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < d->n; i++) {
		if (!is_digit(d->digits[i]))
			continue;
		*value = *value * 10 + (uint64_t)(d->digits[i] - '0');
		if (*value >= 1000000000000000000u)
			return false;
	}
	return *value > 0;
}

/* Whether value / divisor is whole, exactly, by the decimals as written: with value = D 10^e and
 * divisor = M 10^f, M 10^(f-e) divides D. Falls back to fmod() for numbers out of its range. */
static bool is_multiple(const struct data_node *value, const struct data_node *divisor)
{
	struct decimal d, m;
	uint64_t modulus, rest = 0;

	if (!split_decimal(value, &d) || !split_decimal(divisor, &m))
		return fmod(value->number, divisor->number) == 0;
	trim_zeros(&d);
	trim_zeros(&m);
	if (!small_integer(&m, &modulus))
		return fmod(value->number, divisor->number) == 0;
	if (value->number == 0)
		return true;
	if (d.exponent < m.exponent)
		return false;
	/* rest stays below 10^18, so that ten times it fits 64 bits */
	for (size_t i = 0; i < d.n; i++)
		if (is_digit(d.digits[i]))
			rest = (rest * 10 + (uint64_t)(d.digits[i] - '0')) % modulus;
	for (long i = m.exponent; i < d.exponent && rest; i++)
		rest = rest * 10 % modulus;
	return !rest;
}

/* -- the keywords ----------------------------------------------------------------------------- */

static bool fits_number(const struct subschema *s, const struct data_node *node)
{
	double x = node->number;

	if (s->minimum.node && !(x >= s->minimum.value))
		return false;
	if (s->maximum.node && !(x <= s->maximum.value))
		return false;
	if (s->above.node && !(x > s->above.value))
		return false;
	if (s->below.node && !(x < s->below.value))
		return false;
	return !s->multiple.node || is_multiple(node, s->multiple.node);
}

static size_t count_characters(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xC0) != 0x80;
	return count;
}

static bool fits_text(struct schema_checker *k, const struct subschema *s,
		      const struct data_node *node)
{
	if (s->min_length.set || s->max_length.set) {
		size_t length = count_characters(node->text, node->len);
		if (s->min_length.set && length < s->min_length.value)
			return false;
		if (s->max_length.set && length > s->max_length.value)
			return false;
	}
	if (s->format && !s->format->fits(node->text, node->len))
		return false;
	if (!s->pattern)
		return true;
	switch (schema_match_text(k, s->pattern, node)) {
	case SCHEMA_MATCH:
		return true;
	case SCHEMA_NO_MATCH:
		return false;
	case SCHEMA_TOO_LONG:
		break;
	}
	if (k->diags)
		schema_value_finding(k, node->at, "text is too long to be matched against '%s'",
				     schema_pattern_text(s->pattern));
	return false;
}

static bool same_text(const struct data_node *a, const struct data_node *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

/* One value of enum, or const. A text of it is met by a plain scalar that is written so, where
 * the type leaves text open; where text is wanted, its own plain scalars are text too. */
static bool is_same(struct schema_checker *k, const struct subschema *s,
		    const struct data_node *node, const struct data_node *wanted, unsigned types)
{
	bool as_text = schema_is_text(node, types);

	if (schema_is_text(wanted, types) && (as_text || (!s->types && is_plain(node))))
		return same_text(node, wanted);
	return schema_equal(k->mem, node, wanted);
}

static bool fits_enum(struct schema_checker *k, const struct subschema *s,
		      const struct data_node *node, unsigned types)
{
	if (s->constant && !is_same(k, s, node, s->constant, types))
		return false;
	if (!s->values)
		return true;
	for (size_t i = 0; i < s->values->n; i++)
		if (is_same(k, s, node, s->values->items[i], types))
			return true;
	return false;
}

static bool fits_type(const struct subschema *s, const struct data_node *node, bool as_text)
{
	if (!s->types)
		return true;
	if (as_text)
		return s->types & SCHEMA_TEXT;
	if (!(s->types & schema_kind_of(node)))
		return false;
	return node->kind != DATA_NUMBER || node->json_number;
}

bool schema_check_value(struct schema_checker *k, const struct subschema *s,
			const struct data_node *node, unsigned types)
{
	bool as_text = schema_is_text(node, types);
	size_t before = k->diags ? k->diags->n : 0;
	bool fits = fits_type(s, node, as_text) && fits_enum(k, s, node, types);

	if (fits && as_text)
		fits = fits_text(k, s, node);
	else if (fits && node->kind == DATA_NUMBER)
		fits = fits_number(s, node);
	if (!fits && k->diags && k->diags->n == before)
		schema_misfit(k, s, node);
	return fits;
}
