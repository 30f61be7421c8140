//! The page.

use crate::analysis::{Analysis, World, answers};
use crate::components::{EditorPane, Masthead, NoticeBar, Requests, Shown, WhyPane, lesson_panel, overview};
use crate::dom;
use crate::hooks::{initial_state, use_link, use_settled, use_stored};
use crate::language::{Language, UNSPOKEN, speak, t};
use crate::parts::{Parts, use_parts};
use crate::same::Same;
use crate::state::{File, Notice};
use portolan_core::span::Span;
use std::rc::Rc;
use yew::prelude::*;

/// More bytes than this are analysed when the user pauses, and not at every key.
const HEAVY: usize = 200_000;
/// How long a pause is, in milliseconds.
const PAUSE: u32 = 250;

/// In both languages, for it is the rest of the page that speaks others than English.
const TORN: &str = "이 페이지의 일부를 아직 불러오지 못했습니다. 다시 시도합니다. A part of this page could not be loaded yet; it is tried again.";

#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the page starts in.
    pub language: Language,
    /// Whether that is what was wanted.
    pub learned: bool,
}

#[component]
pub fn App(props: &Props) -> Html {
    let (language, learned) = (props.language, props.learned);
    let state = use_reducer(move || {
        let mut state = initial_state(language);
        if !learned {
            state.notice = Some(Notice { text: UNSPOKEN.to_owned(), before: None });
        }
        state
    });
    speak(state.language);
    let work = &state.work;
    let dispatch = state.dispatcher();
    let parts = use_parts();
    use_stored(&state, parts);
    use_link(&state, &dispatch);
    let light = work.files.iter().map(|f| f.text.len()).sum::<usize>() <= HEAVY;
    let files = use_settled(work.files.clone(), light, PAUSE);
    let fresh = files == work.files;
    let world = use_memo(files, |files| Same::new(World::of(files)));
    let analysis = use_memo(
        ((*world).clone(), work.answerer(), work.cloud, parts),
        |(world, answerer, cloud, parts)| Same::new(Analysis::of(world, answerer, *cloud, *parts)),
    );
    let analysis = (*analysis).clone();
    let answers = use_memo(
        (analysis.clone(), work.asks.clone(), work.place, work.cloud, parts),
        |(analysis, asks, place, cloud, parts)| Same::new(answers(analysis, asks, *place, *cloud, *parts)),
    );
    let answers = (*answers).clone();
    let answered = answers.iter().find(|a| a.key == work.chosen).cloned();

    let zoom = use_state(|| 1.0f64);
    let pointed = use_state_eq(|| None::<Span>);
    let point = use_callback((), {
        let pointed = pointed.setter();
        move |span: Option<Span>, ()| pointed.set(span)
    });
    let cursor = use_state_eq(|| None::<(u32, usize)>);
    let oncursor = use_callback((), {
        let cursor = cursor.setter();
        move |at: (u32, usize), ()| cursor.set(Some(at))
    });
    let here = (*cursor).and_then(|(key, byte)| {
        let file = work.files.iter().position(|f| f.key == key)?;
        span_around(&analysis, file, byte)
    });
    let routes = use_memo((analysis.clone(), answered.clone()), |(analysis, answered)| {
        let table = analysis.router.table();
        let outcome = answered.as_ref().and_then(|a| a.result.as_ref().ok()).map(|a| &a.outcome);
        let routes = outcome.map(|o| o.routes.as_slice()).unwrap_or_default();
        routes.iter().filter_map(|&id| table.route(id)).filter_map(|r| r.origin.span).collect::<Vec<_>>()
    });

    let shown = overview(&Shown {
        work: work.clone(),
        analysis: analysis.clone(),
        answered: answered.clone(),
        view: state.view,
        pointed: *pointed,
        here,
        zoom,
        dispatch: dispatch.clone(),
        onpoint: point.clone(),
    });

    html! {
        <ContextProvider<Language> context={state.language}>
            <a class="skip" href="#requests">{ t("Skip to the requests") }</a>
            <Masthead state={Same::new((*state).clone())} {parts} dispatch={dispatch.clone()} />
            { places() }
            if parts == Parts::Torn {
                // In its simplest form: whatever else could be said needs the rest.
                <div class="notice-region" role="status"><div class="notice"><p>{ TORN }</p></div></div>
            }
            <NoticeBar notice={state.notice.clone()} dispatch={dispatch.clone()} />
            if let Some(learning) = &state.learning {
                { lesson_panel(learning, state.language, &dispatch) }
            }
            <main class={classes!("places", state.learning.as_ref().map(|_| "learning"))}>
                <Requests asks={work.asks.clone()} chosen={work.chosen} {answers} dispatch={dispatch.clone()} />
                { shown }
                if parts == Parts::Whole {
                    <WhyPane analysis={analysis.clone()} {answered} dispatch={dispatch.clone()} onpoint={point} />
                    <EditorPane files={work.files.clone()} front={work.front} outside={state.outside} {analysis}
                        {fresh} routes={Rc::clone(&routes)} pointed={*pointed} reveal={state.reveal} {dispatch}
                        {oncursor} />
                } else {
                    { shells(&work.files) }
                }
            </main>
        </ContextProvider<Language>>
    }
}

/// What stands in the places whose code comes with the rest: of the manifests, the first, to be read.
fn shells(files: &[File]) -> Html {
    let text = files.first().map(|file| file.text.to_string());
    html! {
        <>
            <section class="pane why-pane" id="why" aria-labelledby="why-title">
                <div class="pane-head"><h2 id="why-title">{ t("Why") }</h2></div>
            </section>
            <section class="pane editor-pane" id="manifests" aria-labelledby="manifests-title">
                <div class="pane-head"><h2 id="manifests-title">{ t("Manifests") }</h2></div>
                <div class="editor-body"><div class="editor-panel"><div class="editor-stack">
                    <textarea class="plain-editor" readonly=true aria-label={t("Manifests")} wrap="off" value={text} />
                </div></div></div>
            </section>
        </>
    }
}

/// On a phone: the way from place to place.
fn places() -> Html {
    let place = |id: &'static str, name: &'static str| {
        let go = Callback::from(move |_: MouseEvent| dom::scroll_to(id));
        html! { <button type="button" onclick={go}>{ t(name) }</button> }
    };
    html! {
        <nav class="switcher" aria-label={t("Places")}>
            { place("requests", "Requests") }
            { place("chart", "Chart") }
            { place("why", "Why") }
            { place("manifests", "Manifests") }
        </nav>
    }
}

/// The smallest text behind a node of the chart that this place lies in.
fn span_around(analysis: &Analysis, file: usize, byte: usize) -> Option<Span> {
    let spans = analysis.chart.nodes.iter().filter_map(|n| n.span);
    spans
        .filter(|s| s.file.0 as usize == file && s.start as usize <= byte && byte <= s.end as usize)
        .min_by_key(|s| s.end - s.start)
}
