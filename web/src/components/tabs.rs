//! The files as tabs.

use super::{Dispatch, Icon, icon};
use crate::dom;
use crate::language::{t, use_language};
use crate::state::{Action, File};
use crate::t;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub files: Rc<Vec<File>>,
    pub front: u32,
    /// Keys of files with errors in them.
    pub troubled: Vec<u32>,
    pub dispatch: Dispatch,
    /// Files were picked.
    pub onpick: Callback<web_sys::FileList>,
}

#[component]
pub fn Tabs(props: &Props) -> Html {
    use_language();
    let renaming = use_state(|| None::<u32>);
    let picker = use_node_ref();
    let browse = {
        let picker = picker.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = picker.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let picked = {
        let onpick = props.onpick.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                if let Some(files) = input.files() {
                    onpick.emit(files);
                }
                // The same file can be picked again.
                input.set_value("");
            }
        })
    };
    let add = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::NewFile))
    };
    let front = props.files.iter().find(|f| f.key == props.front);
    let close_words = t!("Close {}", front.map_or("", |f| &*f.name));
    let close_front = {
        let (dispatch, key) = (props.dispatch.clone(), props.front);
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::CloseFile(key)))
    };
    html! {
        <div class="tabbar">
            <div class="tabs" role="tablist" aria-label={t("Files")} onkeydown={rove(props)}>
                { for props.files.iter().map(|file| html! {
                    <Tab key={file.key} file={file.clone()} front={file.key == props.front}
                        troubled={props.troubled.contains(&file.key)}
                        renaming={*renaming == Some(file.key)} setrenaming={renaming.setter()}
                        dispatch={props.dispatch.clone()} />
                }) }
            </div>
            <button type="button" class="hidden" onclick={close_front}>{ close_words }</button>
            <button type="button" class="quiet" aria-label={t("New file")} title={t("New file")} onclick={add}>
                { icon(Icon::Plus) }
            </button>
            <button type="button" class="quiet" title={t("Open files; or drop them on the editor")} onclick={browse}>
                { icon(Icon::Open) }<span>{ t("Open") }</span>
            </button>
            <input ref={picker} type="file" multiple=true accept=".yaml,.yml,.json" class="hidden"
                tabindex="-1" aria-hidden="true" onchange={picked} />
        </div>
    }
}

/// Arrow keys go from tab to tab, as in every tab list.
fn rove(props: &Props) -> Callback<KeyboardEvent> {
    let (files, front, dispatch) = (props.files.clone(), props.front, props.dispatch.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.target_dyn_into::<HtmlInputElement>().is_some() {
            return;
        }
        let Some(at) = files.iter().position(|f| f.key == front) else { return };
        let to = match event.key().as_str() {
            "ArrowLeft" => at.checked_sub(1).unwrap_or(files.len() - 1),
            "ArrowRight" => (at + 1) % files.len(),
            "Home" => 0,
            "End" => files.len() - 1,
            "Delete" => {
                dispatch.dispatch(Action::CloseFile(front));
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(file) = files.get(to) {
            dispatch.dispatch(Action::ShowFile(file.key));
            dom::focus(&format!("tab-{}", file.key));
        }
    })
}

#[derive(Properties, PartialEq)]
struct TabProps {
    file: File,
    front: bool,
    troubled: bool,
    renaming: bool,
    setrenaming: UseStateSetter<Option<u32>>,
    dispatch: Dispatch,
}

#[component]
fn Tab(props: &TabProps) -> Html {
    use_language();
    let key = props.file.key;
    let field = use_node_ref();
    use_effect_with(props.renaming, {
        let field = field.clone();
        move |renaming| {
            if let (true, Some(input)) = (*renaming, field.cast::<HtmlInputElement>()) {
                input.focus().ok();
                input.select();
            }
        }
    });
    if props.renaming {
        return html! { <span class="tab renaming" role="presentation">{ name_field(props, field) }</span> };
    }
    let show = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ShowFile(key)))
    };
    let start_renaming = {
        let set = props.setrenaming.clone();
        Callback::from(move |()| set.set(Some(key)))
    };
    let on_key = {
        let start = start_renaming.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "F2" {
                start.emit(());
            }
        })
    };
    let close = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::CloseFile(key)))
    };
    html! {
        <span class={classes!("tab", props.front.then_some("front"))} role="presentation">
            <button type="button" role="tab" id={format!("tab-{key}")} aria-controls="editor-panel"
                aria-selected={props.front.to_string()} tabindex={if props.front { "0" } else { "-1" }}
                title={t("Double-click or F2 renames, Delete closes")}
                onclick={show} ondblclick={start_renaming.reform(|_: MouseEvent| ())} onkeydown={on_key}>
                { &*props.file.name }
                if props.troubled {
                    <span class="tab-trouble">{ icon(Icon::Warning) }<span class="hidden">{ " " }{ t("has errors") }</span></span>
                }
            </button>
            // For the mouse: a tab list may hold nothing but tabs. The keyboard has Delete, and the
            // button beside the list.
            <span class="tab-close" title={t("Close")} aria-hidden="true" onclick={close}>{ icon(Icon::Cross) }</span>
        </span>
    }
}

fn name_field(props: &TabProps, field: NodeRef) -> Html {
    let key = props.file.key;
    let done = {
        let (dispatch, set) = (props.dispatch.clone(), props.setrenaming.clone());
        Callback::from(move |name: Option<String>| {
            if let Some(name) = name {
                dispatch.dispatch(Action::RenameFile(key, name));
            }
            set.set(None);
        })
    };
    let on_key = {
        let done = done.clone();
        Callback::from(move |event: KeyboardEvent| {
            let name = event.target_dyn_into::<HtmlInputElement>().map(|i| i.value());
            match event.key().as_str() {
                "Enter" => done.emit(name),
                "Escape" => done.emit(None),
                _ => {}
            }
        })
    };
    let on_blur = Callback::from(move |event: FocusEvent| {
        done.emit(event.target_dyn_into::<HtmlInputElement>().map(|i| i.value()));
    });
    html! {
        <input ref={field} type="text" class="tab-name" aria-label={t("File name")} spellcheck="false"
            value={props.file.name.to_string()} onkeydown={on_key} onblur={on_blur} />
    }
}
