//! Comments that silence, and those that silence nothing.

use super::of;

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
    service:
ABOVE
      name: wbe END
      port:
        number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {a: b}
  ports: [{port: 80}]
FILE
";

/// The codes that remain, and how many were silenced.
fn said(above: &str, end: &str, file: &str) -> (Vec<&'static str>, usize) {
    let text = INGRESS.replace("ABOVE", above).replace("END", end).replace("FILE", file);
    let (_, verdict) = of(&text, "kubernetes", &[]);
    (verdict.problems.iter().map(|p| p.code.0).collect(), verdict.silenced)
}

#[test]
fn comments_silence_their_line() {
    for (above, end, file) in [
        ("# portolan: ignore PT0301", "", ""),
        ("      # portolan: ignore missing-service it comes with another chart", "", ""),
        ("# portolan: ignore PT0301 because\n\n# of this", "", ""),
        ("", "# portolan: ignore PT0301", ""),
        ("", "# what follows is portolan's # portolan: ignore PT0301, it is so", ""),
        ("", "", "# portolan: ignore-file missing-service"),
        ("", "", "---\n# portolan:  ignore-file   PT0301  because"),
    ] {
        assert_eq!(said(above, end, file), (vec![], 1), "{above} {end} {file}");
    }
}

#[test]
fn comments_that_silence_nothing_are_problems() {
    assert_eq!(said("", "", ""), (vec!["PT0301"], 0));
    assert_eq!(said("# portolan: ignore PT0301 PT0302", "", ""), (vec!["PT0901"], 1));
    assert_eq!(said("# portolan: ignore PT0301, service-port x", "", ""), (vec!["PT0901"], 1));
    assert_eq!(said("# portolan: ignore PT0302", "", ""), (vec!["PT0901", "PT0301"], 0));
    assert_eq!(said("", "", "# portolan: ignore PT0301"), (vec!["PT0301", "PT0901"], 0));
    assert_eq!(said("", "", "# portolan: ignore-file PT0302"), (vec!["PT0301", "PT0901"], 0));
}

#[test]
fn comments_that_cannot_be_read_are_problems() {
    for comment in [
        "# portolan: ignore",
        "# portolan: ignore everything",
        "# portolan: ignore PT9999",
        "# portolan: ingore PT0301",
        "# portolan:",
    ] {
        assert_eq!(said(comment, "", ""), (vec!["PT0902", "PT0301"], 0), "{comment}");
    }
    // A word of another tool's, or of nobody's.
    for comment in ["# see https://x/portolan: ignore PT0301", "# the portolan: a chart", "#portolan is here"]
    {
        assert_eq!(said(comment, "", ""), (vec!["PT0301"], 0), "{comment}");
    }
}
