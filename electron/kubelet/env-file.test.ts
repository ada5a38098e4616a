import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Container } from '../../shared/api/types.ts'
import { envFileValue, envFileValues } from './env-file.ts'

describe('envFileValue', () => {
  it.each<[string, string, string | undefined]>([
    ['the one that is asked for', "A='1'\nB='2'\n", '2'],
    ['spaces before a name, blank lines, comments', "  # B='0'\n\n\tB='2' # said\n", '2'],
    ['all that is between the quotes', "B='  #$A ${A} \\n \"x\" = 中 '", '  #$A ${A} \\n "x" = 中 '],
    ['several lines', "A='x\ny'\nB='one\n\n  three'\n", 'one\n\n  three'],
    ['nothing', "B=''\n", ''],
    ['a file with the line ends of another system', "A='1'\r\nB='2'\r\n", '2'],
    ['not there', "A='1'\n", undefined],
    ['an empty file', '', undefined],
  ])('%s', (_name, text, value) => expect(envFileValue(text, 'B')).toBe(value))
  it.each([
    ["A='1'\nB=2", 'value must be enclosed in single quotes at line 2'], ['B="2"', 'value must be enclosed in single quotes at line 1'], ['B=', 'value must be enclosed in single quotes at line 1'],
    ["B ='2'", "whitespace before '=' is not allowed at line 1"], ["B= '2'", "whitespace after '=' is not allowed at line 1"], ["A='x\ny'\nwhat\nB='2'", 'invalid environment variable format "what" at line 3'],
    ["='2'", 'invalid environment variable format "=\'2\'" at line 1'], ["B='2''3'", 'unexpected content after closing quote at line 1'], ["B='2'$A", 'unexpected content after closing quote at line 1'], ["\nB='2", 'unclosed single quote at line 2'],
  ])('%j is none', (text, why) => expect(() => envFileValue(text, 'B')).toThrow(why))
  it('a line that is none does not matter after the one that is asked for', () => expect(envFileValue("B='2'\nwhat", 'B')).toBe('2'))
})

describe('envFileValues', () => {
  let root: string
  const places = () => new Map([['v', { path: join(root, 'v') }], ['m', { path: '', engineVolume: 'x' }]])
  const ref = (more: object): Container => ({ name: 'c', env: [{ name: 'N', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'a/env', key: 'B', ...more } } }] })
  const values = async (more: object): Promise<object> => Object.fromEntries(await envFileValues(ref(more), places()))
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'env-'))
    mkdirSync(join(root, 'v', 'a'), { recursive: true })
    writeFileSync(join(root, 'v', 'a', 'env'), "B='2'\n")
    writeFileSync(join(root, 'secret'), "B='the machine'\n")
    symlinkSync('../../secret', join(root, 'v', 'a', 'out'))
    symlinkSync('env', join(root, 'v', 'a', 'in'))
    writeFileSync(join(root, 'v', 'long'), '')
    truncateSync(join(root, 'v', 'long'), 2 << 20)
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(root, 'v', 'pipe')])
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it.each([[{}, { N: '2' }], [{ path: 'a/in' }, { N: '2' }], [{ key: 'C', optional: true }, {}], [{ path: 'none', optional: true }, {}]])('%j', async (more, expected) => expect(await values(more)).toEqual(expected))
  it.each([
    [{ key: 'C' }, 'couldn\'t get the environment variable N out of file "a/env" of volume "v": it has no key "C"'], [{ path: 'none' }, /it does not exist$/], [{ path: 'a/out' }, /it leads out of its volume$/],
    [{ path: '../secret' }, /must be relative and without '\.\.'/], [{ path: 'a' }, /it is no file$/], [{ path: 'pipe' }, /it is no file$/], [{ path: 'long' }, /it is longer than/], [{ volumeName: 'w' }, /volume "w" .* does not exist/], [{ volumeName: 'm' }, /the engine keeps the volume in memory/],
  ])('%j is refused', async (more, why) => expect(values(more)).rejects.toThrow(why))
})
