/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/escape.c - text, addresses and JSON as parts of HTML */
#include "render/escape.h"

#include "read/html_clean.h"

#include <stdbool.h>
#include <string.h>

/* What is written instead of a byte; NULL for itself. */
static const char *const html_entity[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};

#define REPLACEMENT "\xEF\xBF\xBD"

/* Bytes of an address that stand for themselves: unreserved and reserved ones of RFC 3986 but
 * quotes, brackets and '#', which are looked at where they stand. */
static bool url_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~:/?@!$()*+,;=", c));
}

/* Besides controls, the marks that override the direction of text (U+202D, U+202E): what a reader
 * sees must be what is written. Isolates and embeddings, which languages need, stay.
 * C1 controls are two bytes of UTF-8: C2 80 to C2 9F. U+FFFE and U+FFFF are EF BF BE and BF. */
static size_t control_length(const unsigned char *p, size_t n)
{
	if (p[0] < ' ')
		return strchr("\t\n\r\f", p[0]) && p[0] ? 0 : 1;
	if (p[0] == 0x7F)
		return 1;
	if (p[0] == 0xC2 && n > 1 && p[1] >= 0x80 && p[1] < 0xA0)
		return 2;
	if (p[0] == 0xE2 && n > 2 && p[1] == 0x80 && (p[2] == 0xAD || p[2] == 0xAE))
		return 3;
	if (p[0] == 0xEF && n > 2 && p[1] == 0xBF && p[2] >= 0xBE)
		return 3;
	return 0;
}

/* True for bytes at which escape_html() must look. */
static bool html_special(unsigned char c)
{
	return html_entity[c] || c < ' ' || c == 0x7F || c == 0xC2 || c == 0xE2 || c == 0xEF;
}

void escape_html(struct out *to, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t from = 0, i = 0;

	while (i < n) {
		const char *instead;
		size_t length = 1;

		if (!html_special(p[i])) {
			i++;
			continue;
		}
		instead = html_entity[p[i]];
		if (!instead) {
			length = control_length(p + i, n - i);
			instead = REPLACEMENT;
		}
		if (!length) {
			i++;
			continue;
		}
		out_write(to, text + from, i - from);
		out_puts(to, instead);
		i += length;
		from = i;
	}
	if (n > from)
		out_write(to, text + from, n - from);
}

static bool hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Length of the part in which '[' and ']' may stand: up to the end of the authority. */
static size_t authority_end(const char *url)
{
	const char *slashes = strstr(url, "//");

	return slashes ? (size_t)(slashes - url) + 2 + strcspn(slashes + 2, "/?#") : 0;
}

/* '[' and ']' stay before `brackets`. */
static void write_url(struct out *to, const char *url, size_t brackets)
{
	bool fragment = false;

	for (size_t i = 0; url[i]; i++) {
		unsigned char c = (unsigned char)url[i];

		if (url_byte(c) || (c == '%' && hex_digit(url[i + 1]) && hex_digit(url[i + 2])) ||
		    (c == '#' && !fragment) || ((c == '[' || c == ']') && i < brackets))
			out_putc(to, (char)c);
		else if (c == '&' || c == '\'')
			out_puts(to, html_entity[c]);
		else
			out_printf(to, "%%%02X", c);
		fragment = fragment || c == '#';
	}
}

void escape_url(struct out *to, const char *url)
{
	if (url && url_is_safe(url, false))
		write_url(to, url, authority_end(url));
	else
		out_puts(to, "#");
}

void escape_url_part(struct out *to, const char *part)
{
	write_url(to, part, 0);
}

void escape_json_script(struct out *to, const char *json, size_t n)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *instead;
	} special[] = {
	    {"<", 1, "\\u003c"},
	    {">", 1, "\\u003e"},
	    {"&", 1, "\\u0026"},
	    {"\xE2\x80\xA8", 3, "\\u2028"},
	    {"\xE2\x80\xA9", 3, "\\u2029"},
	};
	size_t from = 0, i = 0;

	while (i < n) {
		size_t k = 0;

		while (
		    k < sizeof special / sizeof *special &&
		    (n - i < special[k].n || memcmp(json + i, special[k].bytes, special[k].n) != 0))
			k++;
		if (k == sizeof special / sizeof *special) {
			i++;
			continue;
		}
		out_write(to, json + from, i - from);
		out_puts(to, special[k].instead);
		i += special[k].n;
		from = i;
	}
	if (n > from)
		out_write(to, json + from, n - from);
}

void escape_html_breakable(struct out *to, const char *p, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i + 1 < n; i++) {
		if (!p[i] || !strchr("._/@", p[i]) || strchr("._/@ \n", p[i + 1]))
			continue;
		escape_html(to, p + from, i + 1 - from);
		out_puts(to, "<wbr>");
		from = i + 1;
	}
	escape_html(to, p + from, n - from);
}

void escape_html_code(struct out *to, const char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		const char *open = memchr(p + at, '`', n - at);
		size_t from = open ? (size_t)(open - p) + 1 : n;
		const char *close = from < n ? memchr(p + from, '`', n - from) : NULL;
		size_t to_close = close ? (size_t)(close - p) : n;

		if (!close || to_close == from || memchr(p + from, '\n', to_close - from)) {
			escape_html(to, p + at, n - at);
			return;
		}
		escape_html(to, p + at, from - 1 - at);
		out_puts(to, "<code>");
		escape_html(to, p + from, to_close - from);
		out_puts(to, "</code>");
		at = to_close + 1;
	}
}
