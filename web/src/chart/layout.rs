//! Where things stand on the chart. Pure arithmetic: the same input gives the same picture, and a
//! small edit moves little.
//!
//! Layers run along one axis ("along": to the right, or down on narrow screens), the nodes of a
//! layer across it. Within a layer the order given is kept as far as the predecessors' order allows
//! (hosts and paths are given in order of precedence, which is worth seeing). An edge that passes
//! over a layer gets a waypoint there, so that it goes between the nodes and not under them.

/// Which way the layers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    Rightward,
    /// From top to bottom.
    Downward,
}

/// A node to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Its layer.
    pub layer: usize,
    /// Its size in pixels.
    pub size: (f64, f64),
    /// Items of a layer with the same number stay together.
    pub group: Option<usize>,
}

/// A placed node: its top left corner and size.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Place {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Distances in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spacing {
    /// Least distance between layers.
    pub layers: (f64, f64),
    /// Distance between nodes of a layer.
    pub nodes: f64,
    /// Distance between a waypoint and its neighbours.
    pub waypoints: f64,
    /// Distance between groups of a layer.
    pub groups: f64,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// A place for each item.
    pub places: Vec<Place>,
    /// For each edge the points that it passes, from the border of one node to that of the other.
    pub edges: Vec<Vec<(f64, f64)>>,
    /// Where each layer that has nodes begins and ends, along.
    pub layers: Vec<(usize, f64, f64)>,
    /// Size of everything.
    pub size: (f64, f64),
}

/// A node or a waypoint, while placing. `along` is worked out for a whole layer at once.
struct Body {
    layer: usize,
    group: Option<usize>,
    /// Extent across.
    extent: f64,
    waypoint: bool,
    /// Centre across.
    centre: f64,
    before: Vec<usize>,
    after: Vec<usize>,
}

/// Enough for the centres to settle; more changes less than a pixel.
const ROUNDS: usize = 8;

/// Places `items`. Edges must lead to a later layer; others are drawn straight. `room` is how much
/// there is along: layers are spread out to fill it, within [`Spacing::layers`].
pub fn layout(
    items: &[Item],
    edges: &[(usize, usize)],
    direction: Direction,
    spacing: Spacing,
    room: f64,
) -> Layout {
    let turn = |(w, h): (f64, f64)| match direction {
        Direction::Rightward => (w, h),
        Direction::Downward => (h, w),
    };
    let mut bodies: Vec<Body> =
        items.iter().map(|i| Body { group: i.group, ..body(i.layer, turn(i.size).1, false) }).collect();
    let used = used_layers(items);
    let chains: Vec<Vec<usize>> = edges.iter().map(|&edge| chain(&mut bodies, &used, edge)).collect();
    let order = ordered(&bodies);
    settle(&mut bodies, &order, spacing);

    let layers = spread(items, &used, turn, spacing, room);
    let span_of = |layer: usize| layers.iter().find(|l| l.0 == layer).map_or((0.0, 0.0), |l| (l.1, l.2));
    let back = |(along, across): (f64, f64)| match direction {
        Direction::Rightward => (along, across),
        Direction::Downward => (across, along),
    };
    let places = items
        .iter()
        .zip(&bodies)
        .map(|(item, body)| {
            let (start, end) = span_of(item.layer);
            let (length, extent) = turn(item.size);
            let (x, y) = back(((start + end - length) / 2.0, body.centre - extent / 2.0));
            Place { x, y, width: item.size.0, height: item.size.1 }
        })
        .collect();
    let edges = chains
        .iter()
        .map(|chain| course(chain, &bodies, items, turn, &span_of).into_iter().map(back).collect())
        .collect();
    let along = layers.last().map_or(0.0, |l| l.2);
    let across = bodies.iter().map(|b| b.centre + b.extent / 2.0).fold(0.0, f64::max);
    Layout { places, edges, layers, size: back((along, across)) }
}

