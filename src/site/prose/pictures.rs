//! Pictures of the site's own.

use std::sync::LazyLock;

use regex::Regex;

use super::super::mistake::Mistake;

/// How the names of pictures end. They go into the site as they are.
pub(super) const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "svg"];

/// What runs when a picture is opened on its own, where no policy of a page holds.
static RUNS: LazyLock<Regex> = LazyLock::new(|| {
    let tag = r"<\s*(\w+:)?(script|handler|foreignObject|iframe)\b|<!ENTITY";
    let value = r#"[\s"']on\w+\s*=|javascript\s*:|data\s*:\s*text"#;
    Regex::new(&format!("(?i){tag}|{value}")).expect("it is well-formed")
});

/// What is wrong with the picture in `file`, whose content is text.
pub(super) fn checked(file: &str, text: &str) -> Option<Mistake> {
    let found = RUNS.find(text)?;
    let message = format!("the picture has `{}`, which may run a script", found.as_str().trim());
    let help = "keep to shapes and texts: a reader can open the picture outside its page";
    Some(Mistake::error(file, None, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_picture_that_runs_something_is_refused() {
        for harm in [
            "<svg><script>x</script></svg>",
            "<svg:svg><svg:SCRIPT href='x'/></svg:svg>",
            "<svg onload='x'/>",
            "<svg><a xlink:href=\"javascript:x\"/></svg>",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>",
            "<svg><foreignObject><p/></foreignObject></svg>",
        ] {
            assert!(checked("a.svg", harm).is_some(), "{harm}");
        }
        let calm =
            "<svg><title>On=1, a description</title><path d='M0 0'/><text>script</text></svg>";
        assert_eq!(checked("a.svg", calm), None);
    }
}
