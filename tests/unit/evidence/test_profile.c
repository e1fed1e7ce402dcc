/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_profile.c - profiles add up, keep what they say, and hide what is few */
#include "base/arena.h"
#include "evidence/profile.h"
#include "read/yaml.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena mem;
static struct diag_sink diags;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static uint32_t random_below(uint64_t *x, uint32_t n)
{
	*x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
	return (uint32_t)((*x >> 33) % n);
}

/* -- logs ------------------------------------------------------------------------------------- */

enum { ROWS = 400, MOST_PARTS = 4 };

/* Names that are quoted, escaped or taken for something else where one is careless. */
static const char *const names[] = {"a",         "no",       "1.10", "null", "with, comma", "#",
				    "\\x41",     "\033[31m", "ü*b",  "- x",  "{{ y }}",     "",
				    "\"\"q\"\"", "<<",       "~",    "a: b"};

/* A log of which each row is in part[i] of `n_parts`; part n_parts is the whole. */
static void write_logs(uint64_t seed, size_t n_parts, char paths[][64], size_t rows)
{
	FILE *files[MOST_PARTS + 1];
	uint64_t x = seed;

	for (size_t p = 0; p <= n_parts; p++) {
		int fd;

		snprintf(paths[p], 64, "/tmp/test_profile_XXXXXX.csv");
		fd = mkstemps(paths[p], 4);
		assert_true(fd >= 0);
		files[p] = fdopen(fd, "w");
		fprintf(files[p], "day,y,score,plan,sex,age\n");
	}
	for (size_t r = 0; r < rows; r++) {
		size_t p = random_below(&x, (uint32_t)n_parts);
		uint32_t score = random_below(&x, 1001), age = random_below(&x, 40);
		char line[200], number[20], year[20];

		snprintf(number, sizeof number, "%g", (double)score / 1000);
		snprintf(year, sizeof year, "%g", age < 15 ? 30 : 20 + (double)age / 3);
		snprintf(line, sizeof line, "2025-%02u-%02u,%u,%s,\"%s\",%s,%s\n",
			 1 + random_below(&x, 3), 1 + random_below(&x, 28),
			 random_below(&x, 1000) < score, random_below(&x, 50) ? number : "",
			 names[random_below(&x, sizeof names / sizeof *names)],
			 random_below(&x, 2) ? "f" : "m", random_below(&x, 20) ? year : "");
		fputs(line, files[p]);
		fputs(line, files[n_parts]);
	}
	for (size_t p = 0; p <= n_parts; p++)
		fclose(files[p]);
}

static void remove_logs(size_t n_parts, char paths[][64])
{
	for (size_t p = 0; p <= n_parts; p++)
		unlink(paths[p]);
}

static struct profile count_at(const char *path, const struct profile *edges_from,
			       enum window_length window, double threshold)
{
	const struct column_request sex = {.name = "sex"}, age = {.name = "age"};
	const struct column_request both[] = {{.name = "sex"}, {.name = "plan"}};
	const struct group_request groups[] = {{&sex, 1}, {both, 2}, {&both[1], 1}, {&age, 1}};
	const struct log_request log = {.label = {.name = "y"},
					.score = {.name = "score"},
					.time = {.name = "day"},
					.window = window,
					.threshold = threshold,
					.groups = groups,
					.n_groups = sizeof groups / sizeof *groups,
					.jobs = 1};
	const struct profile_request request = {
	    .log = &log, .paths = &path, .n_paths = 1, .edges_from = edges_from};
	struct log_taken taken = {0};
	struct profile profile;

	assert_int_equal(profile_count(&mem, &request, &profile, &taken, &diags), ST_OK);
	profile.id = "p";
	return profile;
}

static struct profile count(const char *path, const struct profile *edges_from,
			    enum window_length window)
{
	return count_at(path, edges_from, window, 0.4);
}

static const char *text_of(const struct profile *profile)
{
	struct out o = {0};
	const char *text;

	profile_write(profile, &o);
	text = arena_strdup(&mem, out_text(&o));
	out_release(&o);
	return text;
}

