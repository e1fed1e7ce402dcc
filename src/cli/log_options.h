/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/log_options.h - the options of `measure` and `drift` as a struct log_request
 *
 * Options are rows of a table: name, how the value is read, where it goes. The command line is kept
 * as a source, so that a column that a log lacks is told with the option that names it. */
#ifndef CLI_LOG_OPTIONS_H
#define CLI_LOG_OPTIONS_H
#include "cli/options.h"
#include "evidence/measure_log.h"

enum figures_format { FIGURES_TEXT, FIGURES_JSON, FIGURES_YAML };

/* From which severity of drift on the exit status is 1. */
enum fail_on { FAIL_ON_NOTHING, FAIL_ON_WARNING, FAIL_ON_CRITICAL };

struct log_options {
	struct log_request request;
	struct rows_request reference; /* what request.reference points to, where it does */
	enum figures_format format;
	enum fail_on fail_on;
	bool
	    days; /* json and yaml begin with the first and last day, as a monitoring window does */
	struct source *command_line; /* spans of columns lie in it */
	struct span operands[2];     /* places of the first two */
};

/* Rows of the two option tables. */
#define LOG_OPTIONS_ROWS                                                                           \
	{"where", "COL=VALUE…", "only rows with this value, compared as text"},                    \
	    {"time", "COL", "column with the day or moment of a row (ISO 8601)"},                  \
	    {"window", "LENGTH", "figures for each day, week or month of --time"},                 \
	{                                                                                          \
		"feature", "COL…", "its drift; COL:numeric or COL:categorical says the type"       \
	}
#define LOG_OPTIONS_CONVENTION                                                                     \
	{                                                                                          \
		"drift-convention", "TOOL",                                                        \
		    "bins and distances of drift as evidently or nannyml has them"                 \
	}
#define LOG_OPTIONS_READING                                                                        \
	{"max-bad", "N", "malformed rows that may be skipped (default: 0)"},                       \
	    {"no-header", NULL, "the first line is a row; columns are #1, #2, …"},                 \
	    {"delimiter", "C", "between fields (default: found out); tab for a tab"},              \
	{                                                                                          \
		"memory", "SIZE", "for columns before they are kept in a file, e.g. 2G"            \
	}
#define LOG_OPTIONS_OUTPUT                                                                         \
	{"fail-on", "LEVEL", "exit 1 where drift reaches warning or critical, or is unknown"},     \
	{                                                                                          \
		"format", "FORMAT", "text, json or yaml (default: text)"                           \
	}

/* Reads all options of `command` but the global ones. False after a usage error, which was said on
 * standard error. Lives in arguments->mem. */
bool log_options_read(const struct command *command, const struct arguments *arguments,
		      struct log_options *options);
/* "FIRST..LAST", "FIRST..", "..LAST" or one label alone, as windows of a reference. */
bool log_options_windows(struct arena *mem, const char *text, struct rows_request *rows);
#endif
