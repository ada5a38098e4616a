import { expect, it } from 'vitest'
import type { Container } from '../../../../shared/api/types.ts'
import { namespace, ok } from '../../cluster.ts'
import { box, running, SLEEP } from '../pods.ts'

const HEADER = '# Kubernetes-managed hosts file.'
const ORIGINAL = { name: 'host', mountPath: '/etc/hosts-original' }
const container = (name: string, mounts: Container['volumeMounts'] = []): Container => ({ ...box(SLEEP), name, volumeMounts: [ORIGINAL, ...mounts] })

it('managed /etc/hosts', async () => {
  const ns = await namespace()
  const volumes = [{ name: 'host', hostPath: { path: '/etc/hosts', type: 'File' } }]
  await running(ns, 'own', { volumes, containers: [container('busybox-1'), container('busybox-2'), container('busybox-3', [{ name: 'host', mountPath: '/etc/hosts' }])] })
  await running(ns, 'host', { hostNetwork: true, volumes, containers: [container('busybox-1'), container('busybox-2')] })
  const managed = async (pod: string, name: string): Promise<boolean> => {
    const read = (file: string): Promise<string> => ok(['exec', '-n', ns, pod, '-c', name, '--', 'cat', file])
    const [text, original] = await Promise.all([read('/etc/hosts'), read('/etc/hosts-original')])
    expect(text).not.toBe('')
    return text.startsWith(HEADER) && text !== original
  }
  expect(await Promise.all([managed('own', 'busybox-1'), managed('own', 'busybox-2'), managed('own', 'busybox-3')])).toEqual([true, true, false])
  expect(await Promise.all([managed('host', 'busybox-1'), managed('host', 'busybox-2')])).toEqual([false, false])
})
