#!/usr/bin/env node
/**
 * How the fields of every type merge in server-side apply, as client-go's own schema says it, for
 * electron/apiserver/managedfields/client-go.test.ts: type → field → `atomic`, `set`, `map(keys)` or `granular`; the type itself is the field ''.
 *
 *     node scripts/witness/merge.mjs k8s.io/client-go/applyconfigurations/internal/internal.go | node scripts/witness/pack.mjs electron/apiserver/managedfields/client-go.fixture.br
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const [path] = process.argv.slice(2)
if (!path) throw new Error('merge.mjs internal.go')
const [, text = ''] = /typed\.YAMLObject\(`([^`]*)`\)/.exec(readFileSync(path, 'utf8')) ?? []

const listOf = ({ elementRelationship, keys }) => (elementRelationship === 'atomic' ? 'atomic' : keys ? `map(${keys.join(',')})` : 'set')
const mapOf = (relationship) => (relationship === 'atomic' ? 'atomic' : 'granular')
const ofType = ({ list, map, elementRelationship }) => (list ? listOf(list) : map ? mapOf(map.elementRelationship) : elementRelationship ? mapOf(elementRelationship) : undefined)

const facts = {}
for (const { name, map } of parse(text, { maxAliasCount: -1 }).types) {
  // Groups before v1 are not served; what has no fields is free in form.
  if (!/\.v[12]\.[A-Z]/.test(name) || !map?.fields) continue
  const fields = { '': mapOf(map.elementRelationship) }
  for (const field of map.fields) fields[field.name] = ofType(field.type) ?? ''
  facts[name] = fields
}
process.stdout.write(JSON.stringify(facts))
