/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_codec.h - figures as bytes and back
 *
 * One walk writes and reads, so that both take the same members in the same order. The bytes are
 * for this build of the program alone: numbers as the machine holds them. */
#ifndef EVIDENCE_FIGURES_CODEC_H
#define EVIDENCE_FIGURES_CODEC_H
#include "base/out.h"
#include "evidence/figures.h"

/* What the pipeline found out besides the figures. */
struct stored_figures {
	struct record_figures *figures; /* rows, skipped, all, windows, segments */
	size_t reference_n;             /* rows of the reference */
};

void figures_write(const struct stored_figures *figures, struct out *to);
/* False where the bytes are not whole; what was filled until then is in `mem`. */
bool figures_read(struct arena *mem, const char *bytes, size_t n, struct stored_figures *figures);
#endif
