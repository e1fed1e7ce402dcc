/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/csv_ways.h - the same bytes read in several ways, compared with the plain reader */
#ifndef TESTS_FUZZ_CSV_WAYS_H
#define TESTS_FUZZ_CSV_WAYS_H
#include "csv_reference.h"
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* A descriptor that gives the bytes; -1 where a pipe would not hold them. */
static inline int csv_descriptor(const struct csv_way *way, const char *text, size_t n)
{
	int fd = -1, ends[2];

	if (way->from == WAY_FILE) {
		fd = memfd_create("log", MFD_CLOEXEC);
		if (fd < 0 || write(fd, text, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET))
			abort();
	} else if (n < 60000) {
		if (pipe(ends) || write(ends[1], text, n) != (ssize_t)n)
			abort();
		close(ends[1]);
		fd = ends[0];
	}
	return fd;
}

/* Reads in one way and compares; prints both where they differ and returns false. */
static inline bool csv_agrees(const char *text, size_t n, struct csv_request q, unsigned kinds,
			      const struct csv_way *way, const struct out *want, size_t n_header)
{
	struct csv_column columns[8];
	struct csv_table table;
	struct diag_sink diags;
	struct arena mem;
	struct out got = {0};
	enum status st;
	bool same;

	arena_init(&mem);
	diag_init(&diags, &mem);
	q.columns = columns;
	q.n_columns = csv_ask(columns, n_header, kinds);
	q.jobs = way->jobs;
	q.block = way->block;
	q.memory = way->memory;
	q.narrow_codes = way->narrow;
	q.fd = -1;
	if (way->from == WAY_TEXT) {
		char *copy = arena_alloc(&mem, n);
		if (n)
			memcpy(copy, text, n);
		q.log = source_new(&mem, "x.csv", copy, n);
	} else {
		q.log = source_named(&mem, "x.csv");
		q.fd = csv_descriptor(way, text, n);
		if (q.fd < 0) {
			arena_release(&mem);
			return true;
		}
	}
	st = csv_read(&mem, &q, &table, &diags);
	csv_dump(&q, &table, st, &diags, &got);
	same = got.n == want->n && !memcmp(got.n ? got.p : "", want->n ? want->p : "", got.n);
	if (!same)
		fprintf(stderr,
			"jobs %zu block %zu from %d kinds %02x\ngot:\n%.3000s\nwant:\n%.3000s\n",
			way->jobs, way->block, way->from, kinds, out_text(&got), out_text(want));
	diag_finish(&diags);
	if (q.fd >= 0)
		close(q.fd);
	out_release(&got);
	arena_release(&mem);
	return same;
}

/* All ways agree with the plain reader. `form`: delimiter, header, columns, rows allowed. */
static inline bool csv_all_agree(const char *text, size_t n, unsigned form, unsigned kinds,
				 const struct csv_way *ways, size_t n_ways)
{
	static const char delimiters[] = {',', 0, ';', ','};
	struct csv_column columns[8];
	struct csv_request q = {.delimiter = delimiters[form & 3],
				.no_header = form >> 2 & 1,
				.max_bad = form >> 3 & 31,
				.columns = columns};
	struct arena mem;
	struct out want = {0};
	size_t n_header;
	bool same = true;

	arena_init(&mem);
	csv_reference(&mem, text, n, &q, &n_header, &want);
	if (n_header) {
		out_clear(&want);
		q.n_columns = csv_ask(columns, n_header, kinds);
		csv_reference(&mem, text, n, &q, &n_header, &want);
	}
	for (size_t i = 0; i < n_ways && same; i++)
		same = csv_agrees(text, n, q, kinds, &ways[i], &want, n_header);
	arena_release(&mem);
	out_release(&want);
	return same;
}
#endif
