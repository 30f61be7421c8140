//! Lines between boxes.

use super::fold::Folded;
use super::layout::Direction;
use super::place::Drawing;
use super::px::Px;
use std::fmt::Write as _;

/// A smooth line through points: it leaves and enters along the layers.
pub fn curve(points: &[(f64, f64)], direction: Direction) -> String {
    let mut path = String::new();
    let mut from: Option<(f64, f64)> = None;
    for &(x, y) in points {
        match from {
            None => write!(path, "M{} {}", Px(x), Px(y)),
            Some((x0, y0)) => match direction {
                Direction::Rightward => {
                    let (middle, x, y0, y) = (Px(f64::midpoint(x0, x)), Px(x), Px(y0), Px(y));
                    write!(path, "C{middle} {y0} {middle} {y} {x} {y}")
                }
                Direction::Downward => {
                    let (middle, x0, x, y) = (Px(f64::midpoint(y0, y)), Px(x0), Px(x), Px(y));
                    write!(path, "C{x0} {middle} {x} {middle} {x} {y}")
                }
            },
        }
        // Writing to a String does not fail.
        .ok();
        from = Some((x, y));
    }
    path
}

/// The line of a course from one shown thing to another: along the edge between them, or between the
/// boxes that they stand in, but to themselves.
pub fn course_line(
    folded: &Folded,
    drawing: &Drawing,
    from: usize,
    to: usize,
    direction: Direction,
) -> String {
    let outside = |at: usize| folded.shown.get(at).and_then(|s| s.within).unwrap_or(at);
    let ends = (outside(from), outside(to));
    if ends.0 == ends.1 {
        return String::new();
    }
    let edge = folded.edges.iter().position(|e| *e == ends);
    let known = edge.and_then(|e| drawing.layout.edges.get(e)).map(Vec::as_slice).unwrap_or_default();
    let border = |at: usize, out: bool| {
        let place = drawing.layout.places.get(at).copied().unwrap_or_default();
        let (middle, centre) = (place.x + place.width / 2.0, place.y + place.height / 2.0);
        match (direction, out) {
            (Direction::Rightward, true) => (place.x + place.width, centre),
            (Direction::Rightward, false) => (place.x, centre),
            (Direction::Downward, true) => (middle, place.y + place.height),
            (Direction::Downward, false) => (middle, place.y),
        }
    };
    let mut points = vec![border(from, true)];
    if let Some(between) = known.len().checked_sub(1).and_then(|last| known.get(1..last)) {
        points.extend(between);
    }
    points.push(border(to, false));
    curve(&points, direction)
}
