//! Executing a plan with the tools of a workspace.

use super::kinds::kinds;
use super::remotes::Pushing;
use crate::apply::{Executor, Gate, Outcome};
use crate::facts::Sources;
use crate::git::{Git, Keys};
use crate::ledger::{Ledger, LedgerSnapshot};
use crate::plan::Plan;
use crate::steps::{Mails, RunCache, Tools};
use crate::tree::record::Record;
use crate::workspace::{Failure, Workspace};

/// What a plan is executed with.
pub(super) struct Execution<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) git: &'a Git,
    /// The record that lists the releases.
    pub(super) record: &'a Record,
    pub(super) sources: &'a Sources,
    pub(super) ledger: &'a Ledger,
    /// What the ledger said when the plan was made.
    pub(super) noted: &'a LedgerSnapshot,
    pub(super) gate: &'a dyn Gate,
    /// The keys that are ours; why there are none.
    pub(super) keys: Result<&'a Keys, String>,
    pub(super) mails: Option<&'a Mails>,
}

impl Execution<'_> {
    pub(super) fn execute(&self, plan: &Plan) -> Result<Outcome, Failure> {
        let Self { workspace, git, record, sources, ledger, noted, gate, mails, .. } = *self;
        let tagger = workspace.identity(git)?;
        let clock = || workspace.present();
        let tools = Tools {
            git,
            keys: self.keys.clone(),
            key_named_in: workspace.key_named_in(),
            tagger: &tagger,
            now: workspace.now,
            clock: &clock,
            remotes: &Pushing { workspace, sources, git },
            sources,
            ledger,
            record,
            config: &workspace.config,
            gerrit: workspace.gerrit().map_err(|failure| failure.to_string()),
            launchpad: workspace.launchpad_login(),
            storyboard: workspace.storyboard_login(),
            policy: &workspace.policy,
            mails,
            found: RunCache::default(),
        };
        let kinds = kinds();
        let executor = Executor {
            kinds: &kinds,
            tools: &tools,
            gate,
            ledger,
            noted,
            who: &tagger.email,
            clock: &clock,
            jobs: workspace.jobs,
        };
        Ok(executor.execute(plan, &mut |step| log::info!("{step}")))
    }
}
