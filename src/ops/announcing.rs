//! Announcing one tag, for the commands that do.

use crate::apply::Did;
use crate::facts::repository::Remote;
use crate::facts::{Answer, Sources};
use crate::git::{Git, Signer, verify_tag};
use crate::publish::{Announced, Announcer, TagAtHand, released};
use crate::tree::record::{File, Record};
use crate::workspace::Workspace;

/// What is at hand to read a tag back.
pub(super) struct TagReader<'a> {
    pub(super) workspace: &'a Workspace,
    /// The record that lists the release.
    pub(super) record: &'a Record,
    /// Opened after the tag was made.
    pub(super) sources: &'a Sources,
    pub(super) git: &'a Git,
    /// The key that its signature is held against, where it is known.
    pub(super) signer: Option<&'a Signer>,
}

impl TagReader<'_> {
    /// Announces the tag `version` of `repo`, which `file` lists, unless that was done.
    pub(super) fn announce(
        &self,
        (repo, version): (&str, &str),
        file: &File,
        announcer: &Announcer<'_>,
    ) -> Did {
        let opened = match self.sources.open(repo, Remote::Push) {
            Answer::Known(opened) => opened,
            Answer::Absent => return Did::Failed(format!("there is no repository `{repo}`")),
            Answer::Unknown(why) => return Did::Failed(why.to_string()),
        };
        let read = opened.ask(|repository| {
            let object = opened.refs.tags.get(version).map(|tag| tag.object);
            let signed_by = object.zip(self.signer).and_then(|(object, signer)| {
                verify_tag(self.git, repository.git_dir(), object, signer)
                    .inspect_err(|error| log::warn!("tag {version} of {repo}: {error}"))
                    .ok()
            });
            let tag = TagAtHand {
                repo,
                version,
                repository,
                refs: &opened.refs,
                file,
                record: self.record,
                config: &self.workspace.config,
                signed_by,
            };
            Ok(Some(released(&tag)))
        });
        let released = match read {
            Answer::Known(Ok(released)) => released,
            Answer::Known(Err(error)) => return Did::Failed(error.to_string()),
            Answer::Absent => return Did::Failed(format!("there is no repository `{repo}`")),
            Answer::Unknown(why) => return Did::Failed(why.to_string()),
        };
        match announcer.announce(&released) {
            Announced::Sent(said) => Did::Made(said),
            Announced::WasSent(when) => Did::WasThere(format!("the mail went out {when}")),
            Announced::Sending(who) => {
                Did::Held { until: None, reason: format!("{who}; run again later") }
            }
            Announced::Unknown(why) => Did::Unknown(why),
            Announced::NotSent(why) => Did::Failed(why),
        }
    }
}
