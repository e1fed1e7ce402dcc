/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/yaml_gate.c - what is looked at before libyaml sees a text
 *
 * libyaml says line 1 for every bad byte and takes U+0085, U+2028 and U+2029 for line breaks;
 * both are settled here, so that its characters can be counted back to our bytes. */
#include "base/text.h"
#include "read/yaml_internal.h"
#include <string.h>

enum { MOST_BAD_LINES = 20 };

static uint32_t decode(const unsigned char *p, size_t *length)
{
	if (p[0] < 0x80)
		return *length = 1, p[0];
	if (p[0] < 0xE0)
		return *length = 2, (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
	if (p[0] < 0xF0)
		return *length = 3, (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	return *length = 4,
	       (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

/* NULL where the character may stand in YAML, else what it is; %X stands for its number. */
static const char *refused_character(uint32_t c)
{
	if (c == '\t' || c == '\n' || c == '\r')
		return NULL;
	if (c == 0)
		return "NUL byte";
	if (c < 0x20 || (c >= 0x7F && c < 0xA0 && c != 0x85))
		return "control character U+%04X";
	if (c == 0xFEFF)
		return "byte order mark U+%04X inside the text";
	if ((c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE)
		return "U+%04X, which is no character";
	return NULL;
}

/* The first refused character in p[from..to), all of it UTF-8; `to` where there is none. */
static size_t find_refused(const char *p, size_t from, size_t to, uint32_t *character)
{
	size_t length;

	for (size_t i = from; i < to; i += length) {
		unsigned char c = (unsigned char)p[i];
		length = 1;
		if (c >= 0x20 && c < 0x7F)
			continue;
		*character = decode((const unsigned char *)p + i, &length);
		if (refused_character(*character))
			return i;
	}
	return to;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void add_refused(struct diag_sink *diags, enum rule rule, struct span at, uint32_t character)
{
	char detail[64];

	snprintf(detail, sizeof detail, refused_character(character), (unsigned)character);
	diag_add(diags, rule, at, "%s", detail);
}
#pragma GCC diagnostic pop

static bool is_utf16(const char *p, size_t n)
{
	return n >= 2 && (!memcmp(p, "\xFF\xFE", 2) || !memcmp(p, "\xFE\xFF", 2));
}

bool yaml_gate(struct source *source, size_t start, size_t end, enum rule rule,
	       struct diag_sink *diags)
{
	const char *p = source->text;
	size_t i = start, valid = start, found = 0;

	if (is_utf16(p + start, end - start)) {
		struct finding *f = diag_add(diags, rule, span_at(source, start, start + 2),
					     "expected UTF-8, found UTF-16");
		diag_help(diags, f, "save the file as UTF-8");
		return false;
	}
	if (end - start >= 3 && !memcmp(p + start, "\xEF\xBB\xBF", 3))
		i += 3;
	while (i < end && found < MOST_BAD_LINES) {
		uint32_t character = 0;
		size_t bad, at;
		const char *line_end;
		if (i >= valid)
			valid = text_is_utf8(p + i, end - i, &bad) ? end : i + bad;
		at = find_refused(p, i, valid, &character);
		if (at == end)
			break;
		found++;
		if (at < valid)
			add_refused(diags, rule, span_at(source, at, at + 1), character);
		else
			diag_add(diags, rule, span_at(source, at, at + 1),
				 "byte 0x%02X is not UTF-8", (unsigned char)p[at]);
		line_end = memchr(p + at, '\n', end - at);
		i = line_end ? (size_t)(line_end - p) + 1 : end;
	}
	return !found;
}

/* Bytes of U+0085, U+2028 or U+2029 at p, 0 for anything else; *which is 0, 1 or 2. */
static size_t special_length(const char *p, size_t n, int *which)
{
	if (n >= 2 && !memcmp(p, "\xC2\x85", 2))
		return *which = 0, 2;
	if (n >= 3 && !memcmp(p, "\xE2\x80", 2) && (p[2] == '\xA8' || p[2] == '\xA9'))
		return *which = p[2] == '\xA8' ? 1 : 2, 3;
	return 0;
}

size_t yaml_count_special(const struct yaml_feed *feed, size_t start, size_t end)
{
	const char *p = feed->source->text;
	size_t count = 0;
	int which;

	for (size_t i = start; i < end; i++)
		count += special_length(p + i, end - i, &which) > 0;
	return count;
}

struct yaml_feed yaml_feed_new(struct arena *mem, struct source *source, size_t start, size_t end)
{
	struct yaml_feed feed = {.source = source, .start = start, .end = end, .ascii = true};
	size_t special, to = 0, length;
	char *copy;

	if (end - start >= 3 && !memcmp(source->text + start, "\xEF\xBB\xBF", 3))
		feed.start += 3;
	feed.text = source->text + feed.start;
	feed.len = end - feed.start;
	for (size_t i = 0; i < feed.len && feed.ascii; i++)
		feed.ascii = (unsigned char)feed.text[i] < 0x80;
	special = feed.ascii ? 0 : yaml_count_special(&feed, feed.start, feed.end);
	if (!special)
		return feed;
	copy = arena_alloc(mem, feed.len + special);
	for (size_t i = 0; i < feed.len; i += length) {
		int which;
		length = special_length(feed.text + i, feed.len - i, &which);
		if (length) {
			copy[to++] = YAML_STAND_IN_PREFIX[0];
			copy[to++] = YAML_STAND_IN_PREFIX[1];
			copy[to++] = (char)(0x90 + which);
		} else {
			length = 1;
			copy[to++] = feed.text[i];
		}
	}
	feed.text = copy;
	feed.len = to;
	feed.stand_ins = true;
	return feed;
}

size_t yaml_restore(char *text, size_t len, size_t *count)
{
	static const char *const originals[] = {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
	size_t to = 0;

	*count = 0;
	for (size_t i = 0; i < len;) {
		unsigned char last = i + 2 < len ? (unsigned char)text[i + 2] : 0;
		if (last >= 0x90 && last <= 0x92 && !memcmp(text + i, YAML_STAND_IN_PREFIX, 2)) {
			size_t n = strlen(originals[last - 0x90]);
			memcpy(text + to, originals[last - 0x90], n);
			to += n;
			i += 3;
			++*count;
		} else {
			text[to++] = text[i++];
		}
	}
	text[to] = '\0';
	return to;
}
