//! Environment markers (PEP 508): where a requirement counts.
//!
//! They are evaluated, never simplified, so that the work is linear in the length of a marker.

mod parse;

use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifier};

/// The condition behind the `;` of a requirement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Marker(Condition);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Condition {
    Any(Vec<Self>),
    All(Vec<Self>),
    Is {
        variable: String,
        comparison: Comparison,
        text: String,
        side: Side,
    },
    /// Of two texts.
    Constant(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Comparison {
    Equal,
    Identical,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Compatible,
    In,
    NotIn,
}

/// Where the variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Left,
    Right,
}

/// A machine on which a package may be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Environment {
    /// Major, minor and patch number of the Python there.
    pub python: [u64; 3],
    /// Its operating system.
    pub platform: Platform,
}

/// An operating system, with what markers can ask about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Platform {
    os_name: &'static str,
    sys_platform: &'static str,
    system: &'static str,
    machine: &'static str,
    implementation: &'static str,
}

impl Platform {
    /// Those that packages distinguish.
    pub const ALL: [Self; 5] = [
        Self::of("posix", "linux", "Linux", "x86_64", "CPython"),
        Self::of("posix", "linux", "Linux", "aarch64", "CPython"),
        Self::of("posix", "linux", "Linux", "x86_64", "PyPy"),
        Self::of("posix", "darwin", "Darwin", "arm64", "CPython"),
        Self::of("nt", "win32", "Windows", "AMD64", "CPython"),
    ];

    const fn of(
        os_name: &'static str,
        sys_platform: &'static str,
        system: &'static str,
        machine: &'static str,
        implementation: &'static str,
    ) -> Self {
        Self { os_name, sys_platform, system, machine, implementation }
    }
}

impl Marker {
    /// Reads what is behind the `;`.
    ///
    /// # Errors
    /// A phrase that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::condition(text).map(Self)
    }

    /// Whether it may hold in this environment. What depends on more than the environment, such as the release of a
    /// kernel, may hold.
    pub fn holds(&self, environment: &Environment) -> bool {
        self.0.holds(environment)
    }
}

impl Condition {
    fn holds(&self, environment: &Environment) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.holds(environment)),
            Self::All(parts) => parts.iter().all(|part| part.holds(environment)),
            Self::Constant(value) => *value,
            Self::Is { variable, comparison, text, side } => match environment.value(variable) {
                Some(value) if is_version(variable) => comparison.of_versions(&value, text, *side),
                Some(value) => comparison.of_texts(&value, text, *side),
                None => true,
            },
        }
    }
}

/// Whether its values compare as versions.
fn is_version(variable: &str) -> bool {
    matches!(variable, "python_version" | "python_full_version" | "implementation_version")
}

impl Environment {
    /// `None` if it does not follow from the environment.
    fn value(&self, variable: &str) -> Option<String> {
        let [major, minor, patch] = self.python;
        let Platform { os_name, sys_platform, system, machine, implementation } = self.platform;
        Some(match variable {
            "python_version" => format!("{major}.{minor}"),
            "python_full_version" | "implementation_version" => format!("{major}.{minor}.{patch}"),
            "os_name" | "os.name" => os_name.to_owned(),
            "sys_platform" | "sys.platform" => sys_platform.to_owned(),
            "platform_system" => system.to_owned(),
            "platform_machine" | "platform.machine" => machine.to_owned(),
            "platform_python_implementation"
            | "python_implementation"
            | "platform.python_implementation" => implementation.to_owned(),
            "implementation_name" => implementation.to_lowercase(),
            // A dependency that names its own extra is not needed without it.
            "extra" => String::new(),
            _ => return None,
        })
    }
}

impl Comparison {
    fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Identical => "===",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Compatible => "~=",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }

    /// The comparison with both sides changed.
    fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            other => other,
        }
    }

    fn of_versions(self, value: &str, text: &str, side: Side) -> bool {
        let comparison = if side == Side::Right { self.turned() } else { self };
        let specifier = VersionSpecifier::from_str(&format!("{}{text}", comparison.symbol()));
        match (specifier, Version::from_str(value)) {
            (Ok(specifier), Ok(version)) => specifier.contains(&version),
            _ => self.of_texts(value, text, side),
        }
    }

    fn of_texts(self, value: &str, text: &str, side: Side) -> bool {
        let (left, right) = match side {
            Side::Left => (value, text),
            Side::Right => (text, value),
        };
        match self {
            Self::Equal | Self::Identical => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            // Means nothing for texts.
            Self::Compatible => true,
            Self::In => right.contains(left),
            Self::NotIn => !right.contains(left),
        }
    }
}

#[cfg(test)]
mod tests;
