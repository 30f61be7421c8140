//! From a folded chart to boxes and lines: how large each is, and what is written in it.

use super::fold::{Folded, Shown, What};
use super::layout::{Direction, Item, Layout, Place, Spacing, layout};
use crate::language::{t, tr};
use crate::t;
use portolan_core::topology::{Chart, Layer, Node, State};
use std::collections::HashMap;
use std::rc::Rc;

/// A box on the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Whether a sign stands in front.
    pub signed: bool,
    /// Whether it is a box whose members are folded away.
    pub closed: bool,
    /// Whether it stands for what is folded away, or folds it away.
    pub more: bool,
}

/// Boxes, and where they and the lines between them are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawing {
    /// One for each shown thing.
    pub labels: Vec<Rc<Label>>,
    /// Where they are.
    pub layout: Layout,
    /// Frames around the Services of a namespace, each with its name.
    pub bands: Vec<(String, Place)>,
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
const DETAIL: f64 = 7.0;
/// Room for the sign and the borders.
const SIDES: f64 = 36.0;
const PLAIN_SIDES: f64 = 20.0;
/// The most that a box is widened for its detail.
const MOST_FOR_DETAIL: f64 = 104.0;
/// Narrowest and widest box.
const WIDTHS: (f64, f64) = (76.0, 196.0);
/// What boxes may shrink to, to fit the chart into the room there is.
const TIGHT: f64 = 108.0;
/// Room around what stands in a box.
const INSET: f64 = 7.0;
/// Widest box where layers run downward.
const WIDEST_DOWNWARD: f64 = 136.0;

