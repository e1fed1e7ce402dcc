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
enum { MAX_SEEDS = 8 };
/* Years in which nothing is to be rolled back: as every other, or with what life moves slowly. */
enum year_kind { YEAR_QUIET, YEAR_DRIFTING };

static size_t read_seeds(const struct data_node *list, uint64_t seeds[MAX_SEEDS])
{
	size_t n = list->n < MAX_SEEDS ? list->n : MAX_SEEDS;

	for (size_t i = 0; i < n; i++)
		seeds[i] = (uint64_t)list->items[i]->number;
	return n;
}

bool alert_study_plan_read(struct source *plan_file, struct alert_study_plan *plan,
			   struct diag_sink *diags)
{
	struct arena mem;
	const struct data_node *root, *study, *failures;
	size_t before = diags->n;
	const char *from;
	bool complete;

	arena_init(&mem);
	root = yaml_read(&mem, plan_file, 0, plan_file->len, RULE_DATA_SYNTAX, diags);
	study = data_find(root, "alert_study");
	failures = data_find(root, "failure_study");
	*plan = (struct alert_study_plan){
	    .max_false_alarms = plan_number(study, "max_false_alarms", 0),
	    .stream = payments_defaults(),
	    .max_false_rollbacks = plan_number(study, "max_false_rollbacks", 0),
	    .failure_days = (int)plan_number(failures, "days", 0),
	    .days_after = (int)plan_number(failures, "days_after", 0),
	};
	plan->n_seeds = read_seeds(plan_list(study, "seeds"), plan->seeds);
	plan->n_drifting = read_seeds(plan_list(study, "drifting"), plan->drifting);
	from = plan_text(failures, "from");
	complete = study && from && date_parse(from, strlen(from), &plan->failure_first);
	if (!complete && diags->n == before)
		diag_add(diags, RULE_DATA_MISSING_KEY, span_at(plan_file, 0, 0),
			 "'alert_study' or 'failure_study'");
	arena_release(&mem);
	return complete && diags->n == before;
}

/* -- years in which nothing breaks ------------------------------------------------------------ */

/* A stream without shift, read as any other. It lies in a file of `work` meanwhile. */
static bool stream_read(struct arena *mem, const struct plan *plan, struct payments_options options,
			uint64_t seed, enum year_kind kind, const char *work, struct ingest *ingest,
			struct diag_sink *diags)
{
	const char *path = arena_printf(mem, "%s/stream.csv", work);
	struct out text = {0};
	bool done;

	options.seed = seed;
	options.drift = kind == YEAR_DRIFTING;
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

/* Alerts of each rule and limit in one year, whose own calibration part is the reference. */
static bool watch_year(const struct prepared *prepared, const struct model *model, const char *work,
		       enum year_kind kind, size_t seed, struct alert_study *study,
		       struct diag_sink *diags)
{
	struct prepared year = {.plan = prepared->plan, .list = prepared->list};
	const struct payments_options *stream = &study->plan->stream;
	const uint64_t *seeds = kind == YEAR_QUIET ? study->plan->seeds : study->plan->drifting;
	int32_t last = stream->first_day + stream->days - 1, first = last - QUIET_DAYS + 1;
	struct monitor_reference *reference;
	struct arena mem;
	double *scores;
	bool done;

