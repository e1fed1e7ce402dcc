/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/catalog_internal.h - the steps of workspace_read(), in their order */
#ifndef CATALOG_INTERNAL_H
#define CATALOG_INTERNAL_H
#include "catalog/workspace.h"

/* What every step has at hand. */
struct catalog {
	struct arena *mem;
	struct workspace *ws;
	const struct workspace_options *options;
	struct diag_sink *diags;
	size_t n_before_content; /* inputs that were read before any document */
};

/* Reads a file of the workspace (or of the installed defaults, as "default:PATH") and counts it as
 * an input; NULL and a finding where it cannot be read. */
struct source *catalog_read_file(struct catalog *c, int root, const char *path, bool is_default);

/* The two halves of catalog_read_file(): reading, which threads may do, into `mem`; and counting
 * what was read as an input. `shown` is the path that findings name. */
struct source *catalog_read_source(struct arena *mem, struct diag_sink *diags, int root,
				   const char *path, const char *shown);
void catalog_add_input(struct catalog *c, const struct source *source);

/* templates/documents and templates/records, the workspace's and then the installed ones. */
void catalog_read_templates(struct catalog *c);
/* The part of it behind reading: templates under their kinds, each with what it extends and with
 * its former versions; those leave the list. */
void catalog_link_templates(struct catalog *c);
/* templates/tasks.yaml, the workspace's or the installed one. */
void catalog_read_tasks(struct catalog *c);
/* templates/language: the phrases that a template asks for. */
void catalog_read_language(struct catalog *c);
/* content/: documents without their trees, and other files. */
void catalog_read_content(struct catalog *c);
/* Trees of the documents, or gists, and their titles; once it is known what each is about. */
void catalog_read_bodies(struct catalog *c);
/* data/: files, records, logs. */
void catalog_read_data(struct catalog *c);
/* Models with versions and history, made from the records of kind model. */
void catalog_build_models(struct catalog *c);
/* `about:` of every record and document; records and documents under their models. */
void catalog_resolve_subjects(struct catalog *c);
/* Documents held against their templates. */
void catalog_match_documents(struct catalog *c);
/* The page plan. */
void catalog_plan_pages(struct catalog *c);
/* Anchors, links and mentions. */
void catalog_resolve_links(struct catalog *c);
/* The match of a document and its numbers of items. */
void catalog_match_document(struct arena *mem, struct arena *scratch, struct document *doc);
/* Parses the documents' texts, with gists where no more is wanted. */
void catalog_parse(struct catalog *c, struct document_text *const *texts);
/* The heading that is a document's h1, as a node; 0 where there is none. */
uint32_t catalog_title_node(const struct md_tree *tree);
/* The anchors of a document with its tree and match. True where it holds raw HTML. */
bool catalog_add_anchors(struct arena *mem, struct document *doc);

/* What is live in documents: blocks read, ids looked up. */
void catalog_resolve_live(struct catalog *c);
/* Mentions of all pages, from links, ids, values and `about:`. */
void catalog_collect_mentions(struct catalog *c);
/* Records of kind controls as frameworks; before documents are parsed, since it says whose trees
 * are wanted. */
void catalog_read_controls(struct catalog *c);
/* What the entries of controls lead to; once anchors and thresholds are known. */
void catalog_resolve_controls(struct catalog *c);
/* Which controls each kind of documents and records serves. */
void catalog_serve_controls(struct catalog *c);
/* True where braces and brackets of a document are live. */
bool catalog_is_live(const struct workspace *ws, const struct document *doc);

/* True for [0-9A-Za-z][0-9A-Za-z._/-]*, which ids of documents and records are. */
bool catalog_id_is_good(const char *id);
/* Puts an id into a map; a second owner is data/duplicate-id. */
void catalog_claim_id(struct catalog *c, const char *id, struct span at);
/* True for names ending in .md or .markdown. */
bool catalog_is_markdown(const char *path);
/* The kind that the place of a file gives it, and the line of modelbook.yaml that says so. */
const struct kind_rule *catalog_kind_by_place(const struct kind_rule *rules, size_t n,
					      const char *path);
#endif
