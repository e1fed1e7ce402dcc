/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/payments_account.c - accounts with habits, and what they pay by themselves
 *
 * Much of what fraud shows has harmless reasons here: journeys are far away, new phones are not
 * trusted, sprees come in bursts, some pay at night, some payments are large. */
#include "base/date.h"
#include "capstone/payments_internal.h"
#include <math.h>

enum { OLDEST_GENERATION = 1, NEWEST_GENERATION = 12 };

#define SPREE_PAYMENTS 4.5
#define SPREE_OF_PAYMENTS 0.282 /* payments of sprees by all others */

/* by merchant: share of payments, and ln of the amount by the account's own */
static const double merchant_share[] = {0.36, 0.07, 0.11, 0.12, 0.18, 0.16};
static const double merchant_amount[] = {0, 1.3, 1.0, -0.4, 0.4, 0.1};

static enum region draw_region(struct random *random)
{
	static const double cumulated[] = {0.30, 0.58, 0.82, 1};

	return (enum region)draw_from(cumulated, REGIONS, random);
}

static enum age_band draw_age_band(struct random *random)
{
	static const double cumulated[] = {0.34, 0.74, 1};

	return (enum age_band)draw_from(cumulated, AGE_BANDS, random);
}

static int clamp_generation(double generation)
{
	return (int)fmin(fmax(round(generation), OLDEST_GENERATION), NEWEST_GENERATION);
}

struct account account_draw(const struct world *world, size_t number)
{
	static const double by_age_generation[] = {1.2, 0.1, -1.5};
	static const double by_age_app[] = {1.1, 0.4, -0.5};
	static const double by_age_phone_days[] = {350, 420, 600};
	static const double by_age_missing[] = {0.12, 0.12, 0.20};
	struct random random = stream_for(world->options, FOR_ACCOUNT, number);
	struct account a = {.number = number};
	double sum = 0, owl, generation;

	a.region = draw_region(&random);
	a.age_band = draw_age_band(&random);
	a.activity = random_gamma(&random, 2) / 2;
	a.amount = 3.4 + 0.5 * random_normal(&random);
	a.deviation = 0.45 + 0.2 * random_unit(&random);
	owl = random_unit(&random);
	a.hour = (owl < 0.09 ? 23.5 : 14) + (owl < 0.09 ? 1.5 : 3) * random_normal(&random);
	for (unsigned i = 0; i < MERCHANTS; i++) {
		sum += random_gamma(&random, 8 * merchant_share[i]);
		a.merchants[i] = sum;
	}
	a.app = by_age_app[a.age_band] + 0.8 * random_normal(&random);
	a.missing = by_age_missing[a.age_band];
	generation = 7 + by_age_generation[a.age_band] - (a.region == SOUTH ? 0.7 : 0);
	a.generation = clamp_generation(generation + 1.3 * random_normal(&random));
	a.phone_days = by_age_phone_days[a.age_band];
	a.phone_since = world->options->first_day -
			(int32_t)fmin(draw_exponential(a.phone_days, &random), 3000);
	a.susceptibility = random_gamma(&random, 2) / 2 * (1 + 0.02 * (7 - a.generation));
	a.away_until = INT32_MIN;
	return a;
}

/* What changes from day to day: journeys and phones. As many numbers are drawn on every day. */
static void account_lives(const struct world *world, struct account *a, int32_t day,
			  struct random *random)
{
	double leaves = random_unit(random), days = random_unit(random);
	double far = random_unit(random), km = random_unit(random);
	double buys = random_unit(random);

	if (day > a->away_until && leaves < 1.0 / 55) {
		a->away_until = day + 2 + (int32_t)(8 * days);
		a->away = far < 0.3 ? HOME : far < 0.65 ? NEIGHBOUR : ABROAD;
		a->away_km = exp((a->away == ABROAD ? 7.3 : 5.6) + 1.6 * (km - 0.5));
	}
	if (buys < 1 / a->phone_days) {
		/* drift: of what is sold meanwhile */
		a->generation = clamp_generation(a->generation + years_of_drift(world, day));
		a->phone_since = day;
	}
}

static void choose_what(const struct world *world, const struct account *a, int32_t day,
			struct payment *p, struct random *random)
{
	double large = random_unit(random), how_large = random_normal(random);
	double varied = random_normal(random), by_terminal = random_unit(random);
	double by_app = random_unit(random), at_night = random_unit(random);
	bool away = day <= a->away_until;
	bool night = hour_of(p->time) < NIGHT_ENDS_HOUR;
	double years = years_of_drift(world, day);

