import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isPage, rewriteLinks, rewriteLocation, rewritePage } from './proxy-links.ts'

const BASE = '/api/v1/namespaces/a/services/b/proxy'

it.each([
  ["<form action='/x'>", `<form action='${BASE}/x'>`], ['<a href="/x?q#h">', `<a href="${BASE}/x?q#h">`], ['<button formaction="/x">', `<button formaction="${BASE}/x">`], ['<video poster="/x">', `<video poster="${BASE}/x">`],
  ['<a href="x">', '<a href="x">'], ['<a href="//other/x">', '<a href="//other/x">'], [`<a href="${BASE}/x">`, `<a href="${BASE}/x">`], ['<a title="/x">', '<a title="/x">'],
])('a link: %s', (html, led) => expect(rewriteLinks(html, BASE)).toBe(led))

it.each([
  ['/there?a=b', `${BASE}/there?a=b`], ['/', `${BASE}/`], [`${BASE}/there`, `${BASE}/there`], ['there', 'there'], ['?a=b', '?a=b'], ['//b:80/x', `${BASE}/x`],
  ['http://b:80/x/?a=b#c', `${BASE}/x/?a=b#c`], ['https://127.0.0.1:6443/x', `${BASE}/x`], ['https://example.com/x', 'https://example.com/x'], ['//example.com/x', '//example.com/x'], ['mailto:a@b', 'mailto:a@b'], ['http://[/x', 'http://[/x'],
])('a redirect to %s', (location, led) => expect(rewriteLocation(location, BASE, ['b:80', 'b', '127.0.0.1:6443'])).toBe(led))

describe('a page', () => {
  const html = '<a href="/x">'
  it.each([['', Buffer.from(html)], ['gzip', gzipSync(html)], ['deflate', deflateSync(html)]])('packed as %j', async (encoding, bytes) => {
    expect(isPage('text/html; charset=utf-8', encoding)).toBe(true)
    expect((await rewritePage(bytes, encoding, BASE, 1000)).toString()).toBe(`<a href="${BASE}/x">`)
  })
  it.each([['text/html', 'br'], ['text/html', 'zstd'], ['text/plain', ''], ['text/html+x', '']])('is none: %s, %s', (type, encoding) => expect(isPage(type, encoding)).toBe(false))
  it('that is not what it says, or too much, is refused', async () => {
    await expect(rewritePage(Buffer.from(html), 'gzip', BASE, 1000)).rejects.toThrow('incorrect header check')
    await expect(rewritePage(gzipSync('x'.repeat(2000)), 'gzip', BASE, 1000)).rejects.toThrow('Cannot create a Buffer larger than 1000 bytes')
  })
})
