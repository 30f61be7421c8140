//! The controller's own settings: command line flags and keys of its ConfigMap, by their own names.
//!
//! What somebody set for Portolan wins, then the arguments of the controller's own Deployment or
//! DaemonSet in the manifests, then its ConfigMap there, then the defaults of the version that
//! answers (kubernetes/ingress-nginx `pkg/flags/flags.go`, `internal/ingress/controller/config/
//! config.go` for v1.15.1; [`Version::default_of`] for what was another before).

use super::annotations::Risk;
use super::choice::Choice;
use super::value::parse_bool;
use super::version::{self, Version};
use crate::cluster::{Cluster, ConfigMap, Container, LabelSelector};
use crate::controller::{Setting, SettingKind, Settings};
use crate::routing::AddressRange;

const fn setting(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting::new(name, about, default)
}

/// Every setting that changes answers.
pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "version",
        "1.15.1",
        "Answer as this version. Where left out, the image that the manifests run says it.",
    )
    .checked(version::SETTING),
    setting("ingress-class", "nginx", "Value of the annotation kubernetes.io/ingress.class that is served."),
    setting(
        "controller-class",
        "k8s.io/ingress-nginx",
        "spec.controller of the IngressClasses that are served.",
    ),
    setting("ingress-class-by-name", "false", "Serve the IngressClass whose name is ingress-class, too."),
    setting("watch-ingress-without-class", "false", "Serve Ingresses that name no class."),
    setting("watch-namespace", "", "Serve Ingresses of this namespace only."),
    setting(
        "watch-namespace-selector",
        "",
        "Serve Ingresses of the namespaces whose labels match: key=value, key in (a,b) …",
    ),
    setting("disable-catch-all", "false", "Ignore Ingresses that have a default backend."),
    setting("default-backend-service", "", "namespace/name of the Service that gets what no rule matches."),
    setting("disable-svc-external-name", "false", "Refuse Services of type ExternalName."),
    setting("deep-inspect", "true", "Ignore Ingresses whose paths or hosts look like an attack."),
    setting("enable-annotation-validation", "true", "Check the values of annotations."),
    setting("annotations-prefix", "nginx.ingress.kubernetes.io", "What the annotations' names begin with."),
    setting("annotations-risk-level", "High", "Ingresses with annotations of a higher risk are ignored.")
        .one_of(&["Low", "Medium", "High", "Critical"]),
    setting(
        "annotation-value-word-blocklist",
        "",
        "Ingresses with one of these words in an annotation are ignored.",
    ),
    setting("allow-snippet-annotations", "false", "Let annotations add nginx configuration."),
    setting("server-snippet", "", "nginx configuration for every server."),
    setting("location-snippet", "", "nginx configuration for every location."),
    setting("http-snippet", "", "nginx configuration beside the servers."),
    setting("main-snippet", "", "nginx configuration around everything."),
    setting("allow-cross-namespace-resources", "false", "Let annotations name Secrets of other namespaces."),
    setting("ssl-redirect", "true", "Redirect to HTTPS where the host has a certificate."),
    setting("force-ssl-redirect", "false", "Redirect to HTTPS always."),
    setting("http-redirect-code", "308", "Status of these redirects: 301, 302, 307 or 308."),
    setting("preserve-trailing-slash", "false", "Keep the last slash in these redirects."),
    setting("use-port-in-redirects", "false", "Write the port into redirects."),
    setting("relative-redirects", "false", "Answer redirects of nginx' own without scheme and host."),
    setting(
        "no-tls-redirect-locations",
        "/.well-known/acme-challenge",
        "Paths that are never redirected to HTTPS.",
    ),
    setting("no-auth-locations", "/.well-known/acme-challenge", "Paths that never ask for authentication."),
    setting("use-forwarded-headers", "false", "Believe X-Forwarded-Proto, -Host, -Port and -For."),
    setting("enable-real-ip", "false", "Take the client's address from X-Forwarded-For."),
    setting("proxy-real-ip-cidr", "0.0.0.0/0", "Whose X-Forwarded-For is believed."),
    setting(
        "enable-underscores-in-headers",
        "false",
        "Keep request headers with an underscore in their name.",
    ),
    setting("whitelist-source-range", "", "Clients that may come in, where an Ingress does not say."),
    setting("denylist-source-range", "", "Clients that may not, where an Ingress does not say."),
    setting("block-cidrs", "", "Clients that are refused where no Ingress says otherwise."),
    setting("block-user-agents", "", "User agents that are refused."),
    setting("block-referers", "", "Referers that are refused."),
    setting("global-allowed-response-headers", "", "Headers that custom-headers may add."),
    setting("custom-http-errors", "", "Statuses that the default backend answers for."),
    setting("global-auth-url", "", "Where to ask whether a request may pass."),
    setting("global-auth-signin", "", "Where to send clients that may not."),
    setting("enable-ssl-passthrough", "false", "Let ssl-passthrough pipe TLS connections."),
    setting("service-upstream", "false", "Proxy to the Service's address instead of its endpoints."),
    setting("health-check-path", "/healthz", "Path at which nginx itself answers 200 for unknown hosts."),
];

