/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_uri.c - references resolved against a base (RFC 3986, section 5.2) */
#include "read/schema_internal.h"
#include <string.h>

/* The five parts of a URI reference; p is NULL for a part that is absent. */
struct part {
	const char *p;
	size_t n;
};
struct uri {
	struct part scheme, authority, path, query;
	const char *fragment; /* NULL where absent */
};

static bool is_scheme(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
		if (!letter && !(i && other))
			return false;
	}
	return n > 0;
}

static struct uri split(const char *text)
{
	struct uri u = {0};
	size_t n = strcspn(text, ":/?#");

	if (text[n] == ':' && is_scheme(text, n)) {
		u.scheme = (struct part){text, n};
		text += n + 1;
	}
	if (text[0] == '/' && text[1] == '/') {
		n = strcspn(text + 2, "/?#");
		u.authority = (struct part){text + 2, n};
		text += n + 2;
	}
	n = strcspn(text, "?#");
	u.path = (struct part){text, n};
	text += n;
	if (*text == '?') {
		n = strcspn(text + 1, "#");
		u.query = (struct part){text + 1, n};
		text += n + 1;
	}
	if (*text == '#')
		u.fragment = text + 1;
	return u;
}

/* "/a/b/../c/./d" to "/a/c/d", in place (RFC 3986, 5.2.4). */
static void remove_dots(char *path)
{
	char *in = path, *to = path;

	while (*in) {
		size_t n = 1 + strcspn(in + 1, "/");
		bool last = !in[n];
		if (n == 2 && !memcmp(in, "/.", 2)) {
			if (last)
				*to++ = '/';
		} else if (n == 3 && !memcmp(in, "/..", 3)) {
			while (to > path && *--to != '/')
				;
			if (last)
				*to++ = '/';
		} else {
			memmove(to, in, n);
			to += n;
		}
		in += n;
	}
	*to = '\0';
}

/* The reference's path behind the base's folder (RFC 3986, 5.2.3). */
static char *merge_paths(struct arena *mem, const struct uri *base, const struct uri *reference)
{
	size_t n = base->path.n;

	if (base->authority.p && !n)
		return arena_printf(mem, "/%.*s", (int)reference->path.n, reference->path.p);
	while (n && base->path.p[n - 1] != '/')
		n--;
	return arena_printf(mem, "%.*s%.*s", (int)n, base->path.p, (int)reference->path.n,
			    reference->path.p);
}

static char *join(struct arena *mem, const struct uri *u, const char *path)
{
	return arena_printf(mem, "%.*s%s%s%.*s%s%s%.*s", (int)u->scheme.n,
			    u->scheme.p ? u->scheme.p : "", u->scheme.p ? ":" : "",
			    u->authority.p ? "//" : "", (int)u->authority.n,
			    u->authority.p ? u->authority.p : "", path, u->query.p ? "?" : "",
			    (int)u->query.n, u->query.p ? u->query.p : "");
}

char *uri_resolve(struct arena *mem, const char *base, const char *reference, const char **fragment)
{
	struct uri b = split(base), r = split(reference);
	char *path;

	*fragment = r.fragment ? r.fragment : "";
	if (!r.scheme.p && !r.authority.p && !r.path.n) {
		if (!r.query.p)
			r.query = b.query;
		path = arena_strndup(mem, b.path.p, b.path.n);
	} else {
		path = r.scheme.p || r.authority.p || r.path.p[0] == '/'
			   ? arena_strndup(mem, r.path.p, r.path.n)
			   : merge_paths(mem, &b, &r);
		if (*path == '/')
			remove_dots(path);
	}
	if (!r.authority.p && !r.scheme.p)
		r.authority = b.authority;
	if (!r.scheme.p)
		r.scheme = b.scheme;
	return join(mem, &r, path);
}
