// The page's editor: CodeMirror 6 behind ten plain functions that the Rust side calls through
// wasm-bindgen. Every offset that crosses is in UTF-16 code units, every structure is JSON.
//
// Two rules keep the two sides from hurting each other:
// * Nothing thrown in here reaches the caller. An error is logged, and the page goes on.
// * Callbacks run in a microtask, never inside the call that caused them, so that Rust is not
//   re-entered while it is still inside one of these functions.
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import {
  Annotation,
  type ChangeDesc,
  Compartment,
  EditorSelection,
  EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
  Transaction,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { theme } from "./theme";

interface Edit {
  from: number;
  to: number;
  text: string;
}

interface Fix {
  title: string;
  edits: Edit[];
}

interface Problem {
  from: number;
  to: number;
  severity: "error" | "warning" | "info";
  message: string;
  help?: string;
  code: string;
  fixes?: Fix[];
}

interface Highlight {
  from: number;
  to: number;
  kind: string;
}

/** What the editor says of itself, in the page's language. */
interface Words {
  label: string;
  phrases: Record<string, string>;
}

interface Callbacks {
  change(text: string): void;
  cursor(offset: number): void;
  fix(json: string): void;
}

/** What is kept of a file whose tab is not in front. */
interface Shelved {
  state: EditorState;
  scroll: StateEffect<unknown>;
}

/** Marks a transaction that the page itself asked for: it is not reported back. */
const fromPage = Annotation.define<boolean>();

function safely<T>(fallback: T, what: () => T): T {
  try {
    return what();
  } catch (error) {
    console.error("editor:", error);
    return fallback;
  }
}

const clamp = (offset: number, length: number) => Math.max(0, Math.min(length, Math.trunc(offset) || 0));

/** The smallest single replacement that turns `before` into `after`, or null when they are equal. */
function difference(before: Text, after: string): Edit | null {
  const old = before.toString();
  if (old === after) return null;
  const shorter = Math.min(old.length, after.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < shorter - start &&
    old.charCodeAt(old.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++;
  }
  return { from: start, to: old.length - end, text: after.slice(start, after.length - end) };
}

// --- Highlights: what the chart points at, without moving the cursor -------------------------

const setHighlights = StateEffect.define<Highlight[]>();

const highlights = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    shown = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setHighlights)) shown = decorate(transaction.state.doc, effect.value);
    }
    return shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(doc: Text, wanted: Highlight[]): DecorationSet {
  const ranges = [];
  for (const { from, to, kind } of wanted) {
    const name = kind.replace(/[^\w-]/g, "");
    const start = clamp(from, doc.length);
    const end = Math.max(start, clamp(to, doc.length));
    const last = doc.lineAt(end).number;
    for (let line = doc.lineAt(start).number; line <= last; line++) {
      ranges.push(Decoration.line({ class: `cm-line-${name}` }).range(doc.line(line).from));
    }
    if (end > start) ranges.push(Decoration.mark({ class: `cm-range-${name}` }).range(start, end));
  }
  return Decoration.set(ranges, true);
}

// --- Problems and their fixes ----------------------------------------------------------------

/** What was typed since the problems were last set: their fixes' offsets are older than that. */
const sinceProblems = StateField.define<ChangeDesc | null>({
  create: () => null,
  update(since, transaction) {
    if (transaction.effects.some((effect) => effect.is(problemsSet))) return null;
    if (!transaction.docChanged) return since;
    return since ? since.composeDesc(transaction.changes.desc) : transaction.changes.desc;
  },
});

const problemsSet = StateEffect.define<null>();

/**
 * Applies a fix as one step of the undo history. A fix whose place was typed over since it was
 * offered is stale and does nothing: the next analysis offers it anew, or not at all.
 */
function applyFix(view: EditorView, code: string, fix: Fix, callbacks: Callbacks) {
  const since = view.state.field(sinceProblems);
  if (since && fix.edits.some((edit) => since.touchesRange(edit.from, edit.to))) return;
  const place = (offset: number) => (since ? since.mapPos(offset, 1) : offset);
  view.dispatch({
    changes: fix.edits.map((edit) => ({ from: place(edit.from), to: place(edit.to), insert: edit.text })),
    annotations: isolateHistory.of("full"),
    userEvent: "input.fix",
    scrollIntoView: true,
  });
  view.focus();
  const report = JSON.stringify({ code, title: fix.title });
  queueMicrotask(() => safely(undefined, () => callbacks.fix(report)));
}