/// What a layer's nodes are, to people.
pub fn layer_word(layer: Layer) -> &'static str {
    match layer {
        Layer::Client => "Client",
        Layer::FloatingIp => "Floating IP",
        Layer::LoadBalancer => "Load balancer",
        Layer::Node => "Nodes",
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
    let bands = bands(chart, folded);
    let texts: Vec<(Label, (String, String))> =
        folded.shown.iter().map(|s| label(chart, folded, s, !bands.0.is_empty())).collect();
    let inner = inner(folded);
    let mut widest = [0.0f64; Layer::ALL.len()];
    let wide: Vec<f64> = texts
        .iter()
        .enumerate()
        .map(|(at, (label, (title, detail)))| {
            let width = natural_width(label.signed, title, detail);
            let (columns, sides) = match folded.shown.get(at).and_then(|s| s.within) {
                Some(of) => (grid_columns(inner.get(of).map_or(1, |(_, n)| *n), direction), 2.0 * INSET),
                None => (1, 0.0),
            };
            let width = width.min(if columns > 1 { TIGHT } else { WIDTHS.1 });
            let most = widest.get_mut(label.layer as usize);
            if let Some(most) = most {
                *most = most.max(width * columns as f64 + (columns - 1) as f64 * INSET + sides);
            }
            width
        })
        .collect();
    let (mut labels, texts): (Vec<Label>, Vec<(String, String)>) = texts.into_iter().unzip();
    let limits = limits(widest, direction, room.0);
    let limit = |layer: Layer| limits.get(layer as usize).copied().unwrap_or(WIDTHS.1);
    let layers: Vec<Layer> = labels.iter().map(|label| label.layer).collect();
    let mut sizes: Vec<(f64, f64)> = Vec::with_capacity(labels.len());
    for (at, ((label, (title, detail)), &wide)) in labels.iter_mut().zip(&texts).zip(&wide).enumerate() {
        let members = inner.get(at).map_or(0, |(_, n)| *n);
        let columns_here = |n: usize| grid_columns(n, direction) as f64;
        let within = folded.shown.get(at).and_then(|s| s.within);
        let width = match (within, direction) {
            // Boxes of a column are equally wide; boxes of a row are as wide as they need.
            (None, Direction::Rightward) => limit(label.layer),
            (None, Direction::Downward) if members == 0 => wide.min(WIDEST_DOWNWARD),
            (None, Direction::Downward) => columns_here(members) * (WIDEST_DOWNWARD + INSET) + INSET,
            (Some(of), Direction::Rightward) => {
                let n = columns_here(inner.get(of).map_or(1, |(_, n)| *n));
                // What a box holds may be of another layer than the box.
                let outer = layers.get(of).copied().unwrap_or(label.layer);
                ((limit(outer) - INSET) / n - INSET).max(40.0)
            }
            (Some(_), Direction::Downward) => WIDEST_DOWNWARD,
        };
        let inside = width - sides(label.signed);
        label.title = wrap(title, (inside / TITLE) as usize, TITLE_LINES);
        let lines = if within.is_some() { 1 } else { DETAIL_LINES };
        label.detail = wrap(detail, (inside / DETAIL) as usize, lines);
        let mut height = HEIGHT + TITLE_LINE * label.title.len().saturating_sub(1) as f64;
        height += DETAIL_LINE * label.detail.len().saturating_sub(1) as f64;
        if label.detail.is_empty() {
            height -= DETAIL_LINE;
        }
        sizes.push((width, height));
    }
    let grids: Vec<Option<Grid>> =
        inner.iter().enumerate().map(|(at, members)| grid(at, members, &sizes, direction)).collect();
    let outer: Vec<usize> =
        (0..labels.len()).filter(|&at| folded.shown.get(at).is_some_and(|s| s.within.is_none())).collect();
    let mut index = vec![0; labels.len()];
    let mut items: Vec<Item> = Vec::with_capacity(outer.len());
    for (n, &at) in outer.iter().enumerate() {
        let (Some(label), Some(&size)) = (labels.get(at), sizes.get(at)) else { continue };
        let size = grids.get(at).and_then(Option::as_ref).map_or(size, |g| (size.0, size.1 + g.height));
        items.push(Item { layer: label.layer as usize, size, group: bands.1.get(at).copied().flatten() });
        if let Some(index) = index.get_mut(at) {
            *index = n;
        }
    }
    let of = |at: usize| index.get(at).copied().unwrap_or(0);
    let edges: Vec<(usize, usize)> = folded.edges.iter().map(|&(from, to)| (of(from), of(to))).collect();
    let (spacing, along) = match direction {
        Direction::Rightward => {
            (Spacing { layers: (24.0, 110.0), nodes: 12.0, waypoints: 10.0, groups: 34.0 }, room.0)
        }
        Direction::Downward => {
            (Spacing { layers: (34.0, 60.0), nodes: 10.0, waypoints: 12.0, groups: 20.0 }, room.1)
        }
    };
    let mut layout = layout(&items, &edges, direction, spacing, along);
    let placed = std::mem::take(&mut layout.places);
    layout.places = vec![Place::default(); labels.len()];
    for (n, &at) in outer.iter().enumerate() {
        let Some(&place) = placed.get(n) else { continue };
        put(&mut layout.places, at, place);
        let Some(grid) = grids.get(at).and_then(Option::as_ref) else { continue };
        for &(member, x, y, width, height) in &grid.cells {
            put(&mut layout.places, member, Place { x: place.x + x, y: place.y + y, width, height });
        }
    }
    let bands =
        bands.0.into_iter().filter_map(|(name, members)| around(name, &members, &layout.places)).collect();
    Drawing { labels: labels.into_iter().map(Rc::new).collect(), layout, bands }
}

fn put(places: &mut [Place], at: usize, place: Place) {
    if let Some(p) = places.get_mut(at) {
        *p = place;
    }
}

/// For each shown thing what stands in it: where that begins in the list of all, and how many.
fn inner(folded: &Folded) -> Vec<(Vec<usize>, usize)> {
    let mut inner = vec![(Vec::new(), 0); folded.shown.len()];
    for (at, shown) in folded.shown.iter().enumerate() {
        if let Some((members, count)) = shown.within.and_then(|within| inner.get_mut(within)) {
            members.push(at);
            *count += 1;
        }
    }
    inner
}

