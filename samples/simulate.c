/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samples/simulate.c - the sample model's prediction logs, simulated from a seed
 *
 * modelbook-sample DIR SEED writes reference.csv, candidate.csv and production-2025.csv into DIR
 * and prints the fitted weights. The same seed gives the same bytes.
 * Every model is fitted here, on simulated subscribers that are not written; the logs hold only
 * rows that no fit has seen. */
#include "logistic.h"
#include "population.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAINING_ROWS = 6000, NUMERIC = 4 };

/* How a model sees a customer. */
enum form {
	FORM_LINEAR,       /* 1.0.0: usage, tickets, tenure, charge, plan */
	FORM_INTERACTIONS, /* the same with squares, products, and products with plan */
	FORM_PRICE_RATIO   /* 1.1.0: charge against list price; usage outside 0..250 h replaced */
};

struct scorer {
	enum form form;
	double mean[NUMERIC], sd[NUMERIC]; /* of the numeric features in training */
	double usual_usage; /* hours; stands in for refused ones: exp(mean log1p) - 1 */
	struct logistic model;
};

/* Scores by rule: the training period's churn rate for few hours or not, many tickets or not. */
struct rule {
	double rate[2][2];
};

struct period {
	int year, month, n_months;
	const struct conditions *conditions;
};

static void fail(const char *what)
{
	fprintf(stderr, "modelbook-sample: %s\n", what);
	exit(2);
}

static const struct conditions *conditions_on(const struct period *period, struct day day)
{
	static const struct conditions minutes = {
	    .charge_factor = 1.0, .tickets_factor = 1.0, .minutes_share = 1.0};

	/* The incident: from 4 to 31 August 2025 the mobile client delivers minutes. */
	if (period->conditions == &as_usual && day.year == 2025 && day.month == 8 && day.day >= 4)
		return &minutes;
	return period->conditions;
}

/* n customers spread evenly over the period's months and days, in order of time. */
static struct customer *draw_period(unsigned long seed, const struct period *period, size_t n)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct customer *customers = calloc(n, sizeof *customers);
	size_t per_month = n / (size_t)period->n_months;

	if (!rng || !customers)
		fail("out of memory");
	gsl_rng_set(rng, seed);
	for (size_t i = 0; i < n; i++) {
		size_t months = i / per_month, in_month = i % per_month;
		int month = period->month - 1 + (int)months;
		struct day day = {period->year + month / 12, month % 12 + 1, 1};

		day.day += (int)(in_month * (size_t)days_in_month(day.year, day.month) / per_month);
		customer_draw(rng, day, conditions_on(period, day), &customers[i]);
	}
	gsl_rng_free(rng);
	return customers;
}

static void numeric_features(const struct scorer *scorer, const struct customer *c, double *f)
{
	double usage = c->usage_hours;

	if (scorer->form == FORM_PRICE_RATIO && (usage <= 0.0 || usage > 250.0))
		usage = scorer->usual_usage;
	f[0] = log1p(usage);
	f[1] = c->support_tickets;
	f[2] = c->tenure_months;
	f[3] = scorer->form == FORM_PRICE_RATIO ? log(c->monthly_charge / c->list_price)
						: log(c->monthly_charge);
}

/* Writes the row of model terms; returns how many there are. */
static size_t terms(const struct scorer *scorer, const struct customer *c, double *row)
{
	double f[NUMERIC];
	size_t n = 0;

	numeric_features(scorer, c, f);
	row[n++] = 1.0;
	for (size_t j = 0; j < NUMERIC; j++)
		row[n++] = f[j] = (f[j] - scorer->mean[j]) / scorer->sd[j];
	for (int plan = 1; plan < PLAN_COUNT; plan++)
		row[n++] = (int)c->plan == plan;
	if (scorer->form != FORM_INTERACTIONS)
		return n;
	for (size_t j = 0; j < NUMERIC; j++)
		for (size_t k = 0; k <= j; k++)
			row[n++] = f[j] * f[k];
	for (int plan = 1; plan < PLAN_COUNT; plan++)
		for (size_t j = 0; j < NUMERIC; j++)
			row[n++] = (int)c->plan == plan ? f[j] : 0.0;
	return n;
}

