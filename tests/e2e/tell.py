"""Starts a Gerrit and a Zuul, and tells the stories. `run` is the command to use."""

import argparse
import contextlib
import importlib
import shutil
import signal
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab import files
from lab.gerrit import Gerrit
from lab.mail import Mailbox
from lab.place import LOGS, PORTS, RUN, Broken, listens, stop_all
from lab.scene import Scene, Wrong
from lab.zuul import Zuul

STORIES = ("release", "refused", "at_once", "one_push", "restart", "approved", "pending", "by_tag", "by_hand")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the tagkeeper to try")
    parser.add_argument("story", nargs="*", default=STORIES, help=f"all by default: {', '.join(STORIES)}")
    parser.add_argument("--keep", action="store_true", help="go on with the stories that are typed, with the roles as they are then")
    args = parser.parse_args()
    start = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("e2e: ended by a signal"))
    mailbox = Mailbox()
    try:
        must_be_free()
        scene = bring_up(args.program, mailbox)
        if args.keep:
            tell_again(scene, args.story)
            print(f"e2e: the servers run, everything is below {RUN}; which stories? An empty line ends it.", flush=True)
            for line in iter(sys.stdin.readline, "\n"):
                scene.world.put_jobs()
                tell_again(scene, line.split())
            return
        tell(scene, args.story)
    finally:
        mailbox.stop()
        stop_all()
    print(f"e2e: {len(args.story)} stories, {time.monotonic() - start:.0f} s")


def must_be_free():
    if busy := [port for port in PORTS if listens(port)]:
        sys.exit(f"e2e: something listens on {busy} already: another run? Set E2E_PORT for others")


def bring_up(program, mailbox):
    start = time.monotonic()
    shutil.rmtree(RUN, ignore_errors=True)
    for path in (LOGS, RUN / "home"):
        path.mkdir(parents=True)
    files.serve()
    mailbox.start()
    server, zuul = Gerrit(), Zuul()
    with ThreadPoolExecutor() as both:
        made = both.submit(zuul.make)
        server.make()
        made.result()
    scene = Scene(server, zuul, mailbox)
    scene.world.make(program)
    zuul.start()
    scene.world.add_jobs()
    print(f"e2e: Gerrit {server.get('config/server/version')} and Zuul are up, {time.monotonic() - start:.0f} s", flush=True)
    return scene


def tell(scene, names):
    for name in names:
        story = importlib.import_module(f"stories.{name}")
        print(f"e2e: {name}: {story.TITLE}", flush=True)
        start = time.monotonic()
        try:
            story.tell(scene)
        except Exception as error:
            tell_why(scene, name, error)
            raise SystemExit(1) from None
        print(f"    {time.monotonic() - start:6.1f} s  in all", flush=True)


def tell_again(scene, names):
    for name in names:
        sys.modules.pop(f"stories.{name}", None)
        with contextlib.suppress(SystemExit):
            tell(scene, [name])


def tell_why(scene, name, error):
    print(f"e2e: {name} FAILED: {error}", file=sys.stderr)
    if not isinstance(error, (Wrong, Broken)):
        traceback.print_exception(error)
    for build in scene.zuul.builds()[:4]:
        print(f"\n--- {build['job_name']} {build['pipeline']} {build['result']}", file=sys.stderr)
        print("\n".join(scene.zuul.log_of(build).splitlines()[-40:]), file=sys.stderr)
    print(f"\ne2e: logs of the servers: {LOGS}", file=sys.stderr)


if __name__ == "__main__":
    main()
