"""The calls that a run makes to the world outside of it, as they come; one of them may meet a fault."""

import os
import signal
import threading
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Call:
    """The `nth` call of its kind in a run."""

    what: str
    nth: int

    def __str__(self):
        return self.what if self.nth == 1 else f"{self.what} ({self.nth})"


class Calls:
    """Every server and program of the harness asks here before it answers."""

    def __init__(self):
        self._lock = threading.Lock()
        self.process = None
        self.over = threading.Event()
        self.begin()

    def begin(self, call=None, fault=None):
        """A new run, in which `call` meets `fault`."""
        with self._lock:
            self.made, self._counts = [], {}
            self._call, self._fault = call, fault
            self.is_met, self.hangs = False, False
            self.process = None
            self.over = threading.Event()

    def begin_process(self):
        """A further program of the same run."""
        self.over = threading.Event()

    def enter(self, what):
        """The fault that this call meets, if any."""
        with self._lock:
            nth = self._counts[what] = self._counts.get(what, 0) + 1
            call = Call(what, nth)
            self.made.append(call)
            if call != self._call:
                return None
            self.is_met = True
            return self._fault

    def kill(self):
        """Ends the run as nothing can be done about, and at once."""
        if self.process:
            try:
                os.kill(self.process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def hang(self):
        """Answers nothing: the job's time is up, and it is ended as Zuul ends it."""
        self.hangs = True
        over = self.over
        if self.process:
            over.wait(0.1)
            try:
                os.kill(self.process, signal.SIGTERM)
            except ProcessLookupError:
                pass
        over.wait(30)
