/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_figures_store.c - figures that a former run has measured
 *
 * A log whose text changes under the same digest shows where figures come from. */
#include "base/store.h"
#include "evidence/figures_codec.h"
#include "figures_as_text.h"
#include "workspace_by_hand.h"
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena mem;
static char *folder;

static const char log_csv[] =
    "day,y,said,p,q,ms,sex,town,age\n"
    "2025-01-01,1,1,0.9,0.8,12,F,Bern,30\n2025-01-02,0,0,0.1,0.3,9,M,Basel,31\n"
    "2025-02-03,1,0,0.4,0.6,40,F,Bern,\n2025-02-04,0,1,0.7,0.2,8,M,\"Chur, GR\",35\n"
    "2025-03-05,1,1,0.8,0.9,11,F,Bern,42\n2025-03-06,0,0,0.3,0.4,10,F,Basel,27\n";
static const char other_csv[] =
    "day,y,said,p,q,ms,sex,town,age\n"
    "2025-01-01,0,1,0.9,0.8,12,F,Bern,30\n2025-01-02,1,0,0.1,0.3,9,M,Basel,31\n"
    "2025-02-03,1,0,0.4,0.6,40,F,Bern,\n2025-02-04,0,1,0.7,0.2,8,M,\"Chur, GR\",35\n"
    "2025-03-05,1,1,0.8,0.9,11,F,Bern,42\n2025-03-06,0,0,0.3,0.4,10,F,Basel,27\n";

static const char whole[] =
    "source:\n  log: data/log.csv\n  label: y\n  score: p\n  compare: q\n  latency: ms\n  time: "
    "day\n"
    "  window: month\n  groups: [sex, sex*town]\n  segments: [town]\n  features: [age, town]\n"
    "  reference: {window: 2025-01}\n  min_group_rows: 1\n  bootstrap: 100\n";
static const char several[] = "source: {log: data/log.csv, label: town, prediction: sex, score: p}";
static const char regression[] =
    "source: {log: data/log.csv, label: p, prediction: q, task: regression}";

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	arena_init(&mem);
	folder = arena_printf(&mem, "%s/figures-store-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
	(void)st;
	(void)kind;
	(void)place;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_release(&mem);
	return 0;
}

struct run {
	const char *log, *digest, *source, *policy;
};

/* What a run says of its one record, with its store in the folder. */
static const char *figures_of(const struct run *run)
{
	struct workspace ws = {.mem = &mem, .store = store_open(&mem, folder)};
	struct diag_sink diags = {0};
	struct evidence evidence;
	struct record *record;
	struct data_file *file;

	assert_non_null(ws.store);
	diag_init(&diags, &mem);
	file = add_log(&ws, "data/log.csv", run->log, strlen(run->log));
	snprintf(file->sha256, sizeof file->sha256, "%s", run->digest);
	if (run->policy)
		add_record(&ws, "data/policy.yaml", run->policy, &diags);
	record =
	    add_record(&ws, "data/r.yaml",
		       arena_printf(&mem, "kind: evaluation\nid: r\n%s\n", run->source), &diags);
	evidence_collect(&mem, &ws, 2, &evidence, &diags);
	if (diags.n)
		fail_msg("%s", diags.items[0].detail);
	assert_int_equal(evidence_of(&evidence, record)->origin, ORIGIN_MEASURED);
	return figures_as_text(&mem, evidence_of(&evidence, record));
}

static void a_second_run_measures_nothing(void **state)
{
	static const char *const sources[] = {whole, several, regression};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct run first = {log_csv, "digest", sources[i], NULL};
		const struct run second = {other_csv, "digest", sources[i], NULL};
		const char *text = figures_of(&first);

		assert_string_equal(figures_of(&second), text);
		assert_string_equal(figures_of(&first), text);
	}
}

static void another_log_or_request_is_measured(void **state)
{
	const struct run first = {log_csv, "digest", whole, NULL};
	const struct run changed = {other_csv, "other", whole, NULL};
	const struct run asked = {other_csv, "digest",
				  arena_printf(&mem, "%s  positive: '0'\n", whole), NULL};
	const struct run moved = {other_csv, "digest", arena_printf(&mem, "# a comment\n%s", whole),
				  NULL};
	const char *text = figures_of(&first);

	(void)state;
	assert_string_not_equal(figures_of(&changed), text);
	assert_string_not_equal(figures_of(&asked), text);
	assert_string_equal(figures_of(&moved), text);
}

static void drift_is_judged_by_the_bands_of_the_day(void **state)
{
	static const char strict[] =
	    "kind: policy\nid: p\nthresholds:\n"
	    "  psi_warning: {value: 0.01}\n  psi_critical: {value: 0.02}\n";
	const struct run without = {log_csv, "digest", whole, NULL};
	const struct run with = {other_csv, "digest", whole, strict};

	(void)state;
	assert_non_null(strstr(figures_of(&without), "severity='unknown'"));
	assert_null(strstr(figures_of(&with), "severity='unknown'"));
}

static int spoil_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
	FILE *file;

	(void)place;
	if (kind != FTW_F || st->st_size < 20)
		return 0;
	file = fopen(path, "r+b");
	assert_non_null(file);
	fseek(file, (long)st->st_size / 2, SEEK_SET);
	fputs("spoilt", file);
	return fclose(file);
}

static void spoilt_entries_are_measured_again(void **state)
{
	const struct run first = {log_csv, "digest", whole, NULL};
	const char *text = figures_of(&first);

	(void)state;
	assert_int_equal(nftw(folder, spoil_one, 8, FTW_PHYS), 0);
	assert_string_equal(figures_of(&first), text);
}

/* Bytes that are cut or changed are refused or read as other figures, and never beyond them. */
static void bytes_that_are_not_whole(void **state)
{
	struct workspace ws = {.mem = &mem};
	struct diag_sink diags = {0};
	struct evidence evidence;
	struct record_figures read;
	struct stored_figures stored = {.figures = &read};
	struct out out = {0};
	struct record *record;
	char *copy;

	(void)state;
	diag_init(&diags, &mem);
	add_log(&ws, "data/log.csv", log_csv, strlen(log_csv));
	record = add_record(&ws, "data/r.yaml",
			    arena_printf(&mem, "kind: evaluation\nid: r\n%s\n", whole), &diags);
	evidence_collect(&mem, &ws, 1, &evidence, &diags);
	figures_write(
	    &(struct stored_figures){(void *)evidence_of(&evidence, record), .reference_n = 2},
	    &out);
	for (size_t n = out.n % 97; n <= out.n; n += 97) {
		copy = arena_strndup(&mem, out_text(&out), n);
		read = (struct record_figures){0};
		assert_int_equal(figures_read(&mem, copy, n, &stored), n == out.n);
	}
	assert_int_equal(stored.reference_n, 2);
	for (size_t i = 0; i < out.n; i += 101) {
		copy = arena_strndup(&mem, out_text(&out), out.n);
		copy[i] = (char)~copy[i];
		read = (struct record_figures){0};
		figures_read(&mem, copy, out.n, &stored);
	}
	out_release(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_second_run_measures_nothing),
	    TEST(another_log_or_request_is_measured),
	    TEST(drift_is_judged_by_the_bands_of_the_day),
	    TEST(spoilt_entries_are_measured_again),
	    TEST(bytes_that_are_not_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
