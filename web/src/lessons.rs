//! The lessons and examples of `examples/`. The one that a new visitor sees is a part of the page; the others
//! are fetched, from where the page came from, when somebody opens them.

use crate::language::load;
use crate::state::{Learning, Work};
use portolan_lessons::{Asked, Entry, Expect, Lesson};
use std::rc::Rc;

/// How a lesson begins.
struct Welcome {
    controller: &'static str,
    compare: &'static [&'static str],
    cloud: Option<&'static str>,
    from: Option<&'static str>,
    requests: &'static [&'static str],
    /// Its manifests: names and texts.
    files: &'static [(&'static str, &'static str)],
}

static WELCOME: Welcome = include!(concat!(env!("OUT_DIR"), "/welcome.rs"));

/// What a new visitor sees.
pub fn welcome() -> Work {
    let Welcome { controller, compare, cloud, from, requests, files } = &WELCOME;
    let asked = |request: &&str| Asked { request: (*request).to_owned(), expect: Expect::default() };
    let lesson = Lesson {
        controller: (*controller).to_owned(),
        compare: compare.iter().map(|name| (*name).to_owned()).collect(),
        cloud: cloud.map(str::to_owned),
        from: from.map(str::to_owned),
        files: Vec::new(),
        requests: requests.iter().map(asked).collect(),
        steps: Vec::new(),
    };
    Work::of_lesson(&lesson, files.iter().copied())
}

/// All of them, in order.
pub async fn index() -> Option<Rc<Vec<Entry>>> {
    Entry::index(&load("examples/index.yaml").await?).ok().map(Rc::new)
}

/// One of them, to begin with.
pub async fn fetch(index: Rc<Vec<Entry>>, at: usize) -> Option<Learning> {
    let folder = format!("examples/{}", index.get(at)?.name);
    let lesson = Lesson::read(&load(&format!("{folder}/lesson.yaml")).await?).ok()?;
    let mut files = Vec::new();
    for name in &lesson.files {
        files.push((name.clone(), load(&format!("{folder}/manifests/{name}")).await?));
    }
    Some(Learning { index, at, lesson: Rc::new(lesson), files: Rc::new(files), step: 0, tried: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_visitor_sees_the_whole_of_a_lesson() {
        let work = welcome();
        assert_eq!(work.files.len(), WELCOME.files.len());
        assert!(work.files.iter().all(|file| !file.text.is_empty()));
        assert_eq!(work.asks.len(), WELCOME.requests.len());
        assert!(!work.asks.is_empty());
    }
}
