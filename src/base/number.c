/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/number.c - numbers from and to text in the C locale's form, whatever the locale is */
#include "base/number.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The program never calls setlocale, so that strtod and printf keep the C locale's point. */

static size_t digits_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

/* Length of sign, digits, point, digits and exponent; 0 where there is no digit. */
static size_t decimal_length(const char *p, size_t n)
{
	size_t i = 0, whole, part = 0;

	if (i < n && (p[i] == '+' || p[i] == '-'))
		i++;
	whole = digits_at(p + i, n - i);
	i += whole;
	if (i < n && p[i] == '.') {
		part = digits_at(p + i + 1, n - i - 1);
		i += 1 + part;
	}
	if (!whole && !part)
		return 0;
	if (i < n && (p[i] == 'e' || p[i] == 'E')) {
		size_t sign = i + 1 < n && (p[i + 1] == '+' || p[i + 1] == '-');
		size_t digits = digits_at(p + i + 1 + sign, n - i - 1 - sign);
		if (!digits)
			return 0;
		i += 1 + sign + digits;
	}
	return i;
}

/* Up to 15 digits without exponent and a power of ten up to 22: both are exact doubles, so that
 * one division is correctly rounded (Clinger 1990, PLDI, "fast path"). */
static bool parse_short(const char *p, size_t n, double *value)
{
	static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
				       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	unsigned long long digits = 0;
	size_t i = 0, count = 0, behind = 0;
	bool negative = false, point = false;

	if (i < n && (p[i] == '+' || p[i] == '-'))
		negative = p[i++] == '-';
	for (; i < n; i++) {
		if (p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (p[i] < '0' || p[i] > '9' || ++count > 15)
			return false;
		digits = digits * 10 + (unsigned)(p[i] - '0');
		behind += point;
	}
	if (!count)
		return false;
	*value = (double)digits / power[behind];
	if (negative)
		*value = -*value;
	return true;
}

bool number_parse(const char *p, size_t n, double *value)
{
	char small[64], *text = small;
	bool good;

	if (parse_short(p, n, value))
		return true;
	if (!n || decimal_length(p, n) != n)
		return false;
	if (n >= sizeof small && !(text = malloc(n + 1)))
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	*value = strtod(text, NULL);
	good = isfinite(*value);
	if (text != small)
		free(text);
	return good;
}

/* "1.50e+03" -> "1.5e+03", "2.00" -> "2" */
static void drop_zeros(char *text)
{
	char *exponent = strchr(text, 'e');
	char *end = exponent ? exponent : text + strlen(text);
	char *last = end;

	if (!memchr(text, '.', (size_t)(end - text)))
		return;
	while (last[-1] == '0')
		last--;
	if (last[-1] == '.')
		last--;
	memmove(last, end, strlen(end) + 1);
}

static const char *drop_minus_zero(char *text)
{
	if (text[0] == '-' && strspn(text + 1, "0.") == strlen(text + 1))
		memmove(text, text + 1, strlen(text));
	return text;
}

const char *number_shortest(char buf[NUMBER_TEXT_MAX], double value)
{
	if (!isfinite(value))
		return snprintf(buf, NUMBER_TEXT_MAX, "null"), buf;
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(buf, NUMBER_TEXT_MAX, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	/* 1e+06 where 1000000 says the same */
	if (fabs(value) < 1e15 && value == floor(value))
		snprintf(buf, NUMBER_TEXT_MAX, "%.0f", value);
	return drop_minus_zero(buf);
}

const char *number_significant(char buf[NUMBER_TEXT_MAX], double value, int digits)
{
	double size = fabs(value);

	if (!isfinite(value))
		return snprintf(buf, NUMBER_TEXT_MAX, "–"), buf;
	if (size == 0)
		return snprintf(buf, NUMBER_TEXT_MAX, "0"), buf;
	if (size < 1e-4 || size >= 1e15) {
		snprintf(buf, NUMBER_TEXT_MAX, "%.*e", digits - 1, value);
	} else {
		int before, decimals;
		/* The exponent after rounding: 9.9996 with 4 digits has two before the point. */
		snprintf(buf, NUMBER_TEXT_MAX, "%.*e", digits - 1, value);
		before = atoi(strchr(buf, 'e') + 1) + 1;
		decimals = digits - before;
		snprintf(buf, NUMBER_TEXT_MAX, "%.*f", decimals > 0 ? decimals : 0, value);
	}
	drop_zeros(buf);
	return drop_minus_zero(buf);
}

const char *number_fixed(char buf[NUMBER_TEXT_MAX], double value, int decimals)
{
	if (!isfinite(value))
		return snprintf(buf, NUMBER_TEXT_MAX, "–"), buf;
	if (fabs(value) >= 1e20 ||
	    snprintf(buf, NUMBER_TEXT_MAX, "%.*f", decimals, value) >= NUMBER_TEXT_MAX)
		return number_significant(buf, value, 4);
	return drop_minus_zero(buf);
}

const char *number_count(char buf[NUMBER_TEXT_MAX], unsigned long long value)
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%llu", value);
	char *to = buf;

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return buf;
}
