/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/svg.c - a picture as SVG that stands inline in a page
 *
 * cairo's own SVG is read back strictly: what the plots do not use does not get through. */
#include "plot/draw.h"
#include "plot/font.h"
#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const variables[ROLE_COUNT] = {
    NULL,
    "plot-series-1",
    "plot-series-2",
    "plot-series-3",
    "plot-series-4",
    "plot-series-5",
    "plot-series-6",
    "plot-series-7",
    "plot-text",
    "plot-muted",
    "plot-rule",
    "plot-ground",
    "plot-good",
    "plot-warning",
    "plot-critical",
    "plot-unknown",
    "plot-band-warning",
    "plot-band-critical",
};

/* Where cairo's text is being read and what was understood of it so far. */
struct rewriter {
	const char *p;
	struct out *svg;
	unsigned number;
	bool failed;
	bool keeps[16]; /* open <g> that were written */
	size_t depth;
};

static bool skip(struct rewriter *r, const char *expected)
{
	size_t n = strlen(expected);

	if (strncmp(r->p, expected, n))
		return false;
	r->p += n;
	return true;
}

static void expect(struct rewriter *r, const char *expected)
{
	if (!skip(r, expected))
		r->failed = true;
}

/* The bytes up to `end`, which is passed too. */
static size_t take_until(struct rewriter *r, char end, const char **text)
{
	const char *stop = strchr(r->p, end);

	*text = r->p;
	if (!stop) {
		r->failed = true;
		return 0;
	}
	r->p = stop + 1;
	return (size_t)(stop - *text);
}

enum property_kind { PLAIN, COLOUR };
static const struct property {
	const char *name;
	enum property_kind kind;
	const char *usual; /* SVG's initial value, which need not be written */
} properties[] = {
    {"fill", COLOUR, ""},
    {"fill-opacity", PLAIN, "1"},
    {"fill-rule", PLAIN, "nonzero"},
    {"stroke", COLOUR, "none"},
    {"stroke-width", PLAIN, "1"},
    {"stroke-opacity", PLAIN, "1"},
    {"stroke-linecap", PLAIN, "butt"},
    {"stroke-linejoin", PLAIN, "miter"},
    {"stroke-miterlimit", PLAIN, "4"},
    {"stroke-dasharray", PLAIN, "none"},
    {"stroke-dashoffset", PLAIN, "0"},
};

static bool equals(const char *p, size_t n, const char *text)
{
	return strlen(text) == n && !memcmp(p, text, n);
}

static const struct property *find_property(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		if (equals(name, n, properties[i].name))
			return &properties[i];
	return NULL;
}

/* rgb(1.568627%,0%,0%) is role 4. */
static enum role role_of_colour(const char *value, size_t n)
{
	char *end;
	double share;
	long role;

	if (n < 4 || memcmp(value, "rgb(", 4))
		return ROLE_NONE;
	share = strtod(value + 4, &end) * 255 / 100;
	role = lround(share);
	if (!equals(end, (size_t)(value + n - end), "%,0%,0%)") ||
	    fabs(share - (double)role) > 0.01)
		return ROLE_NONE;
	return role > 0 && role < ROLE_COUNT ? (enum role)role : ROLE_NONE;
}

static bool is_plain(const char *value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789.,abcdefghijklmnopqrstuvwxyz-", value[i]) || !value[i])
			return false;
	return n > 0;
}

static void write_property(struct rewriter *r, const struct property *property, const char *value,
			   size_t n)
{
	enum role role = ROLE_NONE;

	if (equals(value, n, property->usual))
		return;
	if (property->kind == COLOUR && !equals(value, n, "none")) {
		role = role_of_colour(value, n);
		r->failed |= role == ROLE_NONE;
	}
	r->failed |= !role && !is_plain(value, n);
	if (r->failed)
		return;
	if (role)
		out_printf(r->svg, " %s=\"var(--%s)\"", property->name, variables[role]);
	else
		out_printf(r->svg, " %s=\"%.*s\"", property->name, (int)n, value);
}

