/** An object as YAML, read only. Its own chunk: the editor is larger than all the rest. */
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, defaultHighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import Box from '@mui/material/Box'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { MONO } from '../theme/theme.ts'
import { toYaml } from './yaml.ts'

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'transparent', color: 'var(--mui-palette-text-primary)' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '1.55' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--mui-palette-text-secondary)' },
})
const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--mui-palette-primary-main)' },
  { tag: tags.string, color: 'var(--mui-palette-level-ok)' },
])

export default function YamlView({ object }: { object: unknown }) {
  const { t } = useTranslation()
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const text = toYaml(object)
  useEffect(() => {
    if (!place.current) return
    // In a shadow root the editor's styles are constructed sheets, which the page's policy allows; elsewhere they would be inline text.
    const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: 'open' })
    const editor = new EditorView({
      parent: root, root,
      state: EditorState.create({ extensions: [yaml(), lineNumbers(), syntaxHighlighting(colours), syntaxHighlighting(defaultHighlightStyle, { fallback: true }), look, EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.contentAttributes.of({ 'aria-label': t('common.yaml'), tabindex: '0' })] }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [t])
  useEffect(() => {
    const editor = view.current
    if (editor && editor.state.doc.toString() !== text) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text, t])
  return <Box ref={place} sx={{ height: '100%', minHeight: 200 }} />
}
