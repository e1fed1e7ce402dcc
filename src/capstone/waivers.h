/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/waivers.h - waivers that persons signed, as far as operation asks for them
 *
 * A file of modelbook's records (kind waiver), written by hand: what no program decides. */
#ifndef CAPSTONE_WAIVERS_H
#define CAPSTONE_WAIVERS_H

#include "capstone/operate.h"

/* Those of `model` that let a version answer under the limit of the ratio of selection rates: their
 * `item` is the bias checklist's checks/disparate-impact. A file that is not there holds none.
 * False after findings. Lives in `mem`. */
bool waivers_read(struct arena *mem, const char *path, const char *model,
		  const struct group_waiver **waivers, size_t *n, struct diag_sink *diags);
#endif
