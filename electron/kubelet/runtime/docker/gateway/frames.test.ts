import fc from 'fast-check'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHUNK, DATA, decodeAddress, encodeAddress, frame, FrameReader, HELLO, OPEN, PING, PONG, socketError, type Frame } from './frames.ts'
import { GatewayProgram, runsHere } from './testing.ts'

const frames = fc.array(fc.record({ id: fc.nat(), type: fc.integer({ min: 0, max: PONG }), payload: fc.uint8Array({ maxLength: 300 }) }), { maxLength: 20 })

describe('frames', () => {
  it('come out as they went in, in whatever pieces they arrive', () => {
    fc.assert(fc.property(frames, fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 50 }), (wanted, cuts) => {
      const bytes = Buffer.concat(wanted.map((f) => frame(f.id, f.type, f.payload)))
      const found: Frame[] = []
      const reader = new FrameReader((f) => found.push({ ...f, payload: Buffer.from(f.payload) }))
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = cuts[i % cuts.length] ?? 1
        reader.push(bytes.subarray(at, at + size))
        at += size
      }
      expect(found.map((f) => [f.id, f.type, [...f.payload]])).toEqual(wanted.map((f) => [f.id, f.type, [...f.payload]]))
    }))
  })
  it('any bytes are frames, or refused; none are kept beyond one frame', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
      const reader = new FrameReader(({ payload, type }) => { expect(payload.length).toBeLessThanOrEqual(CHUNK); expect(type).toBeLessThanOrEqual(PONG) })
      let refusal = 'no frame'
      try {
        for (const chunk of chunks) reader.push(Buffer.from(chunk))
      } catch (error) {
        refusal = (error as Error).message
      }
      expect(refusal).toContain('no frame')
    }))
  })
  it.each([['10.244.0.7', 80], ['255.255.255.255', 65_535], ['0.0.0.0', 0]])('address %s:%i', (host, port) => expect(decodeAddress(encodeAddress({ host, port }))).toEqual({ host, port }))
  it('errors are named by the numbers of Linux', () => {
    expect(socketError('connect', 111, { host: '10.0.0.1', port: 80 })).toMatchObject({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 10.0.0.1:80' })
    expect(socketError('listen', 99, { host: '10.0.0.1', port: 80 }).code).toBe('EADDRNOTAVAIL')
    expect(socketError('read', 7, { host: '10.0.0.1', port: 80 }).code).toBe('E7')
  })
})

describe.runIf(runsHere)('the program', () => {
  let program: GatewayProgram
  beforeAll(() => { program = new GatewayProgram() })
  afterAll(() => program.dispose())

  it('takes whatever it is given: it answers, or ends and says why', async () => {
    // OPEN only with an address that nobody can reach, so that nothing of the machine is spoken to.
    const nowhere = encodeAddress({ host: '240.0.0.1', port: 1 })
    const any = fc.oneof(
      fc.record({ id: fc.nat({ max: 8 }), type: fc.constantFrom(DATA, 4, 5, 6, 10, PING), payload: fc.uint8Array({ maxLength: 40 }) }),
      fc.record({ id: fc.nat({ max: 8 }), type: fc.constant(OPEN), payload: fc.constant(new Uint8Array(nowhere)) }),
    )
    await fc.assert(fc.asyncProperty(fc.array(any, { maxLength: 30 }), fc.uint8Array({ maxLength: 30 }), async (list, junk) => {
      const child = program.begin('tunnel')
      const exit = once(child, 'close')
      let said = ''
      child.stderr.on('data', (text: Buffer) => { said += text.toString() })
      const answers: number[] = []
      const reader = new FrameReader(({ type }) => answers.push(type))
      child.stdout.on('data', (chunk: Buffer) => reader.push(chunk))
      child.stdin.end(Buffer.concat([...list.map((f) => frame(f.id, f.type, f.payload)), Buffer.from(junk)]))
      const [code, signal] = await exit as [number | null, string | null]
      expect([signal, code === 0 || (code === 3 && said !== ''), answers[0]]).toEqual([null, true, HELLO])
    }), { numRuns: 60 })
  })
  it('says what it is for, reads a file, and finds programs of the machine below another root', async () => {
    expect(await program.run('what')).toMatchObject({ code: 2, stderr: expect.stringContaining('usage') })
    expect((await program.run('cat', '/proc/net/route')).stdout).toContain('Destination')
    expect((await program.run('cat', '/no/such')).code).toBe(1)
    expect(await program.run('bridge', 'no-such-br', '10.96.0.0/16')).toMatchObject({ code: 0, stdout: 'absent\n' })
    for (const range of ['10.96.0.0', '10.96.0.256/16', '10.96.0.0/33', 'x']) expect((await program.run('bridge', 'no-such-br', range)).code).toBe(2)
  })
  it.runIf(process.getuid?.() === 0)('runs a program below the root', async () => {
    expect(await program.run('run', '/', 'sh', '-c', 'echo $0 $1; exit 7', 'a', 'b')).toMatchObject({ code: 7, stdout: 'a b\n' })
    expect(await program.run('run', '/', 'no-such-program')).toMatchObject({ code: 127, stderr: expect.stringContaining('no-such-program') })
    expect((await program.run('run', '/no/such/root', 'sh')).code).toBe(126)
  })
})
