// A YAML text to be edited: colors, completion by a schema, and what is wrong at its line.
import { autocompletion } from "@codemirror/autocomplete"
import { json } from "@codemirror/lang-json"
import { yaml } from "@codemirror/lang-yaml"
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language"
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint"
import { Compartment, EditorState } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { tags } from "@lezer/highlight"
import { basicSetup } from "codemirror"
import { useEffect, useRef } from "react"
import type { Problem } from "../api/mapping.ts"
import classes from "./editor.module.css"
import { schemaCompletion } from "./schema-completion.ts"

interface EditorProps {
  label: string
  value: string
  onChange: (value: string) => void
  language?: "yaml" | "json"
  /** For completion. */
  schema?: unknown
  problems?: readonly Problem[]
  warnings?: readonly Problem[]
  readOnly?: boolean
  /** Scrolled to, when it changes; from 1. */
  line?: number | undefined
}

export function Editor({
  label,
  value,
  onChange,
  language = "yaml",
  schema,
  problems = [],
  warnings = [],
  readOnly = false,
  line,
}: EditorProps) {
  const parent = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const tell = useRef(onChange)
  tell.current = onChange
  const parts = useRef({ completion: new Compartment(), readOnly: new Compartment() })
  const first = useRef(value)

  useEffect(() => {
    if (!parent.current) return
    const editor = new EditorView({
      parent: parent.current,
      doc: first.current,
      extensions: [
        basicSetup,
        language === "yaml" ? yaml() : json(),
        syntaxHighlighting(colors),
        lintGutter(),
        parts.current.completion.of([]),
        parts.current.readOnly.of([]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.cspNonce.of(
          document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "",
        ),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) tell.current(update.state.doc.toString())
        }),
      ],
    })
    view.current = editor
    return () => editor.destroy()
  }, [label, language])

  // What was set from outside: the live text, an older version.
  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])

  useEffect(() => {
    const sources = schema ? autocompletion({ override: [schemaCompletion(schema)] }) : []
    view.current?.dispatch({ effects: parts.current.completion.reconfigure(sources) })
  }, [schema])

  useEffect(() => {
    const extension = readOnly ? [EditorState.readOnly.of(true)] : []
    view.current?.dispatch({ effects: parts.current.readOnly.reconfigure(extension) })
  }, [readOnly])

  useEffect(() => {
    const editor = view.current
    if (!editor) return
    const marks = [
      ...problems.map((problem) => diagnostic(editor.state, problem, "error")),
      ...warnings.map((problem) => diagnostic(editor.state, problem, "warning")),
    ]
    editor.dispatch(setDiagnostics(editor.state, marks))
  }, [problems, warnings])

  useEffect(() => {
    const editor = view.current
    if (!editor || line === undefined || line < 1 || line > editor.state.doc.lines) return
    const { from } = editor.state.doc.line(line)
    editor.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    })
    editor.focus()
  }, [line])

  return <div ref={parent} className={classes.editor} />
}

function diagnostic(state: EditorState, problem: Problem, severity: Diagnostic["severity"]): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(problem.line ?? 1, 1), state.doc.lines))
  const from = Math.min(line.from + Math.max((problem.column ?? 1) - 1, 0), line.to)
  const word = /^[^\s,}\]]+/.exec(state.doc.sliceString(from, line.to))?.[0].length ?? 0
  const message = problem.hint ? `${problem.what}\n${problem.hint}` : problem.what
  return { from, to: Math.min(from + Math.max(word, 1), line.to), severity, message }
}

/** By the page's own variables, so that both color schemes have theirs. */
const colors = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--editor-key)" },
  { tag: [tags.string, tags.content], color: "var(--editor-text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--editor-atom)" },
  { tag: tags.comment, color: "var(--mantine-color-dimmed)", fontStyle: "italic" },
])
