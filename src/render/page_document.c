/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_document.c - a document: its text, its requirements, its findings, who mentions it */
#include "render/attention.h"
#include "render/live_html.h"
#include <string.h>

enum { FINDINGS_MAX = 100 };

static const char *const names[] = {LAYOUT_NAMES,
				    "body",
				    "has_requirements",
				    "requirements_summary",
				    "template_url",
				    ITEM_NAMES("requirements"),
				    "has_findings",
				    "has_open",
				    "allowed",
				    "allowed_url",
				    FINDING_NAMES("findings"),
				    MENTION_NAMES,
				    "has_siblings",
				    "siblings[].url",
				    "siblings[].title",
				    "siblings[].here",
				    NULL};

static void fill_status(struct page_job *job, struct view *view, const struct document *doc)
{
	const struct page *tmpl = doc->tmpl ? page_at(&job->ws->pages, doc->tmpl->page) : NULL;
	const char *items = items_summary(job, doc);
	size_t overdue = 0;

	status_add(view, "Kind", doc->tmpl ? doc->tmpl->title : doc->kind, href(job, tmpl, NULL),
		   NULL);
	status_add(view, "About", doc->about.text, subject_href(job, &doc->about), NULL);
	status_add(view, "Owner", doc->owner, NULL, NULL);
	status_add(view, "Decision", decision_name(doc->decision), NULL,
		   decision_tone(doc->decision));
	if (doc->about.kind == ABOUT_INCIDENT && doc->about.record)
		overdue = overdue_actions(job, doc->about.record);
	status_add(view, "Overdue", overdue ? plural(job->mem, overdue, "action", "actions") : NULL,
		   subject_href(job, &doc->about), "critical");
	status_add(view, "Items", items, items ? "#Mb-requirements" : NULL, NULL);
	findings_status(job, view, doc->path);
	status_add(view, "Source", doc->path, NULL, "path");
	status_end(view, true);
}

static void fill_requirements(struct page_job *job, struct view *view, const struct document *doc)
{
	struct item_counts counts = requirements_count(job, doc);
	const char *items = items_summary(job, doc);
	const struct page *tmpl = doc->tmpl ? page_at(&job->ws->pages, doc->tmpl->page) : NULL;

	requirements_fill(job, view, "requirements", doc);
	view_flag(view, "has_requirements", doc->match != NULL);
	view_text(view, "requirements_summary",
		  arena_printf(job->mem, "%zu of %zu required sections are there%s%s.",
			       counts.sections_good, counts.sections, items ? "; " : "",
			       items ? items : ""));
	view_address(view, "template_url", href(job, tmpl, NULL));
	if (doc->match)
		contents_add(job, 2, "Requirements", "Mb-requirements");
}

static void fill_findings(struct page_job *job, struct view *view, const struct document *doc)
{
	size_t n = findings_fill(job, view, doc->path, NULL, SEVERITY_NOTE, FINDINGS_MAX);
	size_t allowed = findings_allowed(job->book, doc->path);

	view_flag(view, "has_findings", n || allowed);
	view_flag(view, "has_open", n > 0);
	view_text(view, "allowed",
		  allowed ? arena_printf(job->mem, "%s allowed here by comments in the text:",
					 plural(job->mem, allowed, "finding is", "findings are"))
			  : NULL);
	view_address(view, "allowed_url",
		     href(job, page_single(&job->ws->pages, PAGE_FINDINGS), "Mb-allowed"));
	if (n || allowed)
		contents_add(job, 2, "Findings in this document", "Mb-findings");
	if (!n)
		view_empty_list(view, "findings");
}

static void fill(struct page_job *job, struct view *view)
{
	const struct document *doc = job->page->document;
	struct out body = {0};
	struct toc toc = {0};

	view_text(view, "title", live_title(job, doc));
	fill_status(job, view, doc);
	markdown_live_body(doc, live_writer_of(job), job->mem, &body, &toc);
	view_take_markup(job, view, "body", &body);
	for (size_t i = 0; i < toc.n; i++)
		contents_add(job, toc.items[i].level, toc.items[i].title, toc.items[i].id);
	fill_requirements(job, view, doc);
	fill_findings(job, view, doc);
	mentions_fill(job, view);
	siblings_fill(job, view);
}

const struct page_type page_document_type = {"templates/pages/document.html", names, fill};
