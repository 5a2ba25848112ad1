"""A tag that waits, and the periodic job."""

from datetime import datetime, timedelta, timezone

from lab.scene import RELEASES, tagged

TITLE = "a merged request waits for the end of a hold, and the periodic job tags it"
NAME, VERSION = "garden/can", "3.1.0"
PIPELINES = "zuul.d/pipelines.yaml"
# Long enough for the run after the merge to find it.
HOLD = timedelta(seconds=60)


def tell(scene):
    end = datetime.now(timezone.utc) + HOLD
    merge(scene.world, policy(end))
    held = scene.timed("merge to the run that finds it held", lambda: logs(scene, "tagkeeper-apply", f"held     tag {VERSION}") or None)
    scene.must(len(held) == 1 and "the mirror is being moved" in held[0], "its log says why")
    scene.world.set_example(PIPELINES, {"17 * * * *": "* * * * * */10"})
    scene.timed("the rest of the hold, and to the tag", lambda: tagged(NAME, VERSION))
    scene.must(datetime.now(timezone.utc) >= end, "the tag is not there before the end of the hold")
    scene.world.set_example(PIPELINES)
    scene.zuul.rest()
    scene.must(len(logs(scene, "tagkeeper-pending", f"made     tag {VERSION}")) == 1, "one run of the periodic job has made it")
    builds = scene.zuul.builds(job_name="tagkeeper-pending") + [scene.applied()]
    scene.must(all(build["result"] == "SUCCESS" for build in builds), f"all {len(builds)} runs succeed")
    [mail] = scene.mails(NAME, VERSION)
    scene.must("the mirror is being moved" in " ".join(mail.get_content().split()), "the one mail says why it waited")


def logs(scene, job, text):
    """The logs of a job that have this text."""
    written = map(scene.zuul.log_of, scene.zuul.builds(job_name=job))
    return [log for log in written if text in log]


def merge(world, text):
    """The hold and the request in one push, so that one run finds them."""
    world.branch()
    (RELEASES / "release-policy.yaml").write_text(text)
    world.ask(NAME, VERSION, world.grow(NAME))
    world.record("Hold can, and release it")
    world.push()


def policy(end):
    return f"""\
---
holds:
  - status: red
    until: {end:%Y-%m-%dT%H:%M:%SZ}
    scope: {{deliverables: [can]}}
    reason: the mirror is being moved
"""