/* "fill:none;stroke-width:1;…" */
static void rewrite_style(struct rewriter *r, const char *style, size_t n)
{
	const char *end = style + n;

	while (style < end && !r->failed) {
		const char *colon, *stop;
		const struct property *property;

		style += strspn(style, " ");
		stop = memchr(style, ';', (size_t)(end - style));
		stop = stop ? stop : end;
		if (style == stop)
			break;
		colon = memchr(style, ':', (size_t)(stop - style));
		property = colon ? find_property(style, (size_t)(colon - style)) : NULL;
		if (!property) {
			r->failed = true;
			return;
		}
		write_property(r, property, colon + 1, (size_t)(stop - colon - 1));
		style = stop + 1;
	}
}

/* A coordinate in tenths, rounded. cairo writes plain decimals; read by hand, since numbers are
 * most of what is read here. */
static bool read_tenths(const char **p, const char *end, long *tenths)
{
	const char *s = *p;
	bool negative = *s == '-';
	long value = 0;
	size_t digits = 0;

	for (s += negative; *s >= '0' && *s <= '9' && digits < 7; s++, digits++)
		value = value * 10 + (*s - '0');
	value *= 10;
	if (*s == '.') {
		for (int place = 0; *++s >= '0' && *s <= '9'; place++) {
			value += place == 0 ? *s - '0' : place == 1 && *s >= '5';
			digits++;
		}
	}
	if (!digits || s > end || !strchr(" \"", *s))
		return false;
	*tenths = negative ? -value : value;
	*p = s + strspn(s, " ");
	return true;
}

static void write_tenths(struct out *svg, long tenths, char before)
{
	char text[24], *start = text + sizeof text;
	long rest = labs(tenths) / 10;

	if (labs(tenths) % 10) {
		*--start = (char)('0' + labs(tenths) % 10);
		*--start = '.';
	}
	do
		*--start = (char)('0' + rest % 10);
	while (rest /= 10);
	if (tenths < 0)
		*--start = '-';
	else if (before)
		*--start = before;
	out_write(svg, start, (size_t)(text + sizeof text - start));
}

struct pen {
	long x, y; /* tenths */
};

static void write_point(struct rewriter *r, char command, struct pen from, struct pen to)
{
	if (command == 'L' && from.y == to.y && from.x == to.x) {
		out_puts(r->svg, "h0");
	} else if (command == 'L' && from.y == to.y) {
		out_putc(r->svg, 'H');
		write_tenths(r->svg, to.x, 0);
	} else if (command == 'L' && from.x == to.x) {
		out_putc(r->svg, 'V');
		write_tenths(r->svg, to.y, 0);
	} else {
		out_putc(r->svg, command);
		write_tenths(r->svg, to.x, 0);
		write_tenths(r->svg, to.y, ' ');
	}
}

/* "M 1 1 L 200.300781 50.769531 Z M 1 1 " becomes "M1 1L200.3 50.8Z". */
static void rewrite_path(struct rewriter *r, const char *d, size_t n)
{
	const char *end = d + n;
	struct pen pen = {0, 0}, to, moved = {0, 0};
	bool pending = false;

	while (d < end && !r->failed) {
		char command = *d++;

		d += strspn(d, " ");
		if (command == 'Z') {
			out_putc(r->svg, 'Z');
			pen = moved;
			continue;
		}
		if ((command != 'M' && command != 'L') || !read_tenths(&d, end, &to.x) ||
		    !read_tenths(&d, end, &to.y)) {
			r->failed = true;
			return;
		}
		/* cairo moves back after each Z; a move is written once something is drawn. */
		if (command == 'M') {
			moved = pen = to;
			pending = true;
			continue;
		}
		if (pending)
			write_point(r, 'M', pen, pen);
		pending = false;
		write_point(r, 'L', pen, to);
		pen = to;
	}
}

static void write_clip_id(struct rewriter *r, const char *id, size_t n)
{
	if (n < 5 || n > 12 || memcmp(id, "clip", 4) || strspn(id + 4, "0123456789") != n - 4) {
		r->failed = true;
		return;
	}
	out_printf(r->svg, "Mb-%u-%.*s", r->number, (int)n, id);
}

