//! The manifests: tabs, editor, and what is wrong.

use super::Dispatch;
use super::problems::Problems;
use super::tabs::Tabs;
use crate::analysis::Analysis;
use crate::editor::{self, Editor};
use crate::language::{t, use_language};
use crate::offsets::{to_utf8, to_utf16};
use crate::same::Same;
use crate::state::{Action, File, Reveal};
use portolan_core::problem::Severity;
use portolan_core::span::Span;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{FileList, HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Larger files are not opened.
const LARGEST_FILE: f64 = 20_000_000.0;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub files: Rc<Vec<File>>,
    pub front: u32,
    /// Grows when the files changed by anything but typing in the editor.
    pub outside: u32,
    pub analysis: Same<Analysis>,
    /// Whether `analysis` is of `files`, and not of what they were before a pause in typing.
    pub fresh: bool,
    /// The rules that answer the chosen request.
    pub routes: Rc<Vec<Span>>,
    /// What is pointed at elsewhere.
    pub pointed: Option<Span>,
    pub reveal: Option<Reveal>,
    pub dispatch: Dispatch,
    /// The cursor is at this byte of this file.
    pub oncursor: Callback<(u32, usize)>,
}

/// Which editor there is.
#[derive(Clone)]
enum Surface {
    /// The module is on its way; the text field stands in.
    Coming,
    Editor(Rc<Editor>),
    /// There is none to be had.
    Field,
}

impl PartialEq for Surface {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Surface::Editor(a), Surface::Editor(b)) => Rc::ptr_eq(a, b),
            (Surface::Coming, Surface::Coming) | (Surface::Field, Surface::Field) => true,
            _ => false,
        }
    }
}

#[component]
pub fn EditorPane(props: &Props) -> Html {
    use_language();
    let place = use_node_ref();
    let field = use_node_ref();
    let surface = use_surface(props, &place);
    use_editor_shows(props, &surface);
    use_field_reveals(props, &surface, &field);

    let front = props.files.iter().position(|f| f.key == props.front).unwrap_or(0);
    let text = props.files.get(front).map(|f| f.text.to_string()).unwrap_or_default();
    let troubled = troubled(props);
    let take =
        use_callback(props.dispatch.clone(), |files: FileList, dispatch| read_files(files, dispatch.clone()));
    let over = use_state(|| false);
    let dragging = {
        let over = over.setter();
        move |on: bool| {
            let over = over.clone();
            Callback::from(move |event: DragEvent| {
                event.prevent_default();
                over.set(on);
            })
        }
    };
    let dropped = {
        let (take, over) = (take.clone(), over.setter());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            if let Some(files) = event.data_transfer().and_then(|d| d.files()) {
                take.emit(files);
            }
        })
    };
    let has_editor = matches!(*surface, Surface::Editor(_));
    html! {
        <section class="pane editor-pane" id="manifests" aria-labelledby="manifests-title">
            <div class="pane-head">
                <h2 id="manifests-title">{ t("Manifests") }</h2>
                <Tabs files={props.files.clone()} front={props.front} {troubled} onpick={take}
                    dispatch={props.dispatch.clone()} />
            </div>
            <div class="editor-body">
                <div id="editor-panel" role="tabpanel" aria-labelledby={format!("tab-{}", props.front)}
                    class={classes!("editor-panel", over.then_some("over"))}
                    ondragover={dragging(true)} ondragleave={dragging(false)} ondrop={dropped}>
                    <div class="editor-stack">
                        <div ref={place} class="editor-place"></div>
                        if !has_editor {
                            <textarea ref={field} class="plain-editor" aria-label={t("Manifests")} value={text}
                                spellcheck="false" autocapitalize="off" wrap="off"
                                oninput={typed(props)} onkeyup={moved(props)} onclick={clicked(props)} />
                        }
                    </div>
                    if *surface == Surface::Field {
                        <p class="soft plain-note">
                            { t("The editor could not be loaded; this plain text field does its work.") }
                        </p>
                    }
                    if *over { <p class="drop-hint">{ t("Drop manifests here") }</p> }
                </div>
                <Problems analysis={props.analysis.clone()} fresh={props.fresh}
                    dispatch={props.dispatch.clone()} />
            </div>
        </section>
    }
}

fn troubled(props: &Props) -> Vec<u32> {
    let errors = props.analysis.problems.iter().filter(|p| p.severity == Severity::Error);
    let mut keys: Vec<u32> =
        errors.filter_map(|p| props.files.get(p.span.file.0 as usize)).map(|f| f.key).collect();
    keys.dedup();
    keys
}

/// Fetches the editor once and puts it in its place.
#[hook]
fn use_surface(props: &Props, place: &NodeRef) -> UseStateHandle<Surface> {
    let surface = use_state(|| Surface::Coming);
    // What the editor's callbacks need to know of the latest rendering.
    let latest = use_mut_ref(|| (0u32, Rc::<Vec<File>>::default(), props.oncursor.clone()));
    *latest.borrow_mut() = (props.front, props.files.clone(), props.oncursor.clone());
    {
        let (place, surface, dispatch) = (place.clone(), surface.setter(), props.dispatch.clone());
        use_effect_with((), move |()| {
            if let Some(parent) = place.cast::<HtmlElement>() {
                spawn_local(async move {
                    let change = move |text: String| dispatch.dispatch(Action::Edit(text));
                    let cursor = move |unit: u32| tell_cursor(&latest, unit as usize);
                    surface.set(match Editor::load(parent, "Manifests", change, cursor).await {
                        Some(editor) => Surface::Editor(Rc::new(editor)),
                        None => Surface::Field,
                    });
                });
            }
        });
    }
    surface
}