/// The settings, read.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub version: Version,
    pub choice: Choice,
    pub ingress_class: String,
    pub controller_class: String,
    pub ingress_class_by_name: bool,
    pub watch_ingress_without_class: bool,
    pub watch_namespace: Option<String>,
    pub watch_namespace_selector: Option<LabelSelector>,
    pub disable_catch_all: bool,
    pub default_backend_service: Option<(String, String)>,
    pub disable_external_name: bool,
    pub deep_inspect: bool,
    pub validation: bool,
    pub annotations_prefix: String,
    pub risk_level: Risk,
    pub word_blocklist: Vec<String>,
    pub snippets: bool,
    /// The settings that add nginx configuration of somebody's own.
    pub additions: Vec<&'static str>,
    pub cross_namespace: bool,
    pub ssl_redirect: bool,
    pub force_ssl_redirect: bool,
    pub http_redirect_code: u16,
    pub preserve_trailing_slash: bool,
    pub use_port_in_redirects: bool,
    pub relative_redirects: bool,
    pub no_tls_redirect_locations: Vec<String>,
    pub no_auth_locations: Vec<String>,
    pub use_forwarded_headers: bool,
    pub real_ip: bool,
    pub real_ip_from: Vec<AddressRange>,
    pub underscores: bool,
    pub allowlist: Vec<AddressRange>,
    pub denylist: Vec<AddressRange>,
    pub block_cidrs: Vec<AddressRange>,
    pub block_user_agents: Vec<String>,
    pub block_referers: Vec<String>,
    pub allowed_response_headers: Vec<String>,
    pub custom_http_errors: Vec<u16>,
    pub global_auth_url: Option<String>,
    pub global_auth_signin: Option<String>,
    pub service_upstream: bool,
    pub ssl_passthrough: bool,
    pub health_check_path: String,
}

impl Config {
    pub(super) fn read(cluster: &Cluster, settings: &Settings) -> Config {
        let container = controller_container(cluster);
        let choice = Choice::read(settings, container);
        let version = choice.version;
        let source = Source { settings, container, map: config_map(cluster), version };
        let text = |name: &str| source.text(name);
        let flag = |name: &str| source.flag(name);
        let list = |name: &str| words(&text(name));
        let cidrs = |name: &str| list(name).iter().filter_map(|c| AddressRange::parse(c)).collect::<Vec<_>>();
        let optional = |name: &str| Some(text(name)).filter(|t| !t.is_empty());
        let use_forwarded_headers = flag("use-forwarded-headers");
        Config {
            version,
            choice,
            ingress_class: text("ingress-class"),
            controller_class: text("controller-class"),
            ingress_class_by_name: flag("ingress-class-by-name"),
            watch_ingress_without_class: flag("watch-ingress-without-class"),
            watch_namespace: optional("watch-namespace"),
            watch_namespace_selector: optional("watch-namespace-selector")
                .and_then(|text| LabelSelector::parse(&text)),
            disable_catch_all: flag("disable-catch-all"),
            default_backend_service: optional("default-backend-service")
                .and_then(|t| t.split_once('/').map(|(ns, name)| (ns.to_owned(), name.to_owned()))),
            disable_external_name: flag("disable-svc-external-name"),
            deep_inspect: flag("deep-inspect"),
            validation: flag("enable-annotation-validation"),
            annotations_prefix: text("annotations-prefix"),
            risk_level: Risk::parse(&text("annotations-risk-level"))
                .or_else(|| Risk::parse(source.default_of("annotations-risk-level")))
                .unwrap_or(Risk::High),
            word_blocklist: list("annotation-value-word-blocklist"),
            snippets: flag("allow-snippet-annotations"),
            additions: ["main-snippet", "http-snippet", "server-snippet", "location-snippet"]
                .into_iter()
                .filter(|name| !text(name).is_empty())
                .collect(),
            cross_namespace: flag("allow-cross-namespace-resources"),
            ssl_redirect: flag("ssl-redirect"),
            force_ssl_redirect: flag("force-ssl-redirect"),
            http_redirect_code: text("http-redirect-code")
                .parse()
                .ok()
                .filter(|code| matches!(code, 301 | 302 | 307 | 308))
                .or_else(|| source.default_of("http-redirect-code").parse().ok())
                .unwrap_or(308),
            preserve_trailing_slash: flag("preserve-trailing-slash"),
            use_port_in_redirects: flag("use-port-in-redirects"),
            relative_redirects: flag("relative-redirects"),
            no_tls_redirect_locations: list("no-tls-redirect-locations"),
            no_auth_locations: list("no-auth-locations"),
            use_forwarded_headers,
            real_ip: use_forwarded_headers || flag("enable-real-ip"),
            real_ip_from: cidrs("proxy-real-ip-cidr"),
            underscores: flag("enable-underscores-in-headers"),
            allowlist: cidrs("whitelist-source-range"),
            denylist: cidrs("denylist-source-range"),
            block_cidrs: cidrs("block-cidrs"),
            block_user_agents: list("block-user-agents"),
            block_referers: list("block-referers"),
            allowed_response_headers: list("global-allowed-response-headers"),
            custom_http_errors: list("custom-http-errors").iter().filter_map(|c| c.parse().ok()).collect(),
            global_auth_url: optional("global-auth-url"),
            global_auth_signin: optional("global-auth-signin"),
            service_upstream: flag("service-upstream"),
            ssl_passthrough: flag("enable-ssl-passthrough"),
            health_check_path: text("health-check-path"),
        }
    }
}

