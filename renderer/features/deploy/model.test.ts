import { describe, expect, it } from 'vitest'
import { alreadyExists, field, forbidden, invalid } from '../../../shared/errors.ts'
import { emptyForm, objectsOf, serverFaults, validate } from './model.ts'
import type { DeployForm } from './model.ts'

const good: DeployForm = { ...emptyForm('default'), name: 'web', image: 'nginx' }
describe('validate', () => {
  it.each<[string, Partial<DeployForm>, Record<string, string>]>([
    ['good', {}, {}],
    ['no name', { name: '' }, { name: 'invalid.required' }],
    ['capitals', { name: 'Web' }, { name: 'invalid.dnsLabel' }],
    ['trailing dash', { name: 'web-' }, { name: 'invalid.dnsLabel' }],
    ['63 characters', { name: 'a'.repeat(63) }, {}],
    ['64 characters', { name: 'a'.repeat(64) }, { name: 'invalid.tooLong' }],
    ['digit first, no port', { name: '1web' }, {}],
    ['digit first, port', { name: '1web', port: '80' }, { name: 'invalid.dnsStart' }],
    ['no image', { image: '' }, { image: 'invalid.required' }],
    ['image with a space', { image: ' nginx' }, { image: 'invalid.spaces' }],
    ['capitals in an image', { image: 'Nginx' }, { image: 'invalid.image' }],
    ['two tags', { image: 'nginx:1:2' }, { image: 'invalid.image' }],
    ['full reference', { image: `localhost:5000/a/b_c:1.2-x@sha256:${'a'.repeat(64)}` }, {}],
    ['the sample', { image: 'pilothouse.dev/hello:1' }, {}],
    ['no namespace', { namespace: '' }, { namespace: 'invalid.required' }],
    ['bad namespace', { namespace: 'a.b' }, { namespace: 'invalid.dnsLabel' }],
    ['zero replicas', { replicas: '0' }, {}],
    ['no replicas', { replicas: '' }, { replicas: 'invalid.integer' }],
    ['negative replicas', { replicas: '-1' }, { replicas: 'invalid.integer' }],
    ['half a replica', { replicas: '1.5' }, { replicas: 'invalid.integer' }],
    ['exponent', { replicas: '1e3' }, { replicas: 'invalid.integer' }],
    ['more than 32 bits', { replicas: '2147483648' }, { replicas: 'invalid.integer' }],
    ['port 0', { port: '0' }, { port: 'invalid.range' }],
    ['port 65535', { port: '65535' }, {}],
    ['port 65536', { port: '65536' }, { port: 'invalid.range' }],
    ['env without name', { env: [{ name: '', value: 'x' }] }, { 'env.0.name': 'invalid.required' }],
    ['env with =', { env: [{ name: 'A=B', value: '' }] }, { 'env.0.name': 'invalid.envName' }],
    ['env twice', { env: [{ name: 'A', value: '1' }, { name: 'A', value: '2' }] }, { 'env.1.name': 'invalid.duplicate' }],
    ['env with an empty value', { env: [{ name: 'A.B-C', value: '' }] }, {}],
  ])('%s', (_, change, expected) => {
    expect(Object.fromEntries(Object.entries(validate({ ...good, ...change })).map(([k, f]) => [k, f?.key ?? '']))).toEqual(expected)
  })
})

describe('objectsOf', () => {
  it('makes a deployment whose selector finds its pods', () => {
    const { deployment, service } = objectsOf({ ...good, replicas: '3', env: [{ name: 'A', value: '1' }] })
    expect(service).toBeUndefined()
    expect(deployment).toEqual({
      metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx', env: [{ name: 'A', value: '1' }] }] } } },
    })
  })
  it('makes a service when there is a port', () => {
    const { deployment, service } = objectsOf({ ...good, port: '8080' })
    expect(deployment.spec?.template.spec?.containers[0]?.ports).toEqual([{ containerPort: 8080 }])
    expect(service).toMatchObject({ metadata: { name: 'web', namespace: 'default' }, spec: { type: 'ClusterIP', selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 8080, protocol: 'TCP' }] } })
  })
})

describe('serverFaults', () => {
  const c = 'spec.template.spec.containers[0]'
  it.each([
    [`${c}.image`, 'image'], [`${c}.name`, 'name'], [`${c}.ports[0].containerPort`, 'port'], [`${c}.env[2].name`, 'env.2.name'], [`${c}.env[1].value`, 'env.1.value'],
    ['spec.replicas', 'replicas'], ['metadata.name', 'name'], ['metadata.namespace', 'namespace'], ['spec.ports[0].port', 'port'], ['spec.selector', 'name'],
  ])('%s belongs to %s', (path, expected) => {
    const { status } = invalid({ group: 'apps', kind: 'Deployment' }, 'web', [field.invalid(path, 'x', 'bad')])
    expect(serverFaults(status, 'Deployment')).toEqual({ fields: { [expected]: 'Invalid value: "x": bad' }, rest: '' })
  })
  it('keeps what belongs to no field', () => {
    const { status } = invalid({ group: 'apps', kind: 'Deployment' }, 'web', [field.required('spec.strategy')])
    expect(serverFaults(status, 'Deployment')).toEqual({ fields: {}, rest: status.message })
  })
  it.each([
    ['taken name', alreadyExists({ group: 'apps', resource: 'deployments' }, 'web'), { fields: { name: 'deployments.apps "web" already exists' }, rest: '' }],
    ['forbidden', forbidden({ group: 'apps', resource: 'deployments' }, 'web', 'no'), { fields: {}, rest: 'deployments.apps "web" is forbidden: no' }],
  ])('%s', (_, error, expected) => expect(serverFaults(error.status, 'Deployment')).toEqual(expected))
})
