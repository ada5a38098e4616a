import { expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { portsTaken } from './predicates.ts'

const pod = (uid: string, ports: { hostPort?: number; hostIP?: string; protocol?: string }[], phase = 'Running'): Pod =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid }, spec: { containers: [{ name: 'c', ports: ports.map((p) => ({ containerPort: 80, ...p })) }] }, status: { phase } })

it.each([
  ['none wanted', pod('a', [{}]), pod('b', [{ hostPort: 80 }]), undefined],
  ['taken', pod('a', [{ hostPort: 80 }]), pod('b', [{ hostPort: 80 }]), 'NodePorts'],
  ['another port', pod('a', [{ hostPort: 81 }]), pod('b', [{ hostPort: 80 }]), undefined],
  ['another protocol', pod('a', [{ hostPort: 80, protocol: 'UDP' }]), pod('b', [{ hostPort: 80 }]), undefined],
  ['another address', pod('a', [{ hostPort: 80, hostIP: '127.0.0.1' }]), pod('b', [{ hostPort: 80, hostIP: '127.0.0.2' }]), undefined],
  ['every address', pod('a', [{ hostPort: 80, hostIP: '127.0.0.1' }]), pod('b', [{ hostPort: 80 }]), 'NodePorts'],
  ['by one that is over', pod('a', [{ hostPort: 80 }]), pod('b', [{ hostPort: 80 }], 'Failed'), undefined],
  ['by itself', pod('a', [{ hostPort: 80 }]), pod('a', [{ hostPort: 80 }]), undefined],
])('%s', (_what, p, other, reason) => expect(portsTaken(p, [other])?.reason).toBe(reason))
