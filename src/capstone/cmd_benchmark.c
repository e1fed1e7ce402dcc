/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_benchmark.c - `benchmark`: what models and service cost on this machine */
#include "base/date.h"
#include "base/path.h"
#include "base/status.h"
#include "capstone/benchmark.h"
#include "capstone/capstone.h"
#include "capstone/child.h"
#include "capstone/command_line.h"
#include "capstone/deployment.h"
#include "capstone/pipeline.h"
#include "capstone/records.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char help[] =
    "Usage: modelbook-capstone benchmark PLAN DATA.csv --models DIR --out DIR [OPTION]…\n"
    "       modelbook-capstone benchmark PLAN --memory FILE.model.json\n\n"
    "Measures what each DIR/VERSION.model.json costs: time of training, of one row and of a\n"
    "batch, memory, size; and what `serve` stands under load by wrk, where that is installed.\n"
    "Writes records of kind benchmark and load_test. Times differ at each run, so nothing else\n"
    "belongs into the folder of --out.\n\n"
    "  --models DIR      VERSION.model.json\n"
    "  --out DIR         PLAN-VERSION-benchmark.yaml, PLAN-VERSION-load.yaml\n"
    "  --repetitions N   of each training (5)\n"
    "  --load SECONDS    of load for each version, 0 for none (10)\n"
    "  --connections N   open at once under load (16)\n"
    "  --date DAY        of the records, YYYY-MM-DD (today, or that of SOURCE_DATE_EPOCH)\n"
    "  --memory FILE     prints the most memory, in bytes, of a process that scores one batch\n\n"
    "Exit status: 0 done; 1 an input has faults; 2 it could not be done.\n";

enum { BATCH = 1000 };

/* What the system design promises. */
static const struct cost_limits LIMITS = {.latency_p95_ms = 1,
					  .memory_mb = 256,
					  .rows_per_second = 10000,
					  .load_p95_ms = 50,
					  .peak_requests_per_second = 50};

struct benchmark_wish {
	const char *plan, *data, *models, *out, *repetitions, *load, *connections, *memory, *date;
	int32_t day;
	long n_repetitions, load_seconds, n_connections;
};

/* -- memory of one model ---------------------------------------------------------------------- */

static bool say_memory(struct arena *mem, const struct benchmark_wish *wish,
		       struct diag_sink *diags)
{
	struct source *plan_file = input_read(mem, wish->plan, PLAN_FILE_MAX, diags);
	const struct plan *plan = plan_file ? plan_read(mem, plan_file, diags) : NULL;
	struct source *file = plan ? input_read(mem, wish->memory, MODEL_FILE_MAX, diags) : NULL;
	struct model *model = file ? model_read(plan, file, NULL, diags) : NULL;
	struct feature_list list;
	struct matrix rows;
	double *scores;

	if (!model)
		return false;
	list = feature_list_of(mem, plan);
	rows = (struct matrix){.n = BATCH, .n_features = list.n, .features = &list};
	rows.values = arena_new(mem, double, BATCH *list.n);
	scores = arena_new(mem, double, BATCH);
	model_score_rows(model, &rows, scores, NULL);
	model_free(model);
	printf("%" PRIu64 "\n", resident_most(0));
	return true;
}

/* -- the whole -------------------------------------------------------------------------------- */

static const char *command_of(struct arena *mem, const struct benchmark_wish *wish)
{
	return arena_printf(mem,
			    "modelbook-capstone benchmark %s %s --models DIR --out DIR "
			    "--repetitions %ld --load %ld --connections %ld",
			    path_base(wish->plan), path_base(wish->data), wish->n_repetitions,
			    wish->load_seconds, wish->n_connections);
}

static void measure_memory(struct benchmark *benchmark, const struct benchmark_wish *wish)
{
	char file[512];

	for (size_t i = 0; i < benchmark->n_models; i++) {
		snprintf(file, sizeof file, "%s/%s.model.json", wish->models,
			 benchmark->models[i].version);
		benchmark->models[i].resident_bytes =
		    benchmark_memory("/proc/self/exe", wish->plan, file);
	}
}

static void measure_load(struct arena *mem, const struct prepared *prepared,
			 struct benchmark *benchmark, const struct benchmark_wish *wish)
{
	const struct load_options options = {.program = "/proc/self/exe",
					     .plan = wish->plan,
					     .threads = 1,
					     .connections = (unsigned)wish->n_connections,
					     .seconds = (unsigned)wish->load_seconds};

	if (!wish->load_seconds)
		return;
	benchmark->loads = arena_new(mem, struct load_cost, benchmark->n_models);
	for (size_t i = 0; i < benchmark->n_models && !benchmark->load_absent; i++)
		if (benchmark_load(prepared, wish->models, benchmark->models[i].version, &options,
				   &benchmark->loads[benchmark->n_loads], &benchmark->load_absent))
			benchmark->n_loads++;
	if (benchmark->load_absent)
		fprintf(stderr, "modelbook-capstone benchmark: no load test: %s\n",
			benchmark->load_absent);
}

static bool write_records(const struct plan *plan, const struct benchmark *benchmark,
			  const char *dir, int32_t day, struct diag_sink *diags)
{
	struct out text = {0};
	char name[256];
	bool ok = true;

	for (size_t i = 0; i < benchmark->n_models && ok; i++) {
		out_clear(&text);
		benchmark_record(plan, benchmark, &benchmark->models[i], &LIMITS, day, &text);
		snprintf(name, sizeof name, "%s-%s-benchmark.yaml", plan->id,
			 benchmark->models[i].version);
		ok = record_write(dir, name, &text, diags);
	}
	for (size_t i = 0; i < benchmark->n_loads && ok; i++) {
		out_clear(&text);
		load_record(plan, benchmark, &benchmark->loads[i], &LIMITS, day, &text);
		snprintf(name, sizeof name, "%s-%s-load.yaml", plan->id,
			 benchmark->loads[i].version);
		ok = record_write(dir, name, &text, diags);
	}
	out_release(&text);
	return ok;
}

