/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/records.c - modelbook's records as YAML, written by a program */
#include "capstone/records.h"
#include "base/date.h"
#include "base/file.h"
#include "base/number.h"
#include "base/path.h"
#include "base/text.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_FLOW = 80 }; /* bytes of a list up to which it stands on one line */

/* -- scalars ---------------------------------------------------------------------------------- */

/* True for a character that modelbook does not read in YAML, however it is escaped. */
static bool is_refused(const unsigned char *p, size_t length)
{
	if (length == 1)
		return (*p < 0x20 && *p != '\t' && *p != '\n') || *p == 0x7F;
	if (length == 2) /* U+0080 to U+009F */
		return p[0] == 0xC2 && p[1] < 0xA0;
	if (length == 3) /* U+FEFF, U+FFFE, U+FFFF, U+FDD0 to U+FDEF */
		return (p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF) ||
		       (p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE) ||
		       (p[0] == 0xEF && p[1] == 0xB7 && p[2] >= 0x90 && p[2] <= 0xAF);
	/* the last two of each plane beyond the first */
	return (p[1] & 0x0F) == 0x0F && p[2] == 0xBF && p[3] >= 0xBE;
}

/* Bytes of the character at p, 0 where there is none in UTF-8. */
static size_t character_length(const char *p, size_t n)
{
	unsigned char c = (unsigned char)*p;
	size_t length = c < 0x80 ? 1 : c < 0xC0 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4, bad;

	return length && length <= n && text_is_utf8(p, length, &bad) ? length : 0;
}

static void quoted(struct out *to, const char *p, size_t n)
{
	size_t length;

	out_putc(to, '"');
	for (size_t i = 0; i < n; i += length) {
		size_t whole = character_length(p + i, n - i);
		length = whole ? whole : 1;
		if (p[i] == '"' || p[i] == '\\')
			out_printf(to, "\\%c", p[i]);
		else if (p[i] == '\n')
			out_puts(to, "\\n");
		else if (p[i] == '\t')
			out_puts(to, "\\t");
		else if (!whole || is_refused((const unsigned char *)p + i, length))
			out_puts(to, "\xEF\xBF\xBD");
		else if (length == 3 &&
			 (!memcmp(p + i, "\xE2\x80\xA8", 3) || !memcmp(p + i, "\xE2\x80\xA9", 3)))
			out_printf(to, "\\u20%02x", p[i + 2] == '\xA8' ? 0x28 : 0x29);
		else
			out_write(to, p + i, length);
	}
	out_putc(to, '"');
}

/* A key that is no word of its own in YAML stands without quotes. */
static bool is_plain_key(const char *key)
{
	static const char *const words[] = {"null", "Null",  "NULL",  "true", "True",
					    "TRUE", "false", "False", "FALSE"};

	if (!*key || strspn(key, "0123456789") == strlen(key))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(key, words[i]))
			return false;
	for (const char *p = key; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_' ||
		      (p > key && *p >= '0' && *p <= '9')))
			return false;
	return true;
}

/* -- lines ------------------------------------------------------------------------------------ */

static void indent(struct yaml_writer *w)
{
	if (w->empty) {
		out_putc(w->to, '\n');
		w->empty = NULL;
	}
	if (w->in_item)
		w->in_item = false;
	else
		for (unsigned i = 0; i < w->depth; i++)
			out_puts(w->to, "  ");
}

static void begin(struct yaml_writer *w, const char *key)
{
	indent(w);
	if (is_plain_key(key))
		out_puts(w->to, key);
	else
		quoted(w->to, key, strlen(key));
	out_putc(w->to, ':');
}

static void plain(struct yaml_writer *w, const char *key, const char *value)
{
	begin(w, key);
	out_printf(w->to, " %s\n", value);
}

void yaml_comment(struct yaml_writer *w, const char *text)
{
	size_t room = 98 - 2 * (w->depth < 30 ? w->depth : 30);

	assert(!w->in_item);
	while (*text) {
		size_t n = strcspn(text, "\n"), cut = n;
		if (n > room) {
			for (cut = room; cut && text[cut] != ' '; cut--)
				;
			if (!cut) /* a word without an end: whole */
				cut = strcspn(text, " \n");
		}
		indent(w);
		out_puts(w->to, "#");
		if (cut)
			out_putc(w->to, ' ');
		for (size_t i = 0; i < cut; i++)
			out_putc(w->to, (unsigned char)text[i] < 0x20 ? ' ' : text[i]);
		out_putc(w->to, '\n');
		text += cut;
		text += *text == ' ' || *text == '\n';
	}
}

