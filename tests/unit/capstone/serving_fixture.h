/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/serving_fixture.h - a folder with models to serve, a clock, failures */
#ifndef SERVING_FIXTURE_H
#define SERVING_FIXTURE_H

#include "capstone/deployment.h"
#include "capstone/model.h"
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *serving_merchants[] = {"grocery", "travel, far", "=cmd"};
static const struct field serving_fields[] = {
    {.name = "amount",
     .kind = FIELD_NUMBER,
     .required = true,
     .feature = true,
     .low = 0.01,
     .high = 20000},
    {.name = "merchant",
     .kind = FIELD_CATEGORY,
     .required = true,
     .feature = true,
     .values = serving_merchants,
     .n_values = 3},
    {.name = "trust", .kind = FIELD_NUMBER, .feature = true, .low = 0, .high = 1},
};
static const struct history_feature serving_history[] = {
    {.name = "count_1h", .statistic = HISTORY_COUNT, .seconds = 3600},
};
enum { COUNT_FEATURE = 3, SERVING_FEATURES = 4 };
/* The fallback: 0.5 from the third event of an hour on. */
static const struct rule_clause serving_rule[] = {
    {.feature = COUNT_FEATURE, .at_least = true, .limit = 2, .score = 0.5},
};
static const struct plan serving_plan = {
    .id = "toy",
    .title = "Toy",
    .seed = 11,
    .time = "time",
    .entity = "account",
    .label = "bad",
    .positive = "1",
    .fields = serving_fields,
    .n_fields = 3,
    .history = serving_history,
    .n_history = 1,
    .rule = serving_rule,
    .n_rule = 1,
    .rule_otherwise = 0.01,
};

struct serving {
	char dir[64];
	struct arena mem;
	struct diag_sink diags;
	int64_t now_ms;
	const char *failing; /* version that gives no score */
	int64_t takes_ms;    /* what its score takes instead of failing; 0: it fails */
	char said[4096];
};

static inline void serving_begin(struct serving *s)
{
	*s = (struct serving){.now_ms = 1750000000000};
	strcpy(s->dir, "/tmp/modelbook-serving-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	arena_init(&s->mem);
	diag_init(&s->diags, &s->mem);
}

static inline const char *serving_path(struct serving *s, const char *name)
{
	return arena_printf(&s->mem, "%s/%s", s->dir, name);
}

static inline void serving_end(struct serving *s)
{
	static const char *const names[] = {"1.0.0.model.json", "2.0.0.model.json",
					    "3.0.0.model.json", "deployment.yaml",
					    "predictions.csv",  "rollbacks.csv"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(serving_path(s, names[i]));
	if (rmdir(s->dir))
		fail_msg("%s is not empty", s->dir);
	arena_release(&s->mem);
}

static inline void serving_write(struct serving *s, const char *name, const char *text)
{
	FILE *file = fopen(serving_path(s, name), "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static inline char *serving_read(struct serving *s, const char *name)
{
	FILE *file = fopen(serving_path(s, name), "re");
	char *text = arena_alloc(&s->mem, 1 << 20);

	if (!file)
		return arena_strdup(&s->mem, "");
	text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* A model that answers `score` to everything. */
static inline void serving_model(struct serving *s, const char *version, double score)
{
	struct plan plan = serving_plan;
	struct feature_list features = feature_list_of(&s->mem, &plan);
	struct matrix none = {.features = &features};
	struct out text = {0};
	struct model *model;

	plan.n_rule = 0;
	plan.rule_otherwise = score;
	model = model_train(MODEL_RULE, &plan, &none, NULL, 1, &s->diags);
	assert_non_null(model);
	model_set_threshold(model, 0.4);
	model_write(model, &text);
	serving_write(s, arena_printf(&s->mem, "%s.model.json", version), out_text(&text));
	model_free(model);
	out_release(&text);
}

/* Puts versions in their roles, with the digests of their files. */
static inline void serving_deploy(struct serving *s, const char *production, const char *previous,
				  const char *canary, double percent, const char *shadow)
{
	const char *const versions[] = {production, previous, canary, shadow};
	struct deployment d = {.production = production,
			       .previous = previous,
			       .canary = canary,
			       .canary_percent = percent,
			       .shadow = shadow};

	for (size_t i = 0; i < 4; i++) {
		char *hex = arena_alloc(&s->mem, SHA256_HEX);
		if (!versions[i] || deployment_digest(&d, versions[i]))
			continue;
		assert_non_null(model_file_read(&s->mem, s->dir, versions[i], hex, &s->diags));
		d.versions[d.n_versions] = versions[i];
		d.digests[d.n_versions++] = hex;
	}
	assert_true(deployment_replace(s->dir, &d, &s->diags));
}

static inline int64_t serving_clock(void *ctx)
{
	return ((struct serving *)ctx)->now_ms;
}

static inline bool serving_fails(void *ctx, const char *version)
{
	struct serving *s = ctx;

	if (!s->failing || strcmp(s->failing, version))
		return false;
	s->now_ms += s->takes_ms;
	return !s->takes_ms;
}

static inline void serving_say(void *ctx, const char *message)
{
	struct serving *s = ctx;
	size_t n = strlen(s->said);

	snprintf(s->said + n, sizeof s->said - n, "%s\n", message);
}

static inline struct scorer_options serving_options(struct serving *s)
{
	return (struct scorer_options){.plan = &serving_plan,
				       .dir = s->dir,
				       .breaker_failures = 3,
				       .breaker_pause_ms = 1000,
				       .time_limit_ms = 50,
				       .rule_threshold = 0.4,
				       .clock_ms = serving_clock,
				       .clock_ctx = s,
				       .fails = serving_fails,
				       .fails_ctx = s,
				       .say = serving_say,
				       .say_ctx = s};
}

static const double serving_values[] = {10, 0, NAN};

static inline struct answer serving_ask(struct serving *s, struct scorer *scorer,
					const char *account)
{
	struct answer answer;

	s->now_ms += 1;
	assert_true(scorer_answer(scorer, account, s->now_ms / 1000, serving_values, &answer));
	return answer;
}

/* Lines of a file that hold this text. */
static inline size_t serving_count(struct serving *s, const char *name, const char *text)
{
	size_t n = 0;

	for (char *p = serving_read(s, name); (p = strstr(p, text)); p += strlen(text))
		n++;
	return n;
}
#endif
