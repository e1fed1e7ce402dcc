#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent check of a built site: links, ids, requests, security policy, manifest, sitemap.

Knows nothing of how modelbook writes pages; reads the folder as a browser and a file manager would.
Usage: check_site.py SITE [--carry PATH]…    check the site (PATH: a file that the manifest need not list)
       check_site.py SITE --self-test        break copies of it in every way that is looked for"""
import argparse, hashlib, html.parser, json, os, posixpath, re, shutil, sys, tempfile, zipfile
import xml.etree.ElementTree as ElementTree
from urllib.parse import unquote, urlsplit

VOID = set("area base br col embed hr img input link meta source track wbr".split())
FORBIDDEN = set("base iframe frame frameset object embed applet portal".split())
REFERENCES = set("href src xlink:href action formaction poster data background cite longdesc".split())
LISTS_OF_IDS = set("aria-labelledby aria-describedby aria-controls aria-owns aria-details "
                   "aria-errormessage aria-flowto aria-activedescendant for headers list form".split())
RESOURCES = {"link", "script", "img", "source", "video", "audio", "track", "image", "use", "feimage", "input"}
DATA_BLOCKS = {"application/json", "application/ld+json", "text/plain"}
URL_IN_CSS = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)""", re.I)
IMPORT_IN_CSS = re.compile(r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)""", re.I)
OUTSIDE_IN_SCRIPT = re.compile(r"""["'`]((?:https?:|wss?:)?//[^"'`\s]*)""", re.I)
CODE_FROM_TEXT = re.compile(r"""\beval\s*\(|\bnew\s+Function\b|\bdocument\.write\s*\(|["'`]javascript:""")
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml",
              "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/1998/Math/MathML")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e]")
CHECKS = {
    "encoding": "files of text are UTF-8 without control or direction-override characters",
    "nesting": "every element is closed, in order",
    "head": "doctype, lang, charset, viewport, one title, one h1",
    "policy": "a Content-Security-Policy before anything is loaded, without holes",
    "inline": "no inline style, script or event handler; no frame, object or base",
    "ids": "no id twice on a page, none empty or with a blank",
    "names": "ids named by aria-*, for, headers and url(#…) are on the page; pictures have a name",
    "svg": "SVG is well-formed XML",
    "requests": "nothing is loaded from elsewhere, by pages, style or script",
    "links": "every link inside the site resolves to a file, spelled exactly",
    "fragments": "every #fragment is an id of the page that it names",
    "outside": "links to elsewhere are plain <a> with a harmless scheme",
    "reachable": "every page is reached from index.html, every other file from a page",
    "workbook": "links in spreadsheets resolve, no cell is a formula from outside",
    "manifest": "manifest.json lists exactly the files, with size and digest",
    "sitemap": "sitemap.xml lists exactly the pages",
    "collision": "no two paths differ only in case",
}


