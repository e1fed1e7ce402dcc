/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/payments.h - a simulated stream of card payments with known truth
 *
 * Accounts with habits (amounts, hours, merchants, channel) pay over two years; fraudsters take
 * accounts over and spend in bursts. In it, each switched and sized by the options: weekly and
 * yearly season; slow drift (amounts rise, payments move to the app); a sudden shift on one day
 * (the device vendor's score changes its scale for app payments, and a new ring makes small
 * payments from old devices); a base rate that moves; labels that come 1 to 30 days late; region
 * and age band as protected groups, with the phone's generation as their proxy; device signals
 * missing for one payment in seven, more often in one group. docs/capstone.md holds the formulas.
 */
#ifndef CAPSTONE_PAYMENTS_H
#define CAPSTONE_PAYMENTS_H

#include "base/out.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct payments_options {
	uint64_t seed;
	int32_t first_day, days; /* days since 1970; how many */
	double payments_a_day;   /* mean over the year */
	size_t accounts;
	bool drift;         /* the slow ones */
	int32_t shift_day;  /* first day of the sudden shift; INT32_MAX: none */
	double fraud_share; /* of all payments, before the base rate moves */
};
struct payments_options payments_defaults(void);

/* Writes the CSV:
 * time,payment,account,amount,merchant,channel,country,device_trust,device_age_days,
 * ip_distance_km,session_seconds,phone_generation,region,age_band,fraud,label_at. Ordered by time.
 * The same bytes for the same options. */
void payments_write(const struct payments_options *options, struct out *to);
/* True probability of fraud of each payment in the same order, as the simulator drew it: what no
 * model can beat. NULL or room for *n; sets *n. */
void payments_truth(const struct payments_options *options, double *truth, size_t *n);
#endif
