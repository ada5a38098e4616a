import { describe, expect, test } from 'vitest'
import { Pods } from '../../../shared/api/resources.ts'
import type { Pod } from '../../../shared/api/types.ts'
import { FakeClock } from '../../../shared/clock.ts'
import { createClientFactory, createInformerFactory } from '../../client/index.ts'
import { FakeApiServer } from '../../client/testing.ts'
import type { CustomQuestion } from '../../../shared/custom-metrics.ts'
import { createCustomMetrics, quantityOf } from './index.ts'
import { measure } from './measure.ts'
import { MOST_SERIES, parsePrometheus } from './parse.ts'
import { targetOf } from './targets.ts'

describe('the text format', () => {
  test('comments, types, labels with escapes, times, every form of number', () => {
    expect(parsePrometheus([
      '# HELP http_requests_total All of them, with a \\n and a {brace}.', '# TYPE http_requests_total counter', 'http_requests_total{method="post",code="200"} 1027 1395066363000', 'http_requests_total{ method = "a\\"b\\\\c\\nd" , } 3',
      '', '# just a comment', 'metric_without_timestamp_and_labels 12.47', 'something_weird{problem="division by zero"} +Inf -3982045', 'x NaN', 'y{} -1.5e-03', '\tz 0x1f', '# TYPE latency histogram', 'latency_bucket{le="+Inf"} 4', 'latency_sum 2', '# EOF', 'crlf 1\r',
    ].join('\n')).map((s) => [s.name, s.labels, s.value, s.type])).toEqual([
      ['http_requests_total', { method: 'post', code: '200' }, 1027, 'counter'], ['http_requests_total', { method: 'a"b\\c\nd' }, 3, 'counter'], ['metric_without_timestamp_and_labels', {}, 12.47, 'untyped'],
      ['something_weird', { problem: 'division by zero' }, Infinity, 'untyped'], ['x', {}, Number.NaN, 'untyped'], ['y', {}, -0.0015, 'untyped'], ['z', {}, 31, 'untyped'], ['latency_bucket', { le: '+Inf' }, 4, 'histogram'], ['latency_sum', {}, 2, 'histogram'], ['crlf', {}, 1, 'untyped'],
    ])
  })
  test.each([
    ['<html>', 'line 1: a name of a metric is expected'], ['a 1\nb', 'line 2: a number is expected'], ['a one', 'a number is expected'], ['a{b=c} 1', 'a label is expected'], ['a{b="c" d="e"} 1', 'a comma or a closing brace'],
    ['a{b="c\\x"} 1', 'a label is expected'], ['a 1 2 3', 'a number is expected'], ['# TYPE a number', 'unknown type of metric'], ['a{b="c" 1', 'a comma or a closing brace'],
  ])('refuses %j', (text, message) => expect(() => parsePrometheus(text)).toThrow(message))
  test('so many series are somebody\'s mistake', () => expect(() => parsePrometheus('a 1\n'.repeat(MOST_SERIES + 1))).toThrow(`more than ${MOST_SERIES} series`))
})

test('what can be asked for: numbers as they are, counters as rates, no histograms', () => {
  const at = (time: number, text: string) => ({ time, series: parsePrometheus(`# TYPE req_total counter\n# TYPE lat histogram\n${text}`) })
  const first = at(0, 'req_total{code="200"} 10\nreq_total{code="500"} 7\nqueue 4\nlat_sum 3\nodd NaN')
  expect([...measure(first, undefined)]).toEqual([['queue', [{ labels: {}, value: 4 }]]])
  expect([...measure(at(15_000, 'req_total{code="200"} 40\nreq_total{code="500"} 3\nreq_total{code="404"} 30'), first)]).toEqual([
    ['req', [{ labels: { code: '200' }, value: 2, windowSeconds: 15 }, { labels: { code: '500' }, value: 0.2, windowSeconds: 15 }, { labels: { code: '404' }, value: 2, windowSeconds: 15 }]],
  ])
})

