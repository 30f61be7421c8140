//! Traefik, fed by the API server of ours.
//!
//! A new state is known to have arrived when a router of a marker Ingress (HTTPRoute) appears in
//! Traefik's own API. The marker is last in every watch: whoever has seen it has seen the rest.

use super::Program;
use super::child::Running;
use crate::api_server::ApiServer;
use crate::case::{Case, Model};
use crate::compare::Observed;
use crate::echo::Echoes;
use crate::kubernetes;
use crate::wire::{Client, free_port, loopback};
use portolan_core::routing::Request;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// How long Traefik may take to start, and to take a new state.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between a state standing in its API and being there for requests.
const SETTLE: Duration = Duration::from_millis(3);
/// Between what cannot be seen to arrive and all the rest.
const HEAD_START: Duration = Duration::from_millis(10);
/// The namespace of what is ours and no case's.
const NAMESPACE: &str = "proving";

/// A running Traefik.
#[derive(Debug)]
pub struct Traefik {
    running: Running,
    server: ApiServer,
    echoes: Echoes,
    controller: &'static str,
    /// The class annotation of the marker, where IngressClasses cannot be used.
    annotated: Option<String>,
    web: u16,
    secure: u16,
    client: Client,
    api: Client,
    generation: u64,
}

impl Traefik {
    /// Starts it as a controller with these settings.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(
        program: &Path,
        controller: &'static str,
        settings: &BTreeMap<String, String>,
        log: &Path,
    ) -> Result<Traefik, String> {
        let port = || free_port().map_err(|e| format!("no free port: {e}"));
        let (web, secure, api) = (port()?, port()?, port()?);
        let server = ApiServer::start().map_err(|e| format!("the API server: {e}"))?;
        let provider = match controller {
            "traefik" => "kubernetesIngress",
            "traefik-ingress-nginx" => "kubernetesIngressNGINX",
            _ => "kubernetesGateway",
        };
        let mut arguments = vec![
            format!("--entryPoints.web.address=127.0.0.1:{web}"),
            format!("--entryPoints.websecure.address=127.0.0.1:{secure}"),
            format!("--entryPoints.traefik.address=127.0.0.1:{api}"),
            "--api.insecure=true".to_owned(),
            "--api.dashboard=false".to_owned(),
            "--global.checkNewVersion=false".to_owned(),
            "--global.sendAnonymousUsage=false".to_owned(),
            "--log.level=ERROR".to_owned(),
            // Zero would mean the default of two seconds.
            "--providers.providersThrottleDuration=1ms".to_owned(),
            format!("--providers.{provider}.endpoint=http://127.0.0.1:{}", server.port),
        ];
        if controller == "gateway-api" {
            arguments.push(format!("--providers.{provider}.qps=100000"));
            arguments.push(format!("--providers.{provider}.burst=100000"));
        }
        for (name, value) in settings {
            arguments.push(match name.starts_with("entryPoints.") {
                true => format!("--{name}={value}"),
                false if name == "implementation" => continue,
                false => format!("--providers.{provider}.{name}={value}"),
            });
        }
        let mut traefik = Traefik {
            running: Running::start(program, &arguments, log)?,
            server,
            echoes: Echoes::default(),
            controller,
            annotated: annotated(controller, settings),
            web,
            secure,
            client: Client::new(loopback(web)),
            api: Client::new(loopback(api)),
            generation: 0,
        };
        traefik.push(&[]).map_err(|e| match traefik.server.unknown().as_slice() {
            [] => e,
            unknown => {
                format!("{e}; it asks the API server for what that does not have: {}", unknown.join(", "))
            }
        })?;
        Ok(traefik)
    }

    /// Hands over these objects, and waits until they have arrived.
    fn push(&mut self, objects: &[Value]) -> Result<(), String> {
        self.generation += 1;
        let mut all = objects.to_vec();
        all.extend(self.marker());
        let all =
            kubernetes::served(&all, &mut self.echoes).map_err(|e| format!("no port for a backend: {e}"))?;
        // Nothing shows that these have arrived; they get a head start.
        if self.server.replace_only(&["ingressclasses", "secrets", "configmaps"], &all) {
            std::thread::sleep(HEAD_START);
        }
        self.server.replace(&all);
        let generation = self.generation;
        let api = &mut self.api;
        self.running.wait_until(PATIENCE, || {
            let answer = api.ask(&Request::get("traefik", "/api/rawdata"));
            answer.is_ok_and(|a| {
                serde_json::from_slice(&a.body).is_ok_and(|data| has_arrived(&data, generation))
            })
        })?;
        std::thread::sleep(SETTLE);
        Ok(())
    }
}

impl Program for Traefik {
    fn port(&self) -> u16 {
        self.web
    }

