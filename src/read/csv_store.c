/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_store.c - the columns of a file, in memory or in a temporary file
 *
 * Columns grow by moving their pages, not their bytes. Room in a temporary file is taken before it
 * is mapped, so that a full disk is an error here and no signal later. */
#include "base/temporary.h"
#include "read/csv_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SMALLEST_MAPPING = 1 << 16, LARGE_UNIT = 2 << 20, COPIED = 1 << 18 };

void csv_store_init(struct csv_store *store, struct arena *mem, const struct csv_form *form)
{
	size_t machine = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);

	*store = (struct csv_store){.n = form->request->n_columns,
				    .memory = form->request->memory ? form->request->memory
								    : machine / 2};
	store->columns = arena_new(mem, struct csv_stored, store->n);
	for (size_t i = 0; i < store->n; i++) {
		store->columns[i].width = form->mode[i] == MODE_TEXT ? 1 : 8;
		store->columns[i].fd = -1;
	}
	pthread_rwlock_init(&store->lock, NULL);
}

static void unmap(struct csv_stored *c)
{
	if (c->p)
		munmap(c->p, c->mapped);
	if (c->fd >= 0)
		close(c->fd);
	c->p = NULL;
	c->mapped = 0;
	c->fd = -1;
}

void csv_store_release(struct csv_store *store)
{
	for (size_t i = 0; i < store->n; i++)
		unmap(&store->columns[i]);
	pthread_rwlock_destroy(&store->lock);
}

static bool fail(struct csv_store *store, const char *what, int error)
{
	store->failed = what;
	store->error = error;
	return false;
}

static size_t round_up(size_t bytes)
{
	size_t unit = bytes < LARGE_UNIT ? SMALLEST_MAPPING : LARGE_UNIT;

	return (bytes + unit - 1) / unit * unit;
}

static bool map_memory(struct csv_store *store, struct csv_stored *c, size_t bytes)
{
	void *p;

	if (c->p)
		p = mremap(c->p, c->mapped, bytes, MREMAP_MAYMOVE);
	else
		p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return fail(store, "no memory for the columns", errno);
	c->p = p;
	c->mapped = bytes;
	return true;
}

/* Takes room in the column's file and maps it; what the column held is kept. */
static bool map_file(struct csv_store *store, struct csv_stored *c, size_t bytes)
{
	bool first = c->fd < 0;
	void *p;
	int error;

	if (first && (c->fd = temporary_open()) < 0)
		return fail(store, "no temporary file for the columns", errno);
	if (!store->kept)
		store->kept = temporary_kept(c->fd);
	error = temporary_room(c->fd, store->kept, first ? bytes : bytes - c->mapped);
	if (!error)
		error = posix_fallocate(c->fd, 0, (off_t)bytes);
	if (error)
		return fail(store, "no room for the columns in the temporary folder", error);
	if (c->p && !first)
		p = mremap(c->p, c->mapped, bytes, MREMAP_MAYMOVE);
	else
		p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
	if (p == MAP_FAILED)
		return fail(store, "the columns' temporary file cannot be mapped", errno);
	if (first && c->p) {
		memcpy(p, c->p, c->mapped < bytes ? c->mapped : bytes);
		munmap(c->p, c->mapped);
	}
	c->p = p;
	c->mapped = bytes;
	return true;
}

static size_t bytes_of_all(const struct csv_store *store, size_t rows)
{
	size_t bytes = 0;

	for (size_t i = 0; i < store->n; i++)
		bytes += rows * store->columns[i].width;
	return bytes;
}

static bool resize(struct csv_store *store, struct csv_stored *c, size_t bytes)
{
	bytes = round_up(bytes);
	if (c->mapped >= bytes && (c->fd >= 0 || !store->spilled))
		return true;
	return store->spilled ? map_file(store, c, bytes > c->mapped ? bytes : c->mapped)
			      : map_memory(store, c, bytes);
}

/* Under the lock for writing. */
static bool resize_all(struct csv_store *store, size_t needed)
{
	if (bytes_of_all(store, needed) > store->memory)
		store->spilled = true;
	for (size_t i = 0; i < store->n; i++) {
		size_t rows = store->cap_rows;

		if (needed > rows)
			rows = needed;
		if (!resize(store, &store->columns[i], rows * store->columns[i].width))
			return false;
	}
	return true;
}

bool csv_store_room(struct csv_store *store, size_t rows, size_t expected)
{
	bool good;

	if (rows <= store->cap_rows || store->failed)
		return !store->failed;
	pthread_rwlock_wrlock(&store->lock);
	/* Memory that is mapped and not written costs nothing; a file's blocks do. */
	store->cap_rows = rows + (store->spilled ? rows / 4 : rows);
	if (expected > rows && !store->spilled)
		store->cap_rows = expected;
	if (bytes_of_all(store, store->cap_rows) > store->memory)
		store->cap_rows = rows + rows / 4;
	good = resize_all(store, rows);
	pthread_rwlock_unlock(&store->lock);
	return good;
}

