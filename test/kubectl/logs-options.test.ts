/** `kubectl logs` with each of its options, against real containers. */
import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, type Client } from '../integration/app.ts'
import { EVERYTHING, RELEASES, shared } from './stories.ts'

let app: Client
/** When the second line of pod/talk's first container was written: in a later second than the first, since kubectl sends whole ones. */
let second = ''
const shell = (name: string, script: string, more: object = {}) => ({ name, image: 'busybox:local', imagePullPolicy: 'Never', command: ['sh', '-c', script], ...more })
const pod = (name: string, containers: object[], volumes: object[] = []) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name === 'other' ? 'talk' : name } }, spec: { terminationGracePeriodSeconds: 1, containers, volumes } })
const STAY = 'trap "exit 0" TERM; while :; do sleep 1; done'
// Lives twice: the first life ends when it is told to.
const LIVES = 'if [ -e /v/lived ]; then echo life 2; ' + STAY + '; fi; touch /v/lived; echo life 1; until [ -e /v/go ]; do sleep 0.1; done; echo last words; exit 1'

beforeAll(async () => {
  app = shared('engine')
  const kept = { volumeMounts: [{ name: 'v', mountPath: '/v' }] }
  const pods = [
    pod('talk', [shell('one', `echo one 1; until [ -e /tmp/go ]; do sleep 0.1; done; echo one 2; ${STAY}`), shell('two', `echo two 1; ${STAY}`)]),
    pod('other', [shell('one', `echo other 1; ${STAY}`)]),
    pod('lives', [shell('c', LIVES, kept)], [{ name: 'v', emptyDir: {} }]),
  ]
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }) })
  await app.ok('35', ['wait', '--for=condition=Ready', 'pod/talk', 'pod/other', 'pod/lives', '--timeout=60s'])
  // The engine says when a line came to it, which may be long after it was written.
  const at = async (line: string): Promise<string> => {
    const said = new RegExp(`^(\\S+) ${line}$`, 'm')
    return said.exec(await eventually(line, () => app.ok('35', ['logs', 'talk', '-c', 'one', '--timestamps']), (text) => said.test(text)))?.[1] ?? ''
  }
  const next = Math.floor(Date.parse(await at('one 1')) / 1000 + 1) * 1000
  await new Promise((resolve) => { setTimeout(resolve, Math.max(0, next - Date.now())) })
  await app.ok('35', ['exec', 'talk', '-c', 'one', '--', 'touch', '/tmp/go'])
  second = await at('one 2')
  for (const [name, container, said] of [['talk', 'two', 'two 1\n'], ['other', 'one', 'other 1\n']] as const) await eventually(said, () => app.ok('35', ['logs', name, '-c', container]), (text) => text === said)
  await eventually('the first words', () => app.ok('35', ['logs', 'lives']), (text) => text === 'life 1\n')
})

const sorted = (text: string): string[] => text.trimEnd().split('\n').sort()

describe.each(RELEASES.filter((release) => EVERYTHING || release === '28'))('kubectl 1.%s logs', (release) => {
  it.each<[args: string, lines: unknown[]]>([
    ['talk -c one', ['one 1', 'one 2']],
    ['talk', ['one 1', 'one 2']],
    ['talk -c one --tail=1', ['one 2']], ['talk -c one --tail=0', ['']], ['talk -c one --tail=-1', ['one 1', 'one 2']],
    ['talk -c one --limit-bytes=3', ['one']], ['talk -c one --limit-bytes=8 --tail=2', ['on', 'one 1']],
    ['talk -c one --timestamps', [expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z one 1$/), expect.stringMatching(/Z one 2$/)]],
    ['talk -c one --since=1h', ['one 1', 'one 2']], ['talk -c one --since-time=2020-01-01T00:00:00Z', ['one 1', 'one 2']],
    ['talk -c one --since-time=2100-01-01T00:00:00Z', ['']], ['talk -c one --since-time=SECOND', ['one 2']],
    ['talk --all-containers', ['one 1', 'one 2', 'two 1']], ['talk --all-containers --tail=1', ['one 2', 'two 1']],
    ['talk --all-containers --prefix', ['[pod/talk/one] one 1', '[pod/talk/one] one 2', '[pod/talk/two] two 1']],
    ['-l app=talk -c one --prefix', ['[pod/other/one] other 1', '[pod/talk/one] one 1', '[pod/talk/one] one 2']],
    ['-l app=talk --all-containers', ['one 1', 'one 2', 'other 1', 'two 1']], ['-l app=nobody', ['']],
  ])('%s', async (args, lines) => {
    const { code, stdout } = await app.kubectl(release, ['logs', ...args.replace('SECOND', second).split(' ')])
    expect(code).toBe(0)
    const said = sorted(stdout)
    expect(said).toEqual(lines)
  })
  it.each<[args: string, message: RegExp]>([
    ['lives --previous', /^Error from server \(BadRequest\): previous terminated container "c" in pod "lives" not found\n$/],
    ['talk -c three', /container three is not valid for pod talk/], ['nowhere', /pods "nowhere" not found/],
    ['talk -c one --since=1s --since-time=2020-01-01T00:00:00Z', /at most one of/], ['talk -c one --tail=-2', /--tail must be greater than or equal to -1|must be/], ['talk -c one --limit-bytes=-1', /must be/],
  ])('%s is refused', async (args, message) => {
    const { code, stderr } = await app.kubectl(release, ['logs', ...args.split(' ')])
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)])
  })
})

it('-f ends with the container, whose next life has a log of its own; --previous is the one before', async () => {
  const followers = (['28', '34', '35'] as const).map((release) => app.start(release, ['logs', 'lives', '-f']))
  await Promise.all(followers.map((f) => f.says((text) => text === 'life 1\n')))
  await app.ok('35', ['exec', 'lives', '--', 'touch', '/v/go'])
  for (const { code, stdout } of await Promise.all(followers.map((f) => f.ended))) expect([code, stdout]).toEqual([0, 'life 1\nlast words\n'])
  await eventually('the second life', () => app.kubectl('35', ['logs', 'lives']), ({ stdout }) => stdout === 'life 2\n')
  expect(await app.ok('35', ['logs', 'lives', '--previous'])).toBe('life 1\nlast words\n')
  expect(await app.ok('34', ['logs', 'lives', '-p', '--tail=1'])).toBe('last words\n')
})