/// In how many columns so many members of a box stand.
fn grid_columns(members: usize, direction: Direction) -> usize {
    match (direction, members) {
        (Direction::Downward, 0..=1) => 1,
        (Direction::Downward, 2..=4) => 2,
        (Direction::Downward, _) => 3,
        (_, 0..=8) => 1,
        (_, 9..=32) => 2,
        (_, 33..=120) => 3,
        _ => 5,
    }
}

/// The members of a box: each with its place in the box, and the height of all.
struct Grid {
    cells: Vec<(usize, f64, f64, f64, f64)>,
    height: f64,
}

fn grid(
    at: usize,
    (members, count): &(Vec<usize>, usize),
    sizes: &[(f64, f64)],
    direction: Direction,
) -> Option<Grid> {
    let top = sizes.get(at)?.1;
    let (mut cells, mut height) = (Vec::with_capacity(*count), 0.0);
    if members.is_empty() {
        return None;
    }
    for row in members.chunks(grid_columns(*count, direction)) {
        let size = |member: &usize| sizes.get(*member).copied().unwrap_or_default();
        let tallest = row.iter().map(|m| size(m).1).fold(0.0, f64::max);
        for (column, member) in row.iter().enumerate() {
            let width = size(member).0;
            let x = INSET + column as f64 * (width + INSET);
            cells.push((*member, x, top + height, width, tallest));
        }
        height += tallest + INSET;
    }
    Some(Grid { cells, height })
}

/// The Services of each namespace, where there are several namespaces: its name and what is shown of it;
/// and for each shown thing the number of its namespace.
#[expect(clippy::type_complexity, reason = "two halves of one answer")]
fn bands(chart: &Chart, folded: &Folded) -> (Vec<(String, Vec<usize>)>, Vec<Option<usize>>) {
    let mut bands: Vec<(String, Vec<usize>)> = Vec::new();
    let mut number: HashMap<&str, usize> = HashMap::new();
    let mut of = vec![None; folded.shown.len()];
    for (at, shown) in folded.shown.iter().enumerate().filter(|(_, s)| s.layer == Layer::Service) {
        let namespace = match &shown.what {
            What::Node(node) => chart.nodes.get(*node).map_or("", |n| n.namespace.as_str()),
            What::More(group, _) | What::Less(group) => group.rsplit(' ').next().unwrap_or_default(),
        };
        if namespace.is_empty() {
            continue;
        }
        let band = *number.entry(namespace).or_insert(bands.len());
        if band == bands.len() {
            bands.push((namespace.to_owned(), Vec::new()));
        }
        if let Some((_, members)) = bands.get_mut(band) {
            members.push(at);
        }
        if let Some(of) = of.get_mut(at) {
            *of = Some(band);
        }
    }
    if bands.len() < 2 { (Vec::new(), vec![None; folded.shown.len()]) } else { (bands, of) }
}

/// A frame around some of the boxes, its name on top.
fn around(name: String, members: &[usize], places: &[Place]) -> Option<(String, Place)> {
    let mut places = members.iter().filter_map(|&m| places.get(m));
    let first = places.next()?;
    let (mut left, mut top, mut right, mut bottom) =
        (first.x, first.y, first.x + first.width, first.y + first.height);
    for place in places {
        (left, top) = (left.min(place.x), top.min(place.y));
        (right, bottom) = (right.max(place.x + place.width), bottom.max(place.y + place.height));
    }
    let (x, y) = (left - 7.0, top - 19.0);
    Some((name, Place { x, y, width: right - x + 7.0, height: bottom - y + 6.0 }))
}

