#!/usr/bin/env node
/**
 * What an upstream API server's OpenAPI 3 documents say of paths and types, less all sentences, for electron/apiserver/openapi/upstream.test.ts.
 * client-go carries some documents for its own tests (k8s.io/client-go/openapi/openapitest/testdata; they are of an older release):
 *
 *     node scripts/witness/openapi.mjs api__v1_openapi.json apis__apps__v1_openapi.json … | node scripts/witness/pack.mjs electron/apiserver/openapi/upstream.fixture.br
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { factsOf } from './openapi-facts.ts'

const facts = {}
for (const file of process.argv.slice(2)) {
  // api__v1_openapi.json → api/v1
  facts[basename(file).replace(/_openapi\.json$/, '').replaceAll('__', '/')] = factsOf(JSON.parse(readFileSync(file, 'utf8')))
}
process.stdout.write(JSON.stringify(facts))
