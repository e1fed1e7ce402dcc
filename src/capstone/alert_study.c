/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/alert_study.c - which limit an alert should have: measured, not chosen by taste */
#include "capstone/alert_study.h"
#include "base/csv_write.h"
#include "base/date.h"
#include "base/file.h"
#include "capstone/plan_internal.h"
#include "capstone/stress.h"
#include "read/yaml.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { QUIET_DAYS = 365, LEAD_DAYS = 75 }; /* before a failure, for windows of late labels */

bool alert_study_plan_read(struct source *plan_file, struct alert_study_plan *plan,
			   struct diag_sink *diags)
{
	struct arena mem;
	const struct data_node *root, *study, *failures, *seeds;
	size_t before = diags->n;
	const char *from;
	bool complete;

	arena_init(&mem);
	root = yaml_read(&mem, plan_file, 0, plan_file->len, RULE_DATA_SYNTAX, diags);
	study = data_find(root, "alert_study");
	failures = data_find(root, "failure_study");
	seeds = plan_list(study, "seeds");
	*plan = (struct alert_study_plan){
	    .max_false_alarms = plan_number(study, "max_false_alarms", 0),
	    .stream = payments_defaults(),
	    .max_false_rollbacks = plan_number(study, "max_false_rollbacks", 0),
	    .failure_days = (int)plan_number(failures, "days", 0),
	    .days_after = (int)plan_number(failures, "days_after", 0),
	};
	for (; plan->n_seeds < seeds->n && plan->n_seeds < 8; plan->n_seeds++)
		plan->seeds[plan->n_seeds] = (uint64_t)seeds->items[plan->n_seeds]->number;
	from = plan_text(failures, "from");
	complete = study && from && date_parse(from, strlen(from), &plan->failure_first);
	if (!complete && diags->n == before)
		diag_add(diags, RULE_DATA_MISSING_KEY, span_at(plan_file, 0, 0),
			 "'alert_study' or 'failure_study'");
	arena_release(&mem);
	return complete && diags->n == before;
}

/* -- quiet years ------------------------------------------------------------------------------ */

/* A stream without drift or shift, read as any other. It lies in a file of `work` meanwhile. */
static bool quiet_stream(struct arena *mem, const struct plan *plan,
			 struct payments_options options, uint64_t seed, const char *work,
			 struct ingest *ingest, struct diag_sink *diags)
{
	const char *path = arena_printf(mem, "%s/quiet.csv", work);
	struct out text = {0};
	bool done;

	options.seed = seed;
	options.drift = false;
	options.shift_day = INT32_MAX;
	payments_write(&options, &text);
	done = file_write(AT_FDCWD, path, out_text(&text), text.n, true) == ST_OK;
	out_release(&text);
	if (!done) {
		diag_add(diags, RULE_IO_WRITE, (struct span){0}, "'%s': %s", path, strerror(errno));
		return false;
	}
	done = events_read(mem, plan, path, ingest, diags);
	unlink(path);
	return done;
}

/* False alarms of each rule and limit in one quiet year, whose own calibration part is the
 * reference. */
static bool watch_quietly(const struct prepared *prepared, const struct model *model,
			  const char *work, size_t seed, struct alert_study *study,
			  struct diag_sink *diags)
{
	struct prepared quiet = {.plan = prepared->plan, .list = prepared->list};
	const struct payments_options *stream = &study->plan->stream;
	int32_t last = stream->first_day + stream->days - 1, first = last - QUIET_DAYS + 1;
	struct monitor_reference *reference;
	struct arena mem;
	double *scores;
	bool done;

	arena_init(&mem);
	done = quiet_stream(&mem, prepared->plan, *stream, study->plan->seeds[seed], work,
			    &quiet.ingest, diags);
	if (done) {
		quiet.features = features_of(&mem, &quiet.ingest.events, &quiet.list, NULL);
		quiet.split = split_events(&mem, &quiet.ingest.events);
		reference = reference_of(&mem, &quiet, model);
		scores = arena_new(&mem, double, quiet.features.n);
		model_score_rows(model, &quiet.features, scores, NULL);
		for (size_t r = 0; r < study->n_rules; r++) {
			struct rule_study *rule = &study->rules[r];
			struct monitor_series series =
			    monitor_series(&mem, reference, &quiet.ingest.events, &quiet.features,
					   scores, rule->rule, first, last);
			for (size_t l = 0; l < rule->n_limits; l++) {
				struct monitor_alerts alerts = {0};
				monitor_raise(&mem, rule->rule, r, rule->limits[l].limit, &series,
					      &alerts);
				rule->limits[l].false_alarms_of[seed] = alerts.n;
			}
		}
	}
	arena_release(&mem);
	return done;
}

/* -- what goes wrong -------------------------------------------------------------------------- */

