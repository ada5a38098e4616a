import { expect, it } from 'vitest'
import { contentsOf } from './contents.ts'

it('names what is there, and leaves out what belongs to no namespace', () => {
  expect(contentsOf({ pods: 2, nodes: 3, 'deployments.apps': 1, secrets: 0, 'ships.example.com': 4 })).toEqual([{ kind: 'Pod', count: 2 }, { kind: 'Deployment', count: 1 }])
})
