/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_format.c - the formats of JSON Schema (Validation, section 7.3) and what they are in
 * words */
#include "base/date.h"
#include "base/text.h"
#include "read/schema_internal.h"
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* -- dates and times (RFC 3339) --------------------------------------------------------------- */

static bool fits_date(const char *p, size_t n)
{
	int32_t day;

	return date_parse(p, n, &day);
}

/* Two digits below `limit`; -1 for anything else. */
static int two_digits(const char *p, int limit)
{
	int value;

	if (!is_digit(p[0]) || !is_digit(p[1]))
		return -1;
	value = (p[0] - '0') * 10 + (p[1] - '0');
	return value < limit ? value : -1;
}

/* Z or +HH:MM; *minutes is what the zone is ahead of UTC. */
static bool parse_zone(const char *p, size_t n, int *minutes)
{
	int hour, minute;

	*minutes = 0;
	if (n == 1)
		return *p == 'Z' || *p == 'z';
	if (n != 6 || (*p != '+' && *p != '-') || p[3] != ':')
		return false;
	hour = two_digits(p + 1, 24);
	minute = two_digits(p + 4, 60);
	*minutes = (hour * 60 + minute) * (*p == '-' ? -1 : 1);
	return hour >= 0 && minute >= 0;
}

/* A second 60 is a leap second: it comes at 23:59 UTC. */
static bool fits_time(const char *p, size_t n)
{
	int hour, minute, second, zone, utc;
	size_t i = 8;

	if (n < 9 || p[2] != ':' || p[5] != ':')
		return false;
	hour = two_digits(p, 24);
	minute = two_digits(p + 3, 60);
	second = two_digits(p + 6, 61);
	if (hour < 0 || minute < 0 || second < 0)
		return false;
	if (p[i] == '.') {
		size_t digits = 0;
		while (i + 1 + digits < n && is_digit(p[i + 1 + digits]))
			digits++;
		if (!digits)
			return false;
		i += 1 + digits;
	}
	if (i >= n || !parse_zone(p + i, n - i, &zone))
		return false;
	utc = ((hour * 60 + minute - zone) % 1440 + 1440) % 1440;
	return second < 60 || utc == 23 * 60 + 59;
}

static bool fits_date_time(const char *p, size_t n)
{
	return n > 11 && fits_date(p, 10) && (p[10] == 'T' || p[10] == 't') &&
	       fits_time(p + 11, n - 11);
}

/* Digits and one of the letters of `units`, in order, without a gap between the first and the last
 * (RFC 3339, appendix A: a year may have months behind it, not days alone). Returns the length. */
static size_t parse_units(const char *p, size_t n, const char *units)
{
	size_t i = 0;

	while (i < n && is_digit(p[i])) {
		size_t digits = i;
		const char *unit;
		while (digits < n && is_digit(p[digits]))
			digits++;
		unit = digits < n ? strchr(units, p[digits]) : NULL;
		if (!unit || !p[digits] || (i && unit != units))
			return 0;
		units = unit + 1;
		i = digits + 1;
	}
	return i;
}

static bool fits_duration(const char *p, size_t n)
{
	size_t date, time;

	if (n < 3 || *p != 'P')
		return false;
	p++, n--;
	if (parse_units(p, n, "W") == n)
		return true;
	date = parse_units(p, n, "YMD");
	if (date == n || p[date] != 'T')
		return date == n;
	time = parse_units(p + date + 1, n - date - 1, "HMS");
	return time && date + 1 + time == n;
}

/* -- hosts and addresses ---------------------------------------------------------------------- */

bool schema_format_ipv4(const char *p, size_t n)
{
	size_t i = 0;

	for (int part = 0; part < 4; part++) {
		int value = 0;
		size_t digits = 0;
		if (part && (i == n || p[i++] != '.'))
			return false;
		for (; i < n && is_digit(p[i]) && digits < 4; digits++)
			value = value * 10 + (p[i++] - '0');
		if (!digits || value > 255 || (digits > 1 && p[i - digits] == '0'))
			return false;
	}
	return i == n;
}

/* RFC 4291, 2.2: eight groups; one run of zeros may be "::"; the last two may be an IPv4. */
bool schema_format_ipv6(const char *p, size_t n)
{
	size_t i = 0, groups = 0;
	bool gap = false;

	if (n >= 2 && p[0] == ':' && p[1] == ':') {
		gap = true;
		i = 2;
	}
	while (i < n) {
		size_t digits = 0;
		while (i + digits < n && is_hex(p[i + digits]))
			digits++;
		if (i + digits < n && p[i + digits] == '.') {
			groups += 2;
			if (!schema_format_ipv4(p + i, n - i))
				return false;
			break;
		}
		if (!digits || digits > 4)
			return false;
		groups++;
		i += digits;
		if (i == n)
			break;
		if (p[i++] != ':' || i == n)
			return false;
		if (p[i] == ':') {
			if (gap)
				return false;
			gap = true;
			i++;
		}
	}
	return gap ? groups < 8 : groups == 8;
}

