/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/page.h - the page plan: every file that the site will have, before any is written
 *
 * judge (links), render and export read the same plan. */
#ifndef CATALOG_PAGE_H
#define CATALOG_PAGE_H
#include "base/map.h"
#include "base/source.h"

struct document;
struct model;
struct version;
struct record;
struct template;
struct record_kind;
struct data_file;
struct framework;

/* How a document refers to a page; several may hold. */
enum mention_kind {
	MENTION_ABOUT = 1, /* its `about:` */
	MENTION_LINK = 2,  /* a link, or [[id]] */
	MENTION_VALUE = 4  /* a value, plot or table of what the page is about */
};

/* Somebody refers here. */
struct mention {
	const struct document *from;
	unsigned how; /* enum mention_kind */
};

enum page_kind {
	PAGE_OVERVIEW,    /* index.html */
	PAGE_DOCUMENT,    /* a/b.html */
	PAGE_MODELS,      /* models/index.html */
	PAGE_MODEL,       /* models/ID/index.html */
	PAGE_VERSION,     /* models/ID/VERSION.html */
	PAGE_RUN,         /* models/ID/runs/RUN.html */
	PAGE_INCIDENTS,   /* incidents/index.html: each incident under its id */
	PAGE_FINDINGS,    /* findings/index.html */
	PAGE_TEMPLATES,   /* templates/index.html */
	PAGE_TEMPLATE,    /* templates/KIND.html */
	PAGE_RECORD_KIND, /* templates/KIND.html, of a record kind */
	PAGE_RECORDS,     /* records/index.html */
	PAGE_RECORD,      /* records/PATH.html: a file under data/ as numbered lines */
	PAGE_CONTROLS,    /* controls/index.html */
	PAGE_FRAMEWORK,   /* controls/ID.html: each control under its anchor */
	PAGE_NOT_FOUND,   /* 404.html */
	PAGE_SITEMAP,     /* sitemap.xml, only where base_url is set */
	PAGE_FILE,        /* a published file, as it is (SVG cleaned) */
	PAGE_THEME,       /* assets/…: style, script, font */
	PAGE_DOWNLOAD,    /* downloads/audit.xlsx */
	PAGE_KIND_COUNT
};

struct page {
	enum page_kind kind;
	const char *path;    /* in the site */
	const char *title;   /* plain text */
	const char *input;   /* PAGE_FILE, PAGE_THEME: the input's path */
	const char *section; /* top-level part for navigation: "handbook", "models", … */
	/* the subject, by kind */
	const struct document *document;
	const struct model *model;
	const struct version *version;
	const struct record *record;
	const struct template *tmpl;
	const struct record_kind *record_kind;
	const struct data_file *file;
	const struct framework *framework;
	const struct page *up;              /* breadcrumb parent; NULL for the overview */
	const struct page *previous, *next; /* neighbours among documents */
	const struct map *anchors;          /* ids that may be linked; NULL: none known */
	struct {
		LIST_OF(struct mention);
	} mentions; /* each document once, in the order of their paths */
};

struct page_plan {
	LIST_OF(struct page *); /* sorted by path */
	struct map by_path;     /* site path -> struct page */
	struct map by_input;    /* input path (content/a.md, data/x.yaml) -> struct page */
};

/* The page of an input, NULL where it has none. */
const struct page *page_of_input(const struct page_plan *plan, const char *path);
/* False where the page is known not to have the anchor: of documents, and of lines of files. */
bool page_has_anchor(const struct page *page, const char *anchor);
const struct page *page_at(const struct page_plan *plan, const char *site_path);
/* The one page of a kind that exists once (PAGE_OVERVIEW, PAGE_FINDINGS, …); NULL. */
const struct page *page_single(const struct page_plan *plan, enum page_kind kind);
/* The address of `to` from page `from`, relative and percent-encoded, with '#anchor' where
 * anchor is not "" or NULL. */
char *page_href(struct arena *mem, const struct page *from, const struct page *to,
		const char *anchor);
#endif
