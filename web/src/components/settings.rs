//! The settings of the controller that answers.

use super::Dispatch;
use super::problems::with_code;
use crate::dom;
use crate::language::{t, tr};
use crate::state::{Action, Answerer};
use crate::t;
use portolan_core::controller::{Setting, SettingError, SettingKind};
use yew::prelude::*;

/// The sheet. No component of its own: each of those weighs more than its function.
pub fn settings_sheet(answerer: &Answerer, dispatch: &Dispatch) -> Html {
    let controller = answerer.controller();
    // One listener for all fields; each has its setting's name.
    let change = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: InputEvent| {
            let (name, value) = dom::control(&event);
            dispatch.dispatch(Action::Setting(name, value));
        })
    };
    let forget = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(name) = dom::attribute(&event, "data-forget") {
                dispatch.dispatch(Action::Setting(name, String::new()));
            }
        })
    };
    let (_, refused) = answerer.settings();
    let unknown = refused.iter().filter(|(name, _)| controller.settings().iter().all(|s| s.name != *name));
    let title = match answerer.settings.len() {
        0 => t("Settings"),
        set => t!("Settings ({set})"),
    };
    html! {
        <details class="settings" name="sheet" onkeydown={Callback::from(|e: KeyboardEvent| dom::close_on_escape(&e))}>
            <summary class={classes!("button", (!refused.is_empty()).then_some("trouble"))}>{ title }</summary>
            <div class="sheet" oninput={change} onclick={forget}>
                <p class="soft">{ tr(controller.about) }</p>
                { for unknown.map(|(name, error)| html! {
                    <p class="setting-error" key={*name}>
                        { tr(&error.to_string()) }{ ". " }
                        <button type="button" class="button small" data-forget={(*name).to_owned()}>{ t("Remove") }</button>
                    </p>
                }) }
                { for controller.settings().iter().map(|s| field(s, answerer, &refused)) }
            </div>
        </details>
    }
}

fn field(setting: &'static Setting, answerer: &Answerer, refused: &[(&str, SettingError)]) -> Html {
    let value = answerer.settings.get(setting.name).cloned().unwrap_or_default();
    let id = format!("setting-{}", setting.name);
    let about = format!("{id}-about");
    let error = refused.iter().find(|(name, _)| *name == setting.name).map(|(_, error)| error.to_string());
    let wrong = error.is_some().then_some("true");
    let choice = |values: &[&'static str]| {
        let default =
            if setting.default.is_empty() { t("not set") } else { AttrValue::Static(setting.default) };
        html! {
            <select id={id.clone()} name={setting.name} aria-describedby={about.clone()} aria-invalid={wrong}>
                <option value="" selected={value.is_empty()}>{ t!("default: {default}") }</option>
                { for values.iter().map(|v| html! {
                    <option value={*v} selected={value == *v}>{ *v }</option>
                }) }
                // What somebody stored or linked to, so that it is seen to be wrong.
                if error.is_some() { <option value={value.clone()} selected={true}>{ &value }</option> }
            </select>
        }
    };
    let control = match setting.kind {
        SettingKind::Flag => choice(&["true", "false"]),
        SettingKind::Choice(values) => choice(values),
        kind => html! {
            <input id={id.clone()} type="text" name={setting.name} value={value.clone()} placeholder={setting.default}
                inputmode={(kind == SettingKind::Number).then_some("numeric")} spellcheck="false"
                autocomplete="off" autocapitalize="off" aria-describedby={about.clone()} aria-invalid={wrong} />
        },
    };
    html! {
        <div class={classes!("setting", (!value.is_empty()).then_some("set"))} key={setting.name}>
            <label for={format!("setting-{}", setting.name)}><code>{ setting.name }</code></label>
            { control }
            <p class="soft" id={about}>
                { with_code(&tr(setting.about)) }
                if let Some(error) = error { <strong class="setting-error">{ " " }{ tr(&error) }{ "." }</strong> }
            </p>
        </div>
    }
}
