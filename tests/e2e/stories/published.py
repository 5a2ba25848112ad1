"""A release from its request to the page that readers see."""

import urllib.request
import xml.etree.ElementTree

from lab import www
from lab.gerrit import bare
from lab.place import NODE_SSH, Broken, run, until
from lab.scene import RELEASES, tagged
from lab.world import WORK, commit, short

TITLE = "in review, the site of a change is an artifact; after the merge, the release is on the published page; a mistake is not published"
NAME = "garden/hose"
JOBS, JOB, SECRET = "zuul.d/site.yaml", "tagkeeper-publish", "tagkeeper_publish_keys"
PAGE = f"deliverables/{short(NAME)}.html"
# A page of the site has its address already.
TAKEN = RELEASES / "deliverables/hibiscus/index.yaml"


def tell(scene):
    server, version = www.Www(), next_version()
    try:
        put_site(scene, server.start())
        number, grown = reviewed(scene, version)
        published(scene, number, version, grown)
        mistaken(scene, version)
    finally:
        server.stop()
        remove_site(scene)


def next_version():
    """The feature release after the newest one, whatever the stories before have released."""
    tags = run("git", "--git-dir", bare(NAME), "tag", "--list", "[0-9]*").split()
    major, minor, _ = max(tuple(int(part) for part in tag.split(".")) for tag in tags)
    return f"{major}.{minor + 1}.0"


def put_site(scene, known_hosts):
    """The jobs of the site, with a login to its web server."""
    world = scene.world
    login = {"push_key": www.KEY.read_text(), "known_hosts": known_hosts}
    world.put_secrets({**world.secrets, SECRET: login})
    to = "      tagkeeper_publish_to: "
    here = f"{to}{www.ADDRESS}\n      tagkeeper_publish_port: {NODE_SSH}\n      tagkeeper_delay: 15\n"
    world.put_example(JOBS, {f"{to}releases@www.example.org:/srv/releases\n": here})
    commit("infra/project-config", "The release site")
    scene.zuul.read_again()
    until("Zuul knows the job", lambda: scene.zuul.get(f"job/{JOB}") is not None or None)
    if problems := scene.zuul.get("config-errors"):
        raise Broken(f"Zuul's configuration has mistakes: {problems}")


def remove_site(scene):
    secrets = {name: fields for name, fields in scene.world.secrets.items() if name != SECRET}
    (WORK / "infra/project-config" / JOBS).unlink(missing_ok=True)
    scene.world.put_secrets(secrets)
    commit("infra/project-config", "No release site")
    scene.zuul.read_again()
    until("Zuul has forgotten the job", lambda: scene.zuul.get(f"job/{JOB}") is None or None)


def reviewed(scene, version):
    grown = scene.world.grow(NAME)
    number = scene.request(f"Release {short(NAME)} {version}", (NAME, version, grown))
    vote = scene.timed("patch set to vote", scene.verdict(number))
    scene.must(vote == 1, "the request has Verified +1")
    build = scene.zuul.ended(job_name="tagkeeper-site", change=number)
    artifacts = [(artifact["name"], artifact["url"]) for artifact in build["artifacts"]]
    scene.must([name for name, _ in artifacts] == ["What changes on the release site", "Release site"], "the site of the change is an artifact, what changes first")
    changes = read(artifacts[0][1])
    scene.must(f'<a href="{PAGE}">' in changes and "garden/can" not in changes and "deliverables/can.html" not in changes, "it names the page of the deliverable, and no page that stays")
    proposed = read(artifacts[0][1].replace("changes.html", PAGE))
    scene.must(version in proposed and grown in proposed, "the page in it has the version and its commit")
    return number, grown


def published(scene, number, version, grown):
    scene.approve(number)
    scene.timed("approval to merge", lambda: scene.is_merged(number) or None)
    scene.timed("merge to page", lambda: on_page(grown) or None)
    build = ended(scene)
    scene.must(build["result"] == "SUCCESS", "the job that publishes succeeded")
    scene.must(version in read(f"{www.URL}/index.html"), "the first page says that it came out")
    feed = xml.etree.ElementTree.fromstring(read(f"{www.URL}/feed.xml"))
    newest = feed.find("{*}entry/{*}title").text
    scene.must(newest == f"{short(NAME)} {version}", "it is the newest entry of the feed")
    scene.must((www.ROOT / ".htaccess").is_file() and not (www.ROOT / ".tagkeeper-site.json").exists(), "the redirects are there, and what only the next build needs is not")
    scene.timed("merge to tag", lambda: tagged(NAME, version))
    scene.must(not any(scene.world.has_secret(scene.zuul.log_of(build)) for build in scene.zuul.builds()), "no log shows a key or a password")


def mistaken(scene, version):
    """Somebody merges, past review, what cannot be published."""
    before = read(f"{www.URL}/deliverables/index.html")
    scene.world.decide(str(TAKEN.relative_to(RELEASES)), "---\nteam: garden\ntype: library\nrelease-model: cycle-with-intermediary\n")
    build = ended(scene)
    scene.must(build["result"] == "FAILURE" and "would both be at `deliverables/index.html`" in scene.zuul.log_of(build), "a deliverable at a taken address fails the job, which names both")
    scene.must(read(f"{www.URL}/deliverables/index.html") == before and on_page(version), "readers have the site as it was")
    TAKEN.unlink()
    commit("openstack/releases", "Remove the deliverable")
    scene.must(ended(scene)["result"] == "SUCCESS", "without it, the site is published again")


def ended(scene):
    """The build that publishes the newest commit, once Zuul has nothing more to do."""
    tip = scene.gerrit.get("projects/openstack%2Freleases/branches/master")["revision"]
    build = scene.zuul.ended(job_name=JOB, newrev=tip)
    scene.zuul.rest()
    return build


def on_page(text):
    """Whether readers see a text on the page of the deliverable."""
    page = www.ROOT / PAGE
    return page.exists() and text in read(f"{www.URL}/{PAGE}")


def read(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()
