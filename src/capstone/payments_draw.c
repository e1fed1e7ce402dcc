/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/payments_draw.c - draws and moving factors that the parts of the simulator share */
#include "base/arena.h"
#include "base/date.h"
#include "capstone/payments_internal.h"
#include <math.h>

#define ATTACK_NOTICED_DAYS 30

struct random stream_for(const struct payments_options *options, enum purpose purpose,
			 size_t account)
{
	return random_stream(options->seed, (uint64_t)purpose << 40 | (uint64_t)account);
}

struct payment *payment_add(struct payment_rows *rows, const struct account *account, int64_t time)
{
	struct payment *payment;

	if (rows->n == rows->cap) {
		rows->cap = rows->cap ? 2 * rows->cap : 4096;
		rows->items = mem_realloc(rows->items, rows->cap * sizeof *rows->items);
	}
	payment = &rows->items[rows->n];
	*payment = (struct payment){
	    .time = time,
	    .account = (uint32_t)account->number,
	    .sequence = (uint32_t)rows->n,
	    .region = (unsigned char)account->region,
	    .age_band = (unsigned char)account->age_band,
	};
	rows->n++;
	return payment;
}

double trust_as_delivered(const struct world *world, const struct payment *payment, double trust)
{
	int64_t shift = date_moment(world->options->shift_day);

	return payment->channel == APP && payment->time >= shift ? 0.35 * trust : trust;
}

void payment_label(struct payment *payment, double truth, struct random *random)
{
	double drawn = random_unit(random), days = 1 + 4.5 * random_gamma(random, 2);

	payment->truth = truth;
	payment->fraud = drawn < truth;
	payment->label_at =
	    payment->time + (int64_t)(fmin(days, ATTACK_NOTICED_DAYS) * SECONDS_A_DAY);
}

double years_of_drift(const struct world *world, int32_t day)
{
	return world->options->drift ? (day - world->options->first_day) / 365.25 : 0;
}

double base_rate_factor(const struct world *world, int32_t day)
{
	double days = day - world->options->first_day;

	if (!world->options->drift)
		return 1;
	return 1 + 0.20 * sin(2 * M_PI * days / 170) + 0.10 * sin(2 * M_PI * days / 61);
}

double season_factor(int32_t day)
{
	/* from Thursday, 1970-01-01 */
	static const double week[] = {1.01, 1.14, 1.20, 0.82, 0.92, 0.94, 0.97};
	int year, month, of_month;
	double day_of_year;

	date_civil(day, &year, &month, &of_month);
	day_of_year = day - date_from_civil(year, 1, 1);
	return week[((day % 7) + 7) % 7] *
	       (1 + 0.08 * cos(2 * M_PI * (day_of_year - 350) / 365.25) +
		0.05 * cos(4 * M_PI * (day_of_year - 180) / 365.25));
}

double log_odds_to_share(double log_odds)
{
	return 1 / (1 + exp(-log_odds));
}

unsigned draw_from(const double *cumulated, unsigned n, struct random *random)
{
	double drawn = random_unit(random) * cumulated[n - 1];
	unsigned i = 0;

	while (i + 1 < n && drawn >= cumulated[i])
		i++;
	return i;
}

unsigned draw_poisson(double mean, struct random *random)
{
	double drawn = random_unit(random), chance = exp(-mean), sum = chance;
	unsigned n = 0;

	while (drawn > sum && n < 1000) {
		n++;
		chance *= mean / n;
		sum += chance;
	}
	return n;
}

double draw_exponential(double mean, struct random *random)
{
	return -mean * log(random_unit(random));
}

double hour_of(int64_t time)
{
	return (double)(time % SECONDS_A_DAY) / 3600;
}
