//! Folding: a chart of a thousand paths shows a few of each host and how many there are more.

use portolan_core::topology::{Chart, Layer, State};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// How many more each unfolding shows.
pub const STEP: usize = 50;

/// Pods that are shown by themselves; more of them stand in a box.
const LOOSE: usize = 4;

/// What stands on the folded chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What it is.
    pub what: What,
    /// Its layer.
    pub layer: Layer,
    /// The box that it stands in, as an index into [`Folded::shown`].
    pub within: Option<usize>,
}

/// One thing on the folded chart.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A node of the chart, by its index.
    Node(usize),
    /// The rest of a group: its id and how many there are.
    More(String, usize),
    /// The end of a group that was opened: its id.
    Less(String),
}

/// The folded chart: what is shown, in the chart's order, and the edges between.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Folded {
    /// What is shown. A box stands before what is in it.
    pub shown: Vec<Shown>,
    /// Edges as indexes into `shown`; each once.
    pub edges: Vec<(usize, usize)>,
    /// Boxes that show nothing of what is in them, as nodes of the chart, with their group's id.
    pub closed: HashMap<usize, String>,
    /// For each node of the chart where it is shown: itself, its box, or what is shown in its place.
    pub place: Vec<Option<usize>>,
}

impl Shown {
    /// Stays the same while other things change.
    pub fn id<'c>(&'c self, chart: &'c Chart) -> Cow<'c, str> {
        match &self.what {
            What::Node(index) => Cow::Borrowed(chart.nodes.get(*index).map_or("", |n| n.id.as_str())),
            What::More(group, _) => Cow::Borrowed(group),
            What::Less(group) => Cow::Owned(format!("less {group}")),
        }
    }

    /// The node that it is.
    pub fn node(&self) -> Option<usize> {
        match self.what {
            What::Node(index) => Some(index),
            _ => None,
        }
    }
}

/// A group while folding.
struct Group {
    id: String,
    layer: Layer,
    /// The node that the rest hangs from; none for the Services of a namespace.
    parent: Option<usize>,
    few: usize,
    nodes: Vec<usize>,
}

