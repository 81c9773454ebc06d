#!/usr/bin/env python3
"""Writes the software bill of materials of an image as SPDX 2.3: see --help.

Everything is read from the image's root file system: the packages from dpkg's status files, the origin of each file by
dpkg's checksums. A file that is neither ours nor a package's is an error. npm packages in the pages are listed with the
versions of the lockfile. The same image gives the same bytes: the time is that of the commit.
"""
import argparse
import datetime
import email
import hashlib
import json
import pathlib
import re
import sys
import tarfile

from spdx_tools.spdx.model import (
    Actor, ActorType, Checksum, ChecksumAlgorithm, CreationInfo, Document, ExternalPackageRef, ExternalPackageRefCategory,
    File, Package, PackagePurpose, PackageVerificationCode, Relationship, RelationshipType, SpdxNoAssertion)
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
from spdx_tools.spdx.writer.json.json_writer import write_document_to_file

ROOT = pathlib.Path(__file__).parents[2]
STATUS = "var/lib/dpkg/status.d/"
PROGRAMS = "usr/local/bin/"
# What deploy/build_image.sh writes itself, and what update-ca-certificates generates.
OURS = {"etc/passwd", "etc/group", "etc/nsswitch.conf"}
GENERATED = {"etc/ssl/certs/ca-certificates.crt": "ca-certificates", "etc/os-release": "base-files"}
# The npm packages that esbuild bundles into the pages; supply.sbom compares this with what it bundled.
IN_PAGES = ["@socket.io/component-emitter", "engine.io-client", "engine.io-parser", "lean-qr", "socket.io-client",
            "socket.io-parser", "uplot"]


class ImageError(Exception):
    """The image contains what this project does not put there."""


class Image:
    """The files of an image, by path without a leading slash, and its packages."""

    def __init__(self, tar_path):
        self.files, self.packages, self.sums = {}, {}, {}
        with tarfile.open(tar_path) as tar:
            for member in tar:
                # `docker export` adds mount points for the container: empty files.
                if member.isfile() and member.size > 0:
                    self.files[re.sub(r"^\./", "", member.name)] = tar.extractfile(member).read()
        for path in [path for path in self.files if path.startswith(STATUS)]:
            text = self.files.pop(path).decode()
            if path.endswith(".md5sums"):
                package = path.removeprefix(STATUS).removesuffix(".md5sums")
                self.sums.update({line.split()[0]: package for line in text.splitlines()})
            else:
                fields = email.message_from_string(text)
                self.packages[fields["Package"]] = fields
        if not self.packages:
            raise ImageError(f"There are no package descriptions in {STATUS}: was it built by deploy/build_image.sh?")

    def program(self):
        names = [path for path in self.files if path.startswith(PROGRAMS)]
        if len(names) != 1:
            raise ImageError(f"One program is expected in /{PROGRAMS}, found: {names}")
        return names[0]

    def origin(self, path):
        """The package of a file; None if it is ours."""
        if path in OURS or path == self.program():
            return None
        package = GENERATED.get(path) or self.sums.get(hashlib.md5(self.files[path], usedforsecurity=False).hexdigest())
        if package not in self.packages:
            raise ImageError(f"/{path} is of no package in the image, or was changed after its installation.")
        return package


def checksums(content):
    return [Checksum(ChecksumAlgorithm.SHA1, hashlib.sha1(content, usedforsecurity=False).hexdigest()),
            Checksum(ChecksumAlgorithm.SHA256, hashlib.sha256(content).hexdigest())]


def identifier(kind, name):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def purl(text):
    return [ExternalPackageRef(ExternalPackageRefCategory.PACKAGE_MANAGER, "purl", text)]


def package(kind, name, version, reference=None, **more):
    more.setdefault("files_analyzed", False)
    return Package(spdx_id=identifier(kind, name), name=name, version=version, download_location=SpdxNoAssertion(),
                   external_references=purl(reference) if reference else [], **more)


def verified(contents):
    """The members of a package of which all files are listed."""
    sums = "".join(sorted(hashlib.sha1(content, usedforsecurity=False).hexdigest() for content in contents))
    code = hashlib.sha1(sums.encode(), usedforsecurity=False).hexdigest()
    return {"files_analyzed": True, "verification_code": PackageVerificationCode(code)}


