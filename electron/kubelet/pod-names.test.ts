import { describe, expect, it } from 'vitest'
import type { PodSpec } from '../../shared/api/types.ts'
import { hostNetworkHostsFile, podHostsFile } from './hosts-file.ts'
import { podNames } from './pod-names.ts'
import { podOf } from './testing.ts'

describe('the names of a pod', () => {
  it.each<[Partial<PodSpec>, string, object]>([
    [{}, 'p', { kernel: 'p', hostname: 'p' }],
    [{ hostname: 'web' }, 'p', { kernel: 'web', hostname: 'web' }],
    [{ hostname: 'web', subdomain: 'sub' }, 'p', { kernel: 'web', hostname: 'web', fqdn: 'web.sub.d.svc.cluster.local' }],
    [{ subdomain: 'sub', setHostnameAsFQDN: true }, 'p', { kernel: 'p.sub.d.svc.cluster.local', hostname: 'p', fqdn: 'p.sub.d.svc.cluster.local' }],
    [{ setHostnameAsFQDN: true }, 'p', { kernel: 'p', hostname: 'p' }],
    [{ hostnameOverride: 'any.name', subdomain: 'sub' }, 'p', { kernel: 'any.name', hostname: 'any.name' }],
    [{}, `${'a'.repeat(62)}-tail`, { kernel: 'a'.repeat(62), hostname: 'a'.repeat(62) }],
  ])('%j of %s', (spec, name, expected) => expect(podNames(podOf(spec, { name }), 'cluster.local')).toEqual(expected))
  it('too long to be the host name is refused', () => {
    expect(() => podNames(podOf({ subdomain: 'sub', setHostnameAsFQDN: true }, { name: 'a'.repeat(50) }), 'cluster.local')).toThrow(/FQDN a+\.sub\.d\.svc\.cluster\.local is too long \(64 characters is the max, 74 characters requested\)/)
  })
})

describe('/etc/hosts', () => {
  it('has the pod under all its names, and the aliases', () => {
    const text = podHostsFile(['10.0.0.7'], { kernel: 'w', hostname: 'w', fqdn: 'w.s.d.svc.cluster.local' }, [{ ip: '1.2.3.4', hostnames: ['a', 'b.c'] }])
    expect(text.split('\n')[0]).toBe('# Kubernetes-managed hosts file.')
    expect(text).toContain('\n127.0.0.1\tlocalhost\n')
    expect(text).toMatch(/\n10\.0\.0\.7\tw\.s\.d\.svc\.cluster\.local\tw\n\n# Entries added by HostAliases\.\n1\.2\.3\.4\ta\tb\.c\n$/)
  })
  it('on the host network is the host\'s', () => expect(hostNetworkHostsFile('127.0.0.1 localhost\n', undefined)).toBe('# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n'))
})
