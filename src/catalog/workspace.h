/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/workspace.h - everything that was read, under its id, and the pages it will have
 *
 * A workspace is complete when workspace_read() returns: documents and records under their ids,
 * models with versions and history, links and mentions, matches, and the page plan. Nothing
 * changes it afterwards, so that later stages may read it from several threads. */
#ifndef CATALOG_WORKSPACE_H
#define CATALOG_WORKSPACE_H
#include "base/diag.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/store.h"
#include "catalog/config.h"
#include "catalog/match.h"
#include "catalog/page.h"
#include "catalog/template.h"

struct model;
struct version;
struct record;
struct document;
struct phrases;         /* catalog/phrases.h */
struct gist;            /* catalog/gist.h */
struct live;            /* catalog/live.h */
struct framework;       /* catalog/controls.h */
struct program_command; /* catalog/controls.h */

/* What a document or record is about. */
struct subject {
	enum about_kind kind; /* ABOUT_WORKSPACE where nothing is said */
	const char *text;     /* as written; "" for the workspace */
	struct span at;
	const struct model *model; /* model, version, and run where its model is known */
	const struct version *version;
	const struct record *record; /* run or incident */
	bool unresolved;             /* names something that no record defines */
};

enum link_kind {
	LINK_EXTERNAL,
	LINK_PAGE,
	LINK_ANCHOR /* on the same page */,
	LINK_FILE,
	LINK_REPOSITORY,
	LINK_BROKEN_TARGET,
	LINK_BROKEN_ANCHOR,
	LINK_UNSAFE,
	LINK_SHORTCODE /* left as text */
};

/* A link or picture of a document, resolved. */
struct link {
	uint32_t node; /* in the document's tree (0 for one in raw HTML) */
	bool image;
	enum link_kind kind;
	struct span at;
	const char *url;         /* as written */
	const struct page *page; /* LINK_PAGE: the page; LINK_FILE: the published file */
	const char *anchor;      /* without '#', "" for none */
	const char *address;     /* external or repository: the whole address */
	const char *nearest;     /* broken: did-you-mean, NULL for none */
};

/* A named threshold of a policy. */
struct threshold {
	const struct record *record;
	const struct data_node *node; /* a map with value and source */
};

enum decision {
	DECISION_NONE,
	DECISION_DRAFT,
	DECISION_APPROVED,
	DECISION_REWORK,
	DECISION_BLOCKED
};

struct document {
	const char *path; /* content/a/b.md */
	const char *id;
	const char *kind; /* NULL where it has none */
	struct span kind_at;
	const char *title;
	uint32_t title_node; /* heading that is the page's h1, 0 where front matter says it */
	const char *owner;   /* front matter `owner:`, NULL */
	enum decision decision;
	struct document_text text;
	const struct template *tmpl; /* NULL: no requirements */
	struct subject about;
	struct match *match;                        /* NULL without template */
	size_t n_items, n_ticked, n_not_applicable; /* of required items */
	struct {
		LIST_OF(struct link);
	} links;                  /* sorted by node */
	const struct live *live;  /* NULL: nothing in it is live */
	struct map anchors;       /* id -> any; those that may be linked */
	bool has_html, has_links; /* its tree holds raw HTML, links or pictures */
	bool has_shortcodes;      /* "{{<" or "{{%" of another generator is in its text */
	const struct gist *gist;  /* stands for its tree and match, which are empty; else NULL */
	const struct page *page;
};

/* What a team sets out to do, and the kind that it begins with. */
struct kind_task {
	const char *task, *kind;
};

struct record_kind {
	const char *kind, *title;
	const struct page *page;
	struct source *source;
	const struct data_node *root;
	struct schema *schema;
};

struct record {
	const char *path; /* data/a/b.yaml */
	const char *kind; /* NULL where it has none */
	const char *id;   /* NULL where it has none */
	struct source *source;
	const struct data_node *node;     /* the record's own map */
	const struct record_kind *schema; /* NULL where the kind has none */
	struct subject about;
	const struct page *page; /* of its file */
};

/* A file under data/, with its records. */
struct data_file {
	const char *path;
	struct source *source;        /* logs: the text too (mapped) */
	const struct data_node *root; /* NULL for logs and unreadable files */
	bool is_log;                  /* .csv */
	bool read;                    /* somebody named it */
	char sha256[SHA256_HEX];
	const struct page *page;
	struct {
		LIST_OF(struct record *);
	} records;
};

struct stage_change {
	enum stage stage;
	const char *date;        /* as written */
	int32_t day;             /* INT32_MIN where it is no date */
	const char *by, *reason; /* NULL where not given */
	struct span at;
	const struct data_node *node;
};

struct version {
	const struct model *model;
	const char *id;
	const char *name; /* MODEL@VERSION */
	const struct data_node *node;
	struct span at;
	enum stage stage;     /* on the day of as_of */
	enum stage requested; /* `requested_stage:` */
	struct {
		LIST_OF(struct stage_change);
	} history;
	struct {
		LIST_OF(const struct record *);
	} evaluations, windows, records; /* records: all about it */
	struct {
		LIST_OF(const struct document *);
	} documents;
	const struct record *primary; /* evaluation whose figures are the version's; NULL */
	const struct page *page;
};

struct model {
	const struct record *record;
	const char *id, *name, *owner; /* name, owner NULL where not given */
	int tier;                      /* 1, 2, 3; 0 where not given */
	struct {
		LIST_OF(struct version *);
	} versions;                       /* in the order written */
	const struct version *production; /* NULL */
	struct {
		LIST_OF(const struct record *);
	} runs, incidents, records; /* records: all about it or a version of it, as read */
	struct {
		LIST_OF(const struct document *);
	} documents; /* about the model itself */
	const struct page *page;
};

