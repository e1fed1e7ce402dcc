/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live_slip.c - which braces and brackets that stay text were meant, and how they are
 * mended */
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/live.h"
#include <string.h>
#include <strings.h>

enum { LONGEST_SUBJECT = 200 };

static const char *const form_help[] = {
    [LIVE_NOT_CLOSED] = "two braces or brackets close it as two opened it, with nothing but text "
			"between them",
    [LIVE_CUT_BY_BAR] = "in a table the bar needs a backslash: `\\|`",
    [LIVE_NOT_OPENED] = "two braces open a path as two close it",
    [LIVE_MORE_BRACES] = "two braces on either side are a value; three are another program's",
    [LIVE_BEHIND_DOLLAR] = "behind a dollar sign braces are a workflow's; put a blank between",
    [LIVE_VALUE_IN_WORDS] = "words of a link by id hold no value; write `[words](address)`",
    [LIVE_IN_HTML] = "raw HTML is shown as it is written: write it as Markdown; where braces or "
		     "brackets are meant, write &#123; or &#91;",
    [LIVE_IN_PICTURE] = "words and addresses of pictures are shown as they are written",
    [LIVE_IN_ADDRESS] =
	"addresses and titles of links are taken as they are written; `[[ID|words]]` "
	"links by id",
    [LIVE_IN_FRONT_MATTER] = "front matter is read by other programs: write out what is meant; a "
			     "figure is compared with the record that it names",
};

/* ---- what was meant ---- */

static bool is_subject(const struct workspace *ws, struct arena *mem, const char *text, size_t n)
{
	struct arena_mark mark = arena_save(mem);
	struct live_target target;
	bool is = (n == 6 && !strncasecmp(text, "policy", n)) ||
		  (n == 9 && !strncasecmp(text, "workspace", n)) ||
		  (live_find(ws, arena_strndup(mem, text, n), &target) && !target.document);

	arena_reset(mem, mark);
	return is;
}

/* The length of the longest id at the front that something with values has, ended by what ends
 * words; 0 where none is there. */
static size_t known_subject(const struct workspace *ws, struct arena *mem, const char *text)
{
	size_t n = live_subject_length(text, strlen(text));

	if (!n) /* "churn@ 1" */
		n = strspn(text,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-");
	if (n > LONGEST_SUBJECT)
		n = LONGEST_SUBJECT;
	for (; n; n--)
		if ((!text[n] || strchr(" \t.:/@|#", text[n])) && is_subject(ws, mem, text, n))
			return n;
	return 0;
}

/* "MODEL@VERSION" at the front, whether there is one or not. */
static bool is_like_version(const char *text)
{
	size_t n = live_subject_length(text, strlen(text));

	return n && memchr(text, '@', n);
}

/* ---- values ---- */

/* What other programs write between double braces, and no path holds. */
static bool is_foreign(const char *text)
{
	return text[strcspn(text, "\"'`<>(){}=?$%*\\")] != '\0';
}

static const char *mended_path(struct arena *mem, const char *text, size_t subject)
{
	const char *rest = text + subject + strspn(text + subject, " \t.:/");
	const char *path = arena_printf(mem, "%.*s:%s", (int)subject, text, rest);
	struct live_path read;

	return *rest && live_path_read(mem, path, strlen(path), &read) && !read.bad_format ? path
											   : NULL;
}

static const char *help_for_path(struct arena *mem, const char *text, size_t subject)
{
	const char *path = subject ? mended_path(mem, text, subject) : NULL;

	if (path)
		return arena_printf(mem, "did you mean '{{ %s }}'?", path);
	return "a path is SUBJECT:KEY.KEY, and a bar before percent, a number of decimals or both "
	       "may follow; where braces are meant, write `\\{{`";
}

static bool judge_value(const struct workspace *ws, struct arena *mem, struct live_slip *slip)
{
	const char *text = slip->text;
	size_t subject = known_subject(ws, mem, text);
	bool meant = subject || is_like_version(text);
	struct live_path path;

	if (subject && (text[subject] == ' ' || text[subject] == '|') && is_foreign(text))
		meant = false; /* words of an expression */
	slip->severity = SEVERITY_ERROR;
	slip->help = form_help[slip->form];
	switch (slip->form) {
	case LIVE_NO_PATH:
		slip->help = help_for_path(mem, text, subject);
		if (meant)
			return true;
		slip->severity = SEVERITY_NOTE;
		return !is_foreign(text);
	case LIVE_NOT_CLOSED:
		return meant && strchr(text, ':');
	case LIVE_CUT_BY_BAR:
		return meant || live_path_read(mem, text, strlen(text), &path);
	case LIVE_NOT_OPENED:
	case LIVE_MORE_BRACES:
	case LIVE_BEHIND_DOLLAR:
		return meant && live_path_read(mem, text, strlen(text), &path);
	case LIVE_VALUE_IN_WORDS:
	case LIVE_IN_HTML:
	case LIVE_IN_PICTURE:
	case LIVE_IN_ADDRESS:
	case LIVE_IN_FRONT_MATTER:
		break;
	}
	slip->severity = SEVERITY_WARNING;
	return meant;
}

/* ---- links ---- */

/* What stands before the bar and the anchor. */
static const char *id_of(struct arena *mem, const char *text)
{
	size_t n = strcspn(text, "|#");

	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	return arena_strndup(mem, text, n);
}

static bool is_id(const struct workspace *ws, const char *id)
{
	struct live_target target;

	return *id && live_find(ws, id, &target);
}

/* The id of the document that has this title. */
static const char *titled(const struct workspace *ws, const char *title)
{
	for (size_t i = 0; i < ws->documents.n; i++) {
		const struct document *doc = ws->documents.items[i];
		if (doc->title && !strcasecmp(doc->title, title))
			return doc->id;
	}
	return NULL;
}

static const char *meant_id(const struct workspace *ws, struct arena *mem, const char *id)
{
	const char *decoded = path_decode_url(mem, id, strlen(id)), *found;

	if (decoded && is_id(ws, decoded))
		return decoded;
	found = titled(ws, id);
	return found ? found : live_nearest_id(ws, mem, id);
}

/* Words and ids of any script, and not the brackets of a formula, a list or a shell. */
static bool is_worded(const char *text)
{
	bool letter = false;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool is = c >= 128 || ((c | 32) >= 'a' && (c | 32) <= 'z');
		if (!is && !(c >= '0' && c <= '9') && !strchr(" \t._/-@%+", c))
			return false;
		letter |= is;
	}
	return letter;
}

