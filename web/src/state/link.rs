//! Links: what stands behind the `#` of the page's address. A browser sends it to nobody.
//!
//! Fields are `name=value`, percent-encoded and joined with `&`:
//!
//! | field | says |
//! |---|---|
//! | `controller` | a controller by its name; several are compared, in this order |
//! | `set.NAME` | a setting of the controller before it |
//! | `answering` | which of several controllers answers, counted from 1; else the first |
//! | `from` | where the client stands: `internet`, `nodes` or `pod` |
//! | `cloud` | who makes load balancers, by the name that `--cloud` takes |
//! | `view` | `drawn`, `list`, `configuration` or `compare` |
//! | `work` | files and requests: `d.` and base64url of deflated JSON, or `p.` and of JSON itself |
//!
//! Whatever else stands there is left out, with a word about it.

use super::{Answerer, ChartView, Work};
use portolan_core::controller::{self, Settings};
use portolan_core::journey::{Cloud, Place};
use std::rc::Rc;

/// More controllers than this are not compared.
pub const MOST: usize = 6;

/// Longer values than this are no names and no settings.
const LONGEST_VALUE: usize = 2_000;

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// The controllers, in order.
    pub answerers: Vec<Answerer>,
    /// Which of them answers; `None` where the link names none.
    pub answering: Option<usize>,
    /// What is shown.
    pub view: Option<ChartView>,
    /// Where the client stands.
    pub place: Option<Place>,
    /// Who makes load balancers.
    pub cloud: Option<Cloud>,
    /// Files and requests, packed.
    pub work: Option<String>,
    /// What was not understood, in words.
    pub ignored: Vec<String>,
}

impl Link {
    /// Reads what stands behind the `#`. `None` where that is no link of the page's: the name of a
    /// place on it, or nothing.
    pub fn read(hash: &str) -> Option<Link> {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        hash.contains('=').then(|| Link::of_fields(hash))
    }

    #[inline(never)]
    fn of_fields(hash: &str) -> Link {
        let mut link = Link::default();
        for field in hash.split('&').filter(|f| !f.is_empty()) {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            if name == "work" {
                link.work = Some(value.to_owned());
                continue;
            }
            let taken = match (decoded(name), decoded(value)) {
                (Some(name), Some(value)) if value.len() <= LONGEST_VALUE => link.take(&name, value),
                _ => Err(format!("{}=…", short(name))),
            };
            if let Err(ignored) = taken
                && link.ignored.len() < 5
            {
                link.ignored.push(ignored);
            }
        }
        if !link.answerers.is_empty() && link.answering.is_none_or(|at| at >= link.answerers.len()) {
            link.answering = Some(0);
        }
        link
    }

    /// Takes one field.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    fn take(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            "controller" if self.answerers.len() == MOST => {
                return Err(format!("more than {MOST} controllers"));
            }
            "controller" => match controller::find(&value) {
                Ok(controller) => self.answerers.push(Answerer::new(controller.name)),
                Err(_) => return Err(format!("controller {}", short(&value))),
            },
            "answering" => match value.parse::<usize>() {
                Ok(at) if at > 0 => self.answering = Some(at - 1),
                _ => return Err(format!("answering={}", short(&value))),
            },
            "from" => match Place::ALL.into_iter().find(|p| p.name() == value) {
                Some(place) => self.place = Some(place),
                None => return Err(format!("from={}", short(&value))),
            },
            "cloud" => match Cloud::named(&value) {
                Some(cloud) => self.cloud = Some(cloud),
                None => return Err(format!("cloud={}", short(&value))),
            },
            "view" => match views().iter().find(|(word, _)| *word == value) {
                Some((_, view)) => self.view = Some(*view),
                None => return Err(format!("view={}", short(&value))),
            },
            name => {
                let setting = name.strip_prefix("set.").zip(self.answerers.last_mut());
                let Some((setting, answerer)) = setting else { return Err(short(name)) };
                let pair = format!("{setting}={value}");
                match Settings::new().set(answerer.controller(), &pair) {
                    Ok(()) => {
                        Rc::make_mut(&mut answerer.settings).insert(setting.to_owned(), value);
                    }
                    Err(_) => return Err(format!("{}={}", short(setting), short(&value))),
                }
            }
        }
        Ok(())
    }

    /// The link as it is written, without what it brings of files and requests.
    pub fn write(&self) -> String {
        write(&self.answerers, self.answering.unwrap_or(0), self.place, self.cloud, self.view)
    }
}

/// The link to what answers and what is shown.
pub fn of(work: &Work, view: ChartView) -> String {
    write(&work.answerers, work.answering, Some(work.place), work.cloud, Some(view))
}

