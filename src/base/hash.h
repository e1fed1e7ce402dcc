/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/hash.h - digests: SHA-256 for evidence, XXH3 for tables */
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include <stddef.h>
#include <stdint.h>

enum { SHA256_HEX = 65 }; /* 64 digits and a NUL */

uint64_t hash_bytes(const void *bytes, size_t n);
/* hash_bytes() of pieces that follow each other. */
struct iovec;
uint64_t hash_pieces(const struct iovec *pieces, size_t n);
/* The same as a number of [0, 1), for a share of all that is hashed. */
double hash_share(const struct iovec *pieces, size_t n);
/* Lower-case hex of the SHA-256 of the bytes. */
void sha256_hex(const void *bytes, size_t n, char hex[SHA256_HEX]);

struct sha256_stream {
	_Alignas(16) unsigned char state[128];
};
void sha256_start(struct sha256_stream *s);
void sha256_add(struct sha256_stream *s, const void *bytes, size_t n);
void sha256_finish(struct sha256_stream *s, char hex[SHA256_HEX]);
#endif
