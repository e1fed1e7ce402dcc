/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/attention.h - what needs attention: findings, drift, incidents, actions that are due */
#ifndef RENDER_ATTENTION_H
#define RENDER_ATTENTION_H
#include "render/page_writer.h"

struct attention {
	struct word word;  /* "fault", "error", "critical", "overdue", … */
	unsigned rank;     /* 0 is worst */
	const char *model; /* id; "" where it is about no model */
	const char *what, *where, *where_url, *since, *owner, *todo;
	size_t order; /* as found, where all else is equal */
};
struct attention_list {
	LIST_OF(struct attention);
};

/* Worst first; rows about one model stand together, where its worst row stands. */
struct attention_list attention_list(struct page_job *job);
bool incident_is_open(const struct record *incident);
/* The actions of an incident that are due before the day of the book and not done. */
size_t overdue_actions(const struct page_job *job, const struct record *incident);
#endif