/// Where values come from, the strongest first.
struct Source<'s> {
    settings: &'s Settings,
    container: Option<&'s Container>,
    map: Option<&'s ConfigMap>,
    version: Version,
}

impl Source<'_> {
    fn text(&self, name: &str) -> String {
        let is_flag = SETTINGS.iter().any(|s| s.name == name && s.kind == SettingKind::Flag);
        let argument = || {
            let args = &self.container?.args;
            args.iter().enumerate().find_map(|(at, argument)| {
                let rest = argument.trim_start_matches('-').strip_prefix(name)?;
                match rest.strip_prefix('=') {
                    Some(value) => Some(value.trim_matches('"')),
                    None if !rest.is_empty() => None,
                    None if is_flag => Some("true"),
                    // What is no flag may have its value behind it.
                    None => args.get(at + 1).map(String::as_str),
                }
            })
        };
        let entry = || self.map?.data.iter().find(|(k, _)| k.value == name).map(|(_, v)| v.value.trim());
        let value = self.settings.get(name).or_else(argument).or_else(entry);
        value.unwrap_or_else(|| self.default_of(name)).to_owned()
    }

    fn default_of(&self, name: &str) -> &'static str {
        let today = || SETTINGS.iter().find(|s| s.name == name).map(|s| s.default);
        self.version.default_of(name).or_else(today).unwrap_or_default()
    }

    fn flag(&self, name: &str) -> bool {
        parse_bool(&self.text(name)).unwrap_or_else(|| self.default_of(name) == "true")
    }
}

/// The container of this controller, where the manifests run one.
pub(super) fn controller_container(cluster: &Cluster) -> Option<&Container> {
    let is_controller = |c: &&Container| {
        c.image.as_deref().is_some_and(|image| {
            image.contains("ingress-nginx/controller") || image.contains("nginx-ingress-controller")
        })
    };
    let workloads = cluster.workloads.iter().filter(|w| w.admitted).map(|w| &w.spec);
    let pods = cluster.pods.iter().filter(|p| p.admitted).map(|p| &p.spec);
    workloads.chain(pods).flat_map(|spec| &spec.containers).find(is_controller)
}

/// The flags that name the ConfigMap; the second one is 0.8's.
const CONFIG_MAPS: [&str; 2] = ["--configmap=", "--nginx-configmap="];

/// The ConfigMap that the controller's arguments name, or the one that its own manifests call
/// `ingress-nginx-controller`.
fn config_map(cluster: &Cluster) -> Option<&ConfigMap> {
    let named = controller_container(cluster)
        .and_then(|c| c.args.iter().find_map(|a| CONFIG_MAPS.iter().find_map(|flag| a.strip_prefix(flag))))
        .and_then(|name| name.rsplit('/').next());
    let wanted = named.unwrap_or("ingress-nginx-controller");
    cluster.config_maps.iter().find(|m| m.admitted && m.meta.name.value == wanted)
}

/// The words of a comma separated list.
fn words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}
