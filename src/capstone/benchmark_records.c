/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/benchmark_records.c - costs as records of kind benchmark and load_test */
#include "base/number.h"
#include "capstone/benchmark.h"
#include "capstone/records.h"

static const double MEGABYTE = 1e6;

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

static void begin(struct yaml_writer *w, const char *kind, const struct plan *plan,
		  const char *version, const char *what, int32_t day)
{
	yaml_comment(w, "Measured by modelbook-capstone benchmark; times differ at each run.");
	yaml_text(w, "kind", "%s", kind);
	yaml_text(w, "id", "%s-%s-%s", plan->id, version, what);
	yaml_text(w, "about", "%s@%s", plan->id, version);
	yaml_day(w, "date", day);
}

static void write_points(struct yaml_writer *w, const char *key, const struct latency *latency)
{
	yaml_map(w, key);
	yaml_fixed(w, "p50", latency->p50.value, 6);
	yaml_fixed(w, "p95", latency->p95.value, 6);
	yaml_fixed(w, "p99", latency->p99.value, 6);
	yaml_end(w);
}

static const char *or_unknown(const char *text)
{
	return *text ? text : "not known";
}

static void write_machine(struct yaml_writer *w, const struct machine *machine)
{
	yaml_map(w, "machine");
	yaml_text(w, "processor", "%s", or_unknown(machine->cpu));
	yaml_count(w, "cores", machine->cores);
	if (machine->memory_bytes)
		yaml_fixed(w, "memory_mb", (double)machine->memory_bytes / MEGABYTE, 0);
	yaml_text(w, "system", "%s, built by " COMPILER, or_unknown(machine->kernel));
	yaml_end(w);
}

/* -- what was promised ------------------------------------------------------------------------ */

struct promise {
	const char *key, *words;
	double limit, value;
	bool at_least;
};

static bool is_kept(const struct promise *promise)
{
	return promise->at_least ? promise->value >= promise->limit
				 : promise->value <= promise->limit;
}

static void write_reason(struct yaml_writer *w, const struct promise *promises, size_t n)
{
	char value[NUMBER_TEXT_MAX], limit[NUMBER_TEXT_MAX];
	struct out text = {0};
	bool all = true;

	for (size_t i = 0; i < n; i++) {
		if (!(promises[i].limit > 0))
			continue;
		all = all && is_kept(&promises[i]);
		out_printf(&text, "%s%s %s, %s %s", text.n ? "; " : "", promises[i].words,
			   number_significant(value, promises[i].value, 4),
			   promises[i].at_least ? "at least" : "at most",
			   number_significant(limit, promises[i].limit, 4));
	}
	yaml_text(w, "result", "%s", all ? "pass" : "fail");
	yaml_text(w, "reason", "%s.", out_text(&text));
	out_release(&text);
}

static bool any_limit(const struct promise *promises, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (promises[i].limit > 0)
			return true;
	return false;
}

static void write_limits(struct yaml_writer *w, const struct promise *promises, size_t n)
{
	if (!any_limit(promises, n))
		return;
	yaml_map(w, "limits");
	for (size_t i = 0; i < n; i++)
		if (promises[i].limit > 0)
			yaml_number(w, promises[i].key, promises[i].limit);
	yaml_end(w);
	write_reason(w, promises, n);
}

/* -- the records ------------------------------------------------------------------------------ */

static void write_training(struct yaml_writer *w, const struct model_cost *cost)
{
	yaml_count(w, "repetitions", cost->repetitions);
	yaml_map(w, "training_seconds");
	yaml_fixed(w, "median", cost->train_seconds_median, 4);
	yaml_fixed(w, "min", cost->train_seconds[0], 4);
	yaml_fixed(w, "max", cost->train_seconds[cost->repetitions - 1], 4);
	yaml_end(w);
	yaml_count(w, "training_rows", cost->train_rows);
}

