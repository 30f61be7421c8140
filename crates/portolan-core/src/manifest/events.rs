//! The general reader: granit-parser's events to the tree.
//!
//! This file, `tags.rs` and `syntax.rs` are the only ones that know granit-parser.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, Span as Place, StructureStyle, Tag, options,
};

use super::build::Context;
use super::places::{self, Gap};
use super::scalar::{self, Scalar};
use super::{Entry, Node, Value, codes, tags};
use crate::problem::{Problem, Severity};
use crate::span::Span;

/// Why a document could not be read to its end.
pub(super) enum Fault {
    /// It is not YAML.
    Syntax(SyntaxError),
    /// It exceeds a limit; the problem was reported.
    Limit,
}

/// What the parser stumbled over.
pub(super) struct SyntaxError {
    pub(super) kind: ErrorKind,
    /// Where, from the start of the document.
    pub(super) offset: usize,
    /// Where the innermost open `[` or `{` stands.
    pub(super) opener: Option<usize>,
}

/// Reads the documents in `text` (one, but for oddities such as lone carriage returns) into `roots`.
/// Empty documents are left out.
pub(super) fn read(ctx: &mut Context, text: &str, roots: &mut Vec<Node>) -> Result<(), Fault> {
    let limit = ctx.budget.depth;
    let options: Options = options! {
        emit_unresolved_aliases: true,
        emit_comments: false,
        // As go-yaml does.
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: limit,
        block_nesting_limit: limit,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut tree = Tree { ctx, text, stack: Vec::new(), anchors: HashMap::new(), last_end: 0, root: None };
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, place)) => {
                tree.event(event, place)?;
                if tree.ctx.problems.is_full() {
                    return Err(Fault::Limit);
                }
                roots.extend(tree.root.take());
            }
            Err(error) => {
                let mut offset = error.marker().byte_offset().unwrap_or(0).min(text.len());
                while !text.is_char_boundary(offset) {
                    offset -= 1;
                }
                if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
                    tree.too_deep(offset);
                    return Err(Fault::Limit);
                }
                let opener = tree.stack.iter().rev().find(|f| f.flow).map(|f| f.start);
                return Err(Fault::Syntax(SyntaxError { kind: error.kind().clone(), offset, opener }));
            }
        }
    }
    Ok(())
}

struct Tree<'a, 'c> {
    ctx: &'a mut Context<'c>,
    text: &'a str,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Measured>,
    /// Where the last token ended, from the start of the document.
    last_end: usize,
    root: Option<Node>,
}

/// A collection that is not finished yet.
struct Frame {
    content: Content,
    start: usize,
    flow: bool,
    anchor: usize,
    size: usize,
    height: usize,
}

enum Content {
    Seq(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        /// Which entries came from a merge key; empty where none did.
        merged: Vec<bool>,
        key: Option<Key>,
    },
}

enum Key {
    Text(String, Span),
    Merge(Span),
    /// Reported; its value is read and dropped.
    Refused,
}

/// A node, how many nodes it consists of, and how deep it nests.
#[derive(Clone)]
struct Measured {
    node: Node,
    size: usize,
    height: usize,
}

