import { expect, it } from 'vitest'
import { rest } from '../rest.ts'

it('406 for backend without metadata', async () => {
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { nonResourceAttributes: { path: '/', verb: 'get' } } }
  const answer = await rest('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
  expect(answer).toMatchObject({ status: 406, body: { reason: 'NotAcceptable' } })
})