	p->merchant = (unsigned char)draw_from(a->merchants, MERCHANTS, random);
	if (night && at_night < 0.35)
		p->merchant = GAMING;
	p->channel = p->merchant == GROCERY || (p->merchant == FASHION && by_terminal < 0.3) ||
			     (away && by_terminal < 0.4)
			 ? TERMINAL
		     : by_app < log_odds_to_share(a->app + 0.35 * years) ? APP
									 : WEB;
	p->country = away ? (unsigned char)a->away : HOME;
	p->amount = exp(a->amount + merchant_amount[p->merchant] + a->deviation * varied +
			(large < 0.08 ? 1.4 + 0.4 * how_large : 0) + 0.07 * years);
}

static void choose_device(const struct world *world, const struct account *a, int32_t day,
			  struct payment *p, struct random *random)
{
	double trusted = random_normal(random), cleared = random_unit(random);
	double near = random_normal(random), tunnel = random_unit(random);
	double tunnel_km = random_normal(random), session = random_normal(random);
	double missing = random_unit(random), generation_too = random_unit(random);
	double computer_age = random_unit(random);
	bool away = day <= a->away_until, new_phone = day - a->phone_since < 21;
	bool cookies_cleared = p->channel == WEB && !away && cleared < 0.25;
	double km = away ? a->away_km * exp(0.3 * near) : exp(2.9 + 1.6 * near);
	double trust = 1.4 + 0.8 * trusted - (new_phone && p->channel != WEB ? 1.3 : 0) -
		       (cookies_cleared ? 2.2 : 0);

	if (p->channel != TERMINAL && !cookies_cleared && tunnel < 0.11)
		km = exp(6.2 + 1.0 * tunnel_km);
	p->trust = trust_as_delivered(world, p, log_odds_to_share(trust));
	p->device_age = p->channel == WEB
			    ? floor(1500 * computer_age * (cookies_cleared ? 0.05 : 1))
			    : day - a->phone_since;
	p->distance = fmin(km, 20000);
	p->session = fmin(exp(4.9 + 0.7 * session), 7200);
	p->generation = (unsigned char)a->generation;
	p->no_device = missing < a->missing;
	p->no_generation = p->no_device && generation_too < 0.3;
}

/* How much more often than at its least an own payment is disputed: the product of what meets. */
static double dispute_factor(const struct account *a, const struct payment *p)
{
	bool night = hour_of(p->time) < NIGHT_ENDS_HOUR;
	double ratio = p->amount / exp(a->amount), factor = 1;

	if (night && (p->merchant == GAMING || p->merchant == ELECTRONICS))
		factor *= 9;
	if (p->trust < 0.35 && p->distance > 250)
		factor *= ratio > 2 ? 16 : 4;
	if (p->merchant == TRAVEL && ratio > 6)
		factor *= 4;
	return factor;
}

static void pay_once(const struct world *world, const struct account *a, int32_t day, int64_t time,
		     struct payment_rows *rows, struct random streams[3])
{
	struct payment *p = payment_add(rows, a, time);
	double truth;

	choose_what(world, a, day, p, &streams[0]);
	choose_device(world, a, day, p, &streams[1]);
	truth = world->disputed_share * base_rate_factor(world, day) * dispute_factor(a, p);
	payment_label(p, fmin(truth, 0.6), &streams[2]);
}

static int64_t second_of_habit(const struct account *a, struct random *random)
{
	double any = random_unit(random), around = a->hour + 2.6 * random_normal(random);
	double hour = any < 0.14 ? any / 0.14 * 24 : fmod(around + 48, 24);

	return (int64_t)(hour * 3600) % SECONDS_A_DAY;
}

void account_pays(const struct world *world, struct account *a, struct payment_rows *rows)
{
	const struct payments_options *options = world->options;
	struct random state = stream_for(options, FOR_STATE, a->number);
	struct random arrival = stream_for(options, FOR_ARRIVAL, a->number);
	struct random streams[] = {stream_for(options, FOR_HABIT, a->number),
				   stream_for(options, FOR_DEVICE, a->number),
				   stream_for(options, FOR_LABEL, a->number)};

	for (int32_t day = options->first_day; day < options->first_day + options->days; day++) {
		double a_day = world->own_a_day * a->activity * season_factor(day);
		unsigned n = draw_poisson(a_day, &arrival);
		bool spree = random_unit(&arrival) < a_day * SPREE_OF_PAYMENTS / SPREE_PAYMENTS;
		int64_t midnight = date_moment(day), time;

		account_lives(world, a, day, &state);
		for (unsigned i = 0; i < n; i++)
			pay_once(world, a, day, midnight + second_of_habit(a, &arrival), rows,
				 streams);
		if (!spree)
			continue;
		n = 3 + draw_poisson(SPREE_PAYMENTS - 3, &arrival);
		time = midnight + second_of_habit(a, &arrival);
		for (unsigned i = 0; i < n; i++) {
			pay_once(world, a, date_of_moment(time), time, rows, streams);
			time += (int64_t)draw_exponential(900, &arrival) + 20;
		}
	}
}
