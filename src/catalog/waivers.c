/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/waivers.c - waivers of items, by document and item */
#include "catalog/waivers.h"
#include "base/date.h"
#include <string.h>

/* No id holds a NUL. */
static const char *key_of(struct arena *mem, const char *document, const char *item, size_t *n)
{
	size_t first = strlen(document) + 1, last = strlen(item);
	char *key = arena_alloc(mem, first + last + 1);

	memcpy(key, document, first);
	memcpy(key + first, item, last + 1);
	*n = first + last;
	return key;
}

static bool read_waiver(const struct record *record, struct waiver *waiver)
{
	const char *granted = data_find_text(record->node, "granted");
	const char *expires = data_find_text(record->node, "expires");

	*waiver = (struct waiver){
	    .record = record,
	    .document = data_find_text(record->node, "document"),
	    .item = data_find_text(record->node, "item"),
	    .approver = data_find_text(record->node, "approver"),
	    .reason = data_find_text(record->node, "reason"),
	};
	return waiver->document && waiver->item && waiver->approver && waiver->reason && granted &&
	       expires && date_parse(granted, strlen(granted), &waiver->granted) &&
	       date_parse(expires, strlen(expires), &waiver->expires);
}

void waivers_index(struct workspace *ws)
{
	for (size_t i = 0; i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		const struct waiver *before;
		struct waiver waiver, *kept;
		const char *key;
		size_t n;

		if (!record->kind || strcmp(record->kind, "waiver") != 0 ||
		    !read_waiver(record, &waiver))
			continue;
		key = key_of(ws->mem, waiver.document, waiver.item, &n);
		before = map_get_n(&ws->waivers, key, n);
		if (before && before->expires >= waiver.expires)
			continue;
		kept = arena_new(ws->mem, struct waiver, 1);
		*kept = waiver;
		map_put_n(&ws->waivers, ws->mem, key, n, kept);
	}
}

const struct waiver *waiver_of_item(const struct workspace *ws, const struct document *doc,
				    const struct match *item)
{
	char room[512];
	size_t first, last;

	if (!ws->waivers.n || !doc->id || !item->identity)
		return NULL;
	first = strlen(doc->id) + 1;
	last = strlen(item->identity);
	if (first + last <= sizeof room) {
		memcpy(room, doc->id, first);
		memcpy(room + first, item->identity, last);
		return map_get_n(&ws->waivers, room, first + last);
	}
	for (size_t i = 0; i < ws->waivers.n; i++) {
		const struct waiver *waiver = ws->waivers.entries[i].value;
		if (!strcmp(waiver->document, doc->id) && !strcmp(waiver->item, item->identity))
			return waiver;
	}
	return NULL;
}

bool waiver_holds(const struct waiver *waiver, int32_t day)
{
	return waiver->granted <= day && day <= waiver->expires;
}
