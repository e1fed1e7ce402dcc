/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/font.h - widths of labels, and text made fit to be a label
 *
 * plot_init() fills one table of advances; afterwards it is only read, so that all but
 * font_face() may be used from several threads. Sizes and widths are in units of the picture. */
#ifndef PLOT_FONT_H
#define PLOT_FONT_H
#include "base/arena.h"
#include <stddef.h>
#include <stdint.h>

struct FT_FaceRec_;

/* Reads one code point of clean text at *p and moves behind it; 0 at the end. Bytes that are no
 * UTF-8 are read one at a time as U+FFFD. */
uint32_t font_next(const char **p);
/* Width of clean text. Characters that the font lacks count as wide as such characters mostly
 * are: the width is given with each label, so that another font is squeezed into it. */
double font_width(const char *text, double size);
/* Width of one code point. */
double font_advance(uint32_t code, double size);
/* The glyph of a code point, 0 where the font has none. */
unsigned font_glyph(uint32_t code);

/* A label in `mem` that is safe to draw: NULL becomes "", bytes that are no UTF-8 and controls
 * become U+FFFD, runs of white space one space; marks that turn the direction of writing, tags
 * and more than two combining marks on one letter are dropped; it ends after 2000 characters. */
char *font_clean(struct arena *mem, const char *text);
/* Clean text no wider than `max_width`, shortened where it must be by an ellipsis in its middle
 * (names mostly differ at one of their ends). Letters keep their combining marks. */
const char *font_shorten(struct arena *mem, const char *text, double size, double max_width);

/* The loaded face, for drawing glyphs. One thread at a time. */
struct FT_FaceRec_ *font_face(void);
#endif