/// A label that is not written yet, and its title and detail in one line each.
fn label(chart: &Chart, folded: &Folded, shown: &Shown, banded: bool) -> (Label, (String, String)) {
    let id = shown.id(chart).into_owned();
    let layer = shown.layer;
    let blank = |whole: String, state: State| Label {
        id,
        layer,
        title: Vec::new(),
        detail: Vec::new(),
        whole,
        state,
        closed: shown.node().is_some_and(|n| folded.closed.contains_key(&n)),
        // What stands in a box has the box's sign.
        signed: has_sign(layer) && shown.within.is_none() && shown.node().is_some(),
        more: shown.node().is_none(),
    };
    let node = match &shown.what {
        What::More(_, count) => {
            let title = t!("{count} more").to_string();
            let whole = t!("{count} more; press to show some of them").to_string();
            return (blank(whole, State::Known), (title, t("show").to_string()));
        }
        What::Less(_) => {
            let title = t("fewer").to_string();
            return (
                blank(t("fewer; press to fold them away").to_string(), State::Known),
                (title, t("hide").to_string()),
            );
        }
        What::Node(index) => chart.nodes.get(*index),
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
    // Its namespace is written around it.
    if banded && layer == Layer::Service && !node.namespace.is_empty() {
        detail = tr(&node.detail).to_string();
    }
    if shown.node().is_some_and(|n| folded.closed.contains_key(&n)) {
        whole = t!("{whole}; press to show them").to_string();
    }
    if node.state == State::Failing && layer == Layer::Pod && node.parent.is_some() {
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
        // An address says more than a namespace.
        Layer::LoadBalancer => (node.title.rsplit('/').next().unwrap_or_default().to_owned(), detail),
        Layer::Entry | Layer::Service => match node.title.split_once('/') {
            Some(("default", name)) => (name.to_owned(), detail),
            Some((namespace, name)) => (name.to_owned(), format!("{namespace}, {detail}")),
            None => whole,
        },
        Layer::Pod if node.state == State::Assumed => (whole.0, t("assumed ready").to_string()),
        _ => whole,
    }
}

/// The path and the kind of a rule, where it is plain: of `Prefix /foo`, and of
/// `Host("a.b") && PathPrefix("/foo")`, whose host has a box of its own.
fn path_of_rule(rule: &str) -> Option<(String, String)> {
    if let Some(rest) = rule.strip_prefix("location ") {
        let (mark, path) = rest.trim_end_matches('"').split_once('"').unwrap_or(("", rest));
        return Some((path.to_owned(), format!("location {}", mark.trim_end()).trim_end().to_owned()));
    }
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

fn sides(signed: bool) -> f64 {
    if signed { SIDES } else { PLAIN_SIDES }
}

fn natural_width(signed: bool, title: &str, detail: &str) -> f64 {
    let length = columns(title);
    // A long one is broken in two.
    let longest = if length > 20 { length.div_ceil(2) + 3 } else { length };
    let title = longest as f64 * TITLE;
    // Half of it and a word more: it may be broken.
    let length = columns(detail);
    let longest = if length > 16 { length.div_ceil(2) + 4 } else { length };
    let detail = (longest as f64 * DETAIL).min(MOST_FOR_DETAIL);
    (title.max(detail) + sides(signed)).clamp(WIDTHS.0, WIDTHS.1).ceil()
}

/// How wide the boxes of each layer may be so that all layers fit side by side: the widest give
/// way first.
fn limits(mut widths: [f64; Layer::ALL.len()], direction: Direction, room: f64) -> [f64; Layer::ALL.len()] {
    if direction == Direction::Downward {
        return widths;
    }
    let gaps = widths.iter().filter(|w| **w > 0.0).count().saturating_sub(1) as f64 * 24.0;
    loop {
        let total: f64 = widths.iter().sum::<f64>() + gaps;
        match widths.iter_mut().max_by(|a, b| a.total_cmp(b)) {
            Some(width) if total > room && *width > TIGHT => *width = (*width - 4.0).max(TIGHT),
            _ => return widths,
        }
    }
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
        assert_eq!(found("location \"/foo/\"").as_deref(), Some("location /foo/"));
        assert_eq!(found("location = \"/foo\"").as_deref(), Some("location = /foo"));
        assert_eq!(found("location ~* \"^/foo\"").as_deref(), Some("location ~* ^/foo"));
        assert_eq!(found("location /healthz").as_deref(), Some("location /healthz"));
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
