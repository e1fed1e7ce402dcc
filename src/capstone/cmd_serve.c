/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_serve.c - `serve`: answers over HTTP until it is told to stop */
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/pipeline.h"
#include "capstone/serve.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char help[] =
    "Usage: modelbook-capstone serve PLAN --dir DIR [OPTION]…\n\n"
    "Answers POST /predict by the versions that DIR/deployment.yaml names, and writes each answer\n"
    "into DIR/predictions.csv before it is given. GET /health, /ready, /metrics and /schema say\n"
    "how it is and what a request must hold. SIGTERM and SIGINT end it: what has begun is\n"
    "answered.\n\n"
    "  --dir DIR         deployment.yaml, VERSION.model.json, predictions.csv, rollbacks.csv\n"
    "  --port N          port, 0 for any that is free (8080)\n"
    "  --bind ADDRESS    address in digits (127.0.0.1); there is no password and no encryption\n"
    "  --host NAME…      a name that requests may ask for beside localhost\n"
    "  --threads N       threads (one for each processor)\n"
    "  --history FILE    CSV of events with labels: what was known before the log began\n"
    "  --sync            each line of the log is on the disk before its answer\n"
    "  --drill FILE      for exercises: while FILE has a line `VERSION fail` or `VERSION slow "
    "MS`,\n"
    "                    the version gives no score, or takes so long\n\n"
    "Exit status: 0 ended as told; 1 the plan has faults; 2 it could not be done.\n";

struct serve_wish {
	const char *plan, *dir, *port, *bind, *threads, *history, *drill;
	const char **hosts;
	bool sync;
};

/* -- drills ----------------------------------------------------------------------------------- */

static void sleep_ms(double ms)
{
	struct timespec pause = {.tv_sec = (time_t)(ms / 1000)};

	pause.tv_nsec = (long)((ms - (double)pause.tv_sec * 1000) * 1e6);
	nanosleep(&pause, NULL);
}

static bool drill(void *ctx, const char *version)
{
	FILE *file = fopen(ctx, "re");
	char name[65], what[8];
	bool fails = false;

	if (!file)
		return false;
	while (fscanf(file, "%64s %7s", name, what) == 2) {
		double ms = 0;
		bool meant = !strcmp(name, version);
		if (!strcmp(what, "slow") && fscanf(file, "%lf", &ms) == 1 && meant && ms > 0 &&
		    ms < 60000)
			sleep_ms(ms);
		fails |= meant && !strcmp(what, "fail");
	}
	fclose(file);
	return fails;
}

/* -- the run ---------------------------------------------------------------------------------- */

static struct scorer *open_scorer(struct arena *mem, const struct serve_wish *wish,
				  const struct plan *plan, const struct serving_plan *serving,
				  struct diag_sink *diags)
{
	struct scorer_options options = {
	    .plan = plan,
	    .dir = wish->dir,
	    .breaker_failures = serving->breaker_failures,
	    .breaker_pause_ms = serving->breaker_pause_ms,
	    .time_limit_ms = serving->time_limit_ms,
	    .rule_threshold = serving->rule_threshold,
	    .max_entities = serving->entities,
	    .rollback = &serving->rollback,
	    .sync = wish->sync,
	    .fails = wish->drill ? drill : NULL,
	    .fails_ctx = (void *)(uintptr_t)wish->drill,
	};
	struct ingest ingest;

	if (wish->history) {
		if (!events_read(mem, plan, wish->history, &ingest, diags))
			return NULL;
		options.history = &ingest.events;
	}
	return scorer_open(&options, diags);
}

/* Waits for the end; looks after slow clients meanwhile. */
static void wait_for_end(struct service *service, const sigset_t *signals)
{
	const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};

	while (sigtimedwait(signals, NULL, &pause) < 0)
		service_tick(service);
}

static void say_where(const struct service *service, const struct plan *plan, const char *address)
{
	bool six = strchr(address, ':');

	printf("serving %s on http://%s%s%s:%u\n", plan->id, six ? "[" : "", address,
	       six ? "]" : "", service_port(service));
	fflush(stdout);
	if (!service_is_local(service))
		fprintf(stderr,
			"modelbook-capstone serve: warning: %s can be reached from other machines; "
			"anyone there may ask for predictions and read /metrics, for there is no "
			"password and no encryption\n",
			address);
}

