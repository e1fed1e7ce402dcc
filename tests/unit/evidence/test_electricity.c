/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_electricity.c - real logs of two models over 20 months: what happened
 * to them must be seen */
#include "evidence/figures.h"
#include "workspace_by_hand.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena mem;
static struct workspace ws;
static struct diag_sink diags;
static struct evidence evidence;
static bool loaded;

#define RECORD(id, score)                                                                          \
	"kind: monitoring_window\n"                                                                \
	"id: " id "\n"                                                                             \
	"start: 1997-05-01\n"                                                                      \
	"end: 1998-12-31\n"                                                                        \
	"source:\n"                                                                                \
	"  log: data/production_log.csv\n"                                                         \
	"  label: went_up\n"                                                                       \
	"  score: " score "\n"                                                                     \
	"  time: scored_at\n"                                                                      \
	"  window: month\n"                                                                        \
	"  features: [nswdemand, price_lag, vicprice, vicdemand, transfer, weekday]\n"             \
	"  reference: {log: data/training_log.csv}\n"

static bool load(const char *name)
{
	const char *dir = getenv("MODELBOOK_TEST_DATA");
	int root = file_open_root(
	    arena_printf(&mem, "%s/real/tabular/electricity", dir ? dir : "../shared"));
	char *text;
	size_t len;

	if (root < 0 || file_read(&mem, root, name, 1u << 30, &text, &len) != ST_OK)
		return false;
	add_log(&ws, arena_printf(&mem, "data/%s", name), text, len);
	return true;
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	ws.mem = &mem;
	loaded = load("production_log.csv") && load("training_log.csv");
	if (!loaded)
		return 0;
	add_record(&ws, "data/policy.yaml", bands_yaml, &diags);
	add_record(&ws, "data/boosted.yaml", RECORD("boosted", "score_boosted"), &diags);
	add_record(&ws, "data/baseline.yaml", RECORD("baseline", "score_baseline"), &diags);
	add_record(&ws, "data/training.yaml",
		   "kind: evaluation\n"
		   "id: training\n"
		   "source: {log: data/training_log.csv, label: went_up, score: score_boosted}\n",
		   &diags);
	evidence_collect(&mem, &ws, 8, &evidence, &diags);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static const struct record_figures *figures_of(const char *id)
{
	return evidence_of(&evidence, map_get(&ws.record_by_id, id));
}

static const struct window_figures *month(const struct record_figures *f, const char *label)
{
	for (size_t i = 0; i < f->n_windows; i++)
		if (!strcmp(f->windows[i].label, label))
			return &f->windows[i];
	fail_msg("no window %s", label);
	return NULL;
}

static const struct drift *drift_of(const struct window_figures *w, const char *column)
{
	for (size_t i = 0; i < w->n_drift; i++)
		if (!strcmp(w->drift[i].column, column))
			return &w->drift[i];
	fail_msg("no drift of %s", column);
	return NULL;
}

static void need_logs(void)
{
	if (loaded)
		return;
	print_message("SKIPPED: the electricity logs are not under MODELBOOK_TEST_DATA\n");
	skip();
}

static void near(const char *what, double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("%s: got %.17g, want %.17g", what, got, want);
}

static void print_window(const struct window_figures *w)
{
	static const struct drift none = {.column = "-"};
	const struct drift *worst = w->n_drift ? &w->drift[0] : &none;

	for (size_t i = 1; i < w->n_drift; i++)
		if (w->drift[i].psi > worst->psi)
			worst = &w->drift[i];
	print_message("%-8s %5zu rows  auc %.4f [%.4f, %.4f]  ece %.4f (chance %.4f)  worst %s "
		      "psi %.3f (chance %.3f)  %s\n",
		      w->label, w->rows, w->performance.roc_auc.value,
		      w->performance.roc_auc.interval.low, w->performance.roc_auc.interval.high,
		      w->calibration.ece, w->calibration.ece_chance, worst->column, worst->psi,
		      worst->psi_chance, drift_severity_name(w->worst));
}

static void the_story(void **state)
{
	(void)state;
	need_logs();
	for (size_t i = 0; i < evidence.records.n; i++) {
		const struct record_figures *f = evidence.records.items[i];

		print_message("%s: %s\n", f->record->id, f->how);
		print_window(&f->all);
		for (size_t w = 0; w < f->n_windows; w++)
			print_window(&f->windows[w]);
	}
	assert_int_equal(diags.n, 0);
	assert_int_equal(evidence.records.n, 3);
}

/* Computed by another program (plain Python: rank sums, loops over rows). */
static void one_month(void **state)
{
	static const struct {
		const char *column;
		double psi, ks;
	} want[] = {
	    {"nswdemand", 0.10502088591773222, 0.12165369352869349},
	    {"price_lag", 2.963535776986908, 0.7618170024420025},
	    {"vicprice", 0.5280341196060683, 0.8614278083028083},
	    {"vicdemand", 2.8175601130317505, 0.5453563797313797},
	    {"transfer", 2.9398764929601238, 0.5445054945054946},
	    {"score_boosted", 2.5153095895315296, 0.622378663003663},
	};
	const struct window_figures *w, *simpler;

	(void)state;
	need_logs();
	w = month(figures_of("boosted"), "1997-09");
	simpler = month(figures_of("baseline"), "1997-09");
	assert_int_equal(w->rows, 1440);
	assert_string_equal(w->start, "1997-09-01");
	assert_string_equal(w->end, "1997-09-30");
	near("auc", w->performance.roc_auc.value, 0.6627251237364791, 1e-12);
	near("ece", w->calibration.ece, 0.26158079375, 1e-10);
	near("auc", simpler->performance.roc_auc.value, 0.5916882648716849, 1e-12);
	near("ece", simpler->calibration.ece, 0.23977522291666667, 1e-10);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		near(want[i].column, drift_of(w, want[i].column)->psi, want[i].psi, 1e-12);
		near(want[i].column, drift_of(w, want[i].column)->ks_statistic, want[i].ks, 1e-12);
	}
	near("weekday", drift_of(w, "weekday")->psi, 0.01062588339591475, 1e-12);
	assert_false(drift_of(w, "weekday")->numeric);
	assert_int_equal(drift_of(w, "weekday")->severity, DRIFT_STABLE);
	assert_int_equal(drift_of(w, "nswdemand")->severity, DRIFT_WARNING);
	assert_int_equal(w->worst, DRIFT_CRITICAL);
}

