/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_deploy.c - `deploy`: gives a version a role */
#include "base/number.h"
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/deployment.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "Usage: modelbook-capstone deploy DIR VERSION [OPTION]…\n\n"
    "Gives DIR/VERSION.model.json a role in DIR/deployment.yaml, which a running server reads\n"
    "before its next answer: production, unless an option says otherwise. The version that was in\n"
    "production becomes the one that `rollback` goes back to.\n\n"
    "  --canary PERCENT  it answers this share of the entities, by a stable hash\n"
    "  --shadow          it scores everything and answers nothing\n"
    "  --retire          it loses its role as canary, shadow or previous version\n"
    "  --digest HEX      SHA-256 that the file must have\n\n"
    "Exit status: 0 done; 1 the version cannot have the role; 2 it could not be done.\n";

struct wish {
	const char *version;
	bool canary, shadow, retire;
	double percent;
};

static void drop(const char **role, const char *version)
{
	if (same_version(*role, version))
		*role = NULL;
}

/* NULL, or why the version cannot have the role. */
static const char *give_role(struct deployment *d, const struct wish *wish)
{
	const char *version = wish->version;

	if (wish->retire && !deployment_digest(d, version))
		return "has no role";
	if (wish->retire && same_version(d->production, version))
		return "is in production: deploy another version, or roll back";
	if (wish->canary && !d->production)
		return "cannot be canary where nothing is in production";
	if ((wish->canary || wish->shadow) && same_version(d->production, version))
		return "is in production";
	drop(&d->canary, version);
	drop(&d->shadow, version);
	if (wish->retire) {
		drop(&d->previous, version);
	} else if (wish->canary) {
		d->canary = version;
		d->canary_percent = wish->percent;
	} else if (wish->shadow) {
		d->shadow = version;
	} else if (!same_version(d->production, version)) {
		d->previous = d->production;
		d->production = version;
	}
	return NULL;
}

/* NULL, or why not. A version that has a role already is the same file for good. */
static const char *set_digest(struct deployment *d, const char *version, const char *digest)
{
	const char *known = deployment_digest(d, version);

	if (known)
		return strcmp(known, digest) ? "is deployed with another file: a version never "
					       "changes, give the new file a new one"
					     : NULL;
	if (d->n_versions == DEPLOYMENT_VERSIONS)
		return "is one version too many";
	d->versions[d->n_versions] = version;
	d->digests[d->n_versions++] = digest;
	return NULL;
}

static bool check_file(struct arena *mem, const char *dir, const char *version, const char *wanted,
		       char hex[SHA256_HEX], struct diag_sink *diags)
{
	if (!version_is_valid(version)) {
		diag_add(diags, RULE_DATA_SCHEMA, (struct span){0},
			 "'%s' is no version such as 2.0.0", version);
		return false;
	}
	if (!model_file_read(mem, dir, version, hex, diags))
		return false;
	if (!wanted || !strcmp(wanted, hex))
		return true;
	diag_add(diags, RULE_DATA_SCHEMA, (struct span){0},
		 "'%s/%s.model.json' has the SHA-256 %s, not %s", dir, version, hex, wanted);
	return false;
}

static void deploy(struct arena *mem, const char *dir, const struct wish *wish, const char *wanted,
		   struct diag_sink *diags)
{
	const struct deployment *before;
	struct deployment after;
	char hex[SHA256_HEX];
	const char *problem;
	int lock;

	if (!wish->retire && !check_file(mem, dir, wish->version, wanted, hex, diags))
		return;
	lock = deployment_lock(dir, diags);
	if (lock < 0)
		return;
	before = deployment_load(mem, dir, diags);
	if (before) {
		after = *before;
		problem = give_role(&after, wish);
		if (!problem && !wish->retire)
			problem = set_digest(&after, wish->version, hex);
		if (problem)
			diag_add(diags, RULE_DATA_SCHEMA, (struct span){0}, "'%s' %s",
				 wish->version, problem);
		else
			deployment_replace(dir, &after, diags);
	}
	close(lock);
}

static bool read_percent(const char *text, double *percent)
{
	if (number_parse(text, strlen(text), percent) && *percent > 0 && *percent <= 100)
		return true;
	fprintf(stderr,
		"modelbook-capstone deploy: --canary takes a percentage over 0, at most 100, not "
		"'%s'\n",
		text);
	return false;
}

int command_deploy(int argc, char **argv)
{
	const char *operands[2], *canary = NULL, *digest = NULL;
	struct wish wish = {0};
	const struct command_option options[] = {{"--canary", &canary, NULL, NULL},
						 {"--shadow", NULL, &wish.shadow, NULL},
						 {"--retire", NULL, &wish.retire, NULL},
						 {"--digest", &digest, NULL, NULL},
						 {NULL, NULL, NULL, NULL}};
	struct diag_sink diags;
	struct arena mem;
	int status;

	if (!command_line_parse(argc, argv, options, 2, 2, operands, help, &status))
		return status;
	wish.version = operands[1];
	wish.canary = canary;
	if (wish.canary + wish.shadow + wish.retire > 1) {
		fputs("modelbook-capstone deploy: one of --canary, --shadow and --retire\n",
		      stderr);
		return EXIT_CANNOT;
	}
	if (canary && !read_percent(canary, &wish.percent))
		return EXIT_CANNOT;
	arena_init(&mem);
	diag_init(&diags, &mem);
	deploy(&mem, operands[0], &wish, digest, &diags);
	status = command_findings(&diags);
	arena_release(&mem);
	return status;
}
