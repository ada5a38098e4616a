/** What the tables amount to: how many cases, and that no command of kubectl which talks to a cluster is left out. */
import { describe, expect, inject, it } from 'vitest'
import { shared } from './stories.ts'
import { GROUPS } from './cases/index.ts'
import { has, words, type Case } from './table.ts'

const cases: readonly Case[] = GROUPS.flatMap((group) => group.stories.flatMap((story) => story.cases))

/** Talk to no cluster: they print what kubectl itself knows, or (alpha: kuberc) keep the user's preferences. */
const APART = ['completion', 'options', 'plugin', 'help', 'config', 'alpha']
/** What no table can hold, as it does not end by itself, stands in a test of its own. */
const ELSEWHERE: Readonly<Record<string, string>> = { proxy: 'test/conformance/cli/kubectl.test.ts', 'certificate approve': 'certificates.test.ts', 'certificate deny': 'certificates.test.ts' }

/** The commands below one, as its help lists them. */
async function commands(...path: string[]): Promise<string[]> {
  const help = await shared('hollow').ok('35', [...path, '--help'])
  const listed = help.split(/^(?=\S.*:$)/m).filter((part) => /^[^\n]*Commands[^\n]*:\n/.test(part))
  return listed.flatMap((part) => [...part.matchAll(/^ {2}([a-z][\w-]*) {2,}/gm)].map(([, name]) => [...path, name].join(' ')))
}

describe('the cases', () => {
  it('are at least 250, each of its own', () => {
    const distinct = new Set(GROUPS.flatMap((g) => g.stories.flatMap((s) => s.cases.map((c) => JSON.stringify([s.about, c])))))
    expect(distinct.size).toBeGreaterThanOrEqual(250)
  })
  it.each(['28', '32', '34', '35'])('are at least 250 with kubectl 1.%s', (release) => expect(cases.filter((c) => has(c, release)).length).toBeGreaterThanOrEqual(250))
  it('say something that kubectl prints, and nothing that fits everything', () => {
    expect(cases.filter((c) => c.out === '{lines}' && c.err === '{lines}' && c.code === undefined).map((c) => c.run)).toEqual([])
  })
  it('are of every command of `kubectl --help` that talks to a cluster, and of every command below these', async () => {
    expect(inject('kubectl').hollow.ready.apiServer).toMatch(/^https:/)
    const top = (await commands()).filter((name) => !APART.includes(name))
    expect(top.length).toBeGreaterThan(35)
    const below = (await Promise.all(top.map((name) => commands(name)))).flat()
    const deeper = (await Promise.all(below.map((name) => commands(...name.split(' '))))).flat()
    const all = [...top, ...below, ...deeper]
    const run = cases.map((c) => words(c.run).join(' '))
    const missing = all.filter((name) => !run.some((line) => line === name || line.startsWith(`${name} `)) && !ELSEWHERE[name])
    // One that only parts into others is covered by them.
    expect(missing.filter((name) => !all.some((other) => other.startsWith(`${name} `)))).toEqual([])
  })
})
