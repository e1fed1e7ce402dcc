/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_serve_request.c - bodies and heads of requests, figures for Prometheus
 */
#include "capstone/serve_metrics.h"
#include "capstone/serve_request.h"
#include "read/json.h"
#include "serving_fixture.h"

enum { NOW = 1750000000 };

struct parsed {
	bool ok;
	struct prediction_request request;
	struct refusal refusal;
};

static struct parsed parse(struct arena *mem, const char *body, size_t n)
{
	static struct arena kept;
	static const struct request_schema *schema;
	struct parsed p;

	if (!schema) {
		arena_init(&kept);
		schema = request_schema_new(&kept, &serving_plan);
	}
	p.ok = request_parse(mem, schema, body, n, NOW, &p.request, &p.refusal);
	return p;
}

static void refused_with_every_reason(void **state)
{
	static const struct {
		const char *body;
		unsigned status;
		const char *reasons; /* "field: text|…"; fields "-" of the whole */
	} cases[] = {
	    {"", 400, "-: line 1, column 1: "},
	    {"{", 400, "-: line 1, column 1: "},
	    {"{\"account\": \"a\"", 400, "-: "},
	    {"{\"amount\": NaN}", 400, "-: line 1, column 14: invalid token near 'NaN'"},
	    {"{\"amount\": Infinity}", 400, "-: "},
	    {"{\"amount\": 1e999}", 400, "-: line 1, column 16: real number overflow"},
	    {"{\"amount\": 1, \"amount\": 2}", 400, "-: line 1, column "},
	    {"{\"amount\": 0x10}", 400, "-: "},
	    {"{\"amount\": 01}", 400, "-: "},
	    {"{\"account\": \"\xFF\"}", 400, "-: "},
	    {"{\"account\": \"\\ud800\"}", 400, "-: "},
	    {"{\"account\": \"a\\u0000b\"}", 400, "-: "},
	    {"{} {}", 400, "-: "},
	    {"{}", 422, "account: is missing|amount: is missing|merchant: is missing"},
	    {"[]", 422, "-: expected an object, found a list"},
	    {"null", 422, "-: expected an object, found null"},
	    {"\"text\"", 422, "-: expected an object, found text"},
	    {"{\"account\": \"a\", \"amount\": \"1\", \"merchant\": \"grocery\"}", 422,
	     "amount: expected a number from 0.01 to 20000, found the text '1'"},
	    {"{\"account\": \"a\", \"amount\": true, \"merchant\": \"grocery\"}", 422,
	     "amount: expected a number from 0.01 to 20000, found 'true'"},
	    {"{\"account\": \"a\", \"amount\": null, \"merchant\": \"grocery\"}", 422,
	     "amount: expected a number from 0.01 to 20000, found 'null'"},
	    {"{\"account\": \"a\", \"amount\": [[[[]]]], \"merchant\": {}}", 422,
	     "amount: expected a number from 0.01 to 20000, found a list|merchant: expected one "
	     "of: grocery, travel, far, =cmd, found an empty map"},
	    {"{\"account\": 7, \"amount\": 0, \"merchant\": \"Grocery\", \"trust\": 1.5}", 422,
	     "account: expected text that matches ^[0-9A-Za-z][0-9A-Za-z._:@-]{0,127}$, found "
	     "'7'|amount: expected a number from 0.01 to 20000, found '0'|merchant: expected one "
	     "of: grocery, travel, far, =cmd, found 'Grocery'|trust: "
	     "expected a number from 0 to 1 or null, found '1.5'"},
	    {"{\"account\": \"=1+1\", \"amount\": 1, \"merchant\": \"=cmd\"}", 422,
	     "account: expected text that matches"},
	    {"{\"account\": \"a\\n\", \"amount\": 1, \"merchant\": \"=cmd\"}", 422,
	     "account: expected text that matches"},
	    {"{\"account\": \"a\", \"amount\": 1, \"merchant\": \"=cmd\", \"amuont\": 3, \"x\": "
	     "{}}",
	     422, "amuont: is not known, did you mean 'amount'?|x: is not known"},
	    {"{\"account\": \"a\", \"amount\": 1, \"merchant\": \"=cmd\", \"time\": \"today\"}",
	     422, "time: expected"},
	    {"{\"account\": \"a\", \"amount\": 1, \"merchant\": \"=cmd\", \"time\": "
	     "\"2025-02-30T00:00:00Z\"}",
	     422, "time: expected"},
	    {"{\"account\": \"a\", \"amount\": 1, \"merchant\": \"=cmd\", \"time\": "
	     "\"2025-06-15T15:07:41Z\"}",
	     422, "time: lies in the future"},
	    {"{\"account\": \"a\", \"amount\": 1, \"merchant\": \"=cmd\", \"time\": "
	     "\"9999-12-31T23:59:59Z\"}",
	     422, "time: lies in the future"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct out said = {0};
		struct arena mem;
		struct parsed p;
		arena_init(&mem);
		p = parse(&mem, cases[i].body, strlen(cases[i].body));
		for (size_t r = 0; !p.ok && r < p.refusal.n; r++) {
			const char *field = p.refusal.items[r].field;
			out_printf(&said, "%s%s: %s", r ? "|" : "", field ? field : "-",
				   p.refusal.items[r].text);
		}
		if (p.ok || p.refusal.status != cases[i].status ||
		    strncmp(out_text(&said), cases[i].reasons, strlen(cases[i].reasons)))
			fail_msg("%s\ngot  %u %s\nwant %u %s", cases[i].body,
				 p.ok ? 200 : p.refusal.status, out_text(&said), cases[i].status,
				 cases[i].reasons);
		out_release(&said);
		arena_release(&mem);
	}
}

static void taken(void **state)
{
	static const struct {
		const char *body;
		int64_t time;
		double amount, trust;
	} cases[] = {
	    {"{\"account\":\"a\",\"amount\":1,\"merchant\":\"travel, far\"}", NOW, 1, NAN},
	    {" \t\r\n{\"merchant\":\"travel, "
	     "far\",\"trust\":null,\"amount\":2e1,\"account\":\"a\"}\n",
	     NOW, 20, NAN},
	    {"\xEF\xBB\xBF{\"account\":\"a\",\"amount\":0.01,\"merchant\":\"travel, "
	     "far\",\"trust\":0}",
	     NOW, 0.01, 0},
	    {"{\"account\":\"a\",\"amount\":20000.0,\"merchant\":\"travel, "
	     "far\",\"trust\":1,\"time\":\"2025-06-15T17:07:40+02:00\"}",
	     NOW + 60, 20000, 1},
	    {"{\"account\":\"a\",\"amount\":5,\"merchant\":\"travel, "
	     "far\",\"time\":\"1969-12-31T23:59:59.5Z\"}",
	     -1, 5, NAN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena mem;
		struct parsed p;
		arena_init(&mem);
		p = parse(&mem, cases[i].body, strlen(cases[i].body));
		if (!p.ok)
			fail_msg("%s: %s", cases[i].body, p.refusal.items[0].text);
		assert_string_equal(p.request.entity, "a");
		assert_int_equal(p.request.time, cases[i].time);
		assert_true(fabs(p.request.values[0] - cases[i].amount) < 1e-12);
		assert_true(fabs(p.request.values[1] - 1) < 1e-12);
		assert_true(isnan(cases[i].trust)
				? isnan(p.request.values[2])
				: fabs(p.request.values[2] - cases[i].trust) < 1e-12);
		arena_release(&mem);
	}
}

static void many_and_deep(void **state)
{
	struct out body = {0}, said = {0};
	struct arena mem;
	struct parsed p;

	(void)state;
	arena_init(&mem);
	out_puts(&body, "{\"account\": \"a\"");
	for (int i = 0; i < 4000; i++)
		out_printf(&body, ",\"k<%d\":%d", i, i);
	out_putc(&body, '}');
	p = parse(&mem, body.p, body.n);
	assert_false(p.ok);
	assert_int_equal(p.refusal.n, MOST_REASONS);
	assert_int_equal(p.refusal.left_out, 4002 - MOST_REASONS);
	refusal_write(&p.refusal, &said);
	assert_null(strchr(out_text(&said), '<'));
	assert_non_null(strstr(out_text(&said), "\"more\": 3952}"));
	assert_non_null(json_read(&mem, source_new(&mem, "x", said.p, said.n),
				  &(struct diag_sink){.mem = &mem}));
	for (int depth = 100; depth <= 30000; depth *= 10) {
		out_clear(&body);
		out_puts(&body, "{\"amount\": ");
		for (int i = 0; i < depth; i++)
			out_putc(&body, '[');
		for (int i = 0; i < depth; i++)
			out_putc(&body, ']');
		out_putc(&body, '}');
		p = parse(&mem, body.p, body.n);
		assert_false(p.ok);
		assert_int_equal(p.refusal.status, depth > 2000 ? 400 : 422);
	}
	out_release(&body);
	out_release(&said);
	arena_release(&mem);
}

/* What /schema says is a schema that says what is taken. */
static void schema_is_json(void **state)
{
	const struct request_schema *schema;
	struct plan bare = serving_plan;
	struct diag_sink diags;
	struct arena mem;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	schema = request_schema_new(&mem, &serving_plan);
	assert_non_null(
	    json_read(&mem, source_new(&mem, "s", schema->text, schema->n_text), &diags));
	assert_non_null(
	    strstr(schema->text, "\"required\": [\"account\", \"amount\", \"merchant\"]"));
	bare.entity = NULL;
	bare.n_fields = 0;
	schema = request_schema_new(&mem, &bare);
	assert_non_null(strstr(schema->text, "\"required\": []"));
	assert_int_equal(diags.n, 0);
	arena_release(&mem);
}

static void hosts(void **state)
{
	static const char *const names[] = {"risk.example"};
	static const struct {
		const char *host;
		bool local, any;
	} cases[] = {
	    {"localhost", true, true},
	    {"LocalHost:8080", true, true},
	    {"127.0.0.1:1", true, true},
	    {"[::1]:8080", true, true},
	    {"risk.example:443", true, true},
	    {"192.168.1.7:8080", false, true},
	    {"[fe80::1]", false, true},
	    {"", false, false},
	    {":80", false, false},
	    {"localhost:", false, false},
	    {"localhost:80x", false, false},
	    {"localhost:123456", false, false},
	    {"localhost:80:80", false, false},
	    {"localhost.evil.example", false, false},
	    {"evil.example", false, false},
	    {"127.0.0.1.evil.example", false, false},
	    {"127.0.0.1 ", false, false},
	    {"[::1", false, false},
	    {"[evil]", false, false},
	    {"user@localhost", false, false},
	    {"0x7f000001", false, false},
	    {"1.2.3", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool local = host_is_allowed(cases[i].host, names, 1, false);
		bool any = host_is_allowed(cases[i].host, names, 1, true);
		if (local != cases[i].local || any != cases[i].any)
			fail_msg("'%s': %d %d", cases[i].host, local, any);
	}
}

static void content_types_and_lengths(void **state)
{
	static const struct {
		const char *type;
		bool json;
	} types[] = {
	    {"application/json", true},
	    {" Application/JSON ; charset=utf-8", true},
	    {"application/json;charset=\"UTF-8\"", true},
	    {"application/json; profile=x; charset=utf-8", true},
	    {"application/json;", true},
	    {"application/json; charset=latin1", false},
	    {"application/json; charset=\"utf-8", false},
	    {"application/jsonp", false},
	    {"application/json2; charset=utf-8", false},
	    {"text/json", false},
	    {"text/plain", false},
	    {"", false},
	};
	static const struct {
		const char *text;
		bool ok;
		size_t length;
	} lengths[] = {
	    {"0", true, 0},
	    {"17", true, 17},
	    {"007", true, 7},
	    {"", false, 0},
	    {"-1", false, 0},
	    {"+1", false, 0},
	    {"1 ", false, 0},
	    {"0x1", false, 0},
	    {"18446744073709551615", true, SIZE_MAX},
	    {"18446744073709551616", true, SIZE_MAX},
	    {"99999999999999999999999", true, SIZE_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (content_type_is_json(types[i].type) != types[i].json)
			fail_msg("'%s'", types[i].type);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		size_t length = 0;
		if (content_length_parse(lengths[i].text, &length) != lengths[i].ok ||
		    length != lengths[i].length)
			fail_msg("'%s': %zu", lengths[i].text, length);
	}
}

static void figures_for_prometheus(void **state)
{
	static const struct scorer_counts counts = {.requests = 3,
						    .fallbacks_time = 2,
						    .production = "2.0.0",
						    .canary_version = "3.0.0",
						    .canary_percent = 25};
	struct serve_metrics *metrics = calloc(1, sizeof *metrics);
	struct out text = {0};
	const char *p;

	(void)state;
	metrics_count(metrics, "/predict", 200);
	metrics_count(metrics, "/predict", 200);
	metrics_count(metrics, "/else", 404);
	metrics_count(metrics, "/predict", 599);
	metrics_time(metrics, 0.0001);
	metrics_time(metrics, 0.0001001);
	metrics_time(metrics, 99);
	metrics_write(metrics, "a\"b\\c", &counts, true, &text);
	p = out_text(&text);
#define HOLDS(line) assert_non_null(strstr(p, "modelbook_capstone_" line "\n"))
	HOLDS("http_answers_total{path=\"/predict\",status=\"200\"} 2");
	HOLDS("http_answers_total{path=\"other\",status=\"404\"} 1");
	HOLDS("http_answers_total{path=\"/predict\",status=\"0\"} 1");
	HOLDS("predict_seconds_bucket{le=\"0.0001\"} 1");
	HOLDS("predict_seconds_bucket{le=\"0.00025\"} 2");
	HOLDS("predict_seconds_bucket{le=\"2.5\"} 2");
	HOLDS("predict_seconds_bucket{le=\"+Inf\"} 3");
	HOLDS("predict_seconds_count 3");
	HOLDS("fallbacks_total{why=\"time\"} 2");
	HOLDS("version_info{model=\"a\\\"b\\\\c\",role=\"canary\",version=\"3.0.0\"} 1");
	HOLDS("canary_share 0.25");
	/* Each name has one # HELP and one # TYPE, in front of its values. */
	for (const char *line = p; *line; line = strchr(line, '\n') + 1)
		if (*line != '#' && strncmp(line, "modelbook_capstone_", 19))
			fail_msg("%.60s", line);
	out_clear(&text);
	metrics_write(metrics, "x", NULL, false, &text);
	assert_non_null(strstr(out_text(&text), "modelbook_capstone_ready 0\n"));
	out_release(&text);
	free(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refused_with_every_reason),
	    cmocka_unit_test(taken),
	    cmocka_unit_test(many_and_deep),
	    cmocka_unit_test(schema_is_json),
	    cmocka_unit_test(hosts),
	    cmocka_unit_test(content_types_and_lengths),
	    cmocka_unit_test(figures_for_prometheus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
