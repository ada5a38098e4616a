/** The dictionary of SPDY/3's header compression. Source: SPDY Protocol draft 3, section 2.6.10.1: header names, each behind its length, then a tail of usual values. */
const NAMES = (
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding ' +
  'content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range ' +
  'if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent ' +
  'vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin'
).split(' ').map((name) => name.replace('_', ' '))
const TAIL = [
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505',
  '203 Non-Authoritative Information', '204 No Content', '301 Moved Permanently', '400 Bad Request', '401 Unauthorized', '403 Forbidden', '404 Not Found', '500 Internal Server Error', '501 Not Implemented', '503 Service Unavailable',
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT', 'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,public',
  'privatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.',
].join('')

function prefixed(name: string): Buffer {
  const bytes = Buffer.alloc(4 + name.length)
  bytes.writeUInt32BE(name.length)
  bytes.write(name, 4, 'latin1')
  return bytes
}

export const DICTIONARY = Buffer.concat([...NAMES.map(prefixed), Buffer.from(TAIL, 'latin1')])

/** Adler-32 of the dictionary: how a compressed stream names it. */
export function dictionaryId(): number {
  let [a, b] = [1, 0]
  for (const byte of DICTIONARY) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  return b * 65_536 + a
}
