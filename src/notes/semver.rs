//! The `Sem-Ver:` lines of commit messages, by which pbr counts.

/// What a commit says about the next version; the stronger sorts last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SemVer {
    /// `bugfix`: a patch.
    Bugfix,
    /// `deprecation`: a minor.
    Deprecation,
    /// `feature`: a minor.
    Feature,
    /// `api-break`: a major.
    ApiBreak,
}

impl SemVer {
    /// As commits write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bugfix => "bugfix",
            Self::Deprecation => "deprecation",
            Self::Feature => "feature",
            Self::ApiBreak => "api-break",
        }
    }

    /// What the lines of `message` say, each once, weakest first. As in pbr a line may be anywhere, in either case, and may
    /// name several, with commas between them; a word that is none of them is passed over.
    pub fn of(message: &str) -> Vec<Self> {
        let all = [Self::Bugfix, Self::Deprecation, Self::Feature, Self::ApiBreak];
        let lines = message.lines().map(|line| line.trim().to_ascii_lowercase());
        let said: Vec<String> = lines
            .filter_map(|line| line.strip_prefix("sem-ver:").map(str::to_owned))
            .flat_map(|words| {
                words.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>()
            })
            .collect();
        all.into_iter().filter(|one| said.iter().any(|word| word == one.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::SemVer::{self, ApiBreak, Bugfix, Deprecation, Feature};

    #[test]
    fn lines_are_read_as_pbr_reads_them() {
        let of = SemVer::of;
        assert_eq!(of("Turn\n\nIt turns.\n\nSem-Ver: feature\nChange-Id: I1"), [Feature]);
        assert_eq!(
            of("Turn\n\nsem-ver: Bugfix,  API-Break\r\n  SEM-VER:deprecation"),
            [Bugfix, Deprecation, ApiBreak]
        );
        assert_eq!(of("Sem-Ver: feature\nSem-Ver: feature"), [Feature]);
    }

    #[test]
    fn other_words_say_nothing() {
        for message in
            ["Sem-Ver: features", "Sem-Ver:", "The Sem-Ver: feature line", "SemVer: feature", ""]
        {
            assert_eq!(SemVer::of(message), [], "{message}");
        }
        assert!(ApiBreak > Feature && Feature > Bugfix);
    }
}
