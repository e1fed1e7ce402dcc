/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/diag.h - findings: one table of rules, one sink that is passed as an argument
 *
 * rules.def holds id, severity, fault or judgement, title, and the texts of `explain` for every
 * rule; the enum and the table are made from it. Text and JSON come from the same list. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H
#include "base/arena.h"
#include "base/out.h"
#include "base/source.h"
#include <stdbool.h>
#include <stdio.h>

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };
/* A fault is an input that cannot be taken as what it claims to be; a judgement is what the
 * site is there to show. A build with a fault publishes nothing. */
enum finding_class { JUDGEMENT, FAULT };

enum rule {
#define RULE(name, id, severity, class, title, why, mend) RULE_##name,
#include "base/rules.def"
#undef RULE
	RULE_COUNT
};

struct rule_info {
	const char *id; /* "doc/missing-section"; public, never reused */
	enum severity severity;
	enum finding_class class;
	const char *title; /* fixed text that begins each message */
	const char *why;   /* for explain: why the rule exists */
	const char *mend;  /* for explain: how a finding is mended */
};

/* What a finding counts for. Only STANDING_OPEN ones decide the exit status. */
enum standing {
	STANDING_OPEN,
	STANDING_ALLOWED, /* by a comment in the document, with a reason */
	STANDING_KNOWN    /* stands in the baseline */
};

struct finding {
	enum rule rule;
	enum severity severity;
	struct span at;
	const char *detail; /* varying part: names what it is about and nothing else; may be "" */
	const char *help;   /* hint, NULL for none */
	const char *note;   /* short text behind the caret, NULL for none */
	const char *fingerprint; /* 16 hex digits without line numbers; set by diag_finish() */
	enum standing standing;
	const char *reason; /* STANDING_ALLOWED: as the comment gives it; else NULL */
};

/* Findings live in `mem`. Zero `mem` is not allowed; the rest of the struct starts zeroed. */
struct diag_sink {
	struct arena *mem;
	LIST_OF(struct finding);
	bool finished;
};

const struct rule_info *rule_info(enum rule rule);
/* The rule with this id, RULE_COUNT where there is none. */
enum rule rule_find(const char *id);
/* Whether a comment in a document may allow findings of this rule: judgements of the areas doc and
 * link, and those of data that are found in front matter, too. For the others waivers exist, or
 * no document has a place for them. */
bool rule_can_be_allowed(enum rule rule);
const char *severity_name(enum severity severity); /* "note", "warning", "error" */
/* False where the name is none of them, or NULL. */
bool severity_find(const char *name, enum severity *severity);

void diag_init(struct diag_sink *sink, struct arena *mem);
/* Adds a finding; the detail is formatted into the sink's arena. Of one that is longer than 500
 * bytes the first 300 and the last 100 are kept, cut between characters, with the number of bytes
 * between them; the same holds for hints. Control characters are kept here and made visible when
 * printed. Returns it, so that help and note can be added; the
 * pointer is good until the next diag_add(). */
struct finding *diag_add(struct diag_sink *sink, enum rule rule, struct span at, const char *format,
			 ...) __attribute__((format(printf, 4, 5)));
/* Sets the help line of a finding. */
void diag_help(struct diag_sink *sink, struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Appends all findings of `from`, whose memory must outlive `sink`. */
void diag_merge(struct diag_sink *sink, const struct diag_sink *from);
/* Sorts by path, line, column and rule, drops exact repeats and computes fingerprints.
 * Called once before the findings are printed, counted or shown. */
void diag_finish(struct diag_sink *sink);

struct diag_counts {
	size_t errors, warnings, notes, faults; /* open ones */
	size_t allowed, known;                  /* of any severity, in none of the above */
};
struct diag_counts diag_count(const struct diag_sink *sink);

/* "title: detail", or the title alone; lives in `mem`. Control bytes are written \xNN. */
const char *finding_message(const struct finding *finding, struct arena *mem);

struct diag_text_options {
	bool color;
	size_t max_per_file; /* 0: all */
};
/* Each open finding as `path:line:col: severity: message [id]`, source line, caret, help. */
void diag_print_text(const struct diag_sink *sink, const struct diag_text_options *options,
		     struct out *to);
/* The object of `check --format json` (design.md), with the given counts of what was read. Open
 * findings stand under "findings", the others under "allowed" (with "reason") and "known". */
void diag_print_json(const struct diag_sink *sink, size_t documents, size_t records,
		     struct out *to);
#endif
