"""A change at a site whose comments and votes no job makes."""

from lab import comments
from lab.program import Program

WITHOUT_ZUUL = True
TITLE = "the program alone judges a change, comments on its lines once, and votes for its team"
NAME, FILE = "garden/hose", "deliverables/hibiscus/hose.yaml"


def tell(scene):
    number = scene.request("Release hose", (NAME, "v3.0.0", scene.world.grow(NAME)), ("garden/rake", "3.0.0", "0" * 40))
    tagkeeper = Program()
    commented(scene, tagkeeper, number)
    approved(scene, tagkeeper, number)


def commented(scene, tagkeeper, number):
    tagkeeper.log_in("manager")
    status, said, findings = tagkeeper.check(number)
    scene.must(status == 1 and "version-number" in said, "check refuses the change and says why")
    scene.must(not tagkeeper.has_touched(), "the working tree is as it was")
    there = comments_of_manager(scene, number)
    for finding in findings:
        scene.must(comments.is_there(finding, there), f"{finding['file']}:{finding['line']} {finding['rule']}: is a comment there")
    scene.must(count(there) == len(findings) > 1, f"there are {len(findings)}, and no other")
    scene.must(not any(one.get("unresolved") for said in there.values() for one in said), "they keep nobody from merging")
    suggested(scene, there[FILE])
    tagkeeper.check(number)
    scene.must(count(comments_of_manager(scene, number)) == len(findings), "a second run says nothing twice")


def suggested(scene, said):
    [comment] = [one for one in said if "version-number" in one["message"]]
    if not scene.gerrit.has_robots:
        scene.must("fix_suggestions" not in comment, "this Gerrit takes no suggestions: the comment is there without one")
        return
    [suggestion] = comment["fix_suggestions"]
    [edit] = suggestion["replacements"]
    scene.must(comment["robot_id"] == "tagkeeper", "it is the comment of a robot, which may suggest")
    scene.must(edit["replacement"] == "3.0.0" and edit["range"] == comment["range"] and edit["path"] == FILE, "it suggests the version as it should be")


def approved(scene, tagkeeper, number):
    tagkeeper.log_in("zuul")
    status, said = tagkeeper.approve(number)
    scene.must(status == 0 and "by proposing it" in said, "its liaison has approved it by proposing it")
    scene.must(scene.gerrit.value(number, "PTL-Approved", "zuul") == 1, "the vote says so")
    scene.gerrit.vote(number, "ptl", Code_Review=-1)
    status, said = tagkeeper.approve(number)
    scene.must(status == 1 and "objected" in said, "its lead objects")
    scene.must(not scene.gerrit.value(number, "PTL-Approved", "zuul"), "the vote is taken back")


def comments_of_manager(scene, number):
    """Those that the program made, by file, whichever kind of comment this Gerrit has for them."""
    both = comments.of(scene.gerrit.comments(number), "manager")
    for path, said in comments.of(scene.gerrit.robot_comments(number), "manager").items():
        both.setdefault(path, []).extend(said)
    return both


def count(by_file):
    return sum(map(len, by_file.values()))