const pod = (name: string, annotations: Record<string, string> = { 'prometheus.io/scrape': 'true' }, more: object = {}): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: `uid-${name}`, annotations, labels: { app: name.split('-')[0] } }, spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 53, protocol: 'UDP' }, { containerPort: 8080 }] }] }, status: { phase: 'Running' }, ...more,
} as unknown as Pod)
test.each<[string, Pod, unknown]>([
  ['the first port that is declared', pod('a'), { scheme: 'http', port: 8080, path: '/metrics' }],
  ['what is said', pod('a', { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9100', 'prometheus.io/path': 'm?x=1', 'prometheus.io/scheme': 'https' }), { scheme: 'https', port: 9100, path: '/m?x=1' }],
  ['nothing of a pod that does not ask for it', pod('a', {}), undefined],
  ['nothing of a pod that does not run', pod('a', undefined, { status: { phase: 'Pending' } }), undefined],
  ['nothing where the port is none', pod('a', { 'prometheus.io/scrape': 'true', 'prometheus.io/port': 'http' }), undefined],
])('where to scrape: %s', (_title, given, expected) => expect(targetOf(given)).toEqual(expected))

test.each([[0.1234, '123m'], [2, '2'], [1_500_000, '1500k'], [0, '0']])('%d is the quantity %s', (value, text) => expect(quantityOf(value)).toBe(text))

describe('scraping', () => {
  async function world() {
    const server = new FakeApiServer()
    const clock = new FakeClock()
    const informers = createInformerFactory(createClientFactory(server).clientFor('metrics'), clock)
    const pods = informers.informer(Pods)
    const texts = new Map<string, string>()
    const told: string[][] = []
    const custom = createCustomMetrics({
      pods, clock, scraped: (names) => told.push(names), selectorOf: async (_object, _namespace, name) => (name === 'web' ? { matchLabels: { app: 'web' } } : undefined),
      fetch: async (p) => { const text = texts.get(p.metadata.name); if (text === undefined) throw new Error('connection refused'); return text },
    })
    informers.start()
    await informers.synced()
    const settle = async (): Promise<void> => { for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve)) }
    return {
      clock, custom, texts, told, put: async (p: Pod) => { server.put(`/api/v1/pods/${p.metadata.name}`, p as never); await settle() }, remove: async (name: string) => { server.remove(`/api/v1/pods/${name}`); await settle() },
      round: async (ms = 15_000) => { await clock.advance(ms); await settle() },
      end: async () => { await custom.stop(); await informers.stop() },
    }
  }
  const pods = { kind: 'Pod', apiVersion: '/v1', resource: 'pods', group: '', singular: 'pod' }
  const ask = (object: CustomQuestion['object'], name: string, metric: string, more: Partial<CustomQuestion> = {}): CustomQuestion => ({ object, namespace: 'shop', name, metric, matchesObject: () => true, matchesMetric: () => true, ...more })

  test('while there are pods that want it; of pods, and of what they belong to', async () => {
    const w = await world()
    await w.put(pod('web-1'))
    await w.put(pod('web-2'))
    await w.put(pod('db-1'))
    w.texts.set('web-1', 'queue{kind="a"} 3\nqueue{kind="b"} 4\nhits{ingress="main"} 10')
    w.texts.set('web-2', 'queue 5\nhits{ingress="main"} 5\nhits{ingress="other"} 1')
    w.texts.set('db-1', 'queue 100')
    w.custom.wake()
    await w.round(0)
    expect(w.told).toEqual([['hits', 'queue']])
    const values = async (q: CustomQuestion) => (await w.custom.query(q)).map((v) => [v.describedObject.name, v.value])
    expect(await values(ask(pods, '*', 'queue'))).toEqual([['web-1', '7'], ['web-2', '5'], ['db-1', '100']])
    expect(await values(ask(pods, '*', 'queue', { matchesObject: (l) => l?.['app'] === 'web', matchesMetric: (l) => l['kind'] === 'a' }))).toEqual([['web-1', '3']])
    expect(await values(ask(pods, 'db-1', 'queue'))).toEqual([['db-1', '100']])
    expect(await values(ask(pods, '*', 'none'))).toEqual([])
    expect(await values(ask(pods, '*', 'queue', { namespace: 'other' }))).toEqual([])
    const service = { kind: 'Service', apiVersion: '/v1', resource: 'services', group: '', singular: 'service' }
    const ingress = { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', resource: 'ingresses', group: 'networking.k8s.io', singular: 'ingress' }
    expect(await w.custom.query(ask(service, 'web', 'queue'))).toMatchObject([{ describedObject: { kind: 'Service', namespace: 'shop', name: 'web', apiVersion: '/v1' }, value: '12' }])
    expect(await values(ask(ingress, 'main', 'hits'))).toEqual([['main', '15']])
    expect(await values(ask(ingress, 'none', 'hits'))).toEqual([])
    expect(await values(ask({ kind: 'Node', apiVersion: '/v1', resource: 'nodes', group: '', singular: 'node' }, 'n1', 'queue', { namespace: '' }))).toEqual([['n1', '112']])
    expect(await w.custom.query(ask({ kind: 'Namespace', apiVersion: '/v1', resource: 'namespaces', group: '', singular: 'namespace' }, 'shop', 'hits'))).toMatchObject([{ describedObject: { kind: 'Namespace', name: 'shop' }, value: '16' }])
    // What cannot be asked any more has no numbers, the others have.
    w.texts.delete('web-1')
    await w.round()
    expect(await values(ask(pods, '*', 'queue'))).toEqual([['web-2', '5'], ['db-1', '100']])
    for (const name of ['web-1', 'web-2', 'db-1']) await w.remove(name)
    await w.round()
    expect(w.told.at(-1)).toEqual([])
    expect(w.clock.waiting).toBe(0)
    await w.end()
  })
})
