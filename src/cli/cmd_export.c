/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_export.c - modelbook export */
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "export/schemas.h"
#include "export/tables.h"
#include "export/workbook.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_spec options[] = {
    {"format", "FORMAT", "xlsx, csv, json or schemas (default: xlsx)"},
    {"out", "DIR", "write here (default: downloads/, or schemas/, in the current folder)"},
    {0},
};

struct target {
	struct session *s;
	const char *dir;
	int root;
	struct out said; /* the paths that were written */
};

/* A file is written beside its name and renamed, so that it is whole or absent. */
static char *name_beside(struct target *t, const char *name)
{
	return arena_printf(t->s->mem, ".%s.%ld", name, (long)getpid());
}

static bool put_in_place(struct target *t, const char *name, const char *beside, bool written)
{
	if (!written || renameat(t->root, beside, t->root, name)) {
		fprintf(stderr, "modelbook: '%s/%s': %s\n", t->dir, name, strerror(errno));
		unlinkat(t->root, beside, 0);
		return false;
	}
	out_printf(&t->said, "%s/%s\n", t->dir, name);
	return true;
}

static bool put_file(struct target *t, const char *name, const struct out *bytes)
{
	const char *beside = name_beside(t, name);
	bool written = !bytes->failed &&
		       file_write(t->root, beside, out_text(bytes), bytes->n, false) == ST_OK;

	return put_in_place(t, name, beside, written);
}

static bool export_xlsx(struct target *t)
{
	char *beside = arena_printf(t->s->mem, "%s/.audit.xlsx.%ld", t->dir, (long)getpid());
	const char *why = "cannot be written",
		   *prefix = *t->s->ws.config.base_url ? t->s->ws.config.base_url : "../";

	if (workbook_write(&t->s->book, beside, prefix, t->s->mem, &why) != ST_OK ||
	    rename(beside, arena_printf(t->s->mem, "%s/audit.xlsx", t->dir))) {
		fprintf(stderr, "modelbook: '%s/audit.xlsx': %s\n", t->dir, why);
		unlink(beside);
		return false;
	}
	out_printf(&t->said, "%s/audit.xlsx\n", t->dir);
	return true;
}

