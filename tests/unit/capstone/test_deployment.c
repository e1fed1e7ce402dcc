/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_deployment.c - deployment.yaml, deploy and rollback, serving: of a plan
 */
#include "capstone/capstone.h"
#include "serving_fixture.h"

#define HEX_A "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct deployment *read_text(struct arena *mem, struct diag_sink *diags,
					  const char *text)
{
	return deployment_read(mem, source_new(mem, "deployment.yaml", text, strlen(text)), diags);
}

static void texts_that_are_refused(void **state)
{
	static const struct {
		const char *text;
		size_t findings;
	} cases[] = {
	    {"[]\n", 1},
	    {"production: [\n", 1},
	    {"production: 1.0.0\n", 1}, /* no digest */
	    {"production: ../x\n", 1},
	    {"production: rule\n", 1},
	    {"production: {a: 1}\n", 1},
	    {"production: \"a/b\"\nshadow: .hidden\n", 2},
	    {"prodution: 1.0.0\n", 1},
	    {"canary_percent: 101\n", 1},
	    {"canary_percent: x\n", 1},
	    {"models: 3\n", 1},
	    {"models:\n  - {version: 1.0.0, sha256: abc}\n", 1},
	    {"models:\n  - {version: 1.0.0}\n", 1},
	    {"models:\n  - {version: 1.0.0, sha256: " HEX_A ", more: 1}\n", 1},
	    {"models:\n  - {version: 1.0.0, sha256: " HEX_A "}\n  - {version: 1.0.0, sha256: " HEX_A
	     "}\n",
	     1},
	    {"canary: 1.0.0\ncanary_percent: 5\nmodels:\n  - {version: 1.0.0, sha256: " HEX_A "}\n",
	     1},
	    {"production: 1.0.0\nshadow: 1.0.0\nmodels:\n  - {version: 1.0.0, sha256: " HEX_A "}\n",
	     1},
	    {"production: 1.0.0\nproduction: 1.0.0\n", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct diag_sink diags;
		struct arena mem;
		arena_init(&mem);
		diag_init(&diags, &mem);
		if (read_text(&mem, &diags, cases[i].text) || diags.n != cases[i].findings)
			fail_msg("%s: %zu findings, expected %zu", cases[i].text, diags.n,
				 cases[i].findings);
		arena_release(&mem);
	}
}

static void round_trip(void **state)
{
	const struct deployment given = {.production = "1.10",
					 .previous = "1e3",
					 .canary = "2.0.0+b",
					 .canary_percent = 12.5,
					 .shadow = "null",
					 .versions = {"1.10", "1e3", "2.0.0+b", "null"},
					 .digests = {HEX_A, HEX_A, HEX_A, HEX_A},
					 .n_versions = 4};
	const struct deployment *back;
	struct diag_sink diags;
	struct out text = {0}, again = {0};
	struct arena mem;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	deployment_write(&given, &text);
	back = read_text(&mem, &diags, out_text(&text));
	assert_non_null(back);
	assert_string_equal(back->production, "1.10");
	assert_string_equal(back->shadow, "null");
	deployment_write(back, &again);
	assert_string_equal(out_text(&text), out_text(&again));
	back = read_text(&mem, &diags, "");
	assert_null(back); /* an empty file is a mistake, not a deployment of nothing */
	out_release(&text);
	out_release(&again);
	arena_release(&mem);
}

static int command(int (*run)(int, char **), const char *const *words)
{
	char *argv[8];
	int argc = 0;

	for (; words[argc]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc];
	argv[argc] = NULL;
	return run(argc, argv);
}
#define DEPLOY(...) command(command_deploy, (const char *const[]){"deploy", __VA_ARGS__, NULL})
#define ROLLBACK(...)                                                                              \
	command(command_rollback, (const char *const[]){"rollback", __VA_ARGS__, NULL})

static void roles(struct serving *s, const char *expected)
{
	const struct deployment *d = deployment_load(&s->mem, s->dir, &s->diags);
	const char *text;

	assert_non_null(d);
	text = arena_printf(&s->mem, "%s %s %s %s", d->production ? d->production : "-",
			    d->previous ? d->previous : "-", d->canary ? d->canary : "-",
			    d->shadow ? d->shadow : "-");
	assert_string_equal(text, expected);
}

static void deploy_and_rollback(void **state)
{
	struct serving s;

	(void)state;
	serving_begin(&s);
	serving_model(&s, "1.0.0", 0.1);
	serving_model(&s, "2.0.0", 0.2);
	serving_model(&s, "3.0.0", 0.3);
	roles(&s, "- - - -"); /* no file yet */
	assert_int_equal(DEPLOY(s.dir, "2.0.0", "--canary", "5"), 1);
	assert_int_equal(DEPLOY(s.dir, "1.0.0"), 0);
	roles(&s, "1.0.0 - - -");
	assert_int_equal(ROLLBACK(s.dir), 1); /* nothing to go back to */
	assert_int_equal(DEPLOY(s.dir, "2.0.0", "--shadow"), 0);
	roles(&s, "1.0.0 - - 2.0.0");
	assert_int_equal(DEPLOY(s.dir, "2.0.0", "--canary", "5"), 0);
	roles(&s, "1.0.0 - 2.0.0 -");
	assert_int_equal(DEPLOY(s.dir, "2.0.0", "--canary=50"), 0);
	assert_int_equal(DEPLOY(s.dir, "2.0.0"), 0);
	roles(&s, "2.0.0 1.0.0 - -");
	assert_int_equal(DEPLOY(s.dir, "2.0.0"), 0); /* again: `previous` stays */
	roles(&s, "2.0.0 1.0.0 - -");
	assert_int_equal(DEPLOY(s.dir, "1.0.0", "--shadow"), 0);
	roles(&s, "2.0.0 1.0.0 - 1.0.0");
	assert_int_equal(DEPLOY(s.dir, "2.0.0", "--shadow"), 1);
	assert_int_equal(DEPLOY(s.dir, "2.0.0", "--retire"), 1);
	assert_int_equal(DEPLOY(s.dir, "3.0.0", "--canary", "25"), 0);
	assert_int_equal(ROLLBACK(s.dir, "--why", "canary"), 0);
	roles(&s, "2.0.0 1.0.0 - 1.0.0");
	assert_int_equal(ROLLBACK(s.dir, "--why", "recall", "--keep-shadow"), 0);
	roles(&s, "1.0.0 - - 2.0.0");
	assert_int_equal(DEPLOY(s.dir, "2.0.0", "--retire"), 0);
	roles(&s, "1.0.0 - - -");
	assert_int_equal(serving_count(&s, "deployment.yaml", "version:"), 1); /* others are gone */
	serving_end(&s);
}

static void deploy_refuses(void **state)
{
	struct serving s;

	(void)state;
	serving_begin(&s);
	serving_model(&s, "1.0.0", 0.1);
	assert_int_equal(DEPLOY(s.dir, "1.0.0", "--digest", HEX_A), 1);
	assert_int_equal(DEPLOY(s.dir, "9.9.9"), 2);
	assert_int_equal(DEPLOY(s.dir, "../1.0.0"), 1);
	assert_int_equal(DEPLOY(s.dir, "1.0.0", "--canary", "0"), 2);
	assert_int_equal(DEPLOY(s.dir, "1.0.0", "--canary", "nan"), 2);
	assert_int_equal(DEPLOY(s.dir, "1.0.0", "--canray", "5"), 2);
	assert_int_equal(DEPLOY(s.dir, "1.0.0", "--shadow", "--retire"), 2);
	assert_int_equal(DEPLOY(s.dir), 2);
	assert_int_equal(DEPLOY("/nonexistent-folder", "1.0.0"), 2);
	assert_int_equal(ROLLBACK("/nonexistent-folder"), 2);
	assert_string_equal(serving_read(&s, "deployment.yaml"), "");
	assert_int_equal(DEPLOY(s.dir, "1.0.0"), 0);
	serving_model(&s, "1.0.0", 0.2); /* a version never changes */
	assert_int_equal(DEPLOY(s.dir, "1.0.0"), 1);
	/* What cannot be read is not written over. */
	serving_write(&s, "deployment.yaml", "production: [\n");
	assert_int_equal(DEPLOY(s.dir, "1.0.0"), 1);
	assert_string_equal(serving_read(&s, "deployment.yaml"), "production: [\n");
	serving_end(&s);
}

static bool read_serving(struct serving_plan *plan, const char *text, size_t *findings)
{
	struct diag_sink diags;
	struct arena mem;
	bool done;

	arena_init(&mem);
	diag_init(&diags, &mem);
	done = serving_plan_read(&mem, source_new(&mem, "plan.yaml", text, strlen(text)), plan,
				 &diags);
	*findings = diags.n;
	arena_release(&mem);
	return done;
}

static void serving_key_of_a_plan(void **state)
{
	struct serving_plan plan, defaults = serving_defaults();
	size_t findings;

	(void)state;
	assert_true(read_serving(&plan, "id: x\n", &findings));
	assert_int_equal(plan.body_bytes, 64 << 10);
	assert_int_equal(plan.rollback.last, defaults.rollback.last);
	assert_true(read_serving(&plan,
				 "serving:\n  time_limit_ms: 0.5\n  breaker: {failures: 7, "
				 "pause_seconds: 1.5}\n  limits: {body_kib: 1}\n  rollback: "
				 "{error_rate_times: 0}\n",
				 &findings));
	assert_int_equal(plan.breaker_failures, 7);
	assert_int_equal(plan.breaker_pause_ms, 1500);
	assert_int_equal(plan.body_bytes, 1024);
	assert_true(plan.rollback.error_rate_times <= 0);
	assert_false(read_serving(&plan,
				  "serving:\n  time_limit: 1\n  breaker: 3\n  limits: {body_kib: "
				  "1.5, idle_seconds: 0}\n  rollback: {last: 10, at_least: 11}\n",
				  &findings));
	assert_int_equal(findings, 5);
	assert_false(read_serving(&plan, "serving: [1]\n", &findings));
	assert_int_equal(findings, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_that_are_refused), cmocka_unit_test(round_trip),
	    cmocka_unit_test(deploy_and_rollback),    cmocka_unit_test(deploy_refuses),
	    cmocka_unit_test(serving_key_of_a_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
