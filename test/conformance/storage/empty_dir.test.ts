import { expect, it } from 'vitest'
import type { Pod } from '../../../shared/api/types.ts'
import { api, BUSYBOX, create, eventually, namespace, ok } from '../cluster.ts'
import { output } from './volume-pod.ts'

const NON_ROOT = 1001
/** A user makes a file with these bits; the volume is open to all, and of the medium. */
async function holds(user: number, mode: string, medium: '' | 'Memory'): Promise<void> {
  const script = `echo content > /v/f && busybox chmod ${mode} /v/f && cat /v/f && stat -c "%a %u" /v/f && stat -c %a /v && grep " /v " /proc/mounts | while read d p t r; do echo $t; done`
  const [content, file, folder, type] = (await output(await namespace(), script, { volumes: [{ name: 'v', emptyDir: { medium } }], securityContext: { runAsUser: user } })).split('\n')
  expect([content, file, folder, type === 'tmpfs']).toEqual(['content', `${Number(mode)} ${user}`, '777', medium === 'Memory'])
}
it('non-root 0644 default', () => expect(holds(NON_ROOT, '0644', '')).resolves.toBeUndefined())
it('non-root 0644 tmpfs', () => expect(holds(NON_ROOT, '0644', 'Memory')).resolves.toBeUndefined())
it('non-root 0666 default', () => expect(holds(NON_ROOT, '0666', '')).resolves.toBeUndefined())
it('non-root 0666 tmpfs', () => expect(holds(NON_ROOT, '0666', 'Memory')).resolves.toBeUndefined())
it('non-root 0777 default', () => expect(holds(NON_ROOT, '0777', '')).resolves.toBeUndefined())
it('non-root 0777 tmpfs', () => expect(holds(NON_ROOT, '0777', 'Memory')).resolves.toBeUndefined())
it('root 0644 default', () => expect(holds(0, '0644', '')).resolves.toBeUndefined())
it('root 0644 tmpfs', () => expect(holds(0, '0644', 'Memory')).resolves.toBeUndefined())
it('root 0666 default', () => expect(holds(0, '0666', '')).resolves.toBeUndefined())
it('root 0666 tmpfs', () => expect(holds(0, '0666', 'Memory')).resolves.toBeUndefined())
it('root 0777 default', () => expect(holds(0, '0777', '')).resolves.toBeUndefined())
it('root 0777 tmpfs', () => expect(holds(0, '0777', 'Memory')).resolves.toBeUndefined())

const mode = async (medium: '' | 'Memory'): Promise<string> => output(await namespace(), 'stat -c %a /v; grep " /v " /proc/mounts | grep -c tmpfs || true', { volumes: [{ name: 'v', emptyDir: { medium } }] })
it('default medium mode', async () => { expect(await mode('')).toBe('777\n0') })
it('tmpfs mode', async () => { expect(await mode('Memory')).toBe('777\n1') })

it('shared between containers', async () => {
  const ns = await namespace()
  const mount = { image: BUSYBOX, volumeMounts: [{ name: 'v', mountPath: '/v' }] }
  await create({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: ns },
    spec: {
      terminationGracePeriodSeconds: 0, volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
      containers: [{ ...mount, name: 'writes', command: ['sh', '-c', 'echo hello > /v/f; while :; do sleep 1; done'] }, { ...mount, name: 'reads', command: ['sh', '-c', 'while :; do sleep 1; done'] }],
    },
  })
  await eventually('p runs', () => api().get<Pod>(`/api/v1/namespaces/${ns}/pods/p`), (p) => p.status?.phase === 'Running' && (p.status.containerStatuses ?? []).every((s) => s.ready))
  const read = await eventually('the other one reads it', () => ok(['exec', '-n', ns, 'p', '-c', 'reads', '--', 'cat', '/v/f']).catch((e: Error) => e.message), (text) => text === 'hello\n')
  expect(read).toBe('hello\n')
})