fn write(
    answerers: &[Answerer],
    answering: usize,
    place: Option<Place>,
    cloud: Option<Cloud>,
    view: Option<ChartView>,
) -> String {
    let mut link = String::new();
    let mut field = |name: &str, value: &str| {
        if !link.is_empty() {
            link.push('&');
        }
        encode(name, &mut link);
        link.push('=');
        encode(value, &mut link);
    };
    for answerer in answerers {
        field("controller", &answerer.controller);
        for (name, value) in &*answerer.settings {
            field(&format!("set.{name}"), value);
        }
    }
    if answering > 0 {
        field("answering", &(answering + 1).to_string());
    }
    if let Some(place) = place.filter(|p| *p != Place::default()) {
        field("from", place.name());
    }
    if let Some(cloud) = cloud {
        field("cloud", cloud.name());
    }
    let word = views().iter().find(|(_, v)| Some(*v) == view).map(|(word, _)| *word);
    if let Some(word) = word.filter(|_| view != Some(ChartView::default())) {
        field("view", word);
    }
    link
}

/// The views, by their words.
pub(super) fn views() -> [(&'static str, ChartView); 4] {
    [
        ("drawn", ChartView::Drawn),
        ("list", ChartView::List),
        ("configuration", ChartView::Configuration),
        ("compare", ChartView::Compare),
    ]
}

/// A text from somewhere else, short enough to be shown.
fn short(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn encode(text: &str, to: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:,".contains(&byte) {
            to.push(char::from(byte));
        } else {
            let digit = |n: u8| HEX.get(usize::from(n & 15)).map_or('0', |&d| char::from(d));
            to.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
}

/// `None` for what is not percent-encoded, or no UTF-8 when decoded.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || Some(char::from(rest.next()?).to_digit(16)? as u8);
        bytes.push(if byte == b'%' { digit()? << 4 | digit()? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn answerer(controller: &str, settings: &[(&str, &str)]) -> Answerer {
        let settings: BTreeMap<String, String> =
            settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Answerer { settings: Rc::new(settings), ..Answerer::new(controller) }
    }

    #[test]
    fn what_is_written_is_read() {
        let link = Link {
            answerers: vec![
                answerer(
                    "ingress-nginx",
                    &[("block-user-agents", "a&b=c#%, ü\n"), ("ssl-redirect", "false")],
                ),
                answerer("traefik", &[("strictPrefixMatching", "true")]),
            ],
            answering: Some(1),
            view: Some(ChartView::Compare),
            place: Some(Place::Pod),
            cloud: Some(Cloud::MetalLbBgp),
            ..Link::default()
        };
        assert_eq!(Link::read(&link.write()), Some(link.clone()));
        assert!(link.write().is_ascii() && !link.write().contains(' '));
    }

    #[test]
    fn places_on_the_page_are_no_links() {
        for hash in ["", "#", "#requests", "requests", "#work"] {
            assert_eq!(Link::read(hash), None, "{hash}");
        }
    }

    #[test]
    fn what_is_not_understood_is_left_out_and_named() {
        for (hash, named) in [
            ("#controller=nope", "controller nope"),
            ("#set.x=1", "set.x"),
            ("#controller=traefik&set.nope=1", "nope=1"),
            ("#controller=traefik&set.strictPrefixMatching=maybe", "strictPrefixMatching=maybe"),
            ("#controller=%zz", "controller=…"),
            ("#controller=%ff", "controller=…"),
            ("#view=x", "view=x"),
            ("#from=moon", "from=moon"),
            ("#cloud=x", "cloud=x"),
            ("#answering=0", "answering=0"),
            ("#answering=99999999999999999999", "answering=99999999999999999999"),
            ("#a=1", "a"),
            ("#=", ""),
        ] {
            let link = Link::read(hash).expect("a link");
            assert_eq!(link.ignored, [named], "{hash}");
        }
        let link = Link::read("#controller=traefik&answering=9").expect("a link");
        assert_eq!(link.answering, Some(0));
        let many = "controller=traefik&".repeat(50);
        let link = Link::read(&many).expect("a link");
        assert_eq!((link.answerers.len(), link.ignored.len()), (MOST, 5));
        let long = format!("#controller={}", "x".repeat(1 << 20));
        assert!(Link::read(&long).expect("a link").ignored[0].len() < 100);
    }

    proptest! {
        #[test]
        fn nothing_panics(hash in "\\PC{0,80}|(#?((controller|set\\.[a-zA-Z.-]{0,9}|view|answering|work)=[%a-z0-9]{0,9}&){0,6})") {
            if let Some(link) = Link::read(&hash) {
                prop_assert!(link.answerers.len() <= MOST);
                prop_assert!(link.answering.is_none_or(|at| link.answerers.is_empty() || at < link.answerers.len()));
            }
        }
    }
}
