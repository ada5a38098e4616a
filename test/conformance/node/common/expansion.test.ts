import { expect, it } from 'vitest'
import { namespace, ok } from '../../cluster.ts'
import { box, first, isReady, output, patch, running, SLEEP, start, until } from '../pods.ts'

const POD_NAME = { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.annotations[\'mysubpath\']' } } }

it('env composition', async () => {
  const ns = await namespace()
  const text = await output(ns, 'env', { containers: [box('env', { env: [{ name: 'FOO', value: 'foo-value' }, { name: 'BAR', value: 'bar-value' }, { name: 'FOOBAR', value: '$(FOO);;$(BAR)' }] })] })
  expect(text).toMatch(/^FOO=foo-value$/m)
  expect(text).toMatch(/^FOOBAR=foo-value;;bar-value$/m)
})
it('command', async () => {
  const ns = await namespace()
  expect(await output(ns, 'command', { containers: [{ ...box(''), command: ['sh', '-c', 'TEST_VAR=wrong echo "$(TEST_VAR)"'], env: [{ name: 'TEST_VAR', value: 'test-value' }] }] })).toBe('test-value\n')
})
it('args', async () => {
  const ns = await namespace()
  expect(await output(ns, 'args', { containers: [{ ...box(''), command: ['sh', '-c'], args: ['TEST_VAR=wrong echo "$(TEST_VAR)"'], env: [{ name: 'TEST_VAR', value: 'test-value' }] }] })).toBe('test-value\n')
})
it('volume subpath', async () => {
  const ns = await namespace()
  const spec = (subPathExpr: string) => ({
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [box('test -d /testcontainer/env; echo $?', { env: [{ name: 'POD_NAME', value: 'env' }], volumeMounts: [{ name: 'v', mountPath: '/logscontainer', subPathExpr }, { name: 'v', mountPath: '/testcontainer' }] })],
  })
  expect(await output(ns, 'subpath', spec('$(POD_NAME)'))).toBe('0\n')
})
/** A pod whose subPath comes out as `value` never starts, and says why. */
async function refused(value: string, why: string): Promise<void> {
  const ns = await namespace()
  await start(ns, 'fails', { restartPolicy: 'Never', volumes: [{ name: 'v', emptyDir: {} }], containers: [box(SLEEP, { env: [{ name: 'POD_NAME', value }], volumeMounts: [{ name: 'v', mountPath: '/logscontainer', subPathExpr: '$(POD_NAME)' }] })] })
  const pod = await until(ns, 'fails', 'is refused', (p) => first(p)?.state?.waiting?.reason === 'CreateContainerConfigError')
  expect(first(pod)!.state!.waiting!.message).toContain(why)
}
it('subpath backticks fails', () => refused('..', "must not contain '..'"))
it('subpath absolute fails', () => refused('/tmp', 'must not be an absolute path'))
it('failing subpath modified', async () => {
  const ns = await namespace()
  const env = [{ name: 'POD_NAME', value: 'foo' }, { name: 'ANNOTATION', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['mysubpath']" } } }]
  await start(ns, 'modified', { volumes: [{ name: 'v', emptyDir: {} }], containers: [box(SLEEP, { env, volumeMounts: [{ name: 'v', mountPath: '/subpath_mount', subPathExpr: '$(ANNOTATION)/$(POD_NAME)' }, { name: 'v', mountPath: '/volume_mount' }] })] }, { annotations: { notmysubpath: 'mypath' } })
  await until(ns, 'modified', 'is refused', (p) => first(p)?.state?.waiting?.reason === 'CreateContainerConfigError')
  await patch(ns, 'pod modified', { metadata: { annotations: { mysubpath: 'mypath' } } })
  await until(ns, 'modified', 'runs', isReady)
  await ok(['exec', '-n', ns, 'modified', '--', 'sh', '-c', 'test -d /volume_mount/mypath/foo'])
})
it('subpath writes', async () => {
  const ns = await namespace()
  await running(ns, 'writes', {
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [box(SLEEP, { env: [POD_NAME], volumeMounts: [{ name: 'v', mountPath: '/subpath_mount', subPathExpr: '$(POD_NAME)' }, { name: 'v', mountPath: '/volume_mount' }] })],
  }, { annotations: { mysubpath: 'mypath' } })
  await ok(['exec', '-n', ns, 'writes', '--', 'sh', '-c', 'touch /volume_mount/mypath/foo/test.log 2>/dev/null || touch /volume_mount/mypath/test.log'])
  await ok(['exec', '-n', ns, 'writes', '--', 'test', '-f', '/subpath_mount/test.log'])
  await patch(ns, 'pod writes', { metadata: { annotations: { mysubpath: 'mynewpath' } } })
  // The mount is of the container's beginning.
  expect(await ok(['exec', '-n', ns, 'writes', '--', 'sh', '-c', 'ls /subpath_mount /volume_mount'])).toBe('/subpath_mount:\ntest.log\n\n/volume_mount:\nmypath\n')
})
