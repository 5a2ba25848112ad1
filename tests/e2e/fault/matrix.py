"""The matrix of calls and faults: which cells are played, by how many workers, and the table of what became of them."""

import argparse
import fnmatch
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from . import catalogue
from .place import SOURCES, Broken, git, run
from .stage import Stage

LEDGERS = ("directory", "ref")
MARKS = {"fine": "ok", "settled": "by hand", "wrong": "FAILS"}


def main():
    options = arguments()
    program = find_program(options.program)
    start, bad = time.monotonic(), 0
    for ledger in options.ledger or LEDGERS:
        bad += play(options, program, ledger, start)
    print(f"\n{time.monotonic() - start:.0f} s; " + (f"{bad} FAILED" if bad else "a run survives all of them"))
    return 1 if bad else 0


def arguments():
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every fault of every call")
    parser.add_argument("--only", metavar="PATTERN", help="the calls that match, with every fault")
    parser.add_argument("--fault", help="this fault only")
    parser.add_argument("--ledger", action="append", choices=LEDGERS, help="this ledger only")
    parser.add_argument("--turn", type=int, help="which fault is in turn; the number of commits of this checkout if not given")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="so many at the same time")
    parser.add_argument("--list", action="store_true", help="only show the calls, with their faults")
    parser.add_argument("--not-yet", type=Path, metavar="FILE", help="faults that wait for open work: they may fail")
    parser.add_argument("--verbose", action="store_true", help="show what the runs of a failure said")
    parser.add_argument("program", nargs="?", help="the program; $TAGKEEPER, or a build of this checkout, if not given")
    return parser.parse_args()


def find_program(named):
    named = named or os.environ.get("TAGKEEPER")
    if named:
        return Path(named).resolve()
    run("cargo", "build", "--locked", cwd=SOURCES, env=dict(os.environ))
    return SOURCES / "target/debug/tagkeeper"


# Playing


def play(options, program, ledger, start):
    """Plays the cells of one ledger, and shows them; how many went wrong."""
    with tempfile.TemporaryDirectory(prefix="tkf", ignore_cleanup_errors=True) as directory:
        root = Path(directory)
        try:
            calls = in_process(discover, (root / "calls", ledger, program))
            unknown = [call for call in calls if not catalogue.faults_of(call)]
            cells = chosen(options, calls)
            print(f"\n== ledger: {ledger}; {len(calls)} calls, {len(cells)} faults", flush=True)
            if options.list:
                for call in calls:
                    print(f"{call!s:60} {', '.join(catalogue.faults_of(call))}")
                return len(unknown)
            verdicts = in_parallel(options.jobs, root, ledger, program, cells)
        finally:
            shutil.rmtree(root / "calls", ignore_errors=True)
    print_table(calls, verdicts)
    return print_failures(options, ledger, unknown, verdicts)


def chosen(options, calls):
    """The cells to play: each a call and a fault. Without an option, one of each kind of call: another one each turn."""
    cells = {}
    for call in calls:
        if options.only and not fnmatch.fnmatchcase(call.what, options.only):
            continue
        faults = [one for one in catalogue.faults_of(call) if options.fault in (None, one)]
        cells.setdefault(call.what, []).extend((call, one) for one in faults)
    if options.all or options.only or options.fault:
        return [cell for kind in cells.values() for cell in kind]
    turn = turn_of(options)
    return [kind[(number + turn) % len(kind)] for number, kind in enumerate(cells.values()) if kind]


def turn_of(options):
    if options.turn is not None:
        return options.turn
    return int(git(SOURCES, "rev-list", "--count", "HEAD", may_fail=True) or 0)


def discover(root, ledger, program, answer):
    with_stage(root, ledger, program, lambda stage: answer.send(stage.undisturbed()[0]), answer)


def in_process(function, arguments):
    """What a process of its own sends; its children are its own, and so are its servers."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=function, args=(*arguments, theirs))
    process.start()
    theirs.close()
    try:
        answer = ours.recv()
    except EOFError:
        answer = Broken("a worker ended without a word")
    process.join()
    if isinstance(answer, Exception):
        raise answer
    return answer


def in_parallel(jobs, root, ledger, program, cells):
    """The verdicts of all cells, in their order."""
    jobs = max(1, min(jobs, len(cells)))
    pipes, processes = [], []
    for job in range(jobs):
        ours, theirs = multiprocessing.Pipe()
        part = cells[job::jobs]
        processes.append(multiprocessing.Process(target=work, args=(root / str(job), ledger, program, part, theirs)))
        processes[-1].start()
        theirs.close()
        pipes.append(ours)
    verdicts = []
    while pipes:
        for pipe in multiprocessing.connection.wait(pipes):
            try:
                verdict = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
                continue
            if isinstance(verdict, Exception):
                raise verdict
            verdicts.append(verdict)
            if verdict.words:
                print(f"FAILS {verdict.call}, {verdict.fault}: {verdict.words[:300]}", flush=True)
    for process in processes:
        process.join()
    if len(verdicts) != len(cells):
        raise Broken(f"{len(cells) - len(verdicts)} faults were not played")
    return verdicts


def work(root, ledger, program, cells, answer):
    def every(stage):
        _, expected = stage.undisturbed()
        for call, kind in cells:
            answer.send(stage.disturbed(call, kind, expected))

    with_stage(root, ledger, program, every, answer)


def with_stage(root, ledger, program, act, answer):
    """Acts on a stage of its own, and clears it away; what goes wrong is the answer."""
    root.mkdir()
    stage = None
    try:
        stage = Stage(root, ledger, program)
        act(stage)
    except Exception as error:  # The other process shows it.
        answer.send(Broken(f"{type(error).__name__}: {error}"))
    finally:
        if stage:
            stage.close()
        answer.close()


# Showing


def print_table(calls, verdicts):
    """A line for each call, a column for each fault that was played."""
    found = {(verdict.call, verdict.fault): verdict for verdict in verdicts}
    faults = [one for one in catalogue.FAULTS if any(verdict.fault == one for verdict in verdicts)]
    width = max((len(str(call)) for call in calls), default=0)
    print(f"\n{'':{width}}  " + "  ".join(faults))
    for call in calls:
        row = [mark(found.get((call, one))) for one in faults]
        if any(row):
            print(f"{call!s:{width}}  " + "  ".join(f"{cell:{len(one)}}" for cell, one in zip(row, faults)))


def mark(verdict):
    if verdict is None:
        return ""
    return MARKS["wrong" if verdict.words else "settled" if verdict.is_settled else "fine"]


def print_failures(options, ledger, unknown, verdicts):
    """Shows what went wrong; how much did."""
    waiting = set(options.not_yet.read_text().splitlines()) if options.not_yet else set()
    for call in unknown:
        print(f"\nFAILS {call}: nobody has thought about its faults: name them in tests/e2e/fault/catalogue.py")
    bad = len(unknown)
    for verdict in verdicts:
        name = f"{ledger}: {verdict.call}, {verdict.fault}"
        if not verdict.words and name in waiting:
            # Two machines may see it differently, so this fails nothing.
            print(f"\nPASSES {name}: remove it from {options.not_yet}")
        elif verdict.words and name in waiting:
            print(f"\nwaits for open work: {name}")
        elif verdict.words:
            print_failure(options, name, verdict)
            bad += 1
    return bad


def print_failure(options, name, verdict):
    print(f"\nFAILS {name}: {verdict.words}")
    if options.verbose:
        for run_of_it in verdict.runs:
            print(f"--- status {run_of_it.status}\n{run_of_it.said}")
