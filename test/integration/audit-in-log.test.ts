/** Every request that was answered is in the log store once, whatever ends the app. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { realClock } from '../../shared/clock.ts'
import { openLogStore } from '../../electron/logging/index.ts'
import { Api } from '../bench/http.ts'
import { App } from './app.ts'

const args = ['--runtime', 'hollow']
let app: App
beforeAll(async () => { app = await App.start({ args }) })
afterAll(async () => { await app.dispose() })

it('audit events come to the log once through SIGKILLs at any moment', async () => {
  const names: string[] = []
  for (let round = 0; round < 4; round++) {
    const api = new Api(app.ready)
    // With the last answer the app dies: what it has just written down it has not yet put into the log.
    for (let i = 0; i < 30; i++) {
      const name = `kept-${round}-${i}`
      await api.send('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name } })
      names.push(name)
    }
    await app.kill()
    app = await App.start({ home: app.home, args })
  }
  await app.stop()
  const store = await openLogStore({ directory: join(app.home, 'logs'), clock: realClock })
  try {
    const { batch } = await store.scan({ query: 'stream:audit "kept-" json.verb:create', after: 0, limit: 10_000 })
    expect(batch.entries.map((e) => (JSON.parse(e.text) as { objectRef: { name: string } }).objectRef.name)).toEqual(names)
  } finally {
    await store.close()
  }
})
