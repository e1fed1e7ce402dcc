/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/out.h - a growing byte buffer: write freely, check once at the end
 *
 * Past its maximum a buffer drops what is written and `failed` stays set. Contents may hold any
 * byte; a NUL always follows them. */
#ifndef BASE_OUT_H
#define BASE_OUT_H
#include <stdbool.h>
#include <stddef.h>

struct out {
	char *p;    /* contents, NUL-terminated; NULL before the first write */
	size_t n;   /* bytes written */
	size_t cap; /* bytes allocated */
	size_t max; /* 0: no bound but memory */
	bool failed;
};

/* Zero-initialised (`struct out o = {0};`) is an empty buffer without a bound. */
void out_release(struct out *o);
/* Forgets the contents, keeps the memory. */
void out_clear(struct out *o);
void out_write(struct out *o, const char *bytes, size_t n);
void out_puts(struct out *o, const char *text);
void out_putc(struct out *o, char c);
void out_printf(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The contents, never NULL. Borrowed: valid until the next write. */
const char *out_text(const struct out *o);
#endif
