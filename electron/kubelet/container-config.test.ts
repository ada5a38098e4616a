import { describe, expect, it } from 'vitest'
import type { Container, Pod, PodSpec } from '../../shared/api/types.ts'
import { containerConfig, verifyRunAsNonRoot } from './container-config.ts'
import { serviceVariables } from './service-env.ts'
import { podOf } from './testing.ts'

const check = (container: Container['securityContext'], pod: PodSpec['securityContext'], user: string | undefined): string => {
  const c: Container = { name: 'a', image: 'i', ...(container ? { securityContext: container } : {}) }
  try {
    verifyRunAsNonRoot(podOf(pod ? { securityContext: pod } : {}) as Pod, c, { id: 'x', names: [], sizeBytes: 0, ...(user === undefined ? {} : { user }) })
    return 'ok'
  } catch (e) {
    return (e as Error).message
  }
}

describe('verifyRunAsNonRoot', () => {
  it.each<[string, Container['securityContext'], PodSpec['securityContext'], string | undefined, string]>([
    ['not asked', undefined, undefined, '', 'ok'],
    ['root image', { runAsNonRoot: true }, undefined, '', 'container has runAsNonRoot and image will run as root (pod: "p_d(u)", container: a)'],
    ['root by number', { runAsNonRoot: true }, undefined, '0:0', 'container has runAsNonRoot and image will run as root (pod: "p_d(u)", container: a)'],
    ['asked of the pod', undefined, { runAsNonRoot: true }, '', 'container has runAsNonRoot and image will run as root (pod: "p_d(u)", container: a)'],
    ['the container knows better', { runAsNonRoot: false }, { runAsNonRoot: true }, '', 'ok'],
    ['user by number', { runAsNonRoot: true }, undefined, '1000', 'ok'],
    ['user by name', { runAsNonRoot: true }, undefined, 'web', 'container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root (pod: "p_d(u)", container: a)'],
    ['runAsUser', { runAsNonRoot: true, runAsUser: 7 }, undefined, '', 'ok'],
    ['runAsUser of the pod is root', { runAsNonRoot: true }, { runAsUser: 0 }, '7', 'container\'s runAsUser breaks non-root policy (pod: "p_d(u)", container: a)'],
  ])('%s', (_n, container, pod, user, expected) => expect(check(container, pod, user)).toBe(expected))
})

it('a container config has its commands expanded', () => {
  const pod = podOf({ shareProcessNamespace: true })
  const config = containerConfig({ pod, identity: { name: 'p', namespace: 'd', uid: 'u' }, node: 'n', sandboxId: 's', container: { name: 'a', image: 'i', command: ['$(A)', '$(B)'] }, attempt: 2, image: { id: 'x', names: [], sizeBytes: 0 }, env: new Map([['A', 'a']]), mounts: [], memoryCapacity: 1, security: { readOnlyRootFilesystem: true, noNewPrivileges: false, privileged: false, addCapabilities: [], dropCapabilities: [] } })
  expect(config).toMatchObject({ command: ['a', '$(B)'], env: [{ name: 'A', value: 'a' }], attempt: 2, security: { readOnlyRootFilesystem: true }, namespaces: { ipc: 'pod', pid: 'pod' } })
})

it('Services become variables', () => {
  const variables = serviceVariables([
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'my-db' }, spec: { clusterIP: '10.0.0.9', ports: [{ name: 'sql-1', port: 5432 }, { port: 53, protocol: 'UDP' }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'headless' }, spec: { clusterIP: 'None', ports: [{ port: 1 }] } },
  ] as never)
  expect(Object.fromEntries(variables)).toEqual({
    MY_DB_SERVICE_HOST: '10.0.0.9', MY_DB_SERVICE_PORT: '5432', MY_DB_SERVICE_PORT_SQL_1: '5432', MY_DB_PORT: 'tcp://10.0.0.9:5432',
    MY_DB_PORT_5432_TCP: 'tcp://10.0.0.9:5432', MY_DB_PORT_5432_TCP_PROTO: 'tcp', MY_DB_PORT_5432_TCP_PORT: '5432', MY_DB_PORT_5432_TCP_ADDR: '10.0.0.9',
    MY_DB_PORT_53_UDP: 'udp://10.0.0.9:53', MY_DB_PORT_53_UDP_PROTO: 'udp', MY_DB_PORT_53_UDP_PORT: '53', MY_DB_PORT_53_UDP_ADDR: '10.0.0.9',
  })
})
