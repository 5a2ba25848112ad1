"""Stories that need no Zuul, told with each Gerrit that is known: at once, every one in a place of its own."""

import os
import sys

from .place import E2E, LOGS, PORTS, RUN, SOURCES, Broken, Process, until


def tell(program, stories, versions):
    """Tells them, and shows how that went; the versions with which it did not go well."""
    LOGS.mkdir(parents=True, exist_ok=True)
    told = {version: begin(number, version, program, stories) for number, version in enumerate(versions, 1)}
    return [version for version, process in told.items() if not went_well(process)]


def begin(number, version, program, stories):
    place = {"E2E": str(E2E), "E2E_RUN": f"{RUN.name}-{version}", "E2E_PORT": str(PORTS.start + number * len(PORTS))}
    command = [sys.executable, SOURCES / "tests/e2e/tell.py", program, *stories, "--gerrit", version]
    process = Process(f"with-gerrit-{version}", command, env={**os.environ, **place})
    process.log.unlink(missing_ok=True)
    return process.start()


def went_well(process):
    try:
        until(f"{process.name} ends (log: {process.log})", lambda: process.process.poll() is not None, 300)
    except Broken as error:
        print(f"e2e: {error}", flush=True)
        process.stop()
    print(process.log.read_text(errors="replace"), end="", flush=True)
    return process.process.returncode == 0
