#!/usr/bin/env python3
"""Checks how programs are protected against exploits: scripts/supply/hardening.py PROGRAM...

Prints what is missing, and exits with 1 if anything is. Needs readelf of binutils. The programs may be stripped.

Debian's start files are not marked for Intel CET, so the linker does not mark any program either. What the compiler does
is checked instead: each function that constructs globals, which is called indirectly, must begin with ENDBR64.
"""
import re
import subprocess
import sys

ENDBR64 = b"\xf3\x0f\x1e\xfa"


def readelf(program, *options):
    result = subprocess.run(["readelf", "--wide", *options, program], capture_output=True, text=True, check=False)
    if result.returncode != 0 or "Error:" in result.stderr:
        sys.exit(f"readelf cannot read {program}: {result.stderr.strip()}")
    return result.stdout


def segments(program):
    """The program headers: type, offset, address, size in the file, flags such as 'R E'."""
    pattern = re.compile(
        r"^\s+(\w+)\s+0x(\w+)\s+0x(\w+)\s+0x\w+\s+0x(\w+)\s+0x\w+\s+([RWE ]{3})\s", re.MULTILINE)
    return [(kind, int(offset, 16), int(address, 16), int(size, 16), flags)
            for kind, offset, address, size, flags in pattern.findall(readelf(program, "--program-headers"))]


def constructors(program, dynamic):
    """The addresses of the functions in .init_array, from the relocations that fill it."""
    found = {tag: int(value, 16) for tag, value in re.findall(r"\((INIT_ARRAY)\)\s+0x(\w+)", dynamic)}
    size = re.search(r"\(INIT_ARRAYSZ\)\s+(\d+)", dynamic)
    if not found or not size:
        return []
    start = found["INIT_ARRAY"]
    end = start + int(size.group(1))
    relative = re.findall(r"^(\w+)\s+\w+\s+R_X86_64_RELATIVE\s+(\w+)", readelf(program, "--relocs"), re.MULTILINE)
    return [int(target, 16) for place, target in relative if start <= int(place, 16) < end]


def begins_with(program, loads, address, expected):
    for offset, start, size in loads:
        if start <= address < start + size:
            with open(program, "rb") as file:
                file.seek(offset + address - start)
                return file.read(len(expected)) == expected
    return False


def missing(program):
    """What is missing, as texts."""
    header = readelf(program, "--file-header")
    dynamic = readelf(program, "--dynamic")
    imports = set(re.findall(r"UND (\w+)", readelf(program, "--dyn-syms")))
    parts = segments(program)
    kinds = {kind: flags for kind, _, _, _, flags in parts}

    if not re.search(r"Type:\s+DYN", header) or not re.search(r"FLAGS_1.*\bPIE\b", dynamic):
        yield "position-independent executable (-fPIE -pie)"
    if "GNU_RELRO" not in kinds or not re.search(r"BIND_NOW|FLAGS_1.*\bNOW\b", dynamic):
        yield "full RELRO (-Wl,-z,relro,-z,now)"
    if "E" in kinds.get("GNU_STACK", "E"):
        yield "non-executable stack (-Wl,-z,noexecstack, and .note.GNU-stack in assembler sources)"
    if any("W" in flags and "E" in flags for _, _, _, _, flags in parts):
        yield "no segment that is writable and executable"
    if "__stack_chk_fail" not in imports:
        yield "stack protector (-fstack-protector-strong)"
    if not any(re.fullmatch(r"__\w+_chk", name) for name in imports - {"__stack_chk_fail"}):
        yield "fortified functions of the C library (-O2 -D_FORTIFY_SOURCE)"
    for tag in ("RPATH", "RUNPATH"):
        if f"({tag})" in dynamic:
            yield f"no {tag}: libraries must come from the system's folders"
    if "X86-64" in header:
        loads = [(offset, address, size) for kind, offset, address, size, _ in parts if kind == "LOAD"]
        entries = constructors(program, dynamic)
        if not entries or not all(begins_with(program, loads, entry, ENDBR64) for entry in entries):
            yield "control-flow protection (-fcf-protection)"


def main(programs):
    if not programs:
        sys.exit("usage: scripts/supply/hardening.py PROGRAM...")
    failed = False
    for program in programs:
        findings = list(missing(program))
        failed = failed or bool(findings)
        for finding in findings:
            print(f"{program}: missing: {finding}")
        if not findings:
            print(f"{program}: ok")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
