//! The pattern of a site's versions: `v{MAJOR}.{MINOR}.{PATCH}`, `{YY}.{0M}[.{PATCH}]`.

use regex::Regex;

use super::PreReleaseKind;

/// A number in a version, by the names that calver.org and semver.org use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Major,
    Minor,
    Patch,
    Year,
    ShortYear,
    Month,
    PaddedMonth,
    Week,
    PaddedWeek,
    Day,
    PaddedDay,
}

/// What a number means for the step from one version to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Major,
    Minor,
    Patch,
    Date,
}

impl Part {
    const ALL: [(&'static str, Self); 12] = [
        ("MAJOR", Self::Major),
        ("MINOR", Self::Minor),
        ("PATCH", Self::Patch),
        ("MICRO", Self::Patch),
        ("YYYY", Self::Year),
        ("YY", Self::ShortYear),
        ("MM", Self::Month),
        ("0M", Self::PaddedMonth),
        ("WW", Self::Week),
        ("0W", Self::PaddedWeek),
        ("DD", Self::Day),
        ("0D", Self::PaddedDay),
    ];

    fn role(self) -> Role {
        match self {
            Self::Major => Role::Major,
            Self::Minor => Role::Minor,
            Self::Patch => Role::Patch,
            _ => Role::Date,
        }
    }

    /// Digits that are read, leading zeros or not; the range is judged after.
    fn digits(self) -> &'static str {
        match self {
            Self::Major | Self::Minor | Self::Patch => "[0-9]{1,9}",
            Self::Year => "[0-9]{4}",
            Self::ShortYear => "[0-9]{1,3}",
            _ => "[0-9]{1,2}",
        }
    }

    fn is_in_range(self, number: u64) -> bool {
        match self {
            Self::Month | Self::PaddedMonth => (1..=12).contains(&number),
            Self::Week | Self::PaddedWeek => (1..=53).contains(&number),
            Self::Day | Self::PaddedDay => (1..=31).contains(&number),
            _ => true,
        }
    }

