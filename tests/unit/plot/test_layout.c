/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/test_layout.c - nothing overlaps or leaves a picture, whatever it shows */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cases.h"
#include <math.h>
#include <string.h>

static struct arena mem;
static struct plot_cases cases;

static struct picture layout(const struct plot_case *c)
{
	struct picture picture = picture_start(&mem);

	case_layout(c, &picture);
	return picture;
}

static void fail_dump(const struct plot_case *c, const struct picture *picture, const char *what,
		      const struct mark *a, const struct mark *b)
{
	struct out dump = {0};

	picture_dump(picture, &dump);
	print_message("%s\n", out_text(&dump));
	out_release(&dump);
	fail_msg("%s: %s: '%s' '%s'", c->name, what, a->text ? a->text : "(mark)",
		 b && b->text ? b->text : "");
}

static bool overlap(struct box a, struct box b)
{
	return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

/* Every mark lies within the viewBox: texts wholly, lines and points with half their width. */
static void check_bounds(const struct plot_case *c, const struct picture *picture)
{
	assert_true(picture->height > 0 && picture->height < 4000);
	for (size_t k = 0; k < picture->n; k++) {
		const struct mark *mark = &picture->items[k];
		struct box box = mark_bounds(mark);

		if (!(box.x0 <= box.x1)) /* nothing finite */
			continue;
		if (box.x0 < -0.01 || box.y0 < -0.01 || box.x1 > picture->width + 0.01 ||
		    box.y1 > picture->height + 0.01)
			fail_dump(c, picture, "leaves the picture", mark, NULL);
	}
}

static void check_texts(const struct plot_case *c, const struct picture *picture)
{
	for (size_t a = 0; a < picture->n; a++)
		for (size_t b = 0; b < a && picture->items[a].kind == MARK_TEXT; b++) {
			const struct mark *x = &picture->items[a], *y = &picture->items[b];

			if (y->kind == MARK_TEXT && *x->text && *y->text &&
			    overlap(mark_bounds(x), mark_bounds(y)))
				fail_dump(c, picture, "overlap", x, y);
		}
}

static void nothing_leaves_or_overlaps(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < cases.n; i++) {
		struct picture picture = layout(&cases.items[i]);

		check_bounds(&cases.items[i], &picture);
		check_texts(&cases.items[i], &picture);
	}
}

static uint64_t state = 20240601;

static size_t chance(size_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(state >> 33) % n;
}

static double any_value(void)
{
	static const double values[] = {NAN, INFINITY, -INFINITY, 0,     1e308, -1e308, 1e-308, 0.5,
					1,   -1,       1e6,       -1e-6, 12345, 0.1,    0.25,   7};
	size_t kind = chance(4);

	if (!kind)
		return values[chance(sizeof values / sizeof *values)];
	return ((double)chance(20001) - (kind > 1 ? 0 : 10000)) / 10000;
}

static char *any_name(struct arena *scratch)
{
	static const char *const pieces[] = {"a",    "WWWW", "_",    " ",  "é",
					     "中文", "🙂", "\xff", "\n", "نص"};
	char *name = arena_strdup(scratch, "");

	for (size_t n = chance(chance(9) ? 12 : 120); n > 0; n--)
		name = arena_printf(scratch, "%s%s", name, pieces[chance(10)]);
	return name;
}

/* A chart of chance: as many lines and windows, whatever their values, names and thresholds. */
static struct plot_case any_case(struct arena *scratch)
{
	struct plot_case c = {.name = "of chance", .kind = CASE_METRIC, .axis = any_name(scratch)};

