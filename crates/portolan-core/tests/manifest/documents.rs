//! Documents, lists, and what happens around a broken one.

use super::{json_of, kinds, object, one, problems};
use portolan_core::manifest::read;
use serde_json::json;

#[test]
fn empty_and_comment_only_documents_are_skipped() {
    let m = one(
        "---\n# Source: chart/templates/a.yaml\n---\n\n---\nkind: A\n...\n# end\n--- # b\nkind: B\n---\n",
    );
    assert_eq!(kinds(&m), ["A", "B"]);
    assert_eq!(problems(&m), [""; 0]);
}

#[test]
fn a_document_marker_ends_a_block_scalar_but_not_when_indented() {
    let m = one("kind: A\ntext: |\n  ---\n  x\n---\nkind: B\n");
    assert_eq!(kinds(&m), ["A", "B"]);
    assert_eq!(m.objects[0].root.get("text").and_then(|n| n.as_str()), Some("---\nx\n"));
}

#[test]
fn directives_and_byte_order_marks_belong_to_the_document() {
    let m = one("\u{feff}%YAML 1.1\n---\nkind: A\n...\n%TAG !e! tag:e.org,2000:\n---\nkind: B\n");
    assert_eq!(kinds(&m), ["A", "B"]);
    assert_eq!(problems(&m), [""; 0]);
}

#[test]
fn windows_line_ends_keep_lines_and_columns() {
    let m = one("kind: A\r\nspec:\r\n  x: 1\r\n---\r\nkind: B\r\nport: 80\r\n");
    assert_eq!(kinds(&m), ["A", "B"]);
    let port = m.objects[1].root.get("port").expect("the port").span;
    assert_eq!(m.sources.location(port).to_string(), "m.yaml:6:7");
    assert_eq!(m.sources.text(port), "80");
}

#[test]
fn the_article_with_its_omission_line_is_read() {
    let m = one(
        "kind: Service\n---\napiVersion: extensions/v1beta1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: nginx\n          imagePullPolicy: Always\n    //----omitted for brevity----\n  replicas: 2\n",
    );
    assert_eq!(kinds(&m), ["Service", "Deployment"]);
    assert_eq!(problems(&m), ["PT0101 11:5 `//----omitted for brevity----` is not YAML"]);
    // What stands below the line is read, too.
    assert_eq!(m.objects[1].root.get("spec").and_then(|s| s.get("replicas")).map(json_of), Some(json!(2)));
}

#[test]
fn what_stands_above_a_broken_line_is_kept() {
    let m = one(
        "kind: Ingress\nmetadata:\n  name: web\nspec:\n  rules:\n  - host: a.com\n     http:\n---\nkind: Service\n",
    );
    assert_eq!(kinds(&m), ["Ingress", "Service"]);
    assert_eq!(m.objects[0].root.get("spec").map(json_of), Some(json!({"rules": [{"host": "a.com"}]})));
    assert_eq!(m.problems.len(), 1);
    assert!(m.problems[0].message.ends_with("the rest of this document was left out"), "{:?}", m.problems);
}

#[test]
fn what_is_clear_is_read_as_if_it_were_mended() {
    let text = "kind: Ingress\nspec:\n  rules:\n  - host:a.com\n    http:\n      path: \"/x\\d\"\n\t\tport: 80\n  extra: @y\n";
    let m = one(text);
    assert_eq!(
        m.objects[0].root.get("spec").map(json_of),
        Some(json!({"rules": [{"host": "a.com", "http": {"path": "/x\\d"}, "port": 80}], "extra": "@y"})),
    );
    assert_eq!(m.problems.len(), 4);
    // Places are those of the text as it is.
    let extra = m.objects[0].root.get("spec").and_then(|s| s.get("extra")).expect("extra").span;
    assert_eq!(m.sources.text(extra), "@y");
}

#[test]
fn a_broken_document_is_one_problem_and_its_neighbours_live_on() {
    let m = one("kind: A\n---\n}\n---\nkind: B\n---\n\"\n---\nkind: C\n");
    assert_eq!(kinds(&m), ["A", "B", "C"]);
    assert_eq!(m.problems.len(), 2);
}

#[test]
fn an_unquoted_wildcard_host_is_read_and_can_be_quoted() {
    let m = one("kind: Ingress\nspec:\n  rules:\n  - host: *.example.com\n    http: {}\n");
    assert_eq!(
        m.objects[0].root.get("spec").map(json_of),
        Some(json!({"rules": [{"host": "*.example.com", "http": {}}]}))
    );
    assert_eq!(
        problems(&m),
        ["PT0104 4:11 to YAML, `*.example.com` refers to an anchor `&.example.com`, and there is none above"]
    );
    let edit = &m.problems[0].fixes[0].edits[0];
    assert_eq!((m.sources.text(edit.span), edit.text.as_str()), ("*.example.com", "\"*.example.com\""));
}

