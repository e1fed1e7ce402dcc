/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_svg_clean.c - svg_clean() of read/html_clean.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "read/html_clean.h"
#include <string.h>
#include <time.h>

#define XMLNS " xmlns=\"http://www.w3.org/2000/svg\""

static void pictures(void **state)
{
	static const struct {
		const char *svg, *want; /* NULL: no SVG */
	} t[] = {
	    {"", NULL},
	    {"<p>a</p>", NULL},
	    {"a<svg/>", NULL},
	    {"<svg></svg>", "<svg" XMLNS "/>"},
	    {"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a -->\n<!DOCTYPE svg PUBLIC \"x\" \"y\" "
	     "[<!ENTITY z \"q\">]>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 "
	     "1\"/>",
	     "<svg" XMLNS " viewBox=\"0 0 1 1\"/>"},
	    {"<svg><rect x='1' fill='#fff' onclick='a'/><path d=\"M0 0\"/></svg>",
	     "<svg" XMLNS "><rect x=\"1\" fill=\"#fff\"/><path d=\"M0 0\"/></svg>"},
	    {"<svg onload=a><script>b</script><style>c</style><g>d</g></svg>",
	     "<svg" XMLNS "><g>d</g></svg>"},
	    {"<svg><foreignObject><p>a</p></foreignObject><image href='http://x/y'/></svg>",
	     "<svg" XMLNS "></svg>"},
	    {"<svg><a xlink:href='javascript:x'><text>b &amp; &lt;c</text></a></svg>",
	     "<svg" XMLNS "><text>b &amp; &lt;c</text></svg>"},
	    {"<svg><use xlink:href='#a'/><use href='http://x/y#a'/></svg>",
	     "<svg" XMLNS "><use href=\"#a\"/><use/></svg>"},
	    {"<svg><linearGradient id='g' gradientUnits='userSpaceOnUse'><stop offset='0'/>"
	     "</linearGradient><rect fill='url(#g)'/></svg>",
	     "<svg" XMLNS "><linearGradient id=\"g\" gradientUnits=\"userSpaceOnUse\">"
	     "<stop offset=\"0\"/></linearGradient><rect fill=\"url(#g)\"/></svg>"},
	    {"<svg><rect fill='url(http://x/y)' mask=\"URL( 'x' )\" stroke='red'/></svg>",
	     "<svg" XMLNS "><rect stroke=\"red\"/></svg>"},
	    {"<svg><rect style='fill: red; stroke:url(http://x); -x:y; fill-opacity:.5' "
	     "fill='blue'/></svg>",
	     "<svg" XMLNS "><rect fill=\"red\" fill-opacity=\".5\"/></svg>"},
	    {"<svg><rect style='fill:u\\72l(x)'/><animate/><set/></svg>",
	     "<svg" XMLNS "><rect/></svg>"},
	    {"<svg><text><![CDATA[a<b]]></text></svg>", "<svg" XMLNS "><text>a&lt;b</text></svg>"},
	    {"<svg><p>a</p><g/></svg>", "<svg" XMLNS "><g/></svg>"},
	    {"<svg><svg/><title>a</title></svg>b", "<svg" XMLNS "><svg/><title>a</title></svg>"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out got = {0};
		bool is_svg = svg_clean(t[i].svg, strlen(t[i].svg), &got);
		if (is_svg != (t[i].want != NULL) ||
		    (is_svg && strcmp(out_text(&got), t[i].want) != 0))
			fail_msg("%s\n got: %s\nwant: %s", t[i].svg, out_text(&got),
				 t[i].want ? t[i].want : "no SVG");
		out_release(&got);
	}
}

static void sizes(void **state)
{
	static const struct {
		const char *piece;
		size_t n;
		bool read;
	} t[] = {
	    {"<path d='M0 0'/>", 20000, true},
	    {"<g></g>", 20000, true},
	    {"<g>", 100, true},
	    {"<g>", 1000, false},
	    {"<g a='/'>", 1000, false},
	    {"<desc><![CDATA[></desc>]]>", 1000, false},
	    {"<p><g></g>", 1000, false},
	    {"<![CDATA[</g>]]><g>", 1000, false},
	};
	struct out svg = {0}, got = {0};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		out_clear(&svg);
		out_puts(&svg, "<svg>");
		for (size_t k = 0; k < t[i].n; k++)
			out_puts(&svg, t[i].piece);
		out_puts(&svg, "</svg>");
		out_clear(&got);
		if (svg_clean(out_text(&svg), svg.n, &got) != t[i].read)
			fail_msg("%zu times %s is judged wrongly", t[i].n, t[i].piece);
	}
	out_release(&svg);
	out_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pictures),
	    cmocka_unit_test(sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
