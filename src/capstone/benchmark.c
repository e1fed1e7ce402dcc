/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/benchmark.c - what models cost: time, memory, size, on a named machine */
#include "capstone/benchmark.h"
#include "base/file.h"
#include "base/text.h"
#include "capstone/child.h"
#include "capstone/deployment.h"
#include "measure/latency.h"
#include "measure/sort.h"
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { TOGETHER = 16 }; /* calls between two looks at the clock */
static const char SUFFIX[] = ".model.json";

/* -- the machine ------------------------------------------------------------------------------ */

static void read_cpu(char *cpu, size_t room)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[512];

	while (file && fgets(line, sizeof line, file))
		if (!strncmp(line, "model name", 10) && strchr(line, ':')) {
			const char *name = strchr(line, ':') + 1;
			name += strspn(name, " \t");
			snprintf(cpu, room, "%.*s", (int)strcspn(name, "\n"), name);
			break;
		}
	if (file)
		fclose(file);
}

struct machine machine_read(void)
{
	struct machine machine = {.cores = 1};
	struct utsname name;
	cpu_set_t set;
	long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);

	read_cpu(machine.cpu, sizeof machine.cpu);
	if (!uname(&name)) /* its third part, the host's name, is left out */
		snprintf(machine.kernel, sizeof machine.kernel, "%.30s %.60s %.30s", name.sysname,
			 name.release, name.machine);
	if (!sched_getaffinity(0, sizeof set, &set))
		machine.cores = (unsigned)CPU_COUNT(&set);
	if (pages > 0 && bytes > 0)
		machine.memory_bytes = (uint64_t)pages * (uint64_t)bytes;
	return machine;
}

/* -- times ------------------------------------------------------------------------------------ */

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* What is computed must be used, or a compiler may leave it out. */
static volatile double used;

static const double *row_of(const struct matrix *rows, size_t i)
{
	return rows->values + i % rows->n * rows->n_features;
}

/* `samples` times of `together` rows in a row, by `by`. The first tenth warms up. */
static struct latency time_rows(struct arena *scratch, const struct model *model,
				const struct matrix *rows, size_t samples, size_t together,
				double by)
{
	double *times = arena_new(scratch, double, samples);
	size_t at = 0, warm = samples / 10 + 1;

	for (size_t i = 0; i < warm + samples; i++) {
		double begun = now_ms(), sum = 0;
		for (size_t k = 0; k < together; k++)
			sum += model_score(model, row_of(rows, at++));
		used = sum;
		if (i >= warm)
			times[i - warm] = (now_ms() - begun) / by;
	}
	return latency_measure(scratch, times, samples);
}

/* The walk over all events, as serving has it: take, then add. */
static struct latency time_features(struct arena *scratch, const struct events *events,
				    const struct feature_list *list)
{
	struct feature_walk *walk = feature_walk_new(events->plan, NULL);
	double *out = arena_new(scratch, double, list->n);
	double *times = arena_new(scratch, double, events->n / TOGETHER);
	size_t n = 0;

	for (size_t first = 0; first + TOGETHER <= events->n; first += TOGETHER) {
		double begun = now_ms();
		for (size_t i = first; i < first + TOGETHER; i++) {
			const double *values = events->values + i * events->plan->n_fields;
			feature_walk_take(walk, events->entity[i], events->time[i], values, out);
			feature_walk_add(walk, events->entity[i], events->time[i], values,
					 events->label[i], events->label_at[i]);
		}
		times[n++] = (now_ms() - begun) / TOGETHER;
	}
	feature_walk_free(walk);
	return latency_measure(scratch, times, n);
}

/* -- training --------------------------------------------------------------------------------- */

struct training_time {
	bool measured;
	size_t rows, n;
	double seconds[BENCHMARK_MAX_REPETITIONS], median;
};

static size_t at_least_one(size_t n, size_t otherwise, size_t most)
{
	n = n ? n : otherwise;
	return n < most ? n : most;
}

static bool time_training(struct arena *scratch, const struct prepared *prepared,
			  enum model_kind kind, size_t repetitions, struct training_time *time,
			  struct diag_sink *diags)
{
	const struct split *split = &prepared->split;
	struct matrix train =
	    matrix_subset(scratch, &prepared->features, split_keep(scratch, split, PART_TRAIN));
	struct matrix calibration = matrix_subset(scratch, &prepared->features,
						  split_keep(scratch, split, PART_CALIBRATION));

