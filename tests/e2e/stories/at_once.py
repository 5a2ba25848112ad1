"""Two changes that are merged within a second."""

import threading

from lab.scene import tagged

TITLE = "two changes are merged within a second"
ONE, OTHER = "garden/can", "garden/rake"


def tell(scene):
    numbers = [scene.request(f"Release {name} 2.2.0", (name, "2.2.0", scene.world.grow(name))) for name in (ONE, OTHER)]
    scene.make_submittable(*numbers)
    buttons = [threading.Thread(target=scene.gerrit.submit, args=(number,)) for number in numbers]
    for button in buttons:
        button.start()
    for button in buttons:
        button.join()
    scene.must(all(map(scene.is_merged, numbers)), f"merged at {' and '.join(map(scene.gerrit.submitted, numbers))}")
    scene.timed("merge to both tags", lambda: tagged(ONE, "2.2.0") and tagged(OTHER, "2.2.0"))
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds")
    scene.must(all(len(scene.mails(name, "2.2.0")) == 1 for name in (ONE, OTHER)), "each has one mail")
