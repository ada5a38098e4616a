/** The detail of a namespace: what it holds. */
import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import { LimitRanges, Namespaces, ResourceQuotas } from '../../../shared/api/resources.ts'
import type { LimitRange, Namespace, ResourceQuota } from '../../../shared/api/types.ts'
import { useContents } from './contents.ts'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { chosenNamespace } from '../../lib/prefs.ts'
import { Go, Section } from '../../ui/parts.tsx'

function Contents({ object }: { object: Namespace }) {
  const { t } = useTranslation()
  const list = useContents(object.metadata.name)
  return (
    <Section title={t('namespaces.holds')}>
      {list.length === 0 ? <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box> : (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(200px, 1fr))', columnGap: 6, rowGap: 1.5 }}>
          {list.map((c) => (
            <Box component="li" key={c.path} sx={{ display: 'flex', justifyContent: 'space-between', gap: 2 }}>
              <Go to={c.path} onFollow={() => chosenNamespace.set(object.metadata.name)}>{c.kind}</Go>
              <Box component="span" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{c.count}</Box>
            </Box>
          ))}
        </Box>
      )}
    </Section>
  )
}
const inside = <T extends ResourceQuota | LimitRange>(all: readonly T[], n: Namespace): T[] => all.filter((o) => o.metadata.namespace === n.metadata.name)

export const view: KindView<Namespace> = {
  type: Namespaces, title: 'nav.namespaces', empty: 'namespaces.empty',
  state: (n) => (n.status?.phase === 'Terminating' ? { word: 'common.terminating', level: 'working' } : { word: n.status?.phase ?? 'Active', level: 'ok' }),
  cells: [text('namespaces.security', (n) => n.metadata.labels?.['pod-security.kubernetes.io/enforce'], '', { only: 'detail' })],
  sections: [Contents],
  related: [
    related<Namespace, ResourceQuota>({ title: 'nav.resourcequotas', type: ResourceQuotas, pick: inside }),
    related<Namespace, LimitRange>({ title: 'nav.limitranges', type: LimitRanges, pick: inside }),
  ],
  good: () => 'False',
}
