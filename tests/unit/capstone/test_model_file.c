/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_model_file.c - saved and loaded bit for bit; hostile files are findings
 */
#include "base/hash.h"
#include "capstone/model.h"
#include "model_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;
static struct diag_sink diags;
static struct matrix rows;
static const enum model_kind KINDS[] = {MODEL_RULE, MODEL_LOGISTIC, MODEL_BOOSTED};
static struct out files[3]; /* of each kind, trained once */
static struct model *models[3];

static int train_all(void **state)
{
	static struct arena kept;
	struct diag_sink found;

	(void)state;
	arena_init(&kept);
	diag_init(&found, &kept);
	rows = fixture_rows(&kept, 700, 77);
	for (size_t k = 0; k < 3; k++) {
		struct plan plan = fixture_plan;
		plan.boosted.rounds = 5;
		models[k] = model_train(KINDS[k], &plan, &rows, &rows, 7, &found);
		assert_non_null(models[k]);
		model_set_threshold(models[k], 0.125);
		model_set_run(models[k], "0123456789abcdef");
		model_write(models[k], &files[k]);
	}
	*state = &kept;
	return 0;
}

static int free_all(void **state)
{
	for (size_t k = 0; k < 3; k++) {
		out_release(&files[k]);
		model_free(models[k]);
	}
	arena_release(*state);
	return 0;
}

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

static struct model *read_text(const struct plan *plan, const char *text, size_t n,
			       const char *digest)
{
	return model_read(plan, source_new(&mem, "x.model.json", text, n), digest, &diags);
}

static void loaded_scores_are_the_same_bits(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		char digest[SHA256_HEX];
		struct model *loaded;
		struct out again = {0};
		sha256_hex(out_text(&files[k]), files[k].n, digest);
		loaded = read_text(&fixture_plan, out_text(&files[k]), files[k].n, digest);
		assert_non_null(loaded);
		assert_int_equal(diags.n, 0);
		for (size_t i = 0; i < rows.n; i++) {
			const double *row = rows.values + i * rows.n_features;
			double want = model_score(models[k], row), got = model_score(loaded, row);
			assert_memory_equal(&want, &got, sizeof want);
			want = model_score_uncalibrated(models[k], row);
			got = model_score_uncalibrated(loaded, row);
			assert_memory_equal(&want, &got, sizeof want);
		}
		assert_int_equal(model_facts(loaded).parameter_count,
				 model_facts(models[k]).parameter_count);
		assert_true(fabs(model_facts(loaded).threshold - 0.125) <= 0);
		assert_string_equal(model_facts(loaded).run, "0123456789abcdef");
		model_write(loaded, &again);
		assert_string_equal(out_text(&again), out_text(&files[k]));
		out_release(&again);
		model_free(loaded);
	}
}

static void platt_is_kept(void **state)
{
	struct plan plan = fixture_plan;
	struct model *fitted, *loaded;
	struct out file = {0};

	(void)state;
	plan.calibrator = CALIBRATE_PLATT;
	fitted = model_train(MODEL_BOOSTED, &plan, &rows, &rows, 7, &diags);
	model_write(fitted, &file);
	loaded = read_text(&plan, out_text(&file), file.n, NULL);
	assert_non_null(loaded);
	for (size_t i = 0; i < rows.n; i++) {
		const double *row = rows.values + i * rows.n_features;
		assert_true(fabs(model_score(fitted, row) - model_score(loaded, row)) <= 0);
	}
	out_release(&file);
	model_free(fitted);
	model_free(loaded);
}

