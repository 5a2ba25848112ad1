#!/usr/bin/env python3
"""Writes the list of trove classifiers that the rule `classifier` knows.

    pip install --upgrade trove-classifiers
    tests/classifiers.py > src/package/classifiers.txt

The package `trove-classifiers` is what the index itself checks uploads with.
"""

import importlib.metadata

from trove_classifiers import deprecated_classifiers, sorted_classifiers

version = importlib.metadata.version("trove-classifiers")
print(f"# From trove-classifiers {version}. `tests/classifiers.py` writes this list.")
for name in sorted(set(sorted_classifiers) - set(deprecated_classifiers)):
    print(name)
for name, instead in sorted(deprecated_classifiers.items()):
    print(f"{name} -> {'; '.join(instead)}".rstrip())
