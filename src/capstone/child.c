/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/child.c - another program run by this one */
#include "capstone/child.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool child_start(const char *const *argv, struct child *child)
{
	posix_spawn_file_actions_t actions;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&child->pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv,
			     environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	child->from = ends[0];
	if (!error)
		return true;
	close(ends[0]);
	errno = error;
	return false;
}

bool child_read(struct child *child, bool line, unsigned seconds, struct out *to)
{
	int64_t until = now_ms() + (int64_t)seconds * 1000, left;
	char bytes[4096];

	while ((left = until - now_ms()) > 0) {
		struct pollfd wait = {.fd = child->from, .events = POLLIN};
		ssize_t got;
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		got = read(child->from, bytes, line ? 1 : sizeof bytes);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return !line && got == 0;
		out_write(to, bytes, (size_t)got);
		if (line && bytes[0] == '\n')
			return true;
	}
	return false;
}

uint64_t resident_most(pid_t pid)
{
	char path[64] = "/proc/self/status", text[256];
	uint64_t kib = 0;
	FILE *file;

	if (pid)
		snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(text, sizeof text, file))
		if (sscanf(text, "VmHWM: %" SCNu64, &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib * 1024;
}

uint64_t child_resident(const struct child *child)
{
	return resident_most(child->pid);
}

bool child_end(struct child *child, bool now, unsigned seconds)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
	int64_t until = now_ms() + (int64_t)seconds * 1000;
	int status = 0;
	pid_t ended;

	if (now)
		kill(child->pid, SIGTERM);
	while ((ended = waitpid(child->pid, &status, WNOHANG)) == 0 && now_ms() < until)
		nanosleep(&pause, NULL);
	if (ended == 0) {
		kill(child->pid, SIGKILL);
		waitpid(child->pid, &status, 0);
	}
	close(child->from);
	return ended == child->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
