/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/payments.c - a simulated stream of card payments with known truth */
#include "capstone/payments.h"
#include "base/arena.h"
#include "base/date.h"
#include "capstone/payments_internal.h"
#include <math.h>
#include <stdlib.h>

/* Shares of fraud: own payments that are disputed, and take-overs; docs/capstone.md. */
#define DISPUTED_OF_FRAUD 0.15
#define DISPUTE_FACTOR_MEAN 1.55 /* mean of dispute_factor() over own payments */
#define TAKE_OVER_PAYMENTS 3.3   /* mean of one take-over */
#define RING_PAYMENTS 5.2
#define RING_OF_FRAUD 0.6 /* fraud of the ring by that of all others */
#define SPREE_SHARE 0.22

static const char *const merchant_names[] = {"grocery", "travel",  "electronics",
					     "gaming",  "fashion", "services"};
static const char *const channel_names[] = {"app", "web", "terminal"};
static const char *const country_names[] = {"home", "neighbour", "abroad"};
static const char *const region_names[] = {"north", "south", "east", "west"};
static const char *const age_names[] = {"18-34", "35-54", "55+"};

struct payments_options payments_defaults(void)
{
	return (struct payments_options){
	    .seed = 20240101,
	    .first_day = date_from_civil(2024, 1, 1),
	    .days = 731,
	    .payments_a_day = 170,
	    .accounts = 1200,
	    .drift = true,
	    .shift_day = date_from_civil(2025, 8, 4),
	    .fraud_share = 0.035,
	};
}

struct world world_of(const struct payments_options *options)
{
	double an_account = options->payments_a_day / (double)options->accounts;
	double fraud = an_account * options->fraud_share;

	return (struct world){
	    .options = options,
	    .own_a_day = (an_account - fraud) * (1 - SPREE_SHARE),
	    .take_overs_a_day = fraud * (1 - DISPUTED_OF_FRAUD) / TAKE_OVER_PAYMENTS,
	    .rings_a_day = fraud * RING_OF_FRAUD / RING_PAYMENTS,
	    .disputed_share = options->fraud_share * DISPUTED_OF_FRAUD / DISPUTE_FACTOR_MEAN,
	};
}

static int in_order(const void *a, const void *b)
{
	const struct payment *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->account != y->account)
		return x->account < y->account ? -1 : 1;
	return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* Some rows are wrong, each in one way. */
static void spoil_some(const struct world *world, size_t account, struct payment *of_account,
		       size_t n)
{
	struct random random = stream_for(world->options, FOR_FAULT, account);

	for (size_t i = 0; i < n; i++) {
		double wrong = random_unit(&random);
		uint32_t how = random_below(&random, 3);

		if (wrong < 0.001)
			of_account[i].fault = (unsigned char)(FAULT_AMOUNT + how);
	}
}

static struct payment_rows simulate(const struct payments_options *options)
{
	struct world world = world_of(options);
	struct payment_rows rows = {0};
	int64_t end = date_moment(options->first_day + options->days);
	size_t kept = 0;

	for (size_t i = 0; i < options->accounts; i++) {
		struct account account = account_draw(&world, i);
		struct account as_it_began = account;
		size_t from = rows.n;

		account_pays(&world, &account, &rows);
		spoil_some(&world, i, rows.items + from, rows.n - from);
		account_is_attacked(&world, &as_it_began, &rows);
	}
	for (size_t i = 0; i < rows.n; i++)
		if (rows.items[i].time < end)
			rows.items[kept++] = rows.items[i];
	rows.n = kept;
	if (rows.n)
		qsort(rows.items, rows.n, sizeof *rows.items, in_order);
	return rows;
}

static void write_time(int64_t time, bool wrong, struct out *to)
{
	char day[DATE_TEXT];
	int second = (int)(time % SECONDS_A_DAY);

	date_format(day, date_of_moment(time));
	out_printf(to, "%sT%02d:%02d:%02dZ", day, second / 3600 + (wrong ? 24 : 0),
		   second / 60 % 60, second % 60);
}

static void write_payment(const struct payment *p, size_t number, struct out *to)
{
	write_time(p->time, p->fault == FAULT_TIME, to);
	out_printf(to, ",P%07zu,A%05u,%.2f,%s,%s,%s,", number, (unsigned)p->account,
		   p->fault == FAULT_AMOUNT ? -p->amount : p->amount, merchant_names[p->merchant],
		   p->fault == FAULT_CHANNEL ? "fax" : channel_names[p->channel],
		   country_names[p->country]);
	if (p->no_device)
		out_puts(to, ",,,,");
	else
		out_printf(to, "%.3f,%.0f,%.1f,%.0f,", p->trust, p->device_age, p->distance,
			   p->session);
	if (!p->no_generation)
		out_printf(to, "%d", p->generation);
	out_printf(to, ",%s,%s,%d,", region_names[p->region], age_names[p->age_band], p->fraud);
	if (p->fraud)
		write_time(p->label_at, false, to);
	out_putc(to, '\n');
}

void payments_write(const struct payments_options *options, struct out *to)
{
	struct payment_rows rows = simulate(options);

	out_puts(to, "time,payment,account,amount,merchant,channel,country,device_trust,"
		     "device_age_days,ip_distance_km,session_seconds,phone_generation,region,"
		     "age_band,fraud,label_at\n");
	for (size_t i = 0; i < rows.n; i++)
		write_payment(&rows.items[i], i + 1, to);
	free(rows.items);
}

void payments_truth(const struct payments_options *options, double *truth, size_t *n)
{
	struct payment_rows rows = simulate(options);

	*n = rows.n;
	if (truth)
		for (size_t i = 0; i < rows.n; i++)
			truth[i] = rows.items[i].truth;
	free(rows.items);
}
