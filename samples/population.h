/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samples/population.h - simulated subscribers, and what happens to them over time */
#ifndef SAMPLES_POPULATION_H
#define SAMPLES_POPULATION_H
#include <gsl/gsl_rng.h>
#include <stdbool.h>

enum plan { PLAN_BASIC, PLAN_PLUS, PLAN_BUSINESS, PLAN_COUNT };
enum client { CLIENT_WEB, CLIENT_MOBILE, CLIENT_COUNT };
enum age_band { AGE_18_34, AGE_35_54, AGE_55_UP, AGE_COUNT };

extern const char *const plan_name[PLAN_COUNT];
extern const char *const client_name[CLIENT_COUNT];
extern const char *const age_band_name[AGE_COUNT];

struct day {
	int year, month, day; /* month 1..12 */
};

/* What the world does to a sample beyond the season and the yearly price rise. */
struct conditions {
	double charge_factor;  /* multiplies every charge; 1: none. Customers do feel it */
	double tickets_factor; /* multiplies the mean number of tickets; 1: none */
	double usage_lost;     /* share of rows whose usage arrives as 0; 0..1 */
	double minutes_share;  /* share of mobile rows whose usage arrives in minutes; 0..1 */
};
extern const struct conditions as_usual;

/* A subscriber on the day when the nightly run scores the account. */
struct customer {
	struct day day;
	int tenure_months;     /* 0..240 */
	double list_price;     /* of the plan in that month, per month */
	double monthly_charge; /* what the account pays, per month */
	double usage_hours;    /* over the last 30 days, as the feature arrives: may be wrong */
	int support_tickets;   /* over the last 30 days */
	enum plan plan;
	enum client client;
	enum age_band age_band; /* never a feature of the model */
	bool churned;           /* cancelled within 30 days after `day` */
};

/* List price index: 1 up to December 2024, then 1.3 % more every month. */
double price_index(int year, int month);
/* Draws one subscriber; the true usage decides `churned`, the wrong one only what arrives. */
void customer_draw(gsl_rng *rng, struct day day, const struct conditions *conditions,
		   struct customer *customer);
/* Days of a month in the Gregorian calendar. */
int days_in_month(int year, int month);
#endif