fn body(layer: usize, extent: f64, waypoint: bool) -> Body {
    Body { layer, group: None, extent, waypoint, centre: 0.0, before: Vec::new(), after: Vec::new() }
}

fn used_layers(items: &[Item]) -> Vec<usize> {
    let mut used: Vec<usize> = items.iter().map(|i| i.layer).collect();
    used.sort_unstable();
    used.dedup();
    used
}

/// The bodies that an edge passes, with new waypoints for the layers that it skips.
fn chain(bodies: &mut Vec<Body>, used: &[usize], (from, to): (usize, usize)) -> Vec<usize> {
    let (Some(start), Some(end)) = (bodies.get(from).map(|b| b.layer), bodies.get(to).map(|b| b.layer))
    else {
        return Vec::new();
    };
    if end <= start {
        return vec![from, to];
    }
    let mut passed = vec![from];
    for &layer in used.iter().filter(|&&l| l > start && l < end) {
        passed.push(bodies.len());
        bodies.push(body(layer, 0.0, true));
    }
    passed.push(to);
    for pair in passed.windows(2) {
        let &[a, b] = pair else { continue };
        if let Some(body) = bodies.get_mut(a) {
            body.after.push(b);
        }
        if let Some(body) = bodies.get_mut(b) {
            body.before.push(a);
        }
    }
    passed
}