    fn write(self, number: u64) -> String {
        match self {
            Self::PaddedMonth | Self::PaddedWeek | Self::PaddedDay => format!("{number:02}"),
            _ => number.to_string(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Part(Part),
}

/// How a site writes its versions.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    text: String,
    /// What is always there.
    head: Vec<Piece>,
    /// What is left out when its numbers are 0.
    tail: Vec<Piece>,
    /// The text before and after the number of each kind of pre-release.
    pre_releases: Vec<(PreReleaseKind, String, String)>,
    read: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.pre_releases == other.pre_releases
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A phrase that says what is wrong with it.
    pub(super) fn parse(
        text: &str,
        pre_releases: &[(PreReleaseKind, String)],
    ) -> Result<Self, String> {
        let (head, tail) = match text.split_once('[') {
            None => (text, ""),
            Some((head, rest)) => match rest.strip_suffix(']') {
                Some(tail) if !tail.contains(['[', ']']) => (head, tail),
                _ => {
                    return Err(
                        "`[` and `]` can only enclose one optional part at the end".to_owned()
                    );
                }
            },
        };
        let (head, tail) = (pieces(head)?, pieces(tail)?);
        check_parts(&head, &tail)?;
        let pre_releases = pre_releases.iter().map(|(kind, mark)| {
            let (before, after) = mark.split_once("{N}").ok_or_else(|| {
                format!("`{mark}` does not say where the number goes: write `{{N}}`")
            })?;
            if before.is_empty()
                || before.ends_with(|c: char| c.is_ascii_digit())
                || after.contains("{N}")
            {
                return Err(format!("`{mark}` needs a mark before its number, such as `-rc{{N}}`"));
            }
            check_literal(before)?;
            check_literal(after)?;
            Ok((*kind, before.to_owned(), after.to_owned()))
        });
        let pre_releases = pre_releases.collect::<Result<Vec<_>, String>>()?;
        for (at, one) in pre_releases.iter().enumerate() {
            if pre_releases[..at].iter().any(|other| (&other.1, &other.2) == (&one.1, &one.2)) {
                return Err(format!(
                    "two kinds of pre-release are written `{}{{N}}{}`",
                    one.1, one.2
                ));
            }
        }
        let read = expression(&head, &tail, &pre_releases).map_err(|error| error.to_string())?;
        let pattern = Self { text: text.to_owned(), head, tail, pre_releases, read };
        let example = pattern.write(&[1, 2, 3, 4, 5, 6], None).unwrap_or_default();
        if example.ends_with(".lock") || example.ends_with('.') || example.contains("..") {
            return Err(format!("`{example}` cannot be the name of a tag"));
        }
        Ok(pattern)
    }

    /// As the site writes it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        self.head.iter().chain(&self.tail).filter_map(|piece| match piece {
            Piece::Part(part) => Some(*part),
            Piece::Literal(_) => None,
        })
    }

    /// What each number means.
    pub(super) fn roles(&self) -> Vec<Role> {
        self.parts().map(Part::role).collect()
    }

    /// The number that `text` is. Leading zeros and the text before the first number may be missing or too many.
    pub(super) fn read(&self, text: &str) -> Option<pep440_rs::Version> {
        let found = self.read.captures(text)?;
        let parts = self.parts().enumerate().map(|(at, part)| {
            let number = found
                .name(&format!("p{at}"))
                .map_or(Some(0), |digits| digits.as_str().parse().ok())?;
            let is_optional = found.name(&format!("p{at}")).is_none();
            (is_optional || part.is_in_range(number)).then_some(number)
        });
        let version = pep440_rs::Version::new(parts.collect::<Option<Vec<u64>>>()?);
        let pre = self.pre_releases.iter().enumerate().find_map(|(at, (kind, ..))| {
            Some((*kind, found.name(&format!("k{at}"))?.as_str().parse().ok()?))
        });
        Some(version.with_pre(pre.map(|(kind, number)| pep440_rs::Prerelease {
            kind: match kind {
                PreReleaseKind::Alpha => pep440_rs::PrereleaseKind::Alpha,
                PreReleaseKind::Beta => pep440_rs::PrereleaseKind::Beta,
                PreReleaseKind::Rc => pep440_rs::PrereleaseKind::Rc,
            },
            number,
        })))
    }

    /// How a number is written; `None` where the site has no such pre-releases.
    pub(super) fn write_number(&self, number: &pep440_rs::Version) -> Option<String> {
        let pre = number.pre().map(|pre| match pre.kind {
            pep440_rs::PrereleaseKind::Alpha => (PreReleaseKind::Alpha, pre.number),
            pep440_rs::PrereleaseKind::Beta => (PreReleaseKind::Beta, pre.number),
            pep440_rs::PrereleaseKind::Rc => (PreReleaseKind::Rc, pre.number),
        });
        self.write(number.release(), pre)
    }

    /// How these numbers are written, one for each part of the pattern.
    pub(super) fn write(
        &self,
        numbers: &[u64],
        pre: Option<(PreReleaseKind, u64)>,
    ) -> Option<String> {
        let mut numbers = numbers.iter().copied();
        let mut text = render(&self.head, &mut numbers);
        let rest: Vec<u64> = numbers.collect();
        let in_tail = self.tail.iter().filter(|piece| matches!(piece, Piece::Part(_))).count();
        if rest.iter().take(in_tail).any(|number| *number > 0) {
            text.push_str(&render(&self.tail, &mut rest.into_iter()));
        }
        if let Some((kind, number)) = pre {
            let (_, before, after) = self.pre_releases.iter().find(|(known, ..)| *known == kind)?;
            text.push_str(&format!("{before}{number}{after}"));
        }
        Some(text)
    }

    /// How versions are written, with examples.
    pub(super) fn help(&self) -> String {
        let example = self.parts().map(|part| match part {
            Part::Year => 2026,
            Part::ShortYear => 26,
            Part::Major => 1,
            Part::Minor => 2,
            Part::Patch => 0,
            _ => 6,
        });
        let example: Vec<u64> = example.collect();
        let mut examples = vec![self.write(&example, None)];
        let last = self.pre_releases.last().map(|(kind, ..)| (*kind, 1));
        examples.extend(last.map(|pre| self.write(&example, Some(pre))));
        let examples: Vec<String> =
            examples.into_iter().flatten().map(|text| format!("`{text}`")).collect();
        format!("versions have the form `{}`, such as {}", self.text, examples.join(" or "))
    }
}

