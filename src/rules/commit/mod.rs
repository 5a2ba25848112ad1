//! Rules about the commits to tag.

pub(super) mod ancestry;
pub(super) mod branch_membership;
pub(super) mod classifier;
pub(super) mod diff_start;
pub(super) mod empty_release;
pub(super) mod existing_tag;
pub(super) mod gitreview;
pub(super) mod hash_exists;
pub(super) mod hash_format;
pub(super) mod not_head;
pub(super) mod orphan_submodule;
pub(super) mod pypi_readme;
pub(super) mod release_type;
pub(super) mod repository_exists;
pub(super) mod sdist;
pub(super) mod stale_gitreview;
pub(super) mod tarball_base;
