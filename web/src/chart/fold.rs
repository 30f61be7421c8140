//! Folding: a chart of a thousand paths shows a few of each host and how many more there are.

use portolan_core::topology::{Chart, Layer, Node, State};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Children of one node that are shown before the rest is folded away.
const FEW: usize = 8;

/// How many more each unfolding shows.
pub const STEP: usize = 50;

/// What stands on the folded chart.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// A node of the chart, by its index.
    Node(usize),
    /// The rest of the children of a node: the parent's index, their layer, and how many there are.
    More {
        /// The parent.
        parent: usize,
        /// The layer of the children.
        layer: Layer,
        /// How many are folded away.
        count: usize,
    },
}

/// The folded chart: what is shown, in the chart's order, and the edges between.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Folded {
    /// What is shown.
    pub shown: Vec<Shown>,
    /// Edges as indexes into `shown`, with the chart's edge where it is one.
    pub edges: Vec<(usize, usize, Option<usize>)>,
}

impl Shown {
    /// Stays the same while other things change.
    pub fn id(&self, chart: &Chart) -> String {
        let of = |index: usize| chart.nodes.get(index).map(|n| n.id.as_str()).unwrap_or_default();
        match self {
            Shown::Node(index) => of(*index).to_owned(),
            Shown::More { parent, layer, .. } => format!("more:{layer:?}:{}", of(*parent)),
        }
    }

    /// Its layer.
    pub fn layer(&self, chart: &Chart) -> Layer {
        match self {
            Shown::Node(index) => chart.nodes.get(*index).map_or(Layer::Client, |n| n.layer),
            Shown::More { layer, .. } => *layer,
        }
    }
}

/// Folds hosts and paths away where a node has many of them. `lit` nodes always stay; `unfolded`
/// says for an id of [`Shown::More`] how many more its parent shows.
pub fn fold(chart: &Chart, lit: &[usize], unfolded: &HashMap<String, usize>) -> Folded {
    let lit: HashSet<usize> = lit.iter().copied().collect();
    let mut children: BTreeMap<(usize, Layer), Vec<usize>> = BTreeMap::new();
    for edge in &chart.edges {
        if let Some(node) = chart.nodes.get(edge.to).filter(folds) {
            children.entry((edge.from, node.layer)).or_default().push(edge.to);
        }
    }
    let mut hidden: HashSet<usize> = HashSet::new();
    let mut more: Vec<Shown> = Vec::new();
    for ((parent, layer), nodes) in children {
        let mut rest = Shown::More { parent, layer, count: 0 };
        let room = FEW + unfolded.get(&rest.id(chart)).copied().unwrap_or(0);
        // One more line would take as much room as the node that it stands for.
        if nodes.len() <= room + 1 || hidden.contains(&parent) {
            if hidden.contains(&parent) {
                hidden.extend(nodes);
            }
            continue;
        }
        let folded: Vec<usize> = nodes.into_iter().skip(room).filter(|n| !lit.contains(n)).collect();
        if let Shown::More { count, .. } = &mut rest {
            *count = folded.len();
        }
        if !folded.is_empty() {
            hidden.extend(folded);
            more.push(rest);
        }
    }
    hide_the_unreached(chart, &mut hidden);
    let mut shown: Vec<Shown> =
        (0..chart.nodes.len()).filter(|n| !hidden.contains(n)).map(Shown::Node).collect();
    let first_more = shown.len();
    shown.extend(more);
    let place: HashMap<usize, usize> = shown
        .iter()
        .enumerate()
        .filter_map(|(at, s)| match s {
            Shown::Node(index) => Some((*index, at)),
            Shown::More { .. } => None,
        })
        .collect();
    let mut edges: Vec<(usize, usize, Option<usize>)> = chart
        .edges
        .iter()
        .enumerate()
        .filter_map(|(i, e)| Some((*place.get(&e.from)?, *place.get(&e.to)?, Some(i))))
        .collect();
    for (at, rest) in shown.iter().enumerate().skip(first_more) {
        if let Shown::More { parent, .. } = rest
            && let Some(&from) = place.get(parent)
        {
            edges.push((from, at, None));
        }
    }
    Folded { shown, edges }
}

fn folds(node: &&Node) -> bool {
    matches!(node.layer, Layer::Host | Layer::Path)
}

/// Services and pods that only folded rules lead to are folded with them.
fn hide_the_unreached(chart: &Chart, hidden: &mut HashSet<usize>) {
    let mut reached: HashSet<usize> = HashSet::new();
    // Edges lead to later layers and nodes are in the order of their layers: one pass will do.
    let mut edges: Vec<_> = chart.edges.iter().collect();
    edges.sort_by_key(|e| chart.nodes.get(e.from).map(|n| n.layer));
    for edge in edges {
        let from_shown = !hidden.contains(&edge.from)
            && (reached.contains(&edge.from)
                || chart.nodes.get(edge.from).is_some_and(|n| n.layer == Layer::Client));
        if from_shown {
            reached.insert(edge.to);
        }
    }
    let late = |n: &Node| matches!(n.layer, Layer::Service | Layer::Pod);
    hidden.extend(
        chart.nodes.iter().enumerate().filter(|(i, n)| late(n) && !reached.contains(i)).map(|(i, _)| i),
    );
}

/// The words for a state that is worth a word.
pub fn state_words(state: State) -> &'static str {
    match state {
        State::Known => "",
        State::Assumed => "assumed",
        State::Failing => "cannot answer",
    }
}
