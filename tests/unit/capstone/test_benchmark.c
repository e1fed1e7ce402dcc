/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_benchmark.c - costs: what is counted, what wrk says, what records hold
 */
#include "base/file.h"
#include "capstone/benchmark.h"
#include "capstone/child.h"
#include "model_fixture.h"
#include "read/json.h"
#include "read/yaml.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena mem;
static struct diag_sink diags;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

/* -- other programs --------------------------------------------------------------------------- */

static void children_are_read_and_end(void **state)
{
	const char *const echo[] = {"/bin/sh", "-c", "echo one; echo two", NULL};
	const char *const fails[] = {"/bin/sh", "-c", "exit 3", NULL};
	const char *const silent[] = {"/bin/sleep", "60", NULL};
	const char *const deaf[] = {"/bin/sh", "-c", "trap '' TERM; echo up; while :; do :; done",
				    NULL};
	const char *const absent[] = {"/nonexistent/program", NULL};
	struct child child;
	struct out said = {0};

	(void)state;
	assert_true(child_start(echo, &child));
	assert_true(child_read(&child, true, 10, &said));
	assert_string_equal(out_text(&said), "one\n");
	assert_true(child_read(&child, false, 10, &said));
	assert_string_equal(out_text(&said), "one\ntwo\n");
	assert_true(child_end(&child, false, 10));
	assert_true(child_start(fails, &child));
	assert_false(child_read(&child, true, 10, &said));
	assert_false(child_end(&child, false, 10));
	assert_true(child_start(silent, &child));
	assert_false(child_read(&child, false, 1, &said));
	assert_true(child_resident(&child) > 0);
	assert_false(child_end(&child, true, 10));
	assert_true(child_start(deaf, &child));
	assert_true(child_read(&child, true, 10, &said));
	assert_false(child_end(&child, true, 1));
	assert_false(child_start(absent, &child));
	assert_int_equal(errno, ENOENT);
	assert_true(resident_most(0) > 1000000);
	assert_int_equal(benchmark_memory("/nonexistent/program", "a", "b"), 0);
	assert_int_equal(benchmark_memory("/bin/false", "a", "b"), 0);
	out_release(&said);
}

/* -- the machine ------------------------------------------------------------------------------ */

static void a_machine_has_no_name(void **state)
{
	struct machine machine = machine_read();
	char host[256] = "";

	(void)state;
	assert_true(machine.cores >= 1);
	assert_true(machine.memory_bytes > 1000000);
	assert_true(*machine.kernel);
	gethostname(host, sizeof host - 1);
	if (strlen(host) > 5) /* shorter ones may stand in any text */
		assert_null(strstr(machine.kernel, host));
}

/* -- load ------------------------------------------------------------------------------------- */

static void what_wrk_says(void **state)
{
	static const char said[] =
	    "Running 5s test @ http://127.0.0.1:1/predict\n  Requests/sec:   4468.10\n"
	    "modelbook-load requests=22824 errors=3 us=5108000 p50=12659 p90=30584 p95=35156 "
	    "p99=44667 mean=14721.123 max=63338\n";
	static const char *const faults[] = {
	    "",
	    "modelbook-load ",
	    "modelbook-load requests=0 errors=0 us=5 p50=1 p90=1 p95=1 p99=1 mean=1 max=1",
	    "modelbook-load requests=1 errors=0 us=0 p50=1 p90=1 p95=1 p99=1 mean=1 max=1",
	    "modelbook-load requests=1 errors=0 us=nan p50=1 p90=1 p95=1 p99=1 mean=1 max=1",
	    "modelbook-load requests=1 errors=0 us=5 p50=2 p90=1 p95=1 p99=1 mean=1 max=1",
	    "modelbook-load requests=1 errors=0 us=5 p50=1 p90=1 p95=1 p99=1 mean=1 max=inf",
	    "modelbook-load requests=1 errors=0 us=5 p50=1 p90=1 p95=1 p99=1 mean=-1 max=1",
	    "modelbook-load requests=1 errors=0 us=5 p50=1 p90=1 p95=1 p99=1 mean=1",
	};
	struct load_cost load = {0};

	(void)state;
	assert_true(load_parse(said, &load));
	assert_int_equal(load.requests, 22824);
	assert_int_equal(load.errors, 3);
	assert_true(fabs(load.seconds - 5.108) < 1e-12);
	assert_true(fabs(load.requests_per_second - 22824 / 5.108) < 1e-9);
	assert_true(fabs(load.p95_ms - 35.156) < 1e-12 && fabs(load.max_ms - 63.338) < 1e-12);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (load_parse(faults[i], &load))
			fail_msg("taken: %s", faults[i]);
}

/* What is sent is JSON with the fields of the event, and Lua reads no code out of it. */
static void bodies_are_json_and_scripts_hold_them(void **state)
{
	static const char *const hostile[] = {"{\"a\": \"\\\"]] os.execute('x')\n\"}"};
	static const char *entities[] = {"A\"1"};
	struct plan plan = fixture_plan;
	struct events events;
	struct out body = {0}, script = {0};
	const struct data_node *root;
	double number;

	(void)state;
	plan.entity = "account";
	events = events_new(&mem, &plan, 1);
	events.n = 1;
	events.entities = entities;
	events.n_entities = 1;
	memcpy(events.values, (double[]){12.5, NAN, 1, -0.25, NAN},
	       FIXTURE_FEATURES * sizeof(double));
	load_body_write(&events, 0, &body);
	root = json_read(&mem, source_new(&mem, "body", out_text(&body), body.n), &diags);
	assert_non_null(root);
	assert_int_equal(root->n, 4);
	assert_string_equal(data_find_text(root, "account"), "A\"1");
	assert_string_equal(data_find_text(root, "channel"), "web");
	assert_true(data_number(data_find(root, "constant"), &number) && number < 0);
	load_script_write(hostile, 1, &script);
	assert_non_null(strstr(out_text(&script),
			       "  \"{\\034a\\034: \\034\\092\\034\\093\\093 os.execute\\040\\039x"
			       "\\039\\041\\010\\034}\",\n"));
	out_release(&body);
	out_release(&script);
}

