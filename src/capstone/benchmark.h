/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/benchmark.h - what models and service cost: time, memory, size, on a named machine
 *
 * Times come from the monotonic clock. One call of a model takes less than the clock can tell well,
 * so a time of "one row" is that of 16 rows in a row, by 16: its percentiles are those of such
 * means. Memory is what the process holds (VmRSS), less what it held before. Nothing here goes into
 * a file that must be the same at each run: only into measured/. */
#ifndef CAPSTONE_BENCHMARK_H
#define CAPSTONE_BENCHMARK_H

#include "capstone/run.h"
#include "measure/figures.h"

enum { BENCHMARK_MAX_REPETITIONS = 32 };

struct machine {
	char cpu[128];    /* "AMD EPYC 7B13"; "" where it is not known */
	char kernel[128]; /* "Linux 6.1.0-18-amd64 x86_64"; no host name */
	unsigned cores;   /* that this process may use */
	uint64_t memory_bytes;
};
struct machine machine_read(void);

struct model_cost {
	const char *version; /* as in the file's name, VERSION.model.json */
	const char *kind;    /* model_facts.kind_name */
	size_t train_rows;
	size_t repetitions; /* of the training */
	double train_seconds[BENCHMARK_MAX_REPETITIONS];
	double train_seconds_median; /* NAN where it was not measured */
	struct latency single;       /* milliseconds for one row */
	size_t batch_rows;
	struct latency batch;   /* milliseconds for one batch */
	double rows_per_second; /* batch_rows by the median of `batch` */
	size_t file_bytes, parameter_count;
	uint64_t resident_bytes; /* by which reading the file makes the process larger */
};

/* Load on `serve`, by wrk. */
struct load_cost {
	char command[256]; /* as it was run, URL on loopback */
	unsigned threads, connections, seconds;
	uint64_t requests, errors; /* errors: answers other than 2xx and 3xx, and of sockets */
	double requests_per_second;
	double p50_ms, p75_ms, p90_ms, p99_ms;
};

struct benchmark {
	struct machine machine;
	char command[256]; /* "modelbook-capstone benchmark payments.yaml payments.csv …" */
	size_t events;
	double prepare_seconds;       /* ingest, features, split, leakage, once */
	struct latency features;      /* milliseconds to take and add one event in the walk */
	uint64_t resident_bytes_peak; /* VmHWM of the whole process */
	struct model_cost *models;
	size_t n_models;
	struct load_cost *loads; /* none where wrk or the service is not there */
	size_t n_loads;
	const char *load_absent; /* why n_loads is 0: "wrk is not installed"; NULL */
};

struct benchmark_options {
	size_t repetitions;    /* of each training; 0: 5 */
	size_t single_samples; /* 0: 20,000 */
	size_t batch_rows;     /* 0: 1,000 */
	size_t batch_samples;  /* 0: 400 */
};
/* Measures each model of `files` (VERSION.model.json in `dir`): those whose kind the plan can fit
 * are fitted again for their time. False with findings. Lives in `mem`. */
bool benchmark_models(struct arena *mem, const struct prepared *prepared, const char *dir,
		      const struct benchmark_options *options, struct benchmark *benchmark,
		      struct diag_sink *diags);

/* Runs wrk against http://127.0.0.1:port/predict with the body that the Lua script `script` (a
 * path) sends. False with *why (static text) where wrk is not there or said nothing that can be
 * read. */
bool benchmark_load(const char *script, unsigned port, unsigned threads, unsigned connections,
		    unsigned seconds, struct load_cost *load, const char **why);
/* wrk's output made figures; for benchmark_load() and its test. */
bool load_parse(const char *text, size_t n, struct load_cost *load);
/* The Lua script that posts these bodies in turn. */
void load_script_write(const char *const *bodies, size_t n, struct out *to);
#endif
