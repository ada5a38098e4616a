import { describe, expect, it } from 'vitest'
import { familiarImageReference, normalizeImageReference } from './image-reference.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('image references', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['nginx:1.25', 'docker.io/library/nginx:1.25', 'nginx:1.25'],
    ['user/app', 'docker.io/user/app:latest', 'user/app:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['localhost/a', 'localhost/a:latest', 'localhost/a:latest'],
    ['localhost:5000/a/b:t', 'localhost:5000/a/b:t', 'localhost:5000/a/b:t'],
    ['pilothouse.dev/hello:1', 'pilothouse.dev/hello:1', 'pilothouse.dev/hello:1'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`, `nginx@${digest}`],
    [`r.example.com/n:1@${digest}`, `r.example.com/n:1@${digest}`, `r.example.com/n:1@${digest}`],
  ])('%s is %s', (text, full, familiar) => {
    expect(normalizeImageReference(text)).toBe(full)
    expect(familiarImageReference(text)).toBe(familiar)
  })
  it.each([['', 'empty'], ['Nginx', 'lowercase'], ['a b', 'repository'], [' nginx', 'space'], ['nginx:', 'tag'], ['nginx:a b', 'tag'], ['nginx@sha256:12', 'digest'],
    ['a//b', 'repository'], ['x.y/', 'repository'], ['-a', 'repository'], ['a'.repeat(600), '512']])('refuses %j', (text, why) => {
    expect(() => normalizeImageReference(text)).toThrowError(new RegExp(`couldn't parse image name .*${why}`))
  })
})
