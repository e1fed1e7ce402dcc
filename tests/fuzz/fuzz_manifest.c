/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz/fuzz_manifest.c - manifest.json of a site that anybody may have changed */
#include "publish/publish_internal.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct manifest manifest;
	struct arena mem;

	arena_init(&mem);
	if (!manifest_parse(&mem, (const char *)bytes, n, &manifest)) {
		for (size_t i = 0; i < manifest.files.n; i++) {
			const struct manifest_file *file = &manifest.files.items[i];
			assert(manifest_path_ok(file->path));
			assert(strlen(file->sha256) == SHA256_HEX - 1);
			assert(map_get(&manifest.by_path, file->path) == file);
		}
	}
	arena_release(&mem);
	return 0;
}
