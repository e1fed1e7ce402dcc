/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/publish.c - the stage: made beside the output, filled from several threads
 *
 * The stage is a sibling of the output, so that one rename brings it in:
 * PARENT/.NAME.modelbook-PID-N. While the lock on PARENT is held, every folder named so belongs
 * to a build that is dead. */
#include "publish/publish.h"
#include "base/file.h"
#include "base/path.h"
#include "publish/publish_internal.h"
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { NAME_IN_STAGE_MAX = 180 }; /* bytes of the output's name in the stage's */

bool path_is_carried(const char *const *carry, size_t n_carry, const char *path)
{
	for (size_t i = 0; i < n_carry; i++)
		if (path_match(carry[i], path))
			return true;
	return false;
}

void publish_cannot(struct diag_sink *diags, const struct publish *p, const char *what, int error)
{
	diag_add(diags, RULE_IO_WRITE, (struct span){0}, "'%s%s%s': %s", p->options->out_dir,
		 *what ? "/" : "", what, strerror(error));
}

/* --- beginning --- */

static enum status take_lock(struct publish *p, struct diag_sink *diags)
{
	int got;

	p->parent = open(p->parent_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->parent < 0) {
		publish_cannot(diags, p, "", errno);
		return ST_FAILED;
	}
	do
		got = flock(p->parent, LOCK_EX);
	while (got && errno == EINTR);
	if (got) {
		diag_add(diags, RULE_IO_WRITE, (struct span){0},
			 "the folder that holds '%s' cannot be locked: %s", p->options->out_dir,
			 strerror(errno));
		return ST_FAILED;
	}
	return ST_OK;
}

/* True for PREFIX, digits, '-', digits. */
static bool is_stage_name(const char *name, const char *prefix)
{
	size_t n;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return false;
	name += strlen(prefix);
	n = strspn(name, "0123456789");
	if (!n || name[n] != '-')
		return false;
	name += n + 1;
	n = strspn(name, "0123456789");
	return n && !name[n];
}

/* One that cannot be removed is left; the next stage takes another number. */
static void remove_stale_stages(struct publish *p, const char *prefix)
{
	int fd = openat(p->parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(d)))
		if (is_stage_name(e->d_name, prefix))
			tree_remove(p->parent, e->d_name, NULL, -1);
	closedir(d);
}

/* Empty, or a site of ours: nothing else is written to. */
static enum status open_former(struct publish *p, struct diag_sink *diags)
{
	struct tree top = {0};
	const char *why;

	p->former = openat(p->parent, p->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (p->former < 0 && errno == ENOENT)
		return ST_OK;
	if (p->former < 0) {
		publish_cannot(diags, p, "", errno);
		return ST_FAILED;
	}
	why = manifest_read(&p->mem, p->former, &p->manifest);
	if (!why)
		return ST_OK;
	if (tree_walk(&p->mem, p->former, &top) != ST_OK) {
		publish_cannot(diags, p, top.failed, errno);
		return ST_FAILED;
	}
	if (!top.n)
		return ST_OK;
	struct finding *f =
	    diag_add(diags, RULE_IO_WRITE, (struct span){0},
		     "'%s' is not empty and no site of modelbook's: its " MANIFEST_NAME " %s",
		     p->options->out_dir, why);
	diag_help(diags, f, "name an empty or new folder with --out, or remove this one yourself");
	return ST_FAILED;
}

static enum status make_stage(struct publish *p, const char *prefix, struct diag_sink *diags)
{
	enum { TRIES = 1000 };
	int made = -1;

	for (int i = 0; i < TRIES && made; i++) {
		p->stage_name = arena_printf(&p->mem, "%s%ld-%d", prefix, (long)getpid(), i);
		made = mkdirat(p->parent, p->stage_name, 0700);
		if (made && errno != EEXIST)
			break;
	}
	if (made) {
		p->stage_name = NULL;
		diag_add(diags, RULE_IO_WRITE, (struct span){0},
			 "no folder can be made beside '%s': %s", p->options->out_dir,
			 strerror(errno));
		return ST_FAILED;
	}
	p->stage =
	    openat(p->parent, p->stage_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (p->stage < 0 || fchmod(p->stage, 0755)) {
		publish_cannot(diags, p, "", errno);
		return ST_FAILED;
	}
	return ST_OK;
}

struct publish *publish_begin(struct arena *mem, const struct publish_options *options,
			      struct diag_sink *diags)
{
	char *out = output_resolve(mem, options, diags), *prefix;
	struct publish *p;