impl Tree<'_, '_> {
    fn event(&mut self, event: Event<'_>, place: Place) -> Result<(), Fault> {
        let range = place.byte_range().unwrap_or(self.last_end..self.last_end);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref().map(|tag| (tag, tag_range(&place, &range)));
                self.scalar(&text, style, anchor, tag, range)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(Content::Seq(Vec::new()), style, anchor, tag, &place, range)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let content = Content::Map { entries: Vec::new(), merged: Vec::new(), key: None };
                self.open(content, style, anchor, tag, &place, range)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end)?,
            Event::Alias(id) => self.alias(id, range)?,
            Event::UnresolvedAlias(name) => self.unknown_anchor(&name, range)?,
            Event::DocumentStart(..) => self.anchors.clear(),
            _ => {}
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<(&Tag, Range<usize>)>,
        range: Range<usize>,
    ) -> Result<(), Fault> {
        // granit writes an absent plain value as `~`; with a tag it is the empty text.
        let absent = style == ScalarStyle::Plain && range.is_empty();
        let text = if absent { "" } else { text };
        let (start, end) = match style {
            ScalarStyle::Plain if absent => {
                let at = Gap::scan(self.text, self.last_end).after_indicator;
                (at, at)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                places::block_scalar(self.text, self.last_end, &range)
            }
            _ => (range.start, range.end),
        };
        self.last_end = end;
        let span = self.ctx.span(start, end);
        let plain = style == ScalarStyle::Plain;
        let merge = match &tag {
            None => plain && text == "<<",
            Some((tag, _)) => tags::type_name(tag).as_deref() == Some("merge") && text == "<<",
        };
        let (resolved, text) = match tag {
            None if plain => (scalar::resolve(text), Cow::Borrowed(text)),
            None => (Scalar::Str, Cow::Borrowed(text)),
            Some((tag, at)) => {
                let tagged = tags::resolve(tag, self.ctx.span(at.start, at.end), text, span);
                if let Some(problem) = tagged.problem {
                    self.ctx.problems.push(problem);
                }
                (tagged.scalar, tagged.text)
            }
        };
        if let Some(Frame { content: Content::Map { key: key @ None, .. }, .. }) = self.stack.last_mut() {
            *key = Some(if merge {
                Key::Merge(span)
            } else {
                match resolved.into_key(&text) {
                    Some(text) => Key::Text(text, span),
                    None => {
                        self.ctx.problems.push(bad_key(span, resolved));
                        Key::Refused
                    }
                }
            });
            if anchor != 0 {
                let node = Node { span, value: resolved.into_value(&text) };
                self.remember(anchor, Measured { node, size: 1, height: 0 })?;
            }
            return Ok(());
        }
        let resolved = match resolved {
            Scalar::Bool(b) if plain && text.len() == 1 => {
                self.ctx.problems.push(single_letter(span, &text, b));
                Scalar::Str
            }
            other => other,
        };
        let value = resolved.into_value(&text);
        if let Value::Float(f) = value
            && !f.is_finite()
        {
            self.ctx.problems.push(
                Problem::new(
                    codes::NOT_JSON,
                    Severity::Error,
                    span,
                    format!("`{text}` is a number that JSON cannot hold"),
                )
                .help("the API server cannot receive it; quote it if text is meant")
                .fix("Quote it", span, format!("\"{text}\"")),
            );
        }
        self.attach(Measured { node: Node { span, value }, size: 1, height: 0 }, anchor)
    }

    fn open(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        place: &Place,
        range: Range<usize>,
    ) -> Result<(), Fault> {
        if self.stack.len() >= self.ctx.budget.depth {
            self.too_deep(range.start);
            return Err(Fault::Limit);
        }
        if let Some(tag) = tag
            && tags::type_name(&tag).is_none()
        {
            let at = tag_range(place, &range);
            self.ctx.problems.push(tags::unknown(&tag, self.ctx.span(at.start, at.end)));
        }
        let flow = style == StructureStyle::Flow;
        let mut start = range.start;
        // Where a list stands at the column of its key, granit names the place behind the dash.
        let is_value =
            matches!(self.stack.last(), Some(Frame { content: Content::Map { key: Some(_), .. }, .. }));
        if !flow && is_value && matches!(content, Content::Seq(_)) {
            start = Gap::scan(self.text, self.last_end).end.min(start);
        }
        self.last_end = if flow { range.end } else { start };
        self.stack.push(Frame { content, start, flow, anchor, size: 1, height: 0 });
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Fault> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        if frame.flow {
            self.last_end = end;
        }
        let value = match frame.content {
            Content::Seq(items) => Value::Seq(items),
            Content::Map { entries, merged, .. } => Value::Map(self.ctx.unique(entries, &merged)),
        };
        let span = self.ctx.span(frame.start, self.last_end.max(frame.start));
        let measured = Measured { node: Node { span, value }, size: frame.size, height: frame.height };
        self.attach(measured, frame.anchor)
    }

    /// Puts a finished node where it belongs.
    fn attach(&mut self, measured: Measured, anchor: usize) -> Result<(), Fault> {
        if !self.ctx.budget.take_node() {
            self.too_many(measured.node.span);
            return Err(Fault::Limit);
        }
        if anchor != 0 {
            self.remember(anchor, measured.clone())?;
        }
        let Measured { node, size, height } = measured;
        let Some(frame) = self.stack.last_mut() else {
            if !matches!(node.value, Value::Null) {
                self.root = Some(node);
            }
            return Ok(());
        };
        frame.size += size;
        frame.height = frame.height.max(height + 1);
        match &mut frame.content {
            Content::Seq(items) => items.push(node),
            Content::Map { key: key @ None, .. } => {
                *key = Some(match node_key(&node) {
                    Some(text) => Key::Text(text, node.span),
                    None => {
                        self.ctx.problems.push(bad_key(node.span, Scalar::Null));
                        Key::Refused
                    }
                });
            }
            Content::Map { entries, merged, key } => match key.take() {
                Some(Key::Text(key, key_span)) => {
                    entries.push(Entry { key, key_span, value: node });
                    if !merged.is_empty() {
                        merged.push(false);
                    }
                }
                Some(Key::Merge(key_span)) => {
                    if let Some(problem) = merge(node, key_span, entries, merged) {
                        self.ctx.problems.push(problem);
                    }
                }
                Some(Key::Refused) | None => {}
            },
        }
        Ok(())
    }

    /// Keeps an anchor's node for its aliases.
    fn remember(&mut self, anchor: usize, measured: Measured) -> Result<(), Fault> {
        self.take_copies(&measured)?;
        self.anchors.insert(anchor, measured);
        Ok(())
    }

    fn take_copies(&mut self, measured: &Measured) -> Result<(), Fault> {
        let Some(left) = self.ctx.budget.copies.checked_sub(measured.size) else {
            self.ctx.problems.push(
                Problem::new(
                    codes::TOO_MANY_COPIES,
                    Severity::Error,
                    measured.node.span,
                    "the anchors and aliases of these files copy more values than a reading may take",
                )
                .help("the document was left out; write the values out, or use fewer aliases of aliases"),
            );
            return Err(Fault::Limit);
        };
        self.ctx.budget.copies = left;
        Ok(())
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Result<(), Fault> {
        self.last_end = range.end;
        let span = self.ctx.span(range.start, range.end);
        let Some(target) = self.anchors.get(&id) else {
            let name = &self.text[range];
            self.ctx.problems.push(
                Problem::new(
                    codes::ALIAS_CYCLE,
                    Severity::Error,
                    span,
                    format!("`{name}` stands inside the value that it refers to"),
                )
                .help("kubectl refuses the document; refer to a value that ends before this place"),
            );
            return self.attach(Measured { node: Node { span, value: Value::Null }, size: 1, height: 0 }, 0);
        };
        if self.stack.len() + target.height > self.ctx.budget.depth {
            self.too_deep(range.start);
            return Err(Fault::Limit);
        }
        let target = target.clone();
        self.take_copies(&target)?;
        self.attach(target, 0)
    }

    fn unknown_anchor(&mut self, name: &str, range: Range<usize>) -> Result<(), Fault> {
        self.last_end = range.end;
        let span = self.ctx.span(range.start, range.end);
        let written = format!("*{name}");
        self.ctx.problems.push(
            Problem::new(
                codes::UNKNOWN_ANCHOR,
                Severity::Error,
                span,
                format!("to YAML, `{written}` refers to an anchor `&{name}`, and there is none above"),
            )
            .help("kubectl refuses the document; put quotes around a value that starts with `*`")
            .fix("Put quotes around it", span, format!("\"{written}\"")),
        );
        self.attach(Measured { node: Node { span, value: Value::String(written) }, size: 1, height: 0 }, 0)
    }

    fn too_deep(&mut self, at: usize) {
        let end = self.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        self.ctx.problems.push(too_deep(self.ctx.span(at, end), self.ctx.budget.depth));
    }

    fn too_many(&mut self, span: Span) {
        self.ctx.problems.push(too_many(span));
    }
}

