//! From text to lessons. These files are the project's own, but the page fetches them: what is wrong with
//! one is said, and nothing else suffers.

use super::{Asked, Edit, Entry, Expect, Lesson, Look, Step, Trial, Words};
use portolan_core::manifest::{self, Node, Value};

/// Why a text is no lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(pub String);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

type Read<T> = Result<T, Wrong>;

impl Entry {
    /// Reads `index.yaml`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn index(text: &str) -> Read<Vec<Entry>> {
        each(&root(text)?, "lessons", |node| {
            Ok(Entry {
                name: text_of(node, "name")?,
                lesson: flag(node, "lesson"),
                title: words(node, "title")?,
                text: words(node, "text")?,
            })
        })
    }
}

impl Lesson {
    /// Reads a `lesson.yaml`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn read(text: &str) -> Read<Lesson> {
        let root = root(text)?;
        Ok(Lesson {
            controller: text_of(&root, "controller")?,
            compare: each(&root, "compare", own)?,
            cloud: maybe(&root, "cloud"),
            from: maybe(&root, "from"),
            files: each(&root, "files", own)?,
            requests: each(&root, "requests", |node| {
                Ok(Asked { request: text_of(node, "request")?, expect: expect(node) })
            })?,
            steps: each(&root, "steps", step)?,
        })
    }
}

fn step(node: &Node) -> Read<Step> {
    Ok(Step {
        title: words(node, "title")?,
        text: words(node, "text")?,
        request: text_of(node, "request")?,
        from: maybe(node, "from"),
        view: maybe(node, "view"),
        look: match node.get("look") {
            Some(look) => Some(Look { file: text_of(look, "file")?, text: text_of(look, "text")? }),
            None => None,
        },
        expect: expect(node),
        trial: match node.get("try") {
            Some(trial) => Some(Trial {
                label: words(trial, "label")?,
                edits: each(trial, "edits", edit)?,
                request: maybe(trial, "request"),
                controller: maybe(trial, "controller"),
                cloud: maybe(trial, "cloud"),
                expect: expect(trial),
            }),
            None => None,
        },
    })
}

fn edit(node: &Node) -> Read<Edit> {
    Ok(Edit {
        file: text_of(node, "file")?,
        find: text_of(node, "find")?,
        put: text_of(node, "put")?,
        all: flag(node, "all"),
    })
}

fn expect(node: &Node) -> Expect {
    Expect {
        answer: maybe(node, "answer"),
        certainty: maybe(node, "certainty"),
        ends: maybe(node, "ends"),
        hops: each(node, "hops", own).unwrap_or_default(),
    }
}

fn root(text: &str) -> Read<Node> {
    let mut manifest = manifest::read([("", text)]);
    match (manifest.problems.first(), manifest.objects.pop()) {
        (None, Some(object)) => Ok(object.root),
        (problem, _) => Err(Wrong(problem.map_or("it is empty".to_owned(), |p| p.message.clone()))),
    }
}

fn missing(key: &str) -> Wrong {
    Wrong(format!("it has no {key}"))
}

fn own(node: &Node) -> Read<String> {
    node.as_str().map(str::to_owned).ok_or_else(|| missing("text"))
}

fn maybe(node: &Node, key: &str) -> Option<String> {
    node.get(key)?.as_str().map(str::to_owned)
}

fn text_of(node: &Node, key: &str) -> Read<String> {
    maybe(node, key).ok_or_else(|| missing(key))
}

fn flag(node: &Node, key: &str) -> bool {
    node.get(key).is_some_and(|n| n.value == Value::Bool(true))
}

/// A text in both languages, its line breaks within paragraphs taken for spaces.
fn words(node: &Node, key: &str) -> Read<Words> {
    let node = node.get(key).ok_or_else(|| missing(key))?;
    let flow = |text: String| text.trim().replace('\n', " ");
    Ok(Words { en: flow(text_of(node, "en")?), ko: flow(text_of(node, "ko")?) })
}

/// The items under `key`; none where it is left out.
fn each<T>(node: &Node, key: &str, take: impl Fn(&Node) -> Read<T>) -> Read<Vec<T>> {
    node.get(key).map_or(&[] as &[Node], Node::items).iter().map(take).collect()
}
