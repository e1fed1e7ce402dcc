/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/model_fixture.h - a plan and rows made by hand, for tests of models */
#ifndef MODEL_FIXTURE_H
#define MODEL_FIXTURE_H

#include "capstone/model.h"
#include "measure/outcomes.h"
#include "measure/random.h"
#include <math.h>

enum { FIXTURE_FEATURES = 5 };

static const char *const fixture_channels[] = {"app", "web", "terminal"};
static const struct feature fixture_items[FIXTURE_FEATURES] = {
    {.name = "amount", .kind = FIELD_NUMBER, .logarithm = true},
    {.name = "trust", .kind = FIELD_NUMBER},
    {.name = "channel", .kind = FIELD_CATEGORY, .values = fixture_channels, .n_values = 3},
    {.name = "constant", .kind = FIELD_NUMBER},
    {.name = "absent", .kind = FIELD_NUMBER},
};
static const struct feature_list fixture_list = {fixture_items, FIXTURE_FEATURES};

static const char *fixture_channel_values[] = {"app", "web", "terminal"};
static const struct field fixture_fields[FIXTURE_FEATURES] = {
    {.name = "amount",
     .kind = FIELD_NUMBER,
     .feature = true,
     .logarithm = true,
     .low = 0,
     .high = 1e6},
    {.name = "trust", .kind = FIELD_NUMBER, .feature = true, .low = -100, .high = 100},
    {.name = "channel",
     .kind = FIELD_CATEGORY,
     .feature = true,
     .values = fixture_channel_values,
     .n_values = 3},
    {.name = "constant", .kind = FIELD_NUMBER, .feature = true, .low = 0, .high = 10},
    {.name = "absent", .kind = FIELD_NUMBER, .feature = true, .low = 0, .high = 10},
};
static const struct rule_clause fixture_rule[] = {
    {.feature = 0, .at_least = true, .limit = 100, .score = 0.6},
    {.feature = 1, .at_least = false, .limit = -1, .score = 0.3},
};
static const struct plan fixture_plan = {
    .id = "fixture",
    .title = "Made by hand",
    .seed = 7,
    .time = "time",
    .label = "bad",
    .positive = "1",
    .fields = fixture_fields,
    .n_fields = FIXTURE_FEATURES,
    .linear = {.cost = 1, .tolerance = 1e-4},
    .boosted = {.rounds = 30,
		.depth = 4,
		.bins = 32,
		.learning_rate = 0.2,
		.min_child_weight = 2,
		.lambda = 1,
		.row_share = 0.8,
		.column_share = 0.8},
    .calibrator = CALIBRATE_ISOTONIC,
    .rule = fixture_rule,
    .n_rule = 2,
    .rule_otherwise = 0.02,
    .selection_share = 0.1,
};

/* n rows: amounts of a wide range, one trust in six missing, the fifth feature in all; labels that
 * follow from amount, trust and channel together. */
static inline struct matrix fixture_rows(struct arena *mem, size_t n, uint64_t seed)
{
	struct random random = random_stream(seed, 1);
	struct matrix rows = {.n = n,
			      .n_features = FIXTURE_FEATURES,
			      .values = arena_new(mem, double, n *FIXTURE_FEATURES),
			      .label = arena_new(mem, unsigned char, n),
			      .features = &fixture_list};

	for (size_t i = 0; i < n; i++) {
		double *row = rows.values + i * FIXTURE_FEATURES, odds;
		row[0] = exp(3 + 1.5 * random_normal(&random));
		row[1] = random_normal(&random);
		row[2] = random_below(&random, 3);
		row[3] = 2.5;
		row[4] = NAN;
		odds = -3 + 0.8 * (log(row[0]) - 3) - row[1] + (row[2] > 1 && row[1] < 0 ? 2 : 0);
		rows.label[i] =
		    random_unit(&random) < 1 / (1 + exp(-odds)) ? LABEL_POSITIVE : LABEL_NEGATIVE;
		if (random_below(&random, 6) == 0)
			row[1] = NAN;
		if (random_below(&random, 40) == 0)
			row[2] = NAN;
	}
	return rows;
}
#endif
