//! tagkeeper: Zuul keeps the gate; tagkeeper keeps the tags.
//!
//! # One way through the house
//!
//! ```text
//! files ──tree──▶ Request ──facts──▶ Facts                     reading; all I/O of a check ends here
//! (Request, Facts) ──rules──▶ Findings ──report──▶ terminal, JSON      the calendar tells rules and plan what is due
//! (Request, Facts) ──plan──▶ Plan ──apply──▶ Outcome
//! tag ──────────────steps──▶ mail                              a Released is read back from the tag itself
//! ```
//!
//! [`workspace`] opens a releases repository, and [`ops`] has the use cases over it: check, plan, apply and the others, as
//! functions that return data. [`cli`] is left with arguments, one call, and output.
//!
//! `ARCHITECTURE.md` says what each room is for and who may know whom; the test
//! `house::rooms_know_only_their_neighbours` holds the `use crate::` lines against that table.

pub mod apply;
pub mod approval;
pub mod build;
pub mod calendar;
pub mod cli;
pub mod config;
pub mod edit;
pub mod facts;
pub mod gerrit;
pub mod git;
pub mod ledger;
pub mod lsp;
pub mod net;
pub mod notes;
pub mod ops;
pub mod package;
pub mod plan;
pub mod report;
pub mod rules;
pub mod sandbox;
pub mod site;
pub mod steps;
pub mod text;
pub mod tree;
pub mod version;
pub mod workspace;
