/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_rows.c - what a version was made from and judged on, counted and checked */
#include "capstone/registry_rows.h"
#include "base/date.h"
#include "capstone/leakage.h"
#include "measure/outcomes.h"
#include "measure/performance.h"
#include "measure/random.h"
#include "measure/sort.h"
#include <math.h>
#include <string.h>

/* -- counts ----------------------------------------------------------------------------------- */

/* Rows of the stream that a mask says. */
struct row_count {
	size_t payments, fraud, accounts;
	int64_t first, last; /* moments */
};

static struct row_count count_rows(struct arena *mem, const struct events *events, const bool *keep)
{
	bool *seen = arena_new(mem, bool, events->n_entities + 1);
	struct row_count count = {0};

	for (size_t i = 0; i < events->n; i++) {
		if (!keep[i])
			continue;
		if (!count.payments++)
			count.first = events->time[i];
		count.last = events->time[i];
		count.fraud += events->label[i] == LABEL_POSITIVE;
		count.accounts += !seen[events->entity[i]];
		seen[events->entity[i]] = true;
	}
	return count;
}

static void write_count(struct yaml_writer *w, const struct row_count *count)
{
	char day[DATE_TEXT];

	if (count->payments) {
		yaml_text(w, "first", "%s", date_format(day, date_of_moment(count->first)));
		yaml_text(w, "last", "%s", date_format(day, date_of_moment(count->last)));
	}
	yaml_count(w, "payments", count->payments);
	yaml_count(w, "fraud", count->fraud);
	if (count->payments)
		yaml_fixed(w, "share_of_fraud", (double)count->fraud / (double)count->payments, 6);
	yaml_count(w, "accounts", count->accounts);
}

static void write_rows(struct arena *mem, struct yaml_writer *w, const char *name,
		       const struct events *events, const bool *keep)
{
	struct row_count count = count_rows(mem, events, keep);

	yaml_map(w, name);
	write_count(w, &count);
	yaml_end(w);
}

/* Rows of days [from, to] whose label is there. */
static bool *labelled_between(struct arena *mem, const struct events *events, struct period days)
{
	bool *keep = arena_new(mem, bool, events->n);

	for (size_t i = 0; i < events->n; i++)
		keep[i] = events->time[i] >= date_moment(days.from) &&
			  events->time[i] < date_moment(days.to + 1) &&
			  events->label[i] != LABEL_MISSING;
	return keep;
}

/* -- labels ----------------------------------------------------------------------------------- */

struct label_delay label_delay_of(struct arena *mem, const struct events *events)
{
	double *days = arena_new(mem, double, events->n + 1);
	struct label_delay delay = {.median = NAN, .slowest = NAN};
	uint32_t *order;

	for (size_t i = 0; i < events->n; i++)
		if (events->label[i] == LABEL_POSITIVE)
			days[delay.n++] =
			    (double)(events->label_at[i] - events->time[i]) / SECONDS_A_DAY;
	if (!delay.n)
		return delay;
	order = arena_new(mem, uint32_t, delay.n);
	sort_order(days, delay.n, order, mem);
	delay.slowest = days[order[delay.n - 1]];
	delay.median = (days[order[(delay.n - 1) / 2]] + days[order[delay.n / 2]]) / 2;
	return delay;
}

/* -- the past again --------------------------------------------------------------------------- */

/* Features of a row from its own account's earlier rows alone, labels that were not known at its
 * moment taken out. */
static const double *features_from_past(struct arena *mem, const struct events *events,
					const struct feature_list *list, size_t row)
{
	bool *keep = arena_new(mem, bool, events->n);
	struct events past;
	struct matrix again;

	for (size_t i = 0; i <= row; i++)
		keep[i] = events->entity[i] == events->entity[row];
	past = events_subset(mem, events, keep);
	for (size_t i = 0; i < past.n; i++)
		if (past.label_at[i] > events->time[row])
			past.label[i] = LABEL_MISSING;
	again = features_of(mem, &past, list, NULL);
	return again.values + (again.n - 1) * again.n_features;
}

struct past_check past_again(struct arena *mem, const struct events *events,
			     const struct matrix *features, const bool *keep, size_t n,
			     uint64_t seed)
{
	size_t *rows = arena_new(mem, size_t, events->n + 1), n_rows = 0;
	struct past_check check = {0};

	for (size_t i = 0; i < events->n; i++)
		if (keep[i])
			rows[n_rows++] = i;
	for (size_t k = 0; k < n && n_rows; k++) {
		struct arena_mark mark = arena_save(mem);
		struct random random = random_stream(seed, k);
		size_t row = rows[random_below(&random, (uint32_t)n_rows)];
		const double *again = features_from_past(mem, events, features->features, row);
		const double *were = features->values + row * features->n_features;

		check.payments++;
		for (size_t f = 0; f < features->n_features; f++) {
			const char *family = features->features->items[f].family;
			if (!family || strcmp(family, "history") != 0)
				continue;
			check.values++;
			check.different += !same_feature(were[f], again[f]);
		}
		arena_reset(mem, mark);
	}
	return check;
}

