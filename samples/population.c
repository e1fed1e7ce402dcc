/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samples/population.c - simulated subscribers, and what happens to them over time */
#include "population.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>

const char *const plan_name[PLAN_COUNT] = {"basic", "plus", "business"};
const char *const client_name[CLIENT_COUNT] = {"web", "mobile"};
const char *const age_band_name[AGE_COUNT] = {"18-34", "35-54", "55+"};
const struct conditions as_usual = {.charge_factor = 1.0, .tickets_factor = 1.0};

static const double plan_share[PLAN_COUNT] = {0.50, 0.38, 0.12};
static const double plan_price[PLAN_COUNT] = {12.0, 24.0, 60.0};
static const double plan_effect[PLAN_COUNT] = {0.0, -0.25, -0.70};
static const double age_share[AGE_COUNT] = {0.34, 0.42, 0.24};
static const double age_usage[AGE_COUNT] = {1.2, 1.0, 0.8};

double price_index(int year, int month)
{
	int months = (year - 2025) * 12 + month;

	return months > 0 ? pow(1.013, months) : 1.0;
}

int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static size_t draw_share(gsl_rng *rng, const double *share, size_t n)
{
	double u = gsl_rng_uniform(rng);
	size_t i = 0;

	while (i + 1 < n && u >= share[i])
		u -= share[i++];
	return i;
}

/* +1 in January, -1 in July. */
static double season(int month)
{
	return cos(2.0 * M_PI * (month - 1) / 12.0);
}

/* The simulated truth. `usage` is the usage as it was, in hours. Customers compare what they pay
 * with the list price of their month, so that a rise of all prices alone drives nobody away. */
static double churn_probability(const struct customer *c, double usage)
{
	double z = 0.30 - 0.75 * log1p(usage) + 0.50 * c->support_tickets -
		   0.018 * c->tenure_months + 2.4 * log(c->monthly_charge / c->list_price) +
		   plan_effect[c->plan] + 0.25 * season(c->day.month);

	return 1.0 / (1.0 + exp(-z));
}

void customer_draw(gsl_rng *rng, struct day day, const struct conditions *conditions,
		   struct customer *c)
{
	double usage, tenure, lost, minutes;

	c->day = day;
	c->plan = (enum plan)draw_share(rng, plan_share, PLAN_COUNT);
	c->age_band = (enum age_band)draw_share(rng, age_share, AGE_COUNT);
	c->client = gsl_rng_uniform(rng) < 0.45 ? CLIENT_MOBILE : CLIENT_WEB;
	tenure = gsl_ran_exponential(rng, 26.0);
	c->tenure_months = tenure < 240.0 ? (int)tenure : 240;
	c->list_price = plan_price[c->plan] * price_index(day.year, day.month);
	c->monthly_charge =
	    c->list_price * conditions->charge_factor * exp(gsl_ran_gaussian(rng, 0.30));
	c->support_tickets = (int)gsl_ran_poisson(rng, 0.8 * conditions->tickets_factor);
	usage = 13.0 * age_usage[c->age_band] * (1.0 + 0.15 * season(day.month)) *
		exp(gsl_ran_gaussian(rng, 0.75));
	c->churned = gsl_rng_uniform(rng) < churn_probability(c, usage);
	lost = gsl_rng_uniform(rng);
	minutes = gsl_rng_uniform(rng);
	c->usage_hours = usage;
	if (c->client == CLIENT_MOBILE && minutes < conditions->minutes_share)
		c->usage_hours = usage * 60.0;
	if (lost < conditions->usage_lost)
		c->usage_hours = 0.0;
}
