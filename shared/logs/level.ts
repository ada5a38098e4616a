/** How severe a line says that it is. Only its beginning is looked at: it is asked for each line that comes. */
import { levelRank } from './keys.ts'

const LOOKED_AT = 400
/** `"level":"warn"`, pino's numbers (10 trace … 60 fatal), `severity`. */
const JSON_LEVEL = /"(?:level|severity|lvl|loglevel|log\.level|levelname|@l)"\s*:\s*(?:"([A-Za-z]+)"|([1-6]0)\b)/i
const LOGFMT_LEVEL = /(?:^|[\s,;])(?:level|lvl|severity|loglevel)=(?:"([A-Za-z]+)"|([A-Za-z]+))/i
/** klog: `E0131 15:04:05.000000       1 file.go:10] …` */
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d/
const KLOG_RANKS: Readonly<Record<string, number>> = { I: 3, W: 4, E: 5, F: 6 }
/** A word in capitals near the beginning, a word in brackets, or one at the very beginning before a colon or a space. */
const CAPITALS = /(?:^|[^A-Za-z0-9_])(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|SEVERE|FATAL|CRIT(?:ICAL)?|PANIC|EMERG|ALERT)(?![A-Za-z0-9_])/
const BRACKETS = /[[<(](trace|debug|info|notice|warn(?:ing)?|err(?:or)?|fatal|crit(?:ical)?|panic|emerg|alert)[\])>]/i
const FIRST = /^(?:npm )?(trace|debug|info|warn(?:ing)?|error|err|fatal|panic)(?::|!|\s|$)/i
/** Traces say what they are by their form: `java.lang.IllegalStateException: …`, `TypeError: …`, `Traceback …`. */
const THROWN = /^(?:Traceback \(most recent call last\)|Exception in thread |Uncaught |(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception)\b)/

/** Rank in LOG_LEVELS; 0: it does not say. @param plain without ANSI sequences */
export function rankOf(plain: string): number {
  const head = plain.length > LOOKED_AT ? plain.slice(0, LOOKED_AT) : plain
  const first = head.charCodeAt(0)
  if (first === 0x7b) {
    const m = JSON_LEVEL.exec(head)
    if (m) return m[1] ? levelRank(m[1]) : Number(m[2]) / 10
  }
  const klog = first >= 0x45 && first <= 0x57 ? KLOG.exec(head) : null
  if (klog) return KLOG_RANKS[klog[1] as string] ?? 0
  if (head.includes('=')) {
    const m = LOGFMT_LEVEL.exec(head)
    const rank = m ? levelRank((m[1] ?? m[2]) as string) : 0
    if (rank) return rank
  }
  const start = head.length > 120 ? head.slice(0, 120) : head
  const word = FIRST.exec(start) ?? CAPITALS.exec(start) ?? BRACKETS.exec(start)
  if (word) return levelRank(word[1] as string)
  return THROWN.test(start) ? 5 : 0
}