static bool read_text(const char *text, struct profile *profile)
{
	struct source *source = source_new(&mem, "p.yaml", text, strlen(text));
	const struct data_node *root =
	    yaml_read(&mem, source, 0, strlen(text), RULE_DATA_SYNTAX, &diags);

	return root && profile_read(&mem, root, profile, &diags);
}

/* -- tests ------------------------------------------------------------------------------------ */

/* The sum of the parts of any split, in any order, is the whole, byte for byte; before and after
 * being written. */
static void parts_add_up(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 30, ROWS};

	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		size_t n_parts = 1 + seed % MOST_PARTS, rows = sizes[seed % 5];
		char paths[MOST_PARTS + 1][64];
		struct profile whole;
		enum window_length window = (enum window_length)(seed % 4);
		const char *want;

		write_logs(seed * 7919, n_parts, paths, rows);
		whole = count(paths[n_parts], NULL, window);
		for (size_t c = 0; c < whole.n_columns; c++)
			whole.columns[c].cut = CUT_TAKEN;
		want = text_of(&whole);
		for (size_t turn = 0; turn < n_parts; turn++) {
			struct profile sum;

			for (size_t p = 0; p < n_parts; p++) {
				struct profile part =
				    count(paths[(p + turn) % n_parts], &whole, window);

				if (p == 0)
					assert_true(read_text(text_of(&part), &sum));
				else
					assert_null(profile_merge(&mem, &sum, &part));
			}
			assert_string_equal(text_of(&sum), want);
		}
		remove_logs(n_parts, paths);
	}
	assert_int_equal(diags.n, 0);
}

static void reading_gives_back(void **state)
{
	char paths[2][64];
	struct profile profile, again;

	(void)state;
	write_logs(99, 1, paths, ROWS);
	for (size_t least = 0; least < 40; least += 13) {
		profile = count(paths[1], NULL, WINDOW_MONTH);
		if (least)
			profile_hide(&mem, &profile, least);
		assert_true(read_text(text_of(&profile), &again));
		assert_string_equal(text_of(&again), text_of(&profile));
	}
	assert_int_equal(diags.n, 0);
	remove_logs(1, paths);
}

static void different_cuts_are_refused(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} cases[] = {
	    {"threshold: 0.4", "threshold: 0.5", "'threshold' is 0.4 and 0.5"},
	    {"positive: \"1\"", "positive: \"0\"", "'positive' is '1' and '0'"},
	    {"score: score", "score: age", "'score' is 'score' and 'age'"},
	    {"time: day", "time: day\nwindow: week", "'window' is none and 'week'"},
	    {"kind: profile", "kind: profile\nwhere: a=b", "'where' is none and 'a=b'"},
	    {"kind: profile", "kind: profile\nmin_count: 5", "'min_count' is 0 and 5"},
	    {"kind: profile", "kind: profile\nabout: m@2", "'about' is none and 'm@2'"},
	    {"    edges: [0.", "    edges: [-1", "columns.score.edges.0"},
	    {"group_columns: [sex", "group_columns: [six", "'groups' is 'sex' and 'six'"},
	};
	char paths[2][64];
	struct profile profile, other;
	const char *text;

	(void)state;
	write_logs(5, 1, paths, ROWS);
	profile = count(paths[1], NULL, WINDOW_NONE);
	text = text_of(&profile);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *at = strstr(text, cases[i].from), *problem;

		assert_non_null(at);
		if (!read_text(arena_printf(&mem, "%.*s%s%s", (int)(at - text), text, cases[i].to,
					    at + strlen(cases[i].from)),
			       &other))
			fail_msg("case %zu: %s", i, diags.items[diags.n - 1].detail);
		problem = profile_merge(&mem, &profile, &other);
		assert_non_null(problem);
		if (!strstr(problem, cases[i].says))
			fail_msg("wanted '%s', got '%s'", cases[i].says, problem);
		assert_string_equal(text_of(&profile), text);
	}
	remove_logs(1, paths);
}

/* -- hiding ----------------------------------------------------------------------------------- */

static void not_few(const char *what, size_t count, size_t least)
{
	if (count > 0 && count < least)
		fail_msg("%s shows %zu, under %zu", what, count, least);
}

