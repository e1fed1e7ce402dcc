/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_format_uri.c - URIs (RFC 3986), IRIs (RFC 3987) and URI templates (RFC 6570) */
#include "read/schema_internal.h"
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_escape(const char *p, size_t n)
{
	return n >= 3 && p[0] == '%' && is_hex(p[1]) && is_hex(p[2]);
}

/* unreserved, sub-delims, escapes, the characters of `more`, and where `international` all beyond
 * ASCII. */
static bool is_made_of(const char *p, size_t n, const char *more, bool international)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (is_letter(c) || is_digit(c) || (c && strchr("-._~!$&'()*+,;=", c)) ||
		    (c && strchr(more, c)) || (international && (unsigned char)c >= 0x80))
			continue;
		if (!is_escape(p + i, n - i))
			return false;
		i += 2;
	}
	return true;
}

/* [IPv6] or [v1.future] */
static bool is_literal(const char *p, size_t n)
{
	size_t i = 1;

	if (n < 3 || p[0] != '[' || p[n - 1] != ']')
		return false;
	p++, n -= 2;
	if (*p != 'v' && *p != 'V')
		return schema_format_ipv6(p, n);
	while (i < n && is_hex(p[i]))
		i++;
	return i > 1 && i + 1 < n && p[i] == '.' && is_made_of(p + i + 1, n - i - 1, ":", false) &&
	       !memchr(p + i, '%', n - i);
}

/* [user "@"] host [":" port] */
static bool is_authority(const char *p, size_t n, bool international)
{
	const char *at = memchr(p, '@', n);
	size_t host;

	if (at) {
		if (!is_made_of(p, (size_t)(at - p), ":", international))
			return false;
		n -= (size_t)(at + 1 - p);
		p = at + 1;
	}
	host = n;
	while (host && is_digit(p[host - 1]))
		host--;
	host = host && p[host - 1] == ':' ? host - 1 : n;
	if (host && *p == '[')
		return is_literal(p, host);
	return is_made_of(p, host, "", international);
}

static size_t scheme_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (is_letter(p[i]) ||
			 (i && (is_digit(p[i]) || p[i] == '+' || p[i] == '-' || p[i] == '.'))))
		i++;
	return i && i < n && p[i] == ':' ? i + 1 : 0;
}

/* Bytes before the first of `ends`. */
static size_t length_until(const char *p, size_t n, const char *ends)
{
	size_t i = 0;

	while (i < n && !(p[i] && strchr(ends, p[i])))
		i++;
	return i;
}

static bool is_path(const char *p, size_t n, bool has_scheme, bool has_authority,
		    bool international)
{
	size_t first = length_until(p, n, "/");

	if (!is_made_of(p, n, ":@/", international))
		return false;
	if (has_authority)
		return !n || *p == '/';
	if (n >= 2 && p[0] == '/' && p[1] == '/')
		return false;
	return has_scheme || !memchr(p, ':', first);
}

static bool is_reference(const char *p, size_t n, bool need_scheme, bool international)
{
	size_t length = scheme_length(p, n);
	bool has_scheme = length > 0, has_authority = false;

	if (need_scheme && !has_scheme)
		return false;
	p += length, n -= length;
	if (n >= 2 && p[0] == '/' && p[1] == '/') {
		has_authority = true;
		p += 2, n -= 2;
		length = length_until(p, n, "/?#");
		if (!is_authority(p, length, international))
			return false;
		p += length, n -= length;
	}
	length = length_until(p, n, "?#");
	if (!is_path(p, length, has_scheme, has_authority, international))
		return false;
	p += length, n -= length;
	if (n && *p == '?') {
		length = length_until(p, n, "#");
		if (!is_made_of(p + 1, length - 1, ":@/?", international))
			return false;
		p += length, n -= length;
	}
	return !n || is_made_of(p + 1, n - 1, ":@/?", international);
}

bool schema_format_uri(const char *p, size_t n)
{
	return is_reference(p, n, true, false);
}

bool schema_format_uri_reference(const char *p, size_t n)
{
	return is_reference(p, n, false, false);
}

bool schema_format_iri(const char *p, size_t n)
{
	return is_reference(p, n, true, true);
}

bool schema_format_iri_reference(const char *p, size_t n)
{
	return is_reference(p, n, false, true);
}

/* name [":" length | "*"] {"," …} */
static bool is_expression(const char *p, size_t n)
{
	size_t i = n && strchr("+#./;?&=,!@|", *p) && *p ? 1 : 0;

	for (;;) {
		size_t start = i;
		while (i < n &&
		       (is_letter(p[i]) || is_digit(p[i]) || p[i] == '_' ||
			(p[i] == '.' && i > start && p[i - 1] != '.') || is_escape(p + i, n - i)))
			i += p[i] == '%' ? 3 : 1;
		if (i == start || p[i - 1] == '.')
			return false;
		if (i < n && p[i] == '*') {
			i++;
		} else if (i < n && p[i] == ':') {
			size_t digits = 0;
			while (i + 1 + digits < n && is_digit(p[i + 1 + digits]))
				digits++;
			if (!digits || digits > 4 || p[i + 1] == '0')
				return false;
			i += 1 + digits;
		}
		if (i == n)
			return true;
		if (p[i++] != ',')
			return false;
	}
}

bool schema_format_uri_template(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c == '{') {
			size_t length = length_until(p + i + 1, n - i - 1, "}");
			if (i + 1 + length == n || !is_expression(p + i + 1, length))
				return false;
			i += 1 + length;
		} else if (c == '%') {
			if (!is_escape(p + i, n - i))
				return false;
			i += 2;
		} else if (c <= ' ' || c == 0x7F || strchr("\"<>\\^`|}", c)) {
			return false;
		}
	}
	return true;
}
