//! The words of every message, and the place that it points at.

use super::one;

/// Each problem as a terminal might show it: the message, the line with the place marked, the way
/// out and what the first fix would make of the line.
fn shown(text: &str) -> String {
    let manifest = one(text);
    let mut out = String::new();
    for problem in &manifest.problems {
        let file = &manifest.sources.files()[0];
        let (number, column) = file.line_column(problem.span.start);
        let (line, start) = file.line(number).unwrap_or_default();
        let end =
            (problem.span.end as usize).min(start as usize + line.len()).max(problem.span.start as usize);
        let marked = file.text[problem.span.start as usize..end].chars().count().max(1);
        out.push_str(&format!("{} {:?}: {}\n", problem.code, problem.severity, problem.message));
        out.push_str(&format!("{number:>3} | {}\n", line.replace('\t', "→")));
        out.push_str(&format!("    | {}{}\n", " ".repeat(column as usize - 1), "^".repeat(marked)));
        for related in &problem.related {
            let at = manifest.sources.location(related.span);
            out.push_str(&format!("  see {}:{}: {}\n", at.line, at.column, related.message));
        }
        if let Some(help) = &problem.help {
            out.push_str(&format!("  help: {help}\n"));
        }
        for fix in &problem.fixes {
            let mut fixed = text.to_owned();
            for edit in fix.edits.iter().rev() {
                fixed.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            }
            let (start, end) = (start as usize, start as usize + line.len() + fixed.len() - text.len());
            out.push_str(&format!("  fix: {}: {}\n", fix.title, &fixed[start..end]));
            // What a fix offers must mend the document.
            assert!(one(&fixed).problems.len() < manifest.problems.len(), "{}: {fixed}", fix.title);
        }
    }
    let kinds: Vec<_> = manifest.objects.iter().map(|o| o.root.entries().len()).collect();
    out.push_str(&format!("objects, by number of keys: {kinds:?}\n"));
    out
}

/// A name, and a text with something wrong.
const CASES: &[(&str, &str)] = &[
    ("omission line", "kind: A\nspec:\n  x: 1\n  //----omitted for brevity----\n  z: 2\n"),
    ("omission dots", "kind: A\nspec:\n  x:\n  ...\n  z: 2\n"),
    ("tab indentation", "kind: A\nspec:\n\tx: 1\n"),
    ("tab after value", "kind: A\nspec:\n  x: 1\n\tz: 1\n"),
    ("indented too deep", "kind: A\nspec:\n  - host: a.com\n     http:\n"),
    ("dedented to nowhere", "kind: A\nspec:\n    x: 1\n  z: 2\n"),
    ("key without space", "kind: A\nspec:\n  port:80\n  name: x\n"),
    ("key without space at end", "kind: A\nspec:\n  name: x\n  port:80\n"),
    ("key without colon", "kind: A\nspec\n  name: x\n"),
    ("key without colon at end", "kind: A\nspec:\n  name: x\n  port\n"),
    ("second colon", "kind: A\nmessage: error: it's broken # c\n"),
    ("unclosed quote", "kind: A\nname: \"x\nspec:\n  z: 1\n"),
    ("text after quote", "kind: A\nname: \"x\" y\n"),
    ("unknown escape", "kind: A\npath: \"/foo\\d+\"\n"),
    ("at sign", "kind: A\nname: @scope/pkg # c\n"),
    ("percent", "kind: A\nname: %foo\n"),
    ("lone star", "kind: A\nhosts:\n  - *\n"),
    ("wildcard host", "kind: A\nhost: *.example.com\n"),
    ("list on the line of its key", "kind: A\nports: - 80\n"),
    ("list item beside keys", "kind: A\nspec:\n  x: 1\n  - a\n"),
    ("key beside list items", "kind: A\nspec:\n- a\nb\n"),
    ("unclosed bracket", "kind: A\nhosts: [a, b\nspec: 1\n"),
    ("unclosed brace", "kind: A\nmetadata: {name: x\n"),
    ("wrong bracket", "kind: A\nhosts: [a, b}\n"),
    ("bracket too many", "kind: A\nhosts: [a]]\n"),
    ("comment without space", "kind: A\nname: \"x\"#y\n"),
    ("indented first line", "  kind: A\nmetadata:\n  name: x\n"),
    ("unknown tag handle", "kind: A\nname: !x!y z\n"),
    ("unknown tag", "kind: A\nname: !Ref z\n"),
    ("wrong tag", "kind: A\nport: !!int http\n"),
    ("null key", "kind: A\n~: x\n"),
    ("duplicate key", "kind: A\nspec:\n  x: 1\n  x: 2\n"),
    ("merge of a scalar", "kind: A\nspec:\n  <<: x\n"),
    ("merge after key", "kind: A\nb: &b {x: 1}\nspec:\n  x: 2\n  <<: *b\n"),
    ("infinity", "kind: A\nx: .inf\n"),
    ("helm template", "kind: A\nname: {{ .Release.Name }}\n"),
    ("bare list", "- kind: A\n- kind: B\n"),
    ("no object", "just text\n"),
    ("json trailing comma", "{\"kind\": \"A\", }"),
    ("json unclosed", "{\"kind\": \"A\""),
    ("anchor cycle", "kind: A\nx: &x [*x]\n"),
    ("web page", "<!DOCTYPE html>\n<html>\n<a href=\"x\">y</a>\n"),
    ("not found", "404: Not Found\n"),
    ("block scalar tab", "kind: A\ntext: |\n\tx\n"),
    ("compact nested", "kind: A\nspec: x: 1\n"),
];

#[test]
fn messages_and_their_places() {
    let all: Vec<_> = CASES.iter().map(|(name, text)| format!("## {name}\n{}", shown(text))).collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("messages", all.join("\n"));
    });
}