/// The bodies of each layer in order: by the mean position of their predecessors, then as given. Groups
/// stay together, and stand where their members would on the whole.
fn ordered(bodies: &[Body]) -> Vec<Vec<usize>> {
    let last = bodies.iter().map(|b| b.layer).max().unwrap_or(0);
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for (index, body) in bodies.iter().enumerate() {
        if let Some(layer) = layers.get_mut(body.layer) {
            layer.push(index);
        }
    }
    let groups = bodies.iter().filter_map(|b| b.group).max().map_or(0, |g| g + 1);
    let mut position = vec![0.0; bodies.len()];
    for layer in &mut layers {
        let wanted = |index: usize| {
            let before = bodies.get(index).map_or(&[][..], |b| &b.before);
            mean(before.iter().filter_map(|&b| position.get(b).copied())).unwrap_or(2.0)
        };
        let mut sums = vec![(0.0, 0.0, usize::MAX); groups];
        let group_of = |index: usize| bodies.get(index).and_then(|b| b.group);
        let own: Vec<f64> = layer.iter().map(|&i| wanted(i)).collect();
        for (&index, own) in layer.iter().zip(&own) {
            if let Some(sum) = group_of(index).and_then(|g| sums.get_mut(g)) {
                *sum = (sum.0 + own, sum.1 + 1.0, sum.2.min(index));
            }
        }
        let mut keyed: Vec<(f64, usize, f64, usize)> = layer
            .iter()
            .zip(&own)
            .map(|(&index, &own)| match group_of(index).and_then(|g| sums.get(g)) {
                Some(&(sum, count, first)) => (sum / count, first, own, index),
                None => (own, index, own, index),
            })
            .collect();
        keyed.sort_by(|a, b| {
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3))
        });
        // Positions are fractions of the layer, so that a long layer does not outweigh a short one.
        let count = keyed.len().max(1) as f64;
        for (rank, (.., index)) in keyed.iter().enumerate() {
            if let Some(p) = position.get_mut(*index) {
                *p = (rank as f64 + 0.5) / count;
            }
        }
        *layer = keyed.into_iter().map(|(.., index)| index).collect();
    }
    layers
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u32), |(s, n), v| (s + v, n + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Moves every body as near to the mean of its neighbours as order and distances allow.
fn settle(bodies: &mut [Body], order: &[Vec<usize>], spacing: Spacing) {
    for layer in order {
        put(bodies, layer, spacing, |_, _| None);
    }
    for round in 0..ROUNDS {
        let forward = round % 2 == 1;
        let mut one = |layer: &Vec<usize>| {
            put(bodies, layer, spacing, |bodies, body| {
                let side = if forward { &body.before } else { &body.after };
                let other = if forward { &body.after } else { &body.before };
                let side = if side.is_empty() { other } else { side };
                mean(side.iter().filter_map(|&n| bodies.get(n).map(|b| b.centre)))
            });
        };
        if forward { order.iter().for_each(&mut one) } else { order.iter().rev().for_each(&mut one) }
    }
    let top = bodies.iter().map(|b| b.centre - b.extent / 2.0).fold(f64::MAX, f64::min);
    for body in bodies {
        body.centre -= top;
    }
}

/// Places one layer: the order stays, distances are kept, and the sum of the squared ways from the
/// wanted centres is the least possible (pool adjacent violators).
fn put(
    bodies: &mut [Body],
    layer: &[usize],
    spacing: Spacing,
    wanted: impl Fn(&[Body], &Body) -> Option<f64>,
) {
    // Offsets from the first centre when everything stands as close as it may.
    let mut offset = 0.0;
    let mut previous: Option<&Body> = None;
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    let mut offsets = Vec::with_capacity(layer.len());
    for &index in layer {
        let Some(body) = bodies.get(index) else { continue };
        if let Some(p) = previous {
            let gap = match (p.waypoint || body.waypoint, p.group == body.group) {
                (true, _) => spacing.waypoints,
                (false, true) => spacing.nodes,
                (false, false) => spacing.groups,
            };
            offset += p.extent / 2.0 + gap + body.extent / 2.0;
        }
        previous = Some(body);
        offsets.push(offset);
        let wish = wanted(bodies, body).unwrap_or(body.centre) - offset;
        let (mut sum, mut count) = (wish, 1.0);
        while let Some(&(s, n)) = blocks.last().filter(|(s, n)| s / n > sum / count) {
            (sum, count) = (sum + s, count + n);
            blocks.pop();
        }
        blocks.push((sum, count));
    }
    let bases = blocks.iter().flat_map(|&(sum, count)| std::iter::repeat_n(sum / count, count as usize));
    for ((&index, offset), base) in layer.iter().zip(offsets).zip(bases) {
        if let Some(body) = bodies.get_mut(index) {
            body.centre = base + offset;
        }
    }
}

/// Where each used layer begins and ends.
fn spread(
    items: &[Item],
    used: &[usize],
    turn: impl Fn((f64, f64)) -> (f64, f64),
    spacing: Spacing,
    room: f64,
) -> Vec<(usize, f64, f64)> {
    let lengths: Vec<f64> = used
        .iter()
        .map(|&layer| items.iter().filter(|i| i.layer == layer).map(|i| turn(i.size).0).fold(0.0, f64::max))
        .collect();
    let gaps = used.len().saturating_sub(1).max(1) as f64;
    let gap = ((room - lengths.iter().sum::<f64>()) / gaps).clamp(spacing.layers.0, spacing.layers.1);
    let mut start = 0.0;
    used.iter()
        .zip(lengths)
        .map(|(&layer, length)| {
            let place = (layer, start, start + length);
            start += length + gap;
            place
        })
        .collect()
}

/// The points of an edge, in (along, across).
fn course(
    chain: &[usize],
    bodies: &[Body],
    items: &[Item],
    turn: impl Fn((f64, f64)) -> (f64, f64),
    span_of: &impl Fn(usize) -> (f64, f64),
) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for (n, &index) in chain.iter().enumerate() {
        let Some(body) = bodies.get(index) else { continue };
        let (start, end) = span_of(body.layer);
        match items.get(index) {
            Some(item) => {
                let half = turn(item.size).0 / 2.0;
                let centre = (start + end) / 2.0;
                points.push((if n == 0 { centre + half } else { centre - half }, body.centre));
            }
            None => points.extend([(start, body.centre), (end, body.centre)]),
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPACING: Spacing = Spacing { layers: (30.0, 90.0), nodes: 12.0, waypoints: 8.0, groups: 40.0 };

    fn item(layer: usize) -> Item {
        Item { layer, size: (100.0, 40.0), group: None }
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(layout(&[], &[], Direction::Rightward, SPACING, 500.0), Layout::default());
    }

    #[test]
    fn a_parent_stands_in_the_middle_of_its_children() {
        let items = [item(0), item(1), item(1), item(1)];
        let drawn = layout(&items, &[(0, 1), (0, 2), (0, 3)], Direction::Rightward, SPACING, 0.0);
        let y: Vec<f64> = drawn.places.iter().map(|p| p.y).collect();
        assert_eq!(y, [52.0, 0.0, 52.0, 104.0]);
        assert_eq!(drawn.size, (230.0, 144.0));
    }

    #[test]
    fn groups_stay_together() {
        let of = |group| Item { group: Some(group), ..item(1) };
        let items = [item(0), of(0), of(1), of(0), of(1), item(1)];
        let drawn = layout(&items, &[(0, 4)], Direction::Rightward, SPACING, 0.0);
        let mut order: Vec<usize> = (1..6).collect();
        order.sort_by(|&a, &b| drawn.places[a].y.total_cmp(&drawn.places[b].y));
        assert_eq!(order, [4, 2, 1, 3, 5]);
        let gaps: Vec<f64> = order.windows(2).map(|w| drawn.places[w[1]].y - drawn.places[w[0]].y).collect();
        assert_eq!(gaps, [52.0, 80.0, 52.0, 80.0]);
    }

    #[test]
    fn an_edge_over_a_layer_keeps_clear_of_its_nodes() {
        let items = [item(0), item(1), item(2), item(2)];
        let drawn = layout(&items, &[(0, 1), (1, 2), (0, 3)], Direction::Rightward, SPACING, 0.0);
        let middle = drawn.places[1];
        let (_, y) = drawn.edges[2][1];
        assert!(y <= middle.y || y >= middle.y + middle.height, "{y} lies in {middle:?}");
    }

    #[test]
    fn downward_is_rightward_turned() {
        let square = Item { layer: 0, size: (40.0, 40.0), group: None };
        let items = [square, Item { layer: 1, ..square }, Item { layer: 1, ..square }];
        let edges = [(0, 1), (0, 2)];
        let right = layout(&items, &edges, Direction::Rightward, SPACING, 0.0);
        let down = layout(&items, &edges, Direction::Downward, SPACING, 0.0);
        for (r, d) in right.places.iter().zip(&down.places) {
            assert_eq!((r.x, r.y), (d.y, d.x));
        }
    }

    proptest! {
        #[test]
        fn nodes_never_overlap_and_lie_inside(
            layers in prop::collection::vec(0usize..5, 1..40),
            ends in prop::collection::vec((0usize..40, 0usize..40), 0..60),
        ) {
            let items: Vec<Item> = layers.iter().map(|&l| item(l)).collect();
            let edges: Vec<(usize, usize)> = ends
                .into_iter()
                .filter(|&(a, b)| a < items.len() && b < items.len() && layers[a] < layers[b])
                .collect();
            let drawn = layout(&items, &edges, Direction::Rightward, SPACING, 600.0);
            for (i, a) in drawn.places.iter().enumerate() {
                prop_assert!(a.y >= -0.01 && a.x >= -0.01);
                prop_assert!(a.x + a.width <= drawn.size.0 + 0.01 && a.y + a.height <= drawn.size.1 + 0.01);
                for b in &drawn.places[i + 1..] {
                    let apart = a.x + a.width <= b.x || b.x + b.width <= a.x
                        || a.y + a.height <= b.y + 0.01 || b.y + b.height <= a.y + 0.01;
                    prop_assert!(apart, "{a:?} {b:?}");
                }
            }
            prop_assert!(drawn.edges.iter().all(|e| e.len() >= 2));
        }
    }
}