/// Where a node's tag stands; the node's own `range` where the parser does not say.
fn tag_range(place: &Place, range: &Range<usize>) -> Range<usize> {
    place.tag_span().and_then(|tag| tag.byte_range()).unwrap_or(range.clone())
}

/// The problem of nesting above the limit.
pub(super) fn too_deep(span: Span, limit: usize) -> Problem {
    Problem::new(codes::TOO_DEEP, Severity::Error, span, format!("this is nested deeper than {limit} levels"))
        .help("no Kubernetes object is; the document was left out")
}

/// The problem of more values than the limit.
pub(super) fn too_many(span: Span) -> Problem {
    Problem::new(
        codes::TOO_MANY_VALUES,
        Severity::Error,
        span,
        "these files hold more values than a reading may take",
    )
    .help("this document and the rest were left out; give fewer or smaller files")
}

/// A bare `y` or `n`. kubectl makes a boolean of it, which is hardly ever meant; the YAML libraries of
/// most other tools leave it a string. It is read as what was meant.
fn single_letter(span: Span, text: &str, as_bool: bool) -> Problem {
    let message =
        format!("kubectl reads the bare word `{text}` as {as_bool}; it is taken as the string {text:?} here");
    Problem::new(codes::SINGLE_LETTER, Severity::Error, span, message)
        .help("quote it, or write true or false where a boolean is meant")
        .fix("Quote it", span, format!("\"{text}\""))
}

