//! The chart as text for other programs: Mermaid (flowchart) and Graphviz' DOT.
//!
//! Sources: mermaid.js.org/syntax/flowchart.html (entity codes, subgraphs); graphviz.org/doc/info/lang.html
//! (quoted strings, clusters). Names from manifests only ever stand in quotes, escaped.

use super::{Chart, Layer, Node, State};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Members of a box that are written one by one; of more only their number is.
const FEW: usize = 12;

/// The chart as a Mermaid flowchart.
pub fn mermaid(chart: &Chart) -> String {
    let mut text = String::from("flowchart LR\n");
    let summary = chart.summary_words();
    if !summary.is_empty() {
        // A title in front matter is YAML.
        text = format!("---\ntitle: \"{}\"\n---\n{text}", yaml(&summary));
    }
    for part in parts(chart) {
        match part {
            Part::Open(id, title) => {
                line(&mut text, format_args!("  subgraph {id}[\"{}\"]", entities(&title)))
            }
            Part::Close => line(&mut text, format_args!("  end")),
            Part::Node(index, node) => {
                let (open, close) = match node.layer {
                    Layer::Client => ("([", "])"),
                    Layer::LoadBalancer | Layer::FloatingIp => ("{{", "}}"),
                    Layer::Host | Layer::Path => ("(", ")"),
                    _ => ("[", "]"),
                };
                let label = words(node, "<br/>", entities);
                line(&mut text, format_args!("    n{index}{open}\"{label}\"{close}{}", class(node)));
            }
        }
    }
    for edge in chart.edges.iter().filter(|e| is_written(chart, e.from) && is_written(chart, e.to)) {
        line(&mut text, format_args!("  {} --> {}", name(chart, edge.from), name(chart, edge.to)));
    }
    text.push_str(
        "  classDef assumed stroke-dasharray: 5 3\n  classDef failing stroke:#a01c17,color:#a01c17\n",
    );
    text
}

/// The chart in Graphviz' language.
pub fn dot(chart: &Chart) -> String {
    let mut text = String::from(
        "digraph portolan {\n  rankdir=LR;\n  compound=true;\n  node [shape=box, style=rounded, fontname=\"Helvetica\"];\n  edge [color=\"#47627b\"];\n",
    );
    line(&mut text, format_args!("  label=\"{}\";", quoted(&chart.summary_words())));
    for part in parts(chart) {
        match part {
            Part::Open(id, title) => {
                line(
                    &mut text,
                    format_args!("  subgraph cluster_{id} {{\n    label=\"{}\";", quoted(&title)),
                );
            }
            Part::Close => text.push_str("  }\n"),
            Part::Node(index, node) => {
                let shape = match node.layer {
                    Layer::Client => ", shape=ellipse",
                    Layer::LoadBalancer | Layer::FloatingIp => ", shape=hexagon",
                    _ => "",
                };
                let style = match node.state {
                    State::Known => "",
                    State::Assumed => ", style=\"rounded,dashed\"",
                    State::Failing => ", style=\"rounded,dotted\", color=\"#a01c17\", fontcolor=\"#a01c17\"",
                };
                let label = words(node, "\\n", quoted);
                line(&mut text, format_args!("    n{index} [label=\"{label}\"{shape}{style}];"));
            }
        }
    }
    for edge in chart.edges.iter().filter(|e| is_written(chart, e.from) && is_written(chart, e.to)) {
        // Edges end at nodes: at a box's first member, cut off at the box's border.
        let end = |node: usize| match is_open(chart, node) {
            true => (format!("n{}", node + 1), Some(name(chart, node))),
            false => (format!("n{node}"), None),
        };
        let ((from, tail), (to, head)) = (end(edge.from), end(edge.to));
        let cut: Vec<String> = [("ltail", tail), ("lhead", head)]
            .into_iter()
            .filter_map(|(which, at)| at.map(|at| format!("{which}=cluster_{at}")))
            .collect();
        let cut = if cut.is_empty() { String::new() } else { format!(" [{}]", cut.join(", ")) };
        line(&mut text, format_args!("  {from} -> {to}{cut};"));
    }
    text.push_str("}\n");
    text
}

/// What both languages consist of.
enum Part<'c> {
    Open(String, String),
    Node(usize, &'c Node),
    Close,
}

/// Nodes, in boxes: those of cluster nodes and pods, and in them one for each namespace's Services.
fn parts(chart: &Chart) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut namespaces: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut place: HashMap<&str, usize> = HashMap::new();
    for (index, node) in chart.nodes.iter().enumerate() {
        if node.parent.is_some() || !is_written(chart, index) {
            continue;
        }
        if node.layer == Layer::Service && !node.namespace.is_empty() {
            let at = *place.entry(&node.namespace).or_insert(namespaces.len());
            if at == namespaces.len() {
                namespaces.push((&node.namespace, Vec::new()));
            }
            if let Some((_, nodes)) = namespaces.get_mut(at) {
                nodes.push(index);
            }
            continue;
        }
        if is_open(chart, index) {
            let title = words(node, ", ", str::to_owned);
            parts.push(Part::Open(name(chart, index), title));
            parts.extend(chart.members(index).filter_map(|m| Some(Part::Node(m, chart.nodes.get(m)?))));
            parts.push(Part::Close);
        } else {
            parts.push(Part::Node(index, node));
        }
    }
    let several = namespaces.len() > 1;
    for (at, (namespace, nodes)) in namespaces.into_iter().enumerate() {
        if several {
            parts.push(Part::Open(format!("ns{at}"), format!("namespace {namespace}")));
        }
        parts.extend(nodes.into_iter().filter_map(|n| Some(Part::Node(n, chart.nodes.get(n)?))));
        if several {
            parts.push(Part::Close);
        }
    }
    parts
}

/// Whether a box is written with its members.
fn is_open(chart: &Chart, index: usize) -> bool {
    (1..=FEW).contains(&chart.members(index).take(FEW + 1).count())
}

fn is_written(chart: &Chart, index: usize) -> bool {
    chart.nodes.get(index).is_some_and(|n| !n.built_in)
}

fn name(chart: &Chart, index: usize) -> String {
    if is_open(chart, index) { format!("box{index}") } else { format!("n{index}") }
}

/// Title and detail in one label.
fn words(node: &Node, between: &str, escape: fn(&str) -> String) -> String {
    let title = escape(&node.title);
    if node.detail.is_empty() { title } else { format!("{title}{between}{}", escape(&node.detail)) }
}

fn class(node: &Node) -> &'static str {
    match node.state {
        State::Known => "",
        State::Assumed => ":::assumed",
        State::Failing => ":::failing",
    }
}

/// Everything that could end a quoted text of Mermaid, or be taken for markup in it, as its code.
fn entities(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        // Blanks at either end and Markdown's marks would be read, too.
        if c.is_alphanumeric() || " -./:,()_=?".contains(c) {
            escaped.push(c);
        } else {
            write!(escaped, "#{};", u32::from(c)).ok();
        }
    }
    escaped
}

fn quoted(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            // HTML's entities are read in labels.
            '&' => escaped.push_str("&amp;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn yaml(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    text.write_fmt(words).ok();
    text.push('\n');
}