/* Brackets around several words alone may be brackets. */
static bool judge_no_id(const struct workspace *ws, struct arena *mem, struct live_slip *slip,
			const char *id, bool suggests)
{
	const char *nearest = suggests && *id ? meant_id(ws, mem, id) : NULL;

	if (!is_worded(*id ? id : slip->text + strspn(slip->text, "#|")))
		return false;
	slip->help = "between the brackets stands an id, with #ANCHOR or |WORDS behind it or not; "
		     "where brackets are meant, write `\\[[`";
	if (nearest)
		slip->help = arena_printf(mem, "did you mean '%s'?", nearest);
	else if (strpbrk(id, " \t") && !strpbrk(slip->text, "|#"))
		slip->severity = SEVERITY_NOTE;
	return true;
}

static bool judge_link(const struct workspace *ws, struct arena *mem, struct live_slip *slip,
		       bool suggests)
{
	const char *id = id_of(mem, slip->text);
	size_t n = strlen(id);

	slip->severity = SEVERITY_ERROR;
	slip->help = form_help[slip->form];
	switch (slip->form) {
	case LIVE_NO_PATH:
		return judge_no_id(ws, mem, slip, id, suggests);
	case LIVE_CUT_BY_BAR:
		return is_id(ws, id) || (n && live_subject_length(id, n) == n);
	case LIVE_VALUE_IN_WORDS:
		return true;
	case LIVE_NOT_CLOSED:
		return is_id(ws, id);
	case LIVE_NOT_OPENED:
	case LIVE_MORE_BRACES:
	case LIVE_BEHIND_DOLLAR:
	case LIVE_IN_HTML:
	case LIVE_IN_PICTURE:
	case LIVE_IN_ADDRESS:
	case LIVE_IN_FRONT_MATTER:
		break;
	}
	slip->severity = SEVERITY_WARNING;
	return is_id(ws, id);
}

bool live_slip_judge(const struct workspace *ws, struct arena *mem, struct live_slip *slip,
		     bool suggests)
{
	return slip->kind == LIVE_VALUE ? judge_value(ws, mem, slip)
					: judge_link(ws, mem, slip, suggests);
}
