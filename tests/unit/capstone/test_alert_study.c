/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_alert_study.c - limits of alerts, studied on a small stream of payments
 */
#include "base/file.h"
#include "capstone/alert_study.h"
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PLAN "src/capstone/systems/payments.yaml"

static const struct failure failures[] = {
    {"gone", "Gone", FAILURE_REMOVED_FAMILY, "device", 1, NULL},
    {"same", "The same", FAILURE_DATA_DRIFT, "amount", 1, NULL},
};
static const double missing_limits[] = {0.001, 0.3, 0.99};
static const double psi_limits[] = {0, 0.2, 5};
static const double auc_limits[] = {1.5, 0.1}; /* always and never under it */
static const struct monitor_rule rules[] = {
    {.id = "missing",
     .figure = MONITOR_MISSING,
     .limit = 0.3,
     .days = 7,
     .in_a_row = 1,
     .candidates = missing_limits,
     .n_candidates = 3},
    {.id = "drift",
     .figure = MONITOR_SCORE_PSI,
     .limit = 7,
     .days = 14,
     .in_a_row = 1,
     .rolls_back = true,
     .candidates = psi_limits,
     .n_candidates = 3},
    {.id = "ranking",
     .figure = MONITOR_ROC_AUC,
     .limit = 0.1,
     .days = 60,
     .in_a_row = 1,
     .candidates = auc_limits,
     .n_candidates = 2},
};
enum { RULES = 3, FAILURES = 2, SEEDS = 2 };

struct world {
	struct arena mem;
	struct diag_sink diags;
	struct source *plan_file;
	struct prepared prepared;
	struct model *model;
	struct alert_study_plan plan;
	char dir[64];
};

/* A tenth of the accounts and payments. */
static void world_open(struct world *world)
{
	struct out text = {0};
	char *plan, *path;
	size_t n;

	arena_init(&world->mem);
	diag_init(&world->diags, &world->mem);
	snprintf(world->dir, sizeof world->dir, "/tmp/test_alert_study.XXXXXX");
	assert_non_null(mkdtemp(world->dir));
	path = arena_printf(&world->mem, "%s/payments.csv", world->dir);
	assert_int_equal(file_read(&world->mem, AT_FDCWD, PLAN, 1 << 20, &plan, &n), ST_OK);
	world->plan_file = source_new(&world->mem, PLAN, plan, n);
	assert_true(alert_study_plan_read(world->plan_file, &world->plan, &world->diags));
	world->plan.stream.accounts = 120;
	world->plan.stream.payments_a_day = 20;
	world->plan.n_seeds = SEEDS;
	world->plan.n_drifting = 1;
	payments_write(&world->plan.stream, &text);
	assert_int_equal(file_write(AT_FDCWD, path, out_text(&text), text.n, true), ST_OK);
	out_release(&text);
	assert_true(
	    run_prepare(&world->mem, world->plan_file, path, &world->prepared, &world->diags));
	world->model = run_train(&world->prepared, MODEL_LOGISTIC, &world->diags);
	assert_non_null(world->model);
	unlink(path);
}

static void world_close(struct world *world)
{
	model_free(world->model);
	assert_int_equal(rmdir(world->dir), 0); /* nothing was left behind */
	arena_release(&world->mem);
}

static struct world w;

static int set_up(void **state)
{
	(void)state;
	world_open(&w);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_close(&w);
	return 0;
}

static struct alert_study studied(void)
{
	struct alert_study study;

	assert_true(alert_study(&w.mem, &w.prepared, w.model, "1.0.0", rules, RULES, failures,
				FAILURES, &w.plan, w.dir, &study, &w.diags));
	return study;
}

