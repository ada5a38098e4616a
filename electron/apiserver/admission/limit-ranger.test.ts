import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pod } from '../../../shared/api/types.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import { breaches } from './limit-ranger.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
})
afterAll(() => world.close())

describe('an item of a range', () => {
  it.each<[object, Record<string, string>, Record<string, string>, string[]]>([
    [{ min: { cpu: '100m' } }, { cpu: '50m' }, {}, ['minimum cpu usage per Container is 100m, but request is 50m']],
    [{ min: { cpu: '100m' } }, {}, {}, ['minimum cpu usage per Container is 100m.  No request is specified']],
    [{ max: { cpu: '1' } }, { cpu: '1' }, { cpu: '2' }, ['maximum cpu usage per Container is 1, but limit is 2']],
    [{ max: { cpu: '1' } }, { cpu: '1' }, {}, ['maximum cpu usage per Container is 1.  No limit is specified']],
    [{ maxLimitRequestRatio: { cpu: '2' } }, { cpu: '100m' }, { cpu: '300m' }, ['cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000']],
    [{ maxLimitRequestRatio: { cpu: '2' } }, {}, { cpu: '1' }, ['cpu max limit to request ratio per Container is 2, but no request is specified or request is 0']],
    [{ min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '2' } }, { cpu: '1' }, { cpu: '2' }, []],
  ])('%j with %j, %j', (item, requests, limits, expected) => expect(breaches({ type: 'Container', ...item }, requests, limits)).toEqual(expected))
})

describe('a namespace with a range', () => {
  const pod = (name: string, resources?: object): Promise<Answer> =>
    world.ask('POST', '/api/v1/namespaces/default/pods', { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i', ...(resources ? { resources } : {}) }] } })
  beforeAll(async () => {
    const limits = [
      { type: 'Container', min: { cpu: '50m' }, max: { cpu: '500m' }, default: { cpu: '300m', memory: '1Gi' }, defaultRequest: { cpu: '100m' } },
      { type: 'Pod', max: { memory: '2Gi' } },
      { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } },
    ]
    await world.ask('POST', '/api/v1/namespaces/default/limitranges', { metadata: { name: 'r' }, spec: { limits } })
  })
  it('gives what is not asked for, and says so', async () => {
    const made = (await pod('silent')).body as unknown as Pod
    expect(made.spec.containers[0]?.resources).toEqual({ requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: '300m', memory: '1Gi' } })
    expect(made.metadata.annotations?.['kubernetes.io/limit-ranger']).toBe('LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c')
  })
  it('refuses what is out of it', async () => {
    expect((await pod('big', { limits: { cpu: '1' } })).body).toMatchObject({ code: 403, message: 'pods "big" is forbidden: maximum cpu usage per Container is 500m, but limit is 1' })
    expect((await pod('heavy', { limits: { memory: '3Gi' } })).body).toMatchObject({ code: 403, message: 'pods "heavy" is forbidden: maximum memory usage per Pod is 2Gi, but limit is 3Gi' })
    const claim = await world.ask('POST', '/api/v1/namespaces/default/persistentvolumeclaims', { metadata: { name: 'c' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } } })
    expect(claim.body).toMatchObject({ code: 403, message: 'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi' })
  })
})
