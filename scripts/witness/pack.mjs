#!/usr/bin/env node
/** Compresses standard input into the file that is named. */
import { writeFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, constants } from 'node:zlib'

const [path] = process.argv.slice(2)
if (!path) throw new Error('pack.mjs FILE')
const bytes = await buffer(process.stdin)
writeFileSync(path, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }))