class Page(html.parser.HTMLParser):
    """What one page holds, and what is wrong with it taken alone."""

    def __init__(self, path, text, report):
        super().__init__(convert_charrefs=True)
        self.path, self.report = path, report
        self.ids, self.references, self.named, self.stack, self.svg_starts = {}, [], [], [], []
        self.h1 = self.titles = self.svg_names = 0
        self.title, self.lang, self.doctype, self.policy, self.loaded = "", None, None, None, False
        self.charset = self.viewport = False
        self.raw = text
        self.offsets = [0]
        for line in text.split("\n"):
            self.offsets.append(self.offsets[-1] + len(line) + 1)
        self.feed(text)
        self.close()
        self.finish()

    def bad(self, check, message, line=None):
        self.report.bad(check, f"{self.path}:{line or self.getpos()[0]}", message)

    def good(self, check, count=1):
        self.report.good(check, count)

    def position(self):
        line, column = self.getpos()
        return self.offsets[line - 1] + column

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_startendtag(self, tag, attributes):
        self.start(tag, attributes, closed=True)

    def handle_starttag(self, tag, attributes):
        self.start(tag, attributes, closed=tag in VOID)

    def start(self, tag, attributes, closed):
        names = [name for name, _ in attributes]
        values = {name: value or "" for name, value in attributes}
        if len(set(names)) != len(names):
            self.bad("nesting", f"<{tag}> has an attribute twice")
        if tag in FORBIDDEN:
            self.bad("inline", f"<{tag}> is not allowed")
        if tag == "style":
            self.bad("inline", "<style> in the page")
        if tag == "script" and "src" not in values and values.get("type", "") not in DATA_BLOCKS:
            self.bad("inline", "<script> in the page")
        for name, value in values.items():
            self.attribute(tag, name, value)
        if "id" in values:
            self.identity(values["id"])
        self.head(tag, values)
        if tag == "img":
            if "alt" in values:
                self.good("names")
            else:
                self.bad("names", f"picture without alt: {values.get('src', '')}")
        if values.get("role") == "img":
            if values.get("aria-label", "").strip() or values.get("aria-labelledby", "").strip():
                self.good("names")
            else:
                self.bad("names", f"<{tag} role=img> has no name")
        if tag == "svg" and "svg" not in [t for t, _ in self.stack]:
            self.svg_starts.append((self.position(), self.getpos()[0]))
        if not closed:
            self.stack.append((tag, self.getpos()[0]))

    def attribute(self, tag, name, value):
        line = self.getpos()[0]
        if name == "style" or name.startswith("on"):
            self.bad("inline", f"<{tag} {name}=…>")
        if name in REFERENCES and not (tag == "a" and name == "data"):
            self.references.append((tag, name, value, line))
        if name in ("srcset", "imagesrcset"):
            for candidate in value.split(","):
                self.references.append((tag, name, candidate.strip().split(" ")[0], line))
        if name == "ping":
            self.bad("requests", f"<{tag} ping=…>")
        if name in LISTS_OF_IDS:
            self.named += [(target, f"{name}", line) for target in value.split()]
        for match in URL_IN_CSS.finditer(value) if name not in REFERENCES | {"content", "alt", "title"} else ():
            target = next(group or "" for group in match.groups() if group is not None)
            if target.startswith("#"):
                self.named.append((target[1:], f"{name}=url()", line))
            else:
                self.references.append(("style", name, target, line))

    def identity(self, value):
        if not value or re.search(r"\s", value):
            self.bad("ids", f"id {value!r} is empty or holds a blank")
        elif value in self.ids:
            self.bad("ids", f"id {value!r} again, first in line {self.ids[value]}")
        else:
            self.good("ids")
            self.ids[value] = self.getpos()[0]

    def head(self, tag, values):
        if tag == "html":
            self.lang = values.get("lang")
        elif tag == "h1":
            self.h1 += 1
        elif tag == "title" and not any(t == "svg" for t, _ in self.stack):
            self.titles += 1
        elif tag == "meta":
            self.charset |= values.get("charset", "").lower() == "utf-8" and self.position() < 1024
            self.viewport |= values.get("name") == "viewport"
            equivalent = values.get("http-equiv", "").lower()
            if equivalent == "refresh":
                self.bad("requests", "<meta http-equiv=refresh>")
            if equivalent == "content-security-policy":
                if self.loaded:
                    self.bad("policy", "stands after something that is loaded")
                self.policy = values.get("content", "")
        if tag in ("link", "script", "img") and self.policy is None:
            self.loaded = True

    def handle_data(self, data):
        if self.stack and self.stack[-1][0] == "title" and len(self.stack) < 4:
            self.title += data

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self.stack and self.stack[-1][0] == tag:
            self.stack.pop()
            self.good("nesting")
        elif any(open_tag == tag for open_tag, _ in self.stack):
            while self.stack[-1][0] != tag:
                open_tag, line = self.stack.pop()
                self.bad("nesting", f"<{open_tag}> of line {line} is not closed before </{tag}>")
            self.stack.pop()
        else:
            self.bad("nesting", f"</{tag}> closes nothing")

    def finish(self):
        for tag, line in self.stack:
            self.bad("nesting", f"<{tag}> is never closed", line)
        for wrong, message in (
                ((self.doctype or "").lower() != "doctype html", "no <!DOCTYPE html>"),
                (not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", self.lang or ""), "no lang"),
                (not self.charset, "no charset in the first 1,024 characters"),
                (not self.viewport, "no viewport"),
                (self.titles != 1 or not self.title.strip(), f"{self.titles} titles: {self.title.strip()!r}"),
                (self.h1 != 1, f"{self.h1} h1")):
            if wrong:
                self.bad("head", message, 1)
            else:
                self.good("head")
        self.check_policy()
        for target, where, line in self.named:
            if target in self.ids:
                self.good("names")
            else:
                self.bad("names", f"{where} names {target!r}, which is no id of the page", line)
        for offset, line in self.svg_starts:
            end = self.raw.find("</svg>", offset)
            self.report.xml("svg", f"{self.path}:{line}", self.raw[offset:end + 6])

    def check_policy(self):
        if self.policy is None:
            return self.bad("policy", "no Content-Security-Policy", 1)
        parts = [part.split() for part in self.policy.split(";") if part.strip()]
        rules = {part[0].lower(): part[1:] for part in reversed(parts)}
        if rules.get("default-src") != ["'none'"]:
            self.bad("policy", "default-src is not 'none'", 1)
        for name in ("base-uri", "form-action"):
            if name not in rules:
                self.bad("policy", f"no {name}", 1)
        for name, sources in rules.items():
            for source in sources:
                if source not in ("'none'", "'self'") and (name, source) != ("img-src", "data:") \
                        and not source.startswith("'sha256-"):
                    self.bad("policy", f"{name} allows {source}", 1)
                else:
                    self.good("policy")


class Report:
    """Of which good() and bad() say what is done with a verdict."""

    def verdict(self, check, where, wrong, message):
        if wrong:
            self.bad(check, where, message)
        else:
            self.good(check)

    def xml(self, check, where, text):
        try:
            tree = ElementTree.fromstring(text)
        except (ElementTree.ParseError, ValueError) as error:
            self.bad(check, where, f"not well-formed XML: {error}")
            return None
        self.good(check)
        return tree


class Notes(Report):
    """What a page says of itself, to be told again where the same page is read again."""

    def __init__(self):
        self.told = []

    def good(self, check, count=1):
        self.told.append(("good", check, count))

    def bad(self, check, where, message):
        self.told.append(("bad", check, where, message))


READ = {}


def read_page(path, text, report):
    if (path, text) not in READ:
        notes = Notes()
        READ[path, text] = Page(path, text, notes), notes.told
    page, told = READ[path, text]
    for name, *more in told:
        getattr(report, name)(*more)
    return page


class Site(Report):
    """A folder of files, and the report on it."""

    def __init__(self, root, carried=()):
        self.root, self.carried = root, set(carried)
        self.counts = {check: [0, 0] for check in CHECKS}
        self.problems = {check: [] for check in CHECKS}
        self.files = sorted(os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                            for folder, _, names in os.walk(root) for name in names)
        self.known = set(self.files)
        self.pages, self.edges = {}, {}
        self.check()

    def good(self, check, count=1):
        self.counts[check][0] += count

    def bad(self, check, where, message):
        self.counts[check][1] += 1
        self.problems[check].append(f"{where}: {message}")

    def read(self, name):
        with open(os.path.join(self.root, name), "rb") as file:
            return file.read()

    def text(self, name):
        try:
            text = self.read(name).decode("utf-8")
        except UnicodeDecodeError as error:
            self.bad("encoding", name, str(error))
            return self.read(name).decode("utf-8", "replace")
        match = CONTROLS.search(text)
        self.verdict("encoding", f"{name}:{text.count(chr(10), 0, match.start()) + 1}" if match else name, match,
                     f"holds U+{ord(match.group()):04X}" if match else "")
        return text

    def check(self):
        if not self.files:
            raise SystemExit(f"{self.root}: no files")
        for name in self.files:
            if name.endswith(".html") and name not in self.carried:
                self.pages[name] = read_page(name, self.text(name), self)
        for page in self.pages.values():
            for tag, attribute, value, line in page.references:
                self.reference(page.path, line, tag, attribute, value)
        for name in self.files:
            if name.endswith(".css"):
                self.style(name)
            elif name.endswith((".js", ".mjs")):
                self.script(name)
            elif name.endswith(".svg"):
                self.picture(name)
            elif name.endswith(".xlsx"):
                self.workbook(name)
        self.reachable()
        self.manifest()
        self.sitemap()
        folded = {}
        for name in self.files:
            self.verdict("collision", name, name.lower() in folded, f"beside {folded.get(name.lower())}")
            folded.setdefault(name.lower(), name)

    def reference(self, base, line, tag, attribute, value):
        """One address in a file: what it may be, and whether there is something at its place."""
        where = f"{base}:{line}"
        value = value.strip()
        try:
            parts = urlsplit(value)
        except ValueError as error:
            return self.bad("links", where, f"{value!r}: {error}")
        link = tag == "a" and attribute in ("href", "xlink:href")
        if parts.scheme or value.startswith("//"):
            if value.lower().startswith("data:image/") and tag in ("img", "image"):
                return self.good("requests")
            if link or attribute in ("cite", "longdesc"):
                return self.verdict("outside", where, parts.scheme.lower() not in ("http", "https", "mailto", "tel"),
                                    f"link to {value[:80]!r}")
            return self.bad("requests", where, f"<{tag} {attribute}> asks for {value[:80]}")
        if not link:
            self.good("requests")
        path, fragment = unquote(parts.path), unquote(parts.fragment)
        if path.startswith("/"):
            return self.bad("links", where, f"{value}: does not work from a folder")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base
        if target not in self.known or path.endswith("/"):
            return self.bad("links", where, f"{value}: no such file")
        self.good("links")
        self.edges.setdefault(base, set()).add(target)
        if target in self.pages:
            if fragment or value.endswith("#"):
                self.verdict("fragments", where, fragment not in self.pages[target].ids,
                             f"{value}: no such id on {target}")
        return None

    def style(self, name):
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), self.text(name), flags=re.S)
        for pattern in (URL_IN_CSS, IMPORT_IN_CSS):
            for match in pattern.finditer(text):
                target = next(group or "" for group in match.groups() if group is not None)
                if not target.startswith("#"):
                    self.reference(name, text.count("\n", 0, match.start()) + 1, "style", "url", target)
        self.good("requests")

    def script(self, name):
        text = self.text(name)
        for match in OUTSIDE_IN_SCRIPT.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            self.verdict("requests", f"{name}:{line}", match.group(1) not in NAMESPACES, f"{match.group(1)[:80]}")
        for match in CODE_FROM_TEXT.finditer(text):
            self.bad("inline", f"{name}:{text.count(chr(10), 0, match.start()) + 1}", f"{match.group()} in script")
        self.good("inline")

    def picture(self, name):
        tree = self.xml("svg", name, self.text(name))
        for element in tree.iter() if tree is not None else ():
            tag = str(element.tag).split("}")[-1].lower()
            if tag in ("script", "foreignobject", "iframe"):
                self.bad("inline", name, f"<{tag}> in a picture")
            for attribute, value in element.attrib.items():
                attribute = attribute.split("}")[-1].lower()
                if attribute.startswith("on"):
                    self.bad("inline", name, f"<{tag} {attribute}=…> in a picture")
                if attribute in ("href", "src") and not value.startswith("#"):
                    self.reference(name, 1, tag, attribute, value)

    def workbook(self, name):
        """Relations that lead out of a sheet are links into the site or harmless ones."""
        try:
            archive = zipfile.ZipFile(os.path.join(self.root, name))
            self.verdict("workbook", name, archive.testzip(), "a damaged part")
        except zipfile.BadZipFile as error:
            return self.bad("workbook", name, str(error))
        for part in archive.namelist():
            if part.endswith(".rels"):
                tree = self.xml("workbook", f"{name}:{part}", archive.read(part))
                for relation in tree if tree is not None else ():
                    if relation.get("TargetMode") == "External":
                        self.workbook_link(name, part, relation)
            elif re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part):
                tree = self.xml("workbook", f"{name}:{part}", archive.read(part))
                for element in tree.iter() if tree is not None else ():
                    if element.tag.endswith("}f") and re.search(
                            r"WEBSERVICE|DDE|\[|\||https?:|CALL\(|EXEC\(", element.text or "", re.I):
                        self.bad("workbook", f"{name}:{part}", f"formula {element.text[:60]!r}")
        return None

    def workbook_link(self, name, part, relation):
        target, where = relation.get("Target", ""), f"{name}:{part}"
        if not (relation.get("Type") or "").endswith("/hyperlink"):
            return self.bad("workbook", where, f"loads {target[:80]} from outside")
        parts = urlsplit(target)
        if parts.scheme:
            return self.verdict("workbook", where, parts.scheme not in ("http", "https", "mailto"),
                                f"link to {target[:80]!r}")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
        ids = self.pages[path].ids if path in self.pages else {}
        wrong = path not in self.known or (parts.fragment and unquote(parts.fragment) not in ids)
        return self.verdict("workbook", where, wrong, f"{target}: no such file or id")

    def reachable(self):
        seen, waiting = set(), ["index.html"] if "index.html" in self.known else []
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self.edges.get(name, ())
        for name in self.files:
            if name not in self.carried | {"404.html", "manifest.json", "sitemap.xml", "robots.txt"}:
                self.verdict("reachable", name, name not in seen, "is not reached from index.html")

    def manifest(self):
        if "manifest.json" not in self.known:
            return self.bad("manifest", "manifest.json", "is absent")
        try:
            entries = json.loads(self.read("manifest.json"))["files"]
            listed = [entry["path"] for entry in entries]
        except (ValueError, KeyError, TypeError) as error:
            return self.bad("manifest", "manifest.json", f"cannot be read: {error!r}")
        self.verdict("manifest", "manifest.json", listed != sorted(set(listed), key=lambda p: p.encode()),
                     "files are not sorted, or listed twice")
        for name in self.known - set(listed) - self.carried - {"manifest.json"}:
            self.bad("manifest", name, "is not listed")
        for entry in entries:
            name = entry["path"]
            if name not in self.known:
                self.bad("manifest", name, "is listed and absent")
                continue
            data = self.read(name)
            self.verdict("manifest", name, entry["size"] != len(data), f"{len(data)} bytes, listed {entry['size']}")
            self.verdict("manifest", name, entry["sha256"] != hashlib.sha256(data).hexdigest(), "another digest")
        return None

    def sitemap(self):
        if "sitemap.xml" not in self.known:
            return
        tree = self.xml("sitemap", "sitemap.xml", self.read("sitemap.xml"))
        if tree is None:
            return
        places = [(e.text or "").strip() for e in tree.iter() if str(e.tag).endswith("}loc")]
        root = [place for place in places if place.endswith("/index.html") or place.endswith("/")]
        base = min(root, key=len).removesuffix("index.html") if root else ""
        listed = [unquote(p[len(base):]) if p.startswith(base) else p for p in places]
        listed = [p + "index.html" if p == "" or p.endswith("/") else p for p in listed]
        pages = set(self.pages) - {"404.html"}
        self.verdict("sitemap", "sitemap.xml", not re.match(r"https?://", base), f"base {base!r}")
        self.verdict("sitemap", "sitemap.xml", len(set(listed)) != len(listed), "a page is listed twice")
        for name in sorted(set(listed) | pages):
            self.verdict("sitemap", name, name not in pages or name not in listed,
                         "is listed and no page" if name in listed else "is not listed")

    def failed(self, known=None):
        """The checks with a problem that is not among those of `known`, another state of the site."""
        return {check for check, found in self.problems.items()
                if set(found) - set(known.problems[check] if known else ())}

    def print(self, most=40):
        for check, about in CHECKS.items():
            good, bad = self.counts[check]
            print(f"{'FAILED' if bad else 'ok':7s}{check:10s} {good:7d} good {bad:5d} bad  {about}")
            for problem in self.problems[check][:most]:
                print(f"       {problem}")
            if bad > most:
                print(f"       and {bad - most} more")
        print(f"{len(self.files)} files, {len(self.pages)} pages, {sum(len(p.ids) for p in self.pages.values())} ids, "
              f"{sum(len(p.references) for p in self.pages.values())} references")
        good, bad = (sum(counts[i] for counts in self.counts.values()) for i in (0, 1))
        print(f"{good} passed, {bad} failed")
        return bad


