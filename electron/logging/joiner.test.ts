import { describe, expect, it } from 'vitest'
import { Joiner } from './joiner.ts'
import { Cursor } from './position.ts'

function joined(lines: readonly string[]): string[][] {
  const joiner = new Joiner<number>()
  const done = lines.flatMap((l, i) => joiner.push(l, i))
  const all = [...done, ...joiner.end()]
  // What comes out covers all lines, each once, in order.
  expect(all.flatMap((j) => Array.from({ length: j.last - j.first + 1 }, (_, k) => j.first + k))).toEqual(lines.map((_, i) => i))
  return all.map((j) => j.text.split('\n'))
}

describe('Joiner', () => {
  const java = ['java.lang.IllegalStateException: broken', '\tat com.shop.Cart.add(Cart.java:12)', '\tat com.shop.Main.main(Main.java:3)', 'Caused by: java.io.IOException: pipe', '\tat com.shop.Net.read(Net.java:9)', '\t... 12 more']
  const python = ['Traceback (most recent call last):', '  File "/app/a.py", line 3, in <module>', '    f()', 'ValueError: no']
  const chained = [...python, '', 'During handling of the above exception, another exception occurred:', '', ...python]
  const go = ['panic: runtime error: index out of range [5] with length 3', '', 'goroutine 1 [running]:', 'main.(*T).f(0x1, 0x2)', '\t/app/main.go:12 +0x1d', 'main.main()', '\t/app/main.go:5 +0x20', 'exit status 2']
  const node = ['TypeError: x is not a function', '    at f (/app/a.js:3:5)', '    at Object.<anonymous> (/app/a.js:9:1) {', '  code: \'EX\',', '  inner: 1', '}']
  it.each<[string, string[]]>([['Java', java], ['Python', python], ['Python, chained', chained], ['Go', go], ['Node', node], ['log4j', ['2026-01-01 ERROR [main] failed', ...java]], ['logging.exception', ['ERROR:root:failed', ...python]]])('joins a trace of %s, and nothing around it', (_what, trace) => {
    expect(joined(['before', ...trace, 'after', 'later'])).toEqual([['before'], trace, ['after'], ['later']])
  })
  it.each<[string[]]>([[['a', 'b', '', 'c']], [['ERROR a', 'ERROR b']], [['INFO x', '  indented']], [['TypeError: a', 'TypeError: b']], [['', '']]])('leaves %j as they are', (lines) => expect(joined(lines)).toEqual(lines.map((l) => [l])))
  it('gives back the blank line behind a Python trace', () => expect(joined([...python, '', 'after'])).toEqual([python, [''], ['after']]))
  it('ends a trace that has no end', () => expect(joined(['java.lang.X: Error', ...Array.from({ length: 2_500 }, () => '\tat a.b(C.java:1)')]).every((t) => t.length <= 1_000)).toBe(true))
  it('holds what may go on, and nothing else', () => {
    const joiner = new Joiner<number>()
    const states = ['INFO x', 'ERROR x', 'Traceback (most recent call last):'].map((l) => { joiner.push(l, 0); const held = joiner.mayGoOn; joiner.end(); return held })
    expect(states).toEqual([false, true, true])
  })
})

describe('Cursor', () => {
  const T = 1_767_225_600_000
  it('goes on behind what is stored, within one instant too, and for each output', () => {
    const first = new Cursor(undefined)
    expect(first.since).toBeUndefined()
    for (const [output, time, nanos] of [['stdout', T, 5], ['stdout', T, 5], ['stderr', T + 1, 0]] as const) first.stored(output, first.take(output, time, nanos, T) ?? [0, 0, 0])
    const again = new Cursor(first.position)
    expect(again.since).toBe(T - 1)
    expect([again.take('stdout', T, 4, T), again.take('stdout', T, 5, T), again.take('stdout', T, 5, T), again.take('stdout', T, 5, T), again.take('stderr', T + 1, 0, T), again.take('stderr', T + 1, 1, T)].map((m) => m !== undefined)).toEqual([false, false, false, true, false, true])
    // The engine turned its files over: what was taken comes again, and then goes on.
    expect([again.take('stdout', T, 4, T), again.take('stdout', T, 5, T), again.take('stdout', T, 5, T), again.take('stdout', T, 5, T), again.take('stdout', T, 5, T)].map((m) => m !== undefined)).toEqual([false, false, false, false, true])
    // The clock was set back.
    expect(again.take('stdout', T - 60_000, 0, T - 60_000)).toBeDefined()
    expect(again.take('stdout', T - 60_000, 1, T - 60_000)).toBeDefined()
  })
  it('does not read from the last word of an output that has long been silent', () => {
    expect(new Cursor({ stdout: [T, 0, 1], stderr: [T - 1e9, 0, 1] }).since).toBe(T - 2_001)
    expect(new Cursor({ stdout: [T, 0, 1] }).since).toBe(T - 2_001)
  })
})
