import { describe, expect, it } from 'vitest'
import { pullCredentials } from './pull-secrets.ts'
import { podOf } from './testing.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const using = (auths: Record<string, object>, image: string, key = '.dockerconfigjson'): string[] =>
  pullCredentials(podOf({ imagePullSecrets: [{ name: 's' }] }), image, (_n, name) => (name === 's' ? { data: { [key]: base64(JSON.stringify(key === '.dockercfg' ? auths : { auths })) } } : undefined)).map((c) => `${c.username}:${c.password}`)

describe('pullCredentials', () => {
  it.each<[string, Record<string, object>, string, string[]]>([
    ['by host', { 'r.example': { username: 'u', password: 'p' } }, 'r.example/x', ['u:p']],
    ['not of another host', { 'r.example': { username: 'u', password: 'p' } }, 'q.example/x', []],
    ['not of another port', { 'r.example:1': { username: 'u', password: 'p' } }, 'r.example:2/x', []],
    ['of Docker Hub by its old name', { 'https://index.docker.io/v1/': { auth: base64('u:p:q') } }, 'nginx', ['u:p:q']],
    ['the longest path first', { 'r.example': { username: 'a' }, 'r.example/team': { username: 'b' } }, 'r.example/team/x', ['b:', 'a:']],
    ['no path that only begins so', { 'r.example/tea': { username: 'b' } }, 'r.example/team/x', []],
    ['a star within one label', { '*.r.example': { username: 'u' } }, 'a.r.example/x', ['u:']],
    ['a star not across labels', { '*.example': { username: 'u' } }, 'a.r.example/x', []],
  ])('%s', (_n, auths, image, expected) => expect(using(auths, image)).toEqual(expected))
  it('reads the old form', () => expect(using({ 'r.example': { username: 'u' } }, 'r.example/x', '.dockercfg')).toEqual(['u:']))
  it('goes without a secret that is broken or absent', () => {
    expect(pullCredentials(podOf({ imagePullSecrets: [{ name: 'a' }, { name: 'b' }] }), 'r.example/x', (_n, name) => (name === 'a' ? { data: { '.dockerconfigjson': base64('{') } } : undefined))).toEqual([])
  })
})