static void test_study(void **state)
{
	struct alert_study study;

	(void)state;
	study = studied();
	assert_int_equal(study.n_rules, RULES);
	for (size_t r = 0; r < RULES; r++) {
		const struct rule_study *rule = &study.rules[r];
		double most =
		    rules[r].rolls_back ? w.plan.max_false_rollbacks : w.plan.max_false_alarms;

		/* the first that is quiet enough, and what its years add up to */
		for (size_t l = 0; l < rule->n_limits; l++) {
			const struct limit_effect *limit = &rule->limits[l];
			bool quiet = limit->false_alarms <= most;

			assert_true(fabs(limit->false_alarms - (double)(limit->false_alarms_of[0] +
									limit->false_alarms_of[1]) /
								   SEEDS) < 1e-12);
			/* drifting years count where a version would be taken back */
			assert_int_equal(!isnan(limit->false_rollbacks), rules[r].rolls_back);
			if (rules[r].rolls_back) {
				assert_true(limit->false_rollbacks ==
					    (double)limit->false_rollbacks_of[0]);
				quiet = quiet && limit->false_rollbacks <= most;
			}
			assert_true(l >= rule->chosen || !quiet);
			assert_true(l != rule->chosen || quiet);
			/* a failure that changes nothing is never noticed; where an alert stands,
			 * it would without it, and no day is given for one that stands anyway */
			assert_int_equal(limit->days_to_alert[1], ALERT_NOT_RAISED);
			for (size_t f = 0; f < FAILURES; f++)
				assert_true(!limit->raised_anyway[f] ||
					    limit->days_to_alert[f] == ALERT_NOT_RAISED);
		}
	}
	/* signals of which one in seven was missing are gone: over 0.3 on the third or fourth of
	 * the window's days, never over 0.99 */
	assert_in_range(study.rules[0].limits[1].days_to_alert[0], 2, 3);
	assert_false(study.rules[0].limits[1].raised_anyway[0]);
	assert_true(study.rules[0].limits[0].days_to_alert[0] <= 2);
	assert_int_equal(study.rules[0].limits[2].days_to_alert[0], ALERT_NOT_RAISED);
	for (size_t l = 0; l < study.rules[1].n_limits; l++)
		assert_true(study.rules[1].limits[l].days_to_shift >= ALERT_NOT_RAISED);
	/* an alert that stands before a failure has no day, and the study says why */
	for (size_t f = 0; f < FAILURES; f++) {
		assert_int_equal(study.rules[2].limits[0].days_to_alert[f], ALERT_NOT_RAISED);
		assert_true(study.rules[2].limits[0].raised_anyway[f]);
		assert_int_equal(study.rules[2].limits[1].days_to_alert[f], ALERT_NOT_RAISED);
		assert_false(study.rules[2].limits[1].raised_anyway[f]);
	}
	assert_true(study.rules[2].limits[0].raised_before_shift);
	assert_false(study.rules[2].limits[1].raised_before_shift);
	assert_false(study.rules[1].as_planned); /* 7 is no candidate */
}

static size_t lines(const struct out *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->n; i++)
		n += text->p[i] == '\n';
	return n;
}

static void test_none_is_quiet_enough(void **state)
{
	struct out a = {0}, b = {0};
	struct alert_study study;

	(void)state;
	w.plan.max_false_alarms = w.plan.max_false_rollbacks = -1;
	study = studied();
	for (size_t r = 0; r < RULES; r++) {
		assert_int_equal(study.rules[r].chosen, study.rules[r].n_limits);
		assert_false(study.rules[r].as_planned);
	}
	alert_study_csv(&study, &a);
	study = studied();
	alert_study_csv(&study, &b);
	assert_string_equal(out_text(&a), out_text(&b));
	assert_int_equal(lines(&a), 3 + 3 + 2 + 1);
	out_release(&a);
	out_release(&b);
}

/* Without room for the quiet stream there is a finding, and no study. */
static void test_no_folder(void **state)
{
	struct alert_study study;

	(void)state;
	assert_false(alert_study(&w.mem, &w.prepared, w.model, "1.0.0", rules, RULES, failures,
				 FAILURES, &w.plan, "/dev/null", &study, &w.diags));
	assert_int_equal(w.diags.n, 1);
	assert_int_equal(w.diags.items[0].rule, RULE_IO_WRITE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_study),
					   cmocka_unit_test(test_none_is_quiet_enough),
					   cmocka_unit_test(test_no_folder)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
