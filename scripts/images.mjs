/**
 * Rebuilds the programs of the built-in images from resources/images into electron/kubelet/images/binaries.json.
 * Needs gcc for both machines: `apt-get install gcc gcc-aarch64-linux-gnu`. Run after a change of a source: `node scripts/images.mjs`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const MACHINES = { amd64: 'x86_64-linux-gnu-', arm64: 'aarch64-linux-gnu-' }
const FLAGS = ['-Os', '-Wall', '-Werror', '-static', '-nostdlib', '-ffreestanding', '-fno-pic', '-no-pie', '-fno-asynchronous-unwind-tables', '-fno-stack-protector',
  '-Wl,--build-id=none,-z,noseparate-code,-z,norelro,-z,noexecstack,-s']

/** The program of one image for one machine. */
export function compile(image, arch) {
  const folder = mkdtempSync(join(tmpdir(), 'pilothouse-image-'))
  try {
    const binary = join(folder, image)
    const prefix = MACHINES[arch]
    // arm64's gcc calls helpers of libgcc for atomics unless told otherwise; there are none here.
    execFileSync(`${prefix}gcc`, [...FLAGS, ...(arch === 'arm64' ? ['-mno-outline-atomics'] : []), '-o', binary, join(root, 'resources/images', image, `${image}.c`)], { stdio: 'inherit' })
    execFileSync(`${prefix}strip`, ['-s', '-R', '.comment', '-R', '.note.gnu.property', binary], { stdio: 'inherit' })
    return readFileSync(binary)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binaries = {}
  for (const image of ['pause', 'hello', 'gateway']) {
    binaries[image] = {}
    for (const arch of Object.keys(MACHINES)) {
      const bytes = compile(image, arch)
      binaries[image][arch] = bytes.toString('base64')
      console.log(`${image} ${arch} ${bytes.length} bytes`)
    }
  }
  writeFileSync(join(root, 'electron/kubelet/images/binaries.json'), `${JSON.stringify(binaries, null, 2)}\n`)
}
