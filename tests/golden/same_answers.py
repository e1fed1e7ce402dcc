#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`check` says the same whatever it computes anew: with one thread or several, without a cache, with
a new, used, damaged or shortened one, from trees or from gists, and after anything has changed that
a finding depends on.

Each run is held, byte for byte (standard output, standard error, exit status), against one that
keeps nothing. A run with another --jobs is another run for what was said before, so that of the
cache what was computed of documents is used and not the answer itself.
Usage: same_answers.py PROGRAM"""
import json, os, re, shutil, subprocess, sys, tempfile
import workspace_file

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
FORMATS = ("text", "json")
passed = failed = 0


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def run(ws, *args, day="2026-01-01", defaults=ROOT):
    env = dict(os.environ, MODELBOOK_DEFAULTS=defaults, LC_ALL="C", HOME="no-cache")
    p = subprocess.run([PROGRAM, "check", *args, "--as-of", day], capture_output=True, env=env, cwd=ws, timeout=300)
    return p.returncode, p.stdout, p.stderr


def shorten(text, n=2000):
    return text if len(text) <= n else text[:n] + "…"


def verdict(what, good, *why):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED {what}", *[shorten(str(w)) for w in why], sep="\n  ", flush=True)


def difference(want, got):
    for w, g in zip(want, got):
        if w != g:
            if isinstance(w, int):
                return f"status {w} and {g}"
            w, g = w.decode(errors="replace").splitlines(), g.decode(errors="replace").splitlines()
            return "\n  ".join([f"- {line}" for line in w if line not in g][:8] + [f"+ {line}" for line in g if line not in w][:8])
    return ""


# ---- the same files ----

def entries(cache):
    return sorted(os.path.join(f, n) for f, _, names in os.walk(cache) for n in names)


def flip(path):
    data = bytearray(open(path, "rb").read())
    data[len(data) * 3 // 4] ^= 4
    open(path, "wb").write(data)


def some(change, nth):
    return lambda cache: [change(e) for i, e in enumerate(entries(cache)) if i % nth == 0]


# What happens to a cache between two runs.
CACHES = [
    ("new", lambda cache: None),
    ("used", lambda cache: None),
    ("every second entry damaged", some(flip, 2)),
    ("every third entry cut short", some(lambda e: os.truncate(e, os.path.getsize(e) // 3), 3)),
    ("every entry empty", some(lambda e: os.truncate(e, 0), 1)),
    ("every second entry gone", some(os.remove, 2)),
    ("every entry another's", lambda cache: [shutil.copyfile(a, b) for a, b in zip(entries(cache), entries(cache)[1:])]),
]


def same_files(name, ws, work, *operands, **more):
    cache = os.path.join(work, "cache-" + name)
    for form in FORMATS:
        args = [*operands, "--format", form]
        want = run(ws, *args, "--no-cache", "--jobs", "1", **more)
        verdict(f"{name}, {form}: a run that ends as it should", want[0] in (0, 1), want)
        for jobs in ("2", "7"):
            got = run(ws, *args, "--no-cache", "--jobs", jobs, **more)
            verdict(f"{name}, {form}, {jobs} threads", got == want, difference(want, got))
        for n, (what, change) in enumerate(CACHES):
            change(cache)
            for jobs in (str(n + 2), "1"):
                got = run(ws, *args, "--cache", cache, "--jobs", jobs, **more)
                verdict(f"{name}, {form}, cache: {what}, {jobs} threads", got == want, difference(want, got))
        shutil.rmtree(cache, ignore_errors=True)


# ---- gists and trees ----

COMMENT = "\n\n<!-- of trees, no gist is made -->\n"


def from_trees(name, ws, work, *operands, **more):
    """A comment at the end of each document makes modelbook judge its tree, and says nothing."""
    other = os.path.join(work, "trees-" + name)
    shutil.copytree(ws, other, symlinks=True)
    for folder, _, names in os.walk(other):
        for n in names:
            path = os.path.join(folder, n)
            if n.endswith(".md") and "templates" not in os.path.relpath(path, other).split(os.sep) and not os.path.islink(path):
                with open(path, "ab") as f:
                    f.write(COMMENT.encode())
    args = [*operands, "--format", "json", "--no-cache"]
    want, got = run(other, *args, **more), run(ws, *args, **more)
    verdict(f"{name}: from trees and from gists", got == want, difference(want, got))
    shutil.rmtree(other)


# ---- a workspace with every feature of templates ----

GENERATED = {
    "modelbook.yaml": 'title: T\nrequire:\n- {kind: all}\n- {kind: strict, for: model}\n'
                      'documents:\n- {path: "content/all*.md", kind: all}\n- {path: "content/strict*.md", kind: strict}\n'
                      '- {path: "content/old*.md", kind: old}\n- {path: "content/card*.md", kind: card}\n',
    "templates/documents/all.md": '''---
kind: all
title: All
about: [workspace, model, version]
language: [blame]
front_matter: {required: [owner], properties: {owner: {type: string}, level: {enum: [low, high]}, reviewed: {format: date}}}
---
# * {.ordered}

## Scope {#scope min-words="8"}

<!-- What it is for. -->

### Out of scope {.optional alias="Not in scope|Limits"}

- [ ] Said aloud

## Steps {#steps min-steps="3"}

## Principle: * {#principle repeat="2..3" language="vague"}

### Test

- [ ] Tested by somebody else {#tested}

## Alerts {#alerts min-rows="2"}

| Alert | Threshold |
| --- | --- |
| Latency {alias="Response time"} | |

## Sign-off {alias="Signatures"}

- [ ] Reviewed {#reviewed}
- [ ] Load test: * {#load .optional}
''',
    "templates/documents/strict.md": '---\nkind: strict\ntitle: Strict\nextends: all\nfront_matter: {required: [level]}\n---\n'
                                     '## Scope {#scope min-words="20"}\n\n### Groups {#groups}\n\n## Notices\n\n- [ ] Sent {#sent}\n',
    "templates/documents/old.md": "---\nkind: old\ntitle: Old\nversion: 2\naccepts_former_until: 2026-06-30\n---\n## Aim\n\n## Risk\n\n- [ ] Seen\n",
    "templates/documents/old@1.md": "---\nkind: old\ntitle: Old\nversion: 1\n---\n## Purpose\n\n- [ ] Read\n",
    "templates/documents/card.md": '---\nkind: card\ntitle: Card\nabout: [model, version]\n---\n## Use\n\n- [ ] Audited {#audited stage="staging"}\n'
                                   '- [ ] Bias audit {accepts="bias_audit"}\n',
    "templates/records/bias_audit.schema.yaml": "type: object\nrequired: [kind, id, about, result]\nproperties: {kind: {const: bias_audit}, id: {type: string}, "
                                                "about: {type: string}, result: {enum: [pass, fail]}, date: {type: string}}\n",
    "data/m.yaml": 'kind: model\nid: m\nname: M\nowner: o\ntier: 3\ndescription: x\ntask: classification\nversions:\n- id: "1"\n  author: a\n'
                   "  created: 2025-01-01\n  description: x\n  requested_stage: staging\n  history:\n"
                   "  - {stage: development, date: 2025-01-01, by: o, reason: x}\n",
    "data/audit.yaml": "kind: bias_audit\nid: audit-1\nabout: m@1\nresult: pass\n",
    "content/all.md": '''---
owner: team-a
level: low
---
# All of it

## Scope

It says in enough words what it is there for. See [strict](strict.md#scope), [old](old-1.md#aim), [gone](gone.md),
[its test](#test), [a picture](plan.png) and [two][nowhere].

### Limits

- [x] Said aloud

## Steps

1. First
2. Second
3. Third

## Principle: measure

It is measured by the median of seven runs.

### Test

- [x] Tested by somebody else

## Principle: be robust

We use best effort as appropriate.

### Test

- [ ] Tested by somebody else (n/a: no one else is there)

## Alerts

| Alert | Threshold |
| --- | --- |
| Response time | 300 ms |
| Errors | |

## Sign-off

- [X] Reviewed
- [x] Reviewed
''',
    "content/all-2.md": "---\nowner: team-a\nid: second\nlevel: lo\n---\n# Second\n\n## Sign-off\n\nThe operator was careless. TODO\n\n## Scoop\n\n## Principle: one\n\nx\n\n"
                        "#### Test\n\n## Alerts\n\n| Alarm | Threshold |\n| --- | --- |\n",
    "content/all-3.md": "---\nowner: [\n---\n# Broken\n",
    "content/all-4.md": "# No front matter\n\n## Scope\n\n[to the second](all-2.md#signoff) [and](all-2.md#sign-off) https://example.org [bad](javascript:x)\n",
    "content/all-html.md": "---\nowner: x\n---\n# Raw\n\n<a id=\"here\"></a>\n\n## Scope\n\n<b>bold</b> [x](#here) [y](#there)\n",
    "content/all-comment.md": "---\nowner: x\n---\n# Allowed\n\n<!-- modelbook: allow doc/missing-section: of one page -->\n\n## Scope\n\nx\n",
    "content/all-live.md": "---\nowner: x\n---\n# Live\n\n## Scope\n\n{{ m.tier }} and {{ m.nothing }}, [[second]], [[all]], [[nobody]], [[second#scoop]].\n",
    "content/strict-m.md": "---\nowner: x\nlevel: low\nabout: m\n---\n# Of a model\n\n## Scope\n\nShort.\n\n## Notices\n\n- [x] Sent\n",
    "content/strict.md": "---\nowner: x\nlevel: high\n---\n# Strict\n\n## Scope\n\nShort [all](all.md#reviewed) [x](all.md#nothing).\n\n## Notices\n\n- [ ] Sent\n",
    "content/old-1.md": "---\ntemplate_version: 1\n---\n## Purpose\n\nx\n\n- [x] Read\n",
    "content/old-2.md": "---\ntemplate_version: 2\n---\n## Aim\n\nx [p](old-1.md#purpose)\n\n## Risk\n\n- [ ] Seen\n",
    "content/old-9.md": "---\ntemplate_version: 9\n---\n## Aim\n",
    "content/card.md": "---\nabout: m@1\n---\n# Card\n\n## Use\n\nx\n\n- [x] Audited\n- [x] Bias audit: [audit](../data/audit.yaml)\n",
    "content/card-lost.md": "---\nabout: m@2\n---\n# Card\n\n## Use\n\nx\n\n- [x] Audited\n",
    "content/plain.md": "# No kind\n\n[all](all.md) [other](other/one.md#b) [[second]]\n",
    "content/other/one.md": "# One\n\n## A\n\n[up](../plain.md#no-kind)\n",
    "content/empty.md": "",
    "content/large.md": "# Large\n\n" + "word [gone](gone.md) and [there](all.md#scope)\n\n" * 5400,
}


def generate(ws):
    for path, text in GENERATED.items():
        write(os.path.join(ws, path), text)


# ---- what changes between two runs ----

def at(path, old, new):
    def change(ws):
        full = os.path.join(ws, path)
        text = open(full).read()
        assert old in text, (path, old)
        write(full, text.replace(old, new, 1))
    return change


def put(path, text):
    return lambda ws: write(os.path.join(ws, path), text)


def end(path, text):
    def change(ws):
        with open(os.path.join(ws, path), "a") as f:
            f.write(text)
    return change


def gone(path):
    return lambda ws: os.remove(os.path.join(ws, path))


def moved(path, to):
    def change(ws):
        os.makedirs(os.path.dirname(os.path.join(ws, to)), exist_ok=True)
        os.rename(os.path.join(ws, path), os.path.join(ws, to))
    return change


# (what, change, whether something else must be said than before; None: it does not matter)
CHANGES = [
    ("an anchor that others link to goes", at("content/old-1.md", "## Purpose", "## Why"), True),
    ("it comes back", at("content/old-1.md", "## Why", "## Purpose"), True),
    ("an item whose anchor is linked changes", at("content/all.md", "- [X] Reviewed\n- [x] Reviewed", "- [X] Read"), True),
    ("the heading that was meant comes", end("content/all.md", "\n## Nothing\n"), True),
    ("a page that is linked comes", put("content/gone.md", "# Gone\n"), True),
    ("it moves, and is near", moved("content/gone.md", "content/other/gone.md"), True),
    ("it goes", gone("content/other/gone.md"), True),
    ("a picture comes", put("content/plan.png", "x"), True),
    ("a second document with an id", put("content/twin.md", "---\nkind: old\nid: second\n---\n## Aim\n"), True),
    ("it goes", gone("content/twin.md"), True),
    ("an id that others name in [[ ]] changes", at("content/all-2.md", "id: second", "id: other"), True),
    ("it changes back", at("content/all-2.md", "id: other", "id: second"), True),
    ("an anchor that [[ ]] names changes", at("content/all-2.md", "## Scoop", "## Ladle"), True),
    ("a value that {{ }} names comes", at("data/m.yaml", "tier: 3", "tier: 2"), None),
    ("a value that {{ }} names goes", at("data/m.yaml", "tier: 2\n", ""), True),
    ("it comes back", at("data/m.yaml", "owner: o\n", "owner: o\ntier: 3\n"), True),
    ("a link definition is added", end("content/all.md", "\n[nowhere]: old-1.md\n"), True),
    ("a document becomes about a model", at("content/all-4.md", "# No front", "---\nowner: x\nabout: m@1\n---\n# No front"), True),
    ("and no more", at("content/all-4.md", "about: m@1\n", ""), True),
    ("a subject comes", at("data/m.yaml", '- id: "1"', '- id: "2"\n  author: a\n  created: 2025-01-02\n  description: x\n- id: "1"'), True),
    ("an asked stage changes", at("data/m.yaml", "requested_stage: staging", "requested_stage: development"), None),
    ("a record that items accept fails", at("data/audit.yaml", "result: pass", "result: fail"), True),
    ("the record goes", gone("data/audit.yaml"), True),
    ("a comment is added", end("content/strict.md", "\n<!-- a comment -->\n"), None),
    ("it becomes one that allows", at("content/strict.md", "<!-- a comment -->", "<!-- modelbook: allow doc/too-short: x -->"), True),
    ("it stands at the front", at("content/strict.md", "# Strict\n", "# Strict\n\n<!-- modelbook: allow doc/too-short: short on purpose -->\n"), True),
    ("comments go", at("content/strict.md", "\n<!-- modelbook: allow doc/too-short: x -->\n", ""), True),
    ("raw HTML comes", at("content/strict.md", "Short", '<a id="nothing"></a> Short'), None),
    ("it is linked", at("content/all.md", "strict.md#scope", "strict.md#nothing"), None),
    ("raw HTML goes", at("content/strict.md", '<a id="nothing"></a> ', ""), True),
    ("the template asks for more words", at("templates/documents/all.md", 'min-words="8"', 'min-words="40"'), True),
    ("the template has another item", at("templates/documents/all.md", "- [ ] Reviewed {#reviewed}", "- [ ] Approved {#approved}"), True),
    ("the base of a template loses a section", at("templates/documents/all.md", "## Sign-off {alias", "## Signed {alias"), True),
    ("another language", at("templates/documents/all.md", "language: [blame]", "language: [vague]"), True),
    ("phrases of its own", put("templates/language/vague.yaml", open(os.path.join(ROOT, "templates/language/vague.yaml")).read()), None),
    ("other phrases", at("templates/language/vague.yaml", "best effort", "worst effort"), None),
    ("a severity is set", at("modelbook.yaml", "title: T\n", "title: T\nseverity:\n  doc/too-short: note\n"), True),
    ("and changes", at("modelbook.yaml", "doc/too-short: note", "doc/too-short: warning"), True),
    ("a kind by place changes", at("modelbook.yaml", 'content/strict*.md", kind: strict', 'content/strict*.md", kind: all'), True),
    ("the former template changes", at("templates/documents/old@1.md", "## Purpose", "## Reason"), True),
    ("it is accepted no more", at("templates/documents/old.md", "accepts_former_until: 2026-06-30", "accepts_former_until: 2025-06-30"), True),
    ("a template comes", put("templates/documents/new.md", "---\nkind: new\ntitle: New\n---\n## A\n"), None),
    ("a template goes", gone("templates/documents/strict.md"), True),
    ("a document moves", moved("content/all-2.md", "content/other/all-2.md"), True),
    ("a document goes", gone("content/other/one.md"), True),
    ("two documents change places", lambda ws: (moved("content/old-1.md", "content/x")(ws), moved("content/old-2.md", "content/old-1.md")(ws),
                                                  moved("content/x", "content/old-2.md")(ws)), True),
    ("a policy of its own", put("data/policies/p.yaml", "kind: policy\nid: p\n"), None),
    ("it changes", at("data/policies/p.yaml", "id: p", "id: q"), None),
    ("a document stops being live", at("content/all-live.md", "owner: x", "owner: x\nlive: false"), True),
    ("front matter breaks", at("content/all.md", "level: low\n", "level: [\n"), True),
    ("and is mended", at("content/all.md", "level: [\n", "level: high\n"), True),
    ("a large one becomes small", put("content/large.md", "# Large\n\n[x](all.md#scope)\n"), True),
    ("all documents but one go", lambda ws: [os.remove(os.path.join(ws, "content", n)) for n in os.listdir(os.path.join(ws, "content"))
                                              if n.endswith(".md") and n != "all.md"], True),
]

# (what, arguments, of the run): the same files, asked otherwise
QUESTIONS = [
    ("the last day of a former template", {"day": "2026-06-30"}),
    ("the day after", {"day": "2026-07-01"}),
    ("long after", {"day": "2031-01-01"}),
    ("before all", {"day": "2001-01-01"}),
]


def after_changes(work):
    ws, cache = os.path.join(work, "changing"), os.path.join(work, "changing-cache")
    generate(ws)
    before = run(ws, "--no-cache", "--format", "json")
    for form in FORMATS:
        run(ws, "--cache", cache, "--format", form)
    for what, more in QUESTIONS:
        for _ in range(2):
            want, got = run(ws, "--no-cache", "--format", "json", **more), run(ws, "--cache", cache, "--format", "json", **more)
            verdict(what, got == want, difference(want, got))
    for n, (what, change, must_differ) in enumerate(CHANGES):
        change(ws)
        for form in FORMATS:
            want = run(ws, "--no-cache", "--format", form)
            for jobs in ("2", "2", str(n + 3)):
                got = run(ws, "--cache", cache, "--format", form, "--jobs", jobs)
                verdict(f"{what}, {form}, {jobs} threads", got == want, difference(want, got))
        if must_differ:
            verdict(f"{what}: something else is said than before", want != before, "the case shows nothing")
        before = want


def other_defaults(work):
    """What is installed changes beneath a cache."""
    ws, cache, defaults = (os.path.join(work, n) for n in ("plain", "plain-cache", "defaults"))
    for part in ("templates", "data/policies"):
        shutil.copytree(os.path.join(ROOT, part), os.path.join(defaults, part))
    write(os.path.join(ws, "modelbook.yaml"), 'title: T\ndocuments:\n- {path: "content/**", kind: incident_postmortem}\n')
    write(os.path.join(ws, "content/i.md"), "# I\n\n## Summary\n\nThe operator was careless.\n")
    steps = [("installed defaults", lambda d: None),
             ("another template is installed", end("templates/documents/incident_postmortem.md", "\n## More to say\n")),
             ("other phrases are installed", at("templates/language/blame.yaml", "careless", "carefree"))]
    for what, step in steps:
        step(defaults)
        want = run(ws, "--no-cache", defaults=defaults)
        for jobs in ("1", "1", "2"):
            got = run(ws, "--cache", cache, "--jobs", jobs, defaults=defaults)
            verdict(what, got == want, difference(want, got))


def where_a_link_leads(work):
    """A folder that is asked for by a symbolic link leads elsewhere; not a byte changes."""
    ws, cache, link = os.path.join(work, "linked"), os.path.join(work, "linked-cache"), os.path.join(work, "current")
    write(os.path.join(ws, "modelbook.yaml"), "title: T\n")
    for name in ("a", "b"):
        write(os.path.join(ws, "content", name, "x.md"), f"# {name}\n\n[gone](gone-{name}.md)\n")
    for name in ("a", "b"):
        if os.path.islink(link):
            os.remove(link)
        os.symlink(os.path.join(ws, "content", name), link)
        want, got = run(ws, link, "--no-cache"), run(ws, link, "--cache", cache)
        verdict(f"a link that leads to {name}", got == want and f"content/{name}/x.md".encode() in got[1], difference(want, got), want)


def copied(work, name, source, parts):
    """The parts of a folder of the repository that make a workspace."""
    to = os.path.join(work, name)
    os.makedirs(to)
    for part in parts:
        at = os.path.join(ROOT, source, part)
        if os.path.isdir(at):
            shutil.copytree(at, os.path.join(to, part), symlinks=True, ignore=lambda folder, names: [
                name for name in names if workspace_file.is_reference_system(os.path.join(folder, name))])
        elif os.path.exists(at):
            shutil.copy(at, to)
    return to


def main():
    work = tempfile.mkdtemp(prefix="modelbook-answers-")
    try:
        generated = os.path.join(work, "generated")
        generate(generated)
        parts = ("modelbook.yaml", "content", "data", "templates")
        workspaces = [("generated", generated), ("repository", copied(work, "repository", "", parts))]
        for name in ("electricity", "modelcards"):
            workspaces.append((name, copied(work, name, os.path.join("tests", "workspaces", name), parts)))
        write(os.path.join(work, "modelcards", "content", "card.md"), "---\nlicense: mit\n---\n# Card\n\n## Uses\n\n[x](#bias)\n")
        bare = os.path.join(work, "bare")
        shutil.copytree(os.path.join(generated, "content"), bare)
        workspaces.append(("bare", bare))
        for name, ws in workspaces:
            operands = ["."] if name == "bare" else []
            same_files(name, ws, work, *operands)
            from_trees(name, ws, work, *operands)
        after_changes(work)
        other_defaults(work)
        where_a_link_leads(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
