//! The only place that starts git, and the only one that knows libgit2.
//!
//! Reading goes on in process ([`Repository`]); the network and everything that writes goes through the git
//! program ([`Git`]).

mod ancestry;
mod annotated;
mod arrivals;
mod bring;
mod cause;
pub(crate) mod child;
mod command;
mod commit;
mod content;
mod copy;
mod difference;
mod environment;
mod error;
mod gpg_home;
mod history;
mod keyring;
mod lock;
mod login;
mod mirror;
mod name;
mod notes;
mod object;
mod outgoing;
mod partial;
mod place;
mod program;
mod push;
mod refs;
mod remote;
mod repository;
mod scratch;
mod shallow;
mod sign;
mod stamp;
mod status;
mod tag;
mod trees;
mod verify;
mod watchdog;

pub use ancestry::Ancestor;
pub use annotated::{TagObject, Tagger};
pub use arrivals::Arrival;
pub use bring::bring_ref;
pub(crate) use cause::Cause;
pub use command::{GitCommand, Output};
pub use commit::commit_files;
pub use content::{TreeBlob, TreeItem, TreeKind};
pub use error::{GitError, mask_credentials};
pub use git2::Oid;
pub use history::{CommitInfo, Moment};
pub use mirror::{Freshness, Mirrors};
pub use name::{BadRepoName, RepoName};
pub use object::OtherObject;
pub use program::Git;
pub use push::{Destination, PushAnswer};
pub use refs::{Refs, TagRef, ls_remote, ls_remote_trunk};
pub use remote::RemoteUrl;
pub use repository::Repository;
pub use scratch::Scratch;
pub use sign::{KeyError, KeyInfo, Signer};
pub use tag::{Identity, SignedTag, TagContent, TagError, TagTime, create_signed_tag};
pub use trees::{Directories, TreeChange, TreeSide};
pub use verify::{BadSignature, Keys, Signature, signature_of, verify_tag};
