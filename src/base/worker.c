/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/worker.c - untrusted work in child processes with limits of time, memory and output
 *
 * Parent and workers share a board (a counter of items, one entry for each item, one for each
 * slot) and one region of memory for each slot that a worker runs in. A worker takes the next
 * item, writes what it hands back behind what the slot's region already holds, and enters place
 * and length on the board; the parent reads it where it lies. A slot holds the write end of a
 * pipe that only its worker has open, so that poll() tells which worker is gone.
 *
 * Once all workers are gone, each region is sealed against writing, which the kernel refuses
 * while anybody could still write to it, and the board is copied: what was checked afterwards
 * cannot change any more, though nothing was copied. */
#include "base/worker.h"
#include "base/arena.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif

/* What base/arena.c and other code of ours exit with when there is no memory left. */
enum { NO_MEMORY_EXIT = EXIT_CANNOT };
enum { KEPT_MEMORY = 16 << 20 }; /* freed memory that a worker keeps for its next item */
enum { OUTPUT_BUFFER = 256 << 10 };
static const uint64_t NO_ITEM = UINT64_MAX;
static const size_t RESULT_ALIGNMENT = 16;
/* A region holds this much before a fresh one is taken. Address space; memory comes with use. */
static const size_t REGION_SLACK = (size_t)64 << 20, REGION_LEAST_SLACK = (size_t)1 << 20;

struct board_item {
	uint32_t end;    /* enum worker_end + 1; 0 while it is not finished */
	uint32_t region; /* index into workers.regions */
	uint64_t at, n;  /* bytes of the region */
};

struct board_slot {
	uint64_t item; /* being worked at; NO_ITEM between items */
	uint64_t used; /* bytes of the slot's region that hold results */
	uint32_t region;
};

/* In memory that parent and workers share; sizes follow it. */
struct board {
	_Atomic uint64_t next; /* first item that nobody has taken */
};

struct region {
	char *bytes;
	size_t size;
	int fd; /* of its memory while it is not sealed; -1: none, or no longer */
};

struct slot {
	pid_t pid; /* 0: no worker */
	int pipe;  /* read end; -1: none */
};

struct workers {
	size_t n, n_slots;
	struct worker_limits limits;
	void (*work)(void *ctx, size_t item, struct worker_output *output);
	void *ctx;
	void *shared; /* board, items, slots in one mapping */
	size_t shared_size;
	struct board *board;
	struct board_item *items;
	struct board_item *final; /* copy of items, once all workers are gone */
	struct board_slot *board_slots;
	struct slot *slots;
	struct region *regions;
	size_t n_regions, cap_regions;
	uint64_t data_size; /* bytes of private memory of the parent, 0 where unknown */
};

struct worker_output {
	const struct region *region;
	size_t at;     /* of the region, where the item's result begins */
	size_t n, max; /* bytes of the result */
	size_t held;   /* the last of them, which are still in `buffer` */
	char *buffer;  /* OUTPUT_BUFFER bytes */
	bool over;
};

/* Puts bytes into the region behind those that are there. A page that is written by a call costs
 * less than one that is touched. */
static void put_bytes(const struct worker_output *to, const char *bytes, size_t n)
{
	size_t at = to->at + to->n - to->held;

	if (to->region->fd < 0) {
		memcpy(to->region->bytes + at, bytes, n);
		return;
	}
	while (n > 0) {
		ssize_t wrote = pwrite(to->region->fd, bytes, n, (off_t)at);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			_exit(NO_MEMORY_EXIT);
		bytes += wrote;
		at += (size_t)wrote;
		n -= (size_t)wrote;
	}
}

static void put_held(struct worker_output *to)
{
	put_bytes(to, to->buffer, to->held);
	to->held = 0;
}

int worker_write(struct worker_output *to, const void *bytes, size_t n)
{
	if (to->over || n > to->max - to->n) {
		to->over = true;
		return false;
	}
	if (n > OUTPUT_BUFFER - to->held)
		put_held(to);
	if (n > OUTPUT_BUFFER) {
		put_bytes(to, bytes, n);
	} else if (n > 0) {
		memcpy(to->buffer + to->held, bytes, n);
		to->held += n;
	}
	to->n += n;
	return true;
}

