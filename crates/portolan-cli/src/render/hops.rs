//! The hops of a journey, for people and for programs.

use super::json::Rule;
use super::{indented, printable};
use crate::chart::Chart;
use crate::language::t;
use anstyle::{AnsiColor, Style};
use portolan_core::journey::{
    Alternative, Choice, ClientAddress, EndKind, Flow, Hop, Journey, Place, Socket,
};
use portolan_core::routing::Certainty;
use serde::Serialize;

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const UNSURE: Style = AnsiColor::Yellow.on_default();

/// Alternatives that are printed one by one.
const MOST: usize = 6;

/// Lines about each hop and the end.
pub fn lines(chart: &Chart, place: Place, journey: &Journey) -> Vec<String> {
    let from = t(match place {
        Place::Internet => "the way from the internet",
        Place::Nodes => "the way from the nodes' network",
        Place::Pod => "the way from a pod",
    });
    let mut lines = vec![format!("{STRONG}{from}{STRONG:#}")];
    for (i, hop) in journey.hops.iter().enumerate() {
        let title = format!("{:>3} {STRONG}{}{STRONG:#}  ", i + 1, printable(&t(&hop.title)));
        lines.push(format!("{title}{}", printable(&t(&hop.text))));
        if let Some(choice) = hop.choice.as_ref().filter(|c| c.of.len() + c.omitted > 1 || c.picked.is_none())
        {
            lines.push(indented("      ", &choice_words(choice)));
        }
        if let Some(origin) = hop.origin.as_ref().filter(|o| o.span.is_some()) {
            let place = origin.span.map(|s| chart.sources.location(s).to_string()).unwrap_or_default();
            let object = &origin.object;
            let line = match origin.field.as_str() {
                "" => t!("in {object}"),
                field => t!("in {object}, {field}"),
            };
            lines.push(format!("      {DIM}{}  {}{DIM:#}", printable(&line), printable(&place)));
        }
        for risk in &hop.risks {
            lines.push(indented("      ! ", &printable(&t(risk))));
        }
    }
    let end = &journey.end;
    let style = match end.kind {
        EndKind::Reached | EndKind::Answered => GOOD,
        EndKind::Unknown => UNSURE,
        EndKind::Dropped | EndKind::Refused | EndKind::Unreachable => BAD,
    };
    lines.push(format!("  = {style}{}:{style:#} {}", t(end.kind.word()), printable(&t(&end.why))));
    let client = match journey.hops.last().map(|h| &h.client) {
        Some(ClientAddress::Told(by)) => Some(t!("the client's address is told by {by}")),
        Some(ClientAddress::Hidden) => Some(t("the client's address is not seen here").into_owned()),
        _ => None,
    };
    lines.extend(client.filter(|_| end.kind == EndKind::Reached).map(|line| format!("    {line}")));
    for doubt in &journey.doubts {
        if let Some(reason) = doubt.certainty.reason() {
            let word = format!("    {}: ", t(doubt.certainty.word()));
            lines.push(format!("{UNSURE}{}{UNSURE:#}", indented(&word, &printable(&t(reason)))));
        }
    }
    lines
}

fn choice_words(choice: &Choice) -> String {
    let name = |a: &Alternative| match &a.unavailable {
        None => printable(&format!("{} {}", t(&a.title), a.socket)).into_owned(),
        Some(why) => {
            let (title, why) = (t(&a.title), t(why));
            format!("{DIM}{}{DIM:#}", printable(&t!("not {title}: {why}")))
        }
    };
    let mut names: Vec<String> = choice.of.iter().take(MOST).map(name).collect();
    let more = choice.of.len().saturating_sub(MOST) + choice.omitted;
    if more > 0 {
        names.push(t!("{more} more"));
    }
    format!("{DIM}{}:{DIM:#} {}", t(choice.how), names.join("; "))
}

/// A journey's fields.
#[derive(Serialize)]
pub struct JourneyRecord<'a> {
    hops: Vec<HopRecord<'a>>,
    end: EndRecord<'a>,
    controller_asked: bool,
}

