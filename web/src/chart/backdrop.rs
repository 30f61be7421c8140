//! Sea and land behind the chart: ornament, hidden from screen readers. The coast lies between what
//! is outside the cluster and what is in it.

use super::layout::Direction;
use super::px::Px;
use std::f64::consts::FRAC_1_SQRT_2;
use std::fmt::Write as _;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub width: f64,
    pub height: f64,
    /// Where the coast is, along.
    pub coast: f64,
    pub direction: Direction,
}

#[component]
pub fn Backdrop(props: &Props) -> Html {
    let (w, h) = (props.width, props.height);
    let rightward = props.direction == Direction::Rightward;
    let (length, coast) = (if rightward { h } else { w }, props.coast);
    let line = |out: f64, calm: f64| coast_line(coast - out, length, calm, rightward);
    let shore = line(0.0, 1.0);
    let (wide, high) = (Px(w), Px(h));
    let land = match rightward {
        true => format!("{shore}L{wide:.0} {high:.0}L{wide:.0} 0Z"),
        false => format!("{shore}L{wide:.0} {high:.0}L0 {high:.0}Z"),
    };
    let (rose_x, rose_y) = if rightward { ((coast * 0.36).max(58.0), h - 62.0) } else { (w - 46.0, 44.0) };
    html! {
        <g class="backdrop" aria-hidden="true">
            <rect class="sea" width={wide.to_string()} height={high.to_string()} />
            { rhumb_lines(rose_x, rose_y, w.max(h) * 1.5) }
            <path class="shoal deep" d={line(34.0, 0.55)} />
            <path class="shoal" d={line(15.0, 0.8)} />
            <path class="land" d={land} />
            <path class="shore" d={shore} />
            { rose(rose_x, rose_y) }
        </g>
    }
}

/// A coast that is crooked in the same way every time. `calm` flattens it, as the sea floor is
/// flatter than the shore.
fn coast_line(at: f64, length: f64, calm: f64, rightward: bool) -> String {
    let mut path = String::new();
    let steps = (length / 9.0).ceil().max(1.0) as u32;
    for step in 0..=steps {
        let s = f64::from(step) * length / f64::from(steps);
        let crooked = 6.5 * wave(s / 258.0) + 3.5 * wave(s / 107.0 + 0.2) + 1.6 * wave(s / 46.0 + 0.06);
        let along = at + crooked * calm;
        let (x, y) = if rightward { (along, s) } else { (s, along) };
        // Writing to a String does not fail.
        write!(path, "{}{} {}", if step == 0 { "M" } else { "L" }, Px(x), Px(y)).ok();
    }
    path
}

/// A wave of two parabolas, one for each turn: as good as a sine here, and thousands of bytes lighter.
fn wave(turns: f64) -> f64 {
    let u = turns.fract();
    if u < 0.5 { 8.0 * u * (1.0 - 2.0 * u) } else { -8.0 * (u - 0.5) * (2.0 - 2.0 * u) }
}

/// The first four of the sixteen winds, from north to east; the others are these, turned.
const WINDS: [(f64, f64); 4] =
    [(0.0, -1.0), (0.3827, -0.9239), (FRAC_1_SQRT_2, -FRAC_1_SQRT_2), (0.9239, -0.3827)];

/// The direction of a wind, 0 to 15 clockwise from north.
fn wind(number: usize) -> (f64, f64) {
    let (x, y) = WINDS.get(number % 4).copied().unwrap_or_default();
    match number / 4 % 4 {
        0 => (x, y),
        1 => (-y, x),
        2 => (-x, -y),
        _ => (y, -x),
    }
}

/// The winds' lines, from the rose over everything.
fn rhumb_lines(x: f64, y: f64, reach: f64) -> Html {
    let line = |(dx, dy): (f64, f64)| format!("M{} {}l{} {}", Px(x), Px(y), Px(dx * reach), Px(dy * reach));
    html! { <path class="rhumbs" d={(0..16).map(wind).map(line).collect::<String>()} /> }
}

fn rose(x: f64, y: f64) -> Html {
    // Eight corners, every other one long; `turn` winds on from north.
    let star = |long: f64, short: f64, turn: usize| {
        let corner = |n: usize| {
            let (dx, dy) = wind(2 * n + turn);
            let radius = if n.is_multiple_of(2) { long } else { short };
            format!("{}{} {}", if n == 0 { "M" } else { "L" }, Px(dx * radius), Px(dy * radius))
        };
        (0..8).map(corner).collect::<String>() + "Z"
    };
    html! {
        <g class="rose" transform={format!("translate({:.0} {:.0})", Px(x), Px(y))}>
            <circle r="25" />
            <circle r="21" />
            <path d={star(22.0, 5.0, 2)} class="rose-minor" />
            <path d={star(33.0, 6.5, 0)} class="rose-major" />
            <path d="M0 -33 4.6 -4.6 0 0 -4.6 -4.6Z" class="rose-north" />
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn winds_go_clockwise_and_are_of_length_one() {
        for n in 0..16 {
            let ((x, y), (nx, ny)) = (wind(n), wind(n + 1));
            assert!((x * x + y * y - 1.0).abs() < 0.001);
            assert!(x * ny - y * nx > 0.3, "{n}");
        }
    }
}