static void rewrite_path_element(struct rewriter *r)
{
	const char *text;
	size_t n;

	out_puts(r->svg, "<path");
	if (skip(r, "style=\"")) {
		n = take_until(r, '"', &text);
		rewrite_style(r, text, n);
		expect(r, " ");
	}
	expect(r, "d=\"");
	out_puts(r->svg, " d=\"");
	n = take_until(r, '"', &text);
	rewrite_path(r, text, n);
	expect(r, "/>");
	out_puts(r->svg, "\"/>\n");
}

static void rewrite_group(struct rewriter *r)
{
	const char *text;
	size_t n;
	bool kept = false;

	if (skip(r, "id=\"surface")) {
		take_until(r, '"', &text);
	} else {
		expect(r, "clip-path=\"url(#");
		n = take_until(r, ')', &text);
		out_puts(r->svg, "<g clip-path=\"url(#");
		write_clip_id(r, text, n);
		out_puts(r->svg, ")\">\n");
		expect(r, "\" clip-rule=\"nonzero\"");
		kept = true;
	}
	expect(r, ">");
	if (r->depth == sizeof r->keeps / sizeof *r->keeps)
		r->failed = true;
	else
		r->keeps[r->depth++] = kept;
}

static void rewrite_group_end(struct rewriter *r)
{
	if (!r->depth)
		r->failed = true;
	else if (r->keeps[--r->depth])
		out_puts(r->svg, "</g>\n");
}

static void rewrite_clip_path(struct rewriter *r)
{
	const char *text;
	size_t n = take_until(r, '"', &text);

	out_puts(r->svg, "<clipPath id=\"");
	write_clip_id(r, text, n);
	out_puts(r->svg, "\">");
	expect(r, ">");
}

static void drop_tag(struct rewriter *r)
{
	const char *text;

	take_until(r, '>', &text);
}

static void copy_defs(struct rewriter *r)
{
	out_puts(r->svg, "<defs>\n");
}

static void copy_defs_end(struct rewriter *r)
{
	out_puts(r->svg, "</defs>\n");
}

static void copy_clip_path_end(struct rewriter *r)
{
	out_puts(r->svg, "</clipPath>\n");
}

static void end_svg(struct rewriter *r)
{
	r->failed |= r->depth != 0;
}

static const struct {
	const char *start;
	void (*rewrite)(struct rewriter *r);
} elements[] = {
    {"<path ", rewrite_path_element},
    {"<g ", rewrite_group},
    {"</g>", rewrite_group_end},
    {"<defs>", copy_defs},
    {"</defs>", copy_defs_end},
    {"<clipPath id=\"", rewrite_clip_path},
    {"</clipPath>", copy_clip_path_end},
    {"<?xml ", drop_tag},
    {"<svg ", drop_tag},
    {"</svg>", end_svg},
};

static bool rewrite_element(struct rewriter *r)
{
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (skip(r, elements[i].start)) {
			elements[i].rewrite(r);
			return true;
		}
	return false;
}

enum status svg_rewrite(const char *cairo_svg, unsigned number, struct out *svg)
{
	struct rewriter r = {.p = cairo_svg, .svg = svg, .number = number};

	for (;;) {
		r.p += strspn(r.p, " \n");
		if (!*r.p)
			break;
		if (!rewrite_element(&r) || r.failed)
			return ST_FAILED;
	}
	return r.depth || svg->failed ? ST_FAILED : ST_OK;
}

static void write_escaped(struct out *svg, const char *text)
{
	static const char *const escapes[128] = {
	    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 128 && escapes[byte])
			out_puts(svg, escapes[byte]);
		else
			out_putc(svg, *text);
	}
}

static void write_coordinate(struct out *svg, const char *name, double value)
{
	out_printf(svg, " %s=\"", name);
	write_tenths(svg, lround(value * 10), 0);
	out_putc(svg, '"');
}

