//! From a folded chart to boxes and lines: how large each is, and what is written in it.

use super::fold::{Folded, Shown};
use super::layout::{Direction, Item, Layout, Spacing, layout};
use crate::language::{t, tr};
use crate::t;
use portolan_core::topology::{Chart, Layer, Node, State};

/// A box on the chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Stable name.
    pub id: String,
    /// Its layer.
    pub layer: Layer,
    /// Written large, in lines cut to fit.
    pub title: Vec<String>,
    /// Written small, in lines cut to fit.
    pub detail: Vec<String>,
    /// Everything, uncut, for the tooltip and for screen readers.
    pub whole: String,
    /// Its state.
    pub state: State,
}

/// Boxes, and where they and the lines between them are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawing {
    /// One for each shown thing.
    pub labels: Vec<Label>,
    /// Where they are.
    pub layout: Layout,
}

/// Height of a box with one line of title and one of detail, and of each line more.
const HEIGHT: f64 = 42.0;
pub const TITLE_LINE: f64 = 15.0;
pub const DETAIL_LINE: f64 = 13.5;
/// The most lines of each.
const TITLE_LINES: usize = 2;
const DETAIL_LINES: usize = 3;
/// Widths of a character of the two kinds of text, in pixels, on the generous side.
const TITLE: f64 = 7.7;
const DETAIL: f64 = 6.7;
/// Room for the sign and the borders.
const SIDES: f64 = 36.0;
const PLAIN_SIDES: f64 = 20.0;
/// The most that a box is widened for its detail.
const MOST_FOR_DETAIL: f64 = 104.0;
/// Narrowest and widest box.
const WIDTHS: (f64, f64) = (76.0, 196.0);
/// What boxes may shrink to, to fit the chart into the room there is.
const TIGHT: f64 = 108.0;
/// Widest box where layers run downward.
const WIDEST_DOWNWARD: f64 = 136.0;

/// What a layer's nodes are, to people.
pub fn layer_word(layer: Layer) -> &'static str {
    match layer {
        Layer::Client => "Client",
        Layer::Entry => "Entry",
        Layer::Controller => "Controller",
        Layer::Host => "Host",
        Layer::Path => "Rule",
        Layer::Service => "Service or answer",
        Layer::Pod => "Pods",
    }
}

/// Lays a folded chart out in the room that there is.
pub fn place(chart: &Chart, folded: &Folded, direction: Direction, room: (f64, f64)) -> Drawing {
    let texts: Vec<(Label, (String, String))> = folded.shown.iter().map(|s| label(chart, s)).collect();
    let wide: Vec<f64> =
        texts.iter().map(|(l, (title, detail))| natural_width(l.layer, title, detail)).collect();
    let (mut labels, texts): (Vec<Label>, Vec<(String, String)>) = texts.into_iter().unzip();
    let limits = limits(&labels, &wide, direction, room.0);
    let widths: Vec<f64> = labels
        .iter()
        .zip(&wide)
        .map(|(l, w)| match direction {
            // Boxes of a column are equally wide; boxes of a row are as wide as they need.
            Direction::Rightward => widest(&labels, &wide, l.layer).min(limit_of(&limits, l.layer)),
            Direction::Downward => w.min(WIDEST_DOWNWARD),
        })
        .collect();
    for ((label, (title, detail)), &width) in labels.iter_mut().zip(&texts).zip(&widths) {
        let inside = width - sides(label.layer);
        label.title = wrap(title, (inside / TITLE) as usize, TITLE_LINES);
        label.detail = wrap(detail, (inside / DETAIL) as usize, DETAIL_LINES);
    }
    let items: Vec<Item> = labels
        .iter()
        .zip(widths)
        .map(|(l, width)| {
            let height = HEIGHT
                + TITLE_LINE * l.title.len().saturating_sub(1) as f64
                + DETAIL_LINE * l.detail.len().saturating_sub(1) as f64;
            Item { layer: l.layer as usize, size: (width, height) }
        })
        .collect();
    let edges: Vec<(usize, usize)> = folded.edges.iter().map(|&(from, to, _)| (from, to)).collect();
    let (spacing, along) = match direction {
        Direction::Rightward => (Spacing { layers: (26.0, 110.0), nodes: 12.0, waypoints: 10.0 }, room.0),
        Direction::Downward => (Spacing { layers: (34.0, 60.0), nodes: 10.0, waypoints: 12.0 }, room.1),
    };
    let layout = layout(&items, &edges, direction, spacing, along);
    Drawing { labels, layout }
}

