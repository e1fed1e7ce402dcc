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
	evidence_collect(&mem, &ws, 2, &evidence, &diags);
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
	const struct drift *worst = &w->drift[0];

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
	assert_int_equal(evidence.records.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_story),
	};
	(void)figures_of;(void)month;(void)drift_of;(void)near;

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
