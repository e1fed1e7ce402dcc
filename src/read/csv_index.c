/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_index.c - delimiters, line feeds, quotes and NULs of a text, 64 bytes at a time */
#include "read/csv_internal.h"
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Bit i stands for byte i of 64. */
struct masks {
	uint64_t marks, high;
};

#ifdef __SSE2__
static inline struct masks masks_of(const char *p, char delimiter)
{
	const __m128i d = _mm_set1_epi8(delimiter), nl = _mm_set1_epi8('\n');
	const __m128i quote = _mm_set1_epi8('"'), zero = _mm_setzero_si128();
	struct masks m = {0, 0};

	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		__m128i hit =
		    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, d), _mm_cmpeq_epi8(v, nl)),
				 _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, zero)));
		m.marks |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << (16 * i);
		m.high |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << (16 * i);
	}
	return m;
}
#else
static inline struct masks masks_of(const char *p, char delimiter)
{
	struct masks m = {0, 0};

	for (int i = 0; i < 64; i++) {
		char c = p[i];
		uint64_t mark = c == delimiter || c == '\n' || c == '"' || c == '\0';

		m.marks |= mark << i;
		m.high |= (uint64_t)((unsigned char)c >> 7) << i;
	}
	return m;
}
#endif

/* Adds the marks of the 64 bytes at index->done, of which `n` are there. */
static inline void add_marks(struct csv_index *index, const char *p, size_t n)
{
	struct masks m = masks_of(p, index->delimiter);
	uint32_t base = (uint32_t)index->done;
	uint32_t *to = index->at + index->n_at;

	if (n < 64)
		m.marks &= ((uint64_t)1 << n) - 1;
	while (m.marks) {
		*to++ = base + (uint32_t)__builtin_ctzll(m.marks);
		m.marks &= m.marks - 1;
	}
	index->n_at = (size_t)(to - index->at);
	if (__builtin_expect(m.high != 0, 0)) {
		if (index->high_first == index->high_last)
			index->high_first = index->done;
		index->high_last = index->done + n;
	}
	index->done += n;
}

bool csv_index_more(struct csv_index *index, size_t keep)
{
	size_t left = index->n - index->done;
	size_t whole = left < CSV_PIECE ? left / 64 * 64 : CSV_PIECE;

	index->n_at = index->next = 0;
	if (!left)
		return false;
	if (index->high_last <= keep)
		index->high_first = index->high_last = 0;
	for (size_t i = 0; i < whole; i += 64)
		add_marks(index, index->text + index->done, 64);
	if (whole < left && whole < CSV_PIECE) {
		char rest[64] = {0};

		memcpy(rest, index->text + index->done, left - whole);
		add_marks(index, rest, left - whole);
	}
	return true;
}