/* Private writable memory of this process as RLIMIT_DATA counts it; 0 where /proc is not there. */
static uint64_t private_memory(void)
{
	char text[256];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	unsigned long long data = 0;

	if (fd < 0)
		return 0;
	ssize_t got = read(fd, text, sizeof text - 1);
	close(fd);
	if (got <= 0)
		return 0;
	text[got] = '\0';
	if (sscanf(text, "%*u %*u %*u %*u %*u %llu", &data) != 1)
		return 0;
	return data * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* ---- in the worker ---- */

static void lower_limit(int resource, rlim_t to)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return;
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > to)
		limit.rlim_cur = to;
	setrlimit(resource, &limit);
}

/* Makes the fresh child its parent's prisoner: it ends with it, keeps the default action of every
 * signal, says nothing on the parent's streams and leaves no core file. */
static void child_confine(const struct workers *w, pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_CANNOT);
	for (int s = 1; s < SIGRTMIN; s++)
		if (s != SIGKILL && s != SIGSTOP &&
		    !(ADDRESS_SANITIZER && (s == SIGSEGV || s == SIGBUS || s == SIGFPE)))
			signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	lower_limit(RLIMIT_CORE, 0);
	if (ADDRESS_SANITIZER)
		return;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0)
		for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
			dup2(null, fd);
	if (w->limits.memory > 0 && w->data_size > 0)
		lower_limit(RLIMIT_DATA, w->data_size + w->limits.memory);
}

static void set_timer(unsigned ms)
{
	struct itimerval timer = {
	    .it_value = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000}};

	setitimer(ITIMER_PROF, &timer, NULL);
}

