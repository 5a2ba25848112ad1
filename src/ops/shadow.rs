//! What `apply` would have made, compared with what other jobs made. Nothing is written, not even the ledger.

use std::fs;
use std::path::{Path, PathBuf};

use super::apply::{ApplyOptions, asked_for};
use super::mails::Writer;
use super::plan::plan_with;
use crate::facts::pushed::{PushedBranch, PushedSignature, PushedTag, TagWithSignature};
use crate::facts::{Answer, Facts, Sources, gather};
use crate::git::{Signature, patch};
use crate::ledger::LedgerState;
use crate::plan::{Occasion, PlannedRelease, State, Step};
use crate::report::shadow::{Agreement, Shadow, Thing};
use crate::steps::announcement::ACTION as ANNOUNCE;
use crate::steps::tag::TAG;
use crate::text::mail::{ReadMail, mails};
use crate::tree::record::Record;
use crate::workspace::{Failure, Workspace};

/// Compares what the merged requests ask for with what is there. `old_mails` is an mbox, or a directory of mails: what the
/// other jobs sent.
///
/// # Errors
/// When nothing can be looked at.
pub fn shadow(
    workspace: &mut Workspace,
    options: &ApplyOptions,
    old_mails: Option<&PathBuf>,
) -> Result<Shadow, Failure> {
    let sent = old_mails.map(|path| read_mails(path)).transpose()?;
    let ledger = workspace.read_ledger()?;
    // A range that is named counts, wherever tagkeeper itself is.
    let state = match options.since {
        Some(_) => LedgerState::default(),
        None => ledger.state().map_err(Failure::outside)?,
    };
    let (request, _) = asked_for(options, workspace, &state)?;
    let sources = workspace.sources()?;
    let asked = (Occasion::Request, options.ground);
    let plan = plan_with(workspace, &request, &sources, &ledger, asked)?.plan;
    let facts = facts(&plan.releases, workspace.jobs, &sources);
    let looking = Looking { workspace, record: &request.head, sources: &sources, facts, sent };
    let things = plan.releases.iter().flat_map(|release| looking.at_release(release)).collect();
    Ok(Shadow::of(plan.head, things))
}

/// What is there of what the plan would make.
fn facts(releases: &[PlannedRelease], jobs: usize, sources: &Sources) -> Facts {
    let mut asks = crate::facts::Asks::default();
    for step in releases.iter().flat_map(|release| &release.steps) {
        if step.action.kind == TAG {
            asks.put(tag_of(step));
            asks.put(PushedSignature::of(&step.repo, step.action.name()));
        } else if step.pushes() {
            branch_of(step).into_iter().for_each(|branch| asks.put(branch));
        }
    }
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, jobs);
    facts
}

fn tag_of(step: &Step) -> PushedTag {
    PushedTag { repo: step.repo.clone(), name: step.action.name().to_owned() }
}

fn branch_of(step: &Step) -> Option<PushedBranch> {
    let (repo, name) = (step.repo.clone(), step.action.name().to_owned());
    Some(PushedBranch { repo, name, point: step.action.commit? })
}

fn read_mails(path: &Path) -> Result<Vec<ReadMail>, Failure> {
    let doing = |error: std::io::Error| {
        Failure::usage(format!("reading the old mails in {}: {error}", path.display()))
    };
    if !path.is_dir() {
        return Ok(mails(&fs::read(path).map_err(doing)?));
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(doing)? {
        let file = entry.map_err(doing)?.path();
        if file.is_file() {
            found.extend(mails(&fs::read(&file).map_err(doing)?));
        }
    }
    Ok(found)
}

/// The plan is in conflict here, and says why.
fn no_commit() -> Verdict {
    (Agreement::NotCompared, "the file names no full commit id".to_owned(), Vec::new())
}

/// What things are compared with.
struct Looking<'a> {
    workspace: &'a Workspace,
    record: &'a Record,
    sources: &'a Sources,
    facts: Facts,
    /// The mails that the other jobs sent, where they were given.
    sent: Option<Vec<ReadMail>>,
}

