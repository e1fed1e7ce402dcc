/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/records.h - modelbook's records as YAML, written by a program
 *
 * Text goes out in double quotes with JSON's escapes, which YAML reads alike; numbers by number.c.
 * What modelbook refuses in YAML (control characters, bytes that are not UTF-8) becomes U+FFFD, so
 * that a record can always be read back. The same bytes for the same values. A file is written
 * whole or not at all. */
#ifndef CAPSTONE_RECORDS_H
#define CAPSTONE_RECORDS_H

#include "base/diag.h"
#include "base/out.h"
#include <stdbool.h>
#include <stdint.h>

struct yaml_writer {
	struct out *to;
	unsigned depth;
	bool in_item;      /* the next key stands behind "- " */
	const char *empty; /* "[]" or "{}" of a list or map that was begun and holds nothing yet */
};
void yaml_comment(struct yaml_writer *w, const char *text);
void yaml_map(struct yaml_writer *w, const char *key);  /* key: and deeper */
void yaml_list(struct yaml_writer *w, const char *key); /* key: and items deeper */
void yaml_item(struct yaml_writer *w);                  /* "- ": the keys that follow are its */
void yaml_end(struct yaml_writer *w); /* of a map, list or item; none may be left out */
void yaml_text(struct yaml_writer *w, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void yaml_number(struct yaml_writer *w, const char *key, double value); /* null where not finite */
void yaml_fixed(struct yaml_writer *w, const char *key, double value, int decimals);
void yaml_count(struct yaml_writer *w, const char *key, uint64_t value);
void yaml_truth(struct yaml_writer *w, const char *key, bool value);
void yaml_day(struct yaml_writer *w, const char *key, int32_t day);
void yaml_texts(struct yaml_writer *w, const char *key, const char *const *items, size_t n);
/* Writes a file with its folders, whole or not at all; false with io/write. */
bool whole_write(const char *path, const struct out *text, struct diag_sink *diags);
/* The same into dir/path. */
bool record_write(const char *dir, const char *path, const struct out *text,
		  struct diag_sink *diags);
#endif
