//! Path matchers as machines that take a path sign by sign.
//!
//! Signs are ASCII; 0 stands for all that is not. That is exact for what [`Expression`] takes apart:
//! no literal in it is anything but printable ASCII, and a set holds 0 where it holds everything
//! outside of ASCII.

use crate::routing::automaton::Automaton;
use crate::routing::expression::Expression;
use crate::routing::{Flavour, PathMatcher};

/// A machine for one matcher.
pub(super) enum Machine<'p> {
    /// Takes what begins with these bytes, and goes on as it says.
    Text(&'p [u8], Then),
    /// The same for an expression: a literal, and the automaton of what follows.
    Expression(Box<Walk>),
}

/// What follows a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Nothing,
    Anything,
    /// Nothing, or a slash and anything.
    Elements,
}

pub(super) struct Walk {
    literal: Vec<u8>,
    automaton: Automaton,
    ignore_case: bool,
    /// Matches begin where the text does.
    anchored: bool,
    /// `$` lets a last line feed follow.
    lenient: bool,
}

/// How far a machine is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct State {
    /// How much of the text or literal was there, or one of the constants.
    at: u32,
    /// The open places of the automaton.
    open: u64,
    /// Nothing was read yet.
    fresh: bool,
    /// A match ended before the line feed that was read last.
    before_feed: bool,
}

const TAKEN: u32 = u32::MAX;
const DEAD: u32 = u32::MAX - 1;

impl State {
    const fn end(at: u32) -> State {
        State { at, open: 0, fresh: false, before_feed: false }
    }

    /// Whatever follows, it matches.
    pub(super) fn is_taken(self) -> bool {
        self.at == TAKEN
    }

    /// Whatever follows, it does not match.
    pub(super) fn is_dead(self) -> bool {
        self.at == DEAD
    }
}

impl<'p> Machine<'p> {
    /// `None` for a matcher that is outside of what is understood here.
    pub(super) fn new(matcher: &'p PathMatcher) -> Option<Self> {
        let text = |text: &'p str, then| text.is_ascii().then_some(Machine::Text(text.as_bytes(), then));
        match matcher {
            PathMatcher::Any => text("", Then::Anything),
            PathMatcher::Exact(p) => text(p, Then::Nothing),
            PathMatcher::StringPrefix(p) => text(p, Then::Anything),
            PathMatcher::ElementPrefix(p) => text(p, Then::Elements),
            PathMatcher::Regex(pattern) => {
                let expression = Expression::parse(pattern.as_str(), pattern.ignores_case())?;
                let ignore_case = expression.ignore_case;
                let (literal, anchored, nodes) = match expression.start() {
                    Some((literal, _, nodes)) => (literal.into_bytes(), true, nodes),
                    None => (Vec::new(), false, expression.nodes.as_slice()),
                };
                let automaton = Automaton::new(nodes, anchored, ignore_case)?;
                let lenient = pattern.flavour() == Flavour::Pcre && pattern.as_str().contains('$');
                Some(Machine::Expression(Box::new(Walk {
                    literal,
                    automaton,
                    ignore_case,
                    anchored,
                    lenient,
                })))
            }
        }
    }

    /// Before anything was read.
    pub(super) fn start(&self) -> State {
        match self {
            Machine::Text(..) => self.settle(State { fresh: true, ..State::end(0) }),
            Machine::Expression(walk) => walk.begin(0, true),
        }
    }

    /// After one more sign.
    pub(super) fn step(&self, state: State, sign: u8) -> State {
        if state.at >= DEAD {
            return state;
        }
        let at = state.at as usize;
        match self {
            Machine::Text(text, then) => match text.get(at) {
                Some(&byte) if byte == sign => self.settle(State::end(state.at + 1)),
                None if *then == Then::Elements && sign == b'/' => State::end(TAKEN),
                _ => State::end(DEAD),
            },
            Machine::Expression(walk) => match walk.literal.get(at) {
                Some(byte) if walk.is(*byte, sign) => walk.begin(state.at + 1, false),
                Some(_) => State::end(DEAD),
                None => walk.step(state, sign),
            },
        }
    }

