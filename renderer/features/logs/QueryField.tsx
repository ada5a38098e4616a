/** The one field for queries: coloured as it is read, completed from what there is, and what is wrong is said where it stands. */
import SearchIcon from '@mui/icons-material/Search'
import Box from '@mui/material/Box'
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { LogQueryError } from '../../../shared/logs/query.ts'
import type { LogCompletions } from '../../../shared/logs/types.ts'
import { useServices } from '../../cache/hooks.ts'
import { useLatest } from '../../lib/latest.ts'
import { check } from './edit.ts'
import { fieldStyle, listStyle } from './query-style.ts'
import { tokens } from './tokens.ts'

/** Typing has paused for so long: the query is taken as it is. */
const PAUSE_MS = 500
type Option = LogCompletions['options'][number]
interface Offer {
  readonly completions: LogCompletions
  readonly text: string
}

interface Props {
  query: string
  onQuery: (query: string) => void
  label: string
  placeholder: string
  /** The page's `/` key leads here. */
  main?: boolean
  /** Where the keyboard goes when the field is left. */
  onLeave?: () => void
  children?: ReactNode
}
export function QueryField({ query, onQuery, label, placeholder, main = false, onLeave, children }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const [draft, setDraft] = useState(query)
  const [given, setGiven] = useState(query)
  // Written elsewhere: by a click on a value, or by the address.
  if (given !== query) {
    setGiven(query)
    setDraft(query)
  }
  const [shownError, setShownError] = useState(true)
  const input = useRef<HTMLInputElement>(null)
  const paint = useRef<HTMLDivElement>(null)
  /** Where the cursor belongs once the text is in the field: before the next key, which may come before the next frame. */
  const caret = useRef<number>(undefined)
  useLayoutEffect(() => {
    if (caret.current === undefined) return
    input.current?.setSelectionRange(caret.current, caret.current)
    caret.current = undefined
  })
  const list = useCompletions()
  const { error } = useMemo(() => check(draft), [draft])
  const commit = useLatest((text: string): void => {
    setShownError(true)
    if (check(text).error || text.trim() === query) return
    setGiven(text)
    onQuery(text)
  })
  useEffect(() => {
    const timer = setTimeout(() => commit.current(draft), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft, commit])

  const write = (text: string, cursor: number): void => {
    setDraft(text)
    setShownError(false)
    list.ask(text, cursor)
  }
  const take = (option: Option): void => {
    if (!list.offer) return
    const { completions: { from, to }, text } = list.offer
    const next = text.slice(0, from) + option.text + text.slice(to)
    const cursor = from + option.text.length
    caret.current = cursor
    setDraft(next)
    // A field's name wants its value.
    if (/[:=.]$/.test(option.text)) list.ask(next, cursor)
    else list.close()
  }
  const key = (e: KeyboardEvent<HTMLInputElement>): void => {
    const { options, active } = list
    if (e.nativeEvent.isComposing) return
    const open = options.length > 0
    if (e.key === 'ArrowDown' && !open) list.ask(draft, e.currentTarget.selectionStart ?? draft.length)
    else if (e.key === 'ArrowDown' && open) list.move(1)
    else if (e.key === 'ArrowUp' && open) list.move(-1)
    else if (e.key === 'Tab' && open && !e.shiftKey) take(options[Math.max(0, active)] as Option)
    else if (e.key === 'Enter' && open && active >= 0) take(options[active] as Option)
    else if (e.key === 'Enter') {
      list.close()
      commit.current(draft)
    } else if (e.key === 'Escape' && open) list.close()
    else if (e.key === 'Escape') {
      // The lines may be on their way; the page's keys work all the same.
      e.currentTarget.blur()
      onLeave?.()
    } else return
    e.preventDefault()
    e.stopPropagation()
  }
  return (
    <Box sx={fieldStyle} data-invalid={(error && shownError) || undefined}>
      <SearchIcon aria-hidden className="sign" />
      <div className="typed">
        <div ref={paint} aria-hidden className="paint"><Painted text={draft} error={shownError ? error : undefined} /></div>
        <input
          ref={input} value={draft} placeholder={placeholder} spellCheck={false} autoComplete="off" autoCapitalize="off" data-filter={main || undefined}
          role="combobox" aria-label={label} aria-expanded={list.options.length > 0} aria-controls={list.options.length > 0 ? `${id}-list` : undefined} aria-autocomplete="list" aria-activedescendant={list.active >= 0 ? `${id}-${list.active}` : undefined} aria-invalid={error !== undefined && shownError} aria-describedby={error && shownError && list.options.length === 0 ? `${id}-error` : undefined}
          onChange={(e) => write(e.target.value, e.target.selectionStart ?? e.target.value.length)} onKeyDown={key}
          onScroll={(e) => { if (paint.current) paint.current.scrollLeft = e.currentTarget.scrollLeft }}
          onBlur={() => { list.close(); commit.current(draft) }}
        />
      </div>
      {children}
      {error && shownError && list.options.length === 0 && <div id={`${id}-error`} role="alert" className="fault">{faultOf(error, t)}</div>}
      {list.options.length > 0 && (
        <Box component="ul" id={`${id}-list`} role="listbox" aria-label={t('logs.completions')} sx={listStyle}>
          {list.options.map((o, i) => (
            // The pointer must not take the focus from the field.
            <li key={o.text} id={`${id}-${i}`} role="option" aria-selected={i === list.active} ref={i === list.active ? (e) => e?.scrollIntoView({ block: 'nearest' }) : undefined} onPointerDown={(e) => e.preventDefault()} onClick={() => take(o)}>
              <span className="name">{o.text}</span>{o.means && <span className="detail">{t(`logs.means.${o.means}`)}</span>}
            </li>
          ))}
        </Box>
      )}
    </Box>
  )
}

/** In the page's language. Which words a fault has belongs to it, which the types of all of them together cannot tell. */
const faultOf = ({ fault, words }: LogQueryError, t: TFunction): string => t(`logs.fault.${fault}` as 'logs.fault.value', words as { readonly key: string })

function Painted({ text, error }: { text: string; error: { from: number; to: number } | undefined }) {
  let at = 0
  return tokens(text).map((token, i) => {
    const from = at
    at += token.text.length
    const wrong = error && from < Math.max(error.to, error.from + 1) && at > error.from
    // oxlint-disable-next-line react/no-array-index-key -- pieces of one text, in its order
    return <span key={i} className={token.kind} data-wrong={wrong || undefined}>{token.text}</span>
  })
}

/** What the store offers at the cursor; the newest question counts. */
function useCompletions() {
  const { transport } = useServices()
  const [offer, setOffer] = useState<Offer>()
  const [active, setActive] = useState(-1)
  const asked = useRef<AbortController>(undefined)
  useEffect(() => () => asked.current?.abort(), [])
  const options = offer?.completions.options ?? []
  const close = (): void => {
    asked.current?.abort()
    setOffer(undefined)
    setActive(-1)
  }
  return {
    offer, options, active, close,
    move: (step: number) => setActive((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length),
    ask(text: string, cursor: number): void {
      asked.current?.abort()
      const stop = (asked.current = new AbortController())
      // Without an answer there is nothing to choose from, and what is typed counts all the same.
      transport.call('logs.complete', { text, cursor }, stop.signal).then((completions) => {
        setOffer({ completions, text })
        setActive(-1)
      }, () => { if (!stop.signal.aborted) setOffer(undefined) })
    },
  }
}
