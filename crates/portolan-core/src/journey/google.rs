//! Google Cloud's own answer to an Ingress: no controller in the cluster.

use super::proxy::Via;
use super::walk::{Walk, node_port};
use super::*;
use crate::cluster::{Ingress, ServiceType};
use crate::routing::{Answer, Origin};

/// What makes a Service's pods a Google balancer's own backends.
const NEG: &str = "cloud.google.com/neg";

impl<'a> Walk<'a> {
    /// Whether Google Cloud itself answers for the Ingress: nobody else is in the manifests, and the
    /// Ingress has its class or none.
    pub fn is_google(&self) -> bool {
        self.entry.is_none()
            && self.setting.cloud.or_else(|| self.cloud_of_nodes()) == Some(Cloud::Gcp)
            && self.google_ingress().is_some()
    }

    pub fn cloud_of_nodes(&self) -> Option<Cloud> {
        let ids = self.cluster.nodes.iter().filter_map(|n| n.provider_id.as_deref());
        ids.map(|id| id.starts_with("gce://")).next().filter(|gce| *gce).map(|_| Cloud::Gcp)
    }

    /// The Ingress that answered, if Google Cloud takes it, and its address where the manifests have it.
    pub fn google_ingress(&self) -> Option<(&'a Ingress, Option<String>)> {
        let What::Http { table, outcome, .. } = self.what else { return None };
        let object = outcome.routes.first().and_then(|id| table.route(*id)).map(|r| r.origin.object.clone());
        let ingresses = self.cluster.ingresses.iter().filter(|i| i.admitted);
        let mut ingresses = ingresses.filter(|i| {
            let class = i.class_name.as_ref().map(|c| c.value.as_str());
            let class =
                class.or(i.meta.annotation("kubernetes.io/ingress.class").map(|a| a.value.value.as_str()));
            matches!(class.unwrap_or(""), "" | "gce" | "gce-internal")
        });
        match object {
            Some(object) => ingresses.find(|i| i.meta.title() == *object),
            None => ingresses.next(),
        }
        .map(|i| (i, None))
    }

    /// Google Cloud's own balancer reads the request and sends it to pods (network endpoint groups) or
    /// node ports (instance groups).
    pub fn google(&mut self) -> End {
        let Some((ingress, _)) = self.google_ingress() else { return self.assumed_controller() };
        let name = ingress.meta.full_name();
        let mut hop = self.hop(
            Actor::Balancer,
            format!("balancer:{name}"),
            "Google Cloud application load balancer".to_owned(),
        );
        hop.protocol = self.spoken;
        hop.origin = Some(Origin {
            object: ingress.meta.title().into(),
            field: String::new(),
            span: Some(ingress.meta.span),
            note: None,
        });
        hop.risks.push(
            "no controller runs in the cluster: Google Cloud makes this load balancer for the Ingress"
                .to_owned(),
        );
        let own = Address::Unknown("Google front end".to_owned());
        let What::Http { outcome, .. } = self.what else { return self.assumed_controller() };
        let Answer::Forward { targets, .. } = &outcome.answer else {
            return self.layer_seven(hop, own, "round robin");
        };
        let first = targets.iter().find(|t| t.weight != Some(0));
        let found = first.and_then(|t| {
            let (namespace, name) = t.service.split_once('/')?;
            let service = self.cluster.service(namespace, name)?;
            Some((service, service.ports.iter().find(|p| Some(p.port.value) == t.port)?))
        });
        let Some((service, port)) = found else { return self.layer_seven(hop, own, "round robin") };
        let neg = service.meta.annotation(NEG).map(|a| a.value.value.replace(' ', ""));
        let grouped = neg.as_deref().is_some_and(|v| v.contains("\"ingress\":true"));
        if grouped || !matches!(service.service_type, ServiceType::NodePort | ServiceType::LoadBalancer) {
            return self.layer_seven(hop, own, "round robin");
        }
        self.likely(format!("in a VPC-native cluster, Google Cloud may send to the pods of Service {} instead of its node port", service.meta.full_name()));
        self.asked = true;
        self.doubt(outcome.certainty.clone());
        self.client = ClientAddress::Told("X-Forwarded-For");
        self.from = own;
        // From here on the packet comes from outside the cluster, on the network of the nodes.
        self.place = Place::Nodes;
        let mut choice = Choice { how: "round robin", of: Vec::new(), omitted: 0, picked: None };
        choice.of.extend(self.nodes.iter().take(Choice::MOST).map(|n| n.alternative(node_port(port), None)));
        choice.omitted = self.nodes.len().saturating_sub(Choice::MOST);
        self.pick(&mut choice);
        let node = choice.picked.and_then(|i| self.nodes.get(i)).copied().unwrap_or_default();
        self.to = Socket { address: node.address(), port: node_port(port) };
        hop.choice = Some(choice);
        hop.service = Some(service.meta.full_name());
        hop.port = Some(port.port.value);
        let text = format!(
            "a new connection is opened to {}, the node port of Service {}",
            self.to,
            service.meta.full_name()
        );
        self.pass(hop, Act::Proxies, text);
        self.kube_proxy(service, port, Via::NodePort, node)
    }
}