static void check_outcomes(const struct profile *p, const struct profile_outcomes *o)
{
	if (!o->hidden) {
		not_few("tp", o->tp, p->min_count);
		not_few("fp", o->fp, p->min_count);
		not_few("fn", o->fn, p->min_count);
		not_few("tn", o->tn, p->min_count);
	}
	for (size_t b = 0; b < p->n_bins; b++) {
		if (o->joined[b] || o->scores_hidden)
			continue;
		not_few("a bin", o->counts[b], p->min_count);
		not_few("positives", o->positives[b], p->min_count);
		not_few("negatives", o->counts[b] - o->positives[b], p->min_count);
	}
}

static void check_part(const struct profile *p, const struct profile_part *part)
{
	not_few("rows", part->rows, p->min_count);
	for (size_t c = 0; c < p->n_columns; c++) {
		const struct profile_counts *counts = &part->columns[c];

		for (size_t b = 0; counts->bins && b <= p->columns[c].n_edges; b++)
			not_few("a bin", counts->bins[b], p->min_count);
		for (size_t v = 0; v < counts->values.n; v++)
			not_few("a value", counts->values.items[v].count, p->min_count);
		not_few("the rest", counts->rest, p->min_count);
	}
	check_outcomes(p, &part->outcomes);
	for (size_t g = 0; g < p->n_group_columns; g++)
		for (size_t i = 0; i < part->groups[g].n; i++)
			check_outcomes(p, &part->groups[g].items[i].outcomes);
}

/* What is left of the whole when all that is shown is taken away is no small count either. */
static void check_rest(const struct profile *p, const struct profile *whole)
{
	size_t rows = p->all.rows;

	for (size_t w = 0; w < p->windows.n; w++)
		rows -= p->windows.items[w].rows;
	not_few("rows of hidden windows", rows, p->min_count);
	for (size_t g = 0; g < p->n_group_columns; g++) {
		struct profile_outcomes left = whole->all.outcomes;

		for (size_t i = 0; i < p->all.groups[g].n; i++) {
			const struct profile_outcomes *o = &p->all.groups[g].items[i].outcomes;

			left.tp -= o->tp;
			left.fp -= o->fp;
			left.fn -= o->fn;
			left.tn -= o->tn;
		}
		if (!p->all.groups[g].n)
			continue;
		not_few("tp of hidden groups", left.tp, p->min_count);
		not_few("fp of hidden groups", left.fp, p->min_count);
		not_few("fn of hidden groups", left.fn, p->min_count);
		not_few("tn of hidden groups", left.tn, p->min_count);
	}
	for (size_t c = 0; c < p->n_columns; c++)
		for (size_t b = 0; p->columns[c].numeric && b <= p->columns[c].n_edges; b++) {
			size_t left = p->all.columns[c].bins[b];

			for (size_t w = 0; w < p->windows.n; w++)
				left -= p->windows.items[w].columns[c].bins[b];
			not_few("a bin of hidden windows", left, p->min_count);
		}
}

/* A place on the line of scores, and the rows before it. */
struct place {
	double value;
	bool above;
	size_t below;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (int)x->above - (int)y->above;
}

/* The bins of outcomes, the threshold and the edges of the score's own column cut the same rows,
 * since all have a label: no two cuts lie few rows apart. */
static void check_cuts(const struct profile *p, const struct profile_part *part)
{
	const struct profile_outcomes *o = &part->outcomes;
	struct place places[64] = {{0}};
	size_t n = 1, below = 0;

	for (size_t b = 0; b + 1 < p->n_bins && !o->scores_hidden; b++) {
		below += o->counts[b];
		if (!o->joined[b])
			places[n++] =
			    (struct place){(double)(b + 1) / (double)p->n_bins, true, below};
	}
	if (!o->hidden)
		places[n++] = (struct place){p->threshold, false, o->fn + o->tn};
	for (size_t c = 0; c < p->n_columns; c++) {
		const struct profile_counts *counts = &part->columns[c];

		below = 0;
		if (strcmp(p->columns[c].name, "score") != 0 || counts->hidden)
			continue;
		for (size_t e = 0; e < p->columns[c].n_edges; e++) {
			below += counts->bins[e];
			if (!counts->joined[e])
				places[n++] = (struct place){p->columns[c].edges[e], true, below};
		}
	}
	qsort(places, n, sizeof *places, by_place);
	for (size_t i = 1; i < n; i++)
		not_few("what lies between two cuts", places[i].below - places[i - 1].below,
			p->min_count);
}

