/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/store.c - one file an entry, under the first two digits of its key; written beside its
 * name and renamed, checked by a digest in front of the bytes when it is read back */
#include "base/store.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_ENTRY = 1 << 30 };

struct store {
	int root;
};

char *store_default_dir(struct arena *mem)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return arena_printf(mem, "%s/modelbook", cache);
	if (home && home[0] == '/')
		return arena_printf(mem, "%s/.cache/modelbook", home);
	return NULL;
}

struct store *store_open(struct arena *mem, const char *dir)
{
	struct store *store;
	int root;

	if (!dir || file_make_parents(AT_FDCWD, dir) != ST_OK ||
	    (mkdir(dir, 0755) && errno != EEXIST))
		return NULL;
	root = file_open_root(dir);
	if (root < 0)
		return NULL;
	store = arena_new(mem, struct store, 1);
	store->root = root;
	return store;
}

static void entry_path(char path[SHA256_HEX + 2], const char key[SHA256_HEX])
{
	snprintf(path, SHA256_HEX + 2, "%.2s/%s", key, key + 2);
}

bool store_get(struct store *store, struct arena *mem, const char key[SHA256_HEX], char **bytes,
	       size_t *n)
{
	char path[SHA256_HEX + 2], hex[SHA256_HEX], *text;
	size_t len;

	if (!store)
		return false;
	entry_path(path, key);
	if (file_read(mem, store->root, path, LARGEST_ENTRY, &text, &len) != ST_OK ||
	    len < SHA256_HEX - 1)
		return false;
	sha256_hex(text + SHA256_HEX - 1, len - (SHA256_HEX - 1), hex);
	if (memcmp(hex, text, SHA256_HEX - 1) != 0)
		return false;
	*bytes = text + SHA256_HEX - 1;
	*n = len - (SHA256_HEX - 1);
	return true;
}

void store_put(struct store *store, const char key[SHA256_HEX], const void *bytes, size_t n)
{
	char path[SHA256_HEX + 2], beside[SHA256_HEX + 32], hex[SHA256_HEX];
	int fd;
	bool good;

	if (!store || n > LARGEST_ENTRY - SHA256_HEX)
		return;
	entry_path(path, key);
	snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
	if (file_make_parents(store->root, path) != ST_OK)
		return;
	fd =
	    openat(store->root, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return;
	sha256_hex(bytes, n, hex);
	good = file_write_all(fd, hex, SHA256_HEX - 1) == ST_OK &&
	       file_write_all(fd, bytes, n) == ST_OK;
	good = !close(fd) && good;
	if (!good || renameat(store->root, beside, store->root, path))
		unlinkat(store->root, beside, 0);
}
