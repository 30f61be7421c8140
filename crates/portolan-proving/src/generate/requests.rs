//! Requests to Ingresses.

use super::{annotations, words};
use crate::rng::Rng;
use portolan_core::routing::Request;
use serde_json::Value;

/// The hosts of the rules, without the empty one, and other names of them.
fn hosts(objects: &[Value]) -> Vec<String> {
    let mut hosts: Vec<String> =
        rules(objects).filter_map(|r| Some(r["host"].as_str()?.to_owned())).collect();
    for ingress in objects {
        let aliases = annotations::value(ingress, "server-alias").into_iter().flat_map(|a| a.split(','));
        hosts.extend(aliases.map(|a| a.trim().to_owned()));
        if annotations::value(ingress, "from-to-www-redirect").is_some() {
            let own = rules(std::slice::from_ref(ingress)).filter_map(|r| r["host"].as_str());
            hosts.extend(
                own.map(|h| h.strip_prefix("www.").map_or_else(|| format!("www.{h}"), str::to_owned)),
            );
        }
    }
    hosts
}

fn rules(objects: &[Value]) -> impl Iterator<Item = &Value> {
    objects.iter().filter_map(|o| o["spec"]["rules"].as_array()).flatten()
}

fn paths(objects: &[Value]) -> Vec<&str> {
    rules(objects)
        .filter_map(|r| r["http"]["paths"].as_array())
        .flatten()
        .filter_map(|p| p["path"].as_str())
        .collect()
}

/// A host that some rule might mean.
pub fn host(rng: &mut Rng, known: &[String]) -> String {
    let base = match rng.of(known) {
        Some(host) if rng.percent(85) => host.clone(),
        _ => rng
            .pick(&["a.com", "x.a.com", "y.x.a.com", "b.com", "other.org", "com", "127.0.0.1", "[::1]"])
            .to_owned(),
    };
    let base = match base.strip_prefix("*.") {
        Some(rest) => match rng.below(10) {
            0 => rest.to_owned(),
            1 => format!("p.q.{rest}"),
            2 => format!(".{rest}"),
            3 => format!("x_y.{rest}"),
            4 => format!("*.{rest}"),
            _ => format!("{}.{rest}", rng.pick(&["x", "y", "www"])),
        },
        None => base,
    };
    match rng.below(24) {
        0 => base.to_ascii_uppercase(),
        1 => format!("{base}:8080"),
        2 => format!("{base}:80"),
        3 => format!("{base}."),
        4 => format!("{base}:"),
        5 => String::new(),
        6 => format!("www.{base}"),
        7 => format!("{base}.:80"),
        _ => base,
    }
}

/// A request to some of these Ingresses, or near one.
pub fn request(rng: &mut Rng, objects: &[Value], port: u16) -> Request {
    let mut request = near(rng, &hosts(objects), &paths(objects), port);
    request.headers = annotations::headers(rng, objects);
    request
}

/// A request to these hosts and paths, or near them.
pub fn near(rng: &mut Rng, hosts: &[String], paths: &[&str], port: u16) -> Request {
    let host = host(rng, hosts);
    let path = match rng.of(paths) {
        Some(path) if rng.percent(85) => (*path).to_owned(),
        _ => words::any_path(rng),
    };
    let path = concrete(rng, &path);
    let path = words::near(rng, &path);
    let mut target = format!("{path}{}", words::query(rng));
    if !target.starts_with('/') && rng.percent(90) {
        target.insert(0, '/');
    }
    // What ends the request line is no part of any target.
    target.retain(|c| c != ' ' || rng.percent(2));
    if rng.percent(4) {
        let mut authority = self::host(rng, hosts);
        if rng.percent(10) {
            authority.insert_str(0, rng.pick(&["user@", "user:password@", "@"]));
        }
        target = format!("{}://{authority}{target}", rng.pick(&["http", "http", "https", "HTTP", "ws"]));
    }
    if rng.percent(1) {
        target = rng.pick(&["*", "a.com:80", "foo", "?x", "http://", "//a.com/foo"]).to_owned();
    }
    let method = match rng.percent(85) {
        true => "GET",
        false => rng.pick(&["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "FOO"]),
    };
    let mut request = Request::get(host, target);
    request.method = method.to_owned();
    request.port = Some(port);
    request.client_ip = Some([127, 0, 0, 1].into());
    request
}

/// Something that an expression of the alphabet matches, or nearly.
fn concrete(rng: &mut Rng, path: &str) -> String {
    let mut text = path.to_owned();
    for (from, to) in [
        ("v[0-9]+", &["v2", "v", "v12"][..]),
        ("(foo|bar)", &["foo", "bar", "foobar"]),
        ("(/|$)(.*)", &["", "/", "/x", "/x/y", "x"]),
        ("(.*)", &["", "x", "x/y", "/", "x/../y", "x?y"]),
        ("(foo)/(bar)", &["foo/bar", "Foo/BAR"]),
        ("()(foo", &["foo"]),
        (".*", &["", "x", "x/y"]),
        ("fo+", &["fo", "foo", "f"]),
        ("(?i)", &[""]),
        ("$", &["", "/", "x"]),
        ("^", &[""]),
    ] {
        if rng.percent(90) {
            text = text.replace(from, rng.pick(to));
        }
    }
    text
}
