#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs into an empty folder, moves it, and uses the installed program: init, check, build,
verify, new, export. Nothing of the source tree may be needed. Usage: install.py BUILD-FOLDER"""
import os, shutil, subprocess, sys, tempfile

passed = failed = 0


def verdict(what, problem):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    print(f"{'FAILED' if problem else 'ok':7s} {what}{': ' + str(problem)[-1500:] if problem else ''}")


def main():
    work = tempfile.mkdtemp(prefix="modelbook-install-")
    try:
        subprocess.run(["cmake", "--install", sys.argv[1], "--prefix", f"{work}/first"], check=True,
                       stdout=subprocess.DEVNULL)
        os.rename(f"{work}/first", f"{work}/moved")
        share = f"{work}/moved/share"
        for path in ("modelbook/templates/documents/model_card.md", "modelbook/templates/pages/layout.html",
                     "modelbook/themes/default/style.css", "modelbook/themes/default/DejaVuSans.ttf",
                     "modelbook/content/handbook/ml_principles.md", "modelbook/modelbook.yaml",
                     "modelbook/data/policies/defaults.yaml", "modelbook/starter/.github/workflows/modelbook.yml",
                     "modelbook/starter/.gitlab-ci.yml", "modelbook/starter/.pre-commit-config.yaml", "man/man1/modelbook.1"):
            verdict(f"installed: {path}", None if os.path.exists(f"{share}/{path}") else "absent")
        for path in ("README.md", "docs/measure.md", "docs/capstone.md", "docs/model-page.png"):
            verdict(f"installed: {path}", None if os.path.exists(f"{share}/doc/modelbook/{path}") else "absent")
        program = f"{work}/moved/bin/modelbook"
        env = {"PATH": "/usr/bin:/bin", "HOME": work, "SOURCE_DATE_EPOCH": "1767225600"}

        def run(*args, cwd=work):
            return subprocess.run([program, *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=300)

        def expect(what, p, status=0, out="", err=""):
            verdict(what, None if p.returncode == status and out in p.stdout and err in p.stderr
                    else f"exit {p.returncode}\n{p.stdout}{p.stderr}")

        expect("init", run("init", "w"), out="next: edit w/modelbook.yaml")
        w = f"{work}/w"
        expect("init refuses a folder that is in use", run("init", "w"), status=2, err="is not empty")
        p = run("check", cwd=w)
        expect("a new workspace checks clean", p, err="0 errors, 0 warnings,")
        expect("a new workspace builds", run("build", "--strict=warning", cwd=w), out="manifest.json: sha256")
        expect("verify", run("verify", cwd=w), out="files are as manifest.json says")
        expect("export csv", run("export", "--format", "csv", "--out", "tables", cwd=w), out="tables/")
        expect("export json", run("export", "--format", "json", "--out", "tables", cwd=w), out="audit.json")
        expect("export xlsx", run("export", "--out", "tables", cwd=w), out="audit.xlsx")
        open(f"{w}/site/index.html", "a").write("x")
        expect("verify finds a change", run("verify", cwd=w), status=1, out="index.html")
        expect("new record", run("new", "model", "search/model", cwd=w), out="data/search/model.yaml")
        expect("new document", run("new", "model_card", "--about", "search", cwd=w),
               out="content/models/search/model_card.md")
        expect("new never overwrites", run("new", "model_card", "--about", "search", cwd=w), status=2, err="File exists")
        expect("new with a kind that is not there", run("new", "model_crad", cwd=w), status=2, err="did you mean 'model_card'?")
        expect("an export in spite of faults says so", run("export", "--out", "tables", cwd=w), status=1, out="audit.xlsx")
        expect("what is not filled in is found", run("check", cwd=w), status=1, out="[doc/")
        with open(os.path.join(sys.argv[1], "CMakeCache.txt"), encoding="utf-8") as cache:
            if "MODELBOOK_CAPSTONE:BOOL=ON" in cache.read():
                program, plan = f"{work}/moved/bin/modelbook-capstone", f"{share}/modelbook/systems/payments.yaml"
                verdict("installed: the manual of the reference system", None if os.path.exists(f"{share}/man/man1/modelbook-capstone.1") else "absent")
                verdict("installed: plans alone", None if sorted(os.listdir(os.path.dirname(plan))) == ["electricity.yaml", "payments.yaml"] else "others")
                expect("simulate", run("simulate", "--accounts", "60", "--a-day", "30", "--days", "370", "--out", "stream.csv"))
                expect("train by an installed plan", run("train", plan, "stream.csv", "--out", "models"), out="no leak; 3 models")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