/* The file with its first `what` made `by`; not there: a mistake of the test. */
static char *replaced(size_t k, const char *what, const char *by, size_t *n)
{
	const char *text = out_text(&files[k]), *at = strstr(text, what);

	if (!at)
		fail_msg("'%s' is not in the file", what);
	*n = files[k].n - strlen(what) + strlen(by);
	return arena_printf(&mem, "%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
}

static void faults_are_findings(void **state)
{
	const struct {
		size_t k;
		const char *what, *by, *says;
	} cases[] = {
	    {0, "modelbook-capstone model 1", "modelbook-capstone model 9", "no file of"},
	    {0, "\"rule\"", "\"oracle\"", "no file of"},
	    {0, "\"fixture\"", "\"other\"", "it is a model of 'other'"},
	    {0, "0.125", "1.5", "'threshold'"},
	    {0, "0.125", "NaN", ""},
	    {0, "0.125", "1e999", ""},
	    {0, "0.125", "\"0.125\"", "'threshold'"},
	    {0, "\"rows\": 700", "\"rows\": -1", "no count"},
	    {0, "\"rows\": 700", "\"rows\": 1e300", "no count"},
	    {0, "\"rows\": 700", "\"rows\": 700.5", "no count"},
	    {0, "\"rows\": 700", "\"rows\": 3", "no count"},
	    {0, "\"amount\"", "\"amuont\"", "its feature 1 is 'amuont', the plan's is 'amount'"},
	    {0, "{\"name\": \"trust\", \"logarithm\": false},", "", "4 features, the plan has 5"},
	    {0, "\"logarithm\": true", "\"logarithm\": false", "not as the plan's"},
	    {0, "\"web\", \"terminal\"", "\"terminal\", \"web\"", "not as the plan's"},
	    {0, "\"feature\": \"amount\"", "\"feature\": \"nothing\"", "'nothing'"},
	    {0, "\"at_least\"", "\"somehow\"", "a clause lacks"},
	    {0, "\"score\": 0.6", "\"score\": 6", "a clause lacks"},
	    {0, "\"otherwise\": 0.02", "\"otherwise\": null", "'otherwise'"},
	    {1, "\"none\"", "\"magic\"", "no such calibrator"},
	    {1, "\"weights\": [", "\"weights\": [1, ", "'weights'"},
	    {1, "\"weights\": [", "\"weights\": {}, \"w\": [", "'weights'"},
	    {1, "\"deviation\": [", "\"deviation\": [0, ", "one number for each"},
	    {1, "\"mean\": [", "\"mean\": [1e200, ", "one number for each"},
	    {1, "\"indicator\": [0", "\"indicator\": [1", "'weights'"},
	    {2, "\"isotonic_x\": [", "\"isotonic_x\": [0.99, ", "no points"},
	    {2, "\"isotonic_y\": [0.", "\"isotonic_y\": [0.9", "do not rise"},
	    {2, "\"trees\": [", "\"trees\": [], \"t\": [", "no list of trees"},
	    {2, "{\"feature\": [", "{\"feature\": [0, ", "no table of nodes"},
	    {2, "{\"feature\": [", "{\"feature\": [], \"f\": [", "no table of nodes"},
	    {2, "\"value\": [", "\"value\": [1e39, ", "no table of nodes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n;
		const char *text = replaced(cases[i].k, cases[i].what, cases[i].by, &n);
		diag_init(&diags, &mem);
		if (read_text(&fixture_plan, text, n, NULL))
			fail_msg("case %zu: read", i);
		assert_int_equal(diags.n, 1);
		if (!strstr(diags.items[0].detail, cases[i].says))
			fail_msg("case %zu: %s", i, diags.items[0].detail);
	}
}

/* Trees by hand, in a file of one tree: `right` before the node, beyond the end, into a circle; a
 * feature or category that is not there; a last node that is no leaf. */
static void trees_that_do_not_end_are_findings(void **state)
{
	static const struct {
		const char *nodes, *says;
	} cases[] = {
	    {"\"feature\": [0,-1,-1], \"category\": [-1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [0,0,0]",
	     "its other child is node 0 of 3"},
	    {"\"feature\": [0,-1,-1], \"category\": [-1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [1,0,0]",
	     "its other child is node 1 of 3"},
	    {"\"feature\": [0,-1,-1], \"category\": [-1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [3,0,0]",
	     "its other child is node 3 of 3"},
	    {"\"feature\": [0,-1,0], \"category\": [-1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [2,0,1]",
	     "its other child"},
	    {"\"feature\": [5,-1,-1], \"category\": [-1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [2,0,0]",
	     "there is no feature 5"},
	    {"\"feature\": [2,-1,-1], \"category\": [-1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [2,0,0]",
	     "it asks 'channel' for category -1"},
	    {"\"feature\": [2,-1,-1], \"category\": [3,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [2,0,0]",
	     "'channel' has no category 3"},
	    {"\"feature\": [0,-1,-1], \"category\": [1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [2,0,0]",
	     "it asks 'amount' for category 1"},
	    {"\"feature\": [0.5,-1,-1], \"category\": [-1,-1,-1], \"value\": [1,2,3], "
	     "\"right\": [2,0,0]",
	     "no table of nodes"},
	    {"\"feature\": [], \"category\": [], \"value\": [], \"right\": []", "is empty"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *by =
		    arena_printf(&mem, "\"trees\": [{%s, \"missing_left\": %s}], \"rest\": [",
				 cases[i].nodes, strstr(cases[i].nodes, "[]") ? "[]" : "[0,1,0]");
		size_t n;
		const char *text = replaced(2, "\"trees\": [", by, &n);
		diag_init(&diags, &mem);
		assert_null(read_text(&fixture_plan, text, n, NULL));
		assert_int_equal(diags.n, 1);
		if (!strstr(diags.items[0].detail, cases[i].says))
			fail_msg("case %zu: %s", i, diags.items[0].detail);
	}
}

/* Cut anywhere: a finding, at each length. */
static void truncated(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++)
		for (size_t n = 0; n + 2 < files[k].n; n += n < 1500 ? 7 : 487) {
			char *cut = malloc(n + 1);
			memcpy(cut, out_text(&files[k]), n);
			diag_init(&diags, &mem);
			assert_null(read_text(&fixture_plan, cut, n, NULL));
			assert_int_equal(diags.n, 1);
			free(cut);
		}
}

/* Another digest: not even parsed. */
static void the_digest_is_looked_at_first(void **state)
{
	static const char broken[] = "{\"format\": ";
	char digest[SHA256_HEX];

	(void)state;
	sha256_hex(out_text(&files[2]), files[2].n, digest);
	assert_null(read_text(&fixture_plan, broken, strlen(broken), digest));
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.items[0].rule, RULE_IO_READ);
	assert_non_null(strstr(diags.items[0].detail, digest));
	digest[0] = digest[0] == 'a' ? 'b' : 'a';
	assert_null(read_text(&fixture_plan, out_text(&files[2]), files[2].n, digest));
}

static void one_byte_changed_is_never_a_crash(void **state)
{
	struct random random = random_stream(1, 2);

	(void)state;
	for (int round = 0; round < 600; round++) {
		size_t k = (size_t)round % 3, at = random_below(&random, (uint32_t)files[k].n);
		char *text = arena_strndup(&mem, out_text(&files[k]), files[k].n);
		struct model *model;
		text[at] = "0129-+.e\"[]{},:x"[random_below(&random, 16)];
		diag_init(&diags, &mem);
		model = read_text(&fixture_plan, text, files[k].n, NULL);
		assert_true(!model == (diags.n > 0));
		if (model)
			for (size_t i = 0; i < 20; i++) {
				double p = model_score(model, rows.values + i * rows.n_features);
				assert_true(p >= 0 && p <= 1);
			}
		model_free(model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(loaded_scores_are_the_same_bits, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(platt_is_kept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(faults_are_findings, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(trees_that_do_not_end_are_findings, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(truncated, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_digest_is_looked_at_first, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(one_byte_changed_is_never_a_crash, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, train_all, free_all);
}
