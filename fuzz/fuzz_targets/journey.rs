//! Any request goes somewhere through any cluster, whatever controller answers, wherever the client stands
//! and whoever makes the load balancers: no panic, no hang, every journey keeps the laws, and is on the
//! chart. The first line, which may be a comment, is where to; the rest is the manifests.
#![no_main]

#[path = "../../crates/portolan-core/tests/journeys/check.rs"]
mod check;

use libfuzzer_sys::fuzz_target;
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::journey::{self, Aim, Cloud, Place, Setting, Software, What};
use portolan_core::manifest;
use portolan_core::routing::{Request, Router};
use portolan_core::topology;

fuzz_target!(|text: &str| {
    let (to, manifests) = text.split_once('\n').unwrap_or((text, ""));
    let to = to.strip_prefix("# ").unwrap_or(to);
    let aim = Aim::parse(to);
    let Ok(request) = aim.as_ref().map_or_else(|_| Request::parse(to).map(Some), |_| Ok(None)) else {
        return;
    };
    let cluster = Cluster::build(&manifest::read([("m.yaml", manifests)]));
    let settings = Settings::new();
    // A pod runs on a node that the manifests have, if they have one.
    let node = cluster.nodes.first().map(|n| n.meta.name.to_string());
    for controller in controller::all() {
        let router = Router::new(controller.compile(&cluster, &settings).table);
        let table = router.table();
        let answer = request.as_ref().map(|r| (r, router.answer(&r.request)));
        let what = match (&answer, &aim) {
            (Some((parsed, outcome)), _) => What::Http { request: &parsed.request, table, outcome },
            (None, Ok(aim)) => What::Plain(aim),
            (None, Err(_)) => return,
        };
        let outcome = answer.as_ref().map(|(_, outcome)| outcome);
        let clouds = std::iter::once(None).chain(Cloud::ALL.map(Some));
        for (turn, cloud) in (0..).zip(clouds) {
            let travel = |place| {
                let node = node.clone().filter(|_| place == Place::Pod);
                let setting = Setting { place, node, cloud, turn, ..Setting::default() };
                check::lawful(&cluster, &setting, what)
            };
            let journeys = Place::ALL.map(travel);
            // Charts cost more than journeys, and clouds change little on them.
            if !matches!(cloud, None | Some(Cloud::OpenStack | Cloud::AwsNlbIp)) {
                continue;
            }
            let chart = topology::chart(&cluster, table, controller.title, cloud);
            for journey in &journeys {
                for leg in chart.legs(journey, table, outcome) {
                    assert!(leg.nodes.iter().all(|&n| n < chart.nodes.len()), "{leg:?}");
                }
            }
        }
    }
    for software in Software::ALL {
        assert!(!journey::pool(&cluster, software).is_empty());
    }
});
