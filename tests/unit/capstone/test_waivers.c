/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_waivers.c - which of the signed waivers let a version answer */
#include "base/date.h"
#include "capstone/records.h"
#include "capstone/waivers.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
	const char *text;
	size_t n;
	bool fine;
} cases[] = {
    {"records:\n  - {kind: waiver, id: W-1, about: m@2.0.0, item: checks/disparate-impact, "
     "granted: "
     "2025-03-24, expires: 2027-06-30}\n",
     1, true},
    {"records:\n  - {kind: waiver, id: W-1, about: m@2.0.0, item: checks/proxies, granted: "
     "2025-03-24, expires: 2027-06-30}\n",
     0, true},
    {"records:\n  - {kind: waiver, id: W-1, about: mm@2.0.0, item: checks/disparate-impact}\n", 0,
     true},
    {"records:\n  - {kind: approval, id: W-1, about: m@2.0.0, item: checks/disparate-impact}\n", 0,
     true},
    {"records:\n  - {kind: waiver, id: W-1, about: m@2.0.0, item: checks/disparate-impact, "
     "granted: "
     "2025-02-30, expires: 2027-06-30}\n",
     1, false},
    {"records:\n  - {kind: waiver, id: W-1, about: m@2.0.0, item: checks/disparate-impact, "
     "granted: "
     "2025-03-24}\n",
     1, false},
    {"records: [1, {}, []]\n", 0, true},
    {"records: 3\n", 0, true},
    {"records: [\n", 0, false},
};

static void each_file(void **state)
{
	char dir[] = "/tmp/modelbook-waivers-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/w.yaml", dir);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct group_waiver *waivers;
		struct out text = {0};
		struct diag_sink diags;
		struct arena mem;
		size_t n;

		arena_init(&mem);
		diag_init(&diags, &mem);
		out_puts(&text, cases[i].text);
		assert_true(record_write(dir, "w.yaml", &text, &diags));
		out_release(&text);
		assert_int_equal(waivers_read(&mem, path, "m", &waivers, &n, &diags),
				 cases[i].fine);
		assert_int_equal(n, cases[i].n);
		if (i == 0) {
			assert_string_equal(waivers[0].version, "2.0.0");
			assert_string_equal(waivers[0].id, "W-1");
			assert_int_equal(waivers[0].granted, date_from_civil(2025, 3, 24));
		}
		arena_release(&mem);
	}
	unlink(path);
	rmdir(dir);
}

static void none_is_none(void **state)
{
	const struct group_waiver *waivers;
	struct diag_sink diags;
	struct arena mem;
	size_t n = 7;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	assert_true(waivers_read(&mem, "/no/such/file.yaml", "m", &waivers, &n, &diags));
	assert_int_equal(n, 0);
	assert_int_equal(diags.n, 0);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_file),
					   cmocka_unit_test(none_is_none)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