	*time = (struct training_time){.measured = true, .rows = train.n};
	for (; time->n < repetitions; time->n++) {
		double begun = now_ms();
		struct model *model = model_train(kind, prepared->plan, &train, &calibration,
						  prepared->plan->seed, diags);
		if (!model)
			return false;
		time->seconds[time->n] = (now_ms() - begun) / 1e3;
		model_free(model);
	}
	sort_numbers(time->seconds, time->n, scratch);
	time->median = (time->seconds[(time->n - 1) / 2] + time->seconds[time->n / 2]) / 2;
	return true;
}

/* -- all models of a folder ------------------------------------------------------------------- */

static bool list_versions(struct arena *mem, const char *dir, struct benchmark *benchmark,
			  struct diag_sink *diags)
{
	struct file_list files = {0};
	int root = file_open_root(dir);

	if (root < 0 || file_walk(mem, root, "", &files) != ST_OK) {
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s': no folder of models", dir);
		if (root >= 0)
			close(root);
		return false;
	}
	close(root);
	benchmark->models = arena_new(mem, struct model_cost, files.n);
	for (size_t i = 0; i < files.n; i++) {
		const char *path = files.items[i].path, *version;
		if (!text_ends_with(path, SUFFIX))
			continue;
		version = arena_strndup(mem, path, strlen(path) - strlen(SUFFIX));
		if (version_is_valid(version))
			benchmark->models[benchmark->n_models++].version = version;
	}
	if (!benchmark->n_models)
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s': holds no VERSION%s", dir,
			 SUFFIX);
	return benchmark->n_models > 0;
}

static bool measure_model(struct arena *scratch, const struct prepared *prepared, const char *dir,
			  const struct benchmark_options *options, struct training_time *trained,
			  struct model_cost *cost, struct diag_sink *diags)
{
	char hex[SHA256_HEX];
	struct source *file = model_file_read(scratch, dir, cost->version, hex, diags);
	struct model *model = file ? model_read(prepared->plan, file, hex, diags) : NULL;
	struct model_facts facts;
	struct training_time *time;

	if (!model)
		return false;
	facts = model_facts(model);
	cost->kind = facts.kind_name;
	cost->file_bytes = file->len;
	cost->parameter_count = facts.parameter_count;
	cost->batch_rows = at_least_one(options->batch_rows, 1000, 1000000);
	cost->single =
	    time_rows(scratch, model, &prepared->features,
		      at_least_one(options->single_samples, 20000, 10000000), TOGETHER, TOGETHER);
	cost->batch =
	    time_rows(scratch, model, &prepared->features,
		      at_least_one(options->batch_samples, 400, 1000000), cost->batch_rows, 1);
	cost->rows_per_second = (double)cost->batch_rows / cost->batch.p50.value * 1e3;
	model_free(model);
	time = &trained[facts.kind];
	if (!time->measured &&
	    !time_training(scratch, prepared, facts.kind,
			   at_least_one(options->repetitions, 5, BENCHMARK_MAX_REPETITIONS), time,
			   diags))
		return false;
	cost->train_rows = time->rows;
	cost->repetitions = time->n;
	memcpy(cost->train_seconds, time->seconds, sizeof time->seconds);
	cost->train_seconds_median = time->median;
	return true;
}

bool benchmark_models(struct arena *mem, const struct prepared *prepared, const char *dir,
		      const struct benchmark_options *options, struct benchmark *benchmark,
		      struct diag_sink *diags)
{
	struct training_time trained[MODEL_BOOSTED + 1] = {0};
	struct arena scratch;
	bool ok = list_versions(mem, dir, benchmark, diags);

	if (!ok)
		return false;
	if (!prepared->features.n) {
		diag_add(diags, RULE_DATA_SCHEMA, (struct span){0}, "there is no row to score");
		return false;
	}
	arena_init(&scratch);
	benchmark->machine = machine_read();
	benchmark->events = prepared->ingest.events.n;
	benchmark->features = time_features(&scratch, &prepared->ingest.events, &prepared->list);
	for (size_t i = 0; i < benchmark->n_models && ok; i++)
		ok = measure_model(&scratch, prepared, dir, options, trained, &benchmark->models[i],
				   diags);
	arena_release(&scratch);
	return ok;
}

uint64_t benchmark_memory(const char *program, const char *plan, const char *file)
{
	const char *const argv[] = {program, "benchmark", plan, "--memory", file, NULL};
	struct child child;
	struct out said = {0};
	uint64_t bytes = 0;

	if (!child_start(argv, &child))
		return 0;
	if (child_read(&child, true, 60, &said))
		bytes = strtoull(out_text(&said), NULL, 10);
	if (!child_end(&child, false, 10))
		bytes = 0;
	out_release(&said);
	return bytes;
}