/// How a thing compares, why, and the lines that differ.
type Verdict = (Agreement, String, Vec<String>);

impl Looking<'_> {
    fn at_release(&self, release: &PlannedRelease) -> Vec<Thing> {
        let thing = |step: &Step| {
            let (compared, detail, lines) = match step.action.kind.as_str() {
                TAG => self.tag(step),
                ANNOUNCE => self.mail(release, step),
                _ if step.pushes() => self.branch(step),
                _ => return None,
            };
            Some(Thing {
                release: release.title(),
                repo: step.repo.to_string(),
                kind: step.action.noun().to_owned(),
                name: step.action.name().to_owned(),
                compared,
                detail,
                lines,
            })
        };
        release.steps.iter().filter_map(thing).collect()
    }

    fn tag(&self, step: &Step) -> Verdict {
        let Some(wanted) = step.action.commit else { return no_commit() };
        let there = match self.facts.get(&tag_of(step)) {
            Answer::Known(there) => there,
            Answer::Absent => return missing(step),
            Answer::Unknown(why) => return (Agreement::NotCompared, why.to_string(), Vec::new()),
        };
        let question = PushedSignature::of(&step.repo, step.action.name());
        let object = match self.facts.get(&question) {
            Answer::Known(object) => object,
            Answer::Absent => return missing(step),
            Answer::Unknown(why) => return (Agreement::NotCompared, why.to_string(), Vec::new()),
        };
        let planned = step.action.message.as_deref().unwrap_or_default();
        let message = object.message.as_deref().unwrap_or_default();
        let lines = differing(message, planned);
        let mut said = vec![signed(object)];
        let is_there = there.peeled == wanted.oid();
        if !is_there {
            said.push(format!("it is at {}, and the file says {wanted}", there.peeled));
        }
        match lines.len() {
            0 => said.push("the same message".to_owned()),
            _ => said.push("another message".to_owned()),
        }
        let agrees = lines.is_empty() && is_there;
        let compared = if agrees { by_signature(&object.signature) } else { Agreement::Different };
        (compared, said.join("; "), lines)
    }

    fn branch(&self, step: &Step) -> Verdict {
        let Some(branch) = branch_of(step) else { return no_commit() };
        let point = branch.point;
        match self.facts.get(&branch) {
            Answer::Known(there) if there.holds_point => {
                (Agreement::Same, format!("it starts at {point} or contains it"), Vec::new())
            }
            Answer::Known(there) => {
                let words = format!("its tip {} does not contain {point}", there.tip);
                (Agreement::Different, words, Vec::new())
            }
            Answer::Absent => missing(step),
            Answer::Unknown(why) => (Agreement::NotCompared, why.to_string(), Vec::new()),
        }
    }

    fn mail(&self, release: &PlannedRelease, step: &Step) -> Verdict {
        let not = |why: String| (Agreement::NotCompared, why, Vec::new());
        let Some(sent) = &self.sent else {
            return not("the old mails are not given; name them with `--old-mails PATH`".to_owned());
        };
        let is_tag = |other: &&Step| other.repo == step.repo && other.action.kind == TAG;
        let Some(tag) = release.steps.iter().find(is_tag) else {
            return not("its tag is not planned".to_owned());
        };
        let writer =
            Writer { workspace: self.workspace, record: self.record, sources: self.sources };
        let file = self.record.known_file(&release.file);
        let planned = writer.of_tag(tag, step.action.name(), file.as_ref());
        let (subject, text) = match &planned.mail {
            Answer::Known(mail) => mail,
            _ => return not(planned.why().unwrap_or_default()),
        };
        let ours = mails(text.as_bytes()).swap_remove(0);
        let name = step.repo.rsplit('/').next().unwrap_or(&step.repo);
        let is_about = |mail: &&ReadMail| {
            let mut words = mail.subject.split(|c: char| c.is_whitespace() || c == ']');
            words.clone().any(|word| word == name) && words.any(|word| word == step.action.name())
        };
        let Some(theirs) = sent.iter().find(is_about) else { return missing(step) };
        let head = |subject: &str, to: &str, body: &str| {
            format!("Subject: {subject}\nTo: {to}\n\n{}\n", body.trim_end())
        };
        let body = if ours.body.is_empty() { text } else { &ours.body };
        let to = planned.to.join(", ");
        let lines =
            differing(&head(&theirs.subject, &theirs.to, &theirs.body), &head(subject, &to, body));
        match lines.len() {
            0 => (Agreement::Same, "the same mail".to_owned(), lines),
            _ => (Agreement::Different, "another mail".to_owned(), lines),
        }
    }
}