/* -- e-mail (RFC 5321, 4.1.2; RFC 6531 for other letters) -------------------------------------- */

static size_t quoted_length(const char *p, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (p[i] == '"')
			return i + 1;
		if (p[i] == '\\')
			i++;
	}
	return 0;
}

static size_t local_length(const char *p, size_t n, bool international)
{
	size_t i = 0;

	if (n && *p == '"')
		return quoted_length(p, n);
	while (i < n && p[i] != '@') {
		bool letter = is_alnum(p[i]) || (p[i] && strchr("!#$%&'*+-/=?^_`{|}~", p[i]));
		bool dot = p[i] == '.' && i && p[i - 1] != '.' && i + 1 < n && p[i + 1] != '@';
		if (!letter && !dot && !(international && (unsigned char)p[i] >= 0x80))
			return 0;
		i++;
	}
	return i;
}

/* RFC 6531 leaves open how the domain's letters are composed. */
static bool is_foreign_domain(const char *p, size_t n)
{
	struct arena scratch;
	const char *composed;
	bool fits;

	arena_init(&scratch);
	composed = text_compose(&scratch, p, n);
	fits = schema_format_idn_hostname(composed, strlen(composed));
	arena_release(&scratch);
	return fits;
}

static bool is_domain(const char *p, size_t n, bool international)
{
	if (n > 2 && p[0] == '[' && p[n - 1] == ']') {
		if (n > 7 && !memcmp(p + 1, "IPv6:", 5))
			return schema_format_ipv6(p + 6, n - 7);
		return schema_format_ipv4(p + 1, n - 2);
	}
	return international ? is_foreign_domain(p, n) : schema_format_hostname(p, n);
}

static bool is_email(const char *p, size_t n, bool international)
{
	size_t local = local_length(p, n, international);

	return local && local < n && p[local] == '@' &&
	       is_domain(p + local + 1, n - local - 1, international);
}

static bool fits_email(const char *p, size_t n)
{
	return is_email(p, n, false);
}

static bool fits_idn_email(const char *p, size_t n)
{
	return is_email(p, n, true);
}

/* -- identifiers and pointers ----------------------------------------------------------------- */

static bool fits_uuid(const char *p, size_t n)
{
	for (size_t i = 0; i < n && i < 36; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
		if (hyphen ? p[i] != '-' : !is_hex(p[i]))
			return false;
	}
	return n == 36;
}

static bool fits_json_pointer(const char *p, size_t n)
{
	if (n && *p != '/')
		return false;
	for (size_t i = 0; i < n; i++)
		if (p[i] == '~' && (i + 1 == n || (p[i + 1] != '0' && p[i + 1] != '1')))
			return false;
	return true;
}

static bool fits_relative_json_pointer(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && is_digit(p[i]))
		i++;
	if (!i || (i > 1 && *p == '0'))
		return false;
	return (n == i + 1 && p[i] == '#') || fits_json_pointer(p + i, n - i);
}

static bool fits_regex(const char *p, size_t n)
{
	struct arena scratch;
	const char *problem;
	bool fits;

	arena_init(&scratch);
	fits = schema_pattern_valid(&scratch, p, n, &problem);
	arena_release(&scratch);
	return fits;
}

/* -- the table -------------------------------------------------------------------------------- */

static const struct schema_format formats[] = {
    {"date", "a date (YYYY-MM-DD)", fits_date},
    {"date-time", "a moment (YYYY-MM-DDTHH:MM:SSZ)", fits_date_time},
    {"time", "a time of day (HH:MM:SSZ)", fits_time},
    {"duration", "a duration such as P3D or PT4H", fits_duration},
    {"email", "an e-mail address", fits_email},
    {"idn-email", "an e-mail address", fits_idn_email},
    {"hostname", "a host name", schema_format_hostname},
    {"idn-hostname", "a host name", schema_format_idn_hostname},
    {"ipv4", "an IPv4 address", schema_format_ipv4},
    {"ipv6", "an IPv6 address", schema_format_ipv6},
    {"uri", "a URI with its scheme", schema_format_uri},
    {"uri-reference", "a URI or a relative reference", schema_format_uri_reference},
    {"iri", "an IRI with its scheme", schema_format_iri},
    {"iri-reference", "an IRI or a relative reference", schema_format_iri_reference},
    {"uri-template", "a URI template", schema_format_uri_template},
    {"uuid", "a UUID", fits_uuid},
    {"json-pointer", "a JSON Pointer", fits_json_pointer},
    {"relative-json-pointer", "a relative JSON Pointer", fits_relative_json_pointer},
    {"regex", "a regular expression", fits_regex},
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

const struct schema_format *schema_format_find(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

const char *schema_format_near(const char *name)
{
	const char *names[N_FORMATS];

	for (size_t i = 0; i < N_FORMATS; i++)
		names[i] = formats[i].name;
	return text_nearest(name, names, N_FORMATS);
}
