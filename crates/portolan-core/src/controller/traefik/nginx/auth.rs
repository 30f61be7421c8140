//! `auth-type` and `auth-url`, as far as manifests tell.

use super::model::Taken;
use super::options::Options;
use crate::cluster::{Cluster, Secret};
use crate::logins::Logins;

/// The users of a basic or digest authentication.
///
/// # Errors
/// Why not: the paths are left out then.
pub(super) fn users(
    taken: &Taken<'_>,
    kind: &str,
    cluster: &Cluster,
    options: &Options<'_>,
) -> Result<Logins, String> {
    if kind != "basic" && kind != "digest" {
        return Err(format!("auth-type {kind:?} is neither basic nor digest"));
    }
    let reference = taken.config.auth_secret.as_deref().unwrap_or_default();
    if reference.is_empty() {
        return Err("auth-type needs auth-secret".to_owned());
    }
    let secret = secret(taken, reference, "auth-secret", cluster, options)?;
    let users = match taken.config.auth_secret_type.as_deref().unwrap_or("auth-file") {
        "auth-map" => secret.login_map.as_go(),
        "auth-file" if secret.keys.iter().any(|k| k == "auth") => {
            // pkg/middlewares/auth/{basic,digest}_auth.go: the middleware is not made.
            if kind == "basic" && secret.logins.is_malformed() {
                let name = secret.meta.full_name();
                return Err(format!(
                    "a line of the users in Secret {name} is not a name, a colon and a hash"
                ));
            }
            secret.logins.as_go()
        }
        "auth-file" => return Err(format!("Secret {} has no key auth", secret.meta.full_name())),
        other => return Err(format!("auth-secret-type {other:?} is neither auth-file nor auth-map")),
    };
    let name = secret.meta.full_name();
    // Observed on 3.7.15: no router for either.
    if users.has_none() {
        return Err(format!("Secret {name} has no users"));
    }
    if kind == "digest" && users.lacks_realm() {
        return Err(format!(
            "a user in Secret {name} is not a name, a realm and a hash, as auth-type digest needs it"
        ));
    }
    Ok(users)
}

/// Whether the certificate authority of `auth-tls-secret` can be loaded.
///
/// # Errors
/// Why not: the whole Ingress is left out then.
pub(super) fn check_client_tls(
    taken: &Taken<'_>,
    cluster: &Cluster,
    options: &Options<'_>,
) -> Result<(), String> {
    let Some(reference) = &taken.config.auth_tls_secret else { return Ok(()) };
    if !reference.contains('/') {
        return Err(format!("auth-tls-secret {reference:?} is not namespace/name"));
    }
    let secret = secret(taken, reference, "auth-tls-secret", cluster, options)?;
    match secret.keys.iter().any(|k| k == "ca.crt") {
        true => Ok(()),
        false => Err(format!("Secret {} has no key ca.crt", secret.meta.full_name())),
    }
}

fn secret<'c>(
    taken: &Taken<'_>,
    reference: &str,
    annotation: &str,
    cluster: &'c Cluster,
    options: &Options<'_>,
) -> Result<&'c Secret, String> {
    let own = taken.ingress.meta.namespace.as_str();
    let (namespace, name) = reference.split_once('/').unwrap_or((own, reference));
    if name.contains('/') {
        return Err(format!("{annotation} {reference:?} is not namespace/name"));
    }
    if namespace != own && !options.cross_namespace {
        return Err(format!("{annotation} {reference} is in another namespace"));
    }
    let mut secrets = cluster.secrets.iter().filter(|s| s.admitted);
    let found = secrets.find(|s| s.meta.namespace == namespace && s.meta.name.value == name);
    found.ok_or_else(|| format!("{annotation}: there is no Secret {namespace}/{name}"))
}

/// Whether a URL has a scheme and a host, as Go's client needs it.
pub(super) fn is_absolute(url: &str) -> bool {
    url.split_once("://")
        .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty() && !rest.starts_with('/'))
}

/// Whether somebody may answer at this URL: a host outside of the cluster, or a Service of it. An
/// address that nothing in the manifests has, or the name of a Service that is not there, does not.
pub(super) fn answers(url: &str, cluster: &Cluster) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '$']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    if host.parse::<std::net::IpAddr>().is_ok() {
        let clusters = cluster.services.iter().flat_map(|s| &s.cluster_ips).any(|ip| ip == host);
        let sets = cluster.endpoints.iter().flat_map(|s| &s.subsets).flat_map(|s| &s.endpoints);
        return clusters
            || sets.flat_map(|e| &e.addresses).any(|a| a == host)
            || cluster.pods.iter().any(|p| p.ip.as_deref() == Some(host));
    }
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [service, namespace, "svc", ..] => cluster.service(namespace, service).is_some(),
        _ => true,
    }
}
