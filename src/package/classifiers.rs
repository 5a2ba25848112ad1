//! The classifiers that a package index knows.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What an index does with a classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trove {
    /// Accepts it.
    Known,
    /// Refuses it: these, separated by `; `, take its place. None may.
    Deprecated(&'static str),
    /// Refuses every package with it: `Private ::` is for that.
    Private,
    /// Refuses it.
    Unknown,
}

/// One classifier a line. A deprecated one is followed by ` -> ` and what takes its place. `tests/classifiers.py` writes it.
const LIST: &str = include_str!("classifiers.txt");

static KNOWN: LazyLock<HashMap<&'static str, Trove>> = LazyLock::new(|| {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    let entry = |line: &'static str| match line.split_once(" ->") {
        Some((old, new)) => (old, Trove::Deprecated(new.trim())),
        None => (line, Trove::Known),
    };
    lines.map(entry).collect()
});

/// What an index does with this classifier.
pub fn trove(classifier: &str) -> Trove {
    if classifier.split("::").next().is_some_and(|first| first.trim() == "Private") {
        return Trove::Private;
    }
    KNOWN.get(classifier).copied().unwrap_or(Trove::Unknown)
}

impl Trove {
    /// Every classifier that an index accepts.
    pub fn accepted() -> impl Iterator<Item = &'static str> {
        LIST.lines().filter(|line| !line.starts_with('#') && !line.contains(" ->"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Trove, trove};

    #[test]
    fn the_list_decides() {
        for known in [
            "Environment :: OpenStack",
            "License :: OSI Approved :: Apache Software License",
            "Programming Language :: Python :: 3 :: Only",
            "Programming Language :: Python :: Implementation :: CPython",
            "Typing :: Typed",
        ] {
            assert_eq!(trove(known), Trove::Known, "{known}");
        }
        assert_eq!(trove("Private :: Do Not Upload"), Trove::Private);
        assert_eq!(trove("Private::x"), Trove::Private);
        for unknown in [
            "Privately :: x",
            "Programming Language :: Pythn :: 3",
            "environment :: openstack",
            "",
            "# ",
        ] {
            assert_eq!(trove(unknown), Trove::Unknown, "{unknown}");
        }
        assert!(matches!(
            trove("Natural Language :: Ukranian"),
            Trove::Deprecated("Natural Language :: Ukrainian")
        ));
        assert!(Trove::accepted().count() > 800);
    }
}
