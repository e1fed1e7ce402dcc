/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_capstone_model.c - any bytes as a model file: findings, or a model whose scores
 * are probabilities and that is written and read back the same */
#include "../unit/capstone/model_fixture.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct arena *mem, struct model *model, struct diag_sink *diags)
{
	static const double odd[][FIXTURE_FEATURES] = {{NAN, NAN, NAN, NAN, NAN},
						       {1e308, -1e308, 1e308, INFINITY, -INFINITY},
						       {0, 0, 0, 0, 0},
						       {10, -1, 2, 2.5, 3}};
	struct out first = {0}, second = {0};
	struct model *again;

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		double p = model_score(model, odd[i]);
		assert(p >= 0 && p <= 1);
	}
	model_write(model, &first);
	again =
	    model_read(&fixture_plan, source_new(mem, "y", out_text(&first), first.n), NULL, diags);
	assert(again);
	model_write(again, &second);
	assert(!strcmp(out_text(&first), out_text(&second)));
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		double a = model_score(model, odd[i]), b = model_score(again, odd[i]);
		assert(a <= b && a >= b);
	}
	model_free(again);
	out_release(&first);
	out_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem;
	struct diag_sink diags;
	struct model *model;

	arena_init(&mem);
	diag_init(&diags, &mem);
	model = model_read(&fixture_plan, source_new(&mem, "x", (const char *)data, size), NULL,
			   &diags);
	assert(!model == (diags.n > 0));
	if (model)
		use(&mem, model, &diags);
	model_free(model);
	arena_release(&mem);
	return 0;
}
