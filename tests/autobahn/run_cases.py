"""Autobahn's cases for servers against the WebSockets of libs/http."""

import asyncio
import collections
import os
import subprocess
import sys

from cases import Cases
from client import Client

# The cases give a server so many times what they give it by themselves, for the sake of busy machines; a server
# that does as expected is not waited for.
TIMEOUT_FACTOR = 5
# Hundreds of small cases wait side by side; those with megabytes need the processor.
AT_ONCE = 40
LARGE_AT_ONCE = 2

# Of the standing of a case, what passes. Informational are cases whose outcome the RFC leaves open.
PASSES = {"OK", "INFORMATIONAL"}
# We validate a text when it is complete, as RFC 6455 (section 8.1) requires; the suite prefers it earlier.
NON_STRICT = {"6.4.1", "6.4.2", "6.4.3", "6.4.4"}
# At least so many cases have to be found, so that a suite that has been read wrongly is noticed.
LEAST_CASES = 290


async def run(case_class, port, gate):
    async with gate:
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(lambda: Client(case_class, TIMEOUT_FACTOR), "127.0.0.1", port)
        return await client.ended


async def run_all(cases, port):
    gates = {True: asyncio.Semaphore(LARGE_AT_ONCE), False: asyncio.Semaphore(AT_ONCE)}
    return await asyncio.gather(
        *(run(case_class, port, gates[number.startswith("9.")]) for number, case_class in cases.items()),
        return_exceptions=True,
    )


def main():
    cases = Cases(os.environ["AUTOBAHN_CASES"]).all()
    if len(sys.argv) > 1:
        cases = {number: case_class for number, case_class in cases.items() if number in sys.argv[1:]}
    elif len(cases) < LEAST_CASES:
        sys.exit(f"Only {len(cases)} cases were found in {os.environ['AUTOBAHN_CASES']}.")

    server = subprocess.Popen(
        [os.environ["POLLUX_WEBSOCKET_ECHO"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(server.stdout.readline())
        results = asyncio.run(run_all(cases, port))
    finally:
        server.stdin.close()
        status = server.wait(30)

    counts, failed = collections.Counter(), []
    for (number, case_class), result in zip(cases.items(), results):
        if isinstance(result, BaseException):
            failed.append(f"{number}: {type(result).__name__}: {result}")
            continue
        counts[result.behavior] += 1
        passes = PASSES | {"NON-STRICT"} if number in NON_STRICT else PASSES
        if result.behavior not in passes or result.behaviorClose not in PASSES:
            failed.append(
                f"{number}: {result.behavior}, {result.behaviorClose} at the close. {result.result} "
                f"{result.resultClose}. {case_class.DESCRIPTION} {case_class.EXPECTATION}"[:1000]
            )
    for line in failed:
        print(line)
    print(f"{len(cases)} cases, {len(failed)} failed:", dict(counts))
    if status != 0:
        print(f"The server ended with {status}.")
    sys.exit(1 if failed or status != 0 else 0)


if __name__ == "__main__":
    main()