/* -- single features -------------------------------------------------------------------------- */

double single_feature_auc(struct arena *mem, const struct matrix *rows, size_t feature)
{
	double *scores = arena_new(mem, double, rows->n + 1);
	unsigned char *labels = arena_new(mem, unsigned char, rows->n + 1);
	struct outcome_rows ranked = {.labels = labels, .scores = scores};
	struct outcomes outcomes;
	double auc;

	for (size_t i = 0; i < rows->n; i++) {
		double value = rows->values[i * rows->n_features + feature];
		if (isnan(value) || rows->label[i] == LABEL_MISSING)
			continue;
		scores[ranked.n] = value;
		labels[ranked.n++] = rows->label[i];
	}
	outcomes = outcomes_sorted(mem, mem, &ranked);
	auc = roc_auc(&outcomes).value;
	return auc < 0.5 ? 1 - auc : auc;
}

static void write_single_features(struct arena *mem, struct yaml_writer *w,
				  const struct matrix *rows)
{
	yaml_map(w, "single_features");
	for (size_t f = 0; f < rows->n_features; f++) {
		const struct feature *feature = &rows->features->items[f];
		struct arena_mark mark = arena_save(mem);
		if (feature->kind == FIELD_NUMBER)
			yaml_fixed(w, feature->name, single_feature_auc(mem, rows, f), 4);
		arena_reset(mem, mark);
	}
	yaml_end(w);
}

/* -- one version ------------------------------------------------------------------------------ */

/* The rows of a version, as masks over the stream. */
struct version_rows {
	const struct registry_version *version;
	const bool *seen;   /* that fitted or calibrated it */
	const bool *judged; /* that decided about it */
	int32_t date;
};

static void write_judged(const struct registry *r, struct yaml_writer *w,
			 const struct version_rows *v, const struct matrix *rows)
{
	const struct model *model = v->version->stored.model;
	double *scores = arena_new(r->mem, double, rows->n + 1), sum = 0;
	double threshold = model_facts(model).threshold;
	struct row_count count = count_rows(r->mem, &r->prepared->ingest.events, v->judged);
	size_t selected = 0;

	model_score_rows(model, rows, scores, NULL);
	for (size_t i = 0; i < rows->n; i++) {
		sum += score_written(scores[i]);
		selected += score_written(scores[i]) >= threshold;
	}
	yaml_map(w, "judged");
	write_count(w, &count);
	yaml_count(w, "selected", selected);
	yaml_fixed(w, "selected_share", (double)selected / (double)rows->n, 6);
	yaml_fixed(w, "mean_score", sum / (double)rows->n, 6);
	yaml_end(w);
	if (r->rule) {
		yaml_map(w, "rule");
		yaml_fixed(w, "roc_auc",
			   evaluate_part(r->mem, r->rule, rows).performance.roc_auc.value, 4);
		yaml_end(w);
	}
}

/* How it ranks accounts that its rows hold, and those that they do not. */
static void write_accounts(const struct registry *r, struct yaml_writer *w,
			   const struct version_rows *v)
{
	static const char *const names[] = {"accounts_not_seen", "accounts_seen"};
	const struct events *events = &r->prepared->ingest.events;
	bool *seen = arena_new(r->mem, bool, events->n_entities + 1);

	for (size_t i = 0; i < events->n; i++)
		if (v->seen[i])
			seen[events->entity[i]] = true;
	for (size_t side = 0; side < 2; side++) {
		bool *keep = arena_new(r->mem, bool, events->n);
		struct row_count count;
		struct matrix rows;

		for (size_t i = 0; i < events->n; i++)
			keep[i] = v->judged[i] && seen[events->entity[i]] == (side == 1);
		count = count_rows(r->mem, events, keep);
		rows = matrix_subset(r->mem, &r->prepared->features, keep);
		yaml_map(w, names[side]);
		write_count(w, &count);
		yaml_fixed(w, "roc_auc",
			   evaluate_part(r->mem, v->version->stored.model, &rows)
			       .performance.roc_auc.value,
			   4);
		yaml_end(w);
	}
}

static void write_checks(const struct registry *r, struct yaml_writer *w,
			 const struct version_rows *v)
{
	const struct events *events = &r->prepared->ingest.events;
	struct past_check past = past_again(r->mem, events, &r->prepared->features, v->judged,
					    PAST_ROWS, r->prepared->plan->seed);
	struct label_delay delay = label_delay_of(r->mem, events);

	yaml_map(w, "past_again");
	yaml_count(w, "payments", past.payments);
	yaml_count(w, "values", past.values);
	yaml_count(w, "different", past.different);
	yaml_end(w);
	yaml_map(w, "labels");
	yaml_fixed(w, "days_median", delay.median, 1);
	yaml_fixed(w, "days_slowest", delay.slowest, 1);
	yaml_end(w);
}

