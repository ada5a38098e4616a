import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Events, Nodes, PersistentVolumeClaims, PersistentVolumes, Pods, StatefulSets, StorageClasses } from '../../shared/api/resources.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { retryOnConflict } from '../client/index.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
  await loop.client.create(StorageClasses, { metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'pilothouse.dev/local-path', volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: true })
  await loop.client.create(Nodes, { metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1' } } })
})
afterAll(() => loop.close())

const claimDraft = (name: string, spec: object = {}): Parameters<typeof loop.client.create<PersistentVolumeClaim>>[1] =>
  ({ metadata: { name, namespace }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '', ...spec } }) as never
const volumeDraft = (name: string, spec: object = {}): Parameters<typeof loop.client.create<PersistentVolume>>[1] =>
  ({ metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' }, hostPath: { path: '/x' }, ...spec } }) as never
const pvc = (name: string): Promise<PersistentVolumeClaim> => loop.client.get(PersistentVolumeClaims, name, namespace)
const pv = (name: string): Promise<PersistentVolume> => loop.client.get(PersistentVolumes, name)
const phase = (name: string, wanted: string): Promise<PersistentVolumeClaim> => loop.until(async () => { const c = await pvc(name); return c.status?.phase === wanted && c }, `claim ${name} ${wanted}`)
const volumePhase = (name: string, wanted: string): Promise<PersistentVolume> => loop.until(async () => { const v = await pv(name); return v.status?.phase === wanted && v }, `volume ${name} ${wanted}`)
const gone = (get: () => Promise<unknown>, what: string): Promise<unknown> => loop.until(() => get().then(() => false, (e: unknown) => isNotFound(e)), `${what} gone`)
const said = (name: string, reason: string): Promise<string> => loop.until(async () => (await loop.client.list(Events, { namespace })).items.find((e) => e.involvedObject.name === name && e.reason === reason)?.message, `${reason} of ${name}`)
const select = (name: string): Promise<unknown> => retryOnConflict(async () => loop.client.patch(PersistentVolumeClaims, name, namespace, 'merge', { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'n1' } } }))

describe('a claim', () => {
  it('waits for a volume that suits it, takes the smallest, and lets go of it', async () => {
    await loop.client.create(PersistentVolumes, volumeDraft('large', { capacity: { storage: '9Gi' } }))
    await loop.client.create(PersistentVolumes, volumeDraft('small', { capacity: { storage: '500Mi' } }))
    await volumePhase('large', 'Available')
    await loop.client.create(PersistentVolumeClaims, claimDraft('c'))
    const bound = await phase('c', 'Bound')
    expect([bound.spec.volumeName, bound.status?.capacity, bound.status?.accessModes, bound.metadata.annotations]).toMatchObject(['large', { storage: '9Gi' }, ['ReadWriteOnce'], { 'pv.kubernetes.io/bind-completed': 'yes' }])
    expect((await volumePhase('large', 'Bound')).spec.claimRef).toMatchObject({ name: 'c', namespace, uid: bound.metadata.uid })
    await loop.client.create(PersistentVolumeClaims, claimDraft('late'))
    expect(await said('late', 'FailedBinding')).toBe('no persistent volumes available for this claim and no storage class is set')
    await loop.client.create(PersistentVolumes, volumeDraft('fits'))
    expect((await phase('late', 'Bound')).spec.volumeName).toBe('fits')
    await loop.client.delete(PersistentVolumeClaims, 'c', namespace)
    await volumePhase('large', 'Released')
    await loop.client.delete(PersistentVolumes, 'large')
    await gone(() => pv('large'), 'large')
  })
  it('is bound to the volume that it names, or that names it', async () => {
    await loop.client.create(PersistentVolumes, volumeDraft('named'))
    await loop.client.create(PersistentVolumes, volumeDraft('kept', { claimRef: { namespace, name: 'keeps' } }))
    await loop.client.create(PersistentVolumeClaims, claimDraft('names', { volumeName: 'named' }))
    await loop.client.create(PersistentVolumeClaims, claimDraft('keeps'))
    expect((await phase('names', 'Bound')).spec.volumeName).toBe('named')
    expect((await phase('keeps', 'Bound')).spec.volumeName).toBe('kept')
    await loop.client.create(PersistentVolumeClaims, claimDraft('other', { volumeName: 'named' }))
    expect(await said('other', 'FailedBinding')).toBe('volume "named" already bound to a different claim.')
    await loop.client.create(PersistentVolumes, volumeDraft('tiny', { capacity: { storage: '1Mi' } }))
    await loop.client.create(PersistentVolumeClaims, claimDraft('asks', { volumeName: 'tiny' }))
    expect(await said('asks', 'VolumeMismatch')).toBe('Cannot bind to requested volume "tiny": requested PV is too small')
  })
  it('of a volume that nobody can delete fails it', async () => {
    await loop.client.create(PersistentVolumes, volumeDraft('stays', { persistentVolumeReclaimPolicy: 'Delete' }))
    await loop.client.create(PersistentVolumeClaims, claimDraft('leaves', { volumeName: 'stays' }))
    await phase('leaves', 'Bound')
    await loop.client.delete(PersistentVolumeClaims, 'leaves', namespace)
    expect((await volumePhase('stays', 'Failed')).status?.message).toContain('no deletable volume plugin matched')
  })
  it('whose volume has gone is lost', async () => {
    await loop.client.create(PersistentVolumes, volumeDraft('vanishes'))
    await loop.client.create(PersistentVolumeClaims, claimDraft('loses', { volumeName: 'vanishes' }))
    await phase('loses', 'Bound')
    await loop.client.delete(PersistentVolumes, 'vanishes')
    await loop.until(async () => (await pv('vanishes')).metadata.deletionTimestamp, 'going')
    await loop.client.patch(PersistentVolumes, 'vanishes', undefined, 'merge', { metadata: { finalizers: null } })
    await phase('loses', 'Lost')
    expect(await said('loses', 'ClaimLost')).toBe('Bound claim has lost its PersistentVolume. Data on the volume is lost!')
  })
})