	arena_init(&mem);
	done = stream_read(&mem, prepared->plan, *stream, seeds[seed], kind, work, &year.ingest,
			   diags);
	if (done) {
		year.features = features_of(&mem, &year.ingest.events, &year.list, NULL);
		year.split = split_events(&mem, &year.ingest.events);
		reference = reference_of(&mem, &year, model);
		scores = arena_new(&mem, double, year.features.n);
		model_score_rows(model, &year.features, scores, NULL);
		for (size_t r = 0; r < study->n_rules; r++) {
			struct rule_study *rule = &study->rules[r];
			struct monitor_series series;

			if (kind == YEAR_DRIFTING && !rule->rule->rolls_back)
				continue;
			series = monitor_series(&mem, reference, &year.ingest.events,
						&year.features, scores, rule->rule, first, last);
			for (size_t l = 0; l < rule->n_limits; l++) {
				struct monitor_alerts alerts = {0};
				monitor_raise(&mem, rule->rule, r, rule->limits[l].limit, &series,
					      &alerts);
				if (kind == YEAR_QUIET)
					rule->limits[l].false_alarms_of[seed] = alerts.n;
				else
					rule->limits[l].false_rollbacks_of[seed] = alerts.n;
			}
		}
	}
	arena_release(&mem);
	return done;
}

/* -- what goes wrong -------------------------------------------------------------------------- */

/* Day of the first alert of one column, n_days for none. `clean` may be NULL. */
static size_t first_of_column(const struct monitor_rule *rule, double limit, const double *values,
			      const double *clean, size_t n_days)
{
	int in_a_row = 0;

	for (size_t d = 0; d < n_days; d++) {
		if (!monitor_is_over(rule->figure, values[d], limit) ||
		    (clean && monitor_is_over(rule->figure, clean[d], limit)))
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
		size_t day =
		    first_of_column(rule, limit, values, clean ? clean->values + c * n : NULL, n);

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

/* Whether an alert stands in these days that says nothing, for it would stand without the failure.
 */
static bool is_raised_anyway(const struct monitor_rule *rule, size_t index, double limit,
			     const struct monitor_series *series, int days_to_alert)
{
	return days_to_alert == ALERT_NOT_RAISED &&
	       first_alert(rule, index, limit, series, NULL, NULL) != ALERT_NOT_RAISED;
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

			for (size_t l = 0; l < rule->n_limits; l++) {
				struct limit_effect *limit = &rule->limits[l];
				int days = first_alert(rule->rule, r, limit->limit, &series[r],
						       &as_it_was->series[r], NULL);

				limit->days_to_alert[failure] = days;
				limit->raised_anyway[failure] =
				    is_raised_anyway(rule->rule, r, limit->limit, &series[r], days);
			}
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
			struct limit_effect *limit = &rule->limits[l];
			int days = first_alert(rule->rule, r, limit->limit, &series, &before, NULL);

			limit->days_to_shift =
			    days == ALERT_NOT_RAISED ? ALERT_NOT_RAISED : days - 1;
			limit->raised_before_shift =
			    is_raised_anyway(rule->rule, r, limit->limit, &series, days);
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
			    .false_rollbacks = (double)NAN,
			    .false_rollbacks_of = arena_new(mem, size_t, study->plan->n_drifting),
			    .days_to_alert = arena_new(mem, int, study->n_failures),
			    .raised_anyway = arena_new(mem, bool, study->n_failures)};
	}
}

static double mean_a_year(const size_t *counts, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)counts[i];
	return n ? sum * 365 / ((double)n * QUIET_DAYS) : 0;
}

static bool is_quiet_enough(const struct alert_study_plan *plan, const struct monitor_rule *rule,
			    const struct limit_effect *limit)
{
	if (!rule->rolls_back)
		return limit->false_alarms <= plan->max_false_alarms;
	return limit->false_alarms <= plan->max_false_rollbacks &&
	       limit->false_rollbacks <= plan->max_false_rollbacks;
}

/* The most sensitive limit that is quiet enough. */
static void choose(struct alert_study *study)
{
	const struct alert_study_plan *plan = study->plan;

	for (size_t r = 0; r < study->n_rules; r++) {
		struct rule_study *rule = &study->rules[r];

		for (size_t l = 0; l < rule->n_limits; l++) {
			struct limit_effect *limit = &rule->limits[l];

			limit->false_alarms = mean_a_year(limit->false_alarms_of, plan->n_seeds);
			if (rule->rule->rolls_back)
				limit->false_rollbacks =
				    mean_a_year(limit->false_rollbacks_of, plan->n_drifting);
		}
		rule->chosen = 0;
		while (rule->chosen < rule->n_limits &&
		       !is_quiet_enough(plan, rule->rule, &rule->limits[rule->chosen]))
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
		if (!watch_year(prepared, model, work, YEAR_QUIET, seed, study, diags))
			return false;
	for (size_t seed = 0; seed < plan->n_drifting; seed++)
		if (!watch_year(prepared, model, work, YEAR_DRIFTING, seed, study, diags))
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

static void write_days(struct csv_writer *csv, int days)
{
	csv_write_number(csv, days == ALERT_NOT_RAISED ? (double)NAN : (double)days);
}

void alert_study_csv(const struct alert_study *study, struct out *to)
{
	static const char *const columns[] = {"rule",
					      "figure",
					      "window_days",
					      "in_a_row",
					      "limit",
					      "false_alarms_a_year",
					      "false_rollbacks_a_year",
					      "chosen",
					      "sudden-shift"};
	struct csv_writer csv = {.to = to};

	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
		csv_puts(&csv, columns[c]);
	for (size_t f = 0; f < study->n_failures; f++)
		csv_puts(&csv, study->failures[f].id);
	csv_end_row(&csv);
	for (size_t r = 0; r < study->n_rules; r++) {
		const struct rule_study *rule = &study->rules[r];

		for (size_t l = 0; l < rule->n_limits; l++) {
			const struct limit_effect *limit = &rule->limits[l];

			csv_puts(&csv, rule->rule->id);
			csv_puts(&csv, monitor_figure_name(rule->rule->figure));
			csv_write_number(&csv, rule->rule->days);
			csv_write_number(&csv, rule->rule->in_a_row);
			csv_write_number(&csv, limit->limit);
			csv_write_number(&csv, limit->false_alarms);
			csv_write_number(&csv, limit->false_rollbacks);
			csv_write_number(&csv, l == rule->chosen);
			write_days(&csv, limit->days_to_shift);
			for (size_t f = 0; f < study->n_failures; f++)
				write_days(&csv, limit->days_to_alert[f]);
			csv_end_row(&csv);
		}
	}
}
