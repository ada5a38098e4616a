import { describe, expect, it } from 'vitest'
import { GapFinder, type Gap } from './gaps.ts'
import type { ContainerPosition } from './position.ts'

type Line = readonly [output: 'stdout' | 'stderr', time: number, bytes?: number]
const OPENED = 100_000
const gapsOf = (position: ContainerPosition | undefined, lines: readonly Line[], started?: number): Gap[] => {
  const finder = new GapFinder(position, started, OPENED)
  return lines.flatMap(([output, time, bytes = 10]) => finder.line(output, time, 0, bytes) ?? [])
}
const gap = (from: number, to: number): Gap => ({ from: { time: from, nanos: 0 }, to: { time: to, nanos: 0 } })
const at = (stdout?: number, stderr?: number): ContainerPosition => ({ ...(stdout === undefined ? {} : { stdout: [stdout, 0, 1] }), ...(stderr === undefined ? {} : { stderr: [stderr, 0, 1] }) })

describe('where a log is opened, lines are missing', () => {
  it.each<[string, ContainerPosition, Line[], Gap[]]>([
    ['the last line comes again', at(5_000), [['stdout', 4_999], ['stdout', 5_000], ['stdout', 9_000]], []],
    ['it comes again, after all from the beginning', at(5_000), [['stdout', 1], ['stderr', 2], ['stdout', 5_000], ['stderr', 60_000]], []],
    ['a younger one comes first: it is said once', at(5_000), [['stdout', 5_001], ['stdout', 5_000], ['stdout', 9_000]], [gap(5_000, 5_001)]],
    ['of the output whose last line is the younger', at(5_000, 6_000), [['stdout', 5_000], ['stdout', 6_500], ['stderr', 7_000]], [gap(6_000, 7_000)]],
    ['the other output may be younger by so much as they are stamped apart', at(5_000), [['stderr', 6_999], ['stdout', 5_000]], []],
    ['but no more', at(5_000), [['stderr', 7_001]], [gap(5_000, 7_001)]],
    ['nothing comes', at(5_000), [], []],
  ])('%s', (_title, position, lines, expected) => expect(gapsOf(position, lines)).toEqual(expected))

  const many = (from: number, bytes: number): Line[] => Array.from({ length: 100 }, (_, i) => ['stdout', from + i, bytes / 100])
  it.each<[string, Line[], number | undefined, Gap[]]>([
    ['of a container that nobody has read, whose first line is late, and which has written so much that a file of it has gone', many(20_000, 40_000_000), 10_000, [gap(10_000, 20_000)]],
    ['not when its first line is that of its start', many(10_005, 90_000_000), 10_000, []],
    ['not when it has written less', many(20_000, 30_000_000), 10_000, []],
    ['not when it has written most of it since', [...many(20_000, 30_000_000), ...many(OPENED, 30_000_000)], 10_000, []],
    ['not when its start is not known', many(20_000, 90_000_000), undefined, []],
  ])('%s', (_title, lines, started, expected) => expect(gapsOf(undefined, lines, started)).toEqual(expected))
})
