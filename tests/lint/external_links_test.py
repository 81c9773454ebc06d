"""Pages of other sites to which the documents link exist. Skipped without a network, which it says.

Only what is certain is a failure: a page or a host that does not exist. A site that is down, or that rejects programs, is
listed and passes.
"""
import concurrent.futures
import os
import pathlib
import sys
import unittest
import urllib.error
import urllib.request

PROJECT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))
import markdown  # noqa: E402

SECONDS = 15
SKIPPED = 77  # SKIP_RETURN_CODE of the test
PROBES = ["https://www.debian.org/", "https://www.postgresql.org/"]


def status_of(address):
    """The status of the page, or the reason why there is none."""
    request = urllib.request.Request(address.partition("#")[0], headers={"User-Agent": "Pollux-link-check"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def is_missing(status):
    return status in (404, 410) or "Name or service not known" in str(status)


def links():
    """{address: [where]}"""
    found = {}
    for path in markdown.documents():
        for line, address in markdown.external_links(path.read_text(encoding="utf-8")):
            if address.startswith("https:"):
                found.setdefault(address, []).append(f"{path}:{line}")
    return found


class ExternalLinks(unittest.TestCase):
    def test_pages_exist(self):
        found = links()
        self.assertGreater(len(found), 10)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = dict(zip(found, pool.map(status_of, found)))
        for address, status in statuses.items():
            if status != 200:
                print(f"{address}: {status}")
        missing = [f"{', '.join(found[address])}: {address}" for address, status in statuses.items() if is_missing(status)]
        self.assertEqual([], missing)


if __name__ == "__main__":
    os.chdir(PROJECT)
    if all(status_of(probe) != 200 for probe in PROBES):
        print(f"SKIPPED lint.external_links: no network to other sites ({', '.join(PROBES)}).")
        sys.exit(SKIPPED)
    unittest.main()
