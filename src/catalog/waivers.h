/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/waivers.h - leave to go on without one item of a document, for a reason, until a day */
#ifndef CATALOG_WAIVERS_H
#define CATALOG_WAIVERS_H
#include "catalog/match.h"
#include "catalog/workspace.h"

/* A record of kind waiver that names a document and an item. */
struct waiver {
	const struct record *record;
	const char *document, *item; /* document's id; SECTION-ID/ITEM-ID */
	const char *approver, *reason;
	int32_t granted, expires; /* days; the last one on which it holds */
};

/* The waivers of the records, by document and item; of several for one item the one that holds
 * longest. One without its keys or with dates that are none is left out: its schema says so. */
void waivers_index(struct workspace *ws);
/* The waiver of an item, whether it holds on the day of as_of or not; NULL where none names it. */
const struct waiver *waiver_of_item(const struct workspace *ws, const struct document *doc,
				    const struct match *item);
/* True from the day on which it was granted to the last on which it holds. */
bool waiver_holds(const struct waiver *waiver, int32_t day);
#endif
