import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createDeviceNames, readDevices } from './devices.ts'

const names: Readonly<Record<string, string>> = { '8:0': '/dev/sda', '259:1': '/dev/nvme0n1' }
const nameOf = async (number: string): Promise<string> => names[number] ?? ''
const sda = { device: '/dev/sda', readBytes: 4096, writeBytes: 8192, reads: 1, writes: 2 }

it.each<[string, 1 | 2, string, string, object[]]>([
  ['v2', 2, '8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=9 dios=9\n259:1 rbytes=10 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n', '', [sda, { device: '/dev/nvme0n1', readBytes: 10, writeBytes: 0, reads: 1, writes: 0 }]],
  ['v1', 1, '8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 12288\n8:0 Total 12288\nTotal 12288\n', '8:0 Read 1\n8:0 Write 2\n8:0 Total 3\nTotal 3\n', [sda]],
  ['a device that nobody knows', 2, '7:7 rbytes=1 wbytes=2 rios=3 wios=4\n', '', [{ device: '', readBytes: 1, writeBytes: 2, reads: 3, writes: 4 }]],
  ['none that is named', 1, 'Total 0\n', 'Total 0\n', []],
])('by device: %s', async (_title, version, bytes, served, expected) => expect(await readDevices(version, bytes, served, nameOf)).toEqual(expected))

it('devices have the names that the kernel gives them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'devices-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await symlink('../../devices/pci0000:00/block/sda', join(folder, '8:0'))
  const look = createDeviceNames(folder)
  expect([await look('8:0'), await look('8:0'), await look('9:9')]).toEqual(['/dev/sda', '/dev/sda', ''])
})
