// How the editor looks. Every colour is one of the page's custom properties, with a plain fallback,
// so that a change of theme is a change of CSS and nothing is rebuilt.
import { EditorView } from "@codemirror/view";

const ink = "var(--editor-ink, CanvasText)";
const paper = "var(--editor-paper, Canvas)";
const faint = "var(--editor-faint, GrayText)";
const line = "var(--editor-line, color-mix(in srgb, currentColor 7%, transparent))";
const rule = "var(--editor-rule, color-mix(in srgb, currentColor 22%, transparent))";
const accent = "var(--editor-accent, LinkText)";
const error = "var(--editor-error, #b3261e)";
const warning = "var(--editor-warning, #8a5a00)";
const info = "var(--editor-info, #1f5f8b)";

const underline = (colour: string, style: string) => ({
  backgroundImage: "none",
  textDecoration: `underline ${style} ${colour}`,
  textDecorationSkipInk: "none",
  textUnderlineOffset: "3px",
});

export const theme = EditorView.theme({
  "&": {
    height: "100%",
    color: ink,
    backgroundColor: paper,
    fontSize: "var(--editor-font-size, 14px)",
  },
  "&.cm-focused": { outline: `2px solid ${accent}`, outlineOffset: "-2px" },
  ".cm-scroller": {
    fontFamily: "var(--editor-font, ui-monospace, SFMono-Regular, Menlo, Consolas, monospace)",
    lineHeight: "1.55",
  },
  ".cm-content": { caretColor: ink },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: ink, borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--editor-selection, color-mix(in srgb, LinkText 25%, transparent))",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: line },
  ".cm-gutters": { color: faint, backgroundColor: "transparent", borderRight: `1px solid ${rule}` },
  ".cm-gutter-lint": { width: "1.2em" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: `1px solid ${accent}`,
  },
  ".cm-searchMatch, .cm-selectionMatch": { backgroundColor: "var(--editor-match, #ffe08a80)" },
  ".cm-searchMatch-selected": { outline: `2px solid ${accent}` },

  ".tok-propertyName": { color: "var(--editor-key, inherit)", fontWeight: "var(--editor-key-weight, 600)" },
  ".tok-string, .tok-string2": { color: "var(--editor-string, inherit)" },
  ".tok-number, .tok-bool, .tok-keyword, .tok-atom": { color: "var(--editor-number, inherit)" },
  ".tok-comment": { color: "var(--editor-comment, GrayText)", fontStyle: "italic" },
  ".tok-meta, .tok-punctuation": { color: "var(--editor-punctuation, inherit)" },
  ".tok-labelName, .tok-typeName": { color: "var(--editor-anchor, inherit)" },

  ".cm-lintRange-error": underline(error, "wavy"),
  ".cm-lintRange-warning": underline(warning, "wavy"),
  ".cm-lintRange-info": underline(info, "dotted"),
  ".cm-lintPoint:after": { borderBottomColor: error },
  ".cm-lintPoint-warning:after": { borderBottomColor: warning },
  ".cm-lintPoint-info:after": { borderBottomColor: info },

  ".cm-tooltip, .cm-panels": {
    color: ink,
    backgroundColor: "var(--editor-raised, Canvas)",
    border: `1px solid ${rule}`,
  },
  ".cm-panels": { borderWidth: "0" },
  ".cm-panels.cm-panels-top": { borderBottom: `1px solid ${rule}` },
  ".cm-tooltip.cm-tooltip-lint": { maxWidth: "min(36rem, 90vw)", padding: "0" },
  ".cm-diagnostic": { padding: "0.4rem 0.6rem", borderLeftWidth: "4px", fontFamily: "var(--editor-ui-font, system-ui)" },
  ".cm-diagnostic-error": { borderLeftColor: error },
  ".cm-diagnostic-warning": { borderLeftColor: warning },
  ".cm-diagnostic-info": { borderLeftColor: info },
  ".cm-problem-help": { marginTop: "0.25rem" },
  ".cm-problem-code": { marginTop: "0.25rem", color: faint, fontSize: "0.85em" },
  ".cm-diagnosticAction": {
    color: "var(--editor-on-accent, Canvas)",
    backgroundColor: accent,
    font: "inherit",
    fontSize: "0.9em",
    minHeight: "24px",
    margin: "0.4rem 0.5rem 0 0",
    padding: "0.15rem 0.6rem",
    borderRadius: "4px",
  },
  ".cm-textfield, .cm-button": {
    color: ink,
    background: paper,
    border: `1px solid ${rule}`,
    fontSize: "max(1em, 0.9rem)",
  },
  // Below 16px iOS zooms the whole page in as soon as the text is touched.
  "@media (pointer: coarse)": {
    ".cm-scroller, .cm-textfield": { fontSize: "max(16px, var(--editor-font-size, 16px))" },
  },
  ".cm-panel.cm-search [name=close]": { color: ink, minWidth: "24px", minHeight: "24px" },

  ".cm-line-route": { backgroundColor: "var(--editor-route, color-mix(in srgb, LinkText 12%, transparent))" },
  ".cm-line-hover": { backgroundColor: "var(--editor-hover, color-mix(in srgb, LinkText 7%, transparent))" },
  ".cm-range-route": { boxShadow: `inset 0 -2px ${accent}` },
});
