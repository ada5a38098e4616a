/** The YAML editor: highlighting, undo, faults at their lines; with `original` it shows what differs. Its own chunk. */
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import type { Diagnostic } from '@codemirror/lint'
import { unifiedMergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import Box from '@mui/material/Box'
import { minimalSetup } from 'codemirror'
import { useEffect, useRef } from 'react'
import { useLatest } from '../../lib/latest.ts'
import { MONO } from '../../theme/theme.ts'
import type { Fault } from './documents.ts'

const v = (name: string): string => `var(--mui-palette-${name})`
const mix = (name: string, share: number): string => `color-mix(in srgb, ${v(name)} ${share}%, transparent)`
const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'transparent', color: v('text-primary') },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '1.55' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: v('text-secondary') },
  '.cm-content': { caretColor: v('text-primary') },
  '.cm-cursor': { borderLeftColor: v('text-primary') },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: mix('primary-main', 26) },
  '.cm-deletedChunk': { backgroundColor: mix('level-failed', 8), paddingLeft: '6px' },
  '.cm-deletedChunk .cm-deletedText': { background: mix('level-failed', 18), textDecoration: 'none' },
  // Over two colours of ground a third one is hard to read.
  '.cm-deletedChunk span': { color: v('text-primary') },
  '.cm-insertedLine, .cm-changedLine': { backgroundColor: mix('level-ok', 8) },
  '.cm-changedText': { background: mix('level-ok', 18) },
  '.cm-collapsedLines': { background: v('hover'), color: v('text-secondary'), '&:before, &:after': { content: '""' } },
  '.cm-diagnostic': { fontFamily: 'inherit', whiteSpace: 'pre-wrap' },
  '.cm-tooltip': { backgroundColor: v('background-paper'), border: `1px solid ${v('divider')}`, color: v('text-primary') },
})
const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: v('primary-main') },
  { tag: tags.string, color: v('level-ok') },
  { tag: tags.comment, color: v('text-secondary') },
])

interface Props {
  /** Followed where nothing can be typed; else what it begins with. */
  text: string
  label: string
  onChange?: (text: string) => void
  faults?: readonly Fault[]
  /** What it is compared with; then nothing can be typed. */
  original?: string
}

export default function CodeEditor({ text, label, onChange, faults = [], original }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const first = useLatest(text)
  const changed = useLatest(onChange)
  const editable = onChange !== undefined
  useEffect(() => {
    if (!place.current) return
    // In a shadow root the editor's styles are constructed sheets, which the page's policy allows; elsewhere they would be inline text.
    const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: 'open', delegatesFocus: true })
    const editor = new EditorView({
      parent: root, root,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          ...(editable ? [minimalSetup, lintGutter(), indentUnit.of('  '), keymap.of([{ key: 'Tab', run: (e) => { e.dispatch(e.state.replaceSelection('  ')); return true } }])] : [EditorState.readOnly.of(true), EditorView.editable.of(false)]),
          yaml(), lineNumbers(), syntaxHighlighting(colours), look,
          ...(original === undefined ? [] : [unifiedMergeView({ original, mergeControls: false, gutter: true, collapseUnchanged: { margin: 3, minSize: 6 } })]),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', spellcheck: 'false' }),
          EditorView.updateListener.of((u) => { if (u.docChanged) changed.current?.(u.state.doc.toString()) }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [editable, original, label, first, changed])
  useEffect(() => {
    const editor = view.current
    // What is typed is ahead of what comes back, so an editor that can be typed in begins with its text and then leads.
    if (editor && !editable && editor.state.doc.toString() !== text) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text, editable])
  useEffect(() => {
    const editor = view.current
    if (!editor || !editable) return
    const diagnostics = faults.map(({ line, message }): Diagnostic => {
      const at = editor.state.doc.line(Math.min(Math.max(1, line), editor.state.doc.lines))
      return { from: at.from, to: at.to, severity: 'error', message }
    })
    editor.dispatch(setDiagnostics(editor.state, diagnostics))
  }, [faults, editable, text])
  return <Box ref={place} sx={{ height: '100%', minHeight: 200 }} />
}