/* Positives on either side of the threshold, inside the run of bins that holds it. */
static void check_threshold(const struct profile *p, const struct profile_outcomes *o)
{
	size_t positives = 0, rows = 0, from_positives = 0, from_rows = 0;

	for (size_t b = 0; b < p->n_bins && !o->hidden && !o->scores_hidden; b++) {
		positives += o->positives[b];
		rows += o->counts[b];
		if (o->joined[b])
			continue;
		if ((double)(b + 1) / (double)p->n_bins >= p->threshold) {
			not_few("positives under the threshold", o->fn - from_positives,
				p->min_count);
			not_few("negatives under the threshold",
				o->tn - (from_rows - from_positives), p->min_count);
			not_few("positives from the threshold", positives - o->fn, p->min_count);
			not_few("negatives from the threshold", rows - positives - o->tn,
				p->min_count);
			return;
		}
		from_positives = positives;
		from_rows = rows;
	}
}

/* A column's rest less the groups of its name, and the groups of two columns beside those of one.
 */
static void check_groups(const struct profile *p)
{
	const struct profile_groups *together = &p->all.groups[1];
	size_t plan = 0;

	while (strcmp(p->columns[plan].name, "plan") != 0)
		plan++;
	for (size_t i = 0; i < p->all.groups[2].n; i++) {
		const struct profile_counts *counts = &p->all.columns[plan];
		bool shown = !counts->has_rest || counts->hidden;

		for (size_t v = 0; v < counts->values.n; v++)
			shown = shown || !strcmp(counts->values.items[v].name,
						 p->all.groups[2].items[i].value);
		assert_true(shown);
	}
	assert_true(!together->n || (!p->all.groups[0].hidden && !p->all.groups[2].hidden));
	for (size_t g = 0; g < p->n_group_columns; g++)
		for (size_t i = 0; i < p->all.groups[g].n; i++)
			check_threshold(p, &p->all.groups[g].items[i].outcomes);
}

static void few_are_hidden(void **state)
{
	size_t shown = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		char paths[2][64];
		struct profile whole, p;

		write_logs(seed * 104729, 1, paths, ROWS);
		for (size_t least = 2; least < 200; least *= 3) {
			enum window_length window = (enum window_length)(seed % 4);

			double threshold = seed % 3 ? 0.43 : 0.4;

			whole = count_at(paths[1], NULL, window, threshold);
			p = count_at(paths[1], NULL, window, threshold);
			profile_hide(&mem, &p, least);
			assert_int_equal(p.all.rows, whole.all.rows);
			check_part(&p, &p.all);
			check_cuts(&p, &p.all);
			check_threshold(&p, &p.all.outcomes);
			for (size_t w = 0; w < p.windows.n; w++) {
				check_part(&p, &p.windows.items[w]);
				check_cuts(&p, &p.windows.items[w]);
				check_threshold(&p, &p.windows.items[w].outcomes);
			}
			check_rest(&p, &whole);
			check_groups(&p);
			shown += p.all.groups[0].n;
		}
		remove_logs(1, paths);
	}
	assert_true(shown > 0); /* not everything is hidden */
}

/* Few scores outside 0 to 1: the table less the bins would tell their labels, so bins are hidden
 * and the table stays. */
static void few_outside(void **state)
{
	char path[] = "/tmp/test_profile_XXXXXX.csv";
	FILE *f = fdopen(mkstemps(path, 4), "w");
	struct profile p;

	(void)state;
	fprintf(f, "day,y,score,plan,sex,age\n");
	for (int i = 0; i < 200; i++)
		fprintf(f, "2025-01-%02d,%d,%g,a,f,30\n", 1 + i % 28, i % 3 == 0,
			i == 7 ? 1.5 : (double)(i % 100) / 100);
	fclose(f);
	p = count(path, NULL, WINDOW_NONE);
	profile_hide(&mem, &p, 10);
	assert_int_equal(p.all.outcomes.outside, 1);
	assert_true(p.all.outcomes.scores_hidden);
	assert_false(p.all.outcomes.hidden);
	assert_true(p.all.groups[0].items[0].outcomes.scores_hidden);
	unlink(path);
}

