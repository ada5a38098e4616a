import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { extract } from 'tar-stream'
import { buildContext, ignoreRules } from './build-context.ts'

describe('.dockerignore', () => {
  it.each<[string, string, boolean]>([
    ['node_modules', 'node_modules/a/b.js', true], ['node_modules', 'web/node_modules', false], ['**/node_modules', 'web/node_modules/x', true],
    ['*.md', 'README.md', true], ['*.md', 'docs/a.md', false], ['*/*.md', 'docs/a.md', true], ['/a', 'a', true], ['./a/', 'a/x', true],
    ['*.md\n!README.md', 'README.md', false], ['*.md\n!README.md', 'b.md', true], ['!README.md\n*.md', 'README.md', true],
    ['dist\n!dist/keep', 'dist/keep/x', false], ['dist\n!dist/keep', 'dist/x', true], ['*\n!src', 'src/x', false], ['*\n!src', 'other', true],
    ['# a\n\n  b  ', 'a', false], ['# a\n\n  b  ', 'b', true], ['A', 'a', false],
  ])('%j on %s: %s', (text, path, out) => expect(ignoreRules(text)(path)).toBe(out))
})

describe('buildContext', () => {
  let folder: string
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'context-')) })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const write = async (path: string, text = path): Promise<void> => { await mkdir(dirname(join(folder, path)), { recursive: true }); await writeFile(join(folder, path), text) }
  const entries = async (dockerfile = 'Dockerfile'): Promise<Record<string, string>> => {
    const found: Record<string, string> = {}
    const reader = extract()
    reader.on('entry', (header, stream, next) => {
      let text = ''
      stream.on('data', (c: unknown) => { text += String(c) })
      stream.on('end', () => { found[header.name] = header.type === 'file' ? `${((header.mode ?? 0) & 0o777).toString(8)} ${header.uid} ${text}` : `${header.type} ${header.linkname ?? ''}`.trim(); next() })
    })
    await new Promise<void>((resolve, reject) => { reader.on('finish', () => resolve()); void buildContext(folder, dockerfile, new AbortController().signal).then((s) => s.on('error', reject).pipe(reader as never), reject) })
    return found
  }
  it('has what is not left out, with modes and links, and always the Dockerfile', async () => {
    await write('Dockerfile', 'FROM scratch')
    await write('.dockerignore', '*\n!src\n!run')
    await write('src/a/b', 'text')
    await write('src/empty', '')
    await write('secret')
    await write('run')
    await chmod(join(folder, 'run'), 0o755)
    await symlink('src/a', join(folder, 'src/link'))
    expect(await entries()).toEqual({
      '.dockerignore': '644 0 *\n!src\n!run', Dockerfile: '644 0 FROM scratch', run: '755 0 run', src: 'directory', 'src/a': 'directory', 'src/a/b': '644 0 text', 'src/empty': '644 0 ', 'src/link': 'symlink src/a',
    })
  })
  it('goes by the ignore file of its Dockerfile, if there is one', async () => {
    await write('x/Other')
    await write('x/Other.dockerignore', 'a')
    await write('.dockerignore', 'b')
    await write('a')
    await write('b')
    expect(Object.keys(await entries('x/Other')).sort()).toEqual(['.dockerignore', 'b', 'x', 'x/Other', 'x/Other.dockerignore'])
  })
  it.each([['Dockerfile', 'there is no Dockerfile in '], ['no/such', 'there is no no/such in ']])('without %s is refused', (dockerfile, why) => expect(entries(dockerfile)).rejects.toThrow(why))
  it('ends when it is cancelled', async () => {
    await write('Dockerfile')
    await write('big', 'x'.repeat(1 << 20))
    const abort = new AbortController()
    const stream = await buildContext(folder, 'Dockerfile', abort.signal)
    abort.abort()
    await expect((async () => { for await (const chunk of stream) void chunk })()).rejects.toThrow('aborted')
  })
})
