//! Reasons that are on the page already: a host that is away is one matter, however much was to be asked there.

use std::collections::HashSet;

use super::ReviewPage;
use crate::rules::Level;
use crate::text::server_of;

/// Shorter reasons are repeated: looking one up would take longer than reading it.
const SHORT: usize = 60;

/// The reasons that are on the page already.
#[derive(Debug, Default)]
pub(in crate::report) struct ReasonsShown(HashSet<String>);

impl ReasonsShown {
    /// Those that the findings give.
    pub(in crate::report) fn by_findings(page: &ReviewPage<'_>) -> Self {
        let unchecked = page.report.findings.iter();
        let unchecked = unchecked.filter(|finding| finding.level == Level::CouldNotCheck);
        Self(unchecked.map(|finding| matter(&finding.message)).collect())
    }

    /// The reason: in full the first time, then a reference to it.
    pub(in crate::report) fn once(&mut self, why: &str) -> String {
        let is_new = self.0.insert(matter(why));
        if is_new || why.len() < SHORT { why.to_owned() } else { "for the reason above".to_owned() }
    }
}

/// What reasons have in common if one remedy ends both: the server that they name, else their words.
fn matter(why: &str) -> String {
    let servers = why.split([' ', '`', '"', ',', ';']).filter(|word| word.contains("://"));
    let mut servers = servers.filter_map(server_of);
    servers.next().unwrap_or_else(|| why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_told_once() {
        let mut told = ReasonsShown::default();
        let rose = "cannot reach https://git.example.org/garden/rose: the connection was refused";
        let lily = "cannot reach https://git.example.org/garden/lily: the connection was refused";
        let other = "cannot reach https://web.example.org/garden/lily: the connection was refused";
        assert_eq!(told.once(rose), rose);
        assert_eq!(told.once(lily), "for the reason above");
        assert_eq!(told.once(other), other);
        assert_eq!((told.once("no key"), told.once("no key")), ("no key".into(), "no key".into()));
    }
}
