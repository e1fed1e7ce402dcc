/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_format_host.c - host names (RFC 1123), also those of other scripts (RFC 5890 to 5893)
 *
 * Labels in other scripts and in Punycode are held to the rules of registration by libidn2; the
 * Bidi rule between the labels of one name is checked here. */
#include "base/text.h"
#include "read/schema_internal.h"
#include <idn2.h>
#include <string.h>

enum { LONGEST_NAME = 253, LONGEST_LABEL = 63, LONGEST_WRITTEN = 4 * LONGEST_NAME };

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_punycode(const char *p, size_t n)
{
	return n > 4 && (p[0] | 32) == 'x' && (p[1] | 32) == 'n' && p[2] == '-' && p[3] == '-';
}

/* Letters, digits and inner hyphens, no two of them in the third and fourth place. */
static bool is_plain_label(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(p[i]) && p[i] != '-')
			return false;
	return p[0] != '-' && p[n - 1] != '-' && !(n > 3 && p[2] == '-' && p[3] == '-');
}

/* A name that is being checked, label by label. */
struct name {
	size_t ascii;       /* its length where all labels are in ASCII, with dots */
	bool right_to_left; /* some label is, so that the Bidi rule holds for all */
	bool weak_first;    /* some label does not begin with a letter that has a direction */
	bool mixed_digits;  /* some label has digits of both kinds, from left and from right */
};

static void note_direction(struct name *name, const char *label)
{
	struct text_direction direction = text_direction(label, strlen(label));

	name->right_to_left |= direction.right_to_left;
	name->weak_first |= !direction.strong_first;
	name->mixed_digits |= direction.mixed_digits;
}

/* A label in Punycode or another script, NUL-terminated. */
static bool check_foreign_label(struct name *name, char *label, bool punycode)
{
	uint8_t *registered = NULL, *bytes = (uint8_t *)label;
	char *shown = NULL;
	bool good;

	for (char *p = label; punycode && *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 32) : *p;
	good = idn2_register_u8(punycode ? NULL : bytes, punycode ? bytes : NULL, &registered, 0) ==
		   IDN2_OK &&
	       registered && strlen((char *)registered) <= LONGEST_LABEL &&
	       is_punycode((char *)registered, strlen((char *)registered));
	if (good) {
		name->ascii += strlen((char *)registered);
		good = !punycode || idn2_to_unicode_8z8z(label, &shown, IDN2_NO_TR46) == IDN2_OK;
	}
	if (good)
		note_direction(name, punycode ? shown : label);
	idn2_free(registered);
	idn2_free(shown);
	return good;
}

static bool check_label(struct name *name, const char *p, size_t n, bool international)
{
	char label[LONGEST_WRITTEN + 1];
	bool ascii = text_is_ascii(p, n), punycode = ascii && is_punycode(p, n);

	if (!n || n > LONGEST_WRITTEN || (ascii && n > LONGEST_LABEL) || (!ascii && !international))
		return false;
	memcpy(label, p, n);
	label[n] = '\0';
	if (!ascii || punycode)
		return check_foreign_label(name, label, punycode);
	name->ascii += n;
	note_direction(name, label);
	return is_plain_label(p, n);
}

/* The bytes of a separator of labels at p: '.', and U+3002, U+FF0E, U+FF61 as keyboards of East
 * Asia write it. 0 where there is none. */
static size_t dot_length(const char *p, size_t n, bool international)
{
	static const char *const dots[] = {"\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"};

	if (*p == '.')
		return 1;
	for (size_t i = 0; international && n >= 3 && i < sizeof dots / sizeof *dots; i++)
		if (!memcmp(p, dots[i], 3))
			return 3;
	return 0;
}

static bool is_name(const char *p, size_t n, bool international)
{
	struct name name = {0};
	size_t start = 0;

	if (!n || n > LONGEST_WRITTEN)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t dot = dot_length(p + i, n - i, international);
		if (!dot)
			continue;
		if (!check_label(&name, p + start, i - start, international))
			return false;
		name.ascii++;
		start = i + dot;
		i = start - 1;
	}
	return check_label(&name, p + start, n - start, international) &&
	       name.ascii <= LONGEST_NAME && !name.mixed_digits &&
	       !(name.right_to_left && name.weak_first);
}

bool schema_format_hostname(const char *p, size_t n)
{
	return is_name(p, n, false);
}

bool schema_format_idn_hostname(const char *p, size_t n)
{
	return is_name(p, n, true);
}
