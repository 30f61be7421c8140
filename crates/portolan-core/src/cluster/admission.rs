//! What the API server decides about an object in view of the others: allocation of addresses and
//! ports, the default IngressClass.

use super::read::{CLASS_ANNOTATION, error, push};
use super::{Cluster, codes};
use crate::span::Span;
use hashbrown::HashMap;

impl Cluster {
    /// Node ports and cluster IPs are one Service's only; the first gets them.
    pub(super) fn allocate(&mut self) {
        let mut node_ports: HashMap<u16, (usize, Span)> = HashMap::new();
        let mut cluster_ips: HashMap<String, usize> = HashMap::new();
        for i in 0..self.services.len() {
            let Some(service) = self.services.get(i).filter(|s| s.admitted) else { continue };
            let mut taken = None;
            for (port, place) in
                service.ports.iter().zip(0..).filter_map(|(p, n)| Some((p.node_port.as_ref()?, n)))
            {
                if let Some(&(owner, span)) = node_ports.get(&port.value).filter(|(owner, _)| *owner != i) {
                    let field = format!("spec.ports[{place}].nodePort");
                    taken = Some((owner, port.span, field, format!("node port {}", port.value), span));
                }
            }
            for ip in service.cluster_ips.iter().filter(|ip| *ip != "None") {
                if let Some(&owner) = cluster_ips.get(ip) {
                    let span = service.meta.name.span;
                    let other = self.services.get(owner).map_or(span, |s| s.meta.name.span);
                    taken =
                        Some((owner, span, "spec.clusterIP".to_owned(), format!("cluster IP {ip}"), other));
                }
            }
            if let Some((owner, span, field, what, other)) = taken {
                let owner = self.services.get(owner).map(|s| s.meta.title()).unwrap_or_default();
                let problem =
                    error(codes::ALLOCATED, span, format!("{what} is already allocated to {owner}"))
                        .at(service.meta.title(), field)
                        .related(other, "where it is allocated")
                        .help("leave it out, and the API server chooses a free one");
                push(&mut self.problems, problem);
                if let Some(service) = self.services.get_mut(i) {
                    service.admitted = false;
                }
                continue;
            }
            for port in service.ports.iter().filter_map(|p| p.node_port.as_ref()) {
                node_ports.entry(port.value).or_insert((i, port.span));
            }
            for ip in service.cluster_ips.iter().filter(|ip| *ip != "None") {
                cluster_ips.entry(ip.clone()).or_insert(i);
            }
        }
    }

    /// What the admission plugin DefaultIngressClass does when an Ingress is created: of several
    /// default classes, the newest, then the first by name
    /// (`plugin/pkg/admission/network/defaultingressclass/admission.go`).
    pub(super) fn default_class(&mut self) {
        let defaults = self.ingress_classes.iter().filter(|c| c.admitted && c.is_default);
        let newest = defaults.min_by(|a, b| {
            // One without a timestamp is being created now.
            let age = |c: &super::IngressClass| c.meta.created.unwrap_or(i64::MAX);
            age(b).cmp(&age(a)).then_with(|| a.meta.name.value.cmp(&b.meta.name.value))
        });
        let Some(name) = newest.map(|c| c.meta.name.value.clone()) else { return };
        for ingress in &mut self.ingresses {
            if ingress.class_name.is_none() && ingress.meta.annotation(CLASS_ANNOTATION).is_none() {
                ingress.class_defaulted = Some(name.clone());
            }
        }
    }
}
