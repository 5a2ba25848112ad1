//! Refs that cannot stand next to each other: git keeps a ref as a file, so `stable` is in the way of `stable/2026.2`, and the
//! other way round. Servers refuse the second one whatever they store refs in.

use std::collections::BTreeMap;

/// The name in `names` that is in the way of `name`: a part of its path, or a path below it.
pub fn in_the_way<'n, T>(names: &'n BTreeMap<String, T>, name: &str) -> Option<&'n str> {
    let mut above = name.match_indices('/').map(|(end, _)| &name[..end]);
    let above = above.find_map(|part| names.get_key_value(part)).map(|(found, _)| found.as_str());
    above.or_else(|| {
        let folder = format!("{name}/");
        let (found, _) = names.range(folder.clone()..).next()?;
        found.starts_with(&folder).then_some(found.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::in_the_way;

    #[test]
    fn a_part_of_the_path_and_a_path_below_are_in_the_way() {
        let names = |names: &[&str]| names.iter().map(|name| (String::from(*name), ())).collect();
        for (there, wanted, expected) in [
            (vec!["stable"], "stable/2026.2", Some("stable")),
            (vec!["a/b"], "a/b/c/d", Some("a/b")),
            (vec!["1.1.0/x", "1.1.1"], "1.1.0", Some("1.1.0/x")),
            (vec!["stable/2026.2"], "stable/2026.2", None),
            (vec!["stable-x", "stable/2026.1", "stab"], "stable/2026.2", None),
            (vec!["1.1.0-x", "1.1.00/y"], "1.1.0", None),
        ] {
            assert_eq!(in_the_way(&names(&there), wanted), expected, "{there:?} {wanted}");
        }
    }
}
