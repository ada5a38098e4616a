/** Who serves, on the details of services and ingresses. */
import Box from '@mui/material/Box'
import MuiLink from '@mui/material/Link'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { EndpointSlices } from '../../../shared/api/resources.ts'
import type { Ingress, Service } from '../../../shared/api/types.ts'
import { useResource } from '../../cache/hooks.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { Mono, Section } from '../../ui/parts.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { addressesOf, backendsOf, routesOf, slicesOf } from './serves.ts'

const MOST = 100
export const External = ({ href }: { href: string }) => <MuiLink href={href} target="_blank" rel="noreferrer">{href}</MuiLink>

export function Backends({ object: s }: { object: Service }) {
  const { t } = useTranslation()
  const { namespace, name } = s.metadata
  const { items, state } = useResource(EndpointSlices, { namespace })
  const backends = useMemo(() => backendsOf(slicesOf(items, name)), [items, name])
  const ready = backends.filter((b) => b.ready).length
  const addresses = addressesOf(s)
  return (
    <>
      {addresses.length > 0 && <Section title={t('services.open')}>{addresses.map((a) => <div key={a}><External href={a} /></div>)}</Section>}
      {s.spec.type !== 'ExternalName' && (
        <Section title={t('services.serving', { ready, total: backends.length })}>
          {state !== 'loading' && backends.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('services.nobody')}</Box>}
          {backends.slice(0, MOST).map((b) => (
            <Box key={b.address} sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1.6fr)', gap: 3, py: 1 }}>
              <StatusWord level={b.ready ? 'ok' : b.leaving ? 'working' : 'waiting'}>{t(b.ready ? 'common.ready' : b.leaving ? 'common.terminating' : 'services.notReady')}</StatusWord>
              <Mono>{b.address}</Mono>
              <Box sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{b.pod ? <ObjectLink apiVersion="v1" kind="Pod" namespace={namespace} name={b.pod}>{b.pod}</ObjectLink> : (b.node ?? '')}</Box>
            </Box>
          ))}
          {backends.length > MOST && <Box sx={{ color: 'text.secondary' }}>{t('common.shown', { shown: MOST, total: backends.length })}</Box>}
        </Section>
      )}
    </>
  )
}

export function Routes({ object: i }: { object: Ingress }) {
  const { t } = useTranslation()
  const { namespace } = i.metadata
  const { items } = useResource(EndpointSlices, { namespace })
  const routes = useMemo(() => routesOf(i).map((r) => {
    const backends = backendsOf(slicesOf(items, r.service))
    return { ...r, total: backends.length, ready: backends.filter((b) => b.ready).length }
  }), [i, items])
  return (
    <Section title={t('ingresses.routes')}>
      {routes.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>}
      {routes.map((r) => (
        <Box key={`${r.host}${r.path}${r.service}`} sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1.6fr) minmax(0, 1fr) minmax(0, 1fr)', gap: 3, py: 1, overflowWrap: 'anywhere' }}>
          <Box><External href={r.url} />{r.host === '*' && <Box component="span" sx={{ color: 'text.secondary' }}> {t('ingresses.anyHost')}</Box>}</Box>
          <ObjectLink apiVersion="v1" kind="Service" namespace={namespace} name={r.service}>{r.service}{r.port === undefined ? '' : `:${r.port}`}</ObjectLink>
          <StatusWord level={r.ready > 0 ? 'ok' : 'warning'}>{t('ingresses.ready', { ready: r.ready, total: r.total })}</StatusWord>
        </Box>
      ))}
    </Section>
  )
}
