"""The program comes from the workspace. Not told by default: it is a build."""

import os
import shutil
from pathlib import Path

from lab.node import ACCOUNT, HOME, Node, Program
from lab.place import SOURCES, run
from lab.world import WORK, commit
from stories.release import bad_request

TITLE = "a node builds the program of the workspace, with dependencies that its image has built"
CARGO = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
TREE = ("Cargo.toml", "Cargo.lock", "src", "benches", "tests", "README.md")


def tell(scene):
    node = Node(scene)
    toolchain = Path(run("rustc", "--print", "sysroot", cwd=SOURCES).strip())
    put_sources()
    try:
        node.start([(toolchain, toolchain), (CARGO / "registry", f"{ACCOUNT.pw_dir}/.cargo/registry")], f"{toolchain}/bin:")
        warm()
        node.put_site(Program([], ["required-projects:", "  - opendev/tagkeeper"]), scene.world.keys)
        bad_request(scene, scene.world.grow("garden/trowel"))
        scene.must((HOME / "tagkeeper/target/release/tagkeeper").is_file(), "the program is on the node, built there")
    finally:
        node.stop()


def put_sources():
    """The repository of the jobs gets the sources of the program too."""
    there = WORK / "opendev/tagkeeper"
    for name in TREE:
        here = SOURCES / name
        if here.is_dir():
            shutil.copytree(here, there / name, dirs_exist_ok=True)
        else:
            shutil.copy(here, there / name)
    commit("opendev/tagkeeper", "The program")


def warm():
    """What an image of a site would have: the dependencies, and nothing of the program itself."""
    target = HOME / "tagkeeper/target/release"
    target.mkdir(parents=True)
    for name in (".fingerprint", "build", "deps"):
        shutil.copytree(SOURCES / "target/release" / name, target / name, ignore=shutil.ignore_patterns("*tagkeeper*"), symlinks=True)