void benchmark_record(const struct plan *plan, const struct benchmark *benchmark,
		      const struct model_cost *cost, const struct cost_limits *limits, int32_t day,
		      struct out *to)
{
	struct yaml_writer w = {.to = to};
	const double memory = (double)cost->resident_bytes / MEGABYTE;
	const struct promise promises[] = {
	    {"latency_p95_ms", "p95 of one row in ms:", limits->latency_p95_ms,
	     cost->single.p95.value, false},
	    {"memory_mb", "megabytes:", limits->memory_mb, memory, false},
	    {"rows_per_second", "rows per second:", limits->rows_per_second, cost->rows_per_second,
	     true}};

	begin(&w, "benchmark", plan, cost->version, "benchmark", day);
	write_machine(&w, &benchmark->machine);
	yaml_texts(&w, "commands", &benchmark->command, 1);
	write_training(&w, cost);
	yaml_map(&w, "latency_ms");
	write_points(&w, "single", &cost->single);
	write_points(&w, "batch", &cost->batch);
	yaml_end(&w);
	yaml_count(&w, "batch_rows", cost->batch_rows);
	yaml_fixed(&w, "rows_per_second", cost->rows_per_second, 0);
	yaml_fixed(&w, "memory_mb", memory, 1);
	yaml_count(&w, "model_bytes", cost->file_bytes);
	yaml_count(&w, "parameter_count", cost->parameter_count);
	write_limits(&w, promises, sizeof promises / sizeof *promises);
	yaml_text(&w, "notes",
		  "One thread. One row is the mean of 16 in a row; a tenth more ran before, "
		  "uncounted. Features of one event, in the walk: median %.4f ms, p99 %.4f ms. "
		  "Memory is that of a process that scores one batch. Training is the fit on the "
		  "plan's split, with its calibrator.",
		  benchmark->features.p50.value, benchmark->features.p99.value);
}

void load_record(const struct plan *plan, const struct benchmark *benchmark,
		 const struct load_cost *load, const struct cost_limits *limits, int32_t day,
		 struct out *to)
{
	struct yaml_writer w = {.to = to};
	const struct machine *machine = &benchmark->machine;
	const double errors = (double)load->errors / (double)load->requests;
	const double peak = limits->peak_requests_per_second;
	const struct promise promises[] = {
	    {NULL, "p95 in ms:", limits->load_p95_ms, load->p95_ms, false},
	    {NULL, "requests per second:", 2 * peak, load->requests_per_second, true},
	    {NULL, "share of errors:", 0.01, errors, false}};

	begin(&w, "load_test", plan, load->version, "load", day);
	yaml_text(&w, "environment",
		  "%s, %u cores, %s; the service and wrk on the same machine, over loopback.",
		  or_unknown(machine->cpu), machine->cores, or_unknown(machine->kernel));
	yaml_number(&w, "expected_peak_rps", peak);
	yaml_fixed(&w, "tested_rps", load->requests_per_second, 0);
	yaml_fixed(&w, "duration_minutes", load->seconds / 60, 3);
	yaml_count(&w, "requests", load->requests);
	yaml_fixed(&w, "error_rate", errors, 6);
	yaml_map(&w, "latency");
	yaml_fixed(&w, "p50", load->p50_ms, 3);
	yaml_fixed(&w, "p90", load->p90_ms, 3);
	yaml_fixed(&w, "p95", load->p95_ms, 3);
	yaml_fixed(&w, "p99", load->p99_ms, 3);
	yaml_fixed(&w, "mean", load->mean_ms, 3);
	yaml_fixed(&w, "max", load->max_ms, 3);
	yaml_end(&w);
	yaml_number(&w, "latency_limit_p95_ms", limits->load_p95_ms);
	yaml_fixed(&w, "memory_mb", (double)load->resident_bytes / MEGABYTE, 1);
	write_reason(&w, promises, sizeof promises / sizeof *promises);
	yaml_text(&w, "notes",
		  "%s, %u connections that each ask again as soon as they are answered; the rate "
		  "is what the service reached, not what it was held to.",
		  load->command, load->connections);
}
