//! The provider's settings, and which Ingresses they let in.

use super::annotations::Config;
use super::model::{CONTROLLER_CLASS, text_of, type_of};
use crate::cluster::{Ingress, PathType};
use crate::controller::traefik::class;
use crate::controller::traefik::entry_points::{self, flag, setting};
use crate::controller::{Setting, Settings};
use std::collections::HashSet;

/// The controller's settings.
pub(super) const SETTINGS: [Setting; OWN_SETTINGS.len() + entry_points::SETTINGS.len()] =
    entry_points::behind(OWN_SETTINGS);

const OWN_SETTINGS: [Setting; 10] = [
    setting(
        "strictValidatePathType",
        "Ingresses whose Exact or Prefix paths look like regular expressions are left out.",
        "true",
    ),
    setting("allowSnippetAnnotations", "Ingresses with snippets are taken; else they are left out.", "false"),
    setting("defaultBackendService", "The Service, namespace/name, for what no rule matches.", ""),
    setting("ingressClass", "The class in the annotation kubernetes.io/ingress.class.", "nginx"),
    setting("controllerClass", "The controller of IngressClasses that are taken.", CONTROLLER_CLASS),
    setting("ingressClassByName", "Take the class of this name whatever its controller is.", "false"),
    setting("watchIngressWithoutClass", "Take Ingresses without any class.", "false"),
    setting("watchNamespace", "Take Ingresses of this namespace only.", ""),
    setting("disableSvcExternalName", "Refuse Services of type ExternalName.", "false"),
    setting("allowCrossNamespaceResources", "Secrets may be in other namespaces than the Ingress.", "false"),
];

/// The provider's settings.
pub(super) struct Options<'s> {
    pub(super) strict_paths: bool,
    pub(super) snippets: bool,
    pub(super) default_backend: Option<&'s str>,
    pub(super) ingress_class: &'s str,
    pub(super) controller_class: &'s str,
    pub(super) class_by_name: bool,
    pub(super) without_class: bool,
    pub(super) watch_namespace: Option<&'s str>,
    pub(super) external_names: bool,
    pub(super) cross_namespace: bool,
}

impl<'s> Options<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        let on = |name| flag(settings, name, false);
        Options {
            strict_paths: flag(settings, "strictValidatePathType", true),
            snippets: on("allowSnippetAnnotations"),
            default_backend: settings.get("defaultBackendService"),
            ingress_class: settings.get("ingressClass").unwrap_or("nginx"),
            controller_class: settings.get("controllerClass").unwrap_or(CONTROLLER_CLASS),
            class_by_name: on("ingressClassByName"),
            without_class: on("watchIngressWithoutClass"),
            watch_namespace: settings.get("watchNamespace"),
            external_names: !on("disableSvcExternalName"),
            cross_namespace: on("allowCrossNamespaceResources"),
        }
    }

    /// Whether an Ingress is for this provider.
    pub(super) fn takes(&self, ingress: &Ingress, classes: &HashSet<&str>) -> Result<(), String> {
        if let Some(wanted) = self.watch_namespace.filter(|_| self.elsewhere(ingress)) {
            return Err(format!("Traefik watches namespace {wanted} only (watchNamespace)"));
        }
        if let Some(class) = class::class_name(ingress).filter(|_| !classes.is_empty()) {
            return match classes.contains(class) {
                true => Ok(()),
                false => Err(format!("no IngressClass {class} has controller {}", self.controller_class)),
            };
        }
        match class::annotated(ingress) {
            Some(class) if class == self.ingress_class => Ok(()),
            Some(class) => Err(format!("its class is {class:?}, and Traefik takes {}", self.ingress_class)),
            None if self.without_class => Ok(()),
            None if class::class_name(ingress).is_some() => {
                Err(format!("no IngressClass with controller {} is there", self.controller_class))
            }
            None => Err("it has no class, and watchIngressWithoutClass is off".to_owned()),
        }
    }

    /// Whether an Ingress is in a namespace that is not watched.
    pub(super) fn elsewhere(&self, ingress: &Ingress) -> bool {
        self.watch_namespace.is_some_and(|wanted| wanted != ingress.meta.namespace)
    }

    /// Whether an Ingress is left out as a whole.
    pub(super) fn validate(&self, ingress: &Ingress, config: &Config) -> Result<(), String> {
        if !self.snippets && config.has_snippets() {
            return Err("it has a snippet, and allowSnippetAnnotations is off".to_owned());
        }
        let plain = |text: &str| {
            let byte = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
            text.starts_with('/') && text.bytes().all(byte)
        };
        let paths = ingress.rules.iter().flat_map(|r| r.paths.iter().flatten());
        let mut strict = paths.filter(|p| type_of(p) != PathType::ImplementationSpecific).map(text_of);
        match strict.find(|text| self.strict_paths && !text.is_empty() && !plain(text)) {
            Some(text) => Err(format!(
                "path {text} is Exact or Prefix and holds more than letters, digits, dots, dashes, underscores and \
                 slashes; Traefik leaves out the whole Ingress for that (strictValidatePathType)"
            )),
            None => Ok(()),
        }
    }
}
