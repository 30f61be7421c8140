//! The chart as a file: as a picture, or in a language that others draw.

use crate::analysis::Analysis;
use crate::components::Dispatch;
use crate::dom;
use crate::language::t;
use crate::same::Same;
use crate::state::Action;
use portolan_core::topology;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[wasm_bindgen(module = "/js/picture.js")]
extern "C" {
    fn keep_text(name: &str, text: &str);
    async fn keep_picture(kind: &str) -> JsValue;
    fn whole_screen(selector: &str) -> JsValue;
}

/// The sheet with the formats. Pictures need the chart to be drawn.
pub fn exports(analysis: &Same<Analysis>, drawn: bool, dispatch: &Dispatch) -> Html {
    let click = {
        let (analysis, dispatch) = (analysis.clone(), dispatch.clone());
        Callback::from(move |event: MouseEvent| {
            let dispatch = dispatch.clone();
            match dom::attribute(&event, "data-format").as_deref() {
                Some("mermaid") => keep_text("portolan.mmd", &topology::mermaid(&analysis.chart)),
                Some("dot") => keep_text("portolan.dot", &topology::dot(&analysis.chart)),
                Some(kind) => {
                    let kind = kind.to_owned();
                    spawn_local(async move {
                        if !keep_picture(&kind).await.is_truthy() {
                            dispatch.dispatch(Action::Say(t("The picture could not be made.").to_string()));
                        }
                    });
                }
                None => {}
            }
        })
    };
    let button = |format: &'static str, name: &'static str| {
        html! { <button type="button" class="button small" data-format={format}>{ name }</button> }
    };
    html! {
        <details class="settings exports" onkeydown={|event: KeyboardEvent| dom::close_on_escape(&event)}>
            <summary class="button small">{ t("Export") }</summary>
            <div class="sheet" onclick={click}>
                if drawn { { button("svg", "SVG") }{ button("png", "PNG") } }
                { button("mermaid", "Mermaid") }
                { button("dot", "Graphviz DOT") }
            </div>
        </details>
    }
}

/// The chart on the whole screen, or back.
pub fn to_whole_screen() {
    whole_screen(".chart-pane");
}
