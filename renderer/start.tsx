/** What the entry loads: one Transport, one cache, one page. */
import createCache from '@emotion/cache'
import { CacheProvider } from '@emotion/react'
import CssBaseline from '@mui/material/CssBaseline'
import { ThemeProvider } from '@mui/material/styles'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import type { ClusterState } from '../shared/ipc.ts'
import { App } from './App.tsx'
import { Api } from './cache/api.ts'
import { Cache } from './cache/cache.ts'
import { ServicesContext } from './cache/hooks.ts'
import { applyLanguage, i18nReady } from './i18n/i18n.ts'
import { Value } from './lib/value.ts'
import { theme } from './theme/theme.ts'
import { openTransport } from './transport/pipes.ts'

// `speedy` puts rules in through the CSSOM, in development too: the page's policy allows no inline style text.
const styles = createCache({ key: 'ph', speedy: true })
const transport = openTransport(window)
const api = new Api(transport)
const cache = new Cache(api)
const cluster = new Value<ClusterState | undefined>(undefined)

/** The state is wanted for as long as the page stands; an end with a reason is tried again. */
function followCluster(): void {
  transport.subscribe('cluster.state', {}, (state) => cluster.set(state), () => void setTimeout(followCluster, 2000))
}
followCluster()

void i18nReady.then(() => applyLanguage('system')).then(() => {
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  createRoot(root).render(
    <StrictMode>
      <CacheProvider value={styles}>
        <ThemeProvider theme={theme} defaultMode="system">
          <CssBaseline enableColorScheme />
          <ServicesContext value={{ transport, api, cache, cluster }}>
            <Router hook={useHashLocation}>
              <App />
            </Router>
          </ServicesContext>
        </ThemeProvider>
      </CacheProvider>
    </StrictMode>,
  )
})