describe('a claim of the default class', () => {
  it('waits for its node, gets a folder, grows, and takes the folder with it', async () => {
    await loop.client.create(PersistentVolumeClaims, claimDraft('d', { storageClassName: undefined }))
    expect(await said('d', 'WaitForFirstConsumer')).toBe('waiting for first consumer to be created before binding')
    expect((await pvc('d')).spec.storageClassName).toBe('standard')
    await select('d')
    const bound = await phase('d', 'Bound')
    const volume = await pv(bound.spec.volumeName!)
    expect(volume.spec).toMatchObject({ local: { path: `/volumes/pvc-${bound.metadata.uid}_default_d` }, persistentVolumeReclaimPolicy: 'Delete', storageClassName: 'standard', capacity: { storage: '1Gi' } })
    expect(volume.spec.nodeAffinity?.required?.nodeSelectorTerms).toEqual([{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n1'] }] }])
    expect([...loop.folders]).toEqual([`pvc-${bound.metadata.uid}_default_d`])
    await loop.client.patch(PersistentVolumeClaims, 'd', namespace, 'merge', { spec: { resources: { requests: { storage: '3Gi' } } } })
    await loop.until(async () => (await pvc('d')).status?.capacity?.['storage'] === '3Gi' && (await pv(volume.metadata.name)).spec.capacity?.['storage'] === '3Gi', 'grown')
    await loop.client.delete(PersistentVolumeClaims, 'd', namespace)
    await gone(() => pv(volume.metadata.name), 'the volume')
    expect([...loop.folders]).toEqual([])
  })
  it('says what it cannot have', async () => {
    await loop.client.create(PersistentVolumeClaims, claimDraft('block', { storageClassName: 'standard', volumeMode: 'Block' }))
    await loop.until(async () => (await pvc('block')).status?.phase === 'Pending', 'pending')
    await select('block')
    expect(await said('block', 'ProvisioningFailed')).toBe('failed to provision volume with StorageClass "standard": volumes of mode Block are not supported')
  })
  it('is made for a pod\'s ephemeral volume, and goes with the pod', async () => {
    const ephemeral = { volumeClaimTemplate: { metadata: { labels: { l: 'x' } }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } }
    await loop.client.create(Pods, { metadata: { name: 'p', namespace }, spec: { containers: [{ name: 'c', image: 'i' }], volumes: [{ name: 'v', ephemeral }] } } as never)
    const claim = await loop.until(() => pvc('p-v').catch(() => undefined), 'the claim')
    expect([claim.metadata.labels, claim.metadata.ownerReferences?.[0]?.kind]).toEqual([{ l: 'x' }, 'Pod'])
    await loop.client.delete(Pods, 'p', namespace, { gracePeriodSeconds: 0 })
    await gone(() => pvc('p-v'), 'the claim')
  })
})

describe('the claims of a StatefulSet', () => {
  const set = (name: string, policy: object): Parameters<typeof loop.client.create>[1] => ({
    metadata: { name, namespace },
    spec: {
      replicas: 2, serviceName: 's', podManagementPolicy: 'Parallel', persistentVolumeClaimRetentionPolicy: policy, selector: { matchLabels: { set: name } },
      template: { metadata: { labels: { set: name } }, spec: { containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] } },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
    },
  }) as never
  const claims = async (name: string): Promise<string[]> => (await loop.client.list(PersistentVolumeClaims, { namespace, labelSelector: `set=${name}` })).items.map((c) => `${c.metadata.name} ${(c.metadata.ownerReferences ?? []).map((o) => o.kind).join()}`).sort()
  const are = (name: string, ...wanted: string[]): Promise<string[]> => loop.until(async () => { const now = await claims(name); return JSON.stringify(now) === JSON.stringify(wanted) && now }, `claims of ${name}: ${wanted.join()}`)
  const scale = (name: string, replicas: number): Promise<unknown> => loop.client.patch(StatefulSets, name, namespace, 'merge', { spec: { replicas } })

  it('are there before its pods, and stay', async () => {
    await loop.client.create(StatefulSets, set('stays', { whenDeleted: 'Retain', whenScaled: 'Retain' }) as never)
    await are('stays', 'data-stays-0 ', 'data-stays-1 ')
    const pod = await loop.until(() => loop.client.get(Pods, 'stays-1', namespace).catch(() => undefined), 'its pod')
    expect(pod.spec.volumes?.[0]).toEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-stays-1' } })
    await scale('stays', 1)
    await gone(() => loop.client.get(Pods, 'stays-1', namespace), 'the pod')
    expect(await claims('stays')).toEqual(['data-stays-0 ', 'data-stays-1 '])
  })
  it('go with what they belong to', async () => {
    await loop.client.create(StatefulSets, set('goes', { whenDeleted: 'Delete', whenScaled: 'Delete' }) as never)
    await are('goes', 'data-goes-0 StatefulSet', 'data-goes-1 StatefulSet')
    await loop.until(() => loop.client.get(Pods, 'goes-1', namespace).catch(() => undefined), 'its pod')
    await scale('goes', 1)
    await are('goes', 'data-goes-0 StatefulSet')
    await loop.client.delete(StatefulSets, 'goes', namespace)
    expect(await are('goes')).toEqual([])
  })
})
