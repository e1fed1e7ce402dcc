/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/html_clean_internal.h - what the cleaners of HTML and SVG share */
#ifndef READ_HTML_CLEAN_INTERNAL_H
#define READ_HTML_CLEAN_INTERNAL_H
#include "read/html_clean.h"
#include <gumbo.h>

/* ---- the allow-list (html_clean_list.c) ---- */

enum html_tag_flag {
	TAG_PHRASING = 1, /* may stand among words */
	TAG_VOID = 2,     /* has no contents and no end */
	TAG_UNWRAP = 4,   /* is left out, its contents stay */
	TAG_DROP = 8,     /* is left out with its contents */
	TAG_ENDS_P = 16   /* its beginning ends a paragraph */
};

struct html_tag {
	const char *name;    /* as read */
	const char *write;   /* as written */
	unsigned flags;      /* enum html_tag_flag */
	const char *parents; /* must be directly inside one of these (" ul ol "); NULL: anywhere */
};
/* NULL where the tag is not on the list. Names in any case; `n` bytes. */
const struct html_tag *html_tag_find(const char *name, size_t n);

/* Writes those of an element's attributes that are on the list. `in_link` leaves href out. */
void html_write_attributes(const GumboVector *attributes, const struct html_tag *tag,
			   const struct html_policy *policy, struct out *to);
/* Writes a picture, or what stands for it where its address may not be written. */
void html_write_image(const GumboVector *attributes, const struct html_policy *policy, bool in_link,
		      struct out *to);

/* ---- text ---- */

/* Text between tags and in double quotes: & < > " ' escaped, controls become U+FFFD. */
void html_escape(struct out *to, const char *p, size_t n);
/* An address in double quotes: bytes that may not stand in one are percent-encoded. */
void html_escape_address(struct out *to, const char *url);

/* ---- parsing (html_clean_parse.c) ---- */

/* True where gumbo may be given the text: it is under 512 KiB, and nesting, open formatting and
 * attributes are bounded (gumbo looks through all open elements for each tag, opens formatting
 * elements again in each paragraph, and compares each attribute with all before it). *whole is the
 * length before a last tag that never ends, which would be lost without a trace. */
bool html_is_bounded(const char *html, size_t n, size_t *whole);
/* The same for a text that begins with an <svg> element: under 4 MiB. */
bool svg_is_bounded(const char *svg, size_t n);
/* A fragment as in <body>; its nodes are the children of ->root. All of it lives in `mem`. */
const GumboNode *html_parse(struct arena *mem, const char *html, size_t n);
/* Children of an element, document or template. */
const GumboVector *html_children(const GumboNode *node);
/* The value of an attribute without a namespace, NULL where it is absent. */
const char *html_attribute(const GumboVector *attributes, const char *name);
/* The element's name as read (in any case), which may be of no known element. */
GumboStringPiece html_name(const GumboElement *element);
#endif