fn bad_key(span: Span, resolved: Scalar) -> Problem {
    let what = match resolved {
        Scalar::BigInt(_) => "a number past 64 bits",
        _ => "nothing, a list or a mapping",
    };
    Problem::new(codes::BAD_KEY, Severity::Error, span, format!("a key must be text, and this one is {what}"))
        .help("kubectl refuses the document; give the key a name, or put quotes around it")
}

/// A key's text where the key is an alias.
fn node_key(node: &Node) -> Option<String> {
    match &node.value {
        Value::Null | Value::Seq(_) | Value::Map(_) => None,
        Value::Bool(b) => Some(b.to_string()),
        Value::Int(i) => Some(i.to_string()),
        Value::Float(f) => Scalar::Float(*f).into_key(""),
        Value::String(s) => Some(s.clone()),
    }
}

/// Merges as go-yaml v2 does: at the place of the key, so that it overrides what stands before it.
/// Of a list of mappings the first ones win.
fn merge(node: Node, key_span: Span, entries: &mut Vec<Entry>, merged: &mut Vec<bool>) -> Option<Problem> {
    let maps = match node.value {
        Value::Map(entries) => vec![entries],
        Value::Seq(items) if items.iter().all(|n| matches!(n.value, Value::Map(_))) => items
            .into_iter()
            .rev()
            .filter_map(|n| match n.value {
                Value::Map(entries) => Some(entries),
                _ => None,
            })
            .collect(),
        _ => {
            return Some(
                Problem::new(
                    codes::MERGE,
                    Severity::Error,
                    node.span,
                    "`<<` can merge a mapping or a list of mappings only",
                )
                .help("kubectl refuses the document; refer to an anchor on a mapping"),
            );
        }
    };
    merged.resize(entries.len(), false);
    let explicit: HashMap<&str, Span> = entries
        .iter()
        .zip(&*merged)
        .filter(|(_, m)| !**m)
        .map(|(e, _)| (e.key.as_str(), e.key_span))
        .collect();
    let overridden =
        maps.iter().flatten().find_map(|e| explicit.get(e.key.as_str()).map(|&s| (e.key.clone(), s)));
    for entry in maps.into_iter().flatten() {
        entries.push(entry);
        merged.push(true);
    }
    overridden.map(|(key, span)| {
        Problem::new(
            codes::MERGE,
            Severity::Warning,
            key_span,
            format!("`<<` comes after `{key}` and overrides it"),
        )
        .help("in Kubernetes' reader the later one wins; put `<<` first")
        .related(span, format!("`{key}` is given here"))
    })
}
