import { describe, expect, it } from 'vitest'
import { documentsOf, lineOf, stepsOf } from './documents.ts'

const text = `# two things
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    a.b/c: d
spec:
  ports:
    - port: 80
    - port: 81
      name: x
---
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: s}}
`
const required = (field: string): string => `${field} is missing`

describe('documentsOf', () => {
  it('finds documents and where they begin; empty ones are none, lists are their items', () => {
    const { documents, faults } = documentsOf(text, required)
    expect(faults).toEqual([])
    expect(documents.map((d) => [d.line, d.object.kind, d.object.metadata.name])).toEqual([[2, 'Service', 'web'], [15, 'Secret', 's']])
  })
  it.each([
    ['a: [', [1]],
    ['apiVersion: v1\nkind: Pod\n', [1]],
    ['just text', [1]],
    ['apiVersion: v1\nkind: Pod\nmetadata: {}\n---\nkind: Pod\n', [5]],
    ['a: 1\na: 2\n', [2]],
    ['', []],
  ])('%j is at fault at lines %j', (bad, lines) => {
    expect(documentsOf(bad, required).faults.map((f) => f.line)).toEqual(lines)
  })
})
it.each([
  ['spec.ports[1].name', ['spec', 'ports', 1, 'name']],
  ['metadata.labels[a.b/c]', ['metadata', 'labels', 'a.b/c']],
  ['data["x"]', ['data', 'x']],
])('%s is %j', (field, steps) => {
  expect(stepsOf(field)).toEqual(steps)
})
it.each([
  ['spec.ports[1].name', 2, 12],
  ['spec.ports[1].targetPort', 2, 11],
  ['spec.ports[9].port', 2, 9],
  ['spec.selector', 2, 8],
  ['metadata.labels[a.b/c]', 2, 7],
  ['items', 15, 17],
  ['nothing', 2, 2],
])('%s of the document at line %d stands at line %d', (field, from, line) => {
  expect(lineOf(text, field, from)).toBe(line)
})
