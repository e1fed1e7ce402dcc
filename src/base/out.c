/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/out.c - a growing byte buffer */
#include "base/out.h"
#include "base/arena.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void out_release(struct out *o)
{
	free(o->p);
	*o = (struct out){.max = o->max};
}

void out_clear(struct out *o)
{
	o->n = 0;
	o->failed = false;
	if (o->p)
		o->p[0] = '\0';
}

static bool out_reserve(struct out *o, size_t more)
{
	size_t need, cap;

	if (o->failed)
		return false;
	if (__builtin_add_overflow(o->n, more, &need) || need == SIZE_MAX ||
	    (o->max && need > o->max)) {
		o->failed = true;
		return false;
	}
	if (need < o->cap)
		return true;
	cap = o->cap ? o->cap : 256;
	while (cap <= need)
		cap = cap > SIZE_MAX / 2 ? need + 1 : cap * 2;
	o->p = mem_realloc(o->p, cap);
	o->cap = cap;
	return true;
}

void out_write(struct out *o, const char *bytes, size_t n)
{
	if (!out_reserve(o, n))
		return;
	if (n)
		memcpy(o->p + o->n, bytes, n);
	o->n += n;
	o->p[o->n] = '\0';
}

void out_puts(struct out *o, const char *text)
{
	out_write(o, text, strlen(text));
}

void out_putc(struct out *o, char c)
{
	out_write(o, &c, 1);
}

void out_printf(struct out *o, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !out_reserve(o, (size_t)n))
		return;
	va_start(args, format);
	vsnprintf(o->p + o->n, (size_t)n + 1, format, args);
	va_end(args);
	o->n += (size_t)n;
}

const char *out_text(const struct out *o)
{
	return o->p ? o->p : "";
}