function describe(problem: Problem): Node {
  const box = document.createElement("div");
  const add = (className: string, text: string) => {
    const part = document.createElement("div");
    part.className = className;
    part.textContent = text;
    box.append(part);
  };
  add("cm-problem-message", problem.message);
  if (problem.help) add("cm-problem-help", problem.help);
  add("cm-problem-code", problem.code);
  return box;
}

function asDiagnostic(problem: Problem, length: number, callbacks: Callbacks): Diagnostic {
  const from = clamp(problem.from, length);
  return {
    from,
    to: Math.max(from, clamp(problem.to, length)),
    severity: problem.severity,
    message: problem.help ? `${problem.message} ${problem.help}` : problem.message,
    renderMessage: () => describe(problem),
    markClass: `cm-problem-${problem.severity}`,
    actions: (problem.fixes ?? []).map((fix) => ({
      name: fix.title,
      apply: (view) => safely(undefined, () => applyFix(view, problem.code, fix, callbacks)),
    })),
  };
}

function spoken({ label, phrases }: Words): Extension {
  return [EditorState.phrases.of(phrases), EditorView.contentAttributes.of({ "aria-label": label })];
}

// --- One editor --------------------------------------------------------------------------------

class Editor {
  readonly view: EditorView;
  private readonly extensions: Extension;
  private readonly words = new Compartment();
  private spoken: Extension;
  private readonly shelf = new Map<string, Shelved>();
  private key: string | null = null;
  /** The document and cursor that the page has not been told of yet. */
  private untold: { doc?: Text; cursor?: number } | null = null;
  private alive = true;

  constructor(
    parent: HTMLElement,
    text: string,
    label: string,
    private readonly callbacks: Callbacks,
  ) {
    this.spoken = spoken({ label, phrases: {} });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.extensions = [
      lineNumbers(),
      lintGutter(),
      highlightActiveLineGutter(),
      highlightActiveLine(),
      history(),
      drawSelection({ cursorBlinkRate: still ? 0 : 1200 }),
      bracketMatching(),
      indentOnInput(),
      indentUnit.of("  "),
      EditorState.tabSize.of(2),
      EditorState.allowMultipleSelections.of(true),
      yaml(),
      syntaxHighlighting(classHighlighter),
      search({ top: true }),
      highlightSelectionMatches(),
      // No Tab key here: it moves the focus on, as everywhere else on the page. Ctrl-] and Ctrl-[
      // indent; Ctrl-M (Shift-Alt-M on a Mac) is CodeMirror's own switch for Tab.
      keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap]),
      // Editable text takes the focus without a tabindex, but not every checker knows.
      EditorView.contentAttributes.of({ autocapitalize: "off", autocorrect: "off", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        const ours = update.transactions.some((transaction) => transaction.annotation(fromPage));
        if (update.docChanged && !ours) this.tell({ doc: update.state.doc });
        if ((update.selectionSet || update.docChanged) && !ours) {
          this.tell({ cursor: update.state.selection.main.head });
        }
      }),
      EditorView.exceptionSink.of((error) => console.error("editor:", error)),
      highlights,
      sinceProblems,
      theme,
    ];
    this.view = new EditorView({ parent, state: this.fresh(text) });
  }

  private fresh(text: string): EditorState {
    return EditorState.create({ doc: text, extensions: [this.extensions, this.words.of(this.spoken)] });
  }

  /** Says everything in another language, from now on and in what was opened before. */
  setWords(words: Words) {
    this.spoken = spoken(words);
    this.view.dispatch({ effects: this.words.reconfigure(this.spoken), annotations: fromPage.of(true) });
  }

  /** Notes what to report and reports it once the current call has returned. */
  private tell(news: { doc?: Text; cursor?: number }) {
    const pending = this.untold;
    this.untold = { ...pending, ...news };
    if (pending) return;
    queueMicrotask(() => {
      const { doc, cursor } = this.untold ?? {};
      this.untold = null;
      if (!this.alive) return;
      if (doc) safely(undefined, () => this.callbacks.change(doc.toString()));
      if (cursor !== undefined) safely(undefined, () => this.callbacks.cursor(cursor));
    });
  }

  setText(text: string) {
    const edit = difference(this.view.state.doc, text);
    if (!edit) return;
    this.view.dispatch({
      changes: { from: edit.from, to: edit.to, insert: edit.text },
      annotations: [fromPage.of(true), isolateHistory.of("full"), Transaction.userEvent.of("input.page")],
    });
  }

  openFile(key: string, text: string) {
    if (key !== this.key) {
      if (this.key !== null) {
        this.shelf.set(this.key, { state: this.view.state, scroll: this.view.scrollSnapshot() });
      }
      const shelved = this.shelf.get(key);
      this.shelf.delete(key);
      this.key = key;
      this.view.setState(shelved?.state ?? this.fresh(text));
      if (shelved) {
        // The language may have changed while it lay there.
        const effects = [shelved.scroll, this.words.reconfigure(this.spoken)];
        this.view.dispatch({ effects, annotations: fromPage.of(true) });
      }
    }
    this.setText(text);
  }

  closeFile(key: string) {
    this.shelf.delete(key);
    if (key === this.key) {
      this.key = null;
      this.view.setState(this.fresh(""));
    }
  }

  setProblems(problems: Problem[]) {
    const { state } = this.view;
    const diagnostics = problems.map((problem) => asDiagnostic(problem, state.doc.length, this.callbacks));
    const transaction = setDiagnostics(state, diagnostics);
    this.view.dispatch(transaction, { effects: problemsSet.of(null), annotations: fromPage.of(true) });
  }

  reveal(from: number, to: number) {
    const { length } = this.view.state.doc;
    const start = clamp(from, length);
    const range = EditorSelection.range(start, Math.max(start, clamp(to, length)));
    this.view.dispatch({
      selection: EditorSelection.single(range.from, range.to),
      effects: EditorView.scrollIntoView(range, { y: "center" }),
      annotations: fromPage.of(true),
    });
  }

  setHighlights(wanted: Highlight[]) {
    this.view.dispatch({ effects: setHighlights.of(wanted), annotations: fromPage.of(true) });
  }

  destroy() {
    this.alive = false;
    this.view.destroy();
  }
}

