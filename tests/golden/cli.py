#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: usage, help, exit statuses, paths, formats. Cases are a table.
Usage: cli.py PROGRAM"""
import json, os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
FILES = {
    "modelbook.yaml": "title: T\n",
    "content/a.md": "# A\n\n[b](sub/b.md) and [gone](gone.md)\n",
    "content/sub/b.md": "# B\n\n[x](#y)\n",
    "elsewhere.md": "# E\n",
    "data/r.yaml": "kind: nothing\nid: r\n",
}
# arguments, folder to stand in, exit status, in standard output, in standard error
CASES = [
    ([], "", 2, "", "Usage: modelbook COMMAND"),
    (["--help"], "", 0, "Exit status:", ""),
    (["--version"], "", 0, "modelbook 0.", ""),
    (["build", "--help"], "", 0, "Usage: modelbook build [OPTION]…\n", ""),
    (["help", "check"], "", 0, "Usage: modelbook check", ""),
    (["check", "--help"], "", 0, "--format", ""),
    (["chekc"], "", 2, "", "did you mean 'check'?"),
    (["check", "--fromat", "json"], "", 2, "", "did you mean '--format'?"),
    (["check", "--format"], "", 2, "", "needs a value"),
    (["check", "--format", "xml"], "", 2, "", "--format takes"),
    (["check", "--format", "gitlabs"], "", 2, "", "did you mean 'gitlab'?"),
    (["check", "--quiet=yes"], "", 2, "", "takes no value"),
    (["build", "extra"], "", 2, "", "unexpected 'extra'"),
    (["check", "-x"], "", 2, "", "unknown option '-x'"),
    (["check", "--jobs", "0"], "", 2, "", "--jobs takes"),
    (["check", "--as-of", "2026-02-30"], "", 2, "", "--as-of takes"),
    (["check", "--color", "blue"], "", 2, "", "--color takes"),
    (["check"], "", 1, "content/a.md:3:26: error: link leads to no document: 'gone.md' [link/broken-page]", "2 documents"),
    (["check"], "content/sub", 1, "content/sub/b.md:3:5: error", "2 documents"),
    (["check", "content/sub"], "", 1, "content/sub/b.md:3:5", "1 error"),
    (["check", "b.md"], "content/sub", 1, "content/sub/b.md:3:5", "1 error"),
    (["--workspace", ".", "check", "--quiet"], "", 1, "link/broken-page", ""),
    (["check", "--workspace", "absent"], "", 2, "", "absent"),
    (["check", "nowhere.md"], "", 2, "", "No such file"),
    (["check", "/"], "", 2, "", "modelbook"),
    (["check", "--color", "always"], "", 1, "\x1b[31merror", ""),
    (["check", "--", "content/a.md"], "", 1, "content/a.md", ""),
    (["explain", "doc/missing-section"], "", 0, "Why", ""),
    (["explain", "doc/mising-section"], "", 2, "", "did you mean 'doc/missing-section'?"),
    (["explain"], "", 0, "data/two-in-production", ""),
    (["init"], "", 2, "", "init needs a folder"),
    (["init", "content"], "", 2, "", "is not empty"),
    (["new"], "", 2, "", "new needs a kind"),
    (["new", "--list"], "", 0, "  Frame a problem      problem_brief        Problem brief                 modelbook new problem_brief\n", ""),
    (["new", "--list"], "", 0, "\nAll other kinds:\n  document  ", ""),
    (["new", "--list"], "", 0, "  record    waiver ", ""),
    (["new", "--list", "model"], "", 2, "", "--list goes without a kind"),
    (["new", "model_crad"], "", 2, "", "no kind 'model_crad', did you mean 'model_card'?; 'modelbook new --list' lists all\n"),
    (["new", "incident_postmortem", "--about", "INC-7"], "", 0, "content/incidents/INC-7.md\n", ""),
    (["new", "incident_postmortem", "--about", "INC-7"], "", 2, "", "File exists; it stays as it is: give another NAME\n"),
    (["check", "content/incidents"], "", 1, "   help: nothing has this id: 'modelbook new model' begins a model's record, 'modelbook new incident' an incident's\n", ""),
    (["new", "model_card", "../x"], "", 2, "", "cannot be the name of a page"),
    (["new", "model_card", ""], "", 2, "", "cannot be the name of a page"),
    (["new", "model_card", "sub/"], "", 2, "", "cannot be the name of a page"),
    (["new", "model_card", ".drafts/x"], "", 2, "", "cannot be the name of a page"),
    (["new", "model_card", "linked/x"], "", 2, "", "symbolic links"),
    (["new", "evaluation", "a\nb: c"], "", 2, "", "the name must be text on one line"),
    (["new", "model_card", "x", "--title", b"T\xff"], "", 2, "", "--title must be text on one line"),
    (["check", "--since", "a\nb\x1b[31m"], "", 2, "", "lies in no git repository\n"),
    (["new", "model_card", "--about", "churn\nkind: x"], "", 2, "", "--about must be text on one line"),
    (["verify", "content"], "", 2, "", "manifest.json"),
    (["verify", "--digest", "xyz"], "", 2, "", "64 lower-case hex"),
    (["export", "--format", "pdf"], "", 2, "", "--format takes xlsx, csv, json or schemas, found 'pdf'"),
    (["export", "--format", "schemas", "--out", "modelbook.yaml"], "", 2, "", "modelbook.yaml"),
    (["export", "--format", "schemas"], "content", 0, "schemas/record.schema.json", ""),
    (["build", "--strict=perhaps"], "", 2, "", "--strict takes"),
    (["build", "--strict"], "", 1, "", "--strict keeps the site"),
    (["build", "--out", "."], "", 2, "", "io/write"),
    (["build", "--out", "content"], "", 2, "", "io/write"),
    (["build", "--out", "content/sub/site"], "", 2, "", "io/write"),
    (["build"], "", 0, "manifest.json: sha256", "link/broken-page"),
    (["verify"], "", 0, "are as manifest.json says", ""),
]
passed = failed = 0


def verdict(what, problem):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    if problem:
        print(f"{what}: {problem}")


def run(work, args, folder, **env):
    full = dict({"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "SOURCE_DATE_EPOCH": "1767225600",
                 "HOME": "no-cache", "LC_ALL": "C"}, **env)
    return subprocess.run([PROGRAM, *args], cwd=os.path.join(work, folder), env=full, capture_output=True, timeout=120)


def main():
    work = tempfile.mkdtemp(prefix="modelbook-cli-")
    try:
        for path, text in FILES.items():
            os.makedirs(os.path.dirname(os.path.join(work, path)), exist_ok=True)
            open(os.path.join(work, path), "w").write(text)
        os.mkdir(os.path.join(work, "outside"))
        for args, folder, status, out, err in CASES:
            linked = "linked/x" in args
            if linked:
                os.symlink("../outside", os.path.join(work, "content", "linked"))
            p = run(work, args, folder)
            if linked:
                os.remove(os.path.join(work, "content", "linked"))
            said, complained = p.stdout.decode(), p.stderr.decode()
            problem = None
            if p.returncode != status or out not in said or err not in complained:
                problem = f"exit {p.returncode}, expected {status}\n--- out\n{said[-800:]}\n--- err\n{complained[-800:]}"
            elif status == 2 and not complained and "check" not in args:
                problem = "exit 2 without a word"
            verdict(f"modelbook {' '.join(map(str, args))} (in {folder or '.'})", problem)
        verdict("nothing is written behind a link", os.listdir(os.path.join(work, "outside")))
        for about in ("x: y # 'z", 'a"b', "null"):
            run(work, ["new", "evaluation", "quoted", "--about", about], "")
            file = os.path.join(work, "data", "quoted.yaml")
            line = re.search("^about: (.*)$", open(file).read(), re.M)[1]
            verdict("text stays text in YAML", None if json.loads(line) == about else line)
            os.remove(file)
        incident = os.path.join(work, "content/incidents/INC-7.md")
        text = open(incident).read()
        verdict("no line stands empty twice", None if "\n\n\n" not in text else text[:300])
        open(incident, "w").write(text.replace("## Timeline", "Timeline"))
        p = run(work, ["check", "content/incidents"], "")
        verdict("a missing section says what to add", None if b"   help: add `## Timeline`\n" in p.stdout else p.stdout.decode()[-800:])
        open(incident, "w").write(text.replace("## Timeline", "## Time line"))
        p = run(work, ["check", "content/incidents"], "")
        line = b"%d" % (text[:text.index("## Timeline")].count("\n") + 1)
        verdict("and which heading is near", None if b"   help: 'Time line' in line " + line + b" is near: change its words, or add `## Timeline`\n" in p.stdout else p.stdout.decode()[-1800:])
        os.remove(incident)
        os.makedirs(os.path.join(work, "templates"))
        open(os.path.join(work, "templates/tasks.yaml"), "w").write("tasks:\n  - {task: T, kind: model}\n- {}\n")
        p = run(work, ["new", "--list"], "")
        verdict("a list says which file it had to leave out", None if b"templates/tasks.yaml:3:1: error" in p.stderr and b"modelbook new model\n" in p.stdout else p)
        shutil.rmtree(os.path.join(work, "templates"))
        p = run(work, ["check", "content/sub"], "")
        verdict("only what was asked for is reported", None if b"content/a.md" not in p.stdout else p.stdout)
        p = run(work, ["check"], "", NO_COLOR="1")
        verdict("no colour off a terminal", None if b"\x1b" not in p.stdout else p.stdout)
        p = run(work, ["check", "--format", "json"], "")
        verdict("JSON has the summary", None if json.loads(p.stdout)["summary"]["documents"] == 2 else p.stdout)
        # Without what is installed: one word, and no complaint about each kind.
        own = {"modelbook.yaml": 'title: T\ndocuments:\n- {path: "content/a.md", kind: model_card}\n- {path: "content/b.md", kind: model_review}\nrequire:\n- {kind: model_card}\n',
               "content/a.md": "# A\n", "content/b.md": "# B\n", "data/m.yaml": "kind: model\nid: m\n"}
        poor = os.path.join(work, "outside", "poor")
        for path, text in own.items():
            os.makedirs(os.path.dirname(os.path.join(poor, path)), exist_ok=True)
            open(os.path.join(poor, path), "w").write(text)
        for command in (["check"], ["build", "--out", os.path.join(work, "outside", "site")], ["new", "model_card"]):
            p = run(poor, command, "", MODELBOOK_DEFAULTS="/nonexistent")
            said = (p.stdout + p.stderr).decode()
            good = p.returncode == 2 and said.count("installed defaults were not found") == 1 and "'/nonexistent', which MODELBOOK_DEFAULTS names" in said
            verdict(f"{command[0]} without the installed defaults", None if good and "no template" not in said and "no schema" not in said else said)
        # Without a workspace, one folder may be checked, and others say what is missing.
        bare = os.path.join(work, "content", "sub")
        os.remove(os.path.join(work, "modelbook.yaml"))
        p = run(work, ["check", bare], "")
        verdict("a bare folder", None if p.returncode == 1 and b"b.md:3:5" in p.stdout else p)
        for command in ("build", "export", "new"):
            p = run(work, [command] + (["model"] if command == "new" else []), "")
            verdict(f"{command} without a workspace", None if p.returncode == 2 and b"modelbook.yaml" in p.stderr else p)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