/* Day of the first alert of one column, n_days for none. */
static size_t first_of_column(const struct monitor_rule *rule, double limit, const double *values,
			      const double *clean, size_t n_days)
{
	int in_a_row = 0;

	for (size_t d = 0; d < n_days; d++) {
		if (!monitor_is_over(rule->figure, values[d], limit) ||
		    monitor_is_over(rule->figure, clean[d], limit))
			in_a_row = 0;
		else if (++in_a_row >= rule->in_a_row)
			return d;
	}
	return n_days;
}

int first_alert(const struct monitor_rule *rule, size_t index, double limit,
		const struct monitor_series *series, const struct monitor_series *clean,
		struct monitor_alert *alert)
{
	size_t n = series->n_days, soonest = n;

	for (size_t c = 0; c < series->n_columns; c++) {
		const double *values = series->values + c * n;
		size_t day = first_of_column(rule, limit, values, clean->values + c * n, n);

		if (day >= soonest)
			continue;
		soonest = day;
		if (alert)
			*alert = (struct monitor_alert){.rule = index,
							.day = series->first + (int32_t)day,
							.column = series->columns[c],
							.value = values[day]};
	}
	return soonest < n ? (int)soonest : ALERT_NOT_RAISED;
}

/* The stretch in which failures are tried, as it was: the same beside each of them. */
struct undamaged {
	const struct monitor_reference *reference;
	struct monitor_series *series; /* by rule */
	int32_t from, last;            /* from: the first day of the failures */
};

static struct monitor_series *series_of(struct arena *mem, const struct undamaged *as_it_was,
					const struct stretch *s, const struct model *model,
					const struct alert_study *study)
{
	struct monitor_series *series = arena_new(mem, struct monitor_series, study->n_rules);
	const double *scores = stretch_scores_at_door(mem, s, model);

	for (size_t r = 0; r < study->n_rules; r++)
		series[r] = monitor_series(mem, as_it_was->reference, &s->events, &s->rows, scores,
					   study->rules[r].rule, as_it_was->from, as_it_was->last);
	return series;
}

static struct undamaged watch_undamaged(struct arena *mem, const struct prepared *prepared,
					const struct model *model,
					const struct monitor_reference *reference,
					const struct alert_study *study)
{
	const struct alert_study_plan *plan = study->plan;
	struct undamaged as_it_was = {.reference = reference,
				      .from = plan->failure_first,
				      .last = plan->failure_first + plan->failure_days - 1 +
					      plan->days_after};
	struct stretch s = stretch_clean(mem, prepared, as_it_was.from - LEAD_DAYS, as_it_was.last);

	as_it_was.series = series_of(mem, &as_it_was, &s, model, study);
	return as_it_was;
}

static bool watch_failure(const struct prepared *prepared, const struct model *model,
			  const struct undamaged *as_it_was, size_t failure,
			  struct alert_study *study, struct diag_sink *diags)
{
	struct monitor_series *series;
	struct stretch s;
	struct arena mem;
	bool done;

	arena_init(&mem);
	done = stretch_damaged(&mem, prepared, &study->failures[failure], as_it_was->from,
			       as_it_was->from + study->plan->failure_days - 1,
			       as_it_was->from - LEAD_DAYS, as_it_was->last, &s, NULL, diags);
	if (done) {
		series = series_of(&mem, as_it_was, &s, model, study);
		for (size_t r = 0; r < study->n_rules; r++) {
			struct rule_study *rule = &study->rules[r];

			for (size_t l = 0; l < rule->n_limits; l++)
				rule->limits[l].days_to_alert[failure] =
				    first_alert(rule->rule, r, rule->limits[l].limit, &series[r],
						&as_it_was->series[r], NULL);
		}
	}
	arena_release(&mem);
	return done;
}

/* The shift is in the stream itself; beside it nothing is known, so that every alert from its first
 * day on counts that a column did not stand in on the day before. */
static void watch_shift(const struct prepared *prepared, const struct model *model,
			const struct monitor_reference *reference, struct alert_study *study)
{
	int32_t from = study->shift_day,
		last = from + study->plan->failure_days - 1 + study->plan->days_after;
	struct arena mem;
	struct stretch s;
	double *scores;

	arena_init(&mem);
	s = stretch_clean(&mem, prepared, from - LEAD_DAYS, last);
	scores = stretch_scores(&mem, &s, model);
	for (size_t r = 0; r < study->n_rules; r++) {
		struct rule_study *rule = &study->rules[r];
		struct monitor_series series = monitor_series(&mem, reference, &s.events, &s.rows,
							      scores, rule->rule, from - 1, last);
		struct monitor_series before = series;

		/* as if the day before went on */
		before.values = arena_new(&mem, double, series.n_columns *series.n_days);
		for (size_t i = 0; i < series.n_columns * series.n_days; i++)
			before.values[i] = series.values[i - i % series.n_days];
		for (size_t l = 0; l < rule->n_limits; l++) {
			int days = first_alert(rule->rule, r, rule->limits[l].limit, &series,
					       &before, NULL);
			rule->limits[l].days_to_shift =
			    days == ALERT_NOT_RAISED ? ALERT_NOT_RAISED : days - 1;
		}
	}
	arena_release(&mem);
}

