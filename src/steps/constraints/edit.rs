//! The lines of a package in the upper constraints, set to a version. Every other byte stays.

use pep440_rs::Version;

use crate::facts::constraints::UPPER_CONSTRAINTS;
use crate::package::{Environment, Marker, Platform, Python, normalized};
use crate::steps::proposing::{Edit, Edited, Texts};

/// Patch numbers that stand for all of a Python.
const PATCHES: [u64; 2] = [0, 99];

/// Lets the constraints have a version of a package.
pub(super) struct Constraint {
    /// The name of the package, in any spelling.
    pub(super) package: String,
    /// The version.
    pub(super) version: String,
    /// The Pythons that the version supports.
    pub(super) pythons: Vec<Python>,
}

impl Edit for Constraint {
    fn paths(&self) -> Vec<String> {
        vec![UPPER_CONSTRAINTS.to_owned()]
    }

    fn edited(&self, files: &Texts<'_>) -> Edited {
        let Some(text) = files.get(UPPER_CONSTRAINTS) else {
            return Edited::Refused(format!("there is no `{UPPER_CONSTRAINTS}`"));
        };
        let own: Vec<Pin<'_>> = text
            .lines()
            .filter_map(Pin::of_line)
            .filter(|pin| normalized(pin.name) == normalized(&self.package))
            .collect();
        if own.is_empty() {
            return Edited::AsItIs(format!(
                "`{UPPER_CONSTRAINTS}` does not list `{}`",
                self.package
            ));
        }
        if !own.iter().any(|pin| self.is_for(pin)) {
            return Edited::AsItIs(format!(
                "the lines of `{}` in `{UPPER_CONSTRAINTS}` are for Pythons that `{}` does not support",
                self.package, self.version
            ));
        }
        if let Some(odd) = own.iter().find(|pin| self.is_for(pin) && !is_comparable(pin.version)) {
            return Edited::Refused(format!(
                "`{UPPER_CONSTRAINTS}` has `{}` at `{}`, which is not a version that can be compared",
                self.package, odd.version
            ));
        }
        if !is_comparable(&self.version) {
            return Edited::Refused(format!(
                "`{}` is not a version that can be compared with that of `{}` in `{UPPER_CONSTRAINTS}`",
                self.version, self.package
            ));
        }
        let after: String = text.split_inclusive('\n').map(|line| self.line(line)).collect();
        if after == text {
            return Edited::AsItIs(format!("`{UPPER_CONSTRAINTS}` has it, or a higher version"));
        }
        Edited::Changed(vec![(UPPER_CONSTRAINTS.to_owned(), after)])
    }
}

impl Constraint {
    fn line(&self, line: &str) -> String {
        let Some(pin) = Pin::of_line(line) else { return line.to_owned() };
        let is_own = normalized(pin.name) == normalized(&self.package);
        if !is_own || !self.is_for(&pin) || !self.is_above(pin.version) {
            return line.to_owned();
        }
        format!("{}==={}{}", pin.before, self.version, pin.rest)
    }

    /// Whether the version is above the one in a line. What cannot be compared is left as it is.
    fn is_above(&self, there: &str) -> bool {
        match (self.version.parse::<Version>(), there.parse::<Version>()) {
            (Ok(new), Ok(old)) => new > old,
            _ => false,
        }
    }

    /// Whether a line is for any Python that the version supports. A marker that cannot be read is left alone.
    fn is_for(&self, pin: &Pin<'_>) -> bool {
        let Some(marker) = pin.marker() else { return true };
        let Ok(marker) = Marker::parse(marker) else { return false };
        self.pythons.iter().any(|python| {
            PATCHES.iter().any(|patch| {
                let python = [python.major, python.minor, *patch];
                Platform::ALL
                    .into_iter()
                    .any(|platform| marker.holds(&Environment { python, platform }))
            })
        })
    }
}

/// Whether it is a version of PEP 440.
fn is_comparable(version: &str) -> bool {
    version.parse::<Version>().is_ok()
}