/* The largest value of each number in the rows that fitted it. */
static void write_largest(const struct registry *r, struct yaml_writer *w,
			  const struct version_rows *v)
{
	const struct events *events = &r->prepared->ingest.events;
	const struct plan *plan = events->plan;

	yaml_map(w, "largest");
	for (size_t f = 0; f < plan->n_fields; f++) {
		double most = NAN;
		if (plan->fields[f].kind != FIELD_NUMBER)
			continue;
		for (size_t i = 0; i < events->n; i++)
			if (v->seen[i])
				most = fmax(most, events->values[i * plan->n_fields + f]);
		yaml_fixed(w, plan->fields[f].name, most, 2);
	}
	yaml_end(w);
}

static void begin_rows(const struct registry *r, struct yaml_writer *w,
		       const struct version_rows *v)
{
	const char *name = v->version->stored.name;

	registry_begin(r, w, "measurement", name, "rows",
		       arena_printf(r->mem, "Rows behind %s", name));
	yaml_day(w, "date", v->date);
	yaml_text(
	    w, "how",
	    "Counted by modelbook-capstone all over the rows of the stream. past_again: the "
	    "features over the past of %d judged payments, drawn by the seed, made again from "
	    "the account's earlier payments and labels known by then alone. single_features: "
	    "ROC AUC of each number by itself on the judged payments, turned to be over 0.5. "
	    "labels: days from a fraud to its report, over the whole stream.",
	    PAST_ROWS);
	yaml_map(w, "figures");
}

static void write_rest(const struct registry *r, struct yaml_writer *w,
		       const struct version_rows *v)
{
	struct matrix judged = matrix_subset(r->mem, &r->prepared->features, v->judged);

	write_judged(r, w, v, &judged);
	write_accounts(r, w, v);
	write_largest(r, w, v);
	write_checks(r, w, v);
	write_single_features(r->mem, w, &judged);
	yaml_end(w);
	yaml_text(w, "notes", "Simulated.");
	yaml_end(w);
}

static void write_fitted(const struct registry *r, struct yaml_writer *w,
			 const struct registry_version *version)
{
	const struct split *split = &r->prepared->split;
	const struct events *events = &r->prepared->ingest.events;
	const struct version_rows v = {.version = version,
				       .seen = split_keep(r->mem, split, PART_TRAIN),
				       .judged = split_keep(r->mem, split, PART_TEMPORAL),
				       .date = version->created};

	begin_rows(r, w, &v);
	write_rows(r->mem, w, "fit", events, v.seen);
	write_rows(r->mem, w, "holdout", events, split_keep(r->mem, split, PART_HOLDOUT));
	write_rows(r->mem, w, "calibration", events, split_keep(r->mem, split, PART_CALIBRATION));
	write_rest(r, w, &v);
}

/* Accounts with fraud on both sides of the border between the fit's rows and the gate's, at most
 * so many days from it. */
static size_t accounts_across(const struct registry *r, int days)
{
	const struct events *events = &r->prepared->ingest.events;
	int32_t border = r->operation->refit.gate_rows.from;
	unsigned char *sides = arena_new(r->mem, unsigned char, events->n_entities + 1);
	size_t n = 0;

	for (size_t i = 0; i < events->n; i++) {
		int64_t time = events->time[i];
		if (events->label[i] != LABEL_POSITIVE || time < date_moment(border - days) ||
		    time >= date_moment(border + days))
			continue;
		sides[events->entity[i]] |= time < date_moment(border) ? 1 : 2;
	}
	for (size_t i = 0; i < events->n_entities; i++)
		n += sides[i] == 3;
	return n;
}

static void write_refit(const struct registry *r, struct yaml_writer *w,
			const struct registry_version *version)
{
	const struct refit_result *refit = &r->operation->refit;
	const struct events *events = &r->prepared->ingest.events;
	const struct version_rows v = {.version = version,
				       .seen = labelled_between(r->mem, events, refit->rows),
				       .judged = labelled_between(r->mem, events, refit->gate_rows),
				       .date = refit->gate_day};

	begin_rows(r, w, &v);
	write_rows(r->mem, w, "fit_and_calibration", events, v.seen);
	yaml_map(w, "fit");
	yaml_count(w, "payments", refit->train_rows);
	yaml_count(w, "fraud", refit->train_positives);
	if (refit->train_rows)
		yaml_fixed(w, "share_of_fraud",
			   (double)refit->train_positives / (double)refit->train_rows, 6);
	yaml_end(w);
	yaml_map(w, "calibration");
	yaml_count(w, "payments", refit->calibration_rows);
	yaml_count(w, "fraud", refit->calibration_positives);
	yaml_end(w);
	yaml_map(w, "border");
	yaml_count(w, "gap_days", (uint64_t)(refit->gate_rows.from - refit->rows.to - 1));
	yaml_count(w, "days", BORDER_DAYS);
	yaml_count(w, "accounts_with_fraud_on_both_sides", accounts_across(r, BORDER_DAYS));
	yaml_end(w);
	write_rest(r, w, &v);
}

void registry_rows(const struct registry *r, struct yaml_writer *w)
{
	for (size_t i = 0; i < 2; i++)
		if (r->versions[i].stored.model)
			write_fitted(r, w, &r->versions[i]);
	if (r->versions[2].stored.model && r->gate_rows.events.n)
		write_refit(r, w, &r->versions[2]);
}