/// Folds away what there is much of: hosts, the paths of a host, the Services of a namespace, the members
/// of boxes. Nodes in `keep` always stay; `opened` says for a group's id how many more of it are shown.
/// `extra` are ways that only a course takes.
pub fn fold(
    chart: &Chart,
    keep: &HashSet<usize>,
    extra: &[(usize, usize)],
    opened: &HashMap<String, usize>,
) -> Folded {
    let count = chart.nodes.len();
    let mut hidden: Vec<bool> =
        chart.nodes.iter().enumerate().map(|(i, n)| n.built_in && !keep.contains(&i)).collect();
    let mut ends: Vec<Shown> = Vec::new();
    // What stands for a hidden node, as an index into `ends`.
    let mut instead: Vec<Option<usize>> = vec![None; count];
    let mut parents: Vec<Option<usize>> = Vec::new();
    let mut closed: HashMap<usize, String> = HashMap::new();
    let groups = groups(chart, &hidden);
    for group in groups {
        let open = opened.get(&group.id).copied().unwrap_or(0);
        let room = group.few + open;
        // A parent that is folded away takes its children with it. Groups are in the order of layers.
        if group.parent.is_some_and(|p| hidden.get(p) == Some(&true)) {
            group.nodes.iter().for_each(|&n| set(&mut hidden, n, true));
            continue;
        }
        let mut folded = 0;
        // One more line would take as much room as the node that it stands for.
        if group.nodes.len() > room + usize::from(room > 0) {
            for &node in group.nodes.iter().skip(room).filter(|n| !keep.contains(n)) {
                set(&mut hidden, node, true);
                set(&mut instead, node, Some(ends.len()));
                folded += 1;
            }
        }
        // A box that shows none of its members stands for them itself.
        let by_itself = group.few == 0 && open == 0;
        if by_itself {
            group.nodes.iter().for_each(|&n| set(&mut instead, n, None));
            closed.extend(group.parent.filter(|_| folded > 0).map(|p| (p, group.id.clone())));
            folded = 0;
        }
        let mut end = |what: What| {
            ends.push(Shown { what, layer: group.layer, within: None });
            parents.push(group.parent);
        };
        if folded > 0 {
            end(What::More(group.id.clone(), folded));
        }
        if open > 0 && group.nodes.len() > group.few + usize::from(group.few > 0) {
            end(What::Less(group.id));
        }
    }
    // Few pods need no box around them.
    let loose: Vec<bool> = (0..count).map(|n| is_loose(chart, n)).collect();
    hide_the_unreached(chart, &mut hidden, keep);

    let mut folded = Folded { place: vec![None; count], closed, ..Folded::default() };
    for (index, node) in chart.nodes.iter().enumerate() {
        let of_hidden = node.parent.is_some_and(|p| hidden.get(p) == Some(&true));
        if hidden.get(index) == Some(&true) || of_hidden || loose.get(index) == Some(&true) {
            continue;
        }
        let within = node.parent.filter(|&p| loose.get(p) == Some(&false));
        let within = within.and_then(|p| folded.place.get(p).copied().flatten());
        set(&mut folded.place, index, Some(folded.shown.len()));
        folded.shown.push(Shown { what: What::Node(index), layer: node.layer, within });
    }
    let first_end = folded.shown.len();
    for (mut end, parent) in ends.into_iter().zip(&parents) {
        let is_member = parent.is_some_and(|p| chart.nodes.get(p).is_some_and(|n| n.layer == end.layer));
        end.within = parent.filter(|_| is_member).and_then(|p| folded.place.get(p).copied().flatten());
        folded.shown.push(end);
    }
    for (node, end) in instead.iter().enumerate() {
        let of_box =
            chart.nodes.get(node).and_then(|n| n.parent).is_none_or(|p| hidden.get(p) != Some(&true));
        if let Some(end) = end.filter(|_| of_box) {
            set(&mut folded.place, node, Some(first_end + end));
        }
    }
    for (node, of) in chart.nodes.iter().enumerate() {
        let closed = of.parent.filter(|p| folded.closed.contains_key(p));
        if let Some(at) = closed.and_then(|p| folded.place.get(p).copied().flatten())
            && folded.place.get(node) == Some(&None)
        {
            set(&mut folded.place, node, Some(at));
        }
    }
    edges(chart, &loose, extra, &parents, first_end, &mut folded);
    folded
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

fn edges(
    chart: &Chart,
    loose: &[bool],
    extra: &[(usize, usize)],
    parents: &[Option<usize>],
    first_end: usize,
    folded: &mut Folded,
) {
    let mut seen: HashSet<(usize, usize)> = HashSet::new();
    let mut all: Vec<(usize, usize)> = Vec::new();
    let place = std::mem::take(&mut folded.place);
    let mut add = |from: Option<usize>, to: Option<usize>| {
        if let Some(edge) = from.zip(to)
            && edge.0 != edge.1
            && seen.insert(edge)
        {
            all.push(edge);
        }
    };
    let at = |node: usize| place.get(node).copied().flatten();
    for edge in &chart.edges {
        // What stands for folded paths leads nowhere: they lead to many places.
        let from = at(edge.from).filter(|&at| at < first_end);
        if loose.get(edge.to) == Some(&true) {
            chart.members(edge.to).for_each(|member| add(from, at(member)));
        } else {
            add(from, at(edge.to));
        }
    }
    for &(from, to) in extra {
        add(at(from), at(to));
    }
    for (end, parent) in parents.iter().enumerate() {
        let end = first_end + end;
        let inside = folded.shown.get(end).is_some_and(|s| s.within.is_some());
        if let Some(parent) = parent.filter(|_| !inside) {
            add(at(parent), Some(end));
        }
    }
    folded.edges = all;
    folded.place = place;
}

/// Whether it is a box whose members stand by themselves.
fn is_loose(chart: &Chart, node: usize) -> bool {
    chart.nodes.get(node).is_some_and(|n| n.layer == Layer::Pod && n.parent.is_none())
        && (1..=LOOSE).contains(&chart.members(node).take(LOOSE + 1).count())
}

/// What may be folded, in the order of layers; each node at most once.
fn groups(chart: &Chart, hidden: &[bool]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut found: HashMap<(Layer, Option<usize>, &str), usize> = HashMap::new();
    let mut done = vec![false; chart.nodes.len()];
    let mut put = |node: usize, layer: Layer, parent: Option<usize>, namespace: &'_ str, few: usize| {
        // Names live as long as the chart; the closure's own life is shorter.
        let key = chart.nodes.get(node).map_or("", |n| if namespace.is_empty() { "" } else { &n.namespace });
        let at = *found.entry((layer, parent, key)).or_insert_with(|| {
            let of = parent.and_then(|p| chart.nodes.get(p)).map_or(namespace, |p| p.id.as_str());
            groups.push(Group {
                id: format!("more {} {of}", layer as usize),
                layer,
                parent,
                few,
                nodes: Vec::new(),
            });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.nodes.push(node);
        }
    };
    let is_hidden = |n: usize| hidden.get(n) == Some(&true);
    for edge in &chart.edges {
        let Some(node) = chart.nodes.get(edge.to).filter(|_| !is_hidden(edge.to)) else { continue };
        if matches!(node.layer, Layer::Host | Layer::Path) && done.get(edge.to) == Some(&false) {
            set(&mut done, edge.to, true);
            put(edge.to, node.layer, Some(edge.from), "", 8);
        }
    }
    for (index, node) in chart.nodes.iter().enumerate().filter(|(i, _)| !is_hidden(*i)) {
        match (node.parent, node.layer) {
            (Some(parent), layer) if !is_loose(chart, parent) => {
                let of_service = chart.nodes.get(parent).is_some_and(|n| n.layer == Layer::Pod);
                put(index, layer, Some(parent), "", if of_service { 0 } else { 4 });
            }
            (None, Layer::LoadBalancer) => put(index, node.layer, Some(0), "", 10),
            (None, Layer::Service) if node.id.starts_with("service:") => {
                put(index, node.layer, None, &node.namespace, 12);
            }
            _ => {}
        }
    }
    groups.sort_by_key(|g| g.layer);
    groups
}

/// Services and pods that only folded rules lead to are folded with them; those that nothing leads to
/// are not.
fn hide_the_unreached(chart: &Chart, hidden: &mut [bool], keep: &HashSet<usize>) {
    let mut reached = vec![0u8; chart.nodes.len()];
    let mut edges: Vec<_> = chart.edges.iter().collect();
    edges.sort_by_key(|e| chart.nodes.get(e.from).map(|n| n.layer));
    // Edges lead to later layers: one pass will do.
    const LED_TO: u8 = 1;
    const REACHED: u8 = 2;
    for edge in edges {
        let from = reached.get(edge.from).copied().unwrap_or(0);
        let cut_off = from & (LED_TO | REACHED) == LED_TO;
        let through = hidden.get(edge.from) == Some(&false) && !cut_off;
        if let Some(to) = reached.get_mut(edge.to) {
            *to |= LED_TO | if through { REACHED } else { 0 };
        }
    }
    for (index, node) in chart.nodes.iter().enumerate() {
        let late = matches!(node.layer, Layer::Service | Layer::Pod) && node.parent.is_none();
        let cut_off = reached.get(index).is_some_and(|r| r & (LED_TO | REACHED) == LED_TO);
        if late && cut_off && !keep.contains(&index) {
            set(hidden, index, true);
        }
    }
}

/// The words for a state that is worth a word.
pub fn state_words(state: State) -> &'static str {
    match state {
        State::Known => "",
        State::Assumed => "assumed",
        State::Failing => "cannot answer",
    }
}