type Latest = Rc<RefCell<(u32, Rc<Vec<File>>, Callback<(u32, usize)>)>>;

fn tell_cursor(latest: &Latest, unit: usize) {
    let (front, files, oncursor) = latest.borrow().clone();
    if let Some(file) = files.iter().find(|f| f.key == front) {
        oncursor.emit((front, to_utf8(&file.text, unit)));
    }
}

/// Tells the editor what to show. The text is sent only when something else than the editor changed
/// it: sending back what was typed would undo what has been typed since.
#[hook]
fn use_editor_shows(props: &Props, surface: &Surface) {
    let index = props.files.iter().position(|f| f.key == props.front).unwrap_or(0);
    let file = props.files.get(index).cloned();
    let known = use_mut_ref(Vec::<u32>::new);
    use_effect_with((surface.clone(), props.front, props.outside), {
        let (file, files) = (file.clone(), props.files.clone());
        move |(surface, ..)| {
            let (Surface::Editor(editor), Some(file)) = (surface, file) else { return };
            editor.open(&file);
            let now: Vec<u32> = files.iter().map(|f| f.key).collect();
            for gone in known.replace(now.clone()).into_iter().filter(|key| !now.contains(key)) {
                editor.forget(gone);
            }
        }
    });
    let text = file.map(|f| f.text).unwrap_or_else(|| "".into());
    let language = use_language();
    let problems =
        use_memo((props.analysis.clone(), index, text.clone(), language), |(analysis, index, text, _)| {
            editor::problems_json(analysis, *index, text)
        });
    use_effect_with((surface.clone(), props.front, problems), |(surface, _, json)| {
        if let Surface::Editor(editor) = surface {
            editor.show_problems(json);
        }
    });
    use_effect_with((surface.clone(), language), |(surface, _)| {
        if let Surface::Editor(editor) = surface {
            editor.speak(&editor::words_json());
        }
    });
    let marks = editor::marks_json(index, &text, &props.routes, props.pointed);
    use_effect_with((surface.clone(), props.front, marks), |(surface, _, json)| {
        if let Surface::Editor(editor) = surface {
            editor.highlight(json);
        }
    });
    use_effect_with((surface.clone(), props.reveal), move |(surface, reveal)| {
        if let (Surface::Editor(editor), Some(wish)) = (surface, reveal) {
            editor.reveal(&text, wish.start, wish.end, wish.focus);
        }
    });
}

/// The text field can show a place, too.
#[hook]
fn use_field_reveals(props: &Props, surface: &Surface, field: &NodeRef) {
    let text = props.files.iter().find(|f| f.key == props.front).map(|f| f.text.clone());
    let (field, is_field) = (field.clone(), *surface == Surface::Field);
    use_effect_with(props.reveal, move |reveal| {
        let (true, Some(wish), Some(text)) = (is_field, reveal, text) else { return };
        if let Some(area) = field.cast::<HtmlTextAreaElement>() {
            let (from, to) = (to_utf16(&text, wish.start) as u32, to_utf16(&text, wish.end) as u32);
            area.focus().ok();
            area.set_selection_range(from, to).ok();
        }
    });
}

fn typed(props: &Props) -> Callback<InputEvent> {
    let dispatch = props.dispatch.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
            dispatch.dispatch(Action::Edit(area.value()));
        }
    })
}

fn moved(props: &Props) -> Callback<KeyboardEvent> {
    let tell = field_cursor(props);
    Callback::from(move |event: KeyboardEvent| tell.emit(event.into()))
}

fn clicked(props: &Props) -> Callback<MouseEvent> {
    let tell = field_cursor(props);
    Callback::from(move |event: MouseEvent| tell.emit(event.into()))
}

fn field_cursor(props: &Props) -> Callback<Event> {
    let (front, oncursor) = (props.front, props.oncursor.clone());
    Callback::from(move |event: Event| {
        if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
            let unit = area.selection_start().ok().flatten().unwrap_or(0) as usize;
            oncursor.emit((front, to_utf8(&area.value(), unit)));
        }
    })
}

/// Reads dropped or picked files and adds them, those that are no manifests left out by name.
fn read_files(files: FileList, dispatch: Dispatch) {
    spawn_local(async move {
        let mut read = Vec::new();
        let mut refused = Vec::new();
        for file in (0..files.length()).filter_map(|i| files.get(i)) {
            let name = file.name();
            let lower = name.to_ascii_lowercase();
            let is_manifest = [".yaml", ".yml", ".json"].iter().any(|e| lower.ends_with(e));
            if !is_manifest || file.size() > LARGEST_FILE {
                refused.push(name);
                continue;
            }
            match JsFuture::from(file.text()).await.ok().and_then(|t| t.as_string()) {
                Some(text) => read.push((name, text)),
                None => refused.push(name),
            }
        }
        if !refused.is_empty() {
            let names = refused.join(", ");
            dispatch.dispatch(Action::Say(format!(
                "Not opened: {names}. Manifests are .yaml, .yml or .json files of at most 20 MB."
            )));
        }
        if !read.is_empty() {
            dispatch.dispatch(Action::AddFiles(read));
        }
    });
}
