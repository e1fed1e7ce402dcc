/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/path.c - paths inside a workspace and names of pages */
#include "base/path.h"
#include "base/out.h"
#include "base/text.h"
#include <string.h>
#include <utf8proc.h>

enum { LONGEST_COMPONENT = 200 };

char *path_join(struct arena *mem, const char *dir, const char *name)
{
	if (!*dir)
		return arena_strdup(mem, name);
	return arena_printf(mem, "%s/%s", dir, name);
}

char *path_dir(struct arena *mem, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_strndup(mem, path, slash ? (size_t)(slash - path) : 0);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *path_extension(const char *path)
{
	const char *base = path_base(path);
	const char *dot = strrchr(base, '.');

	return dot && dot != base ? dot : "";
}

char *path_resolve(struct arena *mem, const char *dir, const char *link)
{
	char *result = arena_alloc(mem, strlen(dir) + strlen(link) + 2);
	size_t n = strlen(dir);

	memcpy(result, dir, n);
	while (*link) {
		size_t length = strcspn(link, "/");
		if (length == 2 && link[0] == '.' && link[1] == '.') {
			if (!n)
				return NULL;
			while (n && result[n - 1] != '/')
				n--;
			if (n)
				n--;
		} else if (length && !(length == 1 && link[0] == '.')) {
			if (n)
				result[n++] = '/';
			memcpy(result + n, link, length);
			n += length;
		}
		link += length;
		while (*link == '/')
			link++;
	}
	result[n] = '\0';
	return result;
}

char *path_relative(struct arena *mem, const char *dir, const char *path)
{
	size_t common = 0, i;
	struct out o = {0};
	char *result;

	for (i = 0; dir[i] && dir[i] == path[i]; i++)
		if (dir[i] == '/')
			common = i + 1;
	if (!dir[i] && path[i] == '/')
		common = i + 1;
	else if (!dir[i] && !i)
		common = 0;
	if (common <= strlen(dir) && dir[0])
		for (const char *p = dir + common; *p; p++)
			if (p == dir + common || p[-1] == '/')
				out_puts(&o, "../");
	out_puts(&o, path + common);
	result = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return result;
}

static bool stays(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

static bool component_is_usable(const char *p, size_t n)
{
	return n && n <= LONGEST_COMPONENT && !(n == 1 && p[0] == '.') &&
	       !(n == 2 && p[0] == '.' && p[1] == '.');
}

char *path_page(struct arena *mem, const char *path)
{
	size_t n = strlen(path), to = 0, component = 0, bad;
	char *page = arena_alloc(mem, n + 1);

	if (!n || !text_is_utf8(path, n, &bad))
		return NULL;
	for (size_t i = 0; i < n;) {
		utf8proc_int32_t c;
		size_t length = (size_t)utf8proc_iterate((const utf8proc_uint8_t *)path + i,
							 (utf8proc_ssize_t)(n - i), &c);
		if (c == '/') {
			if (!component_is_usable(page + component, to - component))
				return NULL;
			page[to++] = '/';
			component = to;
		} else if (c >= 'A' && c <= 'Z') {
			page[to++] = (char)(c - 'A' + 'a');
		} else if (c < 0x80) {
			bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
				    c == '_' || c == '-';
			page[to++] = kept ? (char)c : '-';
		} else if (stays(c)) {
			memcpy(page + to, path + i, length);
			to += length;
		} else {
			page[to++] = '-';
		}
		i += length;
	}
	page[to] = '\0';
	return component_is_usable(page + component, to - component) ? page : NULL;
}

char *path_collision_key(struct arena *mem, const char *path)
{
	return text_fold(mem, path, strlen(path));
}

char *path_encode_url(struct arena *mem, const char *path)
{
	static const char digits[] = "0123456789ABCDEF";
	char *url = arena_alloc(mem, strlen(path) * 3 + 1), *to = url;

	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-._~/", c)) {
			*to++ = (char)c;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	*to = '\0';
	return url;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *path_decode_url(struct arena *mem, const char *p, size_t n)
{
	char *text = arena_alloc(mem, n + 1), *to = text;

	for (size_t i = 0; i < n; i++) {
		int high, low;
		if (p[i] != '%') {
			*to++ = p[i];
			continue;
		}
		if (i + 2 >= n || (high = hex_value(p[i + 1])) < 0 ||
		    (low = hex_value(p[i + 2])) < 0 || (!high && !low))
			return NULL;
		*to++ = (char)(high * 16 + low);
		i += 2;
	}
	*to = '\0';
	return text;
}

/* The usual two-pointer match: on a mismatch go back to the last star of either kind and let it
 * take one byte more; linear for one star, at most |pattern| times |path| in all. */
bool path_match(const char *pattern, const char *path)
{
	const char *star = NULL, *star_at = NULL, *deep = NULL, *deep_at = NULL;

	for (;;) {
		if (pattern[0] == '*' && pattern[1] == '*') {
			deep = pattern += 2;
			/* a double star and the slash behind it also match nothing at all */
			if (*pattern == '/')
				deep = ++pattern;
			deep_at = path;
			star = NULL;
			continue;
		}
		if (*pattern == '*') {
			star = ++pattern;
			star_at = path;
			continue;
		}
		if (!*path && !*pattern)
			return true;
		if (*path && (*pattern == *path || (*pattern == '?' && *path != '/'))) {
			pattern++;
			path++;
			continue;
		}
		if (star && *star_at && *star_at != '/') {
			pattern = star;
			path = ++star_at;
		} else if (deep && *deep_at) {
			/* after a slash form, go on at component starts only */
			if (deep[-1] == '/') {
				const char *slash = strchr(deep_at, '/');
				if (!slash)
					return false;
				deep_at = slash + 1;
			} else {
				deep_at++;
			}
			pattern = deep;
			path = deep_at;
			star = NULL;
		} else {
			return false;
		}
	}
}
