/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate_refit.c - the fit after a rollback, and the gate that it must pass
 *
 * A label is ripe where so long ago every label had come, the plan's delay: younger payments have
 * positive labels only, and what is fitted or measured on them would be wrong. */
#include "base/date.h"
#include "capstone/operate_internal.h"
#include "measure/outcomes.h"
#include <string.h>

enum { DAYS_BETWEEN_LOOKS = 7 };
#define FIRST_ERROR 0.05 /* of the first look, two-sided: that of a 95 % interval */

/* Rows of the stretch with a label that is known in the morning of a day. */
struct ripe_rows {
	struct period days;
	bool *keep;
	size_t n, positives;
};

static void keep_row(const struct play *play, struct ripe_rows *rows, size_t row)
{
	rows->keep[row] = true;
	rows->n++;
	rows->positives += play->stretch.events.label[row] == LABEL_POSITIVE;
}

static struct ripe_rows ripe_rows(struct arena *mem, const struct play *play, int32_t from,
				  int32_t day)
{
	const struct events *events = &play->stretch.events;
	struct ripe_rows ripe = {.days = {from, play_ripe_day(play, day)},
				 .keep = arena_new(mem, bool, events->n)};
	size_t row, end;

	play_rows(play, ripe.days.from, ripe.days.to, &row, &end);
	for (; row < end; row++)
		if (events->label[row] != LABEL_MISSING && events->label_at[row] < date_moment(day))
			keep_row(play, &ripe, row);
	return ripe;
}

/* -- the fit ---------------------------------------------------------------------------------- */

/* Those of the rows whose account calibrates, or those whose account trains. */
static struct ripe_rows side_of(struct arena *mem, const struct play *play,
				const struct ripe_rows *ripe, bool calibrates)
{
	size_t n = play->stretch.events.n;
	struct ripe_rows side = {.days = ripe->days, .keep = arena_new(mem, bool, n)};

	for (size_t row = 0; row < n; row++)
		if (ripe->keep[row] && (play_place(play, row, "calibration of the refit") <
					play->plan->calibration_share) == calibrates)
			keep_row(play, &side, row);
	return side;
}

/* The plan with the periods of this fit, by which its identity differs. */
static void name_run(const struct play *play, const struct refit_result *refit)
{
	struct prepared prepared = *play->prepared;
	struct plan plan = *prepared.plan;
	char identity[65];

	plan.train = plan.calibration = refit->rows;
	prepared.plan = &plan;
	run_identity(&prepared, MODEL_BOOSTED, refit->seed, identity);
	model_set_run(refit->model, identity);
}

static void choose_threshold(const struct play *play, struct arena *scratch, struct model *model,
			     const struct matrix *calibration)
{
	double *scores = arena_new(scratch, double, calibration->n);

	model_score_rows(model, calibration, scores, NULL);
	model_set_threshold(model, threshold_choose(play->prepared->plan, scores, calibration->n));
}

static bool fit(struct play *play, struct arena *scratch, const struct ripe_rows *ripe, int32_t day)
{
	const struct plan *plan = play->prepared->plan;
	const struct ripe_rows trains = side_of(scratch, play, ripe, false);
	const struct ripe_rows calibrates = side_of(scratch, play, ripe, true);
	struct matrix train = matrix_subset(scratch, &play->stretch.rows, trains.keep);
	struct matrix calibration = matrix_subset(scratch, &play->stretch.rows, calibrates.keep);
	struct refit_result *refit = &play->result->refit;
	struct model *model =
	    model_train(MODEL_BOOSTED, plan, &train, &calibration, plan->seed, play->diags);

	if (!model)
		return false;
	choose_threshold(play, scratch, model, &calibration);
	*refit = (struct refit_result){
	    .happened = true,
	    .version = play->versions[REFIT].name,
	    .model = model,
	    .day = day,
	    .rows = ripe->days,
	    .train_rows = trains.n,
	    .train_positives = trains.positives,
	    .calibration_rows = calibrates.n,
	    .calibration_positives = calibrates.positives,
	    .calibration_share = play->plan->calibration_share,
	    .calibration = matrix_subset(play->mem, &play->stretch.rows, calibrates.keep),
	    .seed = plan->seed,
	    .reason = "Too few labels behind its rows were ripe when "
		      "the year ended."};
	name_run(play, refit);
	play_score_version(play, REFIT, model, &calibration, day);
	return true;
}

