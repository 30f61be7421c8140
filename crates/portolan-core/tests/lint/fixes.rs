//! The law of fixes: applying all of them leaves a manifest without the problems that they were for,
//! and everything that they did not touch as it was, comments included.

use super::corpus;
use super::{Config, judge};
use portolan_core::lint;
use portolan_core::problem::Problem;
use proptest::prelude::*;

fn mend(files: &[(String, String)], controller: &str, settings: &[String]) -> lint::Mended {
    let config = Config::default();
    lint::mend(files.to_vec(), &mut |files| {
        let (sources, verdict) = judge(files, controller, settings, &config);
        (sources, verdict.problems)
    })
}

/// Problems that a tool can mend by itself.
fn mendable(problems: &[Problem]) -> Vec<String> {
    let mendable = problems.iter().filter(|p| p.fixes.len() == 1);
    mendable.map(|p| format!("{}: {}", p.code, p.message)).collect()
}

/// The comments of a text, in order. A `#` in a value counts as one, too, and must stay as well.
fn comments(text: &str) -> Vec<String> {
    text.lines().filter_map(|l| l.find('#').map(|at| l[at..].trim_end().to_owned())).collect()
}

#[test]
fn all_manifests_are_clean_of_what_was_mended() {
    let mut wrong = Vec::new();
    let mut done = 0;
    for work in corpus::all() {
        let (_, before) = judge(&work.files, &work.controller, &work.settings, &Config::default());
        if mendable(&before.problems).is_empty() {
            continue;
        }
        let mended = mend(&work.files, &work.controller, &work.settings);
        done += mended.done.len();
        let left = mendable(&mended.problems);
        if !left.is_empty() {
            wrong.push(format!("{}: {left:#?}", work.name));
        }
        for ((_, old), (_, new)) in work.files.iter().zip(&mended.files) {
            // A fix may make a comment of what was none.
            let mut now = comments(new).into_iter();
            if !comments(old).iter().all(|comment| now.any(|c| c == *comment)) {
                wrong.push(format!("{}: comments were lost", work.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(done > 10, "only {done} fixes were there to be tried");
}

/// A manifest with faults in it: each part by itself right or wrong, and comments everywhere.
fn manifest(wrong: &[bool], style: u8, comment: &str) -> (String, String) {
    let pick = |i: usize, bad: &'static str, good: &'static str| {
        if wrong.get(i).copied().unwrap_or(false) { bad } else { good }
    };
    let write = |pick: &dyn Fn(usize, &'static str, &'static str) -> &'static str| {
        let quote = ["", "\"", "'"].get(usize::from(style % 3)).copied().unwrap_or_default();
        let name = pick(0, "shpo", "shop");
        let port = pick(1, "8080", "80");
        let target = pick(2, "htpp", "http");
        let annotation = pick(3, "ssl-redirct", "ssl-redirect");
        let class = pick(4, "ngnix", "nginx");
        let timeout = pick(5, "\"600s\"", "\"600\"");
        let host = pick(6, "Shop.Example.COM", "shop.example.com");
        let backend = match style % 2 {
            0 => {
                format!("{{service: {{name: {quote}{name}{quote}, port: {{number: {port}}}}}}} # {comment} 1")
            }
            _ => format!(
                "# {comment} 0\n              service:\n                name: {quote}{name}{quote} # {comment} 1\n                port:\n                  number: {port}"
            ),
        };
        format!(
            "# {comment}\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop   # {comment} 2\n  annotations:\n    nginx.ingress.kubernetes.io/{annotation}: \"false\" # {comment} 3\n    # {comment} 4\n    nginx.ingress.kubernetes.io/proxy-read-timeout: {timeout}\nspec:\n  ingressClassName: {quote}{class}{quote} # {comment} 5\n  rules:\n    - host: {host}\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend: {backend}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: shop}}\nspec:\n  selector: {{app: shop}}\n  ports:\n    - port: 80 # {comment} 6\n      targetPort: {quote}{target}{quote}\n---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: nginx}}\nspec: {{controller: k8s.io/ingress-nginx}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: shop}}\nspec:\n  selector: {{matchLabels: {{app: shop}}}}\n  template:\n    metadata: {{labels: {{app: shop}}}}\n    spec:\n      containers:\n        - {{name: app, image: app, ports: [{{name: http, containerPort: 8080}}]}}\n# {comment} 7\n"
        )
    };
    (write(&pick), write(&|_, _, good| good))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn mending_gives_what_was_meant(
        wrong in proptest::collection::vec(any::<bool>(), 7),
        style in 0u8..6,
        comment in "[a-z :\\[\\]{}'\"é-]{0,12}",
    ) {
        let (bad, good) = manifest(&wrong, style, &comment);
        let mended = mend(&[("m.yaml".to_owned(), bad)], "ingress-nginx", &[]);
        prop_assert_eq!(mendable(&mended.problems), Vec::<String>::new());
        let now = &mended.files.first().expect("one file").1;
        prop_assert_eq!(now, &good);
        prop_assert_eq!(mended.problems.len(), 0, "{:?}", mended.problems);
    }
}
