//! The bridge to `web/js/editor.js`, the CodeMirror bundle, fetched at run time so that the page
//! lives on without it. Offsets are UTF-16 code units.

use crate::analysis::Analysis;
use crate::offsets::to_utf16;
use crate::state::File;
use portolan_core::problem::{Problem, Severity};
use portolan_core::span::Span;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/js/load.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load_editor() -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The module's namespace object.
    #[derive(Clone)]
    pub type Module;

    #[wasm_bindgen(method, catch)]
    fn mount(
        this: &Module,
        parent: &HtmlElement,
        text: &str,
        label: &str,
        on_change: &Closure<dyn FnMut(String)>,
        on_cursor: &Closure<dyn FnMut(u32)>,
        on_fix: &Closure<dyn FnMut(String)>,
    ) -> Result<u32, JsValue>;
    #[wasm_bindgen(method)]
    fn open_file(this: &Module, handle: u32, key: &str, text: &str);
    #[wasm_bindgen(method)]
    fn close_file(this: &Module, handle: u32, key: &str);
    #[wasm_bindgen(method)]
    fn set_diagnostics(this: &Module, handle: u32, json: &str);
    #[wasm_bindgen(method)]
    fn reveal(this: &Module, handle: u32, from: u32, to: u32);
    #[wasm_bindgen(method)]
    fn focus(this: &Module, handle: u32);
    #[wasm_bindgen(method)]
    fn set_highlight(this: &Module, handle: u32, json: &str);
    #[wasm_bindgen(method)]
    fn destroy(this: &Module, handle: u32);
}

/// What the editor calls on a change, a move of the cursor and a fix: alive as long as it is.
type Callbacks = (Closure<dyn FnMut(String)>, Closure<dyn FnMut(u32)>, Closure<dyn FnMut(String)>);

/// A mounted editor. Taken out of the page when dropped.
pub struct Editor {
    module: Module,
    handle: u32,
    _callbacks: Callbacks,
}

impl Editor {
    /// Fetches the editor and puts it into `parent`. `None` where this browser or this connection
    /// cannot.
    pub async fn load(
        parent: HtmlElement,
        label: &str,
        on_change: impl FnMut(String) + 'static,
        on_cursor: impl FnMut(u32) + 'static,
    ) -> Option<Editor> {
        let module: Module = load_editor().await.ok()?.unchecked_into();
        let callbacks: Callbacks = (
            Closure::<dyn FnMut(String)>::new(on_change),
            Closure::<dyn FnMut(u32)>::new(on_cursor),
            Closure::<dyn FnMut(String)>::new(|_fix: String| ()),
        );
        let handle = module
            .mount(&parent, "", label, &callbacks.0, &callbacks.1, &callbacks.2)
            .ok()
            .filter(|&h| h != 0)?;
        Some(Editor { module, handle, _callbacks: callbacks })
    }

    /// Brings a file to the front, with this text.
    pub fn open(&self, file: &File) {
        self.module.open_file(self.handle, &file.key.to_string(), &file.text);
    }

    /// Forgets a file.
    pub fn forget(&self, key: u32) {
        self.module.close_file(self.handle, &key.to_string());
    }

    /// Shows the problems of the file in front.
    pub fn show_problems(&self, json: &str) {
        self.module.set_diagnostics(self.handle, json);
    }

    /// Marks lines of the file in front.
    pub fn highlight(&self, json: &str) {
        self.module.set_highlight(self.handle, json);
    }

    /// Selects bytes of the file in front and scrolls there.
    pub fn reveal(&self, text: &str, start: usize, end: usize, focus: bool) {
        self.module.reveal(self.handle, to_utf16(text, start) as u32, to_utf16(text, end) as u32);
        if focus {
            self.module.focus(self.handle);
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.module.destroy(self.handle);
    }
}

#[derive(Serialize)]
struct ShownProblem<'p> {
    from: usize,
    to: usize,
    severity: &'static str,
    message: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'p str>,
    code: &'static str,
    fixes: Vec<ShownFix<'p>>,
}

#[derive(Serialize)]
struct ShownFix<'p> {
    title: &'p str,
    edits: Vec<ShownEdit<'p>>,
}

#[derive(Serialize)]
struct ShownEdit<'p> {
    from: usize,
    to: usize,
    text: &'p str,
}

/// More than this many underlines help nobody; the list beside the editor has them all.
const MOST: usize = 500;

/// The problems of the file with this index, as the editor wants them.
pub fn problems_json(analysis: &Analysis, file: usize, text: &str) -> String {
    let of_file = |span: Span| span.file.0 as usize == file;
    let shown: Vec<ShownProblem> = analysis
        .problems
        .iter()
        .filter(|p| of_file(p.span))
        .take(MOST)
        .map(|p| shown(p, text, of_file))
        .collect();
    serde_json::to_string(&shown).unwrap_or_else(|_| "[]".to_owned())
}

fn shown<'p>(problem: &'p Problem, text: &str, of_file: impl Fn(Span) -> bool) -> ShownProblem<'p> {
    let (from, to) = range(text, problem.span);
    // The editor can only mend the file that it shows; the others are mended from the list.
    let fixes = problem.fixes.iter().filter(|f| f.edits.iter().all(|e| of_file(e.span)));
    ShownProblem {
        from,
        to,
        severity: severity_word(problem.severity),
        message: &problem.message,
        help: problem.help.as_deref(),
        code: problem.code.0,
        fixes: fixes
            .map(|fix| ShownFix {
                title: &fix.title,
                edits: fix
                    .edits
                    .iter()
                    .map(|e| {
                        let (from, to) = range(text, e.span);
                        ShownEdit { from, to, text: &e.text }
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// The word for a severity, for classes and for people.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "info",
    }
}

#[derive(Serialize)]
struct Mark {
    from: usize,
    to: usize,
    kind: &'static str,
}

/// Marks for the file with this index: the spans of the rules that answer, and the span pointed at.
pub fn marks_json(file: usize, text: &str, routes: &[Span], pointed: Option<Span>) -> String {
    let marks: Vec<Mark> = routes
        .iter()
        .map(|&span| (span, "route"))
        .chain(pointed.map(|span| (span, "hover")))
        .filter(|(span, _)| span.file.0 as usize == file)
        .map(|(span, kind)| {
            let (from, to) = range(text, span);
            Mark { from, to, kind }
        })
        .collect();
    serde_json::to_string(&marks).unwrap_or_else(|_| "[]".to_owned())
}

fn range(text: &str, span: Span) -> (usize, usize) {
    (to_utf16(text, span.start as usize), to_utf16(text, span.end as usize))
}
