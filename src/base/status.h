/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/status.h - whether an operation could be done */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status { ST_OK, ST_FAILED };

/* Exit statuses of the program. */
enum { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_CANNOT = 2 };
#endif
