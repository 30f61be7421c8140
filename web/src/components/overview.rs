//! The page's largest place: the chart, or what else shows the whole of it at a glance.

use super::compare::Compare;
use super::configuration::Configuration;
use super::{Dispatch, Icon, icon};
use crate::analysis::{Analysis, Answered};
use crate::chart::ChartPane;
use crate::language::t;
use crate::same::Same;
use crate::state::{Action, ChartView, Work};
use crate::words::{self, Kind};
use portolan_core::span::Span;
use yew::prelude::*;

/// What it shows.
pub struct Shown {
    pub work: Work,
    pub analysis: Same<Analysis>,
    /// The chosen request.
    pub answered: Option<Answered>,
    pub view: ChartView,
    /// What is pointed at, here or elsewhere.
    pub pointed: Option<Span>,
    /// Where the editor's cursor is.
    pub here: Option<Span>,
    pub zoom: UseStateHandle<f64>,
    pub dispatch: Dispatch,
    pub onpoint: Callback<Option<Span>>,
}

/// The place. No component of its own: each of those weighs more than its function.
pub fn overview(props: &Shown) -> Html {
    let zoom = &props.zoom;
    let (analysis, dispatch) = (props.analysis.clone(), props.dispatch.clone());
    let (answered, onpoint) = (props.answered.clone(), props.onpoint.clone());
    let title = match props.view {
        ChartView::Drawn | ChartView::List => "Chart",
        ChartView::Configuration => "Configuration",
        ChartView::Compare => "Comparison",
    };
    html! {
        <section class="pane chart-pane" id="chart" aria-labelledby="chart-title">
            <div class="pane-head">
                <h2 id="chart-title">{ t(title) }</h2>
                if props.view != ChartView::Compare { { course(props) } }
                <div class="chart-tools">
                    if props.view == ChartView::Drawn {
                        { zoom_button(zoom, "Smaller", "−", 1.0 / 1.2) }
                        { zoom_button(zoom, "Larger", "+", 1.2) }
                    }
                    { view_switch(props) }
                </div>
            </div>
            { match props.view {
                ChartView::Drawn | ChartView::List => html! {
                    <ChartPane {analysis} {answered} as_list={props.view == ChartView::List} zoom={zoom.clone()}
                        pointed={props.pointed} here={props.here} {dispatch} {onpoint} />
                },
                ChartView::Configuration => html! {
                    <Configuration {analysis} answerer={props.work.answerer()} {answered} {dispatch} {onpoint} />
                },
                ChartView::Compare => html! {
                    <Compare world={analysis.world.clone()} work={props.work.clone()} {dispatch} />
                },
            } }
        </section>
    }
}

/// The chosen request and where it lands.
fn course(props: &Shown) -> Html {
    let Some(Ok(answer)) = props.answered.as_ref().map(|a| &a.result) else {
        return html! { <p class="chart-course soft">{ t("No course: choose a request") }</p> };
    };
    let sign = match words::kind(&answer.outcome.answer) {
        Kind::Forward => Icon::Forward,
        Kind::Redirect => Icon::Redirect,
        Kind::Respond => Icon::Respond,
    };
    html! {
        <p class="chart-course">
            <code>{ answer.request.line() }</code>{ icon(sign) }
            <strong>{ words::short(&answer.outcome.answer) }</strong>
        </p>
    }
}

fn zoom_button(zoom: &UseStateHandle<f64>, name: &'static str, sign: &'static str, by: f64) -> Html {
    let zoom = zoom.clone();
    let click = Callback::from(move |_: MouseEvent| zoom.set((*zoom * by).clamp(0.4, 3.0)));
    html! {
        <button type="button" class="quiet" aria-label={t(name)} title={t(name)} onclick={click}>{ sign }</button>
    }
}

fn view_switch(props: &Shown) -> Html {
    let button = |view: ChartView, text: &'static str| {
        let dispatch = props.dispatch.clone();
        let click = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::View(view)));
        html! {
            <button type="button" aria-pressed={(props.view == view).to_string()} onclick={click}>{ t(text) }</button>
        }
    };
    html! {
        <div class="segments" role="group" aria-label={t("Show as")}>
            { button(ChartView::Drawn, "Chart") }
            { button(ChartView::List, "List") }
            { button(ChartView::Configuration, "Configuration") }
            { button(ChartView::Compare, "Compare") }
        </div>
    }
}
