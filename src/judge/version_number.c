/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/version_number.c - dotted numbers by Semantic Versioning 2.0.0 */
#include "judge/version_number.h"
#include <string.h>

static const char digit_set[] = "0123456789";
static const char release_set[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-.";

static bool read_numbers(const char **at, struct version_number *number)
{
	for (;;) {
		size_t len = strspn(*at, digit_set), zeros = strspn(*at, "0");
		if (!len || number->n == VERSION_NUMBERS)
			return false;
		number->numbers[number->n].digits = *at + zeros;
		number->numbers[number->n++].len = len - zeros;
		*at += len;
		if (**at != '.')
			return true;
		++*at;
	}
}

/* Identifiers between dots, none of them empty. */
static bool is_identifiers(const char *text, size_t len)
{
	return len && text[0] != '.' && text[len - 1] != '.' && !memmem(text, len, "..", 2);
}

bool version_number_parse(const char *id, struct version_number *number)
{
	const char *at = id + (*id == 'v' || *id == 'V');

	*number = (struct version_number){.release = ""};
	if (!read_numbers(&at, number))
		return false;
	if (!*at)
		return true;
	/* "3-large" and "2026-01-15" are names. */
	if (number->n != 3)
		return false;
	if (*at == '-') {
		number->release = ++at;
		number->release_len = strspn(at, release_set);
		at += number->release_len;
		if (!is_identifiers(number->release, number->release_len))
			return false;
	}
	if (*at == '+') {
		size_t len = strspn(++at, release_set);
		if (!is_identifiers(at, len))
			return false;
		at += len;
	}
	return !*at;
}

static int compare_digits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return memcmp(a, b, a_len);
}

/* The next identifier of a pre-release; *len 0 behind the last. */
static const char *next_identifier(const char **at, const char *end, size_t *len, bool *numeric)
{
	const char *start = *at, *dot = memchr(start, '.', (size_t)(end - start));

	if (!dot)
		dot = end;
	*len = (size_t)(dot - start);
	*at = dot < end ? dot + 1 : end;
	*numeric = strspn(start, digit_set) >= *len;
	/* Zeros in front do not count, as in the numbers. */
	while (*numeric && *len > 1 && *start == '0') {
		start++;
		--*len;
	}
	return start;
}

static int compare_release(const struct version_number *a, const struct version_number *b)
{
	const char *p = a->release, *p_end = p + a->release_len;
	const char *q = b->release, *q_end = q + b->release_len;

	if (!a->release_len || !b->release_len)
		return (a->release_len == 0) - (b->release_len == 0);
	for (;;) {
		size_t m, n;
		bool p_number, q_number;
		const char *x = next_identifier(&p, p_end, &m, &p_number);
		const char *y = next_identifier(&q, q_end, &n, &q_number);
		int order;
		if (!m || !n)
			return (m != 0) - (n != 0);
		if (p_number != q_number)
			return p_number ? -1 : 1;
		if (p_number)
			order = compare_digits(x, m, y, n);
		else if (!(order = memcmp(x, y, m < n ? m : n)))
			order = (m > n) - (m < n);
		if (order)
			return order;
	}
}

int version_number_compare(const struct version_number *a, const struct version_number *b)
{
	for (size_t i = 0; i < a->n || i < b->n; i++) {
		const char *x = i < a->n ? a->numbers[i].digits : "";
		const char *y = i < b->n ? b->numbers[i].digits : "";
		int order = compare_digits(x, i < a->n ? a->numbers[i].len : 0, y,
					   i < b->n ? b->numbers[i].len : 0);
		if (order)
			return order;
	}
	return compare_release(a, b);
}

char *version_number_line(struct arena *mem, const struct version_number *number, size_t n)
{
	size_t room = 1, used = 0;
	char *text;

	for (size_t i = 0; i < n; i++)
		room += 2 + (i < number->n ? number->numbers[i].len : 0);
	text = arena_alloc(mem, room);
	for (size_t i = 0; i < n; i++) {
		size_t len = i < number->n ? number->numbers[i].len : 0;
		if (i)
			text[used++] = '.';
		if (!len)
			text[used++] = '0';
		else
			memcpy(text + used, number->numbers[i].digits, len);
		used += len;
	}
	return text;
}

char *version_number_key(struct arena *mem, const struct version_number *number)
{
	const char *at = number->release, *end = at + number->release_len;
	size_t n = number->n, used;
	char *line, *text;

	while (n > 1 && !number->numbers[n - 1].len)
		n--;
	line = version_number_line(mem, number, n);
	used = strlen(line);
	text = arena_alloc(mem, used + number->release_len + 2);
	memcpy(text, line, used);
	for (char sign = '-'; at < end; sign = '.') {
		size_t len;
		bool numeric;
		const char *identifier = next_identifier(&at, end, &len, &numeric);
		text[used++] = sign;
		memcpy(text + used, identifier, len);
		used += len;
	}
	return text;
}
