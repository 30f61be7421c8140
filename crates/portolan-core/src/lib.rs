//! Portolan answers one question about a Kubernetes cluster, from its manifests alone:
//! **this request, where does it land, and why there?**
//!
//! The data goes one way:
//!
//! ```text
//! text -> manifest -> cluster -> controller -> routing -> journey -> your tool
//! ```
//!
//! * [`manifest`] reads text into objects whose every value knows its place;
//! * [`cluster`] makes of them what the API server would hold;
//! * [`controller`] compiles a cluster into a [`routing::RouteTable`] as one real controller would;
//! * [`routing`] answers requests from such a table, and explains the answer;
//! * [`journey`] follows the packet from the client to the pod, hop by hop;
//! * [`lint`] says what is wrong with all of that, where, and how to mend it;
//! * [`compare`] says whether two answers are the same, and in what they differ;
//! * [`topology`] says what to draw of it;
//! * [`language`] says all of it in Korean.
//!
//! Nothing here does I/O, reads a clock or rolls dice, and reading never fails as a whole: what is
//! wrong with the input comes back as [`problem::Problem`]s beside what could be read.

pub mod cluster;
pub mod compare;
pub mod controller;
mod edit;
pub mod journey;
pub mod language;
pub mod lint;
pub mod logins;
pub mod manifest;
pub mod problem;
pub mod routing;
pub mod span;
pub mod text;
pub mod topology;

/// Keeps the README's example true.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
