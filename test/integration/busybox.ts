/** `busybox:local`, made from Debian's static busybox: a shell and its tools in one layer, with no registry. */
import { readFileSync } from 'node:fs'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'

const APPLETS = ['sh', 'sleep', 'echo', 'cat', 'ls', 'env', 'true', 'false', 'seq', 'httpd', 'wget', 'nc', 'touch', 'rm', 'test', 'date', 'id', 'hostname', 'kill', 'tail', 'head', 'mkdir', 'stat', 'trap', 'printf', 'tar', 'grep', 'ps']

export const BUSYBOX = 'busybox:local'

export async function ensureBusybox(docker: Docker, name = BUSYBOX): Promise<void> {
  if (await docker.getImage(name).inspect().then(() => true, (e: { statusCode?: number }) => { if (e.statusCode !== 404) throw e; return false })) return
  const tar = pack()
  tar.entry({ name: 'bin', type: 'directory', mode: 0o755 })
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync('/bin/busybox'))
  for (const applet of APPLETS) tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })
  for (const folder of ['tmp', 'etc', 'www']) tar.entry({ name: folder, type: 'directory', mode: 0o777 })
  tar.finalize()
  const [repo, tag] = [name.slice(0, name.lastIndexOf(':')), name.slice(name.lastIndexOf(':') + 1)]
  const stream = (await docker.importImage(tar as unknown as string, { repo, tag, changes: ["ENV PATH=/bin", 'CMD ["sh"]'] })) as unknown as NodeJS.ReadableStream
  stream.resume()
  await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject))
}