/// A label that is not written yet, and its title and detail in one line each.
fn label(chart: &Chart, shown: &Shown) -> (Label, (String, String)) {
    let id = shown.id(chart);
    let layer = shown.layer(chart);
    let blank = |whole: String, state: State| Label {
        id: id.clone(),
        layer,
        title: Vec::new(),
        detail: Vec::new(),
        whole,
        state,
    };
    let node = match shown {
        Shown::More { count, .. } => {
            let title = t!("{count} more").to_string();
            let whole = t!("{count} more; press to show some of them").to_string();
            return (blank(whole, State::Known), (title, t("show").to_string()));
        }
        Shown::Node(index) => chart.nodes.get(*index),
    };
    let Some(node) = node else { return (blank(String::new(), State::Known), Default::default()) };
    let mut whole = format!("{}: {}", t(layer_word(layer)), tr(&node.title));
    for part in [tr(&node.detail), t(super::fold::state_words(node.state))] {
        if !part.is_empty() && !whole.contains(part.as_str()) {
            whole.push_str(", ");
            whole.push_str(&part);
        }
    }
    let (title, mut detail) = short(node);
    if node.state == State::Failing && layer == Layer::Pod {
        detail = t!("{detail}, not ready").to_string();
    }
    (blank(whole, node.state), (title, detail))
}

/// Title and detail without what goes without saying: the namespace `default`, and the words before
/// a path.
fn short(node: &Node) -> (String, String) {
    let detail = tr(&node.detail).to_string();
    let whole = (tr(&node.title).to_string(), detail.clone());
    match node.layer {
        // The path is what people look for.
        Layer::Path => path_of_rule(&node.title).unwrap_or(whole),
        Layer::Entry | Layer::Service => match node.title.split_once('/') {
            Some(("default", name)) => (name.to_owned(), detail),
            Some((namespace, name)) => (name.to_owned(), format!("{namespace}, {detail}")),
            None => whole,
        },
        Layer::Pod if node.state == State::Assumed => (node.title.clone(), t("assumed ready").to_string()),
        _ => whole,
    }
}

/// The path and the kind of a rule, where it is plain: of `Prefix /foo`, and of
/// `Host("a.b") && PathPrefix("/foo")`, whose host has a box of its own.
fn path_of_rule(rule: &str) -> Option<(String, String)> {
    let last = rule.rsplit(" && ").next().unwrap_or(rule);
    let (kind, path) = match last.strip_suffix("\")") {
        Some(call) => call.split_once("(\"")?,
        None => last.split_once(' ')?,
    };
    path.starts_with('/').then(|| (path.to_owned(), kind.to_owned()))
}

/// Layers whose boxes have a sign in front.
pub fn has_sign(layer: Layer) -> bool {
    !matches!(layer, Layer::Host | Layer::Path)
}

fn sides(layer: Layer) -> f64 {
    if has_sign(layer) { SIDES } else { PLAIN_SIDES }
}

fn natural_width(layer: Layer, title: &str, detail: &str) -> f64 {
    let title = columns(title) as f64 * TITLE;
    // Half of it and a word more: it may be broken.
    let length = columns(detail);
    let longest = if length > 16 { length.div_ceil(2) + 4 } else { length };
    let detail = (longest as f64 * DETAIL).min(MOST_FOR_DETAIL);
    (title.max(detail) + sides(layer)).clamp(WIDTHS.0, WIDTHS.1).ceil()
}

fn widest(labels: &[Label], widths: &[f64], layer: Layer) -> f64 {
    labels.iter().zip(widths).filter(|(l, _)| l.layer == layer).map(|(_, w)| *w).fold(0.0, f64::max)
}

/// How wide the boxes of each layer may be so that all layers fit side by side: the widest give
/// way first.
fn limits(labels: &[Label], wide: &[f64], direction: Direction, room: f64) -> Vec<(Layer, f64)> {
    let mut limits: Vec<(Layer, f64)> = Layer::ALL
        .iter()
        .map(|&layer| (layer, widest(labels, wide, layer)))
        .filter(|(_, width)| *width > 0.0)
        .collect();
    if direction == Direction::Downward {
        return limits;
    }
    let gaps = limits.len().saturating_sub(1) as f64 * 26.0;
    loop {
        let total: f64 = limits.iter().map(|l| l.1).sum::<f64>() + gaps;
        let longest = limits.iter_mut().max_by(|a, b| a.1.total_cmp(&b.1));
        match longest {
            Some((_, width)) if total > room && *width > TIGHT => *width = (*width - 4.0).max(TIGHT),
            _ => return limits,
        }
    }
}

