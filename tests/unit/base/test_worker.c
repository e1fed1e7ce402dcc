/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/base/test_worker.c - base/worker.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/worker.h"
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
/* A sanitizer's allocator ends the process itself, with a code and after a time of its own, where
 * malloc() of the C library hands back NULL or aborts. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { OTHER_ALLOCATOR = 1 };
#else
enum { OTHER_ALLOCATOR = 0 };
#endif

static const struct worker_limits LIMITS = {
    .cpu_ms = 300, .memory = (size_t)64 << 20, .output = (size_t)1 << 20};

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void assert_no_children(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Hands back the item's number, item % 7 times. */
static void write_number(void *ctx, size_t item, struct worker_output *out)
{
	const uint32_t *factor = ctx;
	uint32_t value = (uint32_t)item * *factor;
	for (size_t i = 0; i < item % 7; i++)
		assert_true(worker_write(out, &value, sizeof value));
}

static void every_item_has_its_result(void **state)
{
	const struct {
		size_t n, jobs;
	} t[] = {{0, 2}, {1, 0}, {1, 1}, {1, 8}, {2, 2}, {7, 3}, {1000, 1}, {1000, 2}, {5000, 16}};
	uint32_t factor = 3;
	(void)state;

	for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
		struct workers *w = workers_run(t[k].n, t[k].jobs, &LIMITS, write_number, &factor);
		assert_non_null(w);
		for (size_t i = 0; i < t[k].n; i++) {
			struct worker_result r = workers_get(w, i);
			assert_int_equal(r.end, WORKER_DONE);
			assert_int_equal(r.n, i % 7 * sizeof(uint32_t));
			for (size_t j = 0; j < i % 7; j++)
				assert_int_equal(((const uint32_t *)r.bytes)[j], i * factor);
		}
		workers_release(w);
		assert_no_children();
	}
	workers_release(NULL);
}

enum deed { FINE, LOOP, ABORT, SEGV, KILL, EXIT_3, EXIT_2, WRITE_TOO_MUCH, HOARD, SAY };

static void misbehave(void *ctx, size_t item, struct worker_output *out)
{
	const enum deed *deeds = ctx;
	char block[4096];
	volatile unsigned long spin = 1;

	memset(block, 'x', sizeof block);
	worker_write(out, "ok", 2);
	switch (deeds[item]) {
	case LOOP:
		while (spin)
			spin |= 1;
		break;
	case ABORT:
		signal(SIGABRT, SIG_DFL);
		abort();
	case SEGV:
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case KILL:
		raise(SIGKILL);
		break;
	case EXIT_3:
		_exit(3);
	case EXIT_2:
		_exit(2);
	case WRITE_TOO_MUCH:
		for (int i = 0; i < 1000; i++)
			worker_write(out, block, sizeof block);
		assert_false(worker_write(out, "", 0) && worker_write(out, "x", 1));
		break;
	case HOARD:
		for (int i = 0; i < 300; i++) {
			char *p = malloc((size_t)1 << 20);
			if (!p)
				abort();
			memset(p, i, (size_t)1 << 20);
		}
		break;
	case SAY:
		if (!SANITIZED) { /* where a sanitizer may have to speak, streams stay open */
			printf("not to be seen\n");
			fflush(stdout);
		}
		break;
	case FINE:
		break;
	}
}

static void each_end_is_told(void **state)
{
	enum deed deeds[] = {FINE, LOOP, FINE, ABORT,  SEGV,           FINE, KILL,
			     FINE, SAY,  FINE, EXIT_3, WRITE_TOO_MUCH, FINE, EXIT_2};
	const enum worker_end want[] = {[FINE] = WORKER_DONE,     [LOOP] = WORKER_TIME,
					[ABORT] = WORKER_MEMORY,  [SEGV] = WORKER_CRASH,
					[KILL] = WORKER_MEMORY,   [EXIT_3] = WORKER_CRASH,
					[EXIT_2] = WORKER_MEMORY, [WRITE_TOO_MUCH] = WORKER_OUTPUT,
					[SAY] = WORKER_DONE};
	size_t n = sizeof deeds / sizeof *deeds;
	(void)state;

	for (size_t jobs = 1; jobs <= 3; jobs++) {
		struct workers *w = workers_run(n, jobs, &LIMITS, misbehave, deeds);
		assert_non_null(w);
		for (size_t i = 0; i < n; i++) {
			struct worker_result r = workers_get(w, i);
			if (r.end != want[deeds[i]])
				fail_msg("item %zu: end %d, want %d", i, r.end, want[deeds[i]]);
			assert_int_equal(r.n, r.end == WORKER_DONE ? 2 : 0);
			if (r.n > 0)
				assert_memory_equal(r.bytes, "ok", 2);
		}
		workers_release(w);
		assert_no_children();
	}
}

