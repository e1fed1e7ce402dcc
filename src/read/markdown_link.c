/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_link.c - links that stand bare in plain text
 *
 * The rules are those of "Autolinks (extension)" in the GitHub Flavored Markdown specification,
 * section 6.9, for http://, https://, www., e-mail addresses and mailto:. cmark-gfm's own
 * extension for them reads out of bounds in the version that Debian 12 has. */
#include "read/markdown_internal.h"
#include <string.h>
#include <strings.h>

enum { LONGEST_HOST = 512 }; /* names are at most 253 bytes long */

static bool is_beyond_ascii(char c)
{
	return (c & 0x80) != 0;
}

static bool is_host_char(char c)
{
	return md_is_alnum(c) || c == '-' || c == '_' || is_beyond_ascii(c);
}

/* Length of the host name at p: segments of letters, digits, '-' and '_' separated by dots,
 * without '_' in the last two; 0 where there is none. */
static size_t host_length(const char *p, size_t n, bool needs_dot)
{
	size_t i = 0, dots = 0;
	bool underscore = false, underscore_before = false;

	for (; i < n && (is_host_char(p[i]) || p[i] == '.'); i++) {
		if (i == LONGEST_HOST)
			return 0;
		if (p[i] == '.') {
			if (i == 0 || i + 1 == n || !is_host_char(p[i + 1]))
				break;
			dots++;
			underscore_before = underscore;
			underscore = false;
		} else if (p[i] == '_') {
			underscore = true;
		}
	}
	if (i == 0 || underscore || underscore_before || (needs_dot && dots == 0))
		return 0;
	return i;
}

/* Where the entity that ends with the ';' at p[n - 1] begins; n where there is none. */
static size_t entity_start(const char *p, size_t n)
{
	size_t i = n - 1;

	while (i > 0 && md_is_alnum(p[i - 1]))
		i--;
	return i > 0 && i < n - 1 && p[i - 1] == '&' ? i - 1 : n;
}

/* Takes off what ends a sentence rather than an address; the length that is left. */
static size_t trim_end(const char *p, size_t n)
{
	size_t opened = 0, closed = 0;

	for (size_t i = 0; i < n; i++) {
		opened += p[i] == '(';
		closed += p[i] == ')';
	}
	while (n > 0) {
		char last = p[n - 1];
		if (strchr("?!.,:*_~'\"", last) && last != '\0') {
			n--;
		} else if (last == ')' && closed > opened) {
			closed--;
			n--;
		} else if (last == ';') {
			size_t start = entity_start(p, n);
			n = start < n ? start : n - 1;
		} else {
			break;
		}
	}
	return n;
}

/* The length of the address whose host begins at p[host]; 0 where it is none. */
static size_t address_length(const char *p, size_t n, size_t host, bool needs_dot)
{
	size_t end = host_length(p + host, n - host, needs_dot);

	if (end == 0)
		return 0;
	end += host;
	while (end < n && !md_is_space(p[end]) && p[end] != '<')
		end++;
	end = trim_end(p, end);
	return end > host ? end : 0;
}

static bool begins_with(const char *p, size_t n, const char *word)
{
	size_t length = strlen(word);

	return n >= length && strncasecmp(p, word, length) == 0;
}

/* What may stand before `www.` and a scheme. */
static bool may_begin(char before)
{
	return before == '\0' || md_is_space(before) || strchr("*_~(", before) != NULL;
}

static bool web_link(const char *text, size_t n, size_t at, char before, struct md_bare_link *link)
{
	const char *p = text + at;
	size_t left = n - at, length = 0;
	const char *prefix = "";

	if (begins_with(p, left, "www.") && may_begin(before)) {
		length = address_length(p, left, 0, true);
		prefix = "http://";
	} else if (begins_with(p, left, "http://") && !md_is_alpha(before)) {
		length = address_length(p, left, 7, false);
	} else if (begins_with(p, left, "https://") && !md_is_alpha(before)) {
		length = address_length(p, left, 8, false);
	}
	if (length == 0)
		return false;
	*link = (struct md_bare_link){.start = at, .end = at + length, .prefix = prefix};
	return true;
}

static bool is_mail_char(char c)
{
	return md_is_alnum(c) || c == '.' || c == '+' || c == '-' || c == '_';
}

/* An e-mail address around the '@' at `at`, whose first part begins at `least` or later. */
static bool mail_link(const char *text, size_t n, size_t at, size_t least,
		      struct md_bare_link *link)
{
	size_t start = at, end = at + 1, dots = 0;

	while (start > least && is_mail_char(text[start - 1]))
		start--;
	for (; end < n; end++) {
		char c = text[end];
		if (c == '.' && end + 1 < n && md_is_alnum(text[end + 1]) && end > at + 1)
			dots++;
		else if (!md_is_alnum(c) && c != '-' && c != '_')
			break;
	}
	if (start == at || dots == 0 || text[end - 1] == '-' || text[end - 1] == '_' ||
	    (end < n && text[end] == '@'))
		return false;
	*link = (struct md_bare_link){.start = start, .end = end, .prefix = "mailto:"};
	if (start >= least + 7 && begins_with(text + start - 7, 7, "mailto:") &&
	    (start == least + 7 || !md_is_alnum(text[start - 8])))
		*link = (struct md_bare_link){.start = start - 7, .end = end, .prefix = ""};
	return true;
}

/* False for most texts: they hold none of what a bare link cannot do without. */
static bool may_hold_link(const char *text, size_t n)
{
	const char *dot = text, *end = text + n;

	if (memchr(text, ':', n) || memchr(text, '@', n))
		return true;
	for (; (dot = memchr(dot, '.', (size_t)(end - dot))); dot++)
		if (dot - text >= 3 && (dot[-1] | 0x20) == 'w')
			return true;
	return false;
}

bool md_find_bare_link(const char *text, size_t n, size_t from, char before,
		       struct md_bare_link *link)
{
	if (from >= n || !may_hold_link(text + from, n - from))
		return false;
	for (size_t i = from; i < n; i++) {
		char c = text[i] | 0x20, next = i + 1 < n ? (char)(text[i + 1] | 0x20) : '\0';
		if (text[i] == '@') {
			if (mail_link(text, n, i, from, link))
				return true;
		} else if ((c == 'w' && next == 'w') || (c == 'h' && next == 't')) {
			if (web_link(text, n, i, i > 0 ? text[i - 1] : before, link))
				return true;
		}
	}
	return false;
}
