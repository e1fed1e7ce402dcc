/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/yaml_scalar.c - what a plain scalar is by the core schema of YAML 1.2 (section 10.3.2) */
#include "base/number.h"
#include "read/yaml.h"
#include <math.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_at(const char *p)
{
	size_t n = 0;

	while (is_digit(p[n]))
		n++;
	return n;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?  -- all of `p`. Sets *json
 * where JSON writes a number so. */
static bool is_decimal(const char *p, bool *json)
{
	size_t whole, part = 0;

	*json = *p != '+';
	if (*p == '+' || *p == '-')
		p++;
	whole = digits_at(p);
	if (!whole || (whole > 1 && *p == '0'))
		*json = false;
	p += whole;
	if (*p == '.') {
		part = digits_at(p + 1);
		p += 1 + part;
		if (!part)
			*json = false;
	}
	if (!whole && !part)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '+' || *p == '-')
			p++;
		if (!is_digit(*p))
			return false;
		p += digits_at(p);
	}
	return !*p;
}

/* 0o17 and 0x1F; no sign. */
static bool parse_radix(const char *p, double *value)
{
	int radix = p[1] == 'o' ? 8 : 16;

	if (p[0] != '0' || (p[1] != 'o' && p[1] != 'x') || !p[2])
		return false;
	*value = 0;
	for (p += 2; *p; p++) {
		const char *digits = "0123456789abcdef";
		const char *at = strchr(digits, *p >= 'A' && *p <= 'F' ? *p - 'A' + 'a' : *p);
		if (!at || at - digits >= radix)
			return false;
		*value = *value * radix + (double)(at - digits);
	}
	return isfinite(*value);
}

static const struct {
	const char *text;
	enum data_kind kind;
	bool truth;
} words[] = {
    {"", DATA_NULL, false},      {"~", DATA_NULL, false},     {"null", DATA_NULL, false},
    {"Null", DATA_NULL, false},  {"NULL", DATA_NULL, false},  {"true", DATA_BOOL, true},
    {"True", DATA_BOOL, true},   {"TRUE", DATA_BOOL, true},   {"false", DATA_BOOL, false},
    {"False", DATA_BOOL, false}, {"FALSE", DATA_BOOL, false},
};

void yaml_core_scalar(struct data_node *node)
{
	bool json = false;

	node->kind = DATA_TEXT;
	node->number = 0;
	node->truth = false;
	node->json_number = false;
	for (size_t i = 0; node->len <= 5 && i < sizeof words / sizeof *words; i++) {
		if (strcmp(words[i].text, node->text) != 0)
			continue;
		node->kind = words[i].kind;
		node->truth = words[i].truth;
		return;
	}
	if (is_decimal(node->text, &json) && number_parse(node->text, node->len, &node->number)) {
		node->kind = DATA_NUMBER;
		node->json_number = json;
	} else if (parse_radix(node->text, &node->number)) {
		node->kind = DATA_NUMBER;
	} else {
		node->number = 0;
	}
}
