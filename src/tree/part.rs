//! Names of the record that become one part of a path or an address, such as that of a deliverable.

/// Bytes of the longest name that every file system takes with an ending.
const LONGEST: usize = 200;

/// Why a name cannot be one part of a path: a phrase that goes after the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// There is no character.
    #[error("is empty")]
    Empty,
    /// `..`, or a hidden file.
    #[error("begins with a dot")]
    Dot,
    /// More bytes than a file system takes.
    #[error("is longer than {LONGEST} bytes")]
    Long,
    /// A character that means something in paths, addresses or pages, or that nobody sees.
    #[error("contains `{}`", shown(*.0))]
    Character(char),
}

/// Checks that `name` can be one part of a path, of an address and of a page: letters and digits of any script, `.`, `_`, `-`
/// and `+`.
///
/// # Errors
/// Why not.
pub fn check_part(name: &str) -> Result<(), PartError> {
    let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    if name.is_empty() {
        return Err(PartError::Empty);
    }
    if name.starts_with('.') {
        return Err(PartError::Dot);
    }
    if name.len() > LONGEST {
        return Err(PartError::Long);
    }
    name.chars().find(|c| !is_allowed(*c)).map_or(Ok(()), |c| Err(PartError::Character(c)))
}

fn shown(c: char) -> String {
    match c {
        '"' | '\'' | '\\' => c.to_string(),
        c => c.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::check_part;

    #[test]
    fn a_name_is_one_part_of_a_path_or_refused() {
        for name in ["oslo.config", "puppet-nova", "2026.2", "größe", "a+b", "x_y"] {
            assert_eq!(check_part(name), Ok(()));
        }
        for (name, why) in [
            ("", "is empty"),
            ("..", "begins with a dot"),
            (".git", "begins with a dot"),
            ("a/b", "contains `/`"),
            ("a\\b", "contains `\\`"),
            ("a b", "contains ` `"),
            ("a\nb", "contains `\\n`"),
            ("a\"b", "contains `\"`"),
            ("a\u{202e}b", "contains `\\u{202e}`"),
            ("a%2fb", "contains `%`"),
        ] {
            let error = check_part(name).map_err(|error| error.to_string());
            assert_eq!(error, Err(why.to_owned()));
        }
        assert!(check_part(&"x".repeat(201)).is_err());
    }
}
