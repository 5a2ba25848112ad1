//! The integration tests.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod aftermath;
mod announcement;
mod as_of;
mod bring;
mod calendar;
mod change;
mod cli;
mod configuration;
mod corpus;
mod edits;
mod first_run;
mod fixing;
mod gerrit;
mod git_program;
mod git_reading;
mod house;
mod http;
mod killed;
mod ledger;
mod library;
mod mail;
mod mirror;
mod mirror_damage;
mod mirror_trouble;
mod offers;
mod options;
mod own_message;
mod plain;
mod plan;
mod push;
mod replay;
mod reviews;
mod rules;
mod sandbox;
mod schedule;
mod schema;
mod sign;
mod steps;
mod support;
mod trouble;
mod upstream;
mod waiting;
mod working_tree;
