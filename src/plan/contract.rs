//! What a kind of step says about itself. Nothing else knows a kind.

use super::requested::Part;
use super::result::StepResult;
use super::step::{Action, Step};
use super::work::Prepared;
use crate::facts::{Asks, Facts};
use crate::ledger::StepName;

/// How a kind of step is named and planned; pure.
pub trait StepKind {
    /// The word for it in plans and outcomes, such as `tag`.
    fn action(&self) -> &'static str;

    /// What it makes, as messages call it.
    fn noun(&self) -> &'static str {
        self.action()
    }

    /// The ref that it makes at the remote; `None` where it makes none.
    fn full_ref(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// The kinds of steps of the same repository that must be done before it.
    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether its failure keeps nothing else of its release back.
    fn is_apart(&self) -> bool {
        false
    }

    /// What the ledger remembers of it.
    fn memory(&self) -> Memory;

    /// What it wants to know about a part of a request. Asked again with what was found out, until nothing new is asked.
    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks);

    /// The steps that a part of a request asks for, each with its state; `before` are those of earlier kinds.
    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step>;
}

/// What the ledger remembers of a kind of step, and under which name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Nothing: it is not carried out.
    Nothing,
    /// That it was begun and done. Whether it is there, the remote says: a step that was begun is simply done again.
    Beside(&'static str),
    /// Whether it was done, because no remote can be asked. A step that was begun and not noted as done is never repeated by
    /// itself.
    Only(&'static str),
}

impl Memory {
    /// The name in the ledger.
    pub fn name(self) -> Option<StepName> {
        match self {
            Self::Nothing => None,
            Self::Beside(name) | Self::Only(name) => Some(StepName::new(name)),
        }
    }

    /// Whether the ledger calls one of its steps by that name.
    pub fn covers(self, name: &StepName) -> bool {
        let name = name.to_string();
        self.name().is_some_and(|own| {
            let rest = name.strip_prefix(&own.to_string());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    }

    /// Which of several a step of the kind is, by its name in the ledger.
    pub fn item_of(self, name: &StepName) -> Option<String> {
        let (own, name) = (self.name()?.to_string(), name.to_string());
        name.strip_prefix(&own)?.strip_prefix(' ').map(str::to_owned)
    }

    /// The name in the ledger of one step of the kind: each of several has its own.
    pub fn name_of(self, action: &Action) -> Option<StepName> {
        let (name, item) = (self.name()?, action.item.as_ref());
        Some(item.map_or(name.clone(), |item| StepName::new(&format!("{name} {item}"))))
    }
}

/// How a kind of step is carried out, with tools of type `T`.
pub trait CarryOut<T>: StepKind {
    /// Looks at what it needs before anything of its release leaves this machine.
    ///
    /// # Errors
    /// A phrase that says what is missing; nothing of the release is begun then.
    fn preflight(&self, step: &Step, tools: &T) -> Result<(), String> {
        let _ = (step, tools);
        Ok(())
    }

    /// Makes what will be sent. Nothing leaves this machine yet.
    ///
    /// # Errors
    /// The result of a step that cannot be carried out.
    fn prepare<'t>(&self, about: &About<'t>, tools: &'t T) -> Result<Prepared<'t>, StepResult>;

    /// Whether what is there is what runs of ours were about to make; they noted `objects`. What names no commit is known by
    /// what it says.
    fn is_at(&self, step: &Step, objects: &[String], tools: &T) -> bool {
        let _ = tools;
        step.action.commit.as_ref().is_none_or(|commit| objects.contains(&commit.to_string()))
    }
}

/// A step that is to be carried out.
#[derive(Clone, Copy, Debug)]
pub struct About<'t> {
    /// The step.
    pub step: &'t Step,
    /// The deliverable file of its release.
    pub file: &'t str,
    /// The deliverable.
    pub deliverable: &'t str,
}