/// A line `name===version;marker`.
struct Pin<'a> {
    /// The name, as written.
    name: &'a str,
    /// Everything before the equals signs.
    before: &'a str,
    version: &'a str,
    /// Everything behind the version.
    rest: &'a str,
}

impl<'a> Pin<'a> {
    fn of_line(line: &'a str) -> Option<Self> {
        let at = line.find("==")?;
        let (before, pinned) = line.split_at(at);
        let name = before.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let pinned = pinned.trim_start_matches('=').trim_start_matches([' ', '\t']);
        let end = pinned.find(|c: char| c.is_whitespace() || matches!(c, ';' | '#' | ','));
        let (version, rest) = pinned.split_at(end.unwrap_or(pinned.len()));
        (!version.is_empty() && !rest.trim_start().starts_with(',')).then_some(Self {
            name,
            before,
            version,
            rest,
        })
    }

    /// What is behind the `;`.
    fn marker(&self) -> Option<&'a str> {
        let (_, marker) = self.rest.split_once(';')?;
        let marker = marker.split(" #").next().unwrap_or(marker).trim();
        (!marker.is_empty()).then_some(marker)
    }
}

#[cfg(test)]
mod tests {
    use super::{Constraint, UPPER_CONSTRAINTS};
    use crate::facts::pushed_files::Tree;
    use crate::git::AtPath;
    use crate::package::Python;
    use crate::steps::proposing::{Edited, edited};

    fn after(text: &str, package: &str, version: &str, minors: &[u64]) -> String {
        let pythons = minors.iter().map(|minor| Python { major: 3, minor: *minor }).collect();
        let edit = Constraint { package: package.to_owned(), version: version.to_owned(), pythons };
        text.split_inclusive('\n').map(|line| edit.line(line)).collect()
    }

    #[test]
    fn every_line_of_the_package_is_set_and_nothing_else_changes() {
        let text = "# oslo.config===1\noslo.config===9.1.0\r\nOslo_Config==9.0.0 ; python_version=='3.9'\noslo.config-x===3\n\nother===1";
        let expected = "# oslo.config===1\noslo.config===9.2.0\r\nOslo_Config===9.2.0 ; python_version=='3.9'\noslo.config-x===3\n\nother===1";
        let set = after(text, "oslo-config", "9.2.0", &[9, 10]);
        assert_eq!(set, expected);
    }

    #[test]
    fn what_cannot_be_compared_is_refused_by_name() {
        let pythons = vec![Python { major: 3, minor: 12 }];
        for (there, new) in [("banana", "2.0.0"), ("1.0.0", "banana")] {
            let edit =
                Constraint { package: "x".into(), version: new.into(), pythons: pythons.clone() };
            let file = AtPath::File(format!("x==={there}\n").into_bytes());
            let tree = Tree::from([(UPPER_CONSTRAINTS.to_owned(), file)]);
            let Edited::Refused(why) = edited(&edit, &tree) else { panic!("{there} {new}") };
            assert!(why.contains("`banana`"), "{why}");
        }
    }

    #[test]
    fn no_version_is_lowered_and_other_pythons_are_left_alone() {
        let two = "glance_store===4.10.0;python_version=='3.9'\nglance_store===5.2.0;python_version>='3.10'\n";
        let set = after(two, "glance-store", "5.3.0", &[10, 11, 12]);
        assert_eq!(set, two.replace("5.2.0", "5.3.0"));
        for (there, version) in
            [("0.10.2.post0", "0.10.2"), ("2.0.0", "2.0.0rc1"), ("1.10", "1.9"), ("1.0", "1.0.0")]
        {
            let line = format!("x==={there}\n");
            assert_eq!(after(&line, "x", version, &[12]), line, "{there} {version}");
        }
        assert_eq!(after("x===1.0;nonsense\n", "x", "2", &[12]), "x===1.0;nonsense\n");
        assert_eq!(after("x>=1,==2\n", "x", "3", &[12]), "x>=1,==2\n");
    }
}
