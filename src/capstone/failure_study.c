/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/failure_study.c - what each failure does to each model, and whether anybody is told */
#include "capstone/failure_study.h"
#include "base/csv_write.h"
#include "base/date.h"
#include "base/hash.h"
#include "capstone/failure_study_internal.h"
#include "capstone/plan_internal.h"
#include "measure/outcomes.h"
#include "read/yaml.h"
#include <math.h>
#include <string.h>
#include <sys/uio.h>

bool failure_study_plan_read(struct source *plan_file, struct failure_study_plan *plan,
			     struct diag_sink *diags)
{
	struct arena mem;
	const struct data_node *root, *map;
	size_t before = diags->n;
	const char *from;
	bool complete;

	arena_init(&mem);
	root = yaml_read(&mem, plan_file, 0, plan_file->len, RULE_DATA_SYNTAX, diags);
	map = data_find(root, "failure_study");
	*plan = (struct failure_study_plan){
	    .days = (int)plan_number(map, "days", 1),
	    .days_after = (int)plan_number(map, "days_after", 1),
	    .max_ece = plan_number(map, "max_ece", 1),
	    .auc_tolerance = plan_number(map, "auc_tolerance", 0),
	    .ece_tolerance = plan_number(map, "ece_tolerance", 0),
	    .recovery_days = (int)plan_number(map, "recovery_days", 1),
	    .log_rows = (size_t)plan_number(map, "log_rows", 1000),
	};
	from = plan_text(map, "from");
	complete = from && date_parse(from, strlen(from), &plan->first);
	if (!complete && diags->n == before)
		diag_add(diags, RULE_DATA_MISSING_KEY, span_at(plan_file, 0, 0), "'failure_study'");
	arena_release(&mem);
	return complete && diags->n == before;
}

bool failure_study_before(const struct failure_study_plan *plan, int32_t first, int32_t last_ripe,
			  struct failure_study_plan *moved)
{
	int after = 2 * plan->recovery_days - 1, room = last_ripe - first + 1 - after;

	*moved = *plan;
	moved->first = first;
	moved->days = room < plan->days ? room : plan->days;
	moved->days_after = after < plan->days_after ? after : plan->days_after;
	if (moved->days > 0)
		moved->log_rows = plan->log_rows * (size_t)moved->days / (size_t)plan->days;
	return moved->days >= plan->recovery_days;
}

/* -- the sample ------------------------------------------------------------------------------- */

static int32_t last_day(const struct failure_study_plan *plan)
{
	return plan->first + plan->days - 1;
}

static double place_of(const struct events *events, size_t row)
{
	const char *entity = events->entities[events->entity[row]];
	const struct iovec pieces[] = {{(void *)&events->time[row], sizeof events->time[row]},
				       {(void *)entity, strlen(entity)}};

	return hash_share(pieces, 2);
}

/* The payments of the time of failure that pass the door and are in the sample. */
static struct stretch sample(struct arena *mem, const struct failure_study_plan *plan, double share,
			     const struct stretch *from)
{
	bool *keep = arena_new(mem, bool, from->events.n);
	size_t width = from->events.plan->n_fields;

	for (size_t i = 0; i < from->events.n; i++) {
		int32_t day = date_of_moment(from->events.time[i]);

		keep[i] = day >= plan->first && day <= last_day(plan) &&
			  place_of(&from->events, i) < share &&
			  !event_is_refused(from->events.plan, from->events.values + i * width);
	}
	return (struct stretch){events_subset(mem, &from->events, keep),
				matrix_subset(mem, &from->rows, keep)};
}

static double sample_share(const struct failure_study_plan *plan, const struct stretch *clean)
{
	size_t n = 0;

	for (size_t i = 0; i < clean->events.n; i++) {
		int32_t day = date_of_moment(clean->events.time[i]);
		n += day >= plan->first && day <= last_day(plan);
	}
	return n ? (double)plan->log_rows / (double)n : 1;
}

static size_t count_positives(const struct events *events)
{
	size_t n = 0;

	for (size_t i = 0; i < events->n; i++)
		n += events->label[i] == LABEL_POSITIVE;
	return n;
}

static size_t count_refused(const struct failure_study_plan *plan, const struct stretch *damaged)
{
	size_t n = 0, width = damaged->events.plan->n_fields;

	for (size_t i = 0; i < damaged->events.n; i++) {
		int32_t day = date_of_moment(damaged->events.time[i]);

		n += day >= plan->first && day <= last_day(plan) &&
		     event_is_refused(damaged->events.plan, damaged->events.values + i * width);
	}
	return n;
}

/* -- what it does ----------------------------------------------------------------------------- */

static struct effect_figures figures_of(struct arena *mem, const struct model *model,
					const struct matrix *rows)
{
	struct effect_figures f = {.figures = evaluate_part(mem, model, rows)};
	const struct performance *p = &f.figures.performance;

	f.selected = p->n ? (double)(p->tp + p->fp) / (double)p->n : NAN;
	return f;
}

