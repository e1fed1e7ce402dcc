/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_writer.h - what the writers of the kinds of pages share
 *
 * Each kind of page is one struct page_type: its template, the names that the template may use,
 * and the function that fills the view. Everything a page writer makes lives in the scratch arena
 * of the thread that writes the page. */
#ifndef RENDER_PAGE_WRITER_H
#define RENDER_PAGE_WRITER_H
#include "render/markdown_html.h"
#include "render/mustache.h"
#include "render/render.h"

/* Documents about one run or incident. */
struct document_list {
	LIST_OF(const struct document *);
};

/* One page being written. */
struct page_job {
	const struct book *book;
	const struct workspace *ws;
	const struct page *page;
	struct arena *mem;           /* the thread's scratch */
	const struct map *run_pages; /* id of a run -> struct page */
	const struct map *about;     /* id of a run or incident -> struct document_list */
	unsigned plots;              /* number of the last plot on this page */
	const char *why;             /* set where something of the program failed */
	struct toc contents;         /* entries of "On this page" so far */
};

struct page_type {
	const char *template_path; /* in the workspace, else among the defaults */
	view_names names;
	void (*fill)(struct page_job *job, struct view *view);
};
extern const struct page_type page_overview_type, page_document_type, page_models_type,
    page_model_type, page_version_type, page_run_type, page_incidents_type, page_findings_type,
    page_templates_type, page_template_type, page_record_kind_type, page_records_type,
    page_record_type, page_controls_type, page_framework_type, page_not_found_type;

/* Names that every page has (templates/pages/layout.html and status.html). */
#define LAYOUT_NAMES                                                                               \
	"title", "page_title", "site_title", "style_url", "plot_style_url", "script_url",          \
	    "home_url", "canonical_url", "previous_url", "previous_title", "next_url",             \
	    "next_title", "has_neighbours", "has_crumbs", "crumbs[].url", "crumbs[].title",        \
	    "nav[].url", "nav[].title", "nav[].here", "nav[].inside", "has_status",                \
	    "status[].label", "status[].text", "status[].url", "status[].tone", "has_contents",    \
	    "contents[].url", "contents[].title", "contents[].deeper"
/* A list of findings (finding.html), of items (item.html), of stages (stages.html), of links. */
#define FINDING_NAMES(list)                                                                        \
	list "[].severity", list "[].tone", list "[].shape", list "[].message", list "[].rule",    \
	    list "[].rule_url", list "[].place", list "[].place_url", list "[].excerpt",           \
	    list "[].line", list "[].before", list "[].marked", list "[].after", list "[].help",   \
	    list "[].reason"
#define ITEM_NAMES(list)                                                                           \
	list "[].state", list "[].tone", list "[].shape", list "[].title", list "[].url",          \
	    list "[].section", list "[].evidence", list "[].evidence_url",                         \
	    list "[].evidence_place"
#define STAGE_NAMES                                                                                \
	"has_stages", "stage_lines[].version", "stage_lines[].version_url",                        \
	    "stage_lines[].stages[].stage", "stage_lines[].stages[].date",                         \
	    "stage_lines[].stages[].by", "stage_lines[].stages[].reason",                          \
	    "stage_lines[].stages[].now", "stage_lines[].stages[].place_url"

/* ---- navigation.c ---- */

/* Fills LAYOUT_NAMES but for the status; called after the page's own fill. */
void layout_fill(struct page_job *job, struct view *view);
/* The page of a model, version, run or incident; NULL for the workspace and what is unresolved. */
const char *subject_href(const struct page_job *job, const struct subject *subject);
/* The page of a run, else the line of its record. */
const char *run_href(const struct page_job *job, const struct record *run);
const char *incident_href(const struct page_job *job, const struct record *incident);
/* Adds an entry to the contents beside the page. */
void contents_add(struct page_job *job, unsigned level, const char *title, const char *id);
/* The address of a page from this one; NULL where `to` is NULL. */
const char *href(const struct page_job *job, const struct page *to, const char *anchor);
/* The line of a record's page, or the heading of a document's page, that a place stands at or
 * under; NULL where its file has no page. */
const char *place_href(const struct page_job *job, const struct span *at);
/* "data/x.yaml:42". */
const char *place_text(const struct page_job *job, const struct span *at);
/* The document's page with its nearest heading above the place; NULL for other files. */
const char *document_place_href(const struct page_job *job, const struct span *at);
/* "a/b.md" for content/a/b.md. */
const char *inside_content(const struct page_job *job, const char *path);
/* True where a line of `navigation:` names the document, or the folder that it lies in. */
bool nav_covers(const struct page_job *job, const struct nav_rule *rule,
		const struct document *doc);
/* Documents in the same folder, at most 40 around this one: siblings[].url, .title, .here. */
void siblings_fill(struct page_job *job, struct view *view);

/* view_url(), and the absent value where there is no address. */
void view_address(struct view *view, const char *name, const char *url);
/* Text in which `words between backticks` are code, as help of rules has them. */
void view_code_text(struct page_job *job, struct view *view, const char *name, const char *text);
/* Markup in `o`, which is released; the absent value where it is empty. */
void view_take_markup(struct page_job *job, struct view *view, const char *name, struct out *o);

