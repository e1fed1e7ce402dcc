/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/benchmark.h - what models and service cost: time, memory, size, on a named machine
 *
 * Times come from the monotonic clock. One call of a model takes less than the clock can tell well,
 * so a time of "one row" is that of 16 rows in a row, by 16: its percentiles are those of such
 * means. Memory is the most that a process of its own has held (VmHWM). Nothing here goes into a
 * file that must be the same at each run: only into measured/. */
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
	size_t repetitions;                              /* of the training */
	double train_seconds[BENCHMARK_MAX_REPETITIONS]; /* ascending */
	double train_seconds_median;                     /* NAN where it was not measured */
	struct latency single;                           /* milliseconds for one row */
	size_t batch_rows;
	struct latency batch;   /* milliseconds for one batch */
	double rows_per_second; /* batch_rows by the median of `batch` */
	size_t file_bytes, parameter_count;
	uint64_t resident_bytes; /* of a process that reads the plan and the file and scores a
				    batch; 0: not measured */
};

/* Load on `serve` with one version in production, by wrk on the same machine. */
struct load_cost {
	const char *version;
	char command[256]; /* as it was run, with PORT */
	unsigned threads, connections;
	double seconds;            /* that it took */
	uint64_t requests, errors; /* errors: answers other than 2xx and 3xx, and of sockets */
	double requests_per_second;
	double p50_ms, p90_ms, p95_ms, p99_ms, mean_ms, max_ms;
	uint64_t resident_bytes; /* the most that the service held */
};

struct benchmark {
	struct machine machine;
	const char *command; /* "modelbook-capstone benchmark …", without folders */
	size_t events;
	double prepare_seconds;  /* ingest, features, split, leakage, once */
	struct latency features; /* milliseconds to take and add one event in the walk */
	struct model_cost *models;
	size_t n_models;
	struct load_cost *loads;
	size_t n_loads;
	const char *load_absent; /* why n_loads is 0: "wrk cannot be run"; NULL */
};

struct benchmark_options {
	size_t repetitions;    /* of each training; 0: 5 */
	size_t single_samples; /* 0: 20,000 */
	size_t batch_rows;     /* 0: 1,000 */
	size_t batch_samples;  /* 0: 400 */
};
/* Fills events, features, models: each VERSION.model.json in `dir`, by version. Kinds are fitted on
 * the plan's split for their time, once for all versions of a kind. False with findings. Lives in
 * `mem`. */
bool benchmark_models(struct arena *mem, const struct prepared *prepared, const char *dir,
		      const struct benchmark_options *options, struct benchmark *benchmark,
		      struct diag_sink *diags);
/* The most that a process holds that runs `program` benchmark PLAN --memory FILE; 0 where it could
 * not be run. */
uint64_t benchmark_memory(const char *program, const char *plan, const char *file);

/* -- load: benchmark_load.c -------------------------------------------------------------------
 */

struct load_options {
	const char *program; /* that has `serve` */
	const char *plan;    /* path */
	unsigned threads, connections, seconds;
};
/* Has `program` serve the version of dir/VERSION.model.json, alone in production, from a folder of
 * its own under $TMPDIR (else /tmp), and wrk ask it by events of the data. False with *why (static
 * text). */
bool benchmark_load(const struct prepared *prepared, const char *dir, const char *version,
		    const struct load_options *options, struct load_cost *load, const char **why);
/* The Lua script by which wrk posts these bodies in turn and says its figures. */
void load_script_write(const char *const *bodies, size_t n, struct out *to);
/* What the script said, in wrk's output. False where it is not there or makes no sense. */
bool load_parse(const char *text, struct load_cost *load);
/* The body of a request for an event: everything but its time. */
void load_body_write(const struct events *events, size_t row, struct out *to);

/* -- records: benchmark_records.c -------------------------------------------------------------
 */

/* What was promised (system design); 0: nothing. */
struct cost_limits {
	double latency_p95_ms, memory_mb, rows_per_second; /* of a model in the process */
	double load_p95_ms, peak_requests_per_second;      /* of the service */
};
/* Records of kind benchmark and load_test, ids PLAN-VERSION-benchmark and PLAN-VERSION-load, of
 * `day`. */
void benchmark_record(const struct plan *plan, const struct benchmark *benchmark,
		      const struct model_cost *cost, const struct cost_limits *limits, int32_t day,
		      struct out *to);
void load_record(const struct plan *plan, const struct benchmark *benchmark,
		 const struct load_cost *load, const struct cost_limits *limits, int32_t day,
		 struct out *to);
#endif
