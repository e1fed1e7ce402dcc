/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_capstone_request.c - any bytes as the body of a request: a refusal whose JSON can
 * be read, or an event within the plan's limits; any text as Host, type and length */
#include "../unit/capstone/serving_fixture.h"
#include "capstone/serve_request.h"
#include "read/json.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_event(const struct prediction_request *request)
{
	assert(strlen(request->entity) > 0 && strlen(request->entity) <= 128);
	for (const char *p = request->entity; *p; p++)
		assert(*p > ' ' && *p < 127 && *p != ',' && *p != '"' && *p != '=');
	assert(request->time <= 1750000000 + FUTURE_SECONDS);
	assert(request->values[0] >= 0.01 && request->values[0] <= 20000);
	assert(request->values[1] >= 0 && request->values[1] <= 2);
	assert(isnan(request->values[2]) || (request->values[2] >= 0 && request->values[2] <= 1));
}

static void check_refusal(struct arena *mem, const struct refusal *refusal)
{
	struct diag_sink diags;
	struct out text = {0};
	const struct data_node *root;

	assert(refusal->status == 400 || refusal->status == 422);
	assert(refusal->n && refusal->n <= MOST_REASONS);
	diag_init(&diags, mem);
	refusal_write(refusal, &text);
	root = json_read(mem, source_new(mem, "answer", text.p, text.n), &diags);
	assert(root && data_find(root, "error") && data_find(root, "reasons")->n == refusal->n);
	out_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena kept;
	static const struct request_schema *schema;
	const char *names[] = {"risk.example"};
	struct prediction_request request;
	struct refusal refusal;
	struct arena mem;
	const char *text;
	size_t length;

	if (!schema) {
		arena_init(&kept);
		schema = request_schema_new(&kept, &serving_plan);
	}
	arena_init(&mem);
	if (request_parse(&mem, schema, (const char *)data, size, 1750000000, &request, &refusal))
		check_event(&request);
	else
		check_refusal(&mem, &refusal);
	text = arena_strndup(&mem, (const char *)data, size);
	assert(host_is_allowed(text, names, 1, true) || !host_is_allowed(text, names, 1, false));
	(void)content_type_is_json(text);
	(void)content_length_parse(text, &length);
	arena_release(&mem);
	return 0;
}
