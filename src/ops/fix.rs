//! Fixing a request: applies the fixes of its findings to the working tree.

use std::collections::{BTreeMap, HashSet};

use super::check::{CheckOptions, Checked, check};
use super::disk::{changed, text_of, write};
use crate::edit;
use crate::report::Repair;
use crate::report::rewrite::Rewrite;
use crate::rules::{Finding, Fix};
use crate::tree::scope::Base;
use crate::workspace::{Failure, Options, Workspace};

/// How often the rest is judged again: a fix may bring the next one to light.
const ROUNDS: usize = 20;

/// Judges the working tree, applies every fix that does not overlap another, and judges again until there is none left.
/// Then the files are written, each whole or not at all. The findings are those that remain; `report.fixed` lists the rest.
///
/// # Errors
/// Those of [`check`]; also if a revision is judged, which no fix can change, or a file was changed or is no plain file.
pub fn fix(options: &Options, how: CheckOptions) -> Result<Checked, Failure> {
    if options.head.is_some() {
        return Err(Failure::usage("`--fix` changes the working tree, and a revision has none")
            .help("check it out, and run again without `--head`"));
    }
    let mut options = options.clone();
    let workspace = Workspace::open(&options)?;
    let first = workspace.compared();
    let mut checked = check(&workspace, None, how)?;
    // What is fixed is uncommitted work, which would be compared with HEAD.
    options.base = match (&options.base, &first.base) {
        (Base::Automatic, Some(base)) => Base::Revision(base.clone()),
        (Base::Automatic, None) => Base::None,
        (base, _) => base.clone(),
    };
    let mut work = Work::default();
    for _ in 0..ROUNDS {
        if !work.apply(&workspace, &checked)? {
            break;
        }
        options.unsaved = work
            .texts
            .iter()
            .map(|(path, text)| (path.clone(), text.clone().into_bytes()))
            .collect();
        checked = check(&Workspace::open(&options)?, None, how)?;
        checked.report.compared.with = first.with.clone();
    }
    work.write(&workspace)?;
    checked.report.fixed = work.fixed;
    Ok(checked)
}

/// The files as they were, and as they will be.
#[derive(Default)]
struct Work {
    before: BTreeMap<String, String>,
    texts: BTreeMap<String, String>,
    /// Every text that a file had: a fix that leads back to one is not applied.
    seen: HashSet<(String, String)>,
    fixed: Vec<Repair>,
}

impl Work {
    /// Applies the fixes of the findings; false if there is none.
    fn apply(&mut self, workspace: &Workspace, checked: &Checked) -> Result<bool, Failure> {
        let mut by_file: BTreeMap<&str, Vec<(&Finding, &Fix)>> = BTreeMap::new();
        for finding in checked.report.findings.iter().filter(|finding| finding.stands()) {
            let is_file = finding.commit.is_none() && workspace.wants(&finding.file);
            if let Some(fix) = finding.fix.as_ref().filter(|_| is_file) {
                by_file.entry(&finding.file).or_default().push((finding, fix));
            }
        }
        let mut any = false;
        for (path, found) in by_file {
            any |= self.apply_to(workspace, path, &found, checked)?;
        }
        Ok(any)
    }

    fn apply_to(
        &mut self,
        workspace: &Workspace,
        path: &str,
        found: &[(&Finding, &Fix)],
        checked: &Checked,
    ) -> Result<bool, Failure> {
        let text = match self.texts.get(path) {
            Some(text) => text.clone(),
            None => {
                let text = text_of(workspace, path)?.ok_or_else(|| changed(path))?;
                let is_judged =
                    checked.report.sources.get(path).is_some_and(|judged| **judged == *text);
                if !is_judged {
                    return Err(changed(path));
                }
                self.before.insert(path.to_owned(), text.clone());
                self.seen.insert((path.to_owned(), text.clone()));
                text
            }
        };
        let fixes: Vec<&Fix> = found.iter().map(|(_, fix)| *fix).collect();
        let fixed = edit::fix(&text, &fixes);
        if fixed.text == text || !self.seen.insert((path.to_owned(), fixed.text.clone())) {
            return Ok(false);
        }
        let applied = found.iter().zip(&fixed.applied).filter(|(_, applied)| **applied);
        self.fixed.extend(applied.map(|((finding, fix), _)| Repair {
            rule: finding.rule,
            file: path.to_owned(),
            place: finding.place,
            message: finding.message.clone(),
            description: fix.description.clone(),
        }));
        self.texts.insert(path.to_owned(), fixed.text);
        Ok(true)
    }

    /// Writes what differs: either each file is as it was judged, or none is written.
    fn write(&self, workspace: &Workspace) -> Result<(), Failure> {
        let rewrites: Vec<Rewrite> = self
            .texts
            .iter()
            .map(|(path, after)| Rewrite {
                path: path.clone(),
                before: self.before.get(path).cloned(),
                after: after.clone(),
            })
            .collect();
        write(workspace, &rewrites)
    }
}
