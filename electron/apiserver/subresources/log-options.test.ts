import { describe, expect, it } from 'vitest'
import { logOptions, parseTime } from './log-options.ts'

const NOW = Date.parse('2026-01-01T00:00:10Z')
const NONE = { follow: false, previous: false, timestamps: false }
const of = (query: string): object => logOptions(new URLSearchParams(query), 'web', NOW)
const refusal = (query: string): object => {
  try {
    return of(query)
  } catch (error) {
    const { code, reason, message } = (error as { status: { code: number; reason: string; message: string } }).status
    return { code, reason, message }
  }
}

describe('a log is asked for', () => {
  it.each([
    ['', NONE], ['follow=true&previous=1&timestamps', { follow: true, previous: true, timestamps: true }], ['follow=False&previous=0', NONE],
    ['tailLines=0&limitBytes=1&sinceSeconds=10', { ...NONE, tailLines: 0, limitBytes: 1, sinceTime: NOW - 10_000 }], ['sinceTime=2026-01-01T01:00:00.5%2B01:00', { ...NONE, sinceTime: NOW - 9_500 }],
    ['stream=Stdout', { ...NONE, stream: 'stdout' }], ['stream=Stderr&limitBytes=5', { ...NONE, stream: 'stderr', limitBytes: 5 }], ['stream=All&tailLines=3', { ...NONE, tailLines: 3 }],
    // The connection to the kubelet is one within the process.
    ['insecureSkipTLSVerifyBackend=true', NONE],
  ])('%s', (query, options) => expect(of(query)).toEqual(options))

  it.each([
    ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'], ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'], ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
    ['sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z', '[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified'],
    ['stream=stdout', 'stream: Unsupported value: "stdout": supported values: "All", "Stderr", "Stdout"'], ['stream=Stdout&tailLines=1', '[]: Forbidden: `tailLines` and specific `stream` are mutually exclusive for now'],
    ['tailLines=-1&limitBytes=-2', '[tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: -2: must be greater than 0]'],
  ])('%s is invalid', (query, why) => expect(refusal(query)).toEqual({ code: 422, reason: 'Invalid', message: `PodLogOptions "web" is invalid: ${why}` }))

  it.each([
    ['tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'], ['tailLines=', 'strconv.ParseInt: parsing "": invalid syntax'], ['limitBytes=1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['sinceSeconds=9223372036854775808', 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
    ['sinceTime=x', 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'], ['sinceTime=2026-01-01', 'parsing time "2026-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
    ['sinceTime=2026-01-01T00:00:00', 'parsing time "2026-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"'], ['sinceTime=2026-01-01T00:00:00Zx', 'parsing time "2026-01-01T00:00:00Zx": extra text: "x"'],
    ['sinceTime=2026-13-01T00:00:00Z', 'parsing time "2026-13-01T00:00:00Z": month out of range'], ['sinceTime=2026-02-30T00:00:00Z', 'parsing time "2026-02-30T00:00:00Z": day out of range'], ['sinceTime=2026-01-01T25:00:00Z', 'parsing time "2026-01-01T25:00:00Z": hour out of range'],
  ])('%s is no query', (query, message) => expect(refusal(query)).toEqual({ code: 400, reason: 'BadRequest', message }))
  it('by the last day of a leap year, too', () => expect(parseTime('2024-02-29T23:59:59Z')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59)))
})
