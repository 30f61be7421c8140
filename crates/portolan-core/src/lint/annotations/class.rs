//! The annotation that named a class before `spec.ingressClassName` did: deprecated since Kubernetes
//! 1.18 (kubernetes/api `networking/v1/types.go`, IngressSpec.IngressClassName). GKE's controller reads
//! the annotation only (Google Cloud's documentation, "GKE Ingress for Application Load Balancers").

use super::field;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0607"), name: "class-annotation", level: Level::Info, check };

fn check(cx: &Context, report: &mut Report) {
    for ingress in cx.cluster.ingresses.iter().filter(|i| i.admitted && i.class_name.is_none()) {
        // An Ingress of an old version has more to be changed first.
        if ingress.meta.api_version != "networking.k8s.io/v1" {
            continue;
        }
        let Some(annotation) = ingress.meta.annotation("kubernetes.io/ingress.class") else { continue };
        // Google's controller reads nothing but the annotation.
        if annotation.value.value.starts_with("gce") {
            continue;
        }
        let message =
            "the annotation kubernetes.io/ingress.class is deprecated since Kubernetes 1.18".to_owned();
        let class = &annotation.value.value;
        let help =
            format!("say `ingressClassName: {class}` in `spec`, where there is an IngressClass of that name");
        report.add(
            report
                .problem(annotation.key.span, message)
                .at(ingress.meta.title(), field(annotation))
                .help(help),
        );
    }
}
