/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/svg_clean.c - an SVG picture written again from an allow-list
 *
 * gumbo reads the root element as HTML would; what comes out is well-formed XML with shapes, text
 * and paint alone: no script, style sheet, event, animation, foreign content, and no address but
 * of a part of the picture itself. A style attribute becomes the presentation attributes that it
 * stands for. */
#include "read/html_clean_internal.h"
#include <string.h>
#include <strings.h>

enum { MAX_DEPTH = 256 };

static const char *const elements[] = {
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feBlend",
    "feColorMatrix",
    "feComposite",
    "feFlood",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feOffset",
    "filter",
    "g",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "svg",
    "switch",
    "symbol",
    "text",
    "textPath",
    "title",
    "tspan",
    "use",
};

/* Also properties of style attributes. */
static const char *const presentation[] = {
    "alignment-baseline",
    "baseline-shift",
    "clip-path",
    "clip-rule",
    "color",
    "color-interpolation-filters",
    "display",
    "dominant-baseline",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "flood-color",
    "flood-opacity",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "letter-spacing",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "opacity",
    "overflow",
    "paint-order",
    "shape-rendering",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "text-decoration",
    "text-rendering",
    "transform-origin",
    "vector-effect",
    "visibility",
    "word-spacing",
    "writing-mode",
};

static const char *const attributes[] = {
    "id",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "fx",
    "fy",
    "fr",
    "d",
    "dx",
    "dy",
    "points",
    "width",
    "height",
    "viewBox",
    "preserveAspectRatio",
    "transform",
    "gradientTransform",
    "gradientUnits",
    "patternTransform",
    "patternUnits",
    "patternContentUnits",
    "spreadMethod",
    "offset",
    "clipPathUnits",
    "maskUnits",
    "maskContentUnits",
    "filterUnits",
    "primitiveUnits",
    "markerWidth",
    "markerHeight",
    "markerUnits",
    "orient",
    "refX",
    "refY",
    "pathLength",
    "rotate",
    "textLength",
    "lengthAdjust",
    "startOffset",
    "in",
    "in2",
    "result",
    "mode",
    "operator",
    "type",
    "values",
    "stdDeviation",
    "k1",
    "k2",
    "k3",
    "k4",
    "role",
    "aria-label",
    "aria-hidden",
    "version",
};

struct svg_writer {
	struct out *to;
	size_t depth;
};

static bool is_among(const char *const *names, size_t count, const char *name, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return true;
	return false;
}
#define IS_AMONG(names, name, n) is_among((names), sizeof(names) / sizeof *(names), (name), (n))

/* ---- values ---- */

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* True where the value names nothing outside of the picture: no function that loads, but `url(#…)`,
 * and none of the ways to write one that a simple reading would not see. */
static bool is_local(const char *value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (value[i] == '\\' || value[i] == '@' ||
		    (value[i] == '/' && i + 1 < n && value[i + 1] == '*'))
			return false;
		if (n - i >= 4 && strncasecmp(value + i, "url(", 4) == 0) {
			size_t at = i + 4;
			while (at < n &&
			       (is_space(value[at]) || value[at] == '"' || value[at] == '\''))
				at++;
			if (at == n || value[at] != '#')
				return false;
		}
		if ((n - i >= 6 && strncasecmp(value + i, "image(", 6) == 0) ||
		    (n - i >= 4 && strncasecmp(value + i, "src(", 4) == 0) ||
		    (n - i >= 10 && strncasecmp(value + i, "image-set(", 10) == 0) ||
		    (n - i >= 11 && strncasecmp(value + i, "expression(", 11) == 0))
			return false;
	}
	return true;
}

/* Text of XML 1.0: what may not stand in it even escaped is left out. */
static void write_xml(struct out *to, const char *p, size_t n)
{
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		bool control = c < ' ' && c != '\t' && c != '\n' && c != '\r';
		bool noncharacter = c == 0xef && n - i >= 3 && (unsigned char)p[i + 1] == 0xbf &&
				    (unsigned char)p[i + 2] >= 0xbe;
		if (!control && !noncharacter)
			continue;
		html_escape(to, p + done, i - done);
		i += noncharacter ? 2 : 0;
		done = i + 1;
	}
	if (done < n)
		html_escape(to, p + done, n - done);
}

static void write_attribute(struct out *to, const char *name, size_t name_n, const char *value,
			    size_t n)
{
	out_putc(to, ' ');
	out_write(to, name, name_n);
	out_puts(to, "=\"");
	write_xml(to, value, n);
	out_putc(to, '"');
}

static void trim(const char **p, size_t *n)
{
	while (*n > 0 && is_space(**p))
		(*p)++, (*n)--;
	while (*n > 0 && is_space((*p)[*n - 1]))
		(*n)--;
}

/* ---- attributes ---- */

/* A list of attribute names that were written: none may stand twice in XML. */
struct written {
	const char *names[64];
	size_t lengths[64];
	size_t n;
};

static bool is_new(struct written *written, const char *name, size_t n)
{
	if (written->n == sizeof written->names / sizeof *written->names)
		return false;
	for (size_t i = 0; i < written->n; i++)
		if (written->lengths[i] == n && memcmp(written->names[i], name, n) == 0)
			return false;
	written->names[written->n] = name;
	written->lengths[written->n++] = n;
	return true;
}