	if (!out)
		return NULL;
	p = arena_new(mem, struct publish, 1);
	p->options = options;
	p->parent = p->stage = p->former = -1;
	p->name = path_base(out);
	p->parent_path = p->name == out + 1 ? "/" : arena_strndup(mem, out, p->name - out - 1);
	pthread_mutex_init(&p->lock, NULL);
	arena_init(&p->mem);
	prefix = arena_printf(mem, ".%.*s.modelbook-", NAME_IN_STAGE_MAX, p->name);
	if (take_lock(p, diags) == ST_OK) {
		remove_stale_stages(p, prefix);
		if (open_former(p, diags) == ST_OK && make_stage(p, prefix, diags) == ST_OK)
			return p;
	}
	publish_abort(p);
	return NULL;
}

/* --- filling, from several threads --- */

/* Keeps what went wrong first; publish_commit() reports it. errno is `error` afterwards. */
static enum status fail(struct publish *p, const char *path, const char *why, int error)
{
	pthread_mutex_lock(&p->lock);
	if (!p->error)
		p->error = arena_printf(&p->mem, "'%s/%s': %s", p->options->out_dir, path,
					why ? why : strerror(error));
	pthread_mutex_unlock(&p->lock);
	errno = error;
	return ST_FAILED;
}

/* Makes the folders of a path in the stage that are not there yet. The lock is held. */
static bool make_folders(struct publish *p, const char *path)
{
	const char *last = strrchr(path, '/');
	size_t known;

	if (!last || map_get_n(&p->folders, path, (size_t)(last - path)))
		return true;
	known = (size_t)(last - path);
	while (known && !map_get_n(&p->folders, path, known))
		for (known--; known && path[known] != '/'; known--)
			;
	for (size_t i = known + 1; path[i]; i++) {
		if (path[i] != '/')
			continue;
		char *folder = arena_strndup(&p->mem, path, i);
		if (mkdirat(p->stage, folder, 0755) || fchmodat(p->stage, folder, 0755, 0))
			return false;
		map_put_n(&p->folders, &p->mem, folder, i, folder);
	}
	return true;
}

/* Enters a path into the list of files and makes its folders. */
static struct manifest_file *claim(struct publish *p, const char *path)
{
	struct manifest_file *file = NULL;
	const char *why = NULL;
	int error = EINVAL;

