/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live_path.c - the grammar of paths in live documents */
#include "catalog/live_path.h"
#include <string.h>

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t run_of(const char *text, size_t n, const char *marks)
{
	size_t i = 0;

	if (!n || !is_alnum(text[0]))
		return 0;
	while (i < n && (is_alnum(text[i]) || (text[i] && strchr(marks, text[i]))))
		i++;
	return i;
}

size_t live_subject_length(const char *text, size_t n)
{
	size_t id = run_of(text, n, "._/-"), version;

	if (!id || id == n || text[id] != '@')
		return id;
	version = run_of(text + id + 1, n - id - 1, "._+-");
	return version ? id + 1 + version : 0;
}

static bool is_key_byte(char c)
{
	unsigned char byte = (unsigned char)c;

	return byte >= ' ' && byte != 127 && !strchr("{}|\"'<>`\\", c);
}

bool live_keys_good(const char *text, size_t n)
{
	bool first = true;

	if (!n || is_blank(text[n - 1]) || text[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_key_byte(text[i]))
			return false;
		if (first && (is_blank(text[i]) || text[i] == '/' || text[i] == '.'))
			return false;
		if (text[i] == '.' && is_blank(text[i - 1]))
			return false;
		first = text[i] == '.';
	}
	return true;
}

static void trim(const char **text, size_t *n)
{
	while (*n && is_blank(**text)) {
		(*text)++;
		(*n)--;
	}
	while (*n && is_blank((*text)[*n - 1]))
		(*n)--;
}

static bool read_decimals(const char *text, size_t n, int *decimals)
{
	int value = 0;

	if (!n || n > 2)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*decimals = value;
	return value <= LIVE_DECIMALS_MAX;
}

bool live_format_read(const char *text, size_t n, struct live_format *format)
{
	static const char percent[] = "percent";
	size_t length = strlen(percent);

	*format = (struct live_format){false, -1};
	trim(&text, &n);
	if (n < length || memcmp(text, percent, length) != 0)
		return read_decimals(text, n, &format->decimals);
	format->percent = true;
	if (n == length)
		return true;
	if (!is_blank(text[length]))
		return false;
	text += length;
	n -= length;
	trim(&text, &n);
	return read_decimals(text, n, &format->decimals);
}

bool live_path_read(struct arena *mem, const char *text, size_t n, struct live_path *path)
{
	const char *bar = memchr(text, '|', n);
	size_t length, subject;

	if (n > LIVE_LONGEST)
		return false;
	*path = (struct live_path){.format = {false, -1}};
	length = bar ? (size_t)(bar - text) : n;
	if (bar && !live_format_read(bar + 1, n - length - 1, &path->format)) {
		const char *format = bar + 1;
		path->format = (struct live_format){false, -1};
		size_t format_length = n - length - 1;
		trim(&format, &format_length);
		for (size_t i = 0; i < format_length; i++)
			if (!is_alnum(format[i]) && !is_blank(format[i]) &&
			    !strchr("_-.%", format[i]))
				return false; /* a filter with arguments, of another program */
		path->bad_format = arena_strndup(mem, format, format_length);
	}
	trim(&text, &length);
	subject = live_subject_length(text, length);
	if (!subject || subject >= length || text[subject] != ':' ||
	    !live_keys_good(text + subject + 1, length - subject - 1))
		return false;
	path->path = arena_strndup(mem, text, length);
	path->subject = arena_strndup(mem, text, subject);
	path->keys = path->path + subject + 1;
	return true;
}

bool live_path_plain(struct arena *mem, const char *text, struct live_path *path)
{
	return !strchr(text, '|') && live_path_read(mem, text, strlen(text), path);
}