	c.n_windows = chance(chance(5) ? 30 : 300);
	c.n_series = chance(chance(3) ? 8 : 24);
	c.labels = arena_new(scratch, const char *, c.n_windows);
	c.metrics = arena_new(scratch, struct metric_series, c.n_series);
	c.psi = arena_new(scratch, struct drift_series, c.n_series);
	for (size_t i = 0; i < c.n_windows; i++)
		c.labels[i] = any_name(scratch);
	for (size_t s = 0; s < c.n_series; s++) {
		struct figure *figures = arena_new(scratch, struct figure, c.n_windows);
		double *psi = arena_new(scratch, double, c.n_windows);
		enum drift_severity *severity =
		    arena_new(scratch, enum drift_severity, c.n_windows);

		for (size_t i = 0; i < c.n_windows; i++) {
			psi[i] = any_value();
			severity[i] = (enum drift_severity)chance(DRIFT_UNKNOWN + 1);
			figures[i] = (struct figure){any_value(), {any_value(), any_value()}, NULL};
		}
		c.metrics[s] = (struct metric_series){.name = any_name(scratch), .values = figures};
		c.psi[s] = (struct drift_series){any_name(scratch), psi, severity};
	}
	c.warning = any_value();
	c.critical = any_value();
	c.lower = any_value();
	c.upper = any_value();
	if (chance(2))
		c.kind = CASE_DRIFT;
	return c;
}

static void charts_of_chance(void **unused)
{
	(void)unused;
	for (int round = 0; round < 400; round++) {
		struct arena scratch;
		struct picture picture;
		struct plot_case c;

		arena_init(&scratch);
		c = any_case(&scratch);
		picture = picture_start(&scratch);
		case_layout(&c, &picture);
		check_bounds(&c, &picture);
		check_texts(&c, &picture);
		arena_release(&scratch);
	}
}

/* No break in anything that is not a line or an area, no size or opacity out of range. */
static void marks_are_sound(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < cases.n; i++) {
		struct picture picture = layout(&cases.items[i]);

		for (size_t k = 0; k < picture.n; k++) {
			const struct mark *mark = &picture.items[k];

			assert_true(mark->role > ROLE_NONE && mark->role < ROLE_COUNT);
			assert_true(mark->opacity > 0 && mark->opacity <= 1);
			assert_true(mark->size >= 0 && mark->size < 40);
			if (mark->kind == MARK_TEXT || mark->kind == MARK_BARS)
				for (size_t p = 0; p < mark->n; p++)
					assert_true(isfinite(mark->points[p].x) &&
						    isfinite(mark->points[p].y));
		}
	}
}

static const struct plot_case *find_case(const char *name)
{
	for (size_t i = 0; i < cases.n; i++)
		if (!strcmp(cases.items[i].name, name))
			return &cases.items[i];
	fail_msg("no case '%s'", name);
	return NULL;
}

static bool has_text(const struct picture *picture, const char *text)
{
	for (size_t i = 0; i < picture->n; i++)
		if (picture->items[i].kind == MARK_TEXT && !strcmp(picture->items[i].text, text))
			return true;
	return false;
}