static void whole_log(void **state)
{
	(void)state;
	need_logs();
	near("boosted", figures_of("boosted")->all.performance.roc_auc.value, 0.7428267883220044,
	     1e-12);
	near("baseline", figures_of("baseline")->all.performance.roc_auc.value, 0.5852179707893624,
	     1e-12);
	near("ece", figures_of("boosted")->all.calibration.ece, 0.20642143534110588, 1e-10);
	near("at training time", figures_of("training")->all.performance.roc_auc.value,
	     0.8721958785081279, 1e-12);
}

/* One thread or eight, the same figures. */
static void threads_change_nothing(void **state)
{
	struct evidence again;

	(void)state;
	need_logs();
	evidence_collect(&mem, &ws, 1, &again, &diags);
	for (size_t i = 0; i < evidence.records.n; i++) {
		const struct record_figures *a = evidence.records.items[i];
		const struct record_figures *b = again.records.items[i];

		assert_string_equal(a->how, b->how);
		for (size_t w = 0; w < a->n_windows; w++) {
			assert_memory_equal(&a->windows[w].performance, &b->windows[w].performance,
					    sizeof(struct performance));
			assert_true(a->windows[w].worst == b->windows[w].worst);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_story),
	    cmocka_unit_test(one_month),
	    cmocka_unit_test(whole_log),
	    cmocka_unit_test(threads_change_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
