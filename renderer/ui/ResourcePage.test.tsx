// @vitest-environment happy-dom
import { ThemeProvider } from '@mui/material/styles'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Router } from 'wouter'
import { memoryLocation } from 'wouter/memory-location'
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import type { ClusterState } from '../../shared/ipc.ts'
import { Api } from '../cache/api.ts'
import { Cache } from '../cache/cache.ts'
import { ServicesContext } from '../cache/hooks.ts'
import { i18nReady } from '../i18n/i18n.ts'
import { Value } from '../lib/value.ts'
import { theme } from '../theme/theme.ts'
import { MessageClient } from '../transport/client.ts'
import { FakePipe } from '../transport/fake-pipe.ts'
import { ResourcePage } from './ResourcePage.tsx'

let pipe: FakePipe
let cache: Cache
const location = memoryLocation({ path: '/pods', record: true })
// There is no layout here, and without a height the virtual list shows nothing.
for (const side of ['clientWidth', 'clientHeight', 'offsetHeight']) Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => 800 })
beforeEach(async () => {
  await i18nReady
  pipe = new FakePipe()
  const transport = new MessageClient(pipe)
  const api = new Api(transport)
  cache = new Cache(api)
  render(
    <ThemeProvider theme={theme}>
      <ServicesContext value={{ transport, api, cache, cluster: new Value<ClusterState | undefined>(undefined) }}>
        <Router hook={location.hook}>
          <ResourcePage type={Pods} title="Pods" path="/pods" columns={[{ id: 'name', label: 'Name', width: '1fr', value: (p: Pod) => p.metadata.name }]} empty="Nothing here yet." emptyAction={<button type="button">Make one</button>} detail={(p) => p.metadata.name} />
        </Router>
      </ServicesContext>
    </ThemeProvider>,
  )
})
afterEach(() => {
  cleanup()
  cache.close()
})
const answer = async (status: number, body: unknown): Promise<void> => {
  await waitFor(() => expect(pipe.sent.length).toBeGreaterThan(0))
  pipe.say({ type: 'result', id: pipe.sent.at(-1)?.id ?? 0, value: { status, body } })
}
const list = (...names: string[]): Promise<void> => answer(200, { metadata: { resourceVersion: '1' }, items: names.map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'x' }, spec: { containers: [] } })) })

describe('ResourcePage', () => {
  it('shows a skeleton until there is an answer', () => {
    expect(screen.getByRole('status', { name: 'Loading' })).toBeDefined()
  })
  it('teaches when there is nothing', async () => {
    await list()
    expect(await screen.findByText('Nothing here yet.')).toBeDefined()
    expect(screen.getByRole('button', { name: 'Make one' })).toBeDefined()
  })
  it('shows the sentence of the API and a way to try again', async () => {
    await answer(403, { kind: 'Status', code: 403, reason: 'Forbidden', message: 'pods is forbidden: no' })
    expect(await screen.findByText('pods is forbidden: no')).toBeDefined()
    const calls = pipe.sent.length
    fireEvent.click(screen.getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(pipe.sent.length).toBeGreaterThan(calls))
  })
  it('lists rows, filters them, and opens one by its address', async () => {
    await list('web-1', 'api-1')
    expect(await screen.findByRole('row', { name: 'web-1' })).toBeDefined()
    expect(screen.getByTestId('count').textContent).toBe('2')
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter' }), { target: { value: 'api' } })
    expect(screen.queryByRole('row', { name: 'web-1' })).toBeNull()
    fireEvent.click(screen.getByRole('row', { name: 'api-1' }))
    expect(location.history.at(-1)).toBe('/pods/x/api-1')
  })
  it('says that it may be out of date when the watch fails, and keeps its rows', async () => {
    await list('web-1')
    await screen.findByRole('row', { name: 'web-1' })
    pipe.say({ type: 'end', id: pipe.sent.at(-1)?.id ?? 0, status: { kind: 'Status', code: 500, message: 'boom' } })
    expect(await screen.findByText(/boom/)).toBeDefined()
    expect(screen.getByRole('row', { name: 'web-1' })).toBeDefined()
  })
})