/* -- models ----------------------------------------------------------------------------------- */

static struct prepared prepared_of(const struct plan *plan, size_t n)
{
	struct matrix rows = fixture_rows(&mem, n, 5);
	struct prepared prepared = {.plan = plan, .list = fixture_list, .features = rows};

	prepared.ingest.events = events_new(&mem, plan, n);
	prepared.ingest.events.n = n;
	memcpy(prepared.ingest.events.values, rows.values,
	       n * FIXTURE_FEATURES * sizeof *rows.values);
	memcpy(prepared.ingest.events.label, rows.label, n);
	prepared.split = (struct split){.n = n, .part = arena_new(&mem, unsigned char, n)};
	for (size_t i = 0; i < n; i++)
		prepared.split.part[i] = i % 3 ? PART_TRAIN : PART_CALIBRATION;
	return prepared;
}

static void put_model(const char *dir, const char *name, enum model_kind kind,
		      const struct prepared *prepared)
{
	struct model *model =
	    model_train(kind, prepared->plan, &prepared->features, &prepared->features, 7, &diags);
	struct out text = {0};
	int root = file_open_root(dir);

	assert_non_null(model);
	model_write(model, &text);
	assert_int_equal(file_write(root, name, text.p, text.n, true), ST_OK);
	close(root);
	out_release(&text);
	model_free(model);
}

static void check_record(const struct out *text, const char *id)
{
	const struct data_node *root =
	    yaml_read(&mem, source_new(&mem, "r.yaml", out_text(text), text->n), 0, text->n,
		      RULE_DATA_SYNTAX, &diags);

	assert_int_equal(diags.n, 0);
	assert_non_null(root);
	assert_string_equal(data_find_text(root, "id"), id);
	assert_string_equal(data_find_text(root, "about"), "fixture@1.0.0");
	assert_non_null(data_find_text(root, "reason"));
}

static void costs_of_a_folder(void **state)
{
	char dir[] = "/tmp/modelbook-test-XXXXXX";
	struct plan plan = fixture_plan;
	struct prepared prepared;
	struct benchmark benchmark = {.command = "modelbook-capstone benchmark"};
	const struct benchmark_options few = {
	    .repetitions = 2, .single_samples = 50, .batch_rows = 20, .batch_samples = 10};
	const struct cost_limits limits = {1000, 1000, 1, 1000, 1};
	struct load_cost load = {.version = "1.0.0",
				 .requests = 10,
				 .seconds = 1,
				 .requests_per_second = 10,
				 .command = "wrk"};
	struct out text = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	prepared = prepared_of(&plan, 300);
	assert_false(benchmark_models(&mem, &prepared, "/nonexistent", &few, &benchmark, &diags));
	assert_false(benchmark_models(&mem, &prepared, dir, &few, &benchmark, &diags));
	assert_int_equal(diags.n, 2);
	put_model(dir, "1.0.0.model.json", MODEL_LOGISTIC, &prepared);
	put_model(dir, "2.0.0.model.json", MODEL_BOOSTED, &prepared);
	put_model(dir, "notes.txt", MODEL_RULE, &prepared);
	put_model(dir, "-x.model.json", MODEL_RULE, &prepared);
	diag_init(&diags, &mem);
	assert_true(benchmark_models(&mem, &prepared, dir, &few, &benchmark, &diags));
	assert_int_equal(benchmark.n_models, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct model_cost *cost = &benchmark.models[i];
		assert_string_equal(cost->version, i ? "2.0.0" : "1.0.0");
		assert_string_equal(cost->kind, i ? "boosted" : "logistic");
		assert_int_equal(cost->repetitions, 2);
		assert_int_equal(cost->train_rows, 200);
		assert_true(cost->train_seconds[0] > 0);
		assert_true(cost->train_seconds[0] <= cost->train_seconds_median);
		assert_true(cost->train_seconds_median <= cost->train_seconds[1]);
		assert_int_equal(cost->single.n, 50);
		assert_true(cost->single.p50.value > 0 && cost->rows_per_second > 0);
		assert_true(cost->single.p50.value <= cost->single.p99.value);
		assert_int_equal(cost->batch.n, 10);
		assert_true(cost->file_bytes > 500 && cost->parameter_count > 10);
	}
	assert_int_equal(benchmark.features.n, 300 / 16);
	benchmark_record(&plan, &benchmark, &benchmark.models[0], &limits, 20000, &text);
	check_record(&text, "fixture-1.0.0-benchmark");
	out_clear(&text);
	load_record(&plan, &benchmark, &load, &limits, 20000, &text);
	check_record(&text, "fixture-1.0.0-load");
	assert_non_null(strstr(out_text(&text), "result: \"pass\""));
	out_clear(&text);
	load.errors = 1;
	load_record(&plan, &benchmark, &load, &limits, 20000, &text);
	assert_non_null(strstr(out_text(&text), "result: \"fail\""));
	out_release(&text);
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = {"1.0.0.model.json", "2.0.0.model.json",
						    "notes.txt", "-x.model.json"};
		unlink(arena_printf(&mem, "%s/%s", dir, names[i]));
	}
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(children_are_read_and_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_machine_has_no_name, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_wrk_says, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(bodies_are_json_and_scripts_hold_them, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(costs_of_a_folder, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