/* ---- page_record_kind.c ---- */

/* Record kinds on the index of templates: RECORD_KIND_NAMES. */
void record_kinds_fill(struct page_job *job, struct view *view);
#define RECORD_KIND_NAMES                                                                          \
	"has_record_kinds", "record_kinds[].kind", "record_kinds[].url", "record_kinds[].title",   \
	    "record_kinds[].fields", "record_kinds[].required", "record_kinds[].records"

/* ---- words.c ---- */

/* A word with its shape and tone (a class of the style sheet: good, warning, critical, unknown). */
struct word {
	const char *word, *shape, *tone;
};
struct word severity_word(enum severity severity, bool fault);
struct word drift_word(enum drift_severity severity);
struct word item_word(enum item_state state);
/* Sets `name` to the word, and "shape" and "tone". */
void view_word(struct view *view, const char *name, struct word word);

/* 3 decimals for usual figures, 3 significant digits for small and 4 for large ones; "–" where
 * not finite. */
const char *figure_text(struct arena *mem, double value);
/* "[0.902, 0.924]", NULL where there is no interval. */
const char *interval_text(struct arena *mem, struct interval interval);
/* "0.913 [0.902, 0.924]", or "– (reason)". */
const char *figure_with_interval(struct arena *mem, const struct figure *figure);
const char *count_text(struct arena *mem, size_t n);
/* "1 error", "3 errors". */
const char *plural(struct arena *mem, size_t n, const char *one, const char *many);
const char *or_dash(const char *text);
const char *decision_name(enum decision decision); /* NULL for none */
const char *decision_tone(enum decision decision);
/* "churn" or the name where it has one. */
const char *model_title(const struct model *model);
/* False for documents about the workspace, whose items no one ticks. */
bool document_has_states(const struct document *doc);
/* "10 of 14 items shown, 2 claimed, 1 open, 1 missing"; "asks for 14 items" for a document without
 * states; NULL without items. */
const char *items_summary(const struct page_job *job, const struct document *doc);

/* One entry of the status line. `text` NULL leaves it out. */
void status_add(struct view *view, const char *label, const char *text, const char *url,
		const char *tone);
/* Closes the status line: has_status. Called once by each fill, after its entries. */
void status_end(struct view *view, bool any);

/* ---- requirements.c ---- */

/* Calls `each` for every requirement of a document that its page lists: items all, sections where
 * they are missing, empty or placeholders. */
void requirements_each(const struct page_job *job, const struct document *doc,
		       void (*each)(void *ctx, const struct match *match), void *ctx);
/* Appends them as ITEM_NAMES to list `name`; returns how many. */
size_t requirements_fill(struct page_job *job, struct view *view, const char *name,
			 const struct document *doc);
struct item_counts {
	size_t by_state[ITEM_MISSING + 1], items, sections, sections_good;
};
struct item_counts requirements_count(const struct page_job *job, const struct document *doc);
/* The state of the item at a node of the document where its tick does not tell it: "waived",
 * "not applicable", "contradicted"; NULL else. */
const char *item_mark(const struct page_job *job, const struct document *doc, uint32_t node,
		      const char **shape);
void item_counts_add(struct item_counts *sum, const struct item_counts *counts);
/* The entry "Waived" of the status line: a version may be approved with conditions that it does
 * not meet. Nothing where it meets all. */
void status_add_waived(struct page_job *job, struct view *view, const struct version *version,
		       const char *url);
/* "10 of 14 shown, 2 claimed, 1 waived": every state that occurs; `noun`: "" or " items". */
const char *item_counts_text(const struct page_job *job, const struct item_counts *counts,
			     const char *noun);

/* ---- findings_view.c ---- */

/* Findings [first, last) of the book are those of the file; they are sorted by path. */
void findings_of_file(const struct book *book, const char *path, size_t *first, size_t *last);
/* "error"; "error, allowed" in a tone that does not call for attention. */
struct word finding_word(struct arena *mem, enum rule rule, enum severity severity,
			 enum standing standing);
void finding_fill(struct page_job *job, struct view *entry, const struct finding *finding);
/* How many findings of a file are allowed by its comments. */
size_t findings_allowed(const struct book *book, const char *path);
/* Adds how many errors and warnings are open in a file to the status line, where there are any. */
void findings_status(struct page_job *job, struct view *view, const char *path);
/* Appends the open findings of a file as FINDING_NAMES("findings"), those of severity `least` or
 * more, at most `max`; returns how many. `within`: only those that lie in this place, NULL for all.
 */
size_t findings_fill(struct page_job *job, struct view *view, const char *path,
		     const struct span *within, enum severity least, size_t max);
/* "rule-doc-missing-section", the id of a rule on the findings page. */
const char *rule_anchor(struct arena *mem, enum rule rule);

/* ---- stages.c ---- */

/* STAGE_NAMES from the history of one version, or of all versions of a model, each a line. */
void stages_fill_version(struct page_job *job, struct view *view, const struct version *version);
void stages_fill_model(struct page_job *job, struct view *view, const struct model *model);
/* The version whose figures stand for the model: production, else the last that is not retired,
 * else the last; NULL where there is none. */
const struct version *model_main_version(const struct model *model);
#endif