/* A sheet as CSV, or, where `sheet` is NULL, all of them as JSON, written as rows are made. */
static bool put_table(struct target *t, const char *name, const struct sheets *sheets,
		      const struct sheet *sheet)
{
	const char *beside = name_beside(t, name);
	int fd =
	    openat(t->root, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	struct out buffer = {0};
	enum status status = ST_FAILED;
	int error = errno;

	if (fd >= 0) {
		status = fchmod(fd, 0644) ? ST_FAILED
			 : sheet          ? table_write_csv(sheets, sheet, fd, &buffer)
					  : tables_write_json(sheets, t->s->as_of, fd, &buffer);
		error = errno;
		if (close(fd) && status == ST_OK) {
			status = ST_FAILED;
			error = errno;
		}
	}
	out_release(&buffer);
	errno = error;
	return put_in_place(t, name, beside, status == ST_OK);
}

static bool export_csv(struct target *t)
{
	struct sheets sheets = sheets_build(t->s->mem, &t->s->book);
	bool good = true;

	for (size_t i = 0; i < sheets.n && good; i++)
		good = put_table(t, table_csv_name(t->s->mem, &sheets.items[i]), &sheets,
				 &sheets.items[i]);
	return good;
}

static bool export_json(struct target *t)
{
	struct sheets sheets = sheets_build(t->s->mem, &t->s->book);

	return put_table(t, "audit.json", &sheets, NULL);
}

static bool export_schemas(struct target *t)
{
	struct session *s = t->s;
	struct diag_sink own;
	const struct data_node *configuration;
	struct schema_files files;
	bool good;

	diag_init(&own, s->mem);
	configuration = schemas_configuration(s->mem, &s->ws, &own);
	good = configuration != NULL;
	if (!good)
		fprintf(stderr, "modelbook: the schema of modelbook.yaml: %s\n",
			own.items[0].detail);
	files = schemas_build(s->mem, &s->ws, configuration);
	for (size_t i = 0; i < files.n && good; i++) {
		struct out o = {0};
		out_write(&o, files.items[i].text, files.items[i].len);
		good = put_file(t, files.items[i].name, &o);
		out_release(&o);
	}
	return good;
}

static const struct {
	const char *name;
	const char *dir; /* where nothing else is said */
	bool (*write)(struct target *t);
} formats[] = {{"xlsx", "downloads", export_xlsx},
	       {"csv", "downloads", export_csv},
	       {"json", "downloads", export_json},
	       {"schemas", "schemas", export_schemas}};

static int export_all(struct session *s, const struct arguments *arguments, size_t format)
{
	const char *dir = option_text(arguments, "out");
	struct target t = {.s = s, .dir = dir ? dir : formats[format].dir};
	int status = EXIT_CANNOT;

	if (mkdir(t.dir, 0755) && errno != EEXIST) {
		fprintf(stderr, "modelbook: '%s': %s\n", t.dir, strerror(errno));
		return EXIT_CANNOT;
	}
	t.root = file_open_root(t.dir);
	if (t.root < 0) {
		fprintf(stderr, "modelbook: '%s': %s\n", t.dir, strerror(errno));
		return EXIT_CANNOT;
	}
	session_close_inputs(s);
	if (formats[format].write(&t))
		status = print_and_exit(&t.said, EXIT_CLEAN);
	close(t.root);
	out_release(&t.said);
	return status;
}

static int load_and_export(struct session *s, const struct arguments *arguments, size_t format)
{
	const struct diag_text_options text = {.max_per_file = 50};
	struct diag_counts counts;
	struct out o = {0};
	int status;

	if (session_load(s, "content", true) == ST_OK && !session_cannot(s)) {
		status = export_all(s, arguments, format);
		counts = diag_count(&s->diags);
		return status == EXIT_CLEAN && counts.faults ? EXIT_FINDINGS : status;
	}
	diag_print_text(&s->diags, &text, &o);
	fputs(out_text(&o), stderr);
	out_release(&o);
	return EXIT_CANNOT;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	const char *name = option_text(arguments, "format");
	size_t format = 0, n = sizeof formats / sizeof *formats;
	struct session s;
	int status;

	(void)command;
	if (!session_options(&s, arguments))
		return EXIT_CANNOT;
	while (name && format < n && strcmp(formats[format].name, name) != 0)
		format++;
	if (format == n) {
		fprintf(stderr,
			"modelbook: --format takes xlsx, csv, json or schemas, found '%s'\n", name);
		return EXIT_CANNOT;
	}
	s.dir = session_find_workspace(&s, arguments, NULL);
	if (!s.dir) {
		fprintf(stderr,
			"modelbook: no modelbook.yaml here or above; name the workspace with "
			"--workspace\n");
		return EXIT_CANNOT;
	}
	status = load_and_export(&s, arguments, format);
	return status;
}

const struct command cmd_export = {
    .name = "export",
    .operands = "",
    .summary = "write the audit tables, or the schemas for editors",
    .options = options,
    .description =
	"Writes what the site's audit workbook holds (document requirements, controls, models\n"
	"and versions, runs, monitoring, calibration, findings) without building the site:\n"
	"audit.xlsx, a CSV file a sheet, or audit.json. Text that a spreadsheet would take for\n"
	"a formula stays text. CSV and JSON hold every row; a sheet of the workbook ends where it\n"
	"is full (1,048,576 rows), and says how many are left out (docs/exports.md).\n\n"
	"--format schemas writes what an editor needs to check and complete while one types:\n"
	"KIND.schema.json for each kind of record, record.schema.json that chooses by kind,\n"
	"KIND.front-matter.schema.json for each kind of document, and modelbook.schema.json for\n"
	"modelbook.yaml. docs/editors.md says how editors take them.\n\n"
	"Exit status: 0 written, 1 written in spite of faults, 2 it could not be written.",
    .examples = "  modelbook export\n"
		"  modelbook export --format csv --out audit-2026\n"
		"  modelbook export --format schemas\n",
    .most_operands = 0,
    .run = run,
};
