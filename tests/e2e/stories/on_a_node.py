"""The jobs on a node, in place of the executor."""

import os
import signal
import urllib.request

from lab.gerrit import KEYS, bare
from lab.node import ACCOUNT, HOME, Node, Program, wheel
from lab.place import RUN, run, until
from lab.scene import RELEASES, read_ref, tag_text, tagged
from stories.release import bad_request

TITLE = "on a node, with the program of a wheel and an ssh key that signs: comments, a cancelled run, a tag; no key stays"
CAN, VERSION = "garden/can", "4.0.0"
APPLY = f"{ACCOUNT.pw_dir}/tagkeeper/bin/tagkeeper apply"
SIGNING_KEY, SIGNERS = KEYS / "signing", RUN / "allowed-signers"


def tell(scene):
    node = Node(scene)
    program = Program([f"tagkeeper_wheel: {scene.timed('the wheel is made', wheel)}"])
    try:
        node.start()
        node.put_site(program, scene.world.keys)
        checked(scene)
        cancelled(scene, node)
        node.put_site(program, with_ssh_key(scene.world.keys))
        signed(scene, node)
    finally:
        node.stop()


def checked(scene):
    number = bad_request(scene, scene.world.grow("garden/trowel"))
    build = scene.zuul.ended(job_name="tagkeeper-check", change=number)
    scene.must((HOME / "tagkeeper/venv/bin/tagkeeper").is_file(), "the program is on the node, from the wheel")
    for artifact in build["artifacts"]:
        with urllib.request.urlopen(artifact["url"], timeout=10) as answer:
            scene.must(answer.read(), f"artifact: {artifact['name']}")


def cancelled(scene, node):
    with_a_ledger(scene)
    scene.push([(CAN, VERSION)])
    process = until("tagkeeper apply runs", lambda: node.running(APPLY), 120, every=0.02)
    # As if the node hung: it is sure to be in the middle when the operator comes.
    os.kill(process, signal.SIGSTOP)
    scene.must((HOME / "tagkeeper-keys/gpg_key").exists(), "the run has its keys on the node")
    scene.zuul.dequeue("release-post", "openstack/releases", "refs/heads/master")
    scene.timed("run cancelled to keys gone", lambda: not (HOME / "tagkeeper-keys").exists(), 60)
    os.kill(process, signal.SIGCONT)
    nothing_stays(scene, node)
    scene.must(not tagged(CAN, VERSION), "what outlived the run could tag nothing")


def signed(scene, node):
    lines = [line for line in (RELEASES / "tagkeeper.yaml").read_text().splitlines(keepends=True) if not line.startswith("signing:")]
    scene.world.decide("tagkeeper.yaml", "".join(lines) + "signing: {format: ssh}\n")
    scene.timed("merge to tag", lambda: tagged(CAN, VERSION))
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds")
    scene.must("-----BEGIN SSH SIGNATURE-----" in tag_text(CAN, VERSION), "ssh has signed the tag, and Gerrit took it as signed")
    SIGNERS.write_text(f"tagkeeper@example.org namespaces=\"git\" {SIGNING_KEY.with_suffix('.pub').read_text()}")
    run("git", "--git-dir", bare(CAN), "-c", f"gpg.ssh.allowedSignersFile={SIGNERS}", "verify-tag", VERSION)
    scene.tell("          git verifies it with the list of those who may sign")
    nothing_stays(scene, node)


def with_a_ledger(scene):
    """Some run before: the next one finds by the ledger what a cancelled one has left."""
    scene.zuul.rest()
    if not read_ref("openstack/releases", "refs/tagkeeper/ledger"):
        scene.world.decide("README", "Releases\n")
        until("there is a ledger", lambda: read_ref("openstack/releases", "refs/tagkeeper/ledger"), 120)
        scene.zuul.rest()


def nothing_stays(scene, node):
    until("the processes on the node end", lambda: not node.processes(), 60)
    left = [str(path) for path in [HOME / "tagkeeper-keys", *node.with_keys()] if path.exists()]
    if left:
        print("left on the node:", *left, flush=True)
    scene.must(not left, "no agent runs on the node, and no file there holds a key")


def with_ssh_key(keys):
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "Release Bot", "-f", SIGNING_KEY)
    return {**{field: value for field, value in keys.items() if field != "gpg_key"}, "ssh_signing_key": SIGNING_KEY.read_text()}
