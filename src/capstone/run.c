/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/run.c - from a plan and its data to fitted models with an identity */
#include "capstone/run.h"
#include "base/hash.h"
#include "base/number.h"
#include "measure/outcomes.h"
#include <stdlib.h>
#include <string.h>

static struct span data_span(struct arena *mem, const char *data)
{
	return (struct span){source_named(mem, data), 0, 0};
}

/* A feed that changed its form is no reason to fit on what is left of it. */
static void check_quarantine(struct arena *mem, const char *data, const struct ingest *ingest,
			     double max_share, struct diag_sink *diags)
{
	double share = (double)ingest->n_quarantined / (double)(ingest->rows ? ingest->rows : 1);
	char found[NUMBER_TEXT_MAX], most[NUMBER_TEXT_MAX];

	if (share > max_share)
		diag_add(diags, RULE_DATA_UNREADABLE_LOG, data_span(mem, data),
			 "%zu of %zu rows are in quarantine, a share of %s, at most %s; line %llu: "
			 "%s",
			 ingest->n_quarantined, ingest->rows, number_significant(found, share, 3),
			 number_significant(most, max_share, 3),
			 (unsigned long long)ingest->quarantined[0].line,
			 ingest->quarantined[0].reason);
}

/* A part without rows cannot be fitted or judged on; without a leak, what was made is good. */
static bool check_prepared(struct arena *mem, const char *data, const struct prepared *prepared,
			   struct diag_sink *diags)
{
	static const unsigned needed[] = {PART_TRAIN, PART_CALIBRATION, PART_TEMPORAL};
	size_t before = diags->n;

	check_quarantine(mem, data, &prepared->ingest, prepared->plan->max_quarantine_share, diags);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!prepared->split.counts[needed[i]])
			diag_add(diags, RULE_DATA_UNREADABLE_LOG, data_span(mem, data),
				 "no row of %zu is of the part '%s'", prepared->ingest.rows,
				 part_name(prepared->plan, needed[i]));
	for (size_t i = 0; i < prepared->leaks.n; i++)
		diag_add(diags, RULE_DATA_UNREADABLE_LOG, data_span(mem, data), "leak (%s): %s",
			 prepared->leaks.items[i].check, prepared->leaks.items[i].what);
	return diags->n == before;
}

bool run_prepare(struct arena *mem, struct source *plan_file, const char *data,
		 struct prepared *prepared, struct diag_sink *diags)
{
	*prepared = (struct prepared){.plan = plan_read(mem, plan_file, diags)};
	if (!prepared->plan || !events_read(mem, prepared->plan, data, &prepared->ingest, diags))
		return false;
	sha256_hex(prepared->plan->text, prepared->plan->text_n, prepared->plan_digest);
	memcpy(prepared->data_digest, prepared->ingest.events.digest, SHA256_HEX);
	prepared->list = feature_list_of(mem, prepared->plan);
	prepared->features = features_of(mem, &prepared->ingest.events, &prepared->list, NULL);
	prepared->split = split_events(mem, &prepared->ingest.events);
	prepared->leaks =
	    leakage_find(mem, &prepared->ingest.events, &prepared->features, &prepared->split);
	return check_prepared(mem, data, prepared, diags);
}

void run_identity(const struct prepared *prepared, enum model_kind kind, uint64_t seed,
		  char hex[65])
{
	static const char *const names[] = {
	    [MODEL_RULE] = "rule", [MODEL_LOGISTIC] = "logistic", [MODEL_BOOSTED] = "boosted"};
	const struct period *train = &prepared->plan->train;
	const struct period *calibration = &prepared->plan->calibration;
	struct out text = {0};

	out_printf(&text, "program %s\nplan %s\ndata %s\n", MODELBOOK_VERSION,
		   prepared->plan_digest, prepared->data_digest);
	out_printf(&text, "train %d %d\ncalibration %d %d\n", train->from, train->to,
		   calibration->from, calibration->to);
	out_printf(&text, "kind %s\nseed %llu\n", names[kind], (unsigned long long)seed);
	sha256_hex(text.p, text.n, hex);
	out_release(&text);
}

static struct matrix part_rows(struct arena *mem, const struct prepared *prepared, unsigned part)
{
	return matrix_subset(mem, &prepared->features, split_keep(mem, &prepared->split, part));
}

struct model *run_train(const struct prepared *prepared, enum model_kind kind,
			struct diag_sink *diags)
{
	const struct plan *plan = prepared->plan;
	struct arena scratch;
	struct matrix train, calibration;
	struct model *model;
	char identity[65];

	arena_init(&scratch);
	train = part_rows(&scratch, prepared, PART_TRAIN);
	calibration = part_rows(&scratch, prepared, PART_CALIBRATION);
	model = model_train(kind, plan, &train, kind == MODEL_BOOSTED ? &calibration : NULL,
			    plan->seed, diags);
	if (model) {
		double *scores = arena_new(&scratch, double, calibration.n);

		model_score_rows(model, &calibration, scores, NULL);
		model_set_threshold(model, threshold_choose(plan, scores, calibration.n));
		run_identity(prepared, kind, plan->seed, identity);
		model_set_run(model, identity);
	}
	arena_release(&scratch);
	return model;
}