bool play_refit(struct play *play, int32_t day)
{
	struct arena scratch;
	struct ripe_rows ripe;
	bool done;

	arena_init(&scratch);
	ripe = ripe_rows(&scratch, play, play->result->rollback.first_alert, day);
	done = ripe.positives >= play->plan->min_refit_positives && fit(play, &scratch, &ripe, day);
	arena_release(&scratch);
	return done;
}

/* -- the gate --------------------------------------------------------------------------------- */

static double *scores_of(struct arena *mem, const struct model *model, const struct matrix *rows)
{
	double *scores = arena_new(mem, double, rows->n);

	model_score_rows(model, rows, scores, NULL);
	for (size_t i = 0; i < rows->n; i++)
		scores[i] = score_written(scores[i]);
	return scores;
}

/* Brier score of the refit less that of the version in production. */
static struct paired_comparison brier_of(struct arena *scratch, const struct model *production,
					 const struct model *refit, const struct matrix *rows)
{
	return compare_brier(rows->label, scores_of(scratch, production, rows),
			     scores_of(scratch, refit, rows), rows->n);
}

/* Looks are repeated on more labels. The first asks for a 95 % interval above 0, each later one for
 * half the error of the one before: a fit that is no better passes any of them in at most 5 of 100
 * cases. As probabilities its scores may not be worse by more than chance. */
static void decide(struct play *play, struct refit_result *refit, const char *production,
		   const struct paired_comparison *brier)
{
	const struct paired_comparison *gain = &refit->gate_gain;
	double error = FIRST_ERROR;

	for (int look = 1; look < play->looks; look++)
		error /= 2;
	refit->pass = gain->difference.interval.low > 0 && gain->p_value < error &&
		      !(brier->difference.interval.low > 0);
	refit->reason = arena_printf(
	    play->mem,
	    "%s on look %d: ROC AUC %.3f, %.3f of %s, %+.3f (%+.3f to %+.3f) on %zu payments with "
	    "known labels, %zu of them fraud, p %.2g, must be under %.2g; Brier score %+.4f (%+.4f "
	    "to %+.4f), must not be above 0 with its whole interval.",
	    refit->pass ? "Passed" : "Failed", play->looks, refit->gate.performance.roc_auc.value,
	    refit->gate_production.performance.roc_auc.value, production, gain->difference.value,
	    gain->difference.interval.low, gain->difference.interval.high, refit->gate_n,
	    refit->gate_positives, gain->p_value, error, brier->difference.value,
	    brier->difference.interval.low, brier->difference.interval.high);
}

bool play_gate(struct play *play, int32_t day, unsigned production)
{
	struct refit_result *refit = &play->result->refit;
	const struct version *answers = &play->versions[production];
	struct arena scratch;
	struct ripe_rows ripe;
	struct paired_comparison brier;
	struct matrix rows;
	bool enough;

	if (play->looks && day < refit->gate_day + DAYS_BETWEEN_LOOKS)
		return false;
	arena_init(&scratch);
	ripe = ripe_rows(&scratch, play, refit->rows.to + 1, day);
	enough = ripe.positives >= play->plan->min_gate_positives;
	if (enough) {
		rows = matrix_subset(&scratch, &play->stretch.rows, ripe.keep);
		refit->gate_day = day;
		refit->gate_rows = ripe.days;
		refit->gate_n = ripe.n;
		refit->gate_positives = ripe.positives;
		refit->gate = evaluate_part(play->mem, refit->model, &rows);
		refit->gate_production = evaluate_part(play->mem, answers->model, &rows);
		refit->gate_former =
		    evaluate_part(play->mem, play->versions[IMPROVED].model, &rows);
		refit->gate_gain = evaluate_pair(&scratch, answers->model, refit->model, &rows);
		brier = brier_of(&scratch, answers->model, refit->model, &rows);
		play->looks++;
		decide(play, refit, answers->name, &brier);
	}
	arena_release(&scratch);
	return enough;
}
