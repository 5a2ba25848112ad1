"""The mailing list's story of diskimage-builder: its releases broke the images of others in the middle of the weekend."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from lab.place import run
from lab.program import Program
from lab.scene import RELEASES, read_ref, tag_text, tagged

WITHOUT_ZUUL = True
TITLE = "merged on a Friday night, a release waits for its window and a core at work, and downstream is warned; an urgent one goes out on Saturday; an old commit soaks from its merge"
NAME = "openstack/diskimage-builder"
CALM, BROKEN = "3.0.0", "3.0.1"
# Elements that soak and have no window.
ELEMENTS, OLD = "openstack/image-elements", "1.0.0"
ZONE = ZoneInfo("America/Los_Angeles")
POLICY = """\
---
windows:
  - deliverables: [diskimage-builder]
    days: [mon, tue, wed, thu]
    hours: "08:00-11:00"
    timezone: America/Los_Angeles
    on-call:
      - {name: core-west, timezone: America/Los_Angeles, hours: "08:00-17:00"}
      - {name: core-sydney, timezone: Australia/Sydney, hours: "09:00-17:00"}
soak:
  - {deliverables: [diskimage-builder, image-elements], hours: 12}
downstream:
  - {deliverables: [diskimage-builder], repos: [openstack/manila-image-elements], mail: [dib-users@lists.example.org]}
"""
URGENT = f"urgent:\n  - {{deliverable: diskimage-builder, version: {BROKEN}, reason: images do not boot}}\n"


def tell(scene):
    friday = next_friday()
    scene.world.add_project(NAME, {"README": "builds images\n"})
    scene.world.decide("release-policy.yaml", POLICY)
    start = run("git", "-C", RELEASES, "rev-parse", "origin/master").strip()
    tagkeeper = Program()
    tagkeeper.log_in("tagkeeper")
    soaks(scene, tagkeeper, start)
    merge(scene, CALM)
    waits(scene, tagkeeper, at(friday, 22), CALM)
    warned(scene, tagkeeper, at(friday, 23), at(friday + timedelta(days=3), 8))
    saturday(scene, tagkeeper, friday + timedelta(days=1))
    monday(scene, tagkeeper, friday + timedelta(days=3))


def soaks(scene, tagkeeper, start):
    """A commit that was made years ago and merged just now soaks from its merge. The branch was moved to it: only Gerrit knows when."""
    scene.world.add_project(ELEMENTS, {"README": "elements of images\n"})
    number, commit = scene.world.propose_growth(ELEMENTS, "2020-02-02T12:00:00+0000")
    approve(scene, number)
    scene.gerrit.submit(number)
    scene.must(read_ref(ELEMENTS, "refs/heads/master") == commit, "the branch was moved to the commit itself, which is years old")
    submitted = datetime.strptime(scene.gerrit.change(number)["submitted"][:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    merge(scene, OLD, ELEMENTS, commit)
    end = submitted + timedelta(hours=12)
    status, said = apply(tagkeeper, submitted + timedelta(hours=1), "--since", start)
    scene.must(status == 0 and not tagged(ELEMENTS, OLD), "an hour after the merge, the old commit is not tagged")
    scene.must(f"until {end:%a %Y-%m-%d %H:%M} UTC" in said, f"it soaks until {end:%H:%M}, twelve hours after Gerrit merged it")
    status, _ = apply(tagkeeper, end - timedelta(minutes=1))
    scene.must(status == 0 and not tagged(ELEMENTS, OLD), "a minute before, it still soaks")
    status, _ = apply(tagkeeper, end + timedelta(minutes=1))
    scene.must(status == 0 and tagged(ELEMENTS, OLD), "a minute after, it is tagged")


def waits(scene, tagkeeper, now, version):
    status, said = apply(tagkeeper, now)
    scene.must(status == 0 and not tagged(NAME, version), f"merged on a Friday at {now:%H:%M} in {ZONE}: the run ends well and makes no tag")
    scene.must(f"held     tag {version}" in said and "08:00-11:00" in said, "it names the window that the tag waits for")


def warned(scene, tagkeeper, later, tagging):
    """Those downstream know of it before the weekend, and are not told again."""
    (notice,) = notices(scene, CALM)
    time_of_tag = f"{tagging.astimezone(timezone.utc):%a %Y-%m-%d %H:%M} UTC"
    scene.must(time_of_tag in notice["Subject"], f"the notice to downstream says when: {notice['Subject']}")
    scene.must(notice["To"] == "dib-users@lists.example.org", f"the notice goes to {notice['To']}")
    scene.must("Requirements:" in notice.get_content() and "Changes" in notice.get_content(), "it says what changes, and which requirements")
    status, _ = apply(tagkeeper, later)
    scene.must(status == 0 and len(notices(scene, CALM)) == 1, "the next run does not tell it again")


def saturday(scene, tagkeeper, day):
    merge(scene, BROKEN)
    status, _ = apply(tagkeeper, at(day, 9))
    scene.must(status == 0 and not tagged(NAME, BROKEN), "a fix that is merged on Saturday waits as well")
    scene.must(len(notices(scene, BROKEN)) == 1, "downstream is warned of it, too")
    scene.world.decide("release-policy.yaml", POLICY + URGENT)
    status, said = apply(tagkeeper, at(day, 10))
    scene.must(status == 0 and tagged(NAME, BROKEN), "once its urgency is merged, with a reason, it is tagged on Saturday")
    scene.must("images do not boot" in tag_text(NAME, BROKEN), "its tag says why it did not wait")
    scene.must(not tagged(NAME, CALM), "the other one waits on")


def monday(scene, tagkeeper, day):
    status, _ = apply(tagkeeper, at(day, 7))
    scene.must(status == 0 and not tagged(NAME, CALM), "on Monday at 07:00 nobody is at work yet")
    status, _ = apply(tagkeeper, at(day, 9))
    scene.must(status == 0 and tagged(NAME, CALM), "at 09:00 the window is open and a core is at work: it is tagged")
    announced = [len(scene.mails(NAME, version)) - len(notices(scene, version)) for version in (CALM, BROKEN)]
    scene.must(announced == [1, 1], "each is announced once")
    scene.must(all(len(notices(scene, version)) == 1 for version in (CALM, BROKEN)), "and downstream was warned of each once")
    status, said = apply(tagkeeper, at(day, 10))
    scene.must(status == 0 and "nothing is pending" in said, "nothing is pending any more")


def notices(scene, version):
    """What those downstream were told before the tag."""
    return [mail for mail in scene.mails(NAME, version) if "will be tagged" in mail["Subject"]]


def apply(tagkeeper, now, *more):
    """A run at a time of a clock that the story tells."""
    return tagkeeper.apply("--steps", "downstream", "--playground", "--now", f"{now.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}", *more)


def merge(scene, version, name=NAME, commit=None):
    number = scene.request(f"Release {name} {version}", (name, version, commit or scene.world.grow(name)))
    approve(scene, number, PTL_Approved=1)
    scene.gerrit.submit(number)


def approve(scene, number, **more):
    scene.approve(number)
    scene.gerrit.vote(number, "zuul", Verified=2, **more)


def next_friday():
    """One that comes after all that is merged now has soaked."""
    day = datetime.now(ZONE).date() + timedelta(days=2)
    return day + timedelta(days=(4 - day.weekday()) % 7)


def at(day, hour):
    return datetime.combine(day, time(hour), ZONE)
