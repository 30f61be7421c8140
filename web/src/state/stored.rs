//! What survives a reload, as JSON. Whatever stands in the store, the page starts.

use super::{Answerer, Ask, ChartView, File, State, Theme, Work, unix_lines};
use crate::json::{self, Writer};
use portolan_core::journey::{Cloud, Place};
use portolan_core::manifest::Node;
use std::collections::HashSet;
use std::rc::Rc;

/// More than this is not saved: browsers keep about five million characters for a site.
const LARGEST: usize = 2_000_000;

const VERSION: usize = 1;

/// The state as JSON; `None` where it is too large to be kept.
pub fn store(state: &State) -> Option<String> {
    let work = &state.work;
    let size: usize = work.files.iter().map(|f| f.text.len()).sum();
    if size > LARGEST {
        return None;
    }
    let mut json = Writer::new('{');
    json.key("version").number(VERSION);
    json.key("files").open('[');
    for file in work.files.iter() {
        json.key("").open('{');
        json.key("name").text(&file.name);
        json.key("text").text(&file.text);
        json.close('}');
    }
    json.close(']');
    json.key("front").number(work.files.iter().position(|f| f.key == work.front).unwrap_or(0));
    json.key("requests").open('[');
    for ask in work.asks.iter() {
        json.key("").text(&ask.text);
    }
    json.close(']');
    json.key("chosen").number(work.asks.iter().position(|a| a.key == work.chosen).unwrap_or(0));
    // All that answer, and which one's answer is shown.
    json.key("answerers").open('[');
    for answerer in work.answerers.iter() {
        json.key("").open('{');
        json.key("controller").text(&answerer.controller);
        json.key("settings").open('{');
        for (name, value) in answerer.settings.iter() {
            json.key(name).text(value);
        }
        json.close('}');
        json.close('}');
    }
    json.close(']');
    json.key("answering").number(work.answering);
    json.key("from").text(work.place.name());
    json.key("cloud").text(work.cloud.map_or("", Cloud::name));
    let view = super::link::views().into_iter().find(|(_, view)| *view == state.view);
    json.key("view").text(view.map_or("", |(word, _)| word));
    Some(json.end('}'))
}

/// The state that was stored; `None` for anything that no [`store`] would have written.
pub fn restore(json: &str, theme: Theme) -> Option<State> {
    let stored = json::read(json)?;
    if json::number(&stored, "version") != Some(VERSION) {
        return None;
    }
    let files = json::list(&stored, "files", |f| Some((json::text(f, "name")?, json::text(f, "text")?)))?;
    if files.is_empty() {
        return None;
    }
    let mut work = Work::new(files, json::list(&stored, "requests", Node::as_str)?);
    let mut seen = HashSet::new();
    if !work.files.iter().all(|f: &File| seen.insert(f.name.clone()) && *f.text == *unix_lines(&f.text)) {
        return None;
    }
    work.front = work.files.get(json::number(&stored, "front")?).map_or(work.front, |f| f.key);
    work.chosen = work.asks.get(json::number(&stored, "chosen")?).map_or(work.chosen, |a: &Ask| a.key);
    let known = |a: &Answerer| portolan_core::controller::find(&a.controller).is_ok();
    let answerers = match stored.get("answerers") {
        Some(_) => json::list(&stored, "answerers", answerer)?,
        // Before there were comparisons, the one that answered stood here by itself.
        None => vec![answerer(&stored)?],
    };
    let answerers: Vec<Answerer> = answerers.into_iter().filter(known).take(super::link::MOST).collect();
    if !answerers.is_empty() {
        work.answering = json::number(&stored, "answering").unwrap_or(0).min(answerers.len() - 1);
        work.answerers = Rc::new(answerers);
    }
    let from = json::text(&stored, "from").unwrap_or_default();
    work.place = Place::ALL.into_iter().find(|p| p.name() == from).unwrap_or_default();
    work.cloud = json::text(&stored, "cloud").and_then(Cloud::named);
    let mut state = State::from(work);
    state.theme = theme;
    let word = json::text(&stored, "view").unwrap_or_default();
    let view = super::link::views().into_iter().find(|(name, _)| *name == word);
    state.view = view.map_or_else(ChartView::default, |(_, view)| view);
    Some(state)
}

fn answerer(node: &Node) -> Option<Answerer> {
    let settings = node.get("settings").map(Node::entries).unwrap_or_default();
    let settings = settings.iter().map(|s| Some((s.key.clone(), s.value.as_str()?.to_owned())));
    let settings = Rc::new(settings.collect::<Option<_>>()?);
    Some(Answerer { settings, ..Answerer::new(json::text(node, "controller")?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn state() -> State {
        let mut work = Work::new([("a.yaml", "a: 1\n"), ("b.yaml", "ü")], ["http://h/", "GET http://i/"]);
        work.front = 2;
        work.chosen = 4;
        let strict = BTreeMap::from([("strictPrefixMatching".to_owned(), "true".to_owned())]);
        let traefik = Answerer { settings: Rc::new(strict), ..Answerer::new("traefik") };
        work.answerers = Rc::new(vec![Answerer::new("ingress-nginx"), traefik]);
        work.answering = 1;
        work.place = Place::Nodes;
        work.cloud = Some(Cloud::OpenStack);
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