static void memory_is_bounded(void **state)
{
	enum deed deeds[] = {FINE, HOARD, FINE, HOARD, FINE};
	(void)state;

	if (OTHER_ALLOCATOR) {
		print_message(
		    "SKIPPED: 1 case: a sanitizer's allocator is not the one that a limit "
		    "of memory stops as it should\n");
		skip();
	}
	struct workers *w = workers_run(5, 2, &LIMITS, misbehave, deeds);
	assert_non_null(w);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(workers_get(w, i).end, i % 2 ? WORKER_MEMORY : WORKER_DONE);
	workers_release(w);
}

static void all_items_may_fail(void **state)
{
	enum { N = 60 };
	enum deed deeds[N];
	(void)state;

	for (size_t i = 0; i < N; i++)
		deeds[i] = i % 2 ? KILL : EXIT_3;
	struct workers *w = workers_run(N, 4, &LIMITS, misbehave, deeds);
	assert_non_null(w);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(workers_get(w, i).end, i % 2 ? WORKER_MEMORY : WORKER_CRASH);
	workers_release(w);
	assert_no_children();
}

static void write_block(void *ctx, size_t item, struct worker_output *out)
{
	size_t n = *(const size_t *)ctx;
	char *block = malloc(n);

	memset(block, (int)('a' + item % 26), n);
	worker_write(out, block, n);
	free(block);
}

/* More than one region holds: fresh ones are taken, and what was handed back stays. */
static void hundreds_of_megabytes(void **state)
{
	size_t n = 400, size = (size_t)700 * 1000;
	(void)state;

	struct workers *w = workers_run(n, 2, &LIMITS, write_block, &size);
	assert_non_null(w);
	for (size_t i = 0; i < n; i++) {
		struct worker_result r = workers_get(w, i);
		assert_int_equal(r.end, WORKER_DONE);
		assert_int_equal(r.n, size);
		assert_int_equal(((const char *)r.bytes)[0], 'a' + i % 26);
		assert_int_equal(((const char *)r.bytes)[size - 1], 'a' + i % 26);
		assert_int_equal((uintptr_t)r.bytes % 16, 0);
	}
	workers_release(w);
}

/* A result of exactly the limit is whole; one byte more is none. */
static void output_limit_is_exact(void **state)
{
	(void)state;
	for (size_t more = 0; more <= 1; more++) {
		size_t size = LIMITS.output + more;
		struct workers *w = workers_run(3, 1, &LIMITS, write_block, &size);
		for (size_t i = 0; i < 3; i++) {
			struct worker_result r = workers_get(w, i);
			assert_int_equal(r.end, more ? WORKER_OUTPUT : WORKER_DONE);
			assert_int_equal(r.n, more ? 0 : size);
		}
		workers_release(w);
	}
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static void spin_a_little(void *ctx, size_t item, struct worker_output *out)
{
	clock_t end = clock() + CLOCKS_PER_SEC / 50;
	(void)ctx;
	while (clock() < end)
		;
	worker_write(out, &item, sizeof item);
}

static void signals_do_not_disturb(void **state)
{
	struct sigaction action = {.sa_handler = on_alarm}, old;
	struct itimerval often = {{0, 3000}, {0, 3000}}, never = {0};
	(void)state;

	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &often, NULL);
	signal(SIGCHLD, SIG_IGN); /* as a careless starter may leave it */
	struct workers *w = workers_run(30, 2, &LIMITS, spin_a_little, NULL);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_ptr_equal(signal(SIGCHLD, SIG_DFL), SIG_IGN);
	sigaction(SIGALRM, &old, NULL);
	assert_non_null(w);
	for (size_t i = 0; i < 30; i++)
		assert_int_equal(*(const size_t *)workers_get(w, i).bytes, i);
	workers_release(w);
	assert_no_children();
}

/* What the parent has written but not flushed is written once. */
static void parents_output_is_not_doubled(void **state)
{
	enum deed deeds[] = {FINE, EXIT_3, FINE};
	char text[64] = "";
	(void)state;

	FILE *file = tmpfile();
	fputs("once", file);
	workers_release(workers_run(3, 2, &LIMITS, misbehave, deeds));
	rewind(file);
	assert_int_equal(fread(text, 1, sizeof text - 1, file), 4);
	assert_string_equal(text, "once");
	fclose(file);
}

static void many_small_items_are_cheap(void **state)
{
	size_t size = 6000;
	double start = seconds();
	(void)state;

	struct workers *w = workers_run(1000, 2, &LIMITS, write_block, &size);
	double took = seconds() - start;
	workers_release(w);
	print_message("1,000 items of 6 kB: %.1f ms\n", took * 1e3);
	assert_true(took < 2.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_item_has_its_result),
	    cmocka_unit_test(each_end_is_told),
	    cmocka_unit_test(memory_is_bounded),
	    cmocka_unit_test(all_items_may_fail),
	    cmocka_unit_test(hundreds_of_megabytes),
	    cmocka_unit_test(output_limit_is_exact),
	    cmocka_unit_test(signals_do_not_disturb),
	    cmocka_unit_test(parents_output_is_not_doubled),
	    cmocka_unit_test(many_small_items_are_cheap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