/* What a picture must say. */
static void words(void **unused)
{
	const struct {
		const char *name, *text;
		bool said;
	} t[] = {
	    {"reliability, ten bins", "n = 14,670", true},
	    {"reliability, ten bins", "ECE = 0.0314", true},
	    {"reliability, ten bins", "perfectly calibrated", true},
	    {"reliability, no rows", "no rows", true},
	    {"reliability, nothing finite", "no bin has a rate", true},
	    {"reliability, 100 bins", "rows with such scores × 10⁶", true},
	    {"reliability, quantile bins", "rows per width of score", true},
	    {"drift, five features, 12 months", "critical from 0.25", true},
	    {"drift, five features, 12 months", "warning from 0.1", true},
	    {"drift, five features, 12 months", "critical", true},
	    {"drift, five features, 12 months", "too few rows to judge", false},
	    {"drift, gaps and too few rows", "too few rows to judge", true},
	    {"drift, one feature", "PSI · income", true},
	    {"drift, five features, 12 months", "PSI", true},
	    {"drift, seven features, one far off", "PSI, log scale", true},
	    {"drift, seven features, one far off", "0.01", true},
	    {"drift, seven features, one far off", "cut off at the top; highest 12.3", false},
	    {"drift, no value", "no values", true},
	    {"drift, 80 features with hostile names", "20 more stayed lower; they are in the table",
	     true},
	    {"drift, 20 features: small multiples", "feature_19", true},
	    {"distribution, ten bins", "−∞", true},
	    {"distribution, ten bins", "reference, n = 10,000", true},
	    {"distribution, categories, one new", "new category", true},
	    {"distribution, edges alike", "1000000000.0012", true},
	    {"distribution, hostile names", "(empty)", true},
	    {"distribution, empty samples", "no rows", true},
	    {"metric, three versions", "churn@1.1.0", true},
	    {"metric, three versions", "95 % interval", true},
	    {"metric, three versions", "chance 0.5", false},
	    {"metric, held against", "chance 0.5", true},
	    {"metric, held against", "by chance alone", true},
	    {"metric, held against", "2.0.0 in production", true},
	    {"metric, held against", "incident INC-1997-001", true},
	    {"metric, held against", "one more", false}, /* no room */
	    {"metric, latency in seconds", "latency (s) × 10⁻⁶", true},
	    {"metric, no value", "no values", true},
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct picture picture = layout(find_case(t[i].name));

		if (has_text(&picture, t[i].text) != t[i].said)
			fail_msg("%s: '%s' is %s", t[i].name, t[i].text,
				 t[i].said ? "missing" : "said");
	}
}

static size_t count_points(const struct picture *picture, enum shape shape, bool hollow)
{
	size_t n = 0;

	for (size_t i = 0; i < picture->n; i++)
		if (picture->items[i].kind == MARK_POINT && picture->items[i].shape == shape &&
		    picture->items[i].hollow == hollow)
			n += picture->items[i].n;
	return n;
}

/* Every alert has its mark, a window without value none. */
static void alerts_are_marked(void **unused)
{
	static const char *const labels[] = {"a", "b", "c", "d", "e"};
	const double psi[] = {0.01, 0.15, NAN, 0.3, 0.31};
	const enum drift_severity severity[] = {DRIFT_STABLE, DRIFT_WARNING, DRIFT_UNKNOWN,
						DRIFT_CRITICAL, DRIFT_TOO_FEW};
	const struct drift_series series = {"income", psi, severity};
	struct picture picture = picture_start(&mem);

	(void)unused;
	layout_drift_over_time(&picture, labels, 5, &series, 1, 0.1, 0.25);
	/* one each on the line and in the legend */
	assert_int_equal(count_points(&picture, SHAPE_TRIANGLE, false), 2);
	assert_int_equal(count_points(&picture, SHAPE_TRIANGLE, true), 2);
	assert_int_equal(count_points(&picture, SHAPE_RING, false), 2);
	assert_int_equal(count_points(&picture, SHAPE_DOT, false), 1);
}

/* The marks of a small picture, whole. */
static void sparkline_dump(void **unused)
{
	const double values[] = {1, NAN, 3, 2};
	struct picture picture = picture_start(&mem);
	struct out dump = {0};

	(void)unused;
	layout_sparkline(&picture, values, 4);
	picture_dump(&picture, &dump);
	assert_string_equal(out_text(&dump),
			    "picture 120 x 24\n"
			    "line series-1 1.5 solid 5.0,19.0 / 78.3,5.0 115.0,12.0\n"
			    "point series-1 5.0 dot 115.0,12.0\n");
	out_release(&dump);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_leaves_or_overlaps),
	    cmocka_unit_test(charts_of_chance),
	    cmocka_unit_test(marks_are_sound),
	    cmocka_unit_test(words),
	    cmocka_unit_test(alerts_are_marked),
	    cmocka_unit_test(sparkline_dump),
	};
	int failed;

	if (!plot_init(PLOT_FONT))
		return 1;
	arena_init(&mem);
	cases_make(&mem, &cases);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
