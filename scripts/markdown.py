#!/usr/bin/env python3
"""Checks Markdown files, or wraps their text: scripts/markdown.py check|wrap [PATH...]

Text is wrapped at 120 columns. Links to files and headings of this repository must be valid, and links to other sites
well-formed, by https. Tables, code, HTML and generated documents are left as they are.
"""
import pathlib
import re
import subprocess
import sys
import urllib.parse

WIDTH = 120
GENERATED = {"docs/configuration.md", "docs/metrics.md", "charts/pollux/README.md"}

FENCE = re.compile(r"^\s*(```|~~~)")
ITEM = re.compile(r"^(\s*)([-*]|\d+\.) +")
# A line that is not part of running text: a heading, a table, HTML, a quote, a template action, a rule, or nothing.
OTHER = re.compile(r"^\s*(#|\||<|>|\{\{|!\[[^\]]*\]\([^)]*\)\s*$|---+\s*$|$)")
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|srcset|href)=\"([^\"]+)\"")
SITE = re.compile(r"\]\(([a-z]+:[^)\s]+)\)|<(https?:[^>\s]+)>")
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
# Addresses of the machine or of a trial, which exist only there.
OWN_HOST = re.compile(r"localhost|127\.0\.0\.1|.*\.(local|example|example\.(org|com|net))")
# Parts of a line between which it may be broken: a link, inline code, anything else.
PART = re.compile(r"`[^`]+`\S*|\[[^\]]*\]\([^)]*\)\S*|(?:(?!`[^`]+`)\S)+(?:`[^`]+`\S*)*")


def wrapped(text, first, rest):
    lines, line = [], first
    for part in PART.findall(text):
        # At the start of a line these would begin a list, a heading or a quote.
        fits = len(line) + 1 + len(part) <= WIDTH or re.fullmatch(r"[-+*>]|#+|\d+\.", part)
        if line in (first, rest):
            line += part
        elif fits:
            line += " " + part
        else:
            lines.append(line)
            line = rest + part
    return lines + [line]


def wrap(text):
    result, paragraph, prefixes, in_fence = [], [], None, False

    def flush():
        nonlocal paragraph, prefixes
        if paragraph:
            result.extend(wrapped(" ".join(paragraph), *prefixes))
        paragraph, prefixes = [], None

    indent = 0  # of the text of the current list item
    for line in text.split("\n"):
        if FENCE.match(line):
            flush()
            in_fence = not in_fence
            result.append(line)
            continue
        item = ITEM.match(line)
        depth = len(line) - len(line.lstrip())
        is_code = not paragraph and depth >= indent + 4  # also if it looks like an item
        if in_fence or OTHER.match(line) or is_code:
            flush()
            result.append(line)
            if line.strip() and depth < indent:
                indent = 0
            continue
        if item:
            flush()
            indent = len(item.group())
            prefixes = (item.group(), " " * indent)
            paragraph = [line[indent:].strip()]
            continue
        if not paragraph:
            if depth < indent:
                indent = 0
            prefixes = (" " * depth, " " * depth)
        paragraph.append(line.strip())
    flush()
    return "\n".join(result)


def headings(text):
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    seen = {}
    for title in re.findall(r"^#+ (.*)$", outside, flags=re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        seen[slug] = seen.get(slug, 0) + 1
        yield slug if seen[slug] == 1 else f"{slug}-{seen[slug] - 1}"


def broken_links(path, text):
    for line, content in enumerate(text.split("\n"), 1):
        for match in LINK.finditer(re.sub(r"`[^`]*`", "", content)):
            link = match.group(1) or match.group(2)
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / name) if name else path
            if not target.exists():
                yield f"{path}:{line}: {link} does not exist"
            elif anchor and target.suffix == ".md" and anchor not in headings(target.read_text(encoding="utf-8")):
                yield f"{path}:{line}: {link} is not a heading"


def external_links(text):
    """Yields (line, address) of each link to another site."""
    for line, content in enumerate(text.split("\n"), 1):
        for link, address in SITE.findall(re.sub(r"`[^`]*`", "", content)):
            url = urllib.parse.urlsplit(link or address)
            if not OWN_HOST.fullmatch(url.hostname or ""):
                yield line, link or address


def malformed_links(path, text):
    for line, link in external_links(text):
        url = urllib.parse.urlsplit(link)
        if url.scheme == "mailto":
            continue
        if url.scheme != "https":
            yield f"{path}:{line}: {link} is not an address by https"
        elif not HOST.fullmatch(url.hostname or "") or url.username or url.path.startswith("//"):
            yield f"{path}:{line}: {link} is not the address of a page"


def documents(paths=("*.md", "*.gotmpl")):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *paths]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [path for path in map(pathlib.Path, sorted(listed)) if path.suffix in {".md", ".gotmpl"} and path.exists()]


def main():
    command, *paths = sys.argv[1:]
    failed = False
    for path in documents(paths or ("*.md", "*.gotmpl")):
        text = path.read_text(encoding="utf-8")
        new = text if str(path) in GENERATED else wrap(text)
        if command == "wrap":
            if new != text:
                path.write_text(new, encoding="utf-8")
            continue
        problems = [*broken_links(path, text), *malformed_links(path, text)]
        if new != text:
            problems.append(f"{path} is not wrapped; run ./dev format")
        failed |= bool(problems)
        print("\n".join(problems), end="\n" if problems else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