/* Mean and standard deviation of each numeric feature, for scaling. */
static void scale(struct scorer *scorer, const struct customer *customers, size_t n)
{
	double f[NUMERIC], sum[NUMERIC] = {0}, square[NUMERIC] = {0};

	for (size_t i = 0; i < n; i++) {
		numeric_features(scorer, &customers[i], f);
		for (size_t j = 0; j < NUMERIC; j++) {
			sum[j] += f[j];
			square[j] += f[j] * f[j];
		}
	}
	for (size_t j = 0; j < NUMERIC; j++) {
		scorer->mean[j] = sum[j] / (double)n;
		scorer->sd[j] = sqrt(square[j] / (double)n - scorer->mean[j] * scorer->mean[j]);
	}
	scorer->usual_usage = expm1(scorer->mean[0]);
}

static struct scorer fit(enum form form, const struct customer *customers, size_t n)
{
	struct scorer scorer = {.form = form};
	double *x = calloc(n * LOGISTIC_MAX_TERMS, sizeof *x);
	double *y = calloc(n, sizeof *y);
	size_t n_terms = 0;

	if (!x || !y)
		fail("out of memory");
	scale(&scorer, customers, n);
	for (size_t i = 0; i < n; i++) {
		n_terms = terms(&scorer, &customers[i], x + i * n_terms);
		y[i] = customers[i].churned;
	}
	if (!logistic_fit(x, y, n, n_terms, &scorer.model))
		fail("the fit is singular");
	free(x);
	free(y);
	return scorer;
}

static double score(const struct scorer *scorer, const struct customer *c)
{
	double row[LOGISTIC_MAX_TERMS];

	terms(scorer, c, row);
	return logistic_score(&scorer->model, row);
}

static struct rule fit_rule(const struct customer *customers, size_t n)
{
	double rows[2][2] = {{0}}, events[2][2] = {{0}};
	struct rule rule;

	for (size_t i = 0; i < n; i++) {
		int few = customers[i].usage_hours < 6.0, many = customers[i].support_tickets >= 2;

		rows[few][many] += 1.0;
		events[few][many] += customers[i].churned;
	}
	for (int few = 0; few < 2; few++)
		for (int many = 0; many < 2; many++)
			rule.rate[few][many] = events[few][many] / rows[few][many];
	return rule;
}

static double score_rule(const struct rule *rule, const struct customer *c)
{
	return rule->rate[c->usage_hours < 6.0][c->support_tickets >= 2];
}

/* The weights on standard output, so that a score can be explained by hand. */
static void print_weights(const char *version, const struct scorer *scorer)
{
	static const char *const term[] = {"intercept",     "log1p(usage_hours)", "support_tickets",
					   "tenure_months", "log(charge)",        "plan: plus",
					   "plan: business"};

	printf("%s\n", version);
	for (size_t j = 0; j < sizeof term / sizeof *term; j++) {
		printf("  %-20s weight %7.3f", term[j], scorer->model.weight[j]);
		if (j >= 1 && j <= NUMERIC)
			printf("  mean %7.3f  sd %6.3f", scorer->mean[j - 1], scorer->sd[j - 1]);
		putchar('\n');
	}
}

static FILE *open_log(const char *dir, const char *name, const char *header)
{
	char path[4096];
	FILE *log;

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
		fail("the folder's name is too long");
	log = fopen(path, "w");
	if (!log) {
		fprintf(stderr, "modelbook-sample: '%s': %s\n", path, strerror(errno));
		exit(2);
	}
	fprintf(
	    log,
	    "%s,tenure_months,monthly_charge,usage_hours,support_tickets,plan,client,age_band\n",
	    header);
	return log;
}

static void close_log(FILE *log)
{
	int failed = ferror(log);

	if (fclose(log) || failed)
		fail("a log could not be written");
}

static void write_day(FILE *log, const struct customer *c)
{
	fprintf(log, "%04d-%02d-%02d,", c->day.year, c->day.month, c->day.day);
}

static void write_features(FILE *log, const struct customer *c)
{
	fprintf(log, ",%d,%.2f,%.1f,%d,%s,%s,%s\n", c->tenure_months, c->monthly_charge,
		c->usage_hours, c->support_tickets, plan_name[c->plan], client_name[c->client],
		age_band_name[c->age_band]);
}

static const struct conditions price_rise = {.charge_factor = 1.15, .tickets_factor = 1.5};
static const struct conditions usage_lost = {
    .charge_factor = 1.0, .tickets_factor = 1.0, .usage_lost = 0.10};
static const struct conditions usage_minutes = {
    .charge_factor = 1.0, .tickets_factor = 1.0, .minutes_share = 1.0};

struct split {
	const char *name;
	struct period period;
	size_t rows;
};

