//! What no remote can show: which mails went out, and how far the releases repository was applied.
//!
//! One JSON file per repository and version (`openstack/oslo.config/9.1.0.json`) and `state.json`, in a directory
//! or as the tree of a ref of the releases repository. Every change is a compare-and-swap: of two runs that begin
//! the same step, one goes ahead.

mod entry;
mod lock;
mod name;
mod note;
mod run;
mod shared;
mod state;
mod statement;
mod store;

pub use entry::{Beginning, Claim, LedgerEntry, Mark, Others, Resolution, StepName, StepRecord};
pub use note::{Note, Noted, Unwritten, Written};
pub use run::{Begun, Run};
pub use shared::{Seen, Shared};
pub use state::{LedgerState, Pending, PendingReason, Sighting, Trouble};
pub use statement::Statement;
pub use store::{Ledger, LedgerDraft, LedgerError, LedgerSnapshot};
