/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/hash.c - SHA-256 by nettle, XXH3 by xxHash */
#include "base/hash.h"
#include "base/arena.h"
#include <nettle/sha2.h>
#include <sys/uio.h>
#include <xxhash.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha256_stream), "state fits");

uint64_t hash_bytes(const void *bytes, size_t n)
{
	return XXH3_64bits(bytes, n);
}

uint64_t hash_pieces(const struct iovec *pieces, size_t n)
{
	XXH3_state_t *state = XXH3_createState();
	uint64_t hash;

	if (!state)
		mem_exhausted(576); /* bytes of its state */
	XXH3_64bits_reset(state);
	for (size_t i = 0; i < n; i++)
		XXH3_64bits_update(state, pieces[i].iov_base, pieces[i].iov_len);
	hash = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return hash;
}

double hash_share(const struct iovec *pieces, size_t n)
{
	return (double)(hash_pieces(pieces, n) >> 11) * 0x1p-53;
}

void sha256_start(struct sha256_stream *s)
{
	sha256_init((struct sha256_ctx *)s->state);
}

void sha256_add(struct sha256_stream *s, const void *bytes, size_t n)
{
	sha256_update((struct sha256_ctx *)s->state, n, bytes);
}

void sha256_finish(struct sha256_stream *s, char hex[SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest((struct sha256_ctx *)s->state, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[SHA256_HEX - 1] = '\0';
}

void sha256_hex(const void *bytes, size_t n, char hex[SHA256_HEX])
{
	struct sha256_stream s;

	sha256_start(&s);
	sha256_add(&s, bytes, n);
	sha256_finish(&s, hex);
}
