/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_profile.c - any YAML as a profile: findings, or a profile that is written, read
 * again, merged, hidden and measured */
#include "evidence/profile.h"
#include "read/yaml.h"
#include <assert.h>
#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_profile(struct arena *mem, const char *text, size_t n, struct profile *profile,
			 struct diag_sink *diags)
{
	struct source *source = source_new(mem, "x.yaml", text, n);
	const struct data_node *root = yaml_read(mem, source, 0, n, RULE_DATA_SYNTAX, diags);

	return root && profile_read(mem, root, profile, diags);
}

/* What is written is read back and written the same. */
static void check_written(struct arena *mem, const struct profile *profile, struct diag_sink *diags)
{
	struct out first = {0}, second = {0};
	struct profile again;

	profile_write(profile, &first);
	if (read_profile(mem, out_text(&first), first.n, &again, diags)) {
		profile_write(&again, &second);
		assert(!strcmp(out_text(&first), out_text(&second)));
	}
	out_release(&first);
	out_release(&second);
}

static void use(struct arena *mem, const char *text, size_t n, struct profile *profile,
		struct diag_sink *diags)
{
	struct profile other;
	struct record_figures figures = {0};
	const struct profile_figures_request request = {
	    .profile = profile, .reference = profile, .bands = {0.1, 0.25}};

	check_written(mem, profile, diags);
	if (profile->all.rows < 1000000)
		profile_figures(mem, &request, &figures);
	if (!read_profile(mem, text, n, &other, diags))
		return;
	assert(!profile_merge(mem, &other, profile));
	check_written(mem, &other, diags);
	profile_hide(mem, profile, 5);
	check_written(mem, profile, diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem;
	struct diag_sink diags;
	struct profile profile;

	arena_init(&mem);
	diag_init(&diags, &mem);
	if (read_profile(&mem, (const char *)data, size, &profile, &diags))
		use(&mem, (const char *)data, size, &profile, &diags);
	else
		assert(diags.n > 0);
	arena_release(&mem);
	return 0;
}
