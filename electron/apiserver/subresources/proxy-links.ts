/** Links and redirects of what is proxied lead through the proxy again. Source: kubernetes apimachinery pkg/util/proxy, its transport. */
import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'

/** Attributes that hold an address. */
const ATTRIBUTES = 'href|src|action|formaction|cite|data|longdesc|usemap|profile|classid|codebase|background|manifest|poster|icon'
const LINK = new RegExp(`(\\s(?:${ATTRIBUTES})\\s*=\\s*(["']))(\\/(?!\\/)[^"']*)`, 'gi')
/** Upstream unpacks these, and passes on as it is what is packed otherwise. */
const UNPACK: Readonly<Record<string, (data: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>>> = { '': async (data) => Buffer.from(data), identity: async (data) => Buffer.from(data), gzip: promisify(gunzip), deflate: promisify(inflate) }

const under = (base: string, path: string): string => (path.startsWith(`${base}/`) ? path : base + path)

/** Links of a page that begin at the root. */
export const rewriteLinks = (html: string, base: string): string => html.replace(LINK, (_whole, before: string, _quote, path: string) => before + under(base, path))

/** Where a redirect leads. @param hosts that are the backend itself: as it is reached, and as it was told that it is called */
export function rewriteLocation(location: string, base: string, hosts: readonly string[]): string {
  if (location.startsWith('/') && !location.startsWith('//')) return under(base, location)
  if (!/^(https?:)?\/\//i.test(location) || !URL.canParse(location, 'http://any')) return location
  const url = new URL(location, 'http://any')
  return hosts.includes(url.host) ? under(base, url.pathname) + url.search + url.hash : location
}

/** Whether it is a page whose links can be read. */
export const isPage = (contentType: string, encoding = ''): boolean => contentType.split(';')[0]!.trim() === 'text/html' && encoding in UNPACK

/** The page, unpacked, with its links led through. Rejects when it is not packed as it says, or larger than `limit`. */
export async function rewritePage(bytes: Uint8Array, encoding: string, base: string, limit: number): Promise<Buffer> {
  const text = await UNPACK[encoding]!(bytes, { maxOutputLength: limit })
  return Buffer.from(rewriteLinks(text.toString('utf8'), base))
}
