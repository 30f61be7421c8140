//! Canaries: where they hang, and which of them are none.

use super::world::{World, ask, check, outcome};
use portolan_core::routing::{Answer, Router};

#[test]
fn canaries_hang_on_upstreams() {
    let canary = |more: &[(&'static str, &'static str)]| {
        let mut annotations = vec![("canary", "true")];
        annotations.extend_from_slice(more);
        World::new().ingress("z-main", &[], &["h.com P / main", "other.com P /x main"], "").ingress(
            "canary",
            &annotations,
            &["h.com P / can"],
            "",
        )
    };
    check(
        canary(&[("canary-by-header", "X-C"), ("canary-weight", "100")]),
        &[
            ("GET http://h.com/", "can /"),
            ("GET http://h.com/ | X-C: never", "main /"),
            ("GET http://h.com/ | X-C: Always", "can /"),
            // The same Service port of another host is canaried as well.
            ("GET http://other.com/x", "can /x"),
        ],
    );
    check(
        canary(&[("canary-by-header", "X_C"), ("canary-by-header-value", "Do"), ("canary-weight", "100")]),
        &[("GET http://h.com/ | X-C: never", "can /"), ("GET http://h.com/ | X-C: Do", "can /")],
    );
    check(
        canary(&[("canary-by-header", "X-C"), ("canary-by-header-pattern", "[[["), ("canary-weight", "100")]),
        &[("GET http://h.com/ | X-C: a", "main /"), ("GET http://h.com/", "can /")],
    );
    check(
        canary(&[("canary-by-header", "X-C"), ("canary-by-header-pattern", "^Do[A-Z]")]),
        &[("GET http://h.com/ | X-C: DoIt", "can /"), ("GET http://h.com/ | X-C: doIt", "main /")],
    );
    check(
        canary(&[("canary-by-cookie", "ck")]),
        &[
            ("GET http://h.com/ | Cookie: a=b; CK=always", "can /"),
            ("GET http://h.com/ | Cookie: ck=1", "main /"),
        ],
    );
    // Ten of a hundred: a total counts only above 100.
    let router = canary(&[("canary-weight", "10"), ("canary-weight-total", "50")]).router();
    let Answer::Forward { targets, .. } = outcome(&router, "GET http://h.com/", &[]).answer else {
        panic!("forwards")
    };
    assert_eq!(targets.iter().map(|t| t.weight).collect::<Vec<_>>(), [Some(90), Some(10)]);
}

#[test]
fn a_canary_that_names_the_main_service_takes_it_over_or_is_none() {
    // The canary comes first: the Service port is its own, and nobody else's path gets a location.
    let world = World::new().ingress("a-main", &[], &["h.com P / s"], "").ingress(
        "b-canary",
        &[("canary", "true")],
        &["c.com P / s"],
        "",
    );
    let compiled = world.compile();
    assert!(
        compiled.table.dropped.iter().any(|d| d.reason.contains("canary")),
        "{:?}",
        compiled.table.dropped
    );
    assert_eq!(ask(&Router::new(compiled.table), "GET http://h.com/", &[]), "404");
    // It comes second: it is an ordinary Ingress, whose host without a server ends at the default one.
    let world = World::new().ingress("b-main", &[], &["h.com P / s"], "").ingress(
        "a-canary",
        &[("canary", "true")],
        &["c.com P /c s"],
        "",
    );
    check(world, &[("GET http://h.com/", "s /"), ("GET http://any.com/c/x", "s /c/x")]);
}

#[test]
fn a_canary_without_counterpart_serves_nothing() {
    let world = World::new().ingress("z", &[], &["h.com P /a main"], "").ingress(
        "c",
        &[("canary", "true"), ("canary-weight", "100")],
        &["h.com E /a can", "only.com P / can"],
        "",
    );
    check(world, &[("GET http://h.com/a", "main /a"), ("GET http://only.com/", "404")]);
}
