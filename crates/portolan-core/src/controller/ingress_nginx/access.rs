//! Annotations about who may come in: CORS, basic and external authentication, client certificates.
//!
//! Source: `internal/ingress/annotations/{cors,auth,authreq,authtls}/main.go`.

use super::context::Context;
use super::reader::{Bad, Reader, Refused};
use super::value;
use crate::cluster::Secret;
use crate::logins::Logins;
use crate::routing::{Certainty, Pattern};

/// What `auth-*` annotations ask for.
#[derive(Debug, Clone, Default)]
pub(super) struct Auth {
    pub basic: Option<Basic>,
    pub external: Option<External>,
    pub tls: Option<ClientCertificate>,
    /// `enable-global-auth: "false"`.
    pub not_global: bool,
}

/// `auth-type: basic` or `digest`.
#[derive(Debug, Clone)]
pub(super) struct Basic {
    pub secret: String,
    pub digest: bool,
    /// The users in the Secret, where it is in the manifests.
    pub users: Option<Logins>,
}

/// `auth-url`.
#[derive(Debug, Clone)]
pub(super) struct External {
    pub url: String,
    pub sign_in: Option<String>,
    /// The query parameter that carries the way back.
    pub parameter: String,
}

/// `auth-tls-secret`: for the whole server.
#[derive(Debug, Clone)]
pub(super) struct ClientCertificate {
    /// The Secret cannot be used: the server answers 403.
    pub error: Option<String>,
    /// A certificate must be there, and good.
    pub required: bool,
    pub match_cn: Option<String>,
}

/// `enable-cors`.
#[derive(Debug, Clone)]
pub(super) struct Cors {
    /// Which origins are let in: `None` for all.
    pub origins: Option<Pattern>,
    /// No origin that was written is one.
    pub nobody: bool,
}

/// ann/cors.
pub(super) fn cors(r: &mut Reader) -> Result<Option<Cors>, Refused> {
    if !r.flag("enable-cors", Bad::Default)?.unwrap_or(false) {
        return Ok(None);
    }
    let text = r.text("cors-allow-origin", Bad::Default, |t| t.split(',').all(|o| is_origin(o.trim())))?;
    let Some(text) = text else { return Ok(Some(Cors { origins: None, nobody: false })) };
    let origins: Vec<&str> = text.split(',').map(str::trim).filter(|o| !o.is_empty()).collect();
    if origins.contains(&"*") {
        return Ok(Some(Cors { origins: None, nobody: false }));
    }
    // template.go, buildCorsOriginRegex: anchored at the end only.
    let alternatives: Vec<String> =
        origins.iter().map(|o| o.replace('.', r"\.").replace('*', r"[A-Za-z0-9\-]+")).collect();
    let source = format!("({})$", alternatives.join("|"));
    Ok(Some(Cors { origins: Pattern::pcre(&source, true).ok(), nobody: origins.is_empty() }))
}

fn is_origin(text: &str) -> bool {
    let host = text.split_once("://").map_or(text, |(_, host)| host);
    text == "*"
        || (text.is_empty() || !host.is_empty())
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:*".contains(&b))
}

/// ann/auth, ann/authreq, ann/authtls.
pub(super) fn auth(cx: &Context, r: &mut Reader) -> Result<Auth, Refused> {
    Ok(Auth {
        basic: basic(cx, r)?,
        external: external(r)?,
        tls: client_certificate(cx, r)?,
        not_global: r.flag("enable-global-auth", Bad::Default)? == Some(false),
    })
}

fn basic(cx: &Context, r: &mut Reader) -> Result<Option<Basic>, Refused> {
    let kind = r.text("auth-type", Bad::Drop, |t| t == "basic" || t == "digest")?;
    let form = r.text("auth-secret-type", Bad::Drop, |t| t == "auth-file" || t == "auth-map")?;
    let Some(kind) = kind else { return Ok(None) };
    if kind != "basic" && kind != "digest" {
        r.deny(format!("{kind:?} is no auth-type"));
        return Ok(None);
    }
    let Some(named) = r.text("auth-secret", Bad::Deny, is_secret_name)? else {
        r.deny("auth-type is set, but auth-secret names no Secret");
        return Ok(None);
    };
    let found = match find_secret(cx, r, &named) {
        Ok(found) => found,
        Err(reason) => {
            r.deny(reason);
            return Ok(None);
        }
    };
    let as_map = form.is_some_and(|f| f == "auth-map");
    if let Some(secret) = found
        && !as_map
        && !secret.keys.iter().any(|k| k == "auth")
    {
        r.deny(format!("Secret {} has no key auth", secret.meta.full_name()));
        return Ok(None);
    }
    let users = found.map(|secret| if as_map { &secret.login_map } else { &secret.logins });
    Ok(Some(Basic { secret: full_name(r, &named), digest: kind == "digest", users: users.cloned() }))
}

