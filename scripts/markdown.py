#!/usr/bin/env python3
"""Checks Markdown files, or wraps their text: scripts/markdown.py check|wrap [PATH...]

Text is wrapped at 120 columns. Links to files and headings of this repository must be valid. Tables, code, HTML and
generated documents are left as they are.
"""
import pathlib
import re
import subprocess
import sys

WIDTH = 120
GENERATED = {"docs/configuration.md", "docs/metrics.md", "charts/pollux/README.md"}

FENCE = re.compile(r"^\s*(```|~~~)")
ITEM = re.compile(r"^(\s*)([-*]|\d+\.) +")
# A line that is not part of running text: a heading, a table, HTML, a quote, a template action, a rule, or nothing.
OTHER = re.compile(r"^\s*(#|\||<|>|\{\{|!\[[^\]]*\]\([^)]*\)\s*$|---+\s*$|$)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
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
        for link in LINK.findall(re.sub(r"`[^`]*`", "", content)):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / name) if name else path
            if not target.exists():
                yield f"{path}:{line}: {link} does not exist"
            elif anchor and target.suffix == ".md" and anchor not in headings(target.read_text(encoding="utf-8")):
                yield f"{path}:{line}: {link} is not a heading"


def main():
    command, *paths = sys.argv[1:]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *(paths or ["*.md", "*.gotmpl"])],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    failed = False
    for path in map(pathlib.Path, sorted(listed)):
        if path.suffix not in {".md", ".gotmpl"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        new = text if str(path) in GENERATED else wrap(text)
        if command == "wrap":
            if new != text:
                path.write_text(new, encoding="utf-8")
            continue
        problems = list(broken_links(path, text))
        if new != text:
            problems.append(f"{path} is not wrapped; run ./dev format")
        failed |= bool(problems)
        print("\n".join(problems), end="\n" if problems else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
