"""Gerrit goes away in the middle of the tags, and comes back."""

import signal

from lab.place import until
from lab.scene import tagged

TITLE = "Gerrit is killed between two tags, and started again"
NAMES = ("garden/trowel", "garden/can", "garden/rake", "garden/hose")


def tell(scene):
    scene.push([(name, "3.0.0") for name in NAMES])
    until("the first tag", lambda: any(tagged(name, "3.0.0") for name in NAMES) or None, 60, every=0.02)
    scene.gerrit.server.stop(signal.SIGKILL)
    done = sum(bool(tagged(name, "3.0.0")) for name in NAMES)
    scene.tell(f"          Gerrit is killed when {done} of {len(NAMES)} tags stand")
    scene.gerrit.start()
    scene.timed("Gerrit's return to all tags", lambda: all(tagged(name, "3.0.0") for name in NAMES) or None, 240)
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds by itself")
    scene.must(all(len(scene.mails(name, "3.0.0")) == 1 for name in NAMES), "each has one mail")