#[derive(Serialize)]
struct EndRecord<'a> {
    kind: &'static str,
    why: &'a str,
    certainty: &'a Certainty,
    doubts: Vec<DoubtRecord<'a>>,
    endpoints: Vec<AlternativeRecord<'a>>,
}

#[derive(Serialize)]
struct DoubtRecord<'a> {
    /// Index into `hops`.
    hop: usize,
    #[serde(flatten)]
    certainty: &'a Certainty,
}

#[derive(Serialize)]
struct HopRecord<'a> {
    actor: &'static str,
    id: &'a str,
    title: &'a str,
    act: &'static str,
    protocol: &'static str,
    text: &'a str,
    arrives: Option<FlowRecord<'a>>,
    leaves: Option<FlowRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<ChoiceRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Rule<'a>>,
    client: ClientRecord,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    risks: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
}

#[derive(Serialize)]
struct ClientRecord {
    address: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
}

#[derive(Serialize)]
struct FlowRecord<'a> {
    from: String,
    to: SocketRecord<'a>,
}

/// `address` and `port` are `null` where the manifests do not have them; `text` names them then.
#[derive(Serialize)]
struct SocketRecord<'a> {
    text: String,
    address: Option<&'a str>,
    port: Option<u16>,
}

#[derive(Serialize)]
struct ChoiceRecord<'a> {
    how: &'static str,
    picked: Option<usize>,
    of: Vec<AlternativeRecord<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    omitted: usize,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

#[derive(Serialize)]
struct AlternativeRecord<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(flatten)]
    socket: SocketRecord<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unavailable: Option<&'a str>,
}

impl<'a> JourneyRecord<'a> {
    /// The record of a journey.
    pub fn of(chart: &'a Chart, journey: &'a Journey) -> Self {
        JourneyRecord {
            hops: journey.hops.iter().map(|hop| HopRecord::of(chart, hop)).collect(),
            end: EndRecord {
                kind: journey.end.kind.word(),
                why: &journey.end.why,
                certainty: &journey.certainty,
                doubts: journey
                    .doubts
                    .iter()
                    .map(|d| DoubtRecord { hop: d.hop, certainty: &d.certainty })
                    .collect(),
                endpoints: journey.end.endpoints.iter().map(AlternativeRecord::of).collect(),
            },
            controller_asked: journey.controller_asked,
        }
    }
}

impl<'a> HopRecord<'a> {
    fn of(chart: &'a Chart, hop: &'a Hop) -> Self {
        let by = match &hop.client {
            ClientAddress::Told(by) => Some(*by),
            _ => None,
        };
        HopRecord {
            actor: hop.actor.word(),
            id: &hop.id,
            title: &hop.title,
            act: hop.act.word(),
            protocol: hop.protocol,
            text: &hop.text,
            arrives: hop.arrives.as_ref().map(FlowRecord::of),
            leaves: hop.leaves.as_ref().map(FlowRecord::of),
            choice: hop.choice.as_ref().map(|choice| ChoiceRecord {
                how: choice.how,
                picked: choice.picked,
                of: choice.of.iter().map(AlternativeRecord::of).collect(),
                omitted: choice.omitted,
            }),
            rule: hop.origin.as_ref().map(|origin| Rule::from(chart, origin, None)),
            client: ClientRecord { address: hop.client.word(), by },
            risks: &hop.risks,
            service: hop.service.as_deref(),
            port: hop.port,
            node: hop.node.as_deref(),
        }
    }
}

impl<'a> FlowRecord<'a> {
    fn of(flow: &'a Flow) -> Self {
        FlowRecord { from: flow.from.to_string(), to: SocketRecord::of(&flow.to) }
    }
}

impl<'a> SocketRecord<'a> {
    fn of(socket: &'a Socket) -> Self {
        SocketRecord {
            text: socket.to_string(),
            address: socket.address.as_known(),
            port: socket.port.number(),
        }
    }
}

impl<'a> AlternativeRecord<'a> {
    fn of(alternative: &'a Alternative) -> Self {
        AlternativeRecord {
            id: &alternative.id,
            title: &alternative.title,
            socket: SocketRecord::of(&alternative.socket),
            node: alternative.node.as_deref(),
            unavailable: alternative.unavailable.as_deref(),
        }
    }
}
