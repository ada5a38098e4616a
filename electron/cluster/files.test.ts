import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../shared/ipc.ts'
import { defaultHome, findDataDirectory, madeFolders, openDataDirectory } from './data-directory.ts'
import { FolderInUseError, lockFolder } from './lock.ts'
import { openSettings } from './settings.ts'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'home-')) })
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('data directory', () => {
  it('is made for its owner alone, and keeps its identity', () => {
    const home = join(dir, 'new')
    const first = openDataDirectory(home)
    expect(first.clusterId).toMatch(/^[0-9a-f]{8}$/)
    expect(statSync(home).mode & 0o777).toBe(0o700)
    expect(openDataDirectory(home)).toEqual(first)
    expect(findDataDirectory(home)).toEqual(first)
  })
  it('knows which folders were made for it', () => {
    const home = join(dir, 'a', 'b')
    openDataDirectory(home)
    expect(madeFolders(home)).toEqual([home, join(dir, 'a')])
    openDataDirectory(home)
    expect(madeFolders(home)).toEqual([home, join(dir, 'a')])
    renameSync(join(dir, 'a'), join(dir, 'elsewhere'))
    expect(madeFolders(join(dir, 'elsewhere', 'b'))).toEqual([])
    mkdirSync(join(dir, 'mine'))
    openDataDirectory(join(dir, 'mine'))
    expect(madeFolders(join(dir, 'mine'))).toEqual([])
  })
  it('refuses a folder that holds other files and leaves it alone', () => {
    writeFileSync(join(dir, 'thesis.doc'), 'x')
    expect(() => openDataDirectory(dir)).toThrow(/holds other files \(thesis.doc\)/)
    expect(readdirSync(dir)).toEqual(['thesis.doc'])
    expect(findDataDirectory(dir)).toBeUndefined()
  })
  it('refuses a file', () => {
    writeFileSync(join(dir, 'thesis.doc'), 'x')
    expect(() => openDataDirectory(join(dir, 'thesis.doc'))).toThrow(/thesis.doc is a file; choose a folder with --home/)
  })
  it('refuses a damaged identity', () => {
    writeFileSync(join(dir, 'cluster-id'), '../../x')
    expect(() => openDataDirectory(dir)).toThrow(/does not hold a cluster id/)
  })
  it.each([
    ['linux', { PILOTHOUSE_HOME: '/data/p' }, '/data/p'],
    ['linux', { XDG_CONFIG_HOME: '/cfg' }, '/cfg/Pilothouse'],
  ] as const)('default on %s with %j', (platform, env, expected) => expect(defaultHome(env, platform)).toBe(expected))
})

describe('folder lock', () => {
  it('lets one in, and the next one after it has gone', async () => {
    const release = await lockFolder(dir)
    await expect(lockFolder(dir)).rejects.toThrow(FolderInUseError)
    await release()
    await (await lockFolder(dir))()
  })
  // A shorter name is another address to a Node that fills it up with zeros than to one that does not.
  it.runIf(process.platform === 'linux')('has an address that every release of Node reads alike', async () => {
    const ours = (): Set<string> => new Set(readFileSync('/proc/net/unix', 'latin1').match(/@pilothouse-\S*/g))
    const before = ours()
    const release = await lockFolder(dir)
    const added = [...ours()].filter((name) => !before.has(name) && !name.includes('@', 1))
    await release()
    expect(added.map((name) => name.length)).toContain(108)
  })
})

describe('settings', () => {
  it('stores what is valid, for the owner alone', () => {
    const path = join(dir, 'settings.json')
    expect(openSettings(path).get().keptPast).toEqual({ hours: 24, megabytes: 256 })
    expect(openSettings(path).set({ keptPast: { hours: 48, megabytes: 1 } })).toEqual({ ...defaultSettings, keptPast: { hours: 48, megabytes: 1 } })
    openSettings(path).set({ keptPast: defaultSettings.keptPast })
    expect(openSettings(path).set({ theme: 'dark' })).toEqual({ ...defaultSettings, theme: 'dark' })
    expect(openSettings(path).get().theme).toBe('dark')
    const savedLogQueries = [{ name: 'errors', query: 'level>=error -healthz' }]
    openSettings(path).set({ savedLogQueries })
    expect(openSettings(path).get()).toEqual({ ...defaultSettings, theme: 'dark', savedLogQueries })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
  it.each([[{ keptLogs: { days: 0, megabytes: 512 } }, /^keptLogs.days: Invalid value: 0: must be a whole number from 1 to 3650/], [{ keptLogs: { days: 14, megabytes: 1.5 } }, /^keptLogs.megabytes: Invalid value: 1.5: must be a whole number from 16 to 1048576/], [{ keptLogs: { days: 14, megabytes: 512, lines: 1 } }, /^keptLogs: must have days and megabytes, and nothing else/], [{ keptPast: { hours: 0, megabytes: 1 } }, /^keptPast.hours: Invalid value: 0: must be a whole number from 1 to 8760/], [{ keptPast: { hours: 1 } }, /must have hours and megabytes/], [{ theme: 'pink' }, /theme: Unsupported value: "pink"/], [{ colour: 1 }, /unknown setting "colour"/], [[], /must be an object/], [{ savedLogQueries: {} }, /^savedLogQueries: must be a list/], [{ savedLogQueries: [{ name: 'a', query: '(' }] }, /^savedLogQueries\[0\]\.query: /], [{ savedLogQueries: [{ name: 'a', query: '' }, { name: 'a', query: '' }] }, /Duplicate value: "a"/]])('refuses %j and changes nothing', (change, why) => {
    const path = join(dir, 'settings.json')
    const settings = openSettings(path)
    settings.set({ language: 'ko' })
    expect(() => settings.set(change)).toThrow(why)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...defaultSettings, language: 'ko' })
  })
  it('falls back to the defaults when the file is damaged', () => {
    const path = join(dir, 'settings.json')
    writeFileSync(path, '{')
    expect(openSettings(path).get()).toEqual(defaultSettings)
  })
})