/* -- the study -------------------------------------------------------------------------------- */

static void make_room(struct arena *mem, const struct monitor_rule *rules, size_t n_rules,
		      struct alert_study *study)
{
	study->rules = arena_new(mem, struct rule_study, n_rules);
	study->n_rules = n_rules;
	for (size_t r = 0; r < n_rules; r++) {
		struct rule_study *rule = &study->rules[r];

		rule->rule = &rules[r];
		rule->n_limits = rules[r].n_candidates;
		rule->limits = arena_new(mem, struct limit_effect, rule->n_limits);
		for (size_t l = 0; l < rule->n_limits; l++)
			rule->limits[l] = (struct limit_effect){
			    .limit = rules[r].candidates[l],
			    .false_alarms_of = arena_new(mem, size_t, study->plan->n_seeds),
			    .days_to_alert = arena_new(mem, int, study->n_failures)};
	}
}

/* The most sensitive limit that is quiet enough. */
static void choose(struct alert_study *study)
{
	double years = (double)study->plan->n_seeds * QUIET_DAYS / 365;

	for (size_t r = 0; r < study->n_rules; r++) {
		struct rule_study *rule = &study->rules[r];

		for (size_t l = rule->n_limits; l--;) {
			double sum = 0;
			for (size_t s = 0; s < study->plan->n_seeds; s++)
				sum += (double)rule->limits[l].false_alarms_of[s];
			rule->limits[l].false_alarms = years > 0 ? sum / years : 0;
		}
		rule->chosen = 0;
		while (rule->chosen < rule->n_limits &&
		       rule->limits[rule->chosen].false_alarms >
			   (rule->rule->rolls_back ? study->plan->max_false_rollbacks
						   : study->plan->max_false_alarms))
			rule->chosen++;
		rule->as_planned =
		    rule->chosen < rule->n_limits &&
		    fabs(rule->limits[rule->chosen].limit - rule->rule->limit) < 1e-9;
	}
}

bool alert_study(struct arena *mem, const struct prepared *prepared, const struct model *model,
		 const char *version, const struct monitor_rule *rules, size_t n_rules,
		 const struct failure *failures, size_t n_failures,
		 const struct alert_study_plan *plan, const char *work, struct alert_study *study,
		 struct diag_sink *diags)
{
	struct monitor_reference *reference = reference_of(mem, prepared, model);
	struct undamaged as_it_was;

	*study = (struct alert_study){.plan = plan,
				      .failures = failures,
				      .n_failures = n_failures,
				      .version = version,
				      .quiet_days = QUIET_DAYS,
				      .shift_day = plan->stream.shift_day};
	make_room(mem, rules, n_rules, study);
	for (size_t seed = 0; seed < plan->n_seeds; seed++)
		if (!watch_quietly(prepared, model, work, seed, study, diags))
			return false;
	as_it_was = watch_undamaged(mem, prepared, model, reference, study);
	for (size_t f = 0; f < n_failures; f++)
		if (!watch_failure(prepared, model, &as_it_was, f, study, diags))
			return false;
	watch_shift(prepared, model, reference, study);
	choose(study);
	return true;
}

/* -- as CSV ----------------------------------------------------------------------------------- */

static void write_cell(struct csv_writer *csv, const char *text)
{
	csv_text(csv, text, strlen(text));
}

static void write_days(struct csv_writer *csv, int days)
{
	csv_write_number(csv, days == ALERT_NOT_RAISED ? (double)NAN : (double)days);
}

void alert_study_csv(const struct alert_study *study, struct out *to)
{
	static const char *const columns[] = {"rule",     "figure",      "window_days",
					      "in_a_row", "limit",       "false_alarms_a_year",
					      "chosen",   "sudden-shift"};
	struct csv_writer csv = {.to = to};

	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
		write_cell(&csv, columns[c]);
	for (size_t f = 0; f < study->n_failures; f++)
		write_cell(&csv, study->failures[f].id);
	csv_end_row(&csv);
	for (size_t r = 0; r < study->n_rules; r++) {
		const struct rule_study *rule = &study->rules[r];

		for (size_t l = 0; l < rule->n_limits; l++) {
			const struct limit_effect *limit = &rule->limits[l];

			write_cell(&csv, rule->rule->id);
			write_cell(&csv, monitor_figure_name(rule->rule->figure));
			csv_write_number(&csv, rule->rule->days);
			csv_write_number(&csv, rule->rule->in_a_row);
			csv_write_number(&csv, limit->limit);
			csv_write_number(&csv, limit->false_alarms);
			csv_write_number(&csv, l == rule->chosen);
			write_days(&csv, limit->days_to_shift);
			for (size_t f = 0; f < study->n_failures; f++)
				write_days(&csv, limit->days_to_alert[f]);
			csv_end_row(&csv);
		}
	}
}
