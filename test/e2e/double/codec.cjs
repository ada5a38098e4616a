'use strict'
// Structured clone as text: what crosses between the main process and a page. Self-contained, since its source is injected.
module.exports = function codec() {
  const toBase64 = (bytes) => { let s = ''; for (const b of bytes) s += String.fromCharCode(b); return btoa(s) }
  const encode = (v, seen = new Set()) => {
    if (v === undefined) return { $: 'undefined' }
    if (v === null || typeof v === 'boolean' || typeof v === 'string') return v
    if (typeof v === 'number') return Number.isFinite(v) ? v : { $: 'number', v: String(v) }
    if (typeof v === 'bigint') return { $: 'bigint', v: String(v) }
    if (typeof v === 'function' || typeof v === 'symbol') throw new Error('An object could not be cloned.')
    if (v instanceof Date) return { $: 'date', v: v.getTime() }
    if (ArrayBuffer.isView(v)) return { $: 'bytes', v: toBase64(new Uint8Array(v.buffer, v.byteOffset, v.byteLength)) }
    if (seen.has(v)) throw new Error('double: a value that contains itself')
    seen.add(v)
    try {
      if (Array.isArray(v)) return v.map((e) => encode(e, seen))
      const plain = Object.fromEntries(Object.entries(v).map(([k, e]) => [k, encode(e, seen)]))
      return '$' in plain ? { $: 'object', v: plain } : plain
    } finally {
      seen.delete(v)
    }
  }
  const fields = (o) => Object.fromEntries(Object.entries(o).map(([k, e]) => [k, decode(e)]))
  const decode = (v) => {
    if (v === null || typeof v !== 'object') return v
    if (Array.isArray(v)) return v.map(decode)
    switch (v.$) {
      case 'undefined': return undefined
      case 'number': return Number(v.v)
      case 'bigint': return BigInt(v.v)
      case 'date': return new Date(v.v)
      case 'bytes': return Uint8Array.from(atob(v.v), (c) => c.charCodeAt(0))
      case 'object': return fields(v.v)
      default: return fields(v)
    }
  }
  return { encode, decode }
}