fn limit_of(limits: &[(Layer, f64)], layer: Layer) -> f64 {
    limits.iter().find(|(l, _)| *l == layer).map_or(WIDTHS.1, |l| l.1)
}

/// How many Latin letters' room a character takes: Hangul is as wide as it is high.
fn width(c: char) -> usize {
    if c >= '\u{1100}' && !('\u{2000}'..='\u{2bff}').contains(&c) { 2 } else { 1 }
}

/// How many Latin letters' room a text takes.
fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// The byte up to which at most `most` columns stand.
fn within(text: &str, most: usize) -> usize {
    let mut room = most;
    for (at, c) in text.char_indices() {
        match room.checked_sub(width(c)) {
            Some(less) => room = less,
            None => return at,
        }
    }
    text.len()
}

/// At most `most` columns: the middle gives way, for names differ at both ends.
fn cut(text: &str, most: usize) -> String {
    if columns(text) <= most || most < 3 {
        return text.to_owned();
    }
    let head = text.get(..within(text, most / 2)).unwrap_or_default();
    let mut room = most - 1 - most / 2;
    let fits = |c: &char| {
        let less = room.checked_sub(width(*c));
        room = less.unwrap_or(0);
        less.is_some()
    };
    let tail: usize = text.chars().rev().take_while(fits).map(char::len_utf8).sum();
    format!("{head}…{}", text.get(text.len() - tail..).unwrap_or_default())
}

/// Breaks a text into at most `lines` lines of `most` columns: after blanks and marks, else before
/// capitals, else anywhere. What is left over is cut.
fn wrap(text: &str, most: usize, lines: usize) -> Vec<String> {
    let mut broken = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if broken.len() + 1 >= lines || columns(rest) <= most {
            broken.push(cut(rest, most));
            break;
        }
        // Two columns at least: one character of any kind.
        let (line, after) = rest.split_at(break_at(rest, most.max(2)));
        broken.push(line.trim_end().to_owned());
        rest = after.trim_start();
    }
    broken
}

/// The byte at which to break: at most `most` columns before it.
fn break_at(text: &str, most: usize) -> usize {
    let end = within(text, most);
    let fits = text.get(..within(text, most + 1)).unwrap_or(text);
    let mark = || text.get(..end).and_then(|t| t.rfind(['-', '/', '.', '_', ':'])).map(|at| at + 1);
    let soft = fits.rfind(' ').or_else(mark).filter(|&at| at > 1);
    let capital =
        || text.get(1..end).and_then(|t| t.rfind(|c: char| c.is_ascii_uppercase())).map(|at| at + 1);
    soft.or_else(capital).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_break_where_a_reader_would() {
        assert_eq!(wrap("port 80", 12, 2), ["port 80"]);
        assert_eq!(wrap("LoadBalancer, port 80 and 443", 19, 2), ["LoadBalancer, port", "80 and 443"]);
        assert_eq!(wrap("ImplementationSpecific", 15, 2), ["Implementation", "Specific"]);
        assert_eq!(wrap("nginx-ingress-controller:0.8.3", 18, 2), ["nginx-ingress-", "controller:0.8.3"]);
        assert_eq!(wrap("ääääääääää", 4, 2), ["ääää", "ää…ä"]);
        assert_eq!(wrap("", 4, 2), [""; 0]);
        assert_eq!(wrap("Kubernetes API", 11, 2), ["Kubernetes", "API"]);
        assert_eq!(wrap("/abcdefgh/x", 9, 2), ["/abcdefgh", "/x"]);
        assert_eq!(wrap("앞에 레이블 하나", 12, 2), ["앞에 레이블", "하나"]);
        assert_eq!(wrap("준비된것으로가정", 8, 2), ["준비된것", "으로가정"]);
    }

    #[test]
    fn the_path_of_a_plain_rule_is_found() {
        let found = |rule| path_of_rule(rule).map(|(path, kind)| format!("{kind} {path}"));
        assert_eq!(found("Prefix /foo").as_deref(), Some("Prefix /foo"));
        assert_eq!(found("Host(\"a.b\") && PathPrefix(\"/foo\")").as_deref(), Some("PathPrefix /foo"));
        assert_eq!(found("Host(\"a.b\")"), None);
        assert_eq!(found("default backend"), None);
    }

    #[test]
    fn cutting_keeps_both_ends_and_the_length() {
        assert_eq!(cut("abcdefghij", 7), "abc…hij");
        assert_eq!(cut("abc", 7), "abc");
        assert_eq!(cut("äöüäöüäöü", 5), "äö…öü");
        assert_eq!(cut("가나다라마바", 9), "가나…마바");
    }
}
