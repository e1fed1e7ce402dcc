/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/yaml_refusal.c - libyaml's refusals in words for people, and where to go on behind one */
#include "read/yaml_internal.h"
#include <string.h>

#define QUOTED "while scanning a quoted scalar"
#define CLOSE_QUOTE                                                                                \
	"close it with the quote that opened it; inside single quotes ' is written '', inside "    \
	"double quotes \" is written \\\""

static const struct yaml_refusal refusals[] = {
    {"found unexpected end of stream", QUOTED, true, "quote is not closed", CLOSE_QUOTE},
    {"found unexpected document indicator", QUOTED, true, "quote is not closed", CLOSE_QUOTE},
    {"could not find expected ':'", NULL, true, "expected 'key: value'",
     "write ': ' behind the key; a key is on one line and has at most 1,024 characters"},
    {"mapping values are not allowed in this context", NULL, false, "':' does not fit here",
     "put a value that holds ': ' in quotes, or mend the indentation"},
    {"block sequence entries are not allowed in this context", NULL, false, "'-' does not fit here",
     "begin the list on a line of its own, or put the value in quotes"},
    {"did not find expected key", NULL, false, "expected a key",
     "keys of one map begin in the same column"},
    {"did not find expected '-' indicator", NULL, false, "expected '-'",
     "items of one list begin in the same column"},
    {"did not find expected ',' or ']'", NULL, false, "expected ',' or ']'",
     "part the items with ',' and close the list with ']'"},
    {"did not find expected ',' or '}'", NULL, false, "expected ',' or '}'",
     "part the keys with ',' and close the map with '}'"},
    {"did not find expected node content", NULL, false, "expected a value", NULL},
    {"did not find expected <document start>", NULL, false, "text behind the end of the document",
     "keys of one map begin in the same column"},
    {"found a tab character that violates intendation", NULL, false,
     "tab character used for indentation", "indent with spaces"},
    {"found a tab character where an indentation space is expected", NULL, false,
     "tab character used for indentation", "indent with spaces"},
    {"found a tab character where an intendation space is expected", NULL, false,
     "tab character used for indentation", "indent with spaces"},
    {"found unknown escape character", NULL, false, "unknown escape in double quotes",
     "write \\\\ for a backslash, or use single quotes"},
    {"did not find expected hexdecimal number", NULL, false,
     "escape with too few hexadecimal digits",
     "\\x takes 2 digits, \\u takes 4, \\U takes 8; write \\\\ for a backslash"},
    {"found invalid Unicode character escape code", NULL, false, "escape that is no character",
     NULL},
    {"found incompatible YAML document", NULL, false, "YAML version is not 1.1 or 1.2", NULL},
    {"found undefined tag handle", NULL, false, "tag is not read here",
     "write the value without a tag"},
    {"found unexpected ':'", NULL, false, "':' does not fit here",
     "put a value that holds ':' in quotes"},
};

const struct yaml_refusal *yaml_refusal_find(const char *problem, const char *context)
{
	static const struct yaml_refusal unknown = {0};

	for (size_t i = 0; problem && i < sizeof refusals / sizeof *refusals; i++) {
		const struct yaml_refusal *r = &refusals[i];
		if (!strcmp(r->problem, problem) &&
		    (!r->context || (context && !strcmp(r->context, context))))
			return r;
	}
	return &unknown;
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* `key:` with a space or the line's end behind it. */
static bool is_key_line(const char *p, size_t n)
{
	size_t i = 0;

	if (!n || *p == '-')
		return false;
	while (i < n && is_key_char(p[i]))
		i++;
	if (!i || i == n || p[i] != ':')
		return false;
	return i + 1 == n || p[i + 1] == ' ' || p[i + 1] == '\r' || p[i + 1] == '\n';
}

size_t yaml_resume_at(const char *text, size_t from, size_t end)
{
	while (from < end) {
		const char *nl = memchr(text + from, '\n', end - from);
		if (!nl)
			return end;
		from = (size_t)(nl - text) + 1;
		if (is_key_line(text + from, end - from))
			return from;
	}
	return end;
}

size_t yaml_skip_void(const char *text, size_t from, size_t end)
{
	while (from < end) {
		const char *p = text + from;
		if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') {
			from++;
		} else if (*p == '#') {
			const char *nl = memchr(p, '\n', end - from);
			from = nl ? (size_t)(nl - text) + 1 : end;
		} else if (end - from >= 3 && !memcmp(p, "...", 3) &&
			   (end - from == 3 || strchr(" \t\r\n", p[3]))) {
			from += 3;
		} else {
			return from;
		}
	}
	return end;
}