	pthread_mutex_lock(&p->lock);
	if (!manifest_path_ok(path)) {
		why = "is no name for a page";
	} else if (!strcmp(path, MANIFEST_NAME)) {
		why = "is the name of the manifest";
	} else if (map_has(&p->by_path, path)) {
		why = "is written twice";
		error = EEXIST;
	} else if (!make_folders(p, path)) {
		error = errno;
		why = strerror(error);
	} else {
		file = arena_new(&p->mem, struct manifest_file, 1);
		file->path = arena_strdup(&p->mem, path);
		*ARENA_PUSH(&p->mem, &p->files) = file;
		map_put(&p->by_path, &p->mem, file->path, file);
	}
	pthread_mutex_unlock(&p->lock);
	if (why)
		fail(p, path, why, error);
	return file;
}

static bool holds_bytes(int fd, const char *bytes, size_t n)
{
	enum { CHUNK = 64 * 1024 };
	char chunk[CHUNK];

	for (size_t at = 0;;) {
		ssize_t got = read(fd, chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return !got && at == n;
		if ((size_t)got > n - at || memcmp(chunk, bytes + at, (size_t)got) != 0)
			return false;
		at += (size_t)got;
	}
}

/* Whether the former site's file is what we wrote and holds these bytes; *st is its identity.
 * The manifest's word is not enough: the file may have been changed since. */
static bool same_as_former(const struct publish *p, const struct manifest_file *file,
			   const void *bytes, struct stat *st)
{
	const struct manifest_file *former = map_get(&p->manifest.by_path, file->path);
	bool same;
	int fd;

	if (!former || former->size != file->size || strcmp(former->sha256, file->sha256) != 0)
		return false;
	fd = file_open_beneath(p->former, file->path);
	if (fd < 0)
		return false;
	same = !fstat(fd, st) && (uint64_t)st->st_size == file->size &&
	       (st->st_mode & 07777) == 0644 && st->st_uid == geteuid() &&
	       holds_bytes(fd, bytes, file->size);
	close(fd);
	return same;
}

/* Links it into the stage, and looks that it was this file that was linked. */
static bool link_former(const struct publish *p, const char *path, const struct stat *want)
{
	struct stat st;

	if (linkat(p->former, path, p->stage, path, 0))
		return false;
	if (!fstatat(p->stage, path, &st, AT_SYMLINK_NOFOLLOW) && st.st_dev == want->st_dev &&
	    st.st_ino == want->st_ino)
		return true;
	unlinkat(p->stage, path, 0);
	return false;
}

static enum status write_new(struct publish *p, const char *path, const void *bytes, size_t n)
{
	int fd = openat(p->stage, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	int error = 0;

	if (fd < 0)
		return fail(p, path, NULL, errno);
	/* fchmod, since the umask had its say */
	if (file_write_all(fd, bytes, n) != ST_OK || fchmod(fd, 0644))
		error = errno;
	if (close(fd) && !error)
		error = errno;
	return error ? fail(p, path, NULL, error) : ST_OK;
}

enum status publish_file(struct publish *p, const char *path, const void *bytes, size_t n)
{
	struct manifest_file *file = claim(p, path);
	struct stat st;

	if (!file)
		return ST_FAILED;
	file->size = n;
	sha256_hex(bytes, n, file->sha256);
	if (same_as_former(p, file, bytes, &st) && link_former(p, file->path, &st)) {
		file->unchanged = true;
		return ST_OK;
	}
	return write_new(p, file->path, bytes, n);
}

const char *publish_stage_path(struct publish *p, struct arena *mem, const char *path)
{
	bool ok;
	int error;

	pthread_mutex_lock(&p->lock);
	ok = make_folders(p, path);
	error = errno;
	pthread_mutex_unlock(&p->lock);
	if (!ok) {
		fail(p, path, NULL, error);
		return NULL;
	}
	return arena_printf(mem, "%s/%s/%s", strcmp(p->parent_path, "/") ? p->parent_path : "",
			    p->stage_name, path);
}

enum status publish_added(struct publish *p, const char *path)
{
	struct manifest_file *file = claim(p, path);
	struct arena scratch;
	enum status status = ST_OK;
	struct stat st;
	char *bytes;
	size_t n;
	int error;

	if (!file)
		return ST_FAILED;
	arena_init(&scratch);
	if (file_read(&scratch, p->stage, path, SIZE_MAX / 2, &bytes, &n) != ST_OK ||
	    fchmodat(p->stage, path, 0644, 0)) {
		status = fail(p, path, NULL, errno);
	} else {
		file->size = n;
		sha256_hex(bytes, n, file->sha256);
		if (same_as_former(p, file, bytes, &st)) {
			if (unlinkat(p->stage, path, 0))
				status = fail(p, path, NULL, errno);
			else if (link_former(p, path, &st))
				file->unchanged = true;
			else
				status = write_new(p, path, bytes, n);
		}
	}
	error = errno;
	arena_release(&scratch);
	errno = error;
	return status;
}

/* --- ending --- */

void publish_end(struct publish *p)
{
	const int fds[] = {p->former, p->stage, p->parent}; /* the lock goes with the last */

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	p->former = p->stage = p->parent = -1;
	arena_release(&p->mem);
	pthread_mutex_destroy(&p->lock);
}

void publish_abort(struct publish *p)
{
	if (p->stage_name)
		tree_remove(p->parent, p->stage_name, NULL, -1);
	publish_end(p);
}
