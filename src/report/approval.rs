//! Who has approved a change and who could, in words.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::text::{Pen, Style};
use crate::approval::{ApprovalVote, Decision, Endorsement, Role, Ruling, Speaker};
use crate::rules::Level;
use crate::text::{json, one_line};

/// Who has approved a change, and who could.
#[derive(Clone, Debug)]
pub struct ApprovalReport {
    /// The number of the change.
    pub change: u64,
    /// The patch set that was looked at.
    pub patchset: u32,
    /// One for each team.
    pub rulings: Vec<Ruling>,
    /// The votes of release managers.
    pub managers: Vec<ApprovalVote>,
    /// What the reader must know about it: lower-case phrases without full stop.
    pub notes: Vec<String>,
    /// Whether it depends on what is unknown: who has to approve, or whether somebody who voted may.
    pub is_undecided: bool,
}

impl ApprovalReport {
    /// Whether every team has approved.
    pub fn is_approved(&self) -> bool {
        !self.is_undecided && self.rulings.iter().all(Ruling::is_approved)
    }

    fn title(&self) -> String {
        format!("change {}, patch set {}", self.change, self.patchset)
    }
}

#[derive(Serialize)]
struct Document<'a> {
    change: u64,
    patchset: u32,
    approved: bool,
    teams: &'a [Ruling],
    release_managers: &'a [ApprovalVote],
    notes: &'a [String],
}

impl Serialize for ApprovalReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Document::of(self).serialize(serializer)
    }
}

impl<'a> Document<'a> {
    fn of(approval: &'a ApprovalReport) -> Self {
        Self {
            change: approval.change,
            patchset: approval.patchset,
            approved: approval.is_approved(),
            teams: &approval.rulings,
            release_managers: &approval.managers,
            notes: &approval.notes,
        }
    }
}

/// Writes it as one JSON document and a line end.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_json(approval: &ApprovalReport, out: &mut dyn Write) -> io::Result<()> {
    json::write(approval, out)
}

/// Writes it: a paragraph for each team, the release managers' votes, and the verdict.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(approval: &ApprovalReport, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    for ruling in &approval.rulings {
        write_ruling(ruling, out, &pen)?;
    }
    if !approval.managers.is_empty() {
        writeln!(out, "{}", pen.frame("release managers"))?;
        for vote in &approval.managers {
            writeln!(out, "  {}", one_line(&vote.to_string()))?;
        }
    }
    for note in &approval.notes {
        writeln!(out, "note: {}", one_line(note))?;
    }
    let missing = approval.rulings.iter().filter(|ruling| !ruling.is_approved());
    let missing: Vec<&str> = missing.map(|ruling| ruling.team.as_str()).collect();
    let change = one_line(&approval.title());
    if approval.is_undecided {
        writeln!(out, "{}", pen.removed(&format!("not known whether {change} is approved")))
    } else if approval.rulings.is_empty() {
        writeln!(out, "{change} touches no deliverable of a team: no approval is needed")
    } else if missing.is_empty() {
        writeln!(out, "{}", pen.added(&format!("{change} is approved")))
    } else {
        let missing = one_line(&missing.join(", "));
        writeln!(out, "{}", pen.removed(&format!("{change} is not approved: {missing}")))
    }
}

fn write_ruling(ruling: &Ruling, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    writeln!(out, "{}", pen.frame(&one_line(&ruling.team)))?;
    match &ruling.decision {
        Decision::Approved(words) => {
            for word in words {
                writeln!(out, "  {} {}", pen.added("approved"), said(word))?;
            }
            return Ok(());
        }
        Decision::Objected(words) => {
            for word in words {
                writeln!(out, "  {} {}", pen.removed("objected"), said(word))?;
            }
        }
        Decision::Missing => {
            let nobody = "nobody who may approve for this team has done so";
            writeln!(out, "  {} {nobody}", pen.level(Level::Warning, "missing "))?;
        }
    }
    if let Some(gap) = &ruling.gap {
        writeln!(out, "  who else may approve for this team is unknown: {}", one_line(gap))?;
    }
    if !ruling.is_known {
        return writeln!(
            out,
            "  governance does not list this team: a release manager may approve"
        );
    }
    if !ruling.has_ptl {
        writeln!(out, "  the team has no lead: its release liaisons may approve")?;
    }
    if ruling.could.is_empty() {
        return writeln!(out, "  it has no release liaison either: a release manager may approve");
    }
    let has_spoken = |speaker: &&Speaker| match &ruling.decision {
        Decision::Objected(words) => words.iter().any(|word| word.speaker == **speaker),
        Decision::Approved(_) | Decision::Missing => false,
    };
    for speaker in ruling.could.iter().filter(|speaker| !has_spoken(speaker)) {
        let role = speaker.role.as_str();
        let person = one_line(&speaker.person.to_string());
        writeln!(out, "  could    {person}, {role}")?;
    }
    Ok(())
}

fn said(word: &Endorsement) -> String {
    let how = match (&word.vote, word.speaker.role) {
        (Some((label, value)), Role::Manager) => {
            format!("in the team's place with {label}{value:+}")
        }
        (Some((label, value)), _) => format!("with {label}{value:+}"),
        (None, _) => "by proposing it".to_owned(),
    };
    let (person, role) = (&word.speaker.person, word.speaker.role.as_str());
    one_line(&format!("{how}: {person}, {role}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::{Leadership, Person};
    use crate::approval::{Managers, PatchsetVotes, WantedApprovals, judge};

    fn person(name: &str) -> Person {
        Person { name: name.to_owned(), email: format!("{name}@example.org"), irc: None }
    }

    fn vote(label: &str, value: i32, by: &str) -> ApprovalVote {
        ApprovalVote { label: label.to_owned(), value, by: person(by) }
    }

    fn told(votes: Vec<ApprovalVote>) -> String {
        let led = |ptl: Option<&str>, liaisons: &[&str]| {
            let liaisons = liaisons.iter().map(|name| person(name)).collect();
            Some(Leadership { ptl: ptl.map(person), liaisons, gap: None })
        };
        let teams = [
            ("roses".to_owned(), led(Some("ann"), &["bob"])),
            ("lilies".to_owned(), led(None, &["cy"])),
            ("moss".to_owned(), led(None, &[])),
            ("weeds".to_owned(), None),
        ];
        let managers = [person("mia")];
        let proposal = PatchsetVotes { uploader: person("ann"), votes };
        let wanted = WantedApprovals {
            teams: &teams,
            managers: Managers::Are(&managers),
            label: "PTL-Approved",
        };
        let rulings = judge(&proposal, wanted);
        let review = [vote("Code-Review", 2, "mia")];
        let approval = ApprovalReport {
            change: 4,
            patchset: 2,
            rulings,
            managers: review.to_vec(),
            notes: vec!["the members of a group are unknown".to_owned()],
            is_undecided: false,
        };
        let mut out = Vec::new();
        write(&approval, &mut out, Style::Plain).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_team_is_told_with_who_could_still_approve() {
        insta::assert_snapshot!(told(vec![vote("Code-Review", -1, "cy")]));
    }

    #[test]
    fn a_release_manager_stands_in_for_all() {
        insta::assert_snapshot!(told(vec![vote("PTL-Approved", 1, "mia")]));
    }
}
