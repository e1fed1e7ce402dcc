/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/store.c - one file an entry, under the first two digits of its key; written beside its
 * name and renamed, checked by length and hash in front of the bytes when it is read back */
#include "base/store.h"
#include "base/file.h"
#include "base/text.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_ENTRY = 1 << 30 };

struct store {
	int root;
};

/* In front of each entry: tells one that was cut short or damaged. 16 bytes keep what follows
 * aligned. */
struct entry_head {
	uint64_t n, hash;
};

/* Takes the note NT_GNU_BUILD_ID of one object: the program itself or a library that it runs with.
 * Objects come in the order in which they were loaded. */
static int take_build_id(struct dl_phdr_info *info, size_t size, void *stream)
{
	(void)size;
	if (text_starts_with(info->dlpi_name, "linux-")) /* the kernel's own, linux-vdso.so.1 */
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		const char *at = (const char *)(info->dlpi_addr + segment->p_vaddr);
		const char *end = at + segment->p_memsz;
		if (segment->p_type != PT_NOTE)
			continue;
		while (end - at > (ptrdiff_t)sizeof(ElfW(Nhdr))) {
			ElfW(Nhdr) note;
			const char *id;
			memcpy(&note, at, sizeof note);
			id = at + sizeof note + ((note.n_namesz + 3) & ~3u);
			if (note.n_type == NT_GNU_BUILD_ID && end - id >= (ptrdiff_t)note.n_descsz)
				sha256_add(stream, id, note.n_descsz);
			at = id + ((note.n_descsz + 3) & ~3u);
		}
	}
	return 0;
}

const char *store_program_id(void)
{
	static char hex[SHA256_HEX];
	struct sha256_stream stream;

	if (!*hex) {
		sha256_start(&stream);
		sha256_add(&stream, MODELBOOK_VERSION, strlen(MODELBOOK_VERSION));
		dl_iterate_phdr(take_build_id, &stream);
		sha256_finish(&stream, hex);
	}
	return hex;
}

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

/* In the hash of an entry, so that one that was put in the place of another is not taken for it. */
static uint64_t hash_key(const char key[SHA256_HEX])
{
	return hash_bytes(key, SHA256_HEX - 1);
}

static void entry_path(char path[SHA256_HEX + 2], const char key[SHA256_HEX])
{
	snprintf(path, SHA256_HEX + 2, "%.2s/%s", key, key + 2);
}

bool store_get(struct store *store, struct arena *mem, const char key[SHA256_HEX], char **bytes,
	       size_t *n)
{
	char path[SHA256_HEX + 2], *text;
	struct entry_head head;
	size_t len;

	if (!store)
		return false;
	entry_path(path, key);
	if (file_read(mem, store->root, path, LARGEST_ENTRY, &text, &len) != ST_OK ||
	    len < sizeof head)
		return false;
	memcpy(&head, text, sizeof head);
	*bytes = text + sizeof head;
	*n = len - sizeof head;
	return head.n == *n && head.hash == (hash_bytes(*bytes, *n) ^ hash_key(key));
}

/* Writes all pieces; false where that fails. */
static bool write_pieces(int fd, const struct iovec *pieces, size_t n)
{
	struct iovec left[256]; /* what is still to be written */

	while (n) {
		size_t count = n < sizeof left / sizeof *left ? n : sizeof left / sizeof *left;
		size_t first = 0;
		memcpy(left, pieces, count * sizeof *left);
		while (first < count) {
			ssize_t wrote = writev(fd, left + first, (int)(count - first));
			if (wrote < 0 && errno != EINTR)
				return false;
			for (size_t done = wrote > 0 ? (size_t)wrote : 0; first < count;) {
				size_t step =
				    done < left[first].iov_len ? done : left[first].iov_len;
				left[first].iov_base = (char *)left[first].iov_base + step;
				left[first].iov_len -= step;
				done -= step;
				if (left[first].iov_len)
					break;
				first++;
			}
		}
		pieces += count;
		n -= count;
	}
	return true;
}

void store_put(struct store *store, const char key[SHA256_HEX], const void *bytes, size_t n)
{
	const struct iovec piece = {(void *)bytes, n};

	store_put_pieces(store, key, &piece, 1);
}

void store_put_pieces(struct store *store, const char key[SHA256_HEX], const struct iovec *pieces,
		      size_t n)
{
	struct entry_head head = {.hash = store ? hash_pieces(pieces, n) ^ hash_key(key) : 0};
	char path[SHA256_HEX + 2], beside[SHA256_HEX + 32];
	int fd;
	bool good;

	for (size_t i = 0; i < n; i++)
		head.n += pieces[i].iov_len;
	if (!store || head.n > LARGEST_ENTRY - sizeof head)
		return;
	entry_path(path, key);
	snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
	if (file_make_parents(store->root, path) != ST_OK)
		return;
	fd =
	    openat(store->root, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return;
	good = file_write_all(fd, &head, sizeof head) == ST_OK && write_pieces(fd, pieces, n);
	good = !close(fd) && good;
	if (!good || renameat(store->root, beside, store->root, path))
		unlinkat(store->root, beside, 0);
}