/* A connection is a descriptor; those for the log, for models and for deployment.yaml must never be
 * what is lacking. */
static void make_room(struct serving_plan *serving)
{
	enum { OTHERS = 128, LEAST = 16 };
	const rlim_t wanted = serving->connections + OTHERS;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= wanted)
		return;
	files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
	if (setrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= wanted)
		return;
	serving->connections =
	    files.rlim_cur > OTHERS + LEAST ? (unsigned)files.rlim_cur - OTHERS : LEAST;
	fprintf(stderr,
		"modelbook-capstone serve: warning: the machine allows %ju open files; at most %u "
		"connections are taken\n",
		(uintmax_t)files.rlim_cur, serving->connections);
}

/* Findings that do not keep it from serving: a version that cannot be loaded. */
static int run(struct arena *mem, const struct serve_wish *wish, long port, long threads,
	       struct diag_sink *diags)
{
	enum { DRAIN_SECONDS = 30 };
	struct source *file = input_read(mem, wish->plan, PLAN_FILE_MAX, diags);
	const struct plan *plan = file ? plan_read(mem, file, diags) : NULL;
	struct serving_plan serving;
	struct service_options options = {.plan = plan,
					  .serving = &serving,
					  .address = wish->bind,
					  .port = (uint16_t)port,
					  .threads = (unsigned)threads,
					  .hosts = wish->hosts};
	struct service *service;
	struct scorer *scorer;
	sigset_t signals;
	int status;

	if (!plan || !serving_plan_read(mem, file, &serving, diags)) {
		status = command_findings(diags);
		return status == EXIT_CLEAN ? EXIT_FINDINGS : status; /* an unknown key, too */
	}
	make_room(&serving);
	while (wish->hosts[options.n_hosts])
		options.n_hosts++;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a log that may not grow any more is an error of write() */
	service = service_start(&options, diags);
	if (!service)
		return command_findings(diags);
	say_where(service, plan, wish->bind);
	scorer = open_scorer(mem, wish, plan, &serving, diags);
	status = command_findings(diags);
	if (scorer) {
		service_begin(service, scorer);
		printf("ready\n");
		fflush(stdout);
		wait_for_end(service, &signals);
		status = EXIT_CLEAN;
	}
	service_stop(service, DRAIN_SECONDS);
	scorer_close(scorer);
	return scorer ? status : EXIT_CANNOT;
}

int command_serve(int argc, char **argv)
{
	const char *hosts[17] = {0};
	struct serve_wish wish = {.bind = "127.0.0.1", .hosts = hosts};
	const struct command_option options[] = {{"--dir", &wish.dir, NULL, NULL},
						 {"--port", &wish.port, NULL, NULL},
						 {"--bind", &wish.bind, NULL, NULL},
						 {"--host", NULL, NULL, &wish.hosts},
						 {"--threads", &wish.threads, NULL, NULL},
						 {"--history", &wish.history, NULL, NULL},
						 {"--sync", NULL, &wish.sync, NULL},
						 {"--drill", &wish.drill, NULL, NULL},
						 {NULL, NULL, NULL, NULL}};
	long port = 8080, threads = 0;
	struct diag_sink diags;
	struct arena mem;
	int status;

	if (!command_line_parse(argc, argv, options, 1, 1, &wish.plan, help, &status))
		return status;
	if (!wish.dir) {
		fputs("modelbook-capstone serve: --dir is needed\n", stderr);
		return EXIT_CANNOT;
	}
	if (!command_line_number("serve", "--port", wish.port, 0, 65535, &port) ||
	    !command_line_number("serve", "--threads", wish.threads, 1, 64, &threads))
		return EXIT_CANNOT;
	arena_init(&mem);
	diag_init(&diags, &mem);
	status = run(&mem, &wish, port, threads, &diags);
	arena_release(&mem);
	return status;
}
