/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/test_svg.c - what gets through from cairo's SVG, and what does not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot/axis.h"
#include "plot/draw.h"
#include <math.h>
#include <string.h>

static struct arena mem;

static void rewritten(void **unused)
{
	const struct {
		const char *what, *cairo, *want;
	} t[] = {
	    {"prolog and root go",
	     "<?xml version=\"1.0\"?>\n<svg xmlns=\"x\" width=\"720pt\">\n<g "
	     "id=\"surface7\">\n</g>\n</svg>\n",
	     ""},
	    {"a role becomes a variable, usual values go",
	     "<path style=\" "
	     "stroke:none;fill-rule:nonzero;fill:rgb(0.392157%,0%,0%);fill-opacity:1;\" "
	     "d=\"M 10 10 L 110.123456 10 L 110.123456 40 Z M 10 10 \"/>",
	     "<path fill=\"var(--plot-series-1)\" d=\"M10 10H110.1V40Z\"/>\n"},
	    {"lines",
	     "<path style=\"fill:none;stroke-width:1.5;stroke-linecap:butt;stroke-linejoin:round;"
	     "stroke:rgb(3.921569%,0%,0%);stroke-opacity:0.5;stroke-dasharray:4,2;stroke-"
	     "miterlimit:4;\" "
	     "d=\"M 1 1 L -2.04 3.96 M 5 5 L 5 5 \"/>",
	     "<path fill=\"none\" stroke-width=\"1.5\" stroke-linejoin=\"round\" "
	     "stroke=\"var(--plot-rule)\" stroke-opacity=\"0.5\" stroke-dasharray=\"4,2\" "
	     "d=\"M1 1L-2 4M5 5h0\"/>\n"},
	    {"clips get the plot's number",
	     "<defs><clipPath id=\"clip1\"><path d=\"M 0 0 L 5 0 L 5 5 Z M 0 0 "
	     "\"/></clipPath></defs>"
	     "<g clip-path=\"url(#clip1)\" clip-rule=\"nonzero\"></g>",
	     "<defs>\n<clipPath id=\"Mb-3-clip1\"><path d=\"M0 0H5V5Z\"/>\n</clipPath>\n</defs>\n"
	     "<g clip-path=\"url(#Mb-3-clip1)\">\n</g>\n"},
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out got = {0};

		if (svg_rewrite(t[i].cairo, 3, &got) != ST_OK || strcmp(out_text(&got), t[i].want))
			fail_msg("%s: %s", t[i].what, out_text(&got));
		out_release(&got);
	}
}

static void refused(void **unused)
{
	static const char *const t[] = {
	    "<image href=\"x\"/>",
	    "<path style=\"fill:rgb(100%,0%,0%);\" d=\"M 0 0 L 1 1 \"/>",
	    "<path style=\"fill:rgb(0.392157%,1%,0%);\" d=\"M 0 0 L 1 1 \"/>",
	    "<path style=\"fill:rgb(0.5%,0%,0%);\" d=\"M 0 0 L 1 1 \"/>",
	    "<path style=\"fill:rgb(0%,0%,0%);\" d=\"M 0 0 L 1 1 \"/>",
	    "<path style=\"fill:red;\" d=\"M 0 0 L 1 1 \" onload=\"x\"/>",
	    "<path style=\"filter:url(#f);\" d=\"M 0 0 L 1 1 \"/>",
	    "<path style=\"fill:none;stroke-width:url(#x);\" d=\"M 0 0 L 1 1 \"/>",
	    "<path style=\"fill:none;\" d=\"M 0 0 C 1 1 2 2 3 3 \"/>",
	    "<path style=\"fill:none;\" d=\"M 0 nan L 1 1 \"/>",
	    "<path style=\"fill:none;\" d=\"M 0 0 L 1e30 1 \"/>",
	    "<path style=\"fill:none;\" d=\"M 0 0 L 1 1 \" transform=\"scale(2)\"/>",
	    "<path style=\"fill:none;\" d=\"M 0 0 L 1",
	    "<g clip-path=\"url(#other)\" clip-rule=\"nonzero\"></g>",
	    "<g id=\"x\"></g>",
	    "<g id=\"surface1\">",
	    "</g>",
	    "text",
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out got = {0};

		if (svg_rewrite(t[i], 1, &got) != ST_FAILED)
			fail_msg("let through: %s", t[i]);
		out_release(&got);
	}
}

static void whole_picture(void **unused)
{
	const struct plot_text text = {"A < B", "It's \"so\"\x01"};
	struct picture picture = picture_start(&mem);
	struct out svg = {0};

	(void)unused;
	picture.height = 50;
	mark_segment(&picture, ROLE_RULE, 1, 0, 10.5, 720, 10.5);
	mark_segment(&picture, ROLE_RULE, 1, 0, NAN, INFINITY, 1e308);
	mark_text(&picture, ROLE_MUTED, ANCHOR_END, 100, 30, 200, "a <b> & 'c'");
	mark_text(&picture, ROLE_TEXT, ANCHOR_START, 100, 30, 30, "shortened");
	assert_int_equal(svg_write(&picture, "plot", 12, &text, &svg), ST_OK);
	assert_string_equal(
	    out_text(&svg),
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 720 50\" "
	    "role=\"img\" aria-labelledby=\"Mb-12-title Mb-12-desc\" fill=\"var(--plot-text)\" "
	    "font-family=\"'DejaVu Sans',sans-serif\" font-size=\"14\" direction=\"ltr\">\n"
	    "<title id=\"Mb-12-title\">A &lt; B</title>\n"
	    "<desc id=\"Mb-12-desc\">It&#39;s &quot;so&quot;\xef\xbf\xbd</desc>\n"
	    "<path fill=\"none\" stroke-linejoin=\"round\" stroke=\"var(--plot-rule)\" "
	    "d=\"M0 10.5H720\"/>\n"
	    "<text x=\"100\" y=\"30\" text-anchor=\"end\" fill=\"var(--plot-muted)\" "
	    "textLength=\"80.6\" lengthAdjust=\"spacingAndGlyphs\">a &lt;b&gt; &amp; "
	    "&#39;c&#39;</text>\n"
	    "<text x=\"100\" y=\"30\" textLength=\"21.3\" lengthAdjust=\"spacingAndGlyphs\">"
	    "<title>shortened</title>s…</text>\n"
	    "</svg>\n");
	out_release(&svg);
}

static void without_text(void **unused)
{
	struct picture picture = picture_start(&mem);
	struct out svg = {0};

	(void)unused;
	picture.height = 50;
	assert_int_equal(svg_write(&picture, "plot", 1, NULL, &svg), ST_OK);
	assert_non_null(strstr(out_text(&svg), "aria-hidden=\"true\""));
	assert_null(strstr(out_text(&svg), "aria-labelledby"));
	out_release(&svg);
}

static void full_buffer_fails(void **unused)
{
	struct picture picture = picture_start(&mem);
	struct out svg = {.max = 100};

	(void)unused;
	picture.height = 50;
	assert_int_equal(svg_write(&picture, "plot", 1, NULL, &svg), ST_FAILED);
	out_release(&svg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rewritten),         cmocka_unit_test(refused),
	    cmocka_unit_test(whole_picture),     cmocka_unit_test(without_text),
	    cmocka_unit_test(full_buffer_fails),
	};
	int failed;

	if (!plot_init(PLOT_FONT))
		return 1;
	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
