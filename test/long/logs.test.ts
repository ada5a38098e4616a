/** No line is lost or doubled: containers that number their lines, through SIGKILLs of the app, rotations of the engine's files, restarts and deletion. */
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { realClock } from '../../shared/clock.ts'
import { openLogStore } from '../../electron/logging/index.ts'
import { residentMiB } from '../bench/figures.ts'
import { App, eventually } from '../integration/app.ts'
import { BUSYBOX } from '../integration/busybox.ts'

let app: App
beforeAll(async () => { app = await App.start() })
afterAll(async () => { await app.dispose() })
beforeEach(async () => { if (app.process.exitCode !== null || app.process.signalCode) app = await App.start({ home: app.home }) })

const pod = (name: string, script: string, restartPolicy = 'Never'): string => JSON.stringify({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { restartPolicy, terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: BUSYBOX, imagePullPolicy: 'Never', command: ['sh', '-c', script] }] },
})
const phase = (name: string): Promise<string> => app.ok('35', ['get', 'pod', name, '-o', 'jsonpath={.status.phase}'])

/** The numbers that are stored of a pod, in the order of ids; the app must have ended. */
async function stored(name: string): Promise<number[]> {
  const store = await openLogStore({ directory: join(app.home, 'logs'), clock: realClock })
  try {
    const numbers: number[] = []
    for (let after = 0; after < store.lastId;) {
      const { batch, last } = await store.scan({ query: `stream:stdout pod:${name}`, after, limit: 10_000 })
      for (const e of batch.entries) numbers.push(Number(/^n (\d+)/.exec(e.text)?.[1]))
      after = last
    }
    return numbers
  } finally {
    await store.close()
  }
}
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
/** What of one list is not in the other's place: short, for the message of a failure. */
const faults = (numbers: readonly number[], count: number): unknown => {
  const seen = new Set(numbers)
  return { lines: numbers.length, different: seen.size, missing: upTo(count).filter((n) => !seen.has(n)).slice(0, 5) }
}
const whole = (count: number): unknown => ({ lines: count, different: count, missing: [] })

describe('collected once', () => {
  it('through SIGKILLs of the app while a container writes', async () => {
    const count = 20_000
    await app.ok('35', ['apply', '-f', '-'], { input: pod('steady', `i=1; while [ $i -le ${count} ]; do echo "n $i"; [ $((i % 100)) = 0 ] && sleep 0.05; i=$((i+1)); done`) })
    await eventually('it writes', () => phase('steady'), (p) => p === 'Running' || p === 'Succeeded')
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setTimeout(resolve, 700 + round * 400))
      await app.kill()
      app = await App.start({ home: app.home })
    }
    await eventually('it ends', () => phase('steady'), (p) => p === 'Succeeded', 120_000)
    await app.stop()
    // A last run, which reads what was left.
    app = await App.start({ home: app.home })
    await eventually('nothing is left to read', () => app.ok('35', ['logs', 'steady', '--tail=1']), (t) => t === `n ${count}\n`)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await app.stop()
    expect(faults(await stored('steady'), count)).toEqual(whole(count))
  })

  it('at 50,000 lines a second, over several of the engine\'s files, and though the pod is deleted as soon as it has ended; the app\'s memory stays bounded', async () => {
    const count = 600_000
    const line = 'x'.repeat(60)
    const before = residentMiB(app.process.pid as number)
    let most = 0
    const looks = setInterval(() => { most = Math.max(most, residentMiB(app.process.pid as number)) }, 50)
    await app.ok('35', ['apply', '-f', '-'], { input: pod('fast', `i=0; while [ $i -lt ${count / 10_000} ]; do seq $((i * 10000 + 1)) $(((i + 1) * 10000)) | sed 's/^/n /; s/$/ ${line}/'; i=$((i+1)); sleep 0.2; done`) })
    await eventually('it ends', () => phase('fast'), (p) => p === 'Succeeded', 180_000)
    clearInterval(looks)
    // What V8 has for what is short-lived, the thread that packs, and what readers may be ahead of the store: not the lines.
    expect(most - before).toBeLessThan(160)
    const uid = await app.ok('35', ['get', 'pod', 'fast', '-o', 'jsonpath={.metadata.uid}'])
    await app.ok('35', ['delete', 'pod', 'fast', '--wait=true'])
    // It is not removed before it has been read.
    await eventually('the engine has it no more', () => new Docker().listContainers({ all: true, filters: { name: [`k8s_main_fast_default_${uid}`] } }), (all) => all.length === 0, 60_000)
    await app.stop()
    expect(faults(await stored('fast'), count)).toEqual(whole(count))
  })

  it('through restarts of the container', async () => {
    await app.ok('35', ['apply', '-f', '-'], { input: pod('again', 'i=1; while [ $i -le 500 ]; do echo "n $i"; i=$((i+1)); done; exit 1', 'Always') })
    await eventually('it restarted twice', () => app.ok('35', ['get', 'pod', 'again', '-o', 'jsonpath={.status.containerStatuses[0].restartCount}']), (n) => Number(n) >= 2, 120_000)
    await app.ok('35', ['delete', 'pod', 'again', '--wait=true'])
    await app.stop()
    const numbers = await stored('again')
    expect(numbers.length % 500).toBe(0)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => (i % 500) + 1))
  })
})