/* -- structure -------------------------------------------------------------------------------- */

void yaml_map(struct yaml_writer *w, const char *key)
{
	begin(w, key);
	w->empty = "{}";
	w->depth++;
}

void yaml_list(struct yaml_writer *w, const char *key)
{
	begin(w, key);
	w->empty = "[]";
	w->depth++;
}

void yaml_item(struct yaml_writer *w)
{
	assert(!w->in_item);
	indent(w);
	out_puts(w->to, "- ");
	w->in_item = true;
	w->depth++;
}

void yaml_end(struct yaml_writer *w)
{
	assert(w->depth);
	if (w->in_item)
		out_puts(w->to, "{}\n");
	else if (w->empty)
		out_printf(w->to, " %s\n", w->empty);
	w->in_item = false;
	w->empty = NULL;
	w->depth--;
}

/* -- values ----------------------------------------------------------------------------------- */

void yaml_text(struct yaml_writer *w, const char *key, const char *format, ...)
{
	struct out text = {0};
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	assert(n >= 0);
	for (int i = 0; i <= n; i++)
		out_putc(&text, ' ');
	if (!text.failed) {
		va_start(arguments, format);
		vsnprintf(text.p, text.n, format, arguments);
		va_end(arguments);
	}
	begin(w, key);
	out_putc(w->to, ' ');
	quoted(w->to, out_text(&text), (size_t)n);
	out_putc(w->to, '\n');
	out_release(&text);
}

void yaml_number(struct yaml_writer *w, const char *key, double value)
{
	char buf[NUMBER_TEXT_MAX];

	plain(w, key, number_shortest(buf, value));
}

void yaml_fixed(struct yaml_writer *w, const char *key, double value, int decimals)
{
	char buf[NUMBER_TEXT_MAX];

	plain(w, key, isfinite(value) ? number_fixed(buf, value, decimals) : "null");
}

void yaml_count(struct yaml_writer *w, const char *key, uint64_t value)
{
	char buf[24];

	snprintf(buf, sizeof buf, "%llu", (unsigned long long)value);
	plain(w, key, buf);
}

void yaml_truth(struct yaml_writer *w, const char *key, bool value)
{
	plain(w, key, value ? "true" : "false");
}

void yaml_day(struct yaml_writer *w, const char *key, int32_t day)
{
	char buf[DATE_TEXT];

	plain(w, key, date_format(buf, day));
}

void yaml_texts(struct yaml_writer *w, const char *key, const char *const *items, size_t n)
{
	struct out flow = {0};

	for (size_t i = 0; i < n; i++) {
		if (i)
			out_puts(&flow, ", ");
		quoted(&flow, items[i], strlen(items[i]));
	}
	begin(w, key);
	if (flow.n <= LONGEST_FLOW) {
		out_printf(w->to, " [%s]\n", out_text(&flow));
	} else {
		out_putc(w->to, '\n');
		for (size_t i = 0; i < n; i++) {
			for (unsigned d = 0; d <= w->depth; d++)
				out_puts(w->to, "  ");
			out_puts(w->to, "- ");
			quoted(w->to, items[i], strlen(items[i]));
			out_putc(w->to, '\n');
		}
	}
	out_release(&flow);
}

/* -- files ------------------------------------------------------------------------------------ */

bool whole_write(const char *path, const struct out *text, struct diag_sink *diags)
{
	struct out beside = {0};
	bool written;

	out_printf(&beside, "%s.part", path);
	errno = ENOMEM;
	written = !text->failed && !beside.failed &&
		  file_write(AT_FDCWD, beside.p, out_text(text), text->n, true) == ST_OK &&
		  !rename(beside.p, path);
	if (!written) {
		int error = errno;
		if (!beside.failed)
			unlink(beside.p);
		diag_add(diags, RULE_IO_WRITE, (struct span){0}, "'%s': %s", path, strerror(error));
	}
	out_release(&beside);
	return written;
}

bool record_write(const char *dir, const char *path, const struct out *text,
		  struct diag_sink *diags)
{
	return whole_write(path_join(diags->mem, dir, path), text, diags);
}
