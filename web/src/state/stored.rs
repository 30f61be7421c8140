//! What survives a reload, as JSON. Whatever stands in the store, the page starts.

use super::{Answerer, Ask, ChartView, File, State, Theme, Work, unix_lines};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

/// More than this is not saved: browsers keep about five million characters for a site.
const LARGEST: usize = 2_000_000;

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    files: Vec<StoredFile>,
    front: usize,
    requests: Vec<String>,
    chosen: usize,
    controller: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// Where several controllers are compared: all of them, and which one answers.
    #[serde(default)]
    compared: Vec<(String, BTreeMap<String, String>)>,
    #[serde(default)]
    answering: usize,
    #[serde(default)]
    view: ChartView,
}

#[derive(Serialize, Deserialize)]
struct StoredFile {
    name: String,
    text: String,
}

const VERSION: u32 = 1;

/// The state as JSON; `None` where it is too large to be kept.
pub fn store(state: &State) -> Option<String> {
    let work = &state.work;
    let size: usize = work.files.iter().map(|f| f.text.len()).sum();
    if size > LARGEST {
        return None;
    }
    let answerer = work.answerer();
    let compared = match work.answerers.as_slice() {
        [_] => Vec::new(),
        all => all.iter().map(|a| (a.controller.to_string(), (*a.settings).clone())).collect(),
    };
    let stored = Stored {
        version: VERSION,
        files: work
            .files
            .iter()
            .map(|f| StoredFile { name: f.name.to_string(), text: f.text.to_string() })
            .collect(),
        front: work.files.iter().position(|f| f.key == work.front).unwrap_or(0),
        requests: work.asks.iter().map(|a| a.text.to_string()).collect(),
        chosen: work.asks.iter().position(|a| a.key == work.chosen).unwrap_or(0),
        controller: answerer.controller.to_string(),
        settings: (*answerer.settings).clone(),
        compared,
        answering: work.answering,
        view: state.view,
    };
    serde_json::to_string(&stored).ok()
}

/// The state that was stored; `None` for anything that [`store`] would not have written.
pub fn restore(json: &str, theme: Theme) -> Option<State> {
    let stored: Stored = serde_json::from_str(json).ok()?;
    if stored.version != VERSION || stored.files.is_empty() {
        return None;
    }
    let mut work = Work::new(stored.files.iter().map(|f| (&f.name, &f.text)), &stored.requests);
    let mut seen = HashSet::new();
    if !work.files.iter().all(|f: &File| seen.insert(f.name.clone()) && *f.text == *unix_lines(&f.text)) {
        return None;
    }
    work.front = work.files.get(stored.front).map_or(work.front, |f| f.key);
    work.chosen = work.asks.get(stored.chosen).map_or(work.chosen, |a: &Ask| a.key);
    let alone = vec![(stored.controller, stored.settings)];
    let all = if stored.compared.is_empty() { alone } else { stored.compared };
    let known = all.into_iter().filter(|(name, _)| portolan_core::controller::find(name).is_ok());
    let answerers: Vec<Answerer> = known
        .take(super::link::MOST)
        .map(|(name, settings)| Answerer { controller: name.into(), settings: Rc::new(settings) })
        .collect();
    if !answerers.is_empty() {
        work.answering = stored.answering.min(answerers.len() - 1);
        work.answerers = Rc::new(answerers);
    }
    let mut state = State::from(work);
    state.theme = theme;
    state.view = stored.view;
    Some(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let mut work = Work::new([("a.yaml", "a: 1\n"), ("b.yaml", "ü")], ["http://h/", "GET http://i/"]);
        work.front = 2;
        work.chosen = 4;
        let strict = BTreeMap::from([("strictPrefixMatching".to_owned(), "true".to_owned())]);
        let traefik = Answerer { settings: Rc::new(strict), ..Answerer::new("traefik") };
        work.answerers = Rc::new(vec![Answerer::new("ingress-nginx"), traefik]);
        work.answering = 1;
        State { theme: Theme::Dark, view: ChartView::List, ..State::from(work) }
    }

    #[test]
    fn what_is_stored_comes_back() {
        let json = store(&state()).expect("small enough");
        assert_eq!(restore(&json, Theme::Dark), Some(state()));
    }

    #[test]
    fn a_corrupt_store_is_no_state_and_no_panic() {
        let json = store(&state()).expect("small enough");
        for cut in 0..json.len() {
            if let Some(part) = json.get(..cut) {
                assert_eq!(restore(part, Theme::Auto), None);
            }
        }
        for broken in ["", "null", "[]", "{}", "{\"version\":1,\"files\":[]}", "\u{0}"] {
            assert_eq!(restore(broken, Theme::Auto), None, "{broken:?}");
        }
        let newer = json.replace("\"version\":1", "\"version\":2");
        assert_eq!(restore(&newer, Theme::Auto), None);
    }

    #[test]
    fn indexes_that_point_nowhere_point_at_the_first() {
        let json = store(&state()).expect("small enough");
        let json = json.replace("\"front\":1", "\"front\":99").replace("\"chosen\":1", "\"chosen\":99");
        let state = restore(&json, Theme::Auto).expect("readable");
        assert_eq!((state.work.front, state.work.chosen), (1, 3));
    }

    #[test]
    fn who_answered_before_there_were_comparisons_still_answers() {
        let json = r#"{"version":1,"files":[{"name":"a","text":""}],"front":0,"requests":[],"chosen":0,
            "controller":"traefik","settings":{"ingressClass":"x"}}"#;
        let state = restore(json, Theme::Auto).expect("readable");
        assert_eq!(&*state.work.answerer().controller, "traefik");
        assert_eq!(state.work.answerer().settings.len(), 1);
        let gone = restore(&json.replace("traefik", "gone"), Theme::Auto).expect("readable");
        assert_eq!(gone.work.answerer(), Answerer::default());
    }

    #[test]
    fn what_is_too_large_is_not_stored() {
        let work = Work::new([("a", "x".repeat(LARGEST + 1))], [""; 0]);
        assert_eq!(store(&State::from(work)), None);
    }
}