/* From the last row down, since a code's new place is never before its old one. */
static void widen(struct csv_stored *c, uint8_t width, size_t rows)
{
	for (size_t i = rows; i-- > 0;) {
		uint32_t code;

		if (c->width == 1)
			code = ((uint8_t *)c->p)[i];
		else
			code = ((uint16_t *)c->p)[i];
		if (code == (c->width == 1 ? UINT8_MAX : UINT16_MAX))
			code = CSV_MISSING;
		if (width == 2)
			((uint16_t *)c->p)[i] = (uint16_t)code;
		else
			((uint32_t *)c->p)[i] = code;
	}
	c->width = width;
}

static bool widen_to(struct csv_store *store, size_t column, uint8_t width, size_t rows)
{
	struct csv_stored *c = &store->columns[column];
	bool good;

	if (width <= c->width)
		return true;
	pthread_rwlock_wrlock(&store->lock);
	if (bytes_of_all(store, rows) + rows * (width - c->width) > store->memory)
		store->spilled = true;
	good = resize(store, c, (store->cap_rows > rows ? store->cap_rows : rows) * width);
	if (good)
		widen(c, width, rows);
	pthread_rwlock_unlock(&store->lock);
	return good;
}

bool csv_store_widen(struct csv_store *store, size_t column, size_t n, size_t rows)
{
	uint8_t width = n <= UINT8_MAX ? 1 : n <= UINT16_MAX ? 2 : 4;

	return !store->failed && widen_to(store, column, width, rows);
}

static void place_codes(const struct csv_stored *c, const struct csv_block *b,
			const struct csv_part *part)
{
	const uint32_t *codes = part->codes, *global = part->global;
	size_t n = b->rows;

#define PLACE(type)                                                                                \
	do {                                                                                       \
		type *to = (type *)c->p + b->first_row;                                            \
		for (size_t i = 0; i < n; i++)                                                     \
			to[i] = (type)(codes[i] == CSV_MISSING ? CSV_MISSING : global[codes[i]]);  \
	} while (0)
	if (c->width == 1)
		PLACE(uint8_t);
	else if (c->width == 2)
		PLACE(uint16_t);
	else
		PLACE(uint32_t);
#undef PLACE
}

void csv_store_place(struct csv_store *store, const struct csv_form *form, struct csv_block *b)
{
	if (!b->rows)
		return;
	pthread_rwlock_rdlock(&store->lock);
	for (size_t i = 0; i < store->n && !store->failed; i++) {
		const struct csv_stored *c = &store->columns[i];

		if (form->mode[i] == MODE_TEXT)
			place_codes(c, b, &b->parts[i]);
		else
			memcpy((double *)c->p + b->first_row, b->parts[i].numbers,
			       b->rows * sizeof(double));
	}
	pthread_rwlock_unlock(&store->lock);
}

static void release_mapping(void *what)
{
	struct csv_stored *c = what;

	munmap(c->p, c->mapped);
}

/* Hands the column's bytes to the arena: small ones copied, others as they are mapped. */
static void *hand_over(struct csv_stored *c, struct arena *mem, size_t rows)
{
	size_t bytes = rows * c->width, kept = round_up(bytes);
	struct csv_stored *kept_mapping;
	void *p;

	if (bytes <= COPIED) {
		p = arena_alloc(mem, bytes);
		if (bytes)
			memcpy(p, c->p, bytes);
		unmap(c);
		return p;
	}
	if (kept < c->mapped) {
		munmap((char *)c->p + kept, c->mapped - kept);
		c->mapped = kept;
		if (c->fd >= 0 && ftruncate(c->fd, (off_t)kept)) {
			/* the file keeps room that nobody needs, until it is closed */
		}
	}
	if (c->fd >= 0)
		close(c->fd);
	kept_mapping = arena_new(mem, struct csv_stored, 1);
	*kept_mapping = *c;
	arena_keep(mem, release_mapping, kept_mapping);
	c->p = NULL;
	c->fd = -1;
	return kept_mapping->p;
}

bool csv_store_finish(struct csv_store *store, struct arena *mem, const struct csv_form *form,
		      size_t rows)
{
	struct csv_request *request = (struct csv_request *)form->request;

	for (size_t i = 0; i < store->n; i++) {
		struct csv_stored *c = &store->columns[i];
		struct csv_column *column = &request->columns[i];
		struct map known = c->known;
		bool text = form->mode[i] == MODE_TEXT;

		if (text && !request->narrow_codes && !widen_to(store, i, 4, rows))
			return false;
		column->is_number = !text;
		column->numbers = NULL;
		column->codes = NULL;
		column->narrow = NULL;
		column->code_bytes = text ? c->width : 0;
		if (text)
			column->narrow = hand_over(c, mem, rows);
		else
			column->numbers = hand_over(c, mem, rows);
		if (text && !request->narrow_codes)
			column->codes = (uint32_t *)column->narrow;
		column->n_categories = known.n;
		column->categories = arena_new(mem, const char *, known.n);
		for (size_t k = 0; k < known.n; k++)
			column->categories[k] = known.entries[k].key;
	}
	return true;
}
