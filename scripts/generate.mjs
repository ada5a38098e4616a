#!/usr/bin/env node
/**
 * Writes resources/generated/schemas.json and descriptions.json from the types of @kubernetes/client-node, completed by
 * generate/list-keys.mjs, generate/enums.mjs and kubernetes-types. Does nothing when its inputs have not changed. Plain Node 20.19 or later; no dependencies.
 * Files are written to a temporary name first, so a reader never sees half of one.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSchemas } from './generate/build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(root, 'resources', 'generated')
const clientNode = join(root, 'node_modules', '@kubernetes', 'client-node')
const types = join(root, 'node_modules', 'kubernetes-types')

/** One line that changes whenever the output could. */
function stampOf() {
  const hash = createHash('sha256')
  for (const folder of [clientNode, types]) hash.update(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version)
  hash.update(readFileSync(fileURLToPath(import.meta.url)))
  const parts = join(root, 'scripts', 'generate')
  for (const file of readdirSync(parts).sort()) hash.update(file).update(readFileSync(join(parts, file)))
  return hash.digest('hex')
}

function write(name, text) {
  const path = join(out, name)
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

const stamp = stampOf()
const stampFile = join(out, 'stamp')
const files = ['schemas.json', 'descriptions.json']
const current = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && files.every((f) => existsSync(join(out, f)))
if (!current) {
  const { schemas, descriptions } = buildSchemas(join(clientNode, 'dist', 'gen', 'models'), types)
  mkdirSync(out, { recursive: true })
  write('schemas.json', JSON.stringify(schemas))
  write('descriptions.json', JSON.stringify(descriptions))
  write('stamp', stamp)
  console.log(`generated ${Object.keys(schemas).length} schemas`)
}
