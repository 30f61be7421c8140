//! The bridge to `web/js/editor.js`, the CodeMirror bundle, fetched at run time so that the page
//! lives on without it. Offsets are UTF-16 code units.

use crate::analysis::Analysis;
use crate::json::Writer;
use crate::language::{t, tr};
use crate::offsets::to_utf16;
use crate::state::File;
use portolan_core::problem::Severity;
use portolan_core::span::Span;
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
    fn set_words(this: &Module, handle: u32, json: &str);
    #[wasm_bindgen(method)]
    fn destroy(this: &Module, handle: u32);
}

/// What CodeMirror itself says: its search panel, its list of problems, and what it reads aloud.
const PHRASES: [&str; 23] = [
    "Find",
    "Replace",
    "next",
    "previous",
    "all",
    "match case",
    "regexp",
    "by word",
    "replace",
    "replace all",
    "close",
    "current match",
    "on line",
    "replaced match on line $",
    "replaced $ matches",
    "Go to line",
    "go",
    "Diagnostics",
    "No diagnostics",
    "Selection deleted",
    "Control character",
    "error",
    "warning",
];

/// What the editor says, in the language that is spoken: `{"label":…,"phrases":{…}}`.
pub fn words_json() -> String {
    let mut json = Writer::new('{');
    json.key("label").text(&t("Manifests"));
    json.key("phrases").open('{');
    for phrase in PHRASES {
        json.key(phrase).text(&t(phrase));
    }
    json.close('}');
    json.end('}')
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

    /// Speaks another language.
    pub fn speak(&self, words: &str) {
        self.module.set_words(self.handle, words);
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

/// More than this many underlines help nobody; the list beside the editor has them all.
const MOST: usize = 500;

/// The problems of the file with this index, as the editor wants them.
pub fn problems_json(analysis: &Analysis, file: usize, text: &str) -> String {
    let of_file = |span: Span| span.file.0 as usize == file;
    let mut json = Writer::new('[');
    for problem in analysis.problems.iter().filter(|p| of_file(p.span)).take(MOST) {
        json.key("").open('{');
        write_range(&mut json, text, problem.span);
        json.key("severity").text(severity_word(problem.severity));
        json.key("message").text(&tr(&problem.message));
        if let Some(help) = &problem.help {
            json.key("help").text(&tr(help));
        }
        json.key("code").text(problem.code.0);
        json.key("fixes").open('[');
        // The editor can only mend the file that it shows; the others are mended from the list.
        for fix in problem.fixes.iter().filter(|f| f.edits.iter().all(|e| of_file(e.span))) {
            json.key("").open('{');
            json.key("title").text(&tr(&fix.title));
            json.key("edits").open('[');
            for edit in &fix.edits {
                json.key("").open('{');
                write_range(&mut json, text, edit.span);
                json.key("text").text(&edit.text);
                json.close('}');
            }
            json.close(']');
            json.close('}');
        }
        json.close(']');
        json.close('}');
    }
    json.end(']')
}

/// The word for a severity, for classes and for people.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "info",
    }
}

/// Marks for the file with this index: the spans of the rules that answer, and the span pointed at.
pub fn marks_json(file: usize, text: &str, routes: &[Span], pointed: Option<Span>) -> String {
    let mut json = Writer::new('[');
    let spans = routes.iter().map(|&span| (span, "route")).chain(pointed.map(|span| (span, "hover")));
    for (span, kind) in spans.filter(|(span, _)| span.file.0 as usize == file) {
        json.key("").open('{');
        write_range(&mut json, text, span);
        json.key("kind").text(kind);
        json.close('}');
    }
    json.end(']')
}

fn write_range(json: &mut Writer, text: &str, span: Span) {
    json.key("from").number(to_utf16(text, span.start as usize));
    json.key("to").number(to_utf16(text, span.end as usize));
}