static void write_text(struct out *svg, const struct mark *mark)
{
	static const char *const anchors[] = {
	    [ANCHOR_START] = "", [ANCHOR_MIDDLE] = "middle", [ANCHOR_END] = "end"};

	if (!*mark->text)
		return;
	out_puts(svg, "<text");
	write_coordinate(svg, "x", mark->points[0].x);
	write_coordinate(svg, "y", mark->points[0].y);
	if (*anchors[mark->anchor])
		out_printf(svg, " text-anchor=\"%s\"", anchors[mark->anchor]);
	if (mark->role != ROLE_TEXT)
		out_printf(svg, " fill=\"var(--%s)\"", variables[mark->role]);
	write_coordinate(svg, "textLength", fmax(mark->text_width, 0.1));
	out_puts(svg, " lengthAdjust=\"spacingAndGlyphs\">");
	if (mark->whole) {
		out_puts(svg, "<title>");
		write_escaped(svg, mark->whole);
		out_puts(svg, "</title>");
	}
	write_escaped(svg, mark->text);
	out_puts(svg, "</text>\n");
}

static void write_alternative(const struct picture *picture, const char *element, unsigned number,
			      const char *text, struct out *svg)
{
	out_printf(svg, "<%s id=\"Mb-%u-%s\">", element, number, element);
	write_escaped(svg, font_clean(picture->mem, text));
	out_printf(svg, "</%s>\n", element);
}

static void write_head(const struct picture *picture, const char *class, unsigned number,
		       const struct plot_text *text, struct out *svg)
{
	out_printf(
	    svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"%s\" viewBox=\"0 0 %.0f %.0f\"",
	    class, picture->width, picture->height);
	if (text && text->title) {
		out_printf(svg, " role=\"img\" aria-labelledby=\"Mb-%u-title%s", number,
			   text->description ? "" : "\"");
		if (text->description)
			out_printf(svg, " Mb-%u-desc\"", number);
	} else {
		out_puts(svg, " aria-hidden=\"true\"");
	}
	out_printf(svg,
		   " fill=\"var(--plot-text)\" font-family=\"'DejaVu Sans',sans-serif\""
		   " font-size=\"%.0f\" direction=\"ltr\">\n",
		   PLOT_TEXT);
	if (text && text->title)
		write_alternative(picture, "title", number, text->title, svg);
	if (text && text->title && text->description)
		write_alternative(picture, "desc", number, text->description, svg);
}

static cairo_status_t write_bytes(void *closure, const unsigned char *bytes, unsigned n)
{
	out_write(closure, (const char *)bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

/* The picture's marks as cairo writes them, in colours that say their role. */
static enum status draw_to_svg(const struct picture *picture, struct out *to)
{
	struct rgb palette[ROLE_COUNT];
	cairo_surface_t *surface =
	    cairo_svg_surface_create_for_stream(write_bytes, to, picture->width, picture->height);
	cairo_t *cr = cairo_create(surface);
	enum status status = ST_FAILED;

	for (int i = 0; i < ROLE_COUNT; i++)
		palette[i] = (struct rgb){i / 255.0, 0, 0};
	draw_marks(cr, picture, palette);
	if (!cairo_status(cr)) {
		cairo_surface_finish(surface);
		status = cairo_surface_status(surface) || to->failed ? ST_FAILED : ST_OK;
	}
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return status;
}

enum status svg_write(const struct picture *picture, const char *class, unsigned number,
		      const struct plot_text *text, struct out *svg)
{
	struct out drawn = {0};
	enum status status = draw_to_svg(picture, &drawn);

	if (status == ST_OK) {
		write_head(picture, class, number, text, svg);
		status = svg_rewrite(out_text(&drawn), number, svg);
		for (size_t i = 0; i < picture->n; i++)
			if (picture->items[i].kind == MARK_TEXT)
				write_text(svg, &picture->items[i]);
		out_puts(svg, "</svg>\n");
	}
	out_release(&drawn);
	return svg->failed ? ST_FAILED : status;
}
