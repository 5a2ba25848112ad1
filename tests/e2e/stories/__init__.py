"""One story a file: each has a `TITLE` and `tell(scene)`.

A story with `WITHOUT_ZUUL` is of a site that has a Gerrit and nothing else. It runs with each known Gerrit.
"""