/* Loses more than half of what it ranks better than chance, or its scores mean nothing any more. */
static void judge(struct arena *mem, const struct failure_study_plan *plan,
		  struct failure_effect *effect)
{
	double before = effect->before.figures.performance.roc_auc.value;
	double during = effect->during.figures.performance.roc_auc.value;
	double ece = effect->during.figures.calibration.ece, least = 0.5 + (before - 0.5) / 2;

	if (!(during >= least)) {
		effect->catastrophic = true;
		effect->why = arena_printf(
		    mem, "ROC AUC %.3f, over half of what %.3f was above chance is lost", during,
		    before);
	} else if (!(ece <= plan->max_ece)) {
		effect->catastrophic = true;
		effect->why = arena_printf(mem, "ECE %.3f, over %.3f", ece, plan->max_ece);
	} else {
		effect->why =
		    arena_printf(mem, "ROC AUC %.3f, at least %.3f; ECE %.3f, at most %.3f", during,
				 least, ece, plan->max_ece);
	}
}

/* Days behind the end of the failure until ranking and calibration are as without it. */
static int days_to_recover(const struct failure_study_plan *plan, const struct model *model,
			   const struct stretch *clean, const struct stretch *damaged)
{
	for (int k = 0; k + plan->recovery_days <= plan->days_after; k++) {
		int32_t from = last_day(plan) + 1 + k, to = from + plan->recovery_days - 1;
		struct arena mem;
		struct stretch with, without;
		struct part_figures is, was;
		bool back;

		arena_init(&mem);
		with = stretch_of(&mem, &damaged->events, &damaged->rows, from, to);
		without = stretch_of(&mem, &clean->events, &clean->rows, from, to);
		is = evaluate_part(&mem, model, &with.rows);
		was = evaluate_part(&mem, model, &without.rows);
		back = fabs(is.performance.roc_auc.value - was.performance.roc_auc.value) <=
			   plan->auc_tolerance &&
		       fabs(is.calibration.ece - was.calibration.ece) <= plan->ece_tolerance;
		arena_release(&mem);
		if (back)
			return k;
	}
	return ALERT_NOT_RAISED;
}

/* From the day after the alert to the end of the failure, this version and what stands in. */
static void try_fallback(const struct failure_study_plan *plan, const struct model *stays,
			 const struct model *stands_in, const struct stretch *damaged,
			 struct failure_effect *effect)
{
	enum { LEAST_POSITIVES = 20 };
	struct arena mem;
	struct stretch s;
	struct part_figures a, b;

	effect->auc_stay = effect->auc_fallback = effect->ece_stay = effect->ece_fallback = NAN;
	if (!stands_in || !effect->alerted || effect->alert.day >= last_day(plan))
		return;
	arena_init(&mem);
	s = stretch_of(&mem, &damaged->events, &damaged->rows, effect->alert.day + 1,
		       last_day(plan));
	if (count_positives(&s.events) >= LEAST_POSITIVES) {
		a = evaluate_part(&mem, stays, &s.rows);
		b = evaluate_part(&mem, stands_in, &s.rows);
		effect->auc_stay = a.performance.roc_auc.value;
		effect->ece_stay = a.calibration.ece;
		effect->auc_fallback = b.performance.roc_auc.value;
		effect->ece_fallback = b.calibration.ece;
		effect->fallback_helps = effect->auc_fallback > effect->auc_stay;
	}
	arena_release(&mem);
}

/* -- the study -------------------------------------------------------------------------------- */

static bool study_failure(struct arena *mem, const struct study *st, size_t f,
			  struct failure_study *study, struct diag_sink *diags)
{
	const struct failure_study_plan *plan = st->plan;
	struct failure_facts *facts = &study->facts[f];
	struct stretch damaged, logged;
	struct watched watched;
	struct arena work;
	bool done;

	arena_init(&work);
	*facts = (struct failure_facts){
	    .failure = &st->failures[f], .first = plan->first, .last = last_day(plan)};
	done = stretch_damaged(&work, st->prepared, facts->failure, plan->first, last_day(plan),
			       st->first, st->last, &damaged, &facts->damage, diags);
	if (!done)
		goto out;
	facts->refused = count_refused(plan, &damaged);
	facts->door_caught = facts->damage.rows && 2 * facts->refused >= facts->damage.rows;
	logged = sample(&work, plan, st->share, &damaged);
	facts->payments = logged.events.n;
	facts->positives = count_positives(&logged.events);
	prediction_log(&logged.events, &logged.rows, st->models, st->n_models, 0,
		       st->prepared->plan->seed, false, &facts->log);
	watched = watch_features(&work, st, &damaged);
	for (size_t m = 0; m < st->n_models; m++) {
		struct failure_effect *effect = &study->effects[f * st->n_models + m];
		const struct model *model = st->models[m].model;
		const struct model *stands_in = m ? st->models[m - 1].model : NULL;

		effect->failure = facts->failure;
		effect->version = st->models[m].version;
		effect->fallback = m ? st->models[m - 1].version : NULL;
		effect->before = figures_of(mem, model, &st->logged.rows);
		effect->during = figures_of(mem, model, &logged.rows);
		judge(mem, plan, effect);
		watch_model(&work, st, &watched, m, &damaged, effect);
		effect->days_to_recover = days_to_recover(plan, model, &st->clean, &damaged);
		try_fallback(plan, model, stands_in, &damaged, effect);
	}
out:
	arena_release(&work);
	return done;
}

