//! The comment on a change whose steps failed: a table of what was done and what was not.

use super::repeated::Repeated;
use crate::apply::{ReleaseOutcome, StepOutcome};
use crate::plan::StepResult;
use crate::text::one_line;

/// Bytes of the whole message at most; a server takes 16,384.
const LONGEST: usize = 12_000;
/// Bytes of the reason of one step at most.
const LONGEST_REASON: usize = 300;

/// The message for the change that requested `releases`; `None` if none of them failed. A held step has not failed.
///
/// The same outcome gives the same text. Its lines are indented: Gerrit shows such lines as they are. `run_again` is the
/// command that runs the job once more, where the site names one.
pub fn message(releases: &[&ReleaseOutcome], run_again: Option<&str>) -> Option<String> {
    let table = table(releases)?;
    let at_once = run_again
        .map(|command| format!(" To run it at once:\n\n    {}", one_line(command)))
        .unwrap_or_default();
    Some(format!(
        "tagkeeper could not do everything that this change asks for:\n\n{table}\n\nThe rest is pending: fix the cause, and the next run \
         does it. Steps that are done are not repeated.{at_once}"
    ))
}

/// The steps of `releases`, a line each; `None` if none of them failed.
pub fn table(releases: &[&ReleaseOutcome]) -> Option<String> {
    let is_wrong = |release: &&&ReleaseOutcome| {
        release
            .steps
            .iter()
            .any(|step| step.did.is_bad() || matches!(step.did, StepResult::NotBegun(_)))
    };
    let n_wrong = releases.iter().filter(is_wrong).count();
    if n_wrong == 0 {
        return None;
    }
    let steps: Vec<&StepOutcome> = releases.iter().flat_map(|release| &release.steps).collect();
    let names: Vec<String> = steps.iter().map(|step| name(step)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut repeated = Repeated::default();
    let mut lines: Vec<String> = names
        .iter()
        .zip(&steps)
        .map(|(name, step)| {
            let padding = " ".repeat(widest - name.chars().count());
            let reason = match &step.did {
                did if did.is_settled() => {
                    repeated.interrupt();
                    did.to_string()
                }
                did => repeated.result(&step.repo, did, &did.to_string()),
            };
            let reason = cut(&one_line(&reason), LONGEST_REASON);
            format!("    {:8} {name}{padding}  {reason}", word(&step.did))
        })
        .collect();
    let unsaid = fit(&mut lines);
    if unsaid > 0 {
        lines.push(format!("    and {unsaid} more; see the log of the job"));
    }
    Some(lines.join("\n"))
}

fn name(step: &StepOutcome) -> String {
    one_line(&format!("{} of {}", step.action.label(), step.repo))
}

/// Whether it was done, in a word.
fn word(did: &StepResult) -> &'static str {
    match did {
        StepResult::Made(_) | StepResult::WasThere(_) | StepResult::Open(_) => "done",
        StepResult::Ended(_) | StepResult::Operator(_) => "left",
        StepResult::Held { .. } | StepResult::Unsent(_) | StepResult::NotBegun(_) => "waits",
        StepResult::Conflict(_) | StepResult::Refused(_) | StepResult::Failed(_) => "NOT DONE",
        StepResult::Unknown(_) => "UNKNOWN",
    }
}

/// Drops the lines that do not fit, and returns how many.
fn fit(lines: &mut Vec<String>) -> usize {
    let mut bytes = 0;
    let fitting = lines
        .iter()
        .take_while(|line| {
            bytes += line.len() + 1;
            bytes <= LONGEST
        })
        .count();
    let unsaid = lines.len() - fitting;
    lines.truncate(fitting);
    unsaid
}

fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(most)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Action, PlannedRelease};

    fn release(steps: Vec<StepOutcome>) -> ReleaseOutcome {
        let planned = PlannedRelease {
            file: "deliverables/hibiscus/widget.yaml".to_owned(),
            deliverable: "widget".to_owned(),
            series: "hibiscus".to_owned(),
            version: Some("1.1.0".to_owned()),
            commit: None,
            overrides: Vec::new(),
            steps: Vec::new(),
        };
        ReleaseOutcome { planned, steps }
    }

    fn action(kind: &str, noun: &str) -> Action {
        Action {
            kind: kind.to_owned(),
            name: "1.1.0".to_owned(),
            item: None,
            commit: None,
            message: None,
            patch: None,
            noun: Some(noun.to_owned()),
            full_ref: None,
            needs: Vec::new(),
        }
    }

    fn tag(repo: &str, did: StepResult) -> StepOutcome {
        let action = action("tag", "tag");
        StepOutcome { repo: repo.parse().unwrap(), action, did }
    }

    #[test]
    fn a_site_says_how_its_job_is_run_again() {
        let one = release(vec![tag("a/b", StepResult::Failed("disk full".to_owned()))]);
        let said = message(&[&one], Some("zuul-client enqueue-ref\n forged")).unwrap();
        let (_, last) = said.rsplit_once("To run it at once:\n\n").unwrap();
        assert!(
            last.starts_with("    zuul-client enqueue-ref") && last.lines().count() == 1,
            "{last}"
        );
    }

    #[test]
    fn every_step_has_a_line_that_says_whether_it_was_done() {
        let refused =
            StepResult::Refused("not permitted: create signed tag\u{1b}[31m\nforged".to_owned());
        let announce = StepOutcome {
            repo: "garden/long-widget".parse().unwrap(),
            action: action("announce", "announcement"),
            did: StepResult::NotBegun("its tag was not made".to_owned()),
        };
        let made = StepResult::Made("4f1c".to_owned());
        let one =
            release(vec![tag("garden/widget", made), tag("garden/long-widget", refused), announce]);
        insta::assert_snapshot!(message(&[&one], None).unwrap());
    }

    #[test]
    fn nothing_is_said_where_all_is_done_or_waits_for_its_time() {
        let held = StepResult::Held { until: None, reason: "outside its window".to_owned() };
        let done = release(vec![tag("garden/a", StepResult::WasThere("so".to_owned()))]);
        let waiting = release(vec![tag("garden/a", held)]);
        assert_eq!(message(&[&done, &waiting], None), None);
    }

    #[test]
    fn it_fits_into_a_message_however_much_went_wrong() {
        let why = "é".repeat(20_000);
        let failed = |n: u32| tag("garden/a", StepResult::Failed(format!("{n}{why}")));
        let one = release((0..200).map(failed).collect());
        let told = message(&[&one], None).unwrap();
        assert!(told.len() < 16_000, "{}", told.len());
        assert!(told.contains("more; see the log of the job"), "{told}");
    }
}
