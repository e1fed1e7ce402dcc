/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/workspace_fixture.h - workspaces in temporary folders */
#ifndef WORKSPACE_FIXTURE_H
#define WORKSPACE_FIXTURE_H
#include "catalog/workspace.h"
#include "catalog_fixture.h"
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/modelbook-catalog-XXXXXX";
static struct workspace ws;

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

struct file_text {
	const char *path, *text;
};

/* Writes the files into a new folder and reads it as a workspace; release_workspace() ends it. */
static void read_workspace(const struct file_text *files, size_t n)
{
	struct workspace_options options = {
	    .dir = dir, .content = "content", .configured = true, .as_of = 20000, .jobs = 1};
	int root;

	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	if (!mkdtemp(dir))
		fail_msg("no temporary folder");
	root = file_open_root(dir);
	for (size_t i = 0; i < n; i++)
		if (file_make_parents(root, files[i].path) != ST_OK ||
		    file_write(root, files[i].path, files[i].text, strlen(files[i].text), false) !=
			ST_OK)
			fail_msg("%s cannot be written", files[i].path);
	close(root);
	setenv("MODELBOOK_DEFAULTS", dir, 1); /* no defaults: the files are all there is */
	assert_int_equal(workspace_read(&mem, &options, &ws, &diags), ST_OK);
}

static void release_workspace(void)
{
	close(ws.root);
	if (ws.defaults >= 0)
		close(ws.defaults);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
#endif
