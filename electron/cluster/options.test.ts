import { describe, expect, it } from 'vitest'
import { ownArguments, parseCommandLine, UsageError } from './options.ts'

describe('command line', () => {
  it.each([
    [[], { reset: false }],
    [['--headless', '--home', '/d', '--port', '7000'], { reset: false, home: '/d', port: 7000 }],
    [['--reset', '--home=/d'], { reset: true, home: '/d' }],
    [['--runtime', 'hollow', '--nodes', '100', '--dashboard-port', '0'], { reset: false, runtime: 'hollow', nodes: 100, dashboardPort: 0 }],
    [['snapshot', 'save', 'a b.snapshot', '--home', '/d'], { reset: false, home: '/d', snapshot: { action: 'save', file: 'a b.snapshot' } }],
    [['--home', '/d', 'snapshot', 'restore', '/f'], { reset: false, home: '/d', snapshot: { action: 'restore', file: '/f' } }],
  ])('%j', (args, expected) => expect(parseCommandLine(args)).toEqual(expected))

  it.each([
    [['--port', 'x'], /--port takes a whole number from 0 to 65535, not "x"/],
    [['--port', '70000'], /--port takes/],
    [['--nodes', '0'], /--nodes takes a whole number from 1/],
    [['--runtime', 'podman'], /--runtime is docker or hollow, not "podman"/],
    [['--nonsense'], /--nonsense/],
    [['--home', ''], /--home takes a folder/],
    [['save', 'f'], /There is no command "save"\./],
    [['snapshot'], /snapshot takes save or restore, and one file/],
    [['snapshot', 'save'], /snapshot takes save or restore, and one file/],
    [['snapshot', 'save', ''], /and one file/],
    [['snapshot', 'drop', 'f'], /snapshot takes save or restore/],
    [['snapshot', 'save', 'f', 'g'], /and one file/],
    [['snapshot', 'restore', 'f', '--reset'], /snapshot restore takes --home and no other option, not --reset\./],
    [['snapshot', 'save', 'f', '--port', '1'], /not --port\./],
  ])('%j is refused', (args, why) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError)
    expect(() => parseCommandLine(args)).toThrow(why)
  })
})

describe('own arguments', () => {
  it.each([
    [['electron', '--inspect=0', '--remote-debugging-port=0', '.', '--home', '/d', '--runtime=hollow'], ['--home', '/d', '--runtime=hollow']],
    [['Pilothouse', '--no-sandbox'], []],
    [['Pilothouse', '--port'], ['--port']],
  ])('of %j', (argv, expected) => expect(ownArguments(argv)).toEqual(expected))
})
