import { expect, it } from 'vitest'
import { contentsOf } from './contents.ts'

it('names what is there, and leaves out what belongs to no namespace', () => {
  expect(contentsOf({ pods: 2, nodes: 3, 'deployments.apps': 1, secrets: 0, 'ships.example.com': 4 })).toEqual([{ kind: 'Pod', path: '/pods', count: 2 }, { kind: 'Deployment', path: '/deployments', count: 1 }])
})

it('names objects of custom kinds, too', () => {
  const ships = { group: 'example.com', version: 'v1', resource: 'ships', kind: 'Ship', namespaced: true }
  expect(contentsOf({ 'ships.example.com': 4, 'ports.example.com': 1 }, [ships, { ...ships, resource: 'ports', kind: 'Port', namespaced: false }])).toEqual([{ kind: 'Ship', path: '/custom/example.com/ships', count: 4 }])
})