static uint64_t peak_memory(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

/* Works through items until there are none, or until a fresh worker should go on: because the
 * region may not hold another result, or because a large item was done, whose memory might
 * otherwise count against the next one. */
static void child_run(struct workers *w, size_t slot_index)
{
	struct board_slot *slot = &w->board_slots[slot_index];
	struct region *region = &w->regions[slot->region];
	uint64_t memory_at_start = peak_memory();
	char *buffer = mem_realloc(NULL, OUTPUT_BUFFER);

	/* Items come and go; handing memory back between them would cost more than they do. */
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
	mallopt(M_TOP_PAD, KEPT_MEMORY / 16);
	while (region->size - slot->used >= w->limits.output) {
		set_timer(
		    w->limits.cpu_ms); /* first, so that no rest of the last item's time is left */
		uint64_t i = atomic_fetch_add(&w->board->next, 1);
		if (i >= w->n)
			break;
		slot->item = i;
		struct worker_output out = {
		    .region = region, .at = slot->used, .max = w->limits.output, .buffer = buffer};
		w->work(w->ctx, i, &out);
		put_held(&out);
		w->items[i] = (struct board_item){
		    .end = (uint32_t)(out.over ? WORKER_OUTPUT : WORKER_DONE) + 1,
		    .region = slot->region,
		    .at = slot->used,
		    .n = out.over ? 0 : out.n};
		if (!out.over)
			slot->used += (out.n + RESULT_ALIGNMENT - 1) & ~(RESULT_ALIGNMENT - 1);
		if (slot->used > region->size)
			slot->used = region->size;
		atomic_signal_fence(memory_order_seq_cst); /* first finished, then left */
		slot->item = NO_ITEM;
		if (w->limits.memory > 0 && peak_memory() - memory_at_start > w->limits.memory / 2)
			break;
	}
	set_timer(0);
	free(buffer);
}

/* ---- in the parent ---- */

/* Memory that is shared with children made later: sealable where the kernel gives such (*fd), else
 * anonymous (*fd is -1). */
static void *map_shared(size_t size, int *fd)
{
	void *bytes;

	*fd = memfd_create("modelbook", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd >= 0 && ftruncate(*fd, (off_t)size) != 0) { /* over a limit of file size */
		close(*fd);
		*fd = -1;
	}
	bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_NORESERVE | (*fd < 0 ? MAP_ANONYMOUS : 0), *fd, 0);
	if (bytes == MAP_FAILED && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return bytes;
}

/* A new region; smaller where address space is short, but never under one result. */
static bool add_region(struct workers *w, uint32_t *index)
{
	void *bytes = MAP_FAILED;
	size_t size = 0;
	int fd = -1;

	for (size_t slack = REGION_SLACK; slack >= REGION_LEAST_SLACK && bytes == MAP_FAILED;
	     slack /= 2) {
		size = w->limits.output + slack;
		bytes = map_shared(size, &fd);
	}
	if (bytes == MAP_FAILED)
		return false;
	if (w->n_regions == w->cap_regions) {
		w->cap_regions = w->cap_regions ? w->cap_regions * 2 : 16;
		w->regions = mem_realloc(w->regions, w->cap_regions * sizeof *w->regions);
	}
	*index = (uint32_t)w->n_regions;
	w->regions[w->n_regions++] = (struct region){bytes, size, fd};
	return true;
}

/* Where the region's last result ends, as the copied board says. */
static size_t used_of_region(const struct workers *w, size_t index)
{
	size_t used = 0, size = w->regions[index].size;

	for (size_t i = 0; i < w->n; i++) {
		const struct board_item *item = &w->final[i];
		if (item->region == index && item->at <= size && item->n <= size - item->at &&
		    item->at + item->n > used)
			used = (size_t)(item->at + item->n);
	}
	return used;
}

/* Puts memory of this process alone in a region's place. */
static bool copy_region(struct region *region, size_t used)
{
	void *copy = mmap(NULL, used, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (copy == MAP_FAILED)
		return false;
	memcpy(copy, region->bytes, used);
	munmap(region->bytes, region->size);
	*region = (struct region){copy, used, region->fd};
	return true;
}

/* Seals a region: afterwards nobody can write to it, a process that a worker left behind neither.
 * Only what is used stays mapped: address space may be short. False where that cannot be had. */
static bool seal_region(struct region *region, size_t used)
{
	void *sealed;

	if (region->fd < 0)
		return false;
	/* Reading goes on in a mapping that cannot write; the one that could must be gone first. */
	sealed = mmap(NULL, used, PROT_READ, MAP_PRIVATE | MAP_NORESERVE, region->fd, 0);
	if (sealed == MAP_FAILED)
		return false;
	munmap(region->bytes, region->size);
	*region = (struct region){sealed, used, region->fd};
	return !fcntl(region->fd, F_ADD_SEALS,
		      F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

/* Makes what the workers left behind unchangeable. False where there is no memory for that. */
static bool close_regions(struct workers *w)
{
	bool ok = true;

	w->final = mem_realloc(NULL, w->n * sizeof *w->final);
	memcpy(w->final, w->items, w->n * sizeof *w->final);
	for (size_t i = 0; i < w->n_regions && ok; i++) {
		struct region *region = &w->regions[i];
		size_t used = used_of_region(w, i);
		used = used ? used : 1; /* a mapping of nothing cannot be had */
		ok = seal_region(region, used) || copy_region(region, used);
		if (region->fd >= 0)
			close(region->fd);
		region->fd = -1;
	}
	return ok;
}

/* Forks a worker into a free slot. */
static bool start_worker(struct workers *w, size_t index)
{
	struct board_slot *shared = &w->board_slots[index];
	struct slot *slot = &w->slots[index];
	int ends[2];
	pid_t parent = getpid();

	if (w->regions[shared->region].size - shared->used < w->limits.output) {
		uint32_t fresh;
		if (!add_region(w, &fresh))
			return false;
		*shared = (struct board_slot){.region = fresh};
	}
	shared->item = NO_ITEM;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		child_confine(w, parent);
		child_run(w, index);
		_exit(0);
	}
	int why = errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		errno = why;
		return false;
	}
	*slot = (struct slot){.pid = pid, .pipe = ends[0]};
	return true;
}

static enum worker_end end_of_status(int status, bool known)
{
	if (!known)
		return WORKER_CRASH;
	if (WIFSIGNALED(status))
		switch (WTERMSIG(status)) {
		case SIGPROF:
		case SIGXCPU:
			return WORKER_TIME;
		case SIGABRT: /* cmark's allocator, and libc's, abort */
		case SIGKILL: /* the kernel, when the machine has none left */
			return WORKER_MEMORY;
		default:
			return WORKER_CRASH;
		}
	return WIFEXITED(status) && WEXITSTATUS(status) == NO_MEMORY_EXIT ? WORKER_MEMORY
									  : WORKER_CRASH;
}

/* Reaps the slot's worker, which is gone, and marks the item that it was at. */
static void reap_worker(struct workers *w, size_t index)
{
	struct slot *slot = &w->slots[index];
	uint64_t item = w->board_slots[index].item;
	int status = 0;
	pid_t got;

	close(slot->pipe);
	do
		got = waitpid(slot->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (item < w->n && w->items[item].end == 0)
		w->items[item] = (struct board_item){
		    .end = (uint32_t)end_of_status(status, got == slot->pid) + 1};
	*slot = (struct slot){.pipe = -1};
}

/* Starts workers in free slots while items are left. False where none runs and none can be. */
static bool fill_slots(struct workers *w, size_t *running)
{
	bool failed = false;

	for (size_t i = 0; i < w->n_slots && !failed; i++) {
		if (w->slots[i].pid != 0)
			continue;
		if (atomic_load(&w->board->next) >= w->n)
			break;
		if (start_worker(w, i))
			(*running)++;
		else
			failed = true;
	}
	return !failed || *running > 0;
}

static bool run_all(struct workers *w)
{
	struct pollfd *polls = mem_realloc(NULL, w->n_slots * sizeof *polls);
	size_t running = 0;
	bool ok;

	while ((ok = fill_slots(w, &running)) && running > 0) {
		for (size_t i = 0; i < w->n_slots; i++)
			polls[i] = (struct pollfd){.fd = w->slots[i].pipe, .events = POLLIN};
		if (poll(polls, w->n_slots, -1) < 0)
			continue; /* EINTR, or for the moment no memory */
		for (size_t i = 0; i < w->n_slots; i++)
			if (polls[i].fd >= 0 && polls[i].revents != 0) {
				reap_worker(w, i);
				running--;
			}
	}
	int why = errno;
	free(polls);
	errno = why;
	return ok;
}

static bool make_board(struct workers *w)
{
	size_t items = w->n * sizeof(struct board_item);
	size_t slots = w->n_slots * sizeof(struct board_slot);

	w->shared_size = 64 + slots + items;
	w->shared =
	    mmap(NULL, w->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w->shared == MAP_FAILED) {
		w->shared = NULL;
		return false;
	}
	w->board = w->shared;
	w->board_slots = (struct board_slot *)((char *)w->shared + 64);
	w->items = (struct board_item *)((char *)w->shared + 64 + slots);
	w->slots = mem_realloc(NULL, w->n_slots * sizeof *w->slots);
	for (size_t i = 0; i < w->n_slots; i++) {
		uint32_t region;
		w->slots[i] = (struct slot){.pipe = -1};
		if (!add_region(w, &region))
			return false;
		w->board_slots[i] = (struct board_slot){.item = NO_ITEM, .region = region};
	}
	return true;
}

struct workers *workers_run(size_t n, size_t jobs, const struct worker_limits *limits,
			    void (*work)(void *ctx, size_t item, struct worker_output *output),
			    void *ctx)
{
	struct workers *w = mem_realloc(NULL, sizeof *w);
	struct sigaction standard = {.sa_handler = SIG_DFL}, former;

	*w = (struct workers){.n = n, .limits = *limits, .work = work, .ctx = ctx};
	w->n_slots = jobs == 0 ? 1 : jobs;
	if (w->n_slots > n)
		w->n_slots = n;
	if (n == 0)
		return w;
	w->data_size = private_memory();
	fflush(NULL); /* so that no child holds a copy of what is not written yet */
	sigaction(SIGCHLD, &standard, &former); /* where it is ignored, no status is kept */
	bool ok = make_board(w) && run_all(w) && close_regions(w);
	int why = errno;
	sigaction(SIGCHLD, &former, NULL);
	if (ok)
		return w;
	workers_release(w);
	errno = why;
	return NULL;
}

struct worker_result workers_get(const struct workers *w, size_t item)
{
	assert(item < w->n);
	struct board_item entry = w->final[item];
	struct worker_result crashed = {.end = WORKER_CRASH, .bytes = "", .n = 0};

	/* The board was written by workers, so that nothing on it is taken on trust. */
	if (entry.end == 0 || entry.end > WORKER_CRASH + 1)
		return crashed;
	if (entry.end != WORKER_DONE + 1)
		return (struct worker_result){.end = (enum worker_end)(entry.end - 1), .bytes = ""};
	if (entry.region >= w->n_regions)
		return crashed;
	const struct region *region = &w->regions[entry.region];
	if (entry.at > region->size || entry.n > region->size - entry.at)
		return crashed;
	return (struct worker_result){
	    .end = WORKER_DONE, .bytes = region->bytes + entry.at, .n = entry.n};
}

void workers_release(struct workers *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n_regions; i++) {
		munmap(w->regions[i].bytes, w->regions[i].size);
		if (w->regions[i].fd >= 0)
			close(w->regions[i].fd);
	}
	if (w->shared)
		munmap(w->shared, w->shared_size);
	free(w->final);
	free(w->regions);
	free(w->slots);
	free(w);
}
