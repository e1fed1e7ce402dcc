/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_pool.h - memory for cmark-gfm, emptied at once behind each text */
#ifndef READ_MARKDOWN_POOL_H
#define READ_MARKDOWN_POOL_H
#include <cmark-gfm.h>
#include <stdbool.h>

/* Begins a text: what was taken for the one before is gone. One text at a time in a process. */
cmark_mem *md_pool_open(void);
/* True where all that is still taken may be forgotten; else it is to be freed piece by piece. */
bool md_pool_forgets(void);
/* Gives the pool's own memory back, once no text is open. */
void md_pool_release(void);
#endif
