//! Everything that is wrong, beside the editor.

use super::explanation::{explain, explanation};
use super::{Dispatch, Icon, icon};
use crate::analysis::Analysis;
use crate::editor::severity_word;
use crate::language::{t, tr, use_language};
use crate::same::Same;
use crate::state::Action;
use crate::t;
use crate::words::count;
use portolan_core::problem::{Problem, Severity};
use yew::prelude::*;

/// More problems than this are counted, not listed.
const MOST: usize = 200;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub analysis: Same<Analysis>,
    /// Whether fixes still fit the text.
    pub fresh: bool,
    pub dispatch: Dispatch,
}

#[component]
pub fn Problems(props: &Props) -> Html {
    use_language();
    let dialog = use_node_ref();
    let problems = &props.analysis.problems;
    if problems.is_empty() {
        return html! {
            <div class="problems none">
                <p class="problems-title" role="status">{ icon(Icon::Check) }{ summary(&props.analysis) }</p>
            </div>
        };
    }
    let rest = problems.len().saturating_sub(MOST);
    html! {
        <div class="problems">
            <div role="status"><h3 class="problems-title">{ summary(&props.analysis) }</h3></div>
            <ul tabindex="-1">
                { for problems.iter().take(MOST).map(|p| item(p, props, &dialog)) }
            </ul>
            if rest > 0 { <p class="soft">{ t!("And {rest} more.") }</p> }
            { explanation(&dialog) }
        </div>
    }
}

fn summary(analysis: &Analysis) -> AttrValue {
    let objects = count(analysis.world.objects, "object", "objects");
    let kinds = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Info, "hint", "hints"),
    ];
    let found: Vec<String> = kinds
        .iter()
        .map(|&(severity, one, many)| (analysis.count(severity), one, many))
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| count(n, one, many).to_string())
        .collect();
    match found.as_slice() {
        [] if analysis.world.objects == 0 => t("Nothing to read yet"),
        [] => t!("{objects} read, no problems"),
        found => t!("{} in {objects}", found.join(", ")),
    }
}

/// Text whose words in backticks are set as code.
pub(super) fn with_code(text: &str) -> Html {
    let parts = text.split('`').enumerate();
    html! { for (n, part) in parts { if n % 2 == 1 { <code>{ part }</code> } else { { part } } } }
}

fn item(problem: &Problem, props: &Props, dialog: &NodeRef) -> Html {
    let word = severity_word(problem.severity);
    let sign = match problem.severity {
        Severity::Error | Severity::Warning => Icon::Warning,
        _ => Icon::Info,
    };
    let jump = {
        let (dispatch, span) = (props.dispatch.clone(), problem.span);
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Reveal(span, true)))
    };
    let code = problem.code.0;
    let why = t!("{code}: what it means");
    let dialog = dialog.clone();
    let show = Callback::from(move |_: MouseEvent| explain(&dialog, code.to_owned()));
    html! {
        <li class={classes!("problem", word)}>
            <button type="button" class="problem-jump" onclick={jump}>
                <span class="problem-kind">{ icon(sign) }{ t(word) }</span>
                <span class="problem-place">{ props.analysis.place(problem.span) }</span>
                <span class="problem-message">{ with_code(&tr(&problem.message)) }</span>
            </button>
            if let Some(help) = &problem.help { <p class="problem-help">{ with_code(&tr(help)) }</p> }
            <p class="problem-fixes">
                if props.fresh {
                    { for problem.fixes.iter().map(|fix| {
                        let (dispatch, fix) = (props.dispatch.clone(), fix.clone());
                        let title = tr(&fix.title);
                        let apply = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Apply(fix.clone())));
                        html! { <button type="button" class="button small" onclick={apply}>{ title }</button> }
                    }) }
                }
                <button type="button" class="problem-code" aria-haspopup="dialog" aria-label={why} onclick={show}>
                    { code }
                </button>
            </p>
        </li>
    }
}