/* What is hidden stays so when more is hidden. */
static void hidden_twice(void **state)
{
	char paths[2][64];
	struct profile once, twice;

	(void)state;
	write_logs(4711, 1, paths, ROWS);
	once = count(paths[1], NULL, WINDOW_MONTH);
	profile_hide(&mem, &once, 5);
	assert_true(read_text(text_of(&once), &twice));
	profile_hide(&mem, &twice, 12);
	check_part(&twice, &twice.all);
	for (size_t b = 0; b < once.n_bins; b++)
		assert_true(!once.all.outcomes.joined[b] || twice.all.outcomes.joined[b] ||
			    twice.all.outcomes.scores_hidden);
	for (size_t c = 0; c < once.n_columns; c++)
		for (size_t b = 0; once.columns[c].numeric && b < once.columns[c].n_edges; b++)
			assert_true(!once.all.columns[c].joined[b] ||
				    twice.all.columns[c].joined[b] || twice.all.columns[c].hidden);
	remove_logs(1, paths);
}

/* Hidden profiles add up to one that shows nothing that either hides. */
static void hidden_parts_add_up(void **state)
{
	char paths[3][64];
	struct profile a, b, again;

	(void)state;
	write_logs(31337, 2, paths, ROWS);
	a = count(paths[0], NULL, WINDOW_MONTH);
	b = count(paths[1], &a, WINDOW_MONTH);
	for (size_t c = 0; c < a.n_columns; c++)
		a.columns[c].cut = CUT_TAKEN;
	profile_hide(&mem, &a, 12);
	profile_hide(&mem, &b, 12);
	assert_true(read_text(text_of(&a), &again));
	assert_null(profile_merge(&mem, &a, &b));
	assert_null(profile_merge(&mem, &b, &again));
	assert_string_equal(text_of(&a), text_of(&b));
	check_part(&a, &a.all);
	assert_int_equal(a.all.rows, ROWS);
	assert_true(read_text(text_of(&a), &again));
	remove_logs(2, paths);
}

/* -- what is wrong ---------------------------------------------------------------------------- */

#define HEAD "kind: profile\nid: p\nrows: 10\n"
#define AGE "columns:\n  age: {type: numeric, missing: 0, edges: [1, 2], counts: [3, 3, 4]}\n"
#define SCORED "label: y\nscore: s\nbins: 2\noutcomes:\n  table: {tp: 1, fp: 2, fn: 3, tn: 4}\n"

