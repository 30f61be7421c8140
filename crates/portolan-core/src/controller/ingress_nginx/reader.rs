//! Reading single annotations, with what a bad value does.

use super::config::Config;
use super::lifetimes;
use super::risk::Risk;
use super::value;
use crate::cluster::{Annotation, Ingress};
use crate::problem::{Code, Problem, Severity};
use crate::routing::Certainty;

/// An annotation's value is bad: it drops the Ingress, is replaced by its default, or denies the
/// Ingress' locations.
const BAD_ANNOTATION: Code = Code("PT0401");

/// What a bad value does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bad {
    /// The annotation counts as absent.
    Default,
    /// The Ingress is not looked at.
    Drop,
    /// All locations of the Ingress answer 503.
    Deny,
}

/// Why an Ingress is not looked at.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    pub reason: String,
}

/// One Ingress' annotations.
pub(super) struct Reader<'r> {
    pub config: &'r Config,
    pub ingress: &'r Ingress,
    notes: &'r mut Vec<Problem>,
    denied: Option<String>,
    certainty: Certainty,
}

impl<'r> Reader<'r> {
    pub(super) fn new(config: &'r Config, ingress: &'r Ingress, notes: &'r mut Vec<Problem>) -> Self {
        Self { config, ingress, notes, denied: None, certainty: Certainty::Certain }
    }

    /// Why the locations are denied, and how sure all of it is.
    pub(super) fn finish(self) -> (Option<String>, Certainty) {
        (self.denied, self.certainty)
    }

    /// Something about them is not sure.
    pub(super) fn doubt(&mut self, certainty: Certainty) {
        self.certainty = std::mem::take(&mut self.certainty).and(certainty);
    }

    /// All locations answer 503, for this reason.
    pub(super) fn deny(&mut self, reason: impl Into<String>) {
        self.denied.get_or_insert(reason.into());
    }

    /// The annotation of this name, where this version reads it.
    pub(super) fn find(&self, name: &str) -> Option<&'r Annotation> {
        let prefix = self.config.annotations_prefix.as_str();
        let of = |a: &&Annotation| {
            a.key.value.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')) == Some(name)
        };
        let found = self.ingress.meta.annotations.iter().find(of);
        found.filter(|_| lifetimes::reads(self.config.version, name))
    }

    /// Refuses the Ingress for an annotation of too high a risk, or one with a forbidden word.
    pub(super) fn check_risk(&mut self) -> Result<(), Refused> {
        let prefix = self.config.annotations_prefix.as_str();
        for a in &self.ingress.meta.annotations {
            let Some(name) = a.key.value.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            if let Some(word) = self.config.word_blocklist.iter().find(|w| a.value.value.contains(w.as_str()))
            {
                let reason = format!(
                    "annotation {name} has the word {word:?}, which annotation-value-word-blocklist forbids"
                );
                return Err(self.refuse(a, reason, "leave the word out, or take it off that list"));
            }
            let risk = Risk::of(name);
            if self.config.validation
                && let Some(risk) = risk.filter(|r| *r > self.config.risk_level)
            {
                let reason = format!(
                    "annotation {name} is of risk {}, above annotations-risk-level {}",
                    risk.word(),
                    self.config.risk_level.word()
                );
                let help = "do without it, or let the ConfigMap say another annotations-risk-level";
                return Err(self.refuse(a, reason, help));
            }
        }
        Ok(())
    }

    fn refuse(&mut self, annotation: &Annotation, reason: String, help: &str) -> Refused {
        let message = format!("the whole Ingress is ignored: {reason}");
        self.note(Severity::Error, annotation, message, help);
        Refused { reason }
    }

    /// Notes what is wrong with an annotation, and the way out, where there is one to say.
    fn note(&mut self, severity: Severity, annotation: &Annotation, message: String, help: &str) {
        let field = format!("metadata.annotations[{}]", annotation.key.value);
        let mut problem = Problem::new(BAD_ANNOTATION, severity, annotation.value.span, message);
        if !help.is_empty() {
            problem = problem.help(help);
        }
        self.notes.push(problem.at(self.ingress.meta.title(), field));
    }

    /// The text of an annotation; `None` where it is absent, empty, or bad without consequences.
    pub(super) fn text(
        &mut self,
        name: &str,
        bad: Bad,
        good: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, Refused> {
        self.text_or(name, bad, "", good)
    }

    /// As [`Reader::text`], with what to say of a bad one.
    fn text_or(
        &mut self,
        name: &str,
        bad: Bad,
        help: &str,
        good: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, Refused> {
        let Some(annotation) = self.find(name) else { return Ok(None) };
        let text = value::normalize(&annotation.value.value);
        if text.is_empty() {
            return Ok(None);
        }
        if !self.config.validation || good(&text) {
            return Ok(Some(text));
        }
        self.is_bad(name, annotation, bad, help)?;
        Ok(None)
    }

    /// A boolean.
    pub(super) fn flag(&mut self, name: &str, bad: Bad) -> Result<Option<bool>, Refused> {
        let text = self.text_or(name, bad, "it takes true or false", |t| value::parse_bool(t).is_some())?;
        Ok(text.and_then(|t| value::parse_bool(&t)))
    }

    /// A whole number.
    pub(super) fn number(&mut self, name: &str, bad: Bad) -> Result<Option<i64>, Refused> {
        let text = self.text_or(name, bad, "it takes a whole number", |t| t.parse::<i64>().is_ok())?;
        Ok(text.and_then(|t| t.parse().ok()))
    }

    fn is_bad(&mut self, name: &str, annotation: &Annotation, bad: Bad, help: &str) -> Result<(), Refused> {
        let shown = &annotation.value.value;
        let (severity, what) = match bad {
            Bad::Default => (Severity::Warning, "the annotation counts as absent"),
            Bad::Drop => (Severity::Error, "the whole Ingress is ignored"),
            Bad::Deny => (Severity::Error, "every path of this Ingress answers 503"),
        };
        let message = format!("{shown:?} is no value that ingress-nginx takes for {name}: {what}");
        self.note(severity, annotation, message, help);
        match bad {
            Bad::Default => Ok(()),
            Bad::Drop => {
                Err(Refused { reason: format!("{shown:?} is no value that ingress-nginx takes for {name}") })
            }
            Bad::Deny => {
                self.deny(format!("{shown:?} is no value that ingress-nginx takes for {name}"));
                Ok(())
            }
        }
    }

    /// Notes that an annotation has no effect.
    pub(super) fn ignored(&mut self, name: &str, why: &str) {
        let Some(annotation) = self.find(name) else { return };
        let message = format!("annotation {name} has no effect: {why}");
        self.note(Severity::Warning, annotation, message, "");
    }

    /// The snippets that are in force.
    pub(super) fn snippets(&self) -> Vec<String> {
        let names = ["configuration-snippet", "server-snippet", "auth-snippet", "modsecurity-snippet"];
        let in_force = |name: &&str| self.config.snippets && self.find(name).is_some();
        names.into_iter().filter(in_force).map(str::to_owned).collect()
    }
}
