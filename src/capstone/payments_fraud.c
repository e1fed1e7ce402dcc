/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/payments_fraud.c - take-overs of accounts, and the ring that comes with the shift */
#include "capstone/payments_internal.h"
#include <math.h>

/* A take-over is noticed by the customer, and so in the labels, this often. */
#define NOTICED 0.96

/* How those who take an account over pay. Normal distributions: mean, standard deviation; of
 * amounts the ln by the account's own mean, of trust its log odds, of the others the ln. */
struct manner {
	double share;   /* of take-overs, summed up from the left */
	unsigned least; /* payments: least, and mean of what Poisson adds */
	double more;
	double gap_seconds; /* mean */
	double night;       /* share that begins at about two in the morning, others at any hour */
	double merchants[MERCHANTS], channels[CHANNELS], countries[COUNTRIES]; /* summed up */
	double amount, amount_deviation, trust, trust_deviation, distance, distance_deviation;
	double device_age, device_age_deviation, session, session_deviation;
	unsigned oldest, newest; /* generation of the phone */
};

enum { SMASH, MIMIC, FARM, MANNERS };
static const struct manner manners[] = {
    [SMASH] = {.share = 0.42,
	       .least = 1,
	       .more = 2.2,
	       .gap_seconds = 1500,
	       .night = 0.25,
	       .merchants = {0.06, 0.21, 0.57, 0.72, 0.86, 1},
	       .channels = {0.72, 0.94, 1},
	       .countries = {0.8, 0.92, 1},
	       .amount = 1.2,
	       .amount_deviation = 0.5,
	       .trust = -0.9,
	       .trust_deviation = 0.7,
	       .distance = 6.0,
	       .distance_deviation = 1.0,
	       .device_age = 3.8,
	       .device_age_deviation = 1.0,
	       .session = 4.6,
	       .session_deviation = 0.6,
	       .oldest = 4,
	       .newest = 11},
    [MIMIC] = {.share = 0.70,
	       .least = 1,
	       .more = 1.5,
	       .gap_seconds = 20000,
	       .night = 0.12,
	       .merchants = {0.1, 0.15, 0.35, 0.6, 0.8, 1},
	       .channels = {0.52, 0.9, 1},
	       .countries = {0.9, 0.96, 1},
	       .amount = 0.6,
	       .amount_deviation = 0.5,
	       .trust = 2.2,
	       .trust_deviation = 0.9,
	       .distance = 4.9,
	       .distance_deviation = 1.0,
	       .device_age = 4.8,
	       .device_age_deviation = 1.0,
	       .session = 5.7,
	       .session_deviation = 0.3,
	       .oldest = 4,
	       .newest = 11},
    [FARM] = {.share = 1,
	      .least = 2,
	      .more = 2.4,
	      .gap_seconds = 900,
	      .night = 0.15,
	      .merchants = {0.1, 0.1, 0.1, 0.6, 0.7, 1},
	      .channels = {0.65, 0.95, 1},
	      .countries = {0.93, 0.97, 1},
	      .amount = -0.7,
	      .amount_deviation = 0.3,
	      .trust = 2.9,
	      .trust_deviation = 0.9,
	      .distance = 4.0,
	      .distance_deviation = 1.1,
	      .device_age = 7.5,
	      .device_age_deviation = 0.25,
	      .session = 4.0,
	      .session_deviation = 0.35,
	      .oldest = 4,
	      .newest = 11},
};
static const struct manner ring = {.share = 1,
				   .least = 3,
				   .more = 2.2,
				   .gap_seconds = 700,
				   .night = 0.2,
				   .merchants = {0.1, 0.1, 0.1, 0.3, 0.5, 1},
				   .channels = {0.9, 1, 1},
				   .countries = {1, 1, 1},
				   .amount = -0.9,
				   .amount_deviation = 0.35,
				   .trust = 2.0,
				   .trust_deviation = 0.7,
				   .distance = 2.5,
				   .distance_deviation = 1.0,
				   .device_age = 6.9,
				   .device_age_deviation = 0.3,
				   .session = 5.0,
				   .session_deviation = 0.5,
				   .oldest = 3,
				   .newest = 7};

static void attack_once(const struct world *world, const struct account *a, const struct manner *m,
			int64_t time, struct payment_rows *rows, struct random *random)
{
	struct payment *p = payment_add(rows, a, time);
	double years = years_of_drift(world, date_of_moment(time));
	double missing, generation_too;

	p->merchant = (unsigned char)draw_from(m->merchants, MERCHANTS, random);
	p->channel = (unsigned char)draw_from(m->channels, CHANNELS, random);
	p->country = (unsigned char)draw_from(m->countries, COUNTRIES, random);
	p->amount = fmin(
	    exp(a->amount + m->amount + m->amount_deviation * random_normal(random) + 0.07 * years),
	    15000);
	p->trust = trust_as_delivered(
	    world, p,
	    log_odds_to_share(m->trust + m->trust_deviation * random_normal(random) + 0.1 * years));
	p->device_age =
	    fmin(floor(exp(m->device_age + m->device_age_deviation * random_normal(random))), 4000);
	p->distance = fmin(
	    exp(m->distance + m->distance_deviation * random_normal(random) - 0.1 * years), 20000);
	p->session = fmin(exp(m->session + m->session_deviation * random_normal(random)), 7200);
	p->generation =
	    (unsigned char)(m->oldest + random_below(random, m->newest - m->oldest + 1));
	missing = random_unit(random);
	generation_too = random_unit(random);
	p->no_device = missing < a->missing;
	p->no_generation = p->no_device && generation_too < 0.3;
	payment_label(p, NOTICED, random);
}

static int64_t second_of_attack(const struct manner *m, struct random *random)
{
	double night = random_unit(random), any = random_unit(random);
	double late = 2 + 1.8 * random_normal(random);
	double hour = night < m->night ? late : 24 * any;

	return (int64_t)(fmod(hour + 48, 24) * 3600) % SECONDS_A_DAY;
}

static void attack(const struct world *world, const struct account *a, const struct manner *m,
		   int32_t day, struct payment_rows *rows, struct random *random)
{
	int64_t time = date_moment(day) + second_of_attack(m, random);
	unsigned n = m->least + draw_poisson(m->more, random);

	for (unsigned i = 0; i < n; i++) {
		attack_once(world, a, m, time, rows, random);
		time += (int64_t)draw_exponential(m->gap_seconds, random) + 15;
	}
}

static const struct manner *draw_manner(struct random *random)
{
	double drawn = random_unit(random);
	unsigned i = 0;

	while (i + 1 < MANNERS && drawn >= manners[i].share)
		i++;
	return &manners[i];
}

void account_is_attacked(const struct world *world, const struct account *a,
			 struct payment_rows *rows)
{
	const struct payments_options *options = world->options;
	struct random take_over = stream_for(options, FOR_TAKE_OVER, a->number);
	struct random details = stream_for(options, FOR_ATTACK, a->number);
	struct random of_ring = stream_for(options, FOR_RING, a->number);

	for (int32_t day = options->first_day; day < options->first_day + options->days; day++) {
		double hazard = world->take_overs_a_day * a->susceptibility *
				base_rate_factor(world, day) * season_factor(day);

		if (random_unit(&take_over) < hazard)
			attack(world, a, draw_manner(&details), day, rows, &details);
		if (day >= options->shift_day && random_unit(&of_ring) < world->rings_a_day)
			attack(world, a, &ring, day, rows, &of_ring);
	}
}