/// What is not there, though tagkeeper would have made it by now.
fn missing(step: &Step) -> Verdict {
    match &step.state {
        State::Held { .. } => (Agreement::Waits, step.state.to_string(), Vec::new()),
        State::Ended(_) | State::Operator(_) => {
            (Agreement::Same, format!("neither is there: {}", step.state), Vec::new())
        }
        state => (Agreement::Missing, format!("it is not there: {state}"), Vec::new()),
    }
}

/// How a tag compares whose commit and message are those that tagkeeper would have written.
fn by_signature(signature: &Signature) -> Agreement {
    match signature {
        Signature::Good(_) => Agreement::Same,
        Signature::None | Signature::Bad(_) => Agreement::Different,
        Signature::NotVerified(_) => Agreement::NotCompared,
    }
}

fn signed(object: &TagWithSignature) -> String {
    match (&object.message, &object.signature) {
        (None, _) => "a lightweight tag".to_owned(),
        (_, Signature::Good(by)) => format!("signed by {by}"),
        (_, Signature::None) => "not signed".to_owned(),
        (_, Signature::Bad(why)) => format!("its signature is not ours: {why}"),
        (_, Signature::NotVerified(why)) => format!("its signature was not verified: {why}"),
    }
}

/// The lines that differ, those of `theirs` behind `-` and those of `ours` behind `+`.
fn differing(theirs: &str, ours: &str) -> Vec<String> {
    let (theirs, ours) = (plain(theirs), plain(ours));
    let Ok(patch) = patch("text", &theirs, &ours) else { return vec![format!("+{ours}")] };
    let body = patch.lines().skip_while(|line| !line.starts_with("@@"));
    body.filter(|line| line.starts_with(['+', '-'])).map(str::to_owned).collect()
}

/// Text without the signature below it, and without blanks at the ends of lines.
fn plain(text: &str) -> String {
    let said = text.lines().take_while(|line| !line.starts_with("-----BEGIN "));
    let mut lines: Vec<&str> = said.map(str::trim_end).collect();
    while lines.last() == Some(&"") {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::{by_signature, differing};
    use crate::git::Signature;
    use crate::report::shadow::Agreement;

    #[test]
    fn only_the_lines_that_differ_are_shown() {
        let theirs = "a 1 release\n\nmeta:team: x\nmeta:pypi: yes\n-----BEGIN PGP SIGNATURE-----\n";
        let ours = "a 1 release\n\nmeta:team: y\nmeta:pypi: yes \n\n";
        assert_eq!(differing(theirs, ours), ["-meta:team: x", "+meta:team: y"]);
        assert_eq!(differing(ours, ours), [""; 0]);
    }

    #[test]
    fn a_signature_that_nobody_could_verify_is_not_the_same() {
        let unknown = Signature::NotVerified("no public key".to_owned());
        assert_eq!(by_signature(&unknown), Agreement::NotCompared);
        assert_eq!(by_signature(&Signature::None), Agreement::Different);
    }
}
