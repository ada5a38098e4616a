/** What is said when nobody answers: one sentence, and what to look at. */
import { STATUS_CODES } from 'node:http'

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)

export interface Page {
  readonly status: number
  readonly body: string
  readonly contentType: string
}
/** HTML for browsers, one line for everybody else. */
export function page(status: number, sentence: string, accept: string | undefined): Page {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  if (!accept?.includes('text/html')) return { status, body: `${title}: ${sentence}\n`, contentType: 'text/plain; charset=utf-8' }
  return {
    status, contentType: 'text/html; charset=utf-8',
    body: `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${title}</title><body style="font:16px system-ui;max-width:40rem;margin:15vh auto;padding:0 1rem"><h1 style="font-size:1.25rem">${title}</h1><p>${escaped(sentence)}</p>`,
  }
}
