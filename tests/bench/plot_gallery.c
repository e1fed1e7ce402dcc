/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/plot_gallery.c - all plot cases on one page to look at, and what each costs
 *
 * plot_gallery FONT STYLESHEET OUT.html [light|dark|grey]; a PNG is written beside the page.
 * Prints bytes and processor milliseconds (median of 41 runs) of each case. */
#include "cases.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 41 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median_ms(const struct plot_case *c)
{
	double times[RUNS];

	for (int i = 0; i < RUNS; i++) {
		struct out svg = {0};
		double start = now_ms();

		case_plot(c, 1, &svg);
		times[i] = now_ms() - start;
		out_release(&svg);
	}
	qsort(times, RUNS, sizeof *times, compare);
	return times[RUNS / 2];
}

static void write_case(FILE *page, const struct plot_case *c, unsigned number)
{
	struct out svg = {0};
	enum status status = case_plot(c, number, &svg);
	double ms = median_ms(c);

	printf("%-42s %7zu bytes %7.3f ms%s%s\n", c->name, svg.n, ms,
	       c->typical ? "" : "  (hostile)", status ? "  FAILED" : "");
	fprintf(page, "<figure><figcaption>%s · %zu bytes · %.2f ms</figcaption>%s</figure>\n",
		c->name, svg.n, ms, out_text(&svg));
	out_release(&svg);
}

static void write_png(const char *page, const struct plot_case *c)
{
	struct out png = {0};
	char path[4096];
	double start = now_ms();
	FILE *file;

	snprintf(path, sizeof path, "%s.png", page);
	if (plot_reliability_png(&c->calibration, 960, 660, &png) == ST_OK &&
	    (file = fopen(path, "wb"))) {
		printf("%-42s %7zu bytes %7.3f ms\n", "reliability, PNG 960 x 660", png.n,
		       now_ms() - start);
		fwrite(png.p, 1, png.n, file);
		fclose(file);
	}
	out_release(&png);
}

static const char head[] =
    "<!doctype html><html lang=\"en\" data-theme=\"%s\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>Plots</title>"
    "<link rel=\"stylesheet\" href=\"%s\"><style>@font-face{font-family:\"DejaVu Sans\";"
    "src:url(\"%s\")}body{margin:16px;font:16px system-ui;background:var(--plot-ground);"
    "color:var(--plot-text)%s}figure{margin:0 0 32px;max-width:760px;overflow-x:auto}"
    "figcaption{color:var(--plot-muted);margin-bottom:8px}</style>\n";

int main(int argc, char **argv)
{
	struct arena mem;
	struct plot_cases cases;
	FILE *page;
	const char *look = argc > 4 ? argv[4] : "light";

	if (argc < 4 || !plot_init(argv[1]) || !(page = fopen(argv[3], "w"))) {
		fprintf(stderr, "usage: plot_gallery FONT STYLESHEET OUT.html [light|dark|grey]\n");
		return 2;
	}
	arena_init(&mem);
	cases_make(&mem, &cases);
	fprintf(page, head, strcmp(look, "dark") ? "light" : "dark", argv[2], argv[1],
		strcmp(look, "grey") ? "" : ";filter:grayscale(1)");
	for (size_t i = 0; i < cases.n; i++)
		write_case(page, &cases.items[i], (unsigned)i + 1);
	write_png(argv[3], &cases.items[0]);
	fclose(page);
	arena_release(&mem);
	return 0;
}
