/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/settle.h - what findings count for, once all were found
 *
 * Severities that modelbook.yaml sets, then the standings that comments of documents give. */
#ifndef JUDGE_SETTLE_H
#define JUDGE_SETTLE_H
#include "catalog/workspace.h"

/* Gives findings the severities of `severity:`. For those that come later than settle(). */
void settle_severities(const struct config *config, struct diag_sink *diags);
/* Severities of all findings; findings that a comment allows become STANDING_ALLOWED with its
 * reason, and comments that allow nothing doc/unused-allow. Called once, at the end of judging and
 * before diag_finish(). */
void settle(const struct workspace *ws, struct diag_sink *diags);
#endif
