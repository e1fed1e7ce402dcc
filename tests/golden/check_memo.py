#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`check` with a cache says what `check` without one says, whatever happens to the files between.

Each case changes a small workspace and compares standard output, standard error and exit status of
a run with the cache, of a second one (which may repeat what was said) and of one without cache.
Usage: check_memo.py PROGRAM"""
import os, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
passed = failed = 0

TEMPLATE = "---\nkind: note\ntitle: Note\n---\n# *\n\n## Purpose {#purpose}\n\n- [ ] Reviewed {#reviewed}\n"
NOTE = "# One\n\n## Purpose\n\nTo be read. See [two](two.md).\n\n- [x] Reviewed\n"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def run(ws, *args, cwd=None, day="2026-01-01", defaults=ROOT):
    env = dict(os.environ, MODELBOOK_DEFAULTS=defaults, LC_ALL="C", HOME="no-cache")
    env.pop("NO_COLOR", None)
    p = subprocess.run([PROGRAM, "check", "--workspace", ws, "--as-of", day, *args], capture_output=True, env=env, cwd=cwd)
    return p.stdout, p.stderr, p.returncode


def compare(what, ws, cache, *args, **more):
    global passed, failed
    want = run(ws, "--no-cache", *args, **more)
    got = [run(ws, "--cache", cache, *args, **more) for _ in range(2)]
    good = got == [want, want]
    passed, failed = passed + good, failed + (not good)
    print(f"{'ok' if good else 'FAILED':7s} {what} (exit {want[2]})" + ("" if good else f"\nwant {want}\ngot {got}"), flush=True)
    return want


def same_time(path, change):
    """Changes a file and gives it back its size's length of time: its times stay as they were."""
    info = os.stat(path)
    change(path)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))


def replace(old, new):
    def change(path):
        text = open(path).read()
        assert old in text
        write(path, text.replace(old, new))
    return change


def entries(cache):
    return [os.path.join(f, n) for f, _, names in os.walk(cache) for n in names]


def cases(work):
    ws, cache = f"{work}/ws", f"{work}/cache"
    write(f"{ws}/modelbook.yaml", 'title: T\ndocuments:\n  - {path: "content/**", kind: note}\n')
    write(f"{ws}/templates/documents/note.md", TEMPLATE)
    write(f"{ws}/content/one.md", NOTE)
    write(f"{ws}/content/two.md", NOTE.replace("two.md", "one.md"))
    first = compare("first run, and its repetition", ws, cache)
    if first[2]:
        raise SystemExit(f"the workspace should be sound: {first}")
    compare("another format", ws, cache, "--format", "json")
    compare("one folder only", ws, cache, f"{ws}/content")
    compare("a format that is never repeated", ws, cache, "--format", "sarif")
    compare("another day", ws, cache, day="2027-01-01")
    steps = [
        ("same size and times, other bytes", lambda: same_time(f"{ws}/content/one.md", replace("two.md", "tow.md"))),
        ("back again", lambda: replace("tow.md", "two.md")(f"{ws}/content/one.md")),
        ("the page that a link leads to is gone", lambda: os.remove(f"{ws}/content/two.md")),
        ("a file that is no document comes", lambda: write(f"{ws}/content/plot.png", "x")),
        ("a link to a file that is not there", lambda: write(f"{ws}/content/two.md", NOTE.replace("two.md", "plan.png"))),
        ("it comes", lambda: os.rename(f"{ws}/content/plot.png", f"{ws}/content/plan.png")),
        ("it becomes a folder", lambda: (os.remove(f"{ws}/content/plan.png"), os.mkdir(f"{ws}/content/plan.png"))),
        ("the template asks for more", lambda: replace("{#reviewed}", "{#reviewed}\n- [ ] Signed {#signed}")(f"{ws}/templates/documents/note.md")),
        ("a template comes", lambda: write(f"{ws}/templates/documents/other.md", TEMPLATE.replace("kind: note", "kind: other"))),
        ("the configuration changes", lambda: replace("kind: note", "kind: other")(f"{ws}/modelbook.yaml")),
        ("records come", lambda: write(f"{ws}/data/models/m.yaml", "kind: model\nid: m\n")),
        ("a symbolic link comes", lambda: os.symlink("one.md", f"{ws}/content/link.md")),
        ("a file that is not UTF-8 comes", lambda: open(f"{ws}/content/bad.md", "wb").write(b"# \xff\n")),
        ("an unreadable place", lambda: (os.remove(f"{ws}/content/bad.md"), os.mkdir(f"{ws}/content/bad.md"))),
        ("links into a repository", lambda: write(f"{ws}/modelbook.yaml", open(f"{ws}/modelbook.yaml").read() + "repository: https://example.org/\n")),
        ("a page links to a file outside content/", lambda: write(f"{ws}/content/three.md", NOTE.replace("two.md", "../src/a.c"))),
        ("the file comes", lambda: write(f"{ws}/src/a.c", "x")),
        ("the file goes", lambda: os.remove(f"{ws}/src/a.c")),
    ]
    for what, step in steps:
        step()
        compare(what, ws, cache)
    for entry in entries(cache):
        data = bytearray(open(entry, "rb").read())
        data[len(data) // 2] ^= 1
        open(entry, "wb").write(data)
    compare("damaged cache", ws, cache)
    for entry in entries(cache):
        os.truncate(entry, os.path.getsize(entry) // 2)
    compare("cache cut short", ws, cache)
    defaults = f"{work}/defaults"
    shutil.copytree(f"{ROOT}/templates", f"{defaults}/templates")
    shutil.copytree(f"{ROOT}/data/policies", f"{defaults}/data/policies")
    compare("other defaults", ws, cache, defaults=defaults)
    for f, _, names in os.walk(f"{defaults}/templates/records"):
        for name in names:
            os.remove(os.path.join(f, name))
    compare("the defaults' schemas are gone", ws, cache, defaults=defaults)


def main():
    work = tempfile.mkdtemp(prefix="modelbook-memo-")
    try:
        cases(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
