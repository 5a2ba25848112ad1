//! Releases by which a template is tried before anything is pushed.

use jiff::Timestamp;

use super::{
    BugTracker, News, ReleaseLinks, Released, ReleasedCommit, ReleasedSeries, SeriesPhase,
    SignedBy, Since,
};
use crate::facts::needs::{ChangedRequirement, Needs, RequirementChange};
use crate::notes::{Notes, NotesConfig, ReleaseNote};
use crate::steps::tag::message::Stage;
use crate::tree::RepoName;

/// A release that has everything a template may name, one that has nothing of it, and the end of a series.
pub(super) fn samples() -> [(Released, News); 3] {
    let end = Released { version: text("2026.1-eol"), ..full() };
    [(full(), news()), (empty(), News::default()), (end, News::default())]
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn empty() -> Released {
    Released {
        repo: RepoName::parse("garden/rose").expect("a repository name"),
        short_name: text("rose"),
        version: text("1.0.0.0b1"),
        stage: Stage::Milestone,
        team: text("florists"),
        deliverable: text("rose"),
        series: ReleasedSeries { name: text("orchid"), phase: SeriesPhase::Development },
        is_first_full_release: false,
        commit: "1".repeat(40),
        tagged: Timestamp::UNIX_EPOCH,
        links: ReleaseLinks::default(),
        since: Since::Beginning,
        changes: Vec::new(),
        diffstat: String::new(),
        requirement_changes: Vec::new(),
        overrides: Vec::new(),
        signed_by: SignedBy::Later,
        notes: Vec::new(),
    }
}

fn full() -> Released {
    Released {
        version: text("1.1.0"),
        stage: Stage::Release,
        deliverable: text("roses"),
        series: ReleasedSeries { name: text("orchid"), phase: SeriesPhase::Stable },
        is_first_full_release: true,
        links: ReleaseLinks {
            bugs: Some(BugTracker::Launchpad(text("https://bugs.example.org/rose"))),
            source: Some(text("https://git.example.org/garden/rose")),
            release_notes: Some(text("https://docs.example.org/rose")),
            pypi: Some(text("https://index.example.org/rose")),
            download: Some(text("https://tarballs.example.org/rose")),
        },
        since: Since::Version(text("1.0.0")),
        changes: vec![ReleasedCommit { hash: text("1111111"), subject: text("Grow") }],
        diffstat: text(" rose.py | 1 +\n 1 file changed, 1 insertion(+)\n"),
        requirement_changes: vec![text("+soil>=1")],
        overrides: vec![text("late-in-week: urgent")],
        signed_by: SignedBy::Key("A".repeat(40)),
        notes: vec![text("Its tag waited.")],
        ..empty()
    }
}

fn news() -> News {
    let note = ReleaseNote {
        file: text("releasenotes/notes/grow-1111111111111111.yaml"),
        prelude: Some(text("It grows.")),
        sections: vec![(text("features"), vec![text("It grows.")])],
    };
    let sections = NotesConfig::default().sections;
    let need = ChangedRequirement {
        name: text("soil"),
        file: text("requirements.txt"),
        extra: Some(text("pot")),
        change: RequirementChange::Added,
        before: None,
        after: Some(text("soil>=1")),
    };
    News {
        notes: Notes { notes: vec![note], bad: Vec::new(), sections },
        description: Some(text("A rose")),
        needs: Needs { changes: vec![need], ..Needs::default() },
        request: Some(text("https://review.example.org/q/I1")),
    }
}
