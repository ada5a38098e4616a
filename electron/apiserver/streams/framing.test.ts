import { describe, expect, it } from 'vitest'
import { framingOf } from './framing.ts'

const ok = { status: 'Success' }
const bad = { status: 'Failure', message: 'exit status 3' }

describe('the frames of a protocol', () => {
  it.each<[string, string | undefined, string]>([
    ['v5.channel.k8s.io', JSON.stringify(ok), JSON.stringify(bad)], ['v4.channel.k8s.io', JSON.stringify(ok), JSON.stringify(bad)], ['v4.base64.channel.k8s.io', JSON.stringify(ok), JSON.stringify(bad)],
    ['channel.k8s.io', undefined, 'exit status 3'], ['base64.channel.k8s.io', undefined, 'exit status 3'], ['', undefined, 'exit status 3'],
  ])('%s: the last word', (protocol, success, failure) => {
    expect([framingOf(protocol).last(ok)?.toString(), framingOf(protocol).last(bad)?.toString()]).toEqual([success, failure])
  })
  it.each<[string, Uint8Array | string]>([['v5.channel.k8s.io', Buffer.from([1, 0, 255])], ['base64.channel.k8s.io', '1AP8=']])('%s goes there and back', (protocol, expected) => {
    const framing = framingOf(protocol)
    const sent = framing.encode(1, Buffer.from([0, 255]))
    expect(sent).toEqual(expected)
    expect(framing.decode(Buffer.from(sent as string))).toEqual({ channel: 1, data: Buffer.from([0, 255]) })
  })
  it('what is no message is passed over', () => {
    expect(framingOf('v5.channel.k8s.io').decode(Buffer.alloc(0))).toBeUndefined()
    expect(framingOf('base64.channel.k8s.io').decode(Buffer.from('x'))).toBeUndefined()
  })
})
