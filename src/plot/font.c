/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/font.c - widths of labels, and text made fit to be a label */
#include "plot/font.h"
#include "plot/plot.h"
#include <assert.h>
#include <errno.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H
#include <string.h>

enum { BASIC_PLANE = 0x10000, LABEL_CHARACTERS = 2000, MARKS_ON_A_LETTER = 2 };

static struct {
	FT_Library library;
	FT_Face face;
	double units; /* of an em */
	uint16_t advance[BASIC_PLANE];
	uint16_t glyph[BASIC_PLANE]; /* 0: the font has none */
} font;

struct range {
	uint32_t first, last;
};

/* Combining marks, joiners, variation selectors and skin tones of the scripts that names are
 * mostly written in (Unicode 15, general category Mn and Cf). */
static const struct range combining[] = {
    {0x300, 0x36f},   {0x483, 0x489},     {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
    {0x670, 0x670},   {0x6d6, 0x6dc},     {0x900, 0x902},   {0x93a, 0x93a},   {0x93c, 0x93c},
    {0x941, 0x948},   {0x94d, 0x94d},     {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},   {0x200c, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff},
};
/* Bidirectional controls, invisible fillers and tags: they would change what stands around. */
static const struct range dropped[] = {
    {0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200b}, {0x200e, 0x200f},
    {0x202a, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
};
static const struct range spaces[] = {
    {0x9, 0xd}, {0x20, 0x20}, {0x85, 0x85}, {0xa0, 0xa0}, {0x2028, 0x2029}, {0x3000, 0x3000},
};
static const struct range controls[] = {
    {0x1, 0x1f}, {0x7f, 0x9f}, {0xd800, 0xdfff}, {0xfdd0, 0xfdef}, {0xfffe, 0xffff},
};
/* East Asian wide characters and emoji (Unicode Standard Annex 11). */
static const struct range wide[] = {
    {0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0x1f000, 0x1fbff}, {0x20000, 0x3fffd},
};
#define IN(code, ranges) in_ranges((code), (ranges), sizeof(ranges) / sizeof *(ranges))

static bool in_ranges(uint32_t code, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

static void fill_table(void)
{
	FT_UInt glyph;
	FT_Fixed advance;

	for (FT_ULong code = FT_Get_First_Char(font.face, &glyph); glyph;
	     code = FT_Get_Next_Char(font.face, code, &glyph)) {
		if (code >= BASIC_PLANE)
			continue;
		if (FT_Get_Advance(font.face, glyph, FT_LOAD_NO_SCALE, &advance))
			continue;
		font.glyph[code] = (uint16_t)glyph;
		font.advance[code] = (uint16_t)advance;
	}
	font.units = font.face->units_per_EM;
}

bool plot_init(const char *font_path)
{
	if (font.face)
		return true;
	errno = 0;
	if (!font.library && FT_Init_FreeType(&font.library)) {
		errno = ENOMEM;
		return false;
	}
	if (FT_New_Face(font.library, font_path, 0, &font.face)) {
		font.face = NULL;
		if (!errno)
			errno = EINVAL;
		return false;
	}
	fill_table();
	return true;
}

struct FT_FaceRec_ *font_face(void)
{
	return font.face;
}

unsigned font_glyph(uint32_t code)
{
	return code < BASIC_PLANE ? font.glyph[code] : 0;
}

static uint32_t byte_read(const char **p)
{
	(*p)++;
	return 0xfffd;
}

uint32_t font_next(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	unsigned more;
	uint32_t code;

	if (*s < 0x80) {
		*p += *s != 0;
		return *s;
	}
	more = *s >= 0xf0 && *s < 0xf5 ? 3 : *s >= 0xe0 && *s < 0xf0 ? 2 : *s >= 0xc2 && *s < 0xe0;
	if (!more)
		return byte_read(p);
	code = *s & (0x3fu >> more);
	for (unsigned i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return byte_read(p);
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return byte_read(p);
	*p += more + 1;
	return code;
}

double font_advance(uint32_t code, double size)
{
	assert(font.face);
	if (IN(code, combining))
		return 0;
	if (font_glyph(code))
		return size * font.advance[code] / font.units;
	return size * (IN(code, wide) ? 1.05 : 0.65);
}

double font_width(const char *text, double size)
{
	double width = 0;
	uint32_t code;

	while ((code = font_next(&text)))
		width += font_advance(code, size);
	return width;
}

static char *put_code(char *to, uint32_t code)
{
	static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
	unsigned more = (code >= 0x80) + (code >= 0x800) + (code >= 0x10000);

	*to++ = (char)(lead[more] | code >> 6 * more);
	while (more--)
		*to++ = (char)(0x80 | (code >> 6 * more & 0x3f));
	return to;
}

char *font_clean(struct arena *mem, const char *text)
{
	size_t len = strnlen(text ? text : "", (size_t)4 * LABEL_CHARACTERS), written = 0,
	       marks = 0;
	/* A byte that is no UTF-8 grows to the three bytes of U+FFFD. */
	char *clean = arena_new(mem, char, 3 * len + 8), *to = clean;
	const char *p = text ? text : "";
	bool space = false;
	uint32_t code;

	while ((code = font_next(&p))) {
		if (IN(code, dropped))
			continue;
		if (IN(code, spaces)) {
			space = to != clean;
			continue;
		}
		if (IN(code, combining) && (to == clean || ++marks > MARKS_ON_A_LETTER))
			continue;
		if (!IN(code, combining))
			marks = 0;
		if (++written > LABEL_CHARACTERS || (size_t)(p - text) > len) {
			to = put_code(to, 0x2026);
			break;
		}
		if (space)
			*to++ = ' ';
		space = false;
		to = put_code(to, IN(code, controls) ? 0xfffd : code);
	}
	*to = '\0';
	return clean;
}

/* A letter with its marks; an emoji with what is joined to it; a flag. */
struct cluster {
	size_t start; /* byte in the text */
	double width;
};

static bool is_flag_letter(uint32_t code)
{
	return code >= 0x1f1e6 && code <= 0x1f1ff;
}

static size_t find_clusters(const char *text, double size, struct cluster *clusters)
{
	const char *p = text, *at = text;
	bool joined = false, flag = false;
	size_t n = 0;
	uint32_t code;

	for (; (code = font_next(&p)); at = p) {
		bool goes_on =
		    n && (joined || IN(code, combining) || (flag && is_flag_letter(code)));

		if (!goes_on)
			clusters[n++] = (struct cluster){(size_t)(at - text), 0};
		flag = is_flag_letter(code) && !goes_on;
		joined = code == 0x200d;
		clusters[n - 1].width += font_advance(code, size);
	}
	clusters[n] = (struct cluster){(size_t)(p - text), 0};
	return n;
}

const char *font_shorten(struct arena *mem, const char *text, double size, double max_width)
{
	double room = max_width - font_advance(0x2026, size), used = 0;
	struct cluster *clusters;
	size_t n, head = 0, tail;

	if (font_width(text, size) <= max_width)
		return text;
	if (room < 0)
		return "";
	clusters = arena_new(mem, struct cluster, strlen(text) + 1);
	n = tail = find_clusters(text, size, clusters);
	while (head < n && used + clusters[head].width <= room * 0.55)
		used += clusters[head++].width;
	while (tail > head && used + clusters[tail - 1].width <= room)
		used += clusters[--tail].width;
	return arena_printf(mem, "%.*s…%s", (int)clusters[head].start, text,
			    text + clusters[tail].start);
}
