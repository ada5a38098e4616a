/** A state in its word: Kubernetes' own as it is, a key of the dictionary in the page's language. */
import { i18n } from '../i18n/i18n.ts'
import type { Key } from '../i18n/i18n.ts'
import { StatusWord } from '../ui/status.tsx'
import type { State } from './view.ts'

export const wordOf = ({ word }: State): string => (i18n.exists(word) ? i18n.t(word as Key) : word)
export const StateWord = ({ state }: { state: State }) => <StatusWord level={state.level}>{wordOf(state)}</StatusWord>