def debian_package(fields, release):
    name, version = fields["Package"], fields["Version"]
    source = re.sub(r" \(.*", "", fields["Source"] or name)
    reference = f"pkg:deb/debian/{name}@{version.replace(':', '%3A').replace('+', '%2B')}?arch={fields['Architecture']}&distro=debian-{release}"
    return package("deb", name, version, reference, source_info=f"built from the Debian source package {source}",
                   supplier=Actor(ActorType.PERSON, *re.fullmatch(r"(.*?)(?: <(.*)>)?", fields["Maintainer"]).groups()),
                   primary_package_purpose=PackagePurpose.LIBRARY)


def npm_packages():
    locked = json.loads((ROOT / "libs/web/package-lock.json").read_text())["packages"]
    for name in IN_PAGES:
        version = locked[f"node_modules/{name}"]["version"]
        yield package("npm", name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}",
                      primary_package_purpose=PackagePurpose.LIBRARY)


def document_of(image, name, version, revision, created):
    program_path = image.program()
    program_name = program_path.removeprefix(PROGRAMS)
    release = re.search(r'^VERSION_ID="?([\d.]+)', image.files["etc/os-release"].decode(), re.MULTILINE).group(1)
    commit = "" if revision == "unknown" else f"commit {revision}"
    supplier = Actor(ActorType.ORGANIZATION, "Pollux")
    container = package("image", name, version, supplier=supplier, primary_package_purpose=PackagePurpose.CONTAINER,
                        **verified(image.files.values()))
    program = package("program", program_name, version, f"pkg:generic/{program_name}@{version}", supplier=supplier,
                      source_info=commit or None, checksums=checksums(image.files[program_path]),
                      primary_package_purpose=PackagePurpose.APPLICATION, **verified([image.files[program_path]]))
    debs = {deb: debian_package(fields, release) for deb, fields in sorted(image.packages.items())}
    files, relations = [], [("SPDXRef-DOCUMENT", "DESCRIBES", container.spdx_id),
                            (container.spdx_id, "CONTAINS", program.spdx_id)]
    relations += [(container.spdx_id, "CONTAINS", deb.spdx_id) for deb in debs.values()]
    with_files = set()
    for path, content in sorted(image.files.items()):
        file = File(f"./{path}", identifier("file", path), checksums(content))
        files.append(file)
        relations.append((container.spdx_id, "CONTAINS", file.spdx_id))
        origin = image.origin(path)
        if origin:
            with_files.add(origin)
            kind = "GENERATED_FROM" if path in GENERATED else "EXPANDED_FROM_ARCHIVE"
            relations.append((file.spdx_id, kind, debs[origin].spdx_id))
    relations.append((program.spdx_id, "CONTAINS", identifier("file", program_path)))
    # Packages without a file in the image are headers that were compiled into the program.
    relations += [(program.spdx_id, "STATIC_LINK", deb.spdx_id) for name, deb in debs.items() if name not in with_files]
    pages = list(npm_packages()) if b"Socket.IO v" in image.files[program_path] else []
    relations += [(program.spdx_id, "CONTAINS", page.spdx_id) for page in pages]

    content = hashlib.sha256("".join(file.checksums[1].value for file in files).encode()).hexdigest()
    info = CreationInfo("SPDX-2.3", "SPDXRef-DOCUMENT", name, f"https://pollux.invalid/spdx/{name}-{version}-{content}",
                        [Actor(ActorType.TOOL, f"pollux-sbom-{version}")],
                        datetime.datetime.fromtimestamp(created, datetime.timezone.utc).replace(tzinfo=None))
    return Document(info, packages=[container, program, *debs.values(), *pages], files=files,
                    relationships=[Relationship(a, RelationshipType[kind], b) for a, kind, b in relations])


def main():
    parser = argparse.ArgumentParser(description="Writes the software bill of materials of an image as SPDX 2.3 (JSON).")
    parser.add_argument("--root", required=True, help="the root file system, a tar file as by docker export")
    parser.add_argument("--name", required=True, help="the image's name")
    parser.add_argument("--version", required=True)
    parser.add_argument("--revision", default="unknown", help="the commit")
    parser.add_argument("--created", type=int, default=0, help="the commit's time, in seconds since 1970")
    parser.add_argument("--output", required=True, help="a file whose name ends with .spdx.json")
    arguments = parser.parse_args()
    try:
        document = document_of(Image(arguments.root), arguments.name, arguments.version, arguments.revision, arguments.created)
    except ImageError as error:
        sys.exit(f"{arguments.name}: {error}")
    findings = validate_full_spdx_document(document, "SPDX-2.3")
    if findings:
        sys.exit("\n".join(f"{arguments.name}: not valid SPDX: {finding.validation_message}" for finding in findings))
    write_document_to_file(document, arguments.output, validate=False)


if __name__ == "__main__":
    main()
