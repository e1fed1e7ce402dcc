/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/escape.h - the one place where text becomes HTML */
#ifndef RENDER_ESCAPE_H
#define RENDER_ESCAPE_H
#include "base/out.h"

/* Text between tags, and inside double-quoted attributes: & < > " '. Control characters that
 * HTML does not allow become U+FFFD. */
void escape_html(struct out *to, const char *p, size_t n);
/* As escape_html(), with places where a long word may be broken: behind the signs that part the
 * words of keys, paths and ids. Not for attributes. */
void escape_html_breakable(struct out *to, const char *p, size_t n);
/* An address inside a double-quoted href or src: percent-encodes what may not stand in a URL and
 * escapes for HTML. An address that is not url_is_safe() becomes "#". */
void escape_url(struct out *to, const char *url);
/* A part of an address whose beginning stands already and says its scheme: "../", "#", "?q=". */
void escape_url_part(struct out *to, const char *part);
/* JSON text inside <script type="application/json">. */
void escape_json_script(struct out *to, const char *json, size_t n);
/* As escape_html(); what stands between two backticks of one line is <code>. */
void escape_html_code(struct out *to, const char *p, size_t n);
#endif