/* The declarations of a style attribute, each as the presentation attribute of its name. */
static void write_style(struct svg_writer *w, const char *style, struct written *written)
{
	while (*style) {
		size_t length = strcspn(style, ";");
		const char *name = style, *colon = memchr(style, ':', length);
		if (colon) {
			size_t name_n = (size_t)(colon - style);
			const char *value = colon + 1;
			size_t n = length - name_n - 1;
			trim(&name, &name_n);
			trim(&value, &n);
			if (IS_AMONG(presentation, name, name_n) && n > 0 && is_local(value, n) &&
			    is_new(written, name, name_n))
				write_attribute(w->to, name, name_n, value, n);
		}
		style += length + (style[length] == ';');
	}
}

static void write_attributes(struct svg_writer *w, const GumboVector *from)
{
	struct written written = {.n = 0};
	const char *style = html_attribute(from, "style");

	if (style) /* wins over presentation attributes, as in CSS */
		write_style(w, style, &written);
	for (unsigned i = 0; i < from->length; i++) {
		const GumboAttribute *a = from->data[i];
		size_t name_n = strlen(a->name), n = strlen(a->value);
		bool is_href = strcmp(a->name, "href") == 0 &&
			       (a->attr_namespace == GUMBO_ATTR_NAMESPACE_NONE ||
				a->attr_namespace == GUMBO_ATTR_NAMESPACE_XLINK);
		if (is_href ? a->value[0] != '#'
			    : a->attr_namespace != GUMBO_ATTR_NAMESPACE_NONE ||
				  !(IS_AMONG(attributes, a->name, name_n) ||
				    IS_AMONG(presentation, a->name, name_n)))
			continue;
		if (is_local(a->value, n) && is_new(&written, a->name, name_n))
			write_attribute(w->to, a->name, name_n, a->value, n);
	}
}

/* ---- elements ---- */

/* The name as SVG spells it, which HTML's reading lower-cases. */
static GumboStringPiece svg_name(const GumboElement *element)
{
	GumboStringPiece name = element->original_tag;

	gumbo_tag_from_original_text(&name);
	const char *spelled = name.length > 0 ? gumbo_normalize_svg_tagname(&name) : NULL;
	if (spelled)
		return (GumboStringPiece){spelled, strlen(spelled)};
	return name;
}

static void write_children(struct svg_writer *w, const GumboNode *node);

static void write_element(struct svg_writer *w, const GumboNode *node, bool is_root)
{
	const GumboElement *element = &node->v.element;
	GumboStringPiece name = svg_name(element);

	if (element->tag_namespace != GUMBO_NAMESPACE_SVG)
		return;
	if (name.length == 1 && (name.data[0] == 'a' || name.data[0] == 'A')) {
		write_children(w, node); /* a link within a picture: what it shows stays */
		return;
	}
	if (!IS_AMONG(elements, name.data, name.length))
		return;
	out_putc(w->to, '<');
	out_write(w->to, name.data, name.length);
	if (is_root)
		out_puts(w->to, " xmlns=\"http://www.w3.org/2000/svg\"");
	write_attributes(w, &element->attributes);
	if (element->children.length == 0) {
		out_puts(w->to, "/>");
		return;
	}
	out_putc(w->to, '>');
	write_children(w, node);
	out_puts(w->to, "</");
	out_write(w->to, name.data, name.length);
	out_putc(w->to, '>');
}

static void write_children(struct svg_writer *w, const GumboNode *node)
{
	const GumboVector *children = html_children(node);

	if (w->depth == MAX_DEPTH)
		return;
	w->depth++;
	for (unsigned i = 0; i < children->length; i++) {
		const GumboNode *child = children->data[i];
		if (child->type == GUMBO_NODE_ELEMENT)
			write_element(w, child, false);
		else if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE ||
			 child->type == GUMBO_NODE_CDATA)
			write_xml(w->to, child->v.text.text, strlen(child->v.text.text));
	}
	w->depth--;
}

/* ---- the file ---- */

/* The offset of the root element, behind declaration, comments and document type. */
static size_t skip_prolog(const char *svg, size_t n)
{
	size_t at = n >= 3 && memcmp(svg, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (at < n) {
		const char *p = svg + at, *end = NULL;
		size_t left = n - at;
		if (is_space(*p)) {
			at++;
			continue;
		}
		if (left >= 2 && p[0] == '<' && p[1] == '?')
			end = memmem(p, left, "?>", 2);
		else if (left >= 4 && memcmp(p, "<!--", 4) == 0)
			end = memmem(p, left, "-->", 3);
		else if (left >= 2 && p[0] == '<' && p[1] == '!') {
			const char *subset = memchr(p, '[', left);
			end = memchr(p, '>', left);
			if (subset && end && subset < end)
				end = memmem(subset, (size_t)(svg + n - subset), "]>", 2);
		} else
			break;
		if (!end)
			return n;
		const char *close = memchr(end, '>', (size_t)(svg + n - end));
		at = (size_t)(close - svg) + 1;
	}
	return at;
}

bool svg_clean(const char *svg, size_t n, struct out *to)
{
	size_t root = skip_prolog(svg, n);
	struct svg_writer w = {.to = to};
	struct arena mem;
	bool found = false;

	if (n - root < 5 || memcmp(svg + root, "<svg", 4) != 0 ||
	    !(is_space(svg[root + 4]) || svg[root + 4] == '/' || svg[root + 4] == '>') ||
	    !svg_is_bounded(svg + root, n - root))
		return false;
	arena_init(&mem);
	const GumboVector *children = html_children(html_parse(&mem, svg + root, n - root));
	for (unsigned i = 0; i < children->length && !found; i++) {
		const GumboNode *child = children->data[i];
		if (child->type == GUMBO_NODE_ELEMENT &&
		    child->v.element.tag_namespace == GUMBO_NAMESPACE_SVG) {
			write_element(&w, child, true);
			found = true;
		}
	}
	arena_release(&mem);
	return found;
}
