"""Starts a Gerrit and a Zuul, and tells the stories. `run` is the command to use."""

import argparse
import importlib
import shutil
import signal
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab import each, files
from lab.gerrit import VERSIONS, Gerrit
from lab.mail import Mailbox
from lab.place import LOGS, PORTS, RUN, Broken, Process, listens, stop_all
from lab.program import Program
from lab.scene import Scene, Wrong
from lab.world import end_agent
from lab.zuul import Zuul

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

STORIES = ("release", "refused", "at_once", "restart", "approved", "pending", "published", "by_tag", "on_a_node", "by_hand", "no_answer", "tag_by_hand", "followed", "diskimage_builder", "proposed")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the tagkeeper to try")
    parser.add_argument("story", nargs="*", default=STORIES, help=f"all by default: {', '.join(STORIES)}")
    parser.add_argument("--keep", action="store_true", help="go on with the stories that are typed, with the roles as they are then")
    parser.add_argument("--gerrit", choices=VERSIONS, help="only with this one; without it the newest, and each where a story needs no Zuul")
    args = parser.parse_intermixed_args()
    start = time.monotonic()
    for sign in SIGNALS:
        signal.signal(sign, signal.default_int_handler)
    alone = [name for name in args.story if needs_no_zuul(name)]
    of_zuul = [name for name in args.story if name not in alone]
    try:
        if of_zuul:
            tell_here(args, of_zuul, Zuul())
            stop_all()
        elif args.keep or args.gerrit:
            tell_here(args, alone, None)
            alone = []
        if alone and (failed := each.tell(args.program, alone, [args.gerrit] if args.gerrit else VERSIONS)):
            sys.exit(f"e2e: FAILED with Gerrit {', '.join(failed)}")
    except KeyboardInterrupt:
        sys.exit("e2e: ended by a signal")
    finally:
        # Another signal must not keep the rest running.
        for sign in SIGNALS:
            signal.signal(sign, signal.SIG_IGN)
        Process.over = True
        stop_all()
    print(f"e2e: {len(args.story)} stories, {time.monotonic() - start:.0f} s")


def story(name):
    return importlib.import_module(f"stories.{name}")


def needs_no_zuul(name):
    return getattr(story(name), "WITHOUT_ZUUL", False)


def tell_here(args, stories, zuul):
    """Makes a site, with a Zuul or without one, and tells stories of it."""
    must_be_free()
    mailbox = Mailbox()
    try:
        scene = bring_up(args, zuul, mailbox)
        if not args.keep:
            tell(scene, stories)
            return
        tell_again(scene, stories)
        print(f"e2e: the servers run, everything is below {RUN}; which stories? An empty line ends it.", flush=True)
        while line := sys.stdin.readline().strip():
            if zuul:
                scene.world.put_jobs()
            tell_again(scene, line.split())
    finally:
        mailbox.stop()
        end_agent()


def must_be_free():
    if busy := [port for port in PORTS if listens(port)]:
        sys.exit(f"e2e: something listens on {busy} already: another run? Set E2E_PORT for others")


def bring_up(args, zuul, mailbox):
    start = time.monotonic()
    shutil.rmtree(RUN, ignore_errors=True)
    for path in (LOGS, RUN / "home"):
        path.mkdir(parents=True)
    files.serve()
    mailbox.start()
    server = Gerrit(args.gerrit or VERSIONS[0])
    both = ThreadPoolExecutor()
    try:
        made = both.submit(zuul.make) if zuul else None
        server.make()
        if made:
            made.result()
    finally:
        # After a signal nobody waits for what is still being made.
        both.shutdown(wait=False, cancel_futures=True)
    scene = Scene(server, zuul, mailbox)
    scene.world.make(args.program)
    if zuul:
        scene.world.make_jobs()
        zuul.start()
        scene.world.add_jobs()
    what = "and Zuul are up" if zuul else "is up, alone"
    print(f"e2e: Gerrit {server.get('config/server/version')} {what}, {time.monotonic() - start:.0f} s", flush=True)
    return scene


def tell(scene, names):
    for name in names:
        told = story(name)
        if needs_no_zuul(name) == bool(scene.zuul):
            raise SystemExit(f"e2e: {name} is of another site than this one")
        print(f"e2e: {name}: {told.TITLE}", flush=True)
        start = time.monotonic()
        try:
            told.tell(scene)
        except Exception as error:
            tell_why(scene, name, error)
            raise SystemExit(1) from None
        print(f"    {time.monotonic() - start:6.1f} s  in all", flush=True)


def tell_again(scene, names):
    for name in names:
        sys.modules.pop(f"stories.{name}", None)
        try:
            tell(scene, [name])
        except SystemExit as end:
            print(end.code, flush=True)


def tell_why(scene, name, error):
    print(f"e2e: {name} FAILED: {error}", file=sys.stderr)
    if not isinstance(error, (Wrong, Broken)):
        traceback.print_exception(error)
    if Program.said:
        print(f"\n--- tagkeeper wrote at last: {Program.said}", file=sys.stderr)
    for build in scene.zuul.builds()[:4] if scene.zuul else []:
        print(f"\n--- {build['job_name']} {build['pipeline']} {build['result']}", file=sys.stderr)
        print("\n".join(scene.zuul.log_of(build).splitlines()[-40:]), file=sys.stderr)
    print(f"\ne2e: logs of the servers: {LOGS}", file=sys.stderr)


if __name__ == "__main__":
    main()