def replace(path, old, new):
    def change(root):
        full = os.path.join(root, path)
        with open(full, encoding="utf-8", newline="") as file:
            text = file.read()
        if old not in text:
            raise SystemExit(f"self-test: {path} does not hold {old!r}")
        with open(full, "w", encoding="utf-8", newline="") as file:
            file.write(text.replace(old, new, 1))
    return change


def insert(markup):
    return replace("index.html", "</main>", markup + "</main>")


def add(path, text):
    def change(root):
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            file.write(text)
    return change


def remove(path):
    return lambda root: os.remove(os.path.join(root, path))


def add_linked(path, text, *more):
    def change(root):
        add(path, text)(root)
        insert(f'<p><a href="{path}">x</a></p>')(root)
        for other in more:
            other(root)
    return change


def faults(root):
    """Name, the change that breaks a site, the checks that must fail (and no other), whether the manifest is renewed."""
    style = next(n for n in Site(root).files if n.endswith(".css"))
    script = next(n for n in Site(root).files if n.endswith(".js"))
    page = open(os.path.join(root, "index.html"), encoding="utf-8").read()
    policy = re.search(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", page).group()
    a_page = next(n for n in sorted(Site(root).edges["index.html"]) if n.endswith(".html") and n != "index.html")
    sitemap = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/{}</loc></url></urlset>'
    return [
        ("link to no file", insert('<p><a href="none.html">x</a></p>'), {"links"}, True),
        ("link in other case", insert(f'<p><a href="{a_page.upper()}">x</a></p>'), {"links"}, True),
        ("link from the root", insert('<p><a href="/index.html">x</a></p>'), {"links"}, True),
        ("link to a folder", insert('<p><a href="assets/">x</a></p>'), {"links"}, True),
        ("link out of the site", insert('<p><a href="../index.html">x</a></p>'), {"links"}, True),
        ("fragment without id", insert('<p><a href="#none">x</a></p>'), {"fragments"}, True),
        ("fragment on another page", insert(f'<p><a href="{a_page}#none">x</a></p>'), {"fragments"}, True),
        ("id twice", insert('<p id="Mb-t">a</p><p id="Mb-t">b</p>'), {"ids"}, True),
        ("picture from elsewhere", insert('<img src="https://a.example/x.png" alt="x">'), {"requests"}, True),
        ("picture without scheme", insert('<img src="//a.example/x.png" alt="x">'), {"requests"}, True),
        ("picture by srcset", insert('<img src="assets/style.css" srcset="//a.example/x 2x" alt="x">'), {"requests"}, True),
        ("style from elsewhere", replace("index.html", policy, policy + '<link rel="stylesheet" href="http://a.example/x.css">'),
         {"requests"}, True),
        ("@import", replace(style, "", '@import "https://a.example/x.css";\n'), {"requests"}, True),
        ("url() in style", replace(style, "", ".x { background: url(//a.example/x.png); }\n"), {"requests"}, True),
        ("url() to no file", replace(style, "", ".x { background: url(none.png); }\n"), {"links"}, True),
        ("fetch in script", replace(script, "", 'fetch("https://a.example/");\n'), {"requests"}, True),
        ("eval in script", replace(script, "", "eval(name);\n"), {"inline"}, True),
        ("refresh", replace("index.html", policy, policy + '<meta http-equiv="refresh" content="1">'), {"requests"}, True),
        ("script link", insert('<p><a href="javascript:alert(1)">x</a></p>'), {"outside"}, True),
        ("inline style", insert('<p style="color: red">x</p>'), {"inline"}, True),
        ("event handler", insert('<p onclick="x()">x</p>'), {"inline"}, True),
        ("inline script", insert("<script>alert(1)</script>"), {"inline"}, True),
        ("frame", insert('<iframe src="index.html"></iframe>'), {"inline"}, True),
        ("no policy", replace("index.html", policy, ""), {"policy"}, True),
        ("loose policy", replace("index.html", "script-src 'self'", "script-src 'self' 'unsafe-inline'"), {"policy"}, True),
        ("late policy", lambda r: (replace("index.html", policy, "")(r), replace("index.html", "</head>", policy + "</head>")(r)),
         {"policy"}, True),
        ("two h1", insert("<h1>x</h1>"), {"head"}, True),
        ("no lang", replace("index.html", ' lang="en"', ""), {"head"}, True),
        ("empty title", lambda r: replace("index.html", re.search(r"<title>[^<]*", page).group(), "<title> ")(r), {"head"}, True),
        ("element left open", insert("<div>"), {"nesting"}, True),
        ("broken SVG", insert('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d=M0 /></svg>'), {"svg"}, True),
        ("name without target", insert('<svg role="img" aria-labelledby="none" viewBox="0 0 1 1"></svg>'), {"names"}, True),
        ("picture without name", insert('<svg role="img" viewBox="0 0 1 1"></svg>'), {"names"}, True),
        ("direction override", insert("<p>a\u202eb</p>"), {"encoding"}, True),
        ("lost page", lambda r: shutil.copyfile(os.path.join(r, "404.html"), os.path.join(r, "lost.html")), {"reachable"}, True),
        ("file changed", insert("<p>x</p>"), {"manifest"}, False),
        ("file added", add_linked("more.txt", "x"), {"manifest"}, False),
        ("file removed", remove("404.html"), {"manifest"}, False),
        ("no manifest", remove("manifest.json"), {"manifest"}, False),
        ("sitemap that lists one page", add("sitemap.xml", sitemap.format("index.html")), {"sitemap"}, True),
        ("sitemap broken", add("sitemap.xml", "<urlset>"), {"sitemap"}, True),
        ("damaged workbook", add_linked("book.xlsx", "x"), {"workbook"}, True),
        ("collision", add_linked("A.txt", "x", add("a.txt", "y"), insert('<p><a href="a.txt">x</a></p>')), {"collision"}, True),
    ]


def renew_manifest(root):
    path = os.path.join(root, "manifest.json")
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    files = []
    for name in sorted(Site(root).known - {"manifest.json"}, key=lambda p: p.encode()):
        with open(os.path.join(root, name), "rb") as file:
            data = file.read()
        files.append({"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    manifest["files"] = files
    with open(path, "w", encoding="utf-8") as file:
        json.dump(manifest, file)


def self_test(root):
    passed = failed = 0
    whole = Site(root)
    for name, change, expected, renew in faults(root):
        with tempfile.TemporaryDirectory() as scratch:
            copy = os.path.join(scratch, "site")
            shutil.copytree(root, copy)
            change(copy)
            if renew:
                renew_manifest(copy)
            found = Site(copy).failed(whole)
        passed, failed = passed + (found == expected), failed + (found != expected)
        print(f"{'ok' if found == expected else 'FAILED':7s}{name}: "
              f"{', '.join(sorted(found)) or 'nothing'}"
              f"{'' if found == expected else ' instead of ' + ', '.join(sorted(expected))}")
    print(f"{passed} passed, {failed} failed")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site")
    parser.add_argument("--carry", action="append", default=[], metavar="PATH")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if not os.path.isdir(options.site):
        raise SystemExit(f"{options.site}: no such folder")
    sys.exit(1 if (self_test(options.site) if options.self_test else Site(options.site, options.carry).print()) else 0)


if __name__ == "__main__":
    main()