    fn facts(&self) -> BTreeMap<String, String> {
        if self.controller == "gateway-api" {
            return BTreeMap::new();
        }
        let fact = |name: &str, port| (format!("entryPoints.{name}.address"), format!(":{port}"));
        [fact("web", self.web), fact("websecure", self.secure)].into()
    }

    fn ports(&self) -> Vec<(u16, u16)> {
        vec![(self.web, 8080), (self.secure, 8443)]
    }

    fn load(&mut self, case: &Case, _: &Model) -> Result<bool, String> {
        self.push(&case.objects)?;
        Ok(true)
    }

    fn ask(&mut self, case: &Case, request: &Request) -> Result<Observed, String> {
        let answer = self.client.ask(request).map_err(|e| format!("Traefik: {e}"))?;
        let mut observed = Observed::of(&answer);
        if let Observed::Forward { host, .. } = &mut observed
            && let Some(declared) = kubernetes::declared_address(&case.objects, host, &mut self.echoes)
        {
            *host = declared;
        }
        Ok(observed)
    }
}

/// The name of a state's marker.
fn marker_name(generation: u64) -> String {
    format!("zz-{generation:06}")
}

/// The host of a state's marker.
fn marker_host(generation: u64) -> String {
    format!("state-{generation}.proving.invalid")
}

/// Whether Traefik's own account of itself has the marker's router, and its Service with somebody
/// behind it: some routers are there before their endpoints are.
fn has_arrived(data: &Value, generation: u64) -> bool {
    let (name, host) = (marker_name(generation), marker_host(generation));
    let all = |kind: &str| data[kind].as_object().into_iter().flatten();
    let is_served = |(key, service): (&String, &Value)| {
        key.contains(&name) && service["loadBalancer"]["servers"].as_array().is_some_and(|s| !s.is_empty())
    };
    all("routers").any(|(_, r)| r["rule"].as_str().is_some_and(|rule| rule.contains(&host)))
        && all("services").any(is_served)
}

/// The class annotation that the marker needs. An IngressClass would do, and show that IngressClasses
/// have arrived, but for settings that look away from them, and but for the emulation of
/// ingress-nginx, which reads Ingresses otherwise once there is any class of its own.
fn annotated(controller: &str, settings: &BTreeMap<String, String>) -> Option<String> {
    let chosen = settings.get("ingressClass");
    let on = |name| settings.get(name).is_some_and(|v| v == "true");
    match controller {
        "traefik"
            if chosen.is_some() || on("disableIngressClassLookup") || on("disableClusterScopeResources") =>
        {
            Some(chosen.map_or("traefik", String::as_str).to_owned())
        }
        "traefik-ingress-nginx" => Some(chosen.map_or("nginx", String::as_str).to_owned()),
        _ => None,
    }
}

impl Traefik {
    /// The objects of this state's marker. Its router is there only when Traefik has seen all of them.
    fn marker(&self) -> Vec<Value> {
        let name = marker_name(self.generation);
        let host = marker_host(self.generation);
        let meta = json!({"namespace": NAMESPACE, "name": name});
        let mut objects = vec![
            json!({"kind": "Service", "metadata": meta, "spec": {"ports": [{"port": 80}]}}),
            json!({"kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": {"namespace": NAMESPACE, "name": name, "labels": {"kubernetes.io/service-name": name}},
                "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": true}}],
                "ports": [{"name": "", "port": 8080}]}),
        ];
        if self.controller == "gateway-api" {
            let class = "zz-proving";
            objects.extend([
                json!({"kind": "Namespace", "metadata": {"name": NAMESPACE}}),
                json!({"kind": "GatewayClass", "metadata": {"name": class},
                    "spec": {"controllerName": "traefik.io/gateway-controller"}}),
                json!({"kind": "Gateway", "metadata": meta, "spec": {"gatewayClassName": class, "listeners": [
                    {"name": "marker", "port": self.web, "protocol": "HTTP", "hostname": host}]}}),
                json!({"kind": "HTTPRoute", "metadata": meta, "spec": {
                    "parentRefs": [{"name": name}],
                    "rules": [{"backendRefs": [{"name": name, "port": 80}]}]}}),
            ]);
            return objects;
        }
        let mut ingress = json!({"kind": "Ingress", "metadata": meta, "spec": {"rules": [
            {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix",
                "backend": {"service": {"name": name, "port": {"number": 80}}}}]}}]}});
        match &self.annotated {
            Some(class) => ingress["metadata"]["annotations"] = json!({"kubernetes.io/ingress.class": class}),
            None => {
                objects.push(json!({"kind": "IngressClass", "metadata": {"name": name},
                    "spec": {"controller": "traefik.io/ingress-controller"}}));
                ingress["spec"]["ingressClassName"] = name.into();
            }
        }
        objects.push(ingress);
        objects
    }
}