fn external(r: &mut Reader) -> Result<Option<External>, Refused> {
    let url = r.text("auth-url", Bad::Drop, value::is_url_with_variables)?;
    let sign_in = r.text("auth-signin", Bad::Default, value::is_url_with_variables)?;
    let parameter = r.text("auth-signin-redirect-param", Bad::Default, value::is_name)?;
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"];
    r.text("auth-method", Bad::Deny, |t| methods.contains(&t))?;
    let Some(url) = url else { return Ok(None) };
    let host = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    if host.is_none_or(|h| h.is_empty() || h.contains("..")) {
        r.deny(format!("auth-url {url} has no scheme or no host"));
        return Ok(None);
    }
    let parameter = parameter.unwrap_or_else(|| "rd".to_owned());
    Ok(Some(External { url, sign_in, parameter }))
}

fn client_certificate(cx: &Context, r: &mut Reader) -> Result<Option<ClientCertificate>, Refused> {
    let match_cn = r.text("auth-tls-match-cn", Bad::Drop, |t| t.starts_with("CN="))?;
    let verify = r.text("auth-tls-verify-client", Bad::Default, |t| {
        matches!(t, "on" | "off" | "optional" | "optional_no_ca")
    })?;
    let Some(named) = r.text("auth-tls-secret", Bad::Drop, is_secret_name)? else { return Ok(None) };
    let error = match find_secret(cx, r, &named) {
        Err(reason) => Some(reason),
        // A Secret without an authority verifies nobody.
        Ok(Some(secret)) if !secret.keys.iter().any(|k| k == "ca.crt") => return Ok(None),
        Ok(_) => None,
    };
    if let Some(reason) = &error {
        r.deny(reason.clone());
    }
    let required = verify.is_none_or(|v| v == "on");
    Ok(Some(ClientCertificate { error, required, match_cn }))
}

/// ann/proxyssl: the certificate that nginx shows to the backend.
pub(super) fn upstream_certificate(cx: &Context, r: &mut Reader) -> Result<(), Refused> {
    if let Some(named) = r.text("proxy-ssl-secret", Bad::Deny, is_secret_name)?
        && let Err(reason) = find_secret(cx, r, &named)
    {
        r.deny(reason);
    }
    Ok(())
}

fn is_secret_name(text: &str) -> bool {
    text.split('/').count() <= 2 && text.split('/').all(value::is_name)
}

fn full_name(r: &Reader, named: &str) -> String {
    if named.contains('/') { named.to_owned() } else { format!("{}/{named}", r.ingress.meta.namespace) }
}

/// The Secret that an annotation names; `None` where it is taken to be there.
fn find_secret<'c>(cx: &Context<'c>, r: &mut Reader, named: &str) -> Result<Option<&'c Secret>, String> {
    let name = full_name(r, named);
    let (namespace, _) = name.split_once('/').unwrap_or_default();
    if namespace != r.ingress.meta.namespace && !r.config.cross_namespace {
        return Err(format!(
            "Secret {name} is in another namespace, which allow-cross-namespace-resources forbids"
        ));
    }
    let found = cx.secret(&name);
    if found.is_none() {
        if cx.whole {
            return Err(format!("there is no Secret {name}"));
        }
        r.doubt(Certainty::Likely(format!("Secret {name} is not in the manifests; it is assumed to exist")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for good in ["*", "https://ok.org", "https://*.ok.org:8443", "ok.org"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in ["https://", "https://ok.org/path", "ok org"] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn secrets_are_named_with_or_without_namespace() {
        assert!(is_secret_name("a") && is_secret_name("ns/a"));
        assert!(!is_secret_name("a/b/c") && !is_secret_name("a b") && !is_secret_name("/a"));
    }
}