#[test]
fn lists_are_opened_and_items_point_at_themselves() {
    let m = one("apiVersion: v1\nkind: List\nitems:\n- kind: A\n- kind: B\n  x: 1\n- 3\n");
    assert_eq!(kinds(&m), ["A", "B"]);
    assert_eq!(m.sources.text(m.objects[1].root.span), "kind: B\n  x: 1");
    assert_eq!(m.objects[1].index, 1);
    assert_eq!(
        problems(&m),
        ["PT0106 7:3 this list item is no Kubernetes object: it is of type number, not a mapping"]
    );
}

#[test]
fn items_of_a_typed_list_inherit_its_type() {
    let m = one("apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems:\n- metadata: {name: a}\n");
    assert_eq!(
        json_of(&m.objects[0].root),
        json!({"metadata": {"name": "a"}, "apiVersion": "networking.k8s.io/v1", "kind": "Ingress"})
    );
}

#[test]
fn a_document_that_is_no_mapping_is_refused() {
    let m = one("just words\n---\n- a\n- b\n---\n42\n");
    assert_eq!(kinds(&m), [""; 0]);
    assert_eq!(m.problems.len(), 3);
}

#[test]
fn a_helm_template_is_one_problem() {
    let m = one(
        "{{- if .Values.x }}\nkind: A\nname: {{ .Values.name }}\n---\nkind: B\nname: {{ .x }}\n{{- end }}\n",
    );
    assert_eq!(problems(&m), ["PT0103 1:1 this is a Helm template, not a rendered manifest"]);
    assert_eq!(m.objects.len(), 0);
    let m = one("# {{ a comment }}\nkind: A\nquery: '{{ $labels.x }}'\n");
    assert_eq!((kinds(&m), m.problems.len()), (vec!["A"], 0));
}

#[test]
fn the_last_duplicate_wins_and_is_reported() {
    let m = one("kind: A\nspec:\n  x: 1\n  z: 2\n  x: 3\n");
    assert_eq!(m.objects[0].root.get("spec").map(json_of), Some(json!({"x": 3, "z": 2})));
    assert_eq!(problems(&m), ["PT0105 5:3 `x` is given twice in one mapping, and only the last one counts"]);
    assert_eq!(m.sources.location(m.problems[0].related[0].span).to_string(), "m.yaml:3:3");
}

#[test]
fn anchors_aliases_and_merge_keys() {
    let root = object(
        "base: &b\n  a: 1\n  c: 2\nuse:\n  <<: *b\n  c: 3\nlist: [*b]\nboth:\n  <<: [{x: 1}, {x: 2, z: 3}]\n",
    );
    assert_eq!(
        json_of(&root),
        json!({"base": {"a": 1, "c": 2}, "use": {"a": 1, "c": 3}, "list": [{"a": 1, "c": 2}], "both": {"x": 1, "z": 3}})
    );
    // A value that came through an alias stands where it is written.
    let written = root.get("base").expect("base").span;
    assert_eq!(root.get("list").expect("list").items()[0].span, written);
}

#[test]
fn a_merge_key_overrides_what_stands_before_it() {
    let m = one("kind: A\nb: &b {x: 1}\nspec:\n  x: 2\n  <<: *b\n");
    assert_eq!(m.objects[0].root.get("spec").map(json_of), Some(json!({"x": 1})));
    assert_eq!(problems(&m), ["PT0110 5:3 `<<` comes after `x` and overrides it"]);
}

#[test]
fn files_are_read_in_order() {
    let m = read([("a.yaml", "kind: A"), ("b.yaml", "kind: B"), ("c.json", "{\"kind\": \"C\"}")]);
    assert_eq!(kinds(&m), ["A", "B", "C"]);
    assert_eq!(m.sources.location(m.objects[2].root.span).to_string(), "c.json:1:1");
}

#[test]
fn spans_leave_out_white_space_and_comments() {
    let root = "kind: A # c\nnone:   # c\nlist:\n  -\n  - x  # y\ntext: >-  # c\n   folded\n   text\n\n# c\nmap: { a: 'b' } # c\nlast: \"q\"\n";
    let m = one(root);
    let text = |node: &portolan_core::manifest::Node| m.sources.text(node.span).to_owned();
    let root = &m.objects[0].root;
    let get = |key: &str| root.get(key).map(&text).unwrap_or_default();
    assert_eq!(get("kind"), "A");
    assert_eq!(get("none"), "");
    assert_eq!(get("list"), "-\n  - x");
    assert_eq!(get("text"), ">-  # c\n   folded\n   text");
    assert_eq!(get("map"), "{ a: 'b' }");
    assert_eq!(get("last"), "\"q\"");
    // An absent value stands right behind its indicator.
    let none = root.get("none").expect("none").span;
    assert_eq!(m.sources.location(none).to_string(), "m.yaml:2:6");
    let item = root.get("list").expect("list").items()[0].span;
    assert_eq!(m.sources.location(item).to_string(), "m.yaml:4:4");
}