static void print(const struct benchmark *benchmark)
{
	printf("%s, %u cores, %s\n", benchmark->machine.cpu, benchmark->machine.cores,
	       benchmark->machine.kernel);
	printf("%zu events prepared in %.2f s; features of one: p50 %.4f ms, p99 %.4f ms\n",
	       benchmark->events, benchmark->prepare_seconds, benchmark->features.p50.value,
	       benchmark->features.p99.value);
	printf("%-10s %-9s %9s %9s %9s %9s %9s %10s %8s %8s %7s\n", "version", "kind", "fit s",
	       "p50 ms", "p95 ms", "p99 ms", "batch ms", "rows/s", "bytes", "numbers", "MB");
	for (size_t i = 0; i < benchmark->n_models; i++) {
		const struct model_cost *cost = &benchmark->models[i];
		printf("%-10s %-9s %9.3f %9.5f %9.5f %9.5f %9.3f %10.0f %8zu %8zu %7.1f\n",
		       cost->version, cost->kind, cost->train_seconds_median,
		       cost->single.p50.value, cost->single.p95.value, cost->single.p99.value,
		       cost->batch.p50.value, cost->rows_per_second, cost->file_bytes,
		       cost->parameter_count, (double)cost->resident_bytes / 1e6);
	}
	for (size_t i = 0; i < benchmark->n_loads; i++) {
		const struct load_cost *load = &benchmark->loads[i];
		printf("%-10s load: %.0f requests/s, p50 %.2f, p95 %.2f, p99 %.2f ms, %" PRIu64
		       " errors of %" PRIu64 ", %.1f MB\n",
		       load->version, load->requests_per_second, load->p50_ms, load->p95_ms,
		       load->p99_ms, load->errors, load->requests,
		       (double)load->resident_bytes / 1e6);
	}
}

static bool measure(struct arena *mem, const struct benchmark_wish *wish, struct diag_sink *diags)
{
	const struct benchmark_options options = {.repetitions = (size_t)wish->n_repetitions,
						  .batch_rows = BATCH};
	struct benchmark benchmark = {.command = command_of(mem, wish)};
	struct source *plan_file = input_read(mem, wish->plan, PLAN_FILE_MAX, diags);
	struct prepared prepared;
	struct timespec begun, ended;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	if (!plan_file || !run_prepare(mem, plan_file, wish->data, &prepared, diags))
		return false;
	clock_gettime(CLOCK_MONOTONIC, &ended);
	benchmark.prepare_seconds =
	    (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
	if (!benchmark_models(mem, &prepared, wish->models, &options, &benchmark, diags))
		return false;
	measure_memory(&benchmark, wish);
	measure_load(mem, &prepared, &benchmark, wish);
	print(&benchmark);
	return write_records(prepared.plan, &benchmark, wish->out, wish->day, diags);
}

/* -- the command line ------------------------------------------------------------------------- */

static bool numbers_of(struct benchmark_wish *wish)
{
	wish->n_repetitions = 5;
	wish->load_seconds = 10;
	wish->n_connections = 16;
	wish->day = date_today();
	if (wish->date && !date_parse(wish->date, strlen(wish->date), &wish->day)) {
		fprintf(stderr,
			"modelbook-capstone benchmark: --date takes a day YYYY-MM-DD, not '%s'\n",
			wish->date);
		return false;
	}
	return command_line_number("benchmark", "--repetitions", wish->repetitions, 1,
				   BENCHMARK_MAX_REPETITIONS, &wish->n_repetitions) &&
	       command_line_number("benchmark", "--load", wish->load, 0, 3600,
				   &wish->load_seconds) &&
	       command_line_number("benchmark", "--connections", wish->connections, 1, 1000,
				   &wish->n_connections);
}

int command_benchmark(int argc, char **argv)
{
	struct benchmark_wish wish = {0};
	const struct command_option options[] = {
	    {"--models", &wish.models, NULL, NULL},           {"--out", &wish.out, NULL, NULL},
	    {"--repetitions", &wish.repetitions, NULL, NULL}, {"--load", &wish.load, NULL, NULL},
	    {"--connections", &wish.connections, NULL, NULL}, {"--date", &wish.date, NULL, NULL},
	    {"--memory", &wish.memory, NULL, NULL},           {0}};
	const char *operands[2] = {0};
	struct arena mem;
	struct diag_sink diags;
	int status;

	if (!command_line_parse(argc, argv, options, 1, 2, operands, help, &status))
		return status;
	wish.plan = operands[0];
	wish.data = operands[1];
	if (!wish.memory && (!wish.data || !wish.models || !wish.out)) {
		fputs("modelbook-capstone benchmark: DATA.csv, --models and --out are needed\n",
		      stderr);
		return EXIT_CANNOT;
	}
	if (!numbers_of(&wish))
		return EXIT_CANNOT;
	arena_init(&mem);
	diag_init(&diags, &mem);
	status = wish.memory ? !say_memory(&mem, &wish, &diags) : !measure(&mem, &wish, &diags);
	status = diags.n ? command_findings(&diags) : status ? EXIT_CANNOT : EXIT_CLEAN;
	arena_release(&mem);
	return status;
}