struct input_file {
	const char *path; /* default:… for installed defaults */
	uint64_t size;
	char sha256[SHA256_HEX];
};

/* A file under content/ that is no document. */
struct content_file {
	const char *path;
	bool published; /* its type is one that the site publishes */
	const struct page *page;
};

struct workspace {
	struct arena *mem;
	const char *dir;     /* as given */
	int root;            /* the folder, open */
	int defaults;        /* the installed defaults, open; -1 */
	bool lacks_defaults; /* they are not there, or hold no templates */
	int32_t as_of;
	size_t jobs;         /* threads that work on it */
	struct store *store; /* what former runs computed; NULL: nothing is kept */
	struct config config;
	struct source *config_source; /* modelbook.yaml, named even where absent */
	struct {
		LIST_OF(struct template *);
	} templates; /* sorted by kind */
	struct {
		LIST_OF(struct record_kind *);
	} record_kinds; /* sorted by kind */
	struct {
		LIST_OF(struct kind_task);
	} tasks;                             /* in the order of templates/tasks.yaml */
	const struct phrases *blame, *vague; /* NULL: no template asks for them */
	struct {
		LIST_OF(struct document *);
	} documents; /* sorted by path */
	struct {
		LIST_OF(struct data_file *);
	} data_files; /* sorted by path */
	struct {
		LIST_OF(struct record *);
	} records; /* in the order of files and lines */
	struct {
		LIST_OF(struct model *);
	} models; /* sorted by id */
	struct {
		LIST_OF(struct input_file);
	} inputs; /* sorted by path */
	struct {
		LIST_OF(struct content_file *);
	} files;             /* sorted by path */
	const char *content; /* "content", or "" where the whole folder is content */
	bool configured;     /* there is a modelbook.yaml */
	struct map file_by_path, document_by_name, id_owner;
	struct map document_by_id, document_by_path, record_by_id, data_by_path, model_by_id,
	    template_by_kind, record_kind_by_name;
	struct page_plan pages;
	struct map run_pages;       /* id of a run -> struct page */
	struct map framework_pages; /* id of a controls record -> struct page */
	struct map record_targets;  /* id of a record -> struct live_target */
	struct map thresholds;      /* name -> struct threshold, the first of the name */
	struct map waivers;         /* document, NUL, item -> struct waiver (waivers.h) */
	struct {
		LIST_OF(struct framework *);
	} frameworks; /* records of kind controls, in the order of files and lines */
	struct map named_by_controls;           /* ids of documents that controls name -> any */
	struct map served;                      /* kind -> struct served_list */
	const struct program_command *commands; /* what controls may name; NULL: not known */
	size_t n_commands;
	bool looked_elsewhere;                 /* for files beyond content/, data/ and templates/ */
	const struct schema *block_schemas[2]; /* by enum live_block_kind; NULL: not read */
};

struct workspace_options {
	const char *dir;     /* the workspace */
	const char *content; /* "content", or "." for `check PATH` without modelbook.yaml */
	bool configured;     /* false: no modelbook.yaml is looked for */
	int32_t as_of;
	size_t jobs;
	struct store *store; /* what former runs computed; NULL: nothing is kept */
	const struct program_command *commands; /* the program's; NULL: controls may name any */
	size_t n_commands;
	/* Adds the findings that a document's tree and match give rise to. Where it is given,
	 * findings are all that is wanted: documents that nothing else needs to look into have
	 * gists, with these findings, in place of trees and matches. */
	void (*judge_text)(const struct workspace *ws, const struct document *doc,
			   struct diag_sink *diags);
};

/* Reads all. ST_FAILED where modelbook.yaml cannot be used or the folder cannot be read (a
 * finding says why); findings about inputs do not fail it. */
enum status workspace_read(struct arena *mem, const struct workspace_options *options,
			   struct workspace *ws, struct diag_sink *diags);
/* Text of a theme or page template: the workspace's file, else the installed default's. NULL and
 * a finding where neither can be read. Counts as an input of the build. */
struct source *workspace_asset(struct workspace *ws, const char *path, struct diag_sink *diags);
/* Inputs in the order of their paths, after workspace_asset() added some. */
void workspace_sort_inputs(struct workspace *ws);
/* The folder of installed defaults (templates/, themes/, …): $MODELBOOK_DEFAULTS, else beside the
 * program (../share/modelbook, or the source tree of an uninstalled build). NULL: none. */
const char *defaults_dir(struct arena *mem);
/* Where defaults_dir() looks, for those who did not find it. */
const char *defaults_sought(struct arena *mem);
/* True where the installed defaults are missing, so that nothing is known of kinds that the
 * workspace does not define: says so, once for all of them. */
bool workspace_lacks_defaults(const struct workspace *ws, struct diag_sink *diags);

const struct document *workspace_document(const struct workspace *ws, const char *id);
const struct record *workspace_record(const struct workspace *ws, const char *id);
/* "churn" or "churn@1.2.0"; NULL version for a model alone. False where there is none. */
bool workspace_subject(const struct workspace *ws, const char *text, const struct model **model,
		       const struct version **version);
/* What an address in a document leads to; for Markdown links and for raw HTML alike. */
struct link link_resolve(struct arena *mem, const struct workspace *ws, const struct document *doc,
			 const char *url, bool image);
/* The file of the font that plots are measured with; NULL where it cannot be found. */
char *font_path(struct arena *mem);
/* The resolved link of a node of a document; NULL where there is none. */
const struct link *document_link(const struct document *doc, uint32_t node);
#endif
