/* render/render.h - the pages of the plan as HTML */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H
#include "judge/judge.h"

struct renderer;

/* Reads and checks all page templates and the theme: a name that the page's kind does not
 * declare is template/invalid with file, line, column and did-you-mean. NULL where a template
 * cannot be read at all. Lives in `mem`; safe for use in threads afterwards. */
struct renderer *renderer_new(struct arena *mem, struct workspace *ws, struct diag_sink *diags);
/* Writes one page of the plan (any kind but PAGE_DOWNLOAD) to `to`. `scratch` is the calling
 * thread's. ST_FAILED only where something in the program is wrong or a file cannot be read;
 * *why then says it. */
enum status render_page(const struct renderer *r, const struct book *book, const struct page *page,
			struct arena *scratch, struct out *to, const char **why);
#endif
