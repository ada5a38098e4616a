import { afterEach, expect, it, vi } from 'vitest'
import { Events, Leases } from '../../shared/api/resources.ts'
import type { Lease } from '../../shared/api/types.ts'
import { startWorld, type World } from '../apiserver/testing.ts'
import { bootstrapPolicy, createRbacAuthorizer } from '../apiserver/auth/index.ts'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../../shared/api/types.ts'
import { createClientFactory } from '../client/index.ts'
import { holdLeases, serverName } from './leases.ts'

const policy = bootstrapPolicy()
const of = <T>(kind: string): T[] => policy.filter((o) => o.kind === kind) as unknown as T[]
/** As the cluster has it: each part has the rights of its own role. */
const authorizer = createRbacAuthorizer({
  clusterRoleBindings: () => of<ClusterRoleBinding>('ClusterRoleBinding'), roleBindings: (namespace) => of<RoleBinding>('RoleBinding').filter((b) => b.metadata.namespace === namespace),
  clusterRole: (name) => of<ClusterRole>('ClusterRole').find((r) => r.metadata.name === name), role: (namespace, name) => of<Role>('Role').find((r) => r.metadata.namespace === namespace && r.metadata.name === name),
})
let world: World
let held: { stop(): Promise<void> } | undefined
afterEach(async () => {
  await held?.stop()
  await world.close()
})

it('says in kube-system who the control plane is, renews that seldom enough, and takes over after a restart', async () => {
  world = await startWorld({ authorizer })
  const { clock, server } = world
  const clients = createClientFactory(server)
  const admin = clients.clientFor('admin', ['system:masters'])
  const SERVER = serverName('Box.example')
  const leases = async (): Promise<Record<string, Lease>> => Object.fromEntries((await admin.list(Leases, { namespace: 'kube-system' })).items.map((lease) => [lease.metadata.name, lease]))
  const all = (what: (lease: Lease) => boolean): Promise<void> => vi.waitFor(async () => {
    const found = Object.values(await leases())
    if (found.length !== 3 || !found.every(what)) throw new Error(JSON.stringify(found))
  }, { timeout: 60_000 })
  const others = clock.waiting
  const view = server.lister<Lease>('coordination.k8s.io', 'leases')
  held = holdLeases(clients, view, clock, 'Box.example')
  await all(() => true)
  const first = await leases()
  expect(Object.keys(first).sort()).toEqual([SERVER, 'kube-controller-manager', 'kube-scheduler'])
  expect(SERVER).toMatch(/^apiserver-[a-z2-7]{26}$/)
  expect(first[SERVER]).toMatchObject({ metadata: { labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': 'Box.example' } }, spec: { holderIdentity: expect.stringMatching(new RegExp(`^${SERVER}_[0-9a-f-]{36}$`)) as never, leaseDurationSeconds: 3600 } })
  for (const name of ['kube-scheduler', 'kube-controller-manager']) {
    expect(first[name]?.spec).toMatchObject({ holderIdentity: expect.stringMatching(/^Box\.example_[0-9a-f-]{36}$/) as never, leaseTransitions: 0, acquireTime: first[name]?.spec?.renewTime })
  }
  await vi.waitFor(async () => expect((await admin.list(Events, { namespace: 'kube-system' })).items.map((e) => [e.source?.component, e.reason, e.involvedObject.kind, e.involvedObject.name, e.message]).sort()).toEqual([
    ['default-scheduler', 'kube-scheduler'], ['kube-controller-manager', 'kube-controller-manager'],
  ].map(([component, name]) => [component, 'LeaderElection', 'Lease', name, `${first[name ?? '']?.spec?.holderIdentity} became leader`])), { timeout: 60_000 })
  // One that is taken away is there again without a wait, as often as that happens, and of the same holder.
  for (const name of ['kube-scheduler', SERVER, SERVER]) {
    await admin.delete(Leases, name, 'kube-system')
    await all(() => true)
    expect((await leases())[name]?.spec?.holderIdentity).toBe(first[name]?.spec?.holderIdentity)
  }
  expect((await leases())['kube-scheduler']?.spec?.leaseTransitions).toBe(0)
  // All are renewed in time.
  await clock.advance(600_000)
  await all((lease) => Date.parse(String(lease.spec?.renewTime)) === clock.now())
  expect((await leases())['kube-controller-manager']?.spec?.acquireTime).toBe(first['kube-controller-manager']?.spec?.acquireTime)
  for (const lease of Object.values(first)) expect(lease.spec?.leaseDurationSeconds).toBeGreaterThan(2 * 600)

  await held.stop()
  expect(clock.waiting).toBe(others)
  held = holdLeases(clients, view, clock, 'Box.example')
  await vi.waitFor(async () => expect((await leases())['kube-controller-manager']?.spec?.leaseTransitions).toBe(1), { timeout: 60_000 })
  expect((await leases())['kube-controller-manager']?.spec?.holderIdentity).not.toBe(first['kube-controller-manager']?.spec?.holderIdentity)
})
