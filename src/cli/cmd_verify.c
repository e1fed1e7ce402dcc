/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_verify.c - modelbook verify */
#include "base/status.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "publish/publish.h"
#include <stdio.h>
#include <string.h>

static const struct option_spec options[] = {
    {"digest", "HEX", "the SHA-256 that manifest.json must have, kept elsewhere"},
    {0},
};

/* The patterns under carry: of the workspace, where there is one. */
static void read_carry(struct session *s, const struct arguments *arguments,
		       struct verify_options *verify)
{
	struct config config;
	struct source *source;
	char *text;
	size_t len;
	int root;

	s->dir = session_find_workspace(s, arguments, NULL);
	root = s->dir ? file_open_root(s->dir) : -1;
	if (root < 0 || file_read(s->mem, root, "modelbook.yaml", 1 << 24, &text, &len) != ST_OK)
		return;
	source = source_new(s->mem, "modelbook.yaml", text, len);
	if (config_read(s->mem, source, &config, &s->diags) != ST_OK)
		return;
	verify->carry = config.carry.items;
	verify->n_carry = config.carry.n;
}

static int verify(struct session *s, const struct verify_options *verify)
{
	const struct diag_text_options text = {.color = false};
	struct verify_result result;
	struct out o = {0};
	enum status st = verify_site(s->mem, verify, &result, &o, &s->diags);
	int status = EXIT_CANNOT;

	if (st != ST_OK) {
		diag_finish(&s->diags);
		diag_print_text(&s->diags, &text, &o);
		fputs(out_text(&o), stderr);
		out_release(&o);
		return EXIT_CANNOT;
	}
	if (verify_clean(&result))
		out_printf(&o, "%s: all %zu files are as manifest.json says (sha256 %s)\n",
			   verify->dir, result.files, result.manifest_sha256);
	else
		out_printf(&o, "%s: %zu missing, %zu changed, %zu not in the manifest%s\n",
			   verify->dir, result.missing, result.changed, result.extra,
			   result.digest_differs ? "; manifest.json has another digest" : "");
	status = print_and_exit(&o, verify_clean(&result) ? EXIT_CLEAN : EXIT_FINDINGS);
	out_release(&o);
	return status;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	struct verify_options options_of_site = {.digest = option_text(arguments, "digest")};
	struct session s;
	int status;

	(void)command;
	if (!session_options(&s, arguments))
		return EXIT_CANNOT;
	if (options_of_site.digest &&
	    (strlen(options_of_site.digest) != SHA256_HEX - 1 ||
	     strspn(options_of_site.digest, "0123456789abcdef") != SHA256_HEX - 1)) {
		fprintf(stderr, "modelbook: --digest takes 64 lower-case hex digits\n");
		return EXIT_CANNOT;
	}
	read_carry(&s, arguments, &options_of_site);
	if (arguments->n_operands)
		options_of_site.dir = arguments->operands[0];
	else
		options_of_site.dir = arena_printf(s.mem, "%s/site", s.dir ? s.dir : ".");
	status = verify(&s, &options_of_site);
	return status;
}

const struct command cmd_verify = {
    .name = "verify",
    .operands = "[SITE]",
    .summary = "say whether a site holds exactly what its manifest says",
    .options = options,
    .description =
	"Compares every file of SITE (default: site/ in the workspace) with manifest.json: none "
	"may\n"
	"be missing, changed, or there without standing in the manifest or under carry: in\n"
	"modelbook.yaml. Since a manifest beside the files proves nothing, --digest compares\n"
	"manifest.json itself with a digest that 'modelbook build' printed and that was kept\n"
	"elsewhere.\n\n"
	"Exit status: 0 the site is as it was built, 1 it is not, 2 there is no manifest.",
    .examples = "  modelbook verify\n"
		"  modelbook verify public --digest "
		"5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef\n",
    .most_operands = 1,
    .run = run,
};