static void slips_have_lines(void **state)
{
	static const struct {
		const char *text, *says;
		unsigned line;
	} cases[] = {
	    {"kind: policy\n", "'kind' must be profile", 1},
	    {"- 1\n", "'kind' must be profile", 1},
	    {"kind: profile\nid: p\n", "'rows' is missing", 1},
	    {"kind: profile\nrows: -1\n", "'rows' must be a whole number", 2},
	    {"kind: profile\nrows: 1.5\n", "'rows' must be a whole number", 2},
	    {"kind: profile\nrows: 1e300\n", "'rows' must be a whole number", 2},
	    {HEAD "bins: 0\n", "'bins' must be 1 to 100", 4},
	    {HEAD "bins: 1000000\n", "'bins' must be 1 to 100", 4},
	    {HEAD "window: year\n", "'window' must be", 4},
	    {HEAD "start: 2025-02-30\n", "'start' must be a day", 4},
	    {HEAD "columns: 3\n", "'columns' must be a map", 4},
	    {HEAD "columns:\n  a: {type: what, missing: 0}\n", "'type' must be", 5},
	    {HEAD "columns:\n  a: {type: numeric, missing: 0, edges: 3, counts: [1]}\n", "'edges'",
	     5},
	    {HEAD "columns:\n  a: {type: numeric, missing: 0, edges: [2, 1], counts: [3, 3, 4]}\n",
	     "rising", 5},
	    {HEAD "columns:\n  a: {type: numeric, missing: 0, edges: [1, 2], counts: [3, 7]}\n",
	     "must have 3 items, found 2", 5},
	    {HEAD
	     "columns:\n  a: {type: numeric, missing: 0, edges: [1, 2], counts: [3, 3, null]}\n",
	     "'counts' must be a whole number", 5},
	    {HEAD "columns:\n  a: {type: numeric, missing: 1, edges: [1, 2], counts: [3, 3, 4]}\n",
	     "add up to 11, 'rows' is 10", 5},
	    {HEAD "columns:\n  a: {type: categorical, missing: 1, values: {x: 8}}\n",
	     "add up to 9, 'rows' is 10", 5},
	    {HEAD "columns:\n  a: {type: categorical, missing: 0, values: [8]}\n", "must be a map",
	     5},
	    {HEAD "label: y\n", "'outcomes' is missing", 1},
	    {HEAD "label: y\noutcomes: {table: {tp: 1, fp: 2, fn: 3}}\n", "'tn' is missing", 5},
	    {HEAD SCORED, "'scores' is missing", 8},
	    {HEAD SCORED "  counts: [5, 4]\n  positives: [1, 3]\n  scores: [1, 2]\n"
			 "  squared_errors: 1\n  losses: 1\n",
	     "do not add up to 'table'", 8},
	    {HEAD SCORED "  counts: [5, 5]\n  positives: [1, 2]\n  scores: [1, 2]\n"
			 "  squared_errors: 1\n  losses: 1\n",
	     "do not add up to tp + fn", 8},
	    {HEAD SCORED "  counts: [5, 5]\n  positives: [1, 3]\n  scores: [1, x]\n"
			 "  squared_errors: 1\n  losses: 1\n",
	     "'scores' must be a number", 11},
	    {HEAD AGE "windows: [{start: 2025-01-01, end: 2025-01-02, rows: 1}]\n", "need 'window'",
	     6},
	    {HEAD AGE "window: month\nwindows:\n- {start: 2025-01-01, end: 2025-02-02, rows: 1}\n",
	     "in one window", 8},
	    {HEAD AGE "window: month\nwindows:\n- {start: 2025-01-01, end: 2025-01-02, rows: 1}\n",
	     "column 'age' is missing", 8},
	    {HEAD "window: day\nwindows:\n- {start: 2025-01-01, end: 2025-01-01, rows: 1}\n"
		  "- {start: 2025-01-01, end: 2025-01-01, rows: 1}\n",
	     "stands twice", 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct profile profile;
		bool found = false;

		diag_init(&diags, &mem);
		assert_false(read_text(cases[i].text, &profile));
		for (size_t f = 0; f < diags.n; f++)
			found =
			    found || (strstr(diags.items[f].detail, cases[i].says) &&
				      source_position(&diags.items[f].at).line == cases[i].line);
		if (!found)
			fail_msg("case %zu: '%s' at line %u is not said: %s at %u", i,
				 cases[i].says, cases[i].line, diags.items[0].detail,
				 source_position(&diags.items[0].at).line);
	}
}

/* Whatever is cut off, reading says so or gives a profile that can be written. */
static void truncated_files(void **state)
{
	char paths[2][64];
	struct profile whole, profile;
	const char *text;

	(void)state;
	write_logs(3, 1, paths, 60);
	whole = count(paths[1], NULL, WINDOW_MONTH);
	text = text_of(&whole);
	for (size_t n = 0, len = strlen(text); n < len; n += 97) {
		diag_init(&diags, &mem);
		if (read_text(arena_strndup(&mem, text, n), &profile))
			text_of(&profile);
		else
			assert_true(diags.n > 0);
	}
	remove_logs(1, paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(parts_add_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(reading_gives_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(different_cuts_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(few_are_hidden, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(few_outside, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(hidden_twice, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(hidden_parts_add_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(slips_have_lines, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(truncated_files, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