// --- What Rust calls -----------------------------------------------------------------------------

const editors = new Map<number, Editor>();
let lastHandle = 0;

/** Calls `what` on a live editor; an unknown handle is ignored, for it was destroyed just now. */
function on(handle: number, what: (editor: Editor) => void) {
  const editor = editors.get(handle);
  if (editor) safely(undefined, () => what(editor));
}

/**
 * Puts an editor into `parent` and returns its handle, or 0 when this browser cannot: the page
 * then keeps its textarea.
 *
 * `onFix` hears `{"code", "title"}` of each fix that was applied; the text itself arrives through
 * `onChange`.
 */
export function mount(
  parent: HTMLElement,
  text: string,
  label: string,
  onChange: (text: string) => void,
  onCursor: (offset: number) => void,
  onFix: (json: string) => void,
): number {
  return safely(0, () => {
    const editor = new Editor(parent, text, label, { change: onChange, cursor: onCursor, fix: onFix });
    editors.set(++lastHandle, editor);
    return lastHandle;
  });
}

/** Replaces the text as one undoable step, touching only what differs. Not reported back. */
export function set_text(handle: number, text: string) {
  on(handle, (editor) => editor.setText(text));
}

/**
 * Brings a file to the front. One seen before comes back with its undo history, selection and
 * scroll position; `text` wins where it differs from what was shelved.
 */
export function open_file(handle: number, key: string, text: string) {
  on(handle, (editor) => editor.openFile(key, text));
}

/** Forgets a file's state. */
export function close_file(handle: number, key: string) {
  on(handle, (editor) => editor.closeFile(key));
}

/** Shows the problems of the file in front: `[{from,to,severity,message,help?,code,fixes}]`. */
export function set_diagnostics(handle: number, json: string) {
  on(handle, (editor) => editor.setProblems(JSON.parse(json)));
}

/** Selects a range and scrolls it into the middle. The focus stays where it is. */
export function reveal(handle: number, from: number, to: number) {
  on(handle, (editor) => editor.reveal(from, to));
}

/** Moves the keyboard focus into the text. */
export function focus(handle: number) {
  on(handle, (editor) => editor.view.focus());
}

/** Marks lines and ranges, `[{from,to,kind}]`, as `cm-line-KIND` and `cm-range-KIND`. */
export function set_highlight(handle: number, json: string) {
  on(handle, (editor) => editor.setHighlights(JSON.parse(json)));
}

/** Says what the editor says in another language: `{label, phrases}`. */
export function set_words(handle: number, json: string) {
  on(handle, (editor) => editor.setWords(JSON.parse(json)));
}

/** Takes the editor out of the page. */
export function destroy(handle: number) {
  on(handle, (editor) => editor.destroy());
  editors.delete(handle);
}