    /// Whether what was read matches, if nothing follows.
    pub(super) fn accepts(&self, state: State) -> bool {
        if state.at >= DEAD {
            return state.is_taken();
        }
        match self {
            Machine::Text(text, _) => text.len() == state.at as usize,
            Machine::Expression(walk) => {
                let walks = walk.literal.len() == state.at as usize;
                walks && (state.before_feed || walk.automaton.ends(state.open, state.fresh))
            }
        }
    }

    /// A text that is read to its end and may go on with anything is taken.
    fn settle(&self, state: State) -> State {
        match self {
            Machine::Text(text, Then::Anything) if text.len() == state.at as usize => State::end(TAKEN),
            _ => state,
        }
    }
}

impl Walk {
    fn is(&self, byte: u8, sign: u8) -> bool {
        if self.ignore_case { byte.eq_ignore_ascii_case(&sign) } else { byte == sign }
    }

    /// So much of the literal was there.
    fn begin(&self, at: u32, fresh: bool) -> State {
        if self.literal.len() != at as usize {
            return State { fresh, ..State::end(at) };
        }
        // Only an empty literal leaves the automaton at the start of the text.
        match self.automaton.begin(fresh) {
            Some(open) => State { at, open, fresh, before_feed: false },
            None => State::end(TAKEN),
        }
    }

    fn step(&self, state: State, sign: u8) -> State {
        let before_feed = self.lenient && sign == b'\n' && self.automaton.ends(state.open, state.fresh);
        match self.automaton.step(state.open, sign) {
            None => State::end(TAKEN),
            Some(0) if self.anchored && !before_feed => State::end(DEAD),
            Some(open) => State { at: state.at, open, fresh: false, before_feed },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::Pattern;

    fn takes(machine: &Machine, text: &str) -> bool {
        let mut state = machine.start();
        for sign in text.bytes() {
            state = machine.step(state, sign);
        }
        machine.accepts(state)
    }

    /// A machine takes what its matcher matches.
    #[test]
    fn machines_are_their_matchers() {
        let expressions = [
            "^/a",
            "a$",
            "(?i)A$",
            "b.",
            "^$",
            "^/$",
            "/a(/|$)(.*)",
            "^/a(/|$)(.*)",
            "^/a(/|$)(/|$)",
            "^/[^a]$",
            "^/a|b",
            "^/(a|b)*$",
            "^/a{2,3}b?$",
            ".",
            "",
            "^",
            "$",
            "a/?$",
            "/(a|b)/b",
            "^/a+[a-b]$",
        ];
        let mut matchers: Vec<PathMatcher> = vec![PathMatcher::Any];
        for text in ["", "/", "/a", "/a/", "/a/b", "/aa"] {
            matchers.push(PathMatcher::Exact(text.into()));
            matchers.push(PathMatcher::StringPrefix(text.into()));
            matchers.push(PathMatcher::ElementPrefix(text.into()));
        }
        for source in expressions {
            matchers.push(PathMatcher::Regex(Pattern::re2(source).expect("valid")));
            for ignore_case in [false, true] {
                matchers.push(PathMatcher::Regex(Pattern::pcre(source, ignore_case).expect("valid")));
            }
        }
        let mut texts = vec![String::new()];
        for length in 0..5 {
            let longer: Vec<String> = texts
                .iter()
                .filter(|t| t.len() == length)
                .flat_map(|t| ["/", "a", "b", "A", "\n"].map(|sign| format!("{t}{sign}")))
                .collect();
            texts.extend(longer);
        }
        for matcher in &matchers {
            let machine = Machine::new(matcher).unwrap_or_else(|| panic!("{matcher:?} has no machine"));
            for text in &texts {
                assert_eq!(takes(&machine, text), matcher.matches(text), "{matcher:?} on {text:?}");
            }
        }
    }

    #[test]
    fn the_sign_for_all_others_is_as_they_are() {
        for source in
            ["^/.$", "^/[^a]$", r"^/\D$", r"^/[\W]$", "^/[a-z]$", r"^/\w$", r"^/[^\d]$", r"^/[^\D]$"]
        {
            let pattern = PathMatcher::Regex(Pattern::pcre(source, false).expect("valid"));
            let machine = Machine::new(&pattern).expect("a machine");
            // The byte 0xE9: see `octets`.
            assert_eq!(takes(&machine, "/\0"), pattern.matches("/\u{10ffe9}"), "{source}");
        }
    }
}
