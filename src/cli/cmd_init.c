/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_init.c - modelbook init */
#include "base/path.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_spec options[] = {{0}};

/* What a new workspace begins with: folders of the installed defaults and where they go. The
 * handbook works its rules through on the sample models, which therefore come with it. */
static const struct {
	const char *from, *to;
} folders[] = {
    {"starter", ""},
    {"starter/.github", ".github"}, /* folders that begin with a dot are not walked into */
    {"content/handbook", "content/handbook"},
    {"content/incidents", "content/incidents"},
    {"content/models/churn", "content/models/churn"},
    {"content/models/payment-risk", "content/models/payment-risk"},
    {"data/churn", "data/churn"},
    {"data/payment-risk", "data/payment-risk"},
    {"data/controls", "data/controls"},
    {"data/policies", "data/policies"},
};

static const char *const single_files[] = {"modelbook.yaml", "content/index.md"};

struct copy {
	struct arena *mem;
	int from, to;
	size_t files;
};

static bool copy_file(struct copy *copy, const char *path, const char *as)
{
	char *text;
	size_t len;

	if (file_read(copy->mem, copy->from, path, 1 << 30, &text, &len) != ST_OK) {
		fprintf(stderr, "modelbook: default:%s: %s\n", path, strerror(errno));
		return false;
	}
	if (file_write(copy->to, as, text, len, false) != ST_OK) {
		/* A folder in use by git may have its own files for CI; these stay. */
		if (errno == EEXIST && as[0] == '.')
			return true;
		fprintf(stderr, "modelbook: '%s': %s\n", as, strerror(errno));
		return false;
	}
	copy->files++;
	return true;
}

static bool copy_folder(struct copy *copy, const char *from, const char *to)
{
	struct file_list files = {0};

	if (file_walk(copy->mem, copy->from, from, &files) != ST_OK) {
		fprintf(stderr, "modelbook: default:%s: %s\n", from, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < files.n; i++) {
		const char *inner = files.items[i].path + strlen(from) + 1;
		if (!copy_file(copy, files.items[i].path, path_join(copy->mem, to, inner)))
			return false;
	}
	return true;
}

/* A folder that holds nothing but what begins with a dot (.git). */
static bool is_empty_folder(struct arena *mem, int root)
{
	struct file_list files = {0};

	if (file_walk(mem, root, "", &files) != ST_OK)
		return false;
	for (size_t i = 0; i < files.n; i++)
		if (files.items[i].path[0] != '.')
			return false;
	return true;
}

static int init(struct arena *mem, const char *dir)
{
	const char *defaults = defaults_dir(mem);
	struct copy copy = {.mem = mem, .from = -1};
	struct out o = {0};
	int status;

	if (defaults)
		copy.from = file_open_root(defaults);
	if (copy.from < 0) {
		fprintf(stderr, "modelbook: the installed defaults were not found: %s\n",
			defaults_sought(mem));
		return EXIT_CANNOT;
	}
	if (mkdir(dir, 0755) && errno != EEXIST) {
		fprintf(stderr, "modelbook: '%s': %s\n", dir, strerror(errno));
		return EXIT_CANNOT;
	}
	copy.to = file_open_root(dir);
	if (copy.to < 0) {
		fprintf(stderr, "modelbook: '%s': %s\n", dir, strerror(errno));
		return EXIT_CANNOT;
	}
	if (!is_empty_folder(mem, copy.to)) {
		fprintf(
		    stderr,
		    "modelbook: '%s' is not empty; init writes into a new or empty folder only\n",
		    dir);
		return EXIT_CANNOT;
	}
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (!copy_folder(&copy, folders[i].from, folders[i].to))
			return EXIT_CANNOT;
	for (size_t i = 0; i < sizeof single_files / sizeof *single_files; i++)
		if (!copy_file(&copy, single_files[i], single_files[i]))
			return EXIT_CANNOT;
	out_printf(
	    &o,
	    "%s: %zu files written\nnext: edit %s/modelbook.yaml, then run 'modelbook check' and "
	    "'modelbook build' there\n",
	    dir, copy.files, dir);
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	close(copy.from);
	close(copy.to);
	return status;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	(void)command;
	if (arguments->n_operands != 1) {
		fprintf(stderr, "modelbook: init needs a folder: modelbook init DIR\n");
		return EXIT_CANNOT;
	}
	return init(arguments->mem, arguments->operands[0]);
}

const struct command cmd_init = {
    .name = "init",
    .operands = "DIR",
    .summary = "begin a new workspace that builds as it stands",
    .options = options,
    .description =
	"Writes a workspace into DIR, which must be new or empty: modelbook.yaml with the names "
	"of\n"
	"the company and its roles, the handbook, its policies (data/policies) and controls, one\n"
	"simulated model with filled-in documents, and files for GitHub Actions, GitLab and\n"
	"pre-commit (such files that are there already stay). Templates and theme stay the "
	"installed\n"
	"ones until the workspace has files of its own under templates/ and themes/. The "
	"handbook's\n"
	"page \"Getting started\" leads on from here.",
    .examples = "  modelbook init governance && cd governance && modelbook build\n",
    .most_operands = 1,
    .run = run,
};
