//! Which Ingresses the controller looks at: `internal/ingress/controller/store/store.go`
//! (GetIngressClass, syncIngress) and `internal/ingress/inspector`.

use super::context::Context;
use crate::cluster::{Ingress, IngressClass};

/// The annotation that named a class before `ingressClassName` did.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// The class that takes Ingresses without one, before 1.0.
const DEFAULT_CLASS: &str = "nginx";

/// Why the controller does not look at an Ingress, if it does not. Its annotations are another
/// matter.
pub(super) fn why_ignored(cx: &Context, ingress: &Ingress) -> Option<String> {
    if !ingress.admitted {
        return Some("the API server refuses this Ingress, so it does not exist in the cluster".to_owned());
    }
    if let Some(reason) = why_not_watched(cx, ingress).or_else(|| why_not_ours(cx, ingress)) {
        return Some(reason);
    }
    if cx.config.disable_catch_all && ingress.default_backend.is_some() {
        return Some("it has a default backend, and disable-catch-all is set".to_owned());
    }
    if cx.config.deep_inspect {
        return suspicious(ingress);
    }
    None
}

/// Why the controller does not watch an Ingress' namespace, if it does not.
pub(super) fn why_not_watched(cx: &Context, ingress: &Ingress) -> Option<String> {
    if let Some(wanted) = &cx.config.watch_namespace
        && *wanted != ingress.meta.namespace
    {
        return Some(format!("the controller watches namespace {wanted} only"));
    }
    if let Some(selector) = &cx.config.watch_namespace_selector
        && !cx.selects(selector, &ingress.meta.namespace)
    {
        let namespace = &ingress.meta.namespace;
        return Some(format!("the labels of namespace {namespace} do not match watch-namespace-selector"));
    }
    None
}

/// Why an Ingress' class is not this controller's, if it is not.
pub(super) fn why_not_ours(cx: &Context, ingress: &Ingress) -> Option<String> {
    let config = cx.config;
    if !config.version.asks_class_objects() {
        return why_not_ours_by_name(cx, ingress);
    }
    let named = ingress.class_name.as_ref().map(|c| c.value.as_str());
    let named = named.or(ingress.class_defaulted.as_deref()).filter(|c| !c.is_empty());
    if let Some(name) = named {
        let Some(class) = cx.cluster.ingress_classes.iter().find(|c| c.admitted && c.meta.name.value == name)
        else {
            // Manifests of an application seldom bring the class along.
            if !cx.whole && name == config.ingress_class {
                return None;
            }
            return Some(format!("there is no IngressClass {name} that this controller serves"));
        };
        if serves(cx, class) {
            return None;
        }
        let controller = class.controller.as_ref().map_or("nobody", |c| c.value.as_str());
        return Some(format!(
            "IngressClass {name} belongs to {controller}, and this controller is {}",
            config.controller_class
        ));
    }
    match ingress.meta.annotation(CLASS_ANNOTATION).map(|a| a.value.value.as_str()) {
        Some(class) if class == config.ingress_class => None,
        Some(class) => {
            Some(format!("its annotation {CLASS_ANNOTATION} says {class:?}, not {:?}", config.ingress_class))
        }
        None if config.watch_ingress_without_class => None,
        None => Some("it names no class, and watch-ingress-without-class is not set".to_owned()),
    }
}

/// `internal/ingress/annotations/class/main.go` (IsValid) until 0.51: the annotation goes before the
/// field, both are but names, and the default class takes what names none.
fn why_not_ours_by_name(cx: &Context, ingress: &Ingress) -> Option<String> {
    let (version, ours) = (cx.config.version, cx.config.ingress_class.as_str());
    if !version.reads_class() {
        return None;
    }
    let field = ingress.class_name.as_ref().map(|c| c.value.as_str());
    let field = field.or(ingress.class_defaulted.as_deref()).filter(|_| version.reads_class_name());
    let (what, class) = match ingress.meta.annotation(CLASS_ANNOTATION) {
        Some(annotation) => (CLASS_ANNOTATION, annotation.value.value.as_str()),
        None => ("ingressClassName", field.unwrap_or_default()),
    };
    if class == ours || class.is_empty() && ours == DEFAULT_CLASS {
        None
    } else if class.is_empty() {
        Some(format!("it names no class, and this controller's is {ours:?}"))
    } else {
        Some(format!("its {what} says {class:?}, not {ours:?}"))
    }
}

fn serves(cx: &Context, class: &IngressClass) -> bool {
    let config = cx.config;
    class.controller.as_ref().is_some_and(|c| c.value == config.controller_class)
        || config.ingress_class_by_name && class.meta.name.value == config.ingress_class
}

/// inspector/rules.go: what looks like an attack on nginx' configuration.
fn suspicious(ingress: &Ingress) -> Option<String> {
    let hosts = ingress.rules.iter().filter_map(|r| r.host.as_ref());
    let paths = ingress.rules.iter().flat_map(|r| r.paths.iter().flatten()).filter_map(|p| p.path.as_ref());
    let tls = ingress.tls.iter().flat_map(|t| t.hosts.iter().chain(&t.secret_name));
    let text = hosts.chain(paths).chain(tls).find(|t| is_forbidden(&t.value))?;
    Some(format!("deep inspection refuses {:?}", text.value))
}

fn is_forbidden(text: &str) -> bool {
    const FILES: [&str; 5] =
        ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/nginx", "/etc/ingress-controller"];
    let directive = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let rest = text.get(at + word.len()..).unwrap_or_default();
            rest.starts_with(|c: char| c.is_ascii_whitespace()) && rest.contains(';')
        })
    };
    directive("alias")
        || directive("root")
        || FILES.iter().any(|f| text.contains(f))
        || text.contains("/var/run/secrets")
        || text.contains("_by_lua")
}

#[cfg(test)]
mod tests {
    use super::is_forbidden;

    #[test]
    fn forbidden_texts() {
        for bad in ["/etc/nginx", "/a/etc/passwd", "/x;alias /etc/;", "/root /;", "/content_by_lua"] {
            assert!(is_forbidden(bad), "{bad}");
        }
        for good in ["/", "/alias", "/root/x", "/etc/other", "/etc"] {
            assert!(!is_forbidden(good), "{good}");
        }
    }
}
