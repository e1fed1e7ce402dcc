#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real model cards held against the sections of Hugging Face's annotated model card.

tests/workspaces/modelcards holds the template; the cards come from the test data. A second reader
of Markdown and YAML, written here without any of modelbook's code, says for each card which
sections and keys are missing, empty or placeholders; both must say the same of every card.
Usage: modelcards.py PROGRAM"""
import json, os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.join(os.environ.get("MODELBOOK_TEST_DATA", os.path.join(ROOT, "..", "shared")), "real", "modelcards")
TEMPLATE = os.path.join(ROOT, "tests", "workspaces", "modelcards", "templates", "documents", "hub_model_card.md")
FOLDERS = ("cs577", "hfhub-fixtures")


def key(text):
    text = re.sub(r"<[^>]*>|!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s*(\d+(\.\d+)*[.)]?\s+)", "", text)
    return " ".join(re.sub(r"[^\w\s]", " ", text.replace("_", " ").lower()).split())


def required():
    """Top-level sections of the template that are not optional: title and keys."""
    for line in open(TEMPLATE, encoding="utf-8"):
        found = re.match(r"## (.*?)(?: \{(.*)\})?$", line.rstrip())
        if found and ".optional" not in (found[2] or ""):
            alias = re.search(r'alias="([^"]*)"', found[2] or "")
            yield found[1], [key(t) for t in [found[1]] + (alias[1].split("|") if alias else [])]


def headings(text):
    """Titles of ATX and setext headings outside code, comments and front matter."""
    text = re.sub(r"\A\s*---\n.*?\n---[ \t]*(\n|\Z)", "\n", text, flags=re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    found, fence, before = [], None, ""
    for line in text.split("\n"):
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = None
            continue
        if mark:
            fence = mark[1][:3]
            continue
        atx = re.match(r" {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$", line)
        if atx:
            found.append(key(atx[1] or ""))
        elif re.match(r" {0,3}(=+|-+)[ \t]*$", line) and before.strip() and not re.match(r"[-*|>#]|\d+\.", before.strip()):
            found.append(key(before))
        before = line
    return found


def has_license(text):
    front = re.match(r"\s*---\n(.*?)\n---", text.replace("\r\n", "\n"), flags=re.S)
    return bool(front and re.search(r"^license:", front[1], flags=re.M))


def main():
    program = os.path.abspath(sys.argv[1])
    if not os.path.isdir(DATA):
        print("SKIPPED: 50 model cards: no test data at", DATA)
        return 77
    failures = 0
    with tempfile.TemporaryDirectory() as workspace:
        shutil.copytree(os.path.join(ROOT, "tests", "workspaces", "modelcards"), workspace, dirs_exist_ok=True)
        os.makedirs(os.path.join(workspace, "content"))
        cards = []
        for folder in FOLDERS:
            for name in sorted(os.listdir(os.path.join(DATA, folder))):
                if name.endswith(".md"):
                    cards.append(name)
                    shutil.copy(os.path.join(DATA, folder, name), os.path.join(workspace, "content"))
        env = dict(os.environ, MODELBOOK_DEFAULTS=ROOT, XDG_CACHE_HOME="", HOME="no-cache")
        done = subprocess.run([program, "check", "--workspace", workspace, "--format", "json"], capture_output=True, env=env)
        if done.returncode != 1:
            sys.exit(f"exit {done.returncode}: {done.stderr.decode()[-500:]}")
        found = {}
        for f in json.loads(done.stdout)["findings"]:
            found.setdefault(f["path"][len("content/"):], []).append(f)
        compared = read = 0
        for name in cards:
            listed = found.get(name, [])
            if any(f["fault"] for f in listed):
                continue  # unreadable: nothing else is said of it
            read += 1
            text = open(os.path.join(workspace, "content", name), encoding="utf-8").read().replace("\r\n", "\n")
            titles = headings(text)
            missing = sorted(re.search(r"'([^']*)'", f["message"])[1] for f in listed
                             if f["rule"] == "doc/missing-section" and "Hyperparameters" not in f["message"])
            expected = sorted(title for title, keys in required() if not any(k in titles for k in keys))
            says = any("key 'license' is missing" in f["message"] for f in listed)
            compared += len(expected) + len(missing)
            if missing != expected or says == has_license(text):
                failures += 1
                print(f"{name}: missing {missing}, expected {expected}; license missing {says}, there {has_license(text)}")
        print(f"{len(cards)} cards, {read} read, {sum(map(len, found.values()))} findings, "
              f"{compared} compared, {failures} cards differ")
    return 1 if failures or read < 40 else 0


sys.exit(main())
