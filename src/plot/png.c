/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/png.c - a picture as PNG, in light colours
 *
 * Glyphs are set one by one at the measured places, so that the machine's font configuration
 * has no say. cairo and the one face are used under a lock. */
#include "plot/draw.h"
#include "plot/font.h"
#include <cairo-ft.h>
#include <cairo.h>
#include <math.h>
#include <png.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { PNG_LARGEST = 8000 };

/* The light colours of the theme (themes/default/plot.css). */
static const unsigned light[ROLE_COUNT] = {
    [ROLE_SERIES] = 0x0072b2,       [ROLE_SERIES + 1] = 0xd55e00,    [ROLE_SERIES + 2] = 0x009e73,
    [ROLE_SERIES + 3] = 0x6a3d9a,   [ROLE_SERIES + 4] = 0x8c6d00,    [ROLE_SERIES + 5] = 0xcc79a7,
    [ROLE_SERIES + 6] = 0x4d4d4d,   [ROLE_TEXT] = 0x1b1f24,          [ROLE_MUTED] = 0x57606a,
    [ROLE_RULE] = 0xd0d7de,         [ROLE_GROUND] = 0xffffff,        [ROLE_GOOD] = 0x1a6b3c,
    [ROLE_WARNING] = 0x8a5a00,      [ROLE_CRITICAL] = 0xb3261e,      [ROLE_UNKNOWN] = 0x5b5f66,
    [ROLE_BAND_WARNING] = 0xfbf3e0, [ROLE_BAND_CRITICAL] = 0xfbe9e7,
};

static struct rgb rgb_of(unsigned colour)
{
	return (struct rgb){(colour >> 16) / 255.0, (colour >> 8 & 255) / 255.0,
			    (colour & 255) / 255.0};
}

static double text_start(const struct mark *mark)
{
	return mark_bounds(mark).x0;
}

static void draw_text(cairo_t *cr, const struct picture *picture, const struct mark *mark)
{
	cairo_glyph_t *glyphs = arena_new(picture->mem, cairo_glyph_t, strlen(mark->text) + 1);
	struct rgb colour = rgb_of(light[mark->role]);
	double x = text_start(mark);
	const char *p = mark->text;
	int n = 0;
	uint32_t code;

	while ((code = font_next(&p))) {
		glyphs[n++] = (cairo_glyph_t){font_glyph(code), x, mark->points[0].y};
		x += font_advance(code, PLOT_TEXT);
	}
	cairo_set_source_rgb(cr, colour.red, colour.green, colour.blue);
	cairo_show_glyphs(cr, glyphs, n);
}

static void draw_texts(cairo_t *cr, const struct picture *picture)
{
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_face_t *face =
	    cairo_ft_font_face_create_for_ft_face((FT_Face)font_face(), FT_LOAD_NO_HINTING);

	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_set_font_options(cr, options);
	cairo_set_font_face(cr, face);
	cairo_set_font_size(cr, PLOT_TEXT);
	cairo_reset_clip(cr);
	for (size_t i = 0; i < picture->n; i++)
		if (picture->items[i].kind == MARK_TEXT)
			draw_text(cr, picture, &picture->items[i]);
	cairo_font_face_destroy(face);
	cairo_font_options_destroy(options);
}

static void draw_picture(cairo_t *cr, const struct picture *picture, int width, int height)
{
	struct rgb palette[ROLE_COUNT];
	double scale = fmin(width / picture->width, height / picture->height);

	for (int i = 0; i < ROLE_COUNT; i++)
		palette[i] = rgb_of(light[i]);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_translate(cr, (width - scale * picture->width) / 2,
			(height - scale * picture->height) / 2);
	cairo_scale(cr, scale, scale);
	draw_marks(cr, picture, palette);
	draw_texts(cr, picture);
}

static void append_bytes(png_structp png, png_bytep bytes, size_t n)
{
	out_write(png_get_io_ptr(png), (const char *)bytes, n);
}

static void flush_nothing(png_structp png)
{
	(void)png;
}

static void write_rows(png_structp png, cairo_surface_t *surface, int width, int height,
		       unsigned char *row)
{
	const unsigned char *pixels = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface);

	for (int y = 0; y < height; y++) {
		const unsigned char *line = pixels + (size_t)y * (size_t)stride;

		for (int x = 0; x < width; x++) {
			uint32_t pixel;

			memcpy(&pixel, line + 4 * (size_t)x, sizeof pixel);
			row[3 * x] = (unsigned char)(pixel >> 16);
			row[3 * x + 1] = (unsigned char)(pixel >> 8);
			row[3 * x + 2] = (unsigned char)pixel;
		}
		png_write_row(png, row);
	}
}

static enum status encode(cairo_surface_t *surface, int width, int height, struct arena *mem,
			  struct out *to)
{
	unsigned char *row = arena_new(mem, unsigned char, 3 * (size_t)width);
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;

	if (!info || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return ST_FAILED;
	}
	png_set_write_fn(png, to, append_bytes, flush_nothing);
	png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
	png_set_compression_level(png, Z_BEST_SPEED);
	png_write_info(png, info);
	write_rows(png, surface, width, height, row);
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	return to->failed ? ST_FAILED : ST_OK;
}

enum status png_write(const struct picture *picture, int width, int height, struct out *png)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	enum status status = ST_FAILED;
	cairo_surface_t *surface;
	cairo_t *cr;

	if (width < 1 || height < 1 || width > PNG_LARGEST || height > PNG_LARGEST)
		return ST_FAILED;
	pthread_mutex_lock(&lock);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cr = cairo_create(surface);
	draw_picture(cr, picture, width, height);
	cairo_surface_flush(surface);
	if (!cairo_status(cr))
		status = encode(surface, width, height, picture->mem, png);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	pthread_mutex_unlock(&lock);
	return status;
}
