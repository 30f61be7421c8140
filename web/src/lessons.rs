//! The lessons and examples of `examples/`. The one that a new visitor sees is a part of the page; the others
//! are fetched, from where the page came from, when somebody opens them.

use crate::language::load;
use crate::state::{Learning, Work};
use portolan_lessons::{Entry, Lesson};
use std::rc::Rc;

/// `lesson.yaml`, and its manifests by name.
static WELCOME: (&str, &[(&str, &str)]) = include!(concat!(env!("OUT_DIR"), "/welcome.rs"));

/// What a new visitor sees.
pub fn welcome() -> Work {
    let text = |name: &str| WELCOME.1.iter().find(|(n, _)| *n == name).map_or("", |(_, text)| *text);
    match Lesson::read(WELCOME.0) {
        Ok(lesson) => Work::of_lesson(&lesson, lesson.files.iter().map(|name| (name, text(name)))),
        Err(_) => Work::new([("", ""); 0], [""; 0]),
    }
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
        assert_eq!(work.files.len(), WELCOME.1.len());
        assert!(work.files.iter().all(|file| !file.text.is_empty()));
        assert!(!work.asks.is_empty());
    }
}