bool failure_study(struct arena *mem, const struct prepared *prepared,
		   const struct scored_model *models, size_t n_models,
		   const struct matrix *reference, const struct monitor_rule *rules, size_t n_rules,
		   const struct failure *failures, size_t n_failures,
		   const struct failure_study_plan *plan, struct failure_study *study,
		   struct diag_sink *diags)
{
	struct study st = {.plan = plan,
			   .prepared = prepared,
			   .models = models,
			   .n_models = n_models,
			   .reference = reference,
			   .rules = rules,
			   .n_rules = n_rules,
			   .failures = failures};
	struct arena work;
	bool done = true;

	arena_init(&work);
	st.first = plan->first - STUDY_LEAD_DAYS;
	st.last = last_day(plan) + plan->days_after;
	st.clean = stretch_clean(&work, prepared, st.first, st.last);
	st.share = sample_share(plan, &st.clean);
	st.logged = sample(&work, plan, st.share, &st.clean);
	watch_clean(&work, &st);
	*study = (struct failure_study){
	    .plan = plan,
	    .n_failures = n_failures,
	    .n_models = n_models,
	    .clean_payments = st.logged.events.n,
	    .clean_positives = count_positives(&st.logged.events),
	    .facts = arena_new(mem, struct failure_facts, n_failures),
	    .effects = arena_new(mem, struct failure_effect, n_failures * n_models)};
	prediction_log(&st.logged.events, &st.logged.rows, models, n_models, 0,
		       prepared->plan->seed, false, &study->clean_log);
	for (size_t f = 0; f < n_failures && done; f++)
		done = study_failure(mem, &st, f, study, diags);
	arena_release(&work);
	if (!done)
		failure_study_release(study);
	return done;
}

void failure_study_release(struct failure_study *study)
{
	for (size_t f = 0; f < study->n_failures; f++)
		out_release(&study->facts[f].log);
	out_release(&study->clean_log);
}

/* -- as CSV ----------------------------------------------------------------------------------- */

static void write_days(struct csv_writer *csv, int days)
{
	csv_write_number(csv, days == ALERT_NOT_RAISED ? (double)NAN : (double)days);
}

static void write_figures(struct csv_writer *csv, const struct effect_figures *f)
{
	csv_write_number(csv, score_written(f->figures.performance.roc_auc.value));
	csv_write_number(csv, score_written(f->figures.performance.log_loss.value));
	csv_write_number(csv, score_written(f->figures.calibration.ece));
	csv_write_number(csv, score_written(f->selected));
}

void failure_study_csv(const struct failure_study *study, struct out *to)
{
	static const char *const columns[] = {
	    "failure",          "version",         "damaged_rows",    "damaged_cells",
	    "left_out",         "refused",         "roc_auc_before",  "log_loss_before",
	    "ece_before",       "selected_before", "roc_auc_during",  "log_loss_during",
	    "ece_during",       "selected_during", "catastrophic",    "days_to_alert",
	    "days_to_rollback", "days_to_recover", "roc_auc_fallback"};
	struct csv_writer csv = {.to = to};

	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
		csv_puts(&csv, columns[c]);
	csv_end_row(&csv);
	for (size_t i = 0; i < study->n_failures * study->n_models; i++) {
		const struct failure_effect *e = &study->effects[i];
		const struct failure_facts *facts = &study->facts[i / study->n_models];

		csv_puts(&csv, e->failure->id);
		csv_puts(&csv, e->version);
		csv_write_number(&csv, (double)facts->damage.rows);
		csv_write_number(&csv, (double)facts->damage.cells);
		csv_write_number(&csv, (double)facts->damage.rows_left_out);
		csv_write_number(&csv, (double)facts->refused);
		write_figures(&csv, &e->before);
		write_figures(&csv, &e->during);
		csv_write_number(&csv, e->catastrophic);
		write_days(&csv, e->days_to_alert);
		write_days(&csv, e->days_to_rollback);
		write_days(&csv, e->days_to_recover);
		csv_write_number(&csv, score_written(e->auc_fallback));
		csv_end_row(&csv);
	}
}
