//! Pods, and what makes pods.

use super::{Meta, Protocol};
use crate::span::{Span, Spanned};
use std::collections::BTreeMap;

/// A Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Its metadata.
    pub meta: Meta,
    /// `spec`, what matters of it.
    pub spec: PodSpec,
    /// `status.podIP`; a pod that was written by hand has none yet.
    pub ip: Option<String>,
    /// `status.hostIP`.
    pub host_ip: Option<String>,
    /// `status.phase`.
    pub phase: Option<PodPhase>,
    /// The condition `Ready` of `status.conditions`; `None` where the manifest has no status.
    pub ready: Option<bool>,
    /// Whether `metadata.deletionTimestamp` is set.
    pub terminating: bool,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// `status.phase` of a Pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodPhase {
    /// Not all containers run yet.
    Pending,
    /// It runs.
    Running,
    /// It is done; it backs no Service any more.
    Succeeded,
    /// It is done; it backs no Service any more.
    Failed,
    /// Its node does not answer.
    Unknown,
}

/// What makes pods: a Deployment, ReplicaSet, StatefulSet, DaemonSet, Job or CronJob. `meta.kind`
/// says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its metadata. Services select by [`Workload::template_labels`], never by these labels.
    pub meta: Meta,
    /// `spec.replicas`, 1 where left out; a Job's `parallelism`. `None` for a DaemonSet, which has
    /// one pod for each node.
    pub replicas: Option<u32>,
    /// `spec.selector.matchLabels`.
    pub selector: BTreeMap<String, String>,
    /// `spec.template.metadata.labels`.
    pub template_labels: BTreeMap<String, String>,
    /// Where the template's labels stand, or else its template, or else the object.
    pub template_labels_span: Span,
    /// `spec.template.spec`, what matters of it.
    pub spec: PodSpec,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// A pod's `spec`, what matters for traffic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PodSpec {
    /// `containers`, then those `initContainers` that keep running (`restartPolicy: Always`).
    pub containers: Vec<Container>,
    /// `nodeName`.
    pub node: Option<String>,
    /// `hostNetwork`: the pod has its node's address.
    pub host_network: bool,
}

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// `name`.
    pub name: String,
    /// `image`.
    pub image: Option<String>,
    /// `ports`. Informational to Kubernetes, except that a named target port is looked up here.
    pub ports: Vec<ContainerPort>,
    /// `args`, in which controllers have their settings.
    pub args: Vec<String>,
    /// The entry.
    pub span: Span,
}

/// One entry of a container's `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerPort {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `containerPort`.
    pub port: u16,
    /// `protocol`, `TCP` where left out.
    pub protocol: Protocol,
    /// `hostPort`.
    pub host_port: Option<u16>,
    /// The entry.
    pub span: Span,
}

impl PodSpec {
    /// The port number that a Service's named `targetPort` means in this pod: the first container
    /// port with that name and that protocol.
    pub fn named_port(&self, name: &str, protocol: Protocol) -> Option<u16> {
        self.containers
            .iter()
            .flat_map(|c| &c.ports)
            .find(|p| p.protocol == protocol && p.name.as_ref().is_some_and(|n| n.value == name))
            .map(|p| p.port)
    }
}
