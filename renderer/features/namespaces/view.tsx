/** The detail of a namespace: what it holds. */
import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import { LimitRanges, Namespaces, ResourceQuotas } from '../../../shared/api/resources.ts'
import type { LimitRange, Namespace, ResourceQuota } from '../../../shared/api/types.ts'
import { useContents } from './contents.ts'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Facts, Section } from '../../ui/parts.tsx'

function Contents({ object }: { object: Namespace }) {
  const { t } = useTranslation()
  const list = useContents(object.metadata.name)
  return (
    <Section title={t('namespaces.holds')}>
      {list.length === 0 ? <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box> : <Facts facts={list.map((c) => [c.kind, String(c.count)])} />}
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
