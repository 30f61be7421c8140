//! Where rules say what they find.

use super::Rule;
use crate::problem::{Problem, Severity};
use crate::span::Span;

/// Collects the problems of one rule.
#[derive(Debug)]
pub struct Report<'r> {
    rule: &'r Rule,
    problems: &'r mut Vec<Problem>,
    left: usize,
}

impl<'r> Report<'r> {
    /// As many problems of one rule are listed; hostile input has millions.
    pub const MOST: usize = 1000;

    pub(super) fn new(rule: &'r Rule, problems: &'r mut Vec<Problem>) -> Self {
        Self { rule, problems, left: Self::MOST }
    }

    /// A problem of this rule, as bad as the rule. It counts once it is [added](Report::add).
    pub fn problem(&self, span: Span, message: String) -> Problem {
        Problem::new(self.rule.code, self.rule.level.severity().unwrap_or(Severity::Info), span, message)
    }

    /// Reports a problem.
    pub fn add(&mut self, problem: Problem) {
        if self.left > 0 {
            self.left -= 1;
            self.problems.push(problem);
        }
    }

    /// Whether no more are listed, so that a rule may stop.
    pub fn is_full(&self) -> bool {
        self.left == 0
    }
}
