/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/payments_internal.h - what the parts of the simulator share */
#ifndef CAPSTONE_PAYMENTS_INTERNAL_H
#define CAPSTONE_PAYMENTS_INTERNAL_H

#include "base/date.h"
#include "capstone/payments.h"
#include "measure/random.h"

enum { NIGHT_ENDS_HOUR = 6 };

enum merchant { GROCERY, TRAVEL, ELECTRONICS, GAMING, FASHION, SERVICES, MERCHANTS };
enum channel { APP, WEB, TERMINAL, CHANNELS };
enum country { HOME, NEIGHBOUR, ABROAD, COUNTRIES };
enum region { NORTH, SOUTH, EAST, WEST, REGIONS };
enum age_band { YOUNG, MIDDLE, OLD, AGE_BANDS };
/* Rows that are wrong on purpose. */
enum fault { FAULT_NONE, FAULT_AMOUNT, FAULT_CHANNEL, FAULT_TIME };

/* One stream of random numbers for each purpose and account: what one purpose draws moves nothing
 * of another. */
enum purpose {
	FOR_ACCOUNT,
	FOR_STATE,
	FOR_ARRIVAL,
	FOR_HABIT,
	FOR_DEVICE,
	FOR_LABEL,
	FOR_TAKE_OVER,
	FOR_ATTACK,
	FOR_RING,
	FOR_FAULT
};
struct random stream_for(const struct payments_options *options, enum purpose purpose,
			 size_t account);

struct account {
	size_t number;
	enum region region;
	enum age_band age_band;
	double activity;             /* payments by those of the mean account */
	double amount, deviation;    /* of ln(amount): mean and standard deviation */
	double hour;                 /* around which it pays */
	double merchants[MERCHANTS]; /* shares, summed up from the left */
	double app;                  /* log odds of app against web */
	double missing;              /* chance that a payment has no device signals */
	double susceptibility;       /* hazard of a take-over by that of the mean account */
	/* the phone of the day */
	int generation;
	int32_t phone_since; /* day; may be before the first */
	double phone_days;   /* mean time that one is kept */
	/* the journey of the day */
	int32_t away_until;
	enum country away;
	double away_km;
};

struct payment {
	int64_t time, label_at;
	uint32_t account, sequence; /* sequence: of the account, in the order of making */
	double amount, trust, device_age, distance, session, truth;
	unsigned char merchant, channel, country, generation, region, age_band, fault;
	bool fraud, no_device, no_generation;
};
struct payment_rows {
	struct payment *items;
	size_t n, cap;
};

/* What every part needs to know of the whole. */
struct world {
	const struct payments_options *options;
	double own_a_day;        /* payments of the mean account on a mean day, sprees left out */
	double take_overs_a_day; /* of the mean account */
	double rings_a_day;      /* of the mean account, from the day of the shift on */
	double disputed_share;   /* of own payments, before what moves it */
};
struct world world_of(const struct payments_options *options);

struct account account_draw(const struct world *world, size_t number);
/* Payments that the account makes by itself, over all days. */
void account_pays(const struct world *world, struct account *account, struct payment_rows *rows);
/* Payments of those who took it over; and of the ring. */
void account_is_attacked(const struct world *world, const struct account *account,
			 struct payment_rows *rows);

/* The next row, zeroed but for time, account and groups. */
struct payment *payment_add(struct payment_rows *rows, const struct account *account, int64_t time);
/* The device vendor's new scale, from the day of the shift on. */
double trust_as_delivered(const struct world *world, const struct payment *payment, double trust);
/* Chance of fraud into label and the moment at which it is known. */
void payment_label(struct payment *payment, double truth, struct random *random);

double years_of_drift(const struct world *world, int32_t day); /* 0 where there is none */
double base_rate_factor(const struct world *world, int32_t day);
double season_factor(int32_t day);
double log_odds_to_share(double log_odds);
unsigned draw_from(const double *cumulated, unsigned n, struct random *random);
unsigned draw_poisson(double mean, struct random *random);
double draw_exponential(double mean, struct random *random);
double hour_of(int64_t time);
#endif
