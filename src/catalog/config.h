/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/config.h - modelbook.yaml */
#ifndef CATALOG_CONFIG_H
#define CATALOG_CONFIG_H
#include "base/diag.h"
#include "base/status.h"
#include "read/data.h"

enum stage {
	STAGE_NONE, /* no stage recorded */
	STAGE_DEVELOPMENT,
	STAGE_STAGING,
	STAGE_SHADOW,
	STAGE_CANARY,
	STAGE_PRODUCTION,
	STAGE_RETIRED /* stands apart: no order with the others */
};
const char *stage_name(enum stage stage);
/* STAGE_NONE where the name is none of them. */
enum stage stage_find(const char *name);

/* `documents:` and `records:`: files at a place have this kind. */
struct kind_rule {
	const char *pattern, *kind;
	struct span at;
};

enum about_kind {
	ABOUT_WORKSPACE = 1,
	ABOUT_MODEL = 2,
	ABOUT_VERSION = 4,
	ABOUT_RUN = 8,
	ABOUT_INCIDENT = 16
};
/* The kind that `for:` of a rule or `about:` of a template names; 0 where the name is none. */
enum about_kind about_kind_find(const char *name);

/* One line of `require:`. */
struct require_rule {
	const char *kind;
	enum about_kind each; /* `for:`; ABOUT_WORKSPACE where it is not given */
	size_t count;         /* 1 unless said */
	enum stage stage;     /* from this stage on; STAGE_NONE: always */
	struct span at;
};

/* One entry of `navigation:`: a heading with documents or pages under it. */
struct nav_rule {
	const char *title; /* shown */
	const char *path;  /* a folder under content/, a document, or a generated page's path */
	struct span at;
};

/* One line of `severity:`: findings of a rule have this severity. */
struct severity_rule {
	enum rule rule;
	enum severity severity;
	struct span at;
};

struct config {
	struct source *source; /* NULL where there is no modelbook.yaml */
	const char *title;
	const char *base_url;   /* "" or with a trailing '/' */
	const char *theme;      /* "default" unless said */
	const char *repository; /* address that a file's path is put behind, "" for none */
	struct {
		LIST_OF(struct nav_rule);
	} navigation;
	struct {
		LIST_OF(struct kind_rule);
	} documents, records;
	struct {
		LIST_OF(struct require_rule);
	} require;
	struct {
		LIST_OF(const char *);
	} publish; /* file types beside documents, e.g. ".pdf" */
	struct {
		LIST_OF(const char *);
	} carry; /* patterns of files in the output to carry over */
	struct {
		LIST_OF(struct severity_rule);
	} severities;
	const struct data_node *variables;
};

/* Reads modelbook.yaml's tree. What is wrong goes to `diags` as config/invalid and the caller
 * exits 2; unknown keys get a did-you-mean. */
enum status config_read(struct arena *mem, struct source *source, struct config *config,
			struct diag_sink *diags);
/* The i-th key that modelbook.yaml may have, and the k-th one of the maps in the list of `key`;
 * NULL behind the last. templates/modelbook.schema.yaml must have the same ones. */
const char *config_key(size_t i);
const char *config_inner_key(const char *key, size_t k);
#endif