/* What 1.0.0 was judged on, with its baseline and the larger model on the same rows. */
static void write_reference(const char *dir, unsigned long seed, const struct scorer *live,
			    const struct scorer *larger, const struct rule *rule)
{
	const struct split splits[] = {
	    {"holdout", {2024, 1, 6, &as_usual}, 1500},
	    {"temporal", {2024, 7, 3, &as_usual}, 1050},
	    {"shift", {2024, 7, 3, &price_rise}, 600},
	    {"stress", {2024, 7, 3, &usage_lost}, 600},
	};
	FILE *log = open_log(dir, "reference.csv",
			     "time,split,churned,score,score_rule,score_interactions");

	for (size_t s = 0; s < sizeof splits / sizeof *splits; s++) {
		struct customer *c = draw_period(seed + 10 + s, &splits[s].period, splits[s].rows);

		for (size_t i = 0; i < splits[s].rows; i++) {
			write_day(log, &c[i]);
			fprintf(log, "%s,%d,%.4f,%.4f,%.4f", splits[s].name, c[i].churned,
				score(live, &c[i]), score_rule(rule, &c[i]), score(larger, &c[i]));
			write_features(log, &c[i]);
		}
		free(c);
	}
	close_log(log);
}

/* What 1.1.0 is judged on, with 1.0.0 on the same rows. */
static void write_candidate(const char *dir, unsigned long seed, const struct scorer *candidate,
			    const struct scorer *live)
{
	const struct split splits[] = {
	    {"holdout", {2024, 10, 10, &as_usual}, 900},
	    {"temporal", {2025, 9, 2, &as_usual}, 900},
	    {"shift", {2025, 9, 2, &price_rise}, 500},
	    {"stress", {2025, 9, 2, &usage_minutes}, 500},
	};
	FILE *log = open_log(dir, "candidate.csv", "time,split,churned,score,score_production");

	for (size_t s = 0; s < sizeof splits / sizeof *splits; s++) {
		struct customer *c = draw_period(seed + 20 + s, &splits[s].period, splits[s].rows);

		for (size_t i = 0; i < splits[s].rows; i++) {
			write_day(log, &c[i]);
			fprintf(log, "%s,%d,%.4f,%.4f", splits[s].name, c[i].churned,
				score(candidate, &c[i]), score(live, &c[i]));
			write_features(log, &c[i]);
		}
		free(c);
	}
	close_log(log);
}

/* 1.0.0 at work in 2025: prices rise by 1.3 % a month, and August has the incident. */
static void write_production(const char *dir, unsigned long seed, const struct scorer *live)
{
	const struct period year = {2025, 1, 12, &as_usual};
	const size_t rows = (size_t)12 * 360;
	struct customer *c = draw_period(seed + 30, &year, rows);
	FILE *log = open_log(dir, "production-2025.csv", "time,churned,score");

	for (size_t i = 0; i < rows; i++) {
		write_day(log, &c[i]);
		fprintf(log, "%d,%.4f", c[i].churned, score(live, &c[i]));
		write_features(log, &c[i]);
	}
	close_log(log);
	free(c);
}

int main(int argc, char **argv)
{
	const struct period first = {2024, 1, 6, &as_usual}, second = {2024, 10, 10, &as_usual};
	struct customer *training;
	struct scorer live, larger, candidate;
	struct rule rule;
	unsigned long seed;
	char *end;

	if (argc != 3) {
		fprintf(stderr, "usage: modelbook-sample DIR SEED\n"
				"example: modelbook-sample data/churn 2024\n");
		return 2;
	}
	errno = 0;
	seed = strtoul(argv[2], &end, 10);
	if (errno || *end || end == argv[2] || argv[2][0] == '-' || seed > 4000000000UL)
		fail("SEED must be a whole number from 0 to 4000000000");

	training = draw_period(seed + 1, &first, TRAINING_ROWS);
	live = fit(FORM_LINEAR, training, TRAINING_ROWS);
	larger = fit(FORM_INTERACTIONS, training, TRAINING_ROWS);
	rule = fit_rule(training, TRAINING_ROWS);
	free(training);
	training = draw_period(seed + 2, &second, TRAINING_ROWS);
	candidate = fit(FORM_PRICE_RATIO, training, TRAINING_ROWS);
	free(training);

	write_reference(argv[1], seed, &live, &larger, &rule);
	write_candidate(argv[1], seed, &candidate, &live);
	write_production(argv[1], seed, &live);
	print_weights("1.0.0", &live);
	print_weights("1.1.0 (charge against list price)", &candidate);
	return 0;
}
