import { describe, expect, it } from 'vitest'
import type { LogLine } from '../kubelet/runtime/types.ts'
import { Recent } from './resume.ts'

const line = (text: string, stream: LogLine['stream'] = 'stdout'): LogLine => ({ timestamp: '', stream, text })
const fresh = (recent: Recent, lines: readonly [number, string][]): string[] => {
  const resume = recent.resume()
  return lines.filter(([time, text]) => resume?.isNew(line(text), time)).map(([, text]) => text)
}

describe('going on from memory', () => {
  it('knows nothing before the first line', () => expect(new Recent().resume()).toBeUndefined())

  it('takes each remembered line for one of the same time, stream and text', () => {
    const recent = new Recent()
    for (const text of ['a', 'a', 'b']) recent.add(10_000, line(text))
    recent.add(10_000, line('c', 'stderr'))
    expect(recent.resume()?.since).toBe(8_000)
    expect(fresh(recent, [[10_000, 'a'], [10_000, 'a'], [10_000, 'a'], [10_000, 'b'], [10_000, 'c'], [10_001, 'a']])).toEqual(['a', 'c', 'a'])
  })

  it('asks for nothing older than it remembers', () => {
    const recent = new Recent()
    recent.add(1_000, line('old'))
    recent.add(9_000, line('new'))
    expect(fresh(recent, [[1_000, 'old'], [6_999, 'older'], [7_000, 'late'], [9_000, 'new']])).toEqual(['late'])
  })

  it('gives up on a flood, until two seconds of lines are remembered again', () => {
    const recent = new Recent()
    for (let i = 0; i <= 2_000; i++) recent.add(10_000, line(String(i)))
    expect(recent.resume()).toBeUndefined()
    recent.add(11_999, line('x'))
    expect(recent.resume()).toBeUndefined()
    recent.add(12_001, line('y'))
    expect(fresh(recent, [[11_999, 'x'], [12_001, 'y'], [12_001, 'z']])).toEqual(['z'])
  })
})