fn render(pieces: &[Piece], numbers: &mut impl Iterator<Item = u64>) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Part(part) => part.write(numbers.next().unwrap_or(0)),
    };
    pieces.iter().map(piece).collect()
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a `{` has no `}`")?;
        let part = Part::ALL.iter().find(|(known, _)| *known == name).map(|(_, part)| *part);
        let part = part.ok_or_else(|| {
            let names: Vec<&str> = Part::ALL.iter().map(|(name, _)| *name).collect();
            format!("`{{{name}}}` is not a part of a version; the parts are {}", names.join(", "))
        })?;
        if !literal.is_empty() {
            check_literal(literal)?;
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        pieces.push(Piece::Part(part));
        rest = after;
    }
    if !rest.is_empty() {
        check_literal(rest)?;
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

/// A version becomes the name of a tag and of files.
fn check_literal(text: &str) -> Result<(), String> {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "._+-@".contains(c);
    match text.chars().find(|c| !is_fine(*c)) {
        Some(odd) => Err(format!("`{odd}` cannot be in the name of a tag")),
        None => Ok(()),
    }
}

fn check_parts(head: &[Piece], tail: &[Piece]) -> Result<(), String> {
    let all: Vec<&Piece> = head.iter().chain(tail).collect();
    let parts: Vec<Part> = all
        .iter()
        .filter_map(|piece| if let Piece::Part(part) = piece { Some(*part) } else { None })
        .collect();
    if !head.iter().any(|piece| matches!(piece, Piece::Part(_))) {
        return Err("it has no number, such as `{MAJOR}`".to_owned());
    }
    if let Some(twice) = parts.iter().enumerate().find(|(at, part)| parts[..*at].contains(part)) {
        let name = Part::ALL.iter().find(|(_, part)| part == twice.1).map_or("", |(name, _)| name);
        return Err(format!("`{{{name}}}` occurs twice"));
    }
    let touching = all.windows(2).any(|pair| {
        let ends_in_digit = match pair[0] {
            Piece::Part(_) => true,
            Piece::Literal(text) => text.ends_with(|c: char| c.is_ascii_digit()),
        };
        ends_in_digit
            && match pair[1] {
                Piece::Part(_) => true,
                Piece::Literal(text) => text.starts_with(|c: char| c.is_ascii_digit()),
            }
    });
    if touching {
        return Err(
            "there is nothing between two numbers: separate them, for instance with `.`".to_owned()
        );
    }
    match head.first() {
        Some(Piece::Literal(text)) if text.starts_with(['-', '.']) => {
            Err(format!("the name of a tag cannot begin with `{text}`"))
        }
        _ => Ok(()),
    }
}

fn expression(
    head: &[Piece],
    tail: &[Piece],
    pre_releases: &[(PreReleaseKind, String, String)],
) -> Result<Regex, regex::Error> {
    let mut number = 0;
    let mut source = String::from("^");
    let mut part = |source: &mut String, piece: &Piece, is_first: bool| match piece {
        // A `v` that was forgotten or added does not make another number.
        Piece::Literal(text) if is_first => {
            source.push_str(&format!("(?:{})?", regex::escape(text)));
        }
        Piece::Literal(text) => source.push_str(&regex::escape(text)),
        Piece::Part(part) => {
            if is_first {
                source.push_str("[vV]?");
            }
            source.push_str(&format!("(?P<p{number}>{})", part.digits()));
            number += 1;
        }
    };
    for (at, piece) in head.iter().enumerate() {
        part(&mut source, piece, at == 0);
    }
    if !tail.is_empty() {
        source.push_str("(?:");
        for piece in tail {
            part(&mut source, piece, false);
        }
        source.push_str(")?");
    }
    if !pre_releases.is_empty() {
        let kinds = pre_releases.iter().enumerate().map(|(at, (_, before, after))| {
            format!("{}(?P<k{at}>[0-9]{{1,9}}){}", regex::escape(before), regex::escape(after))
        });
        source.push_str(&format!("(?:{})?", kinds.collect::<Vec<_>>().join("|")));
    }
    source.push('$');
    Regex::new(&source)
}
