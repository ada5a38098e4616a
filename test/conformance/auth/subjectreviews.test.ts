import { expect, it } from 'vitest'
import { namespace } from '../cluster.ts'
import { must, rest } from '../rest.ts'

interface Review { status: { allowed: boolean } }
const ROOT = '/apis/authorization.k8s.io/v1'

it('SubjectReview API', async () => {
  const ns = await namespace()
  const account = 'e2e'
  const user = `system:serviceaccount:${ns}:${account}`
  await must('POST', `/api/v1/namespaces/${ns}/serviceaccounts`, { metadata: { name: account } })
  const resourceAttributes = { group: 'apps', version: 'v1', resource: 'deployments', namespace: ns, verb: 'list' }
  const others = async (): Promise<boolean> => (await must<Review>('POST', `${ROOT}/subjectaccessreviews`, { spec: { user, resourceAttributes } })).status.allowed
  const local = async (): Promise<boolean> => (await must<Review>('POST', `${ROOT}/namespaces/${ns}/localsubjectaccessreviews`, { metadata: { namespace: ns }, spec: { user, resourceAttributes } })).status.allowed
  const really = async (): Promise<number> => (await rest('GET', `/apis/apps/v1/namespaces/${ns}/deployments`, undefined, { 'impersonate-user': user })).status
  expect([await others(), await local(), await really()]).toEqual([false, false, 403])
  await must('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${ns}/rolebindings`, { metadata: { name: 'view' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'ServiceAccount', name: account, namespace: ns }] })
  expect([await others(), await local(), await really()]).toEqual([true, true, 200])
  const self = await must<Review>('POST', `${ROOT}/selfsubjectaccessreviews`, { spec: { resourceAttributes: { ...resourceAttributes, verb: 'delete' } } }, { 'impersonate-user': user })
  expect(self.status.allowed).toBe(false)
})
