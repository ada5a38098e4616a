/** One request of the audit log, in full. */
import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import { auditResource, type AuditEntry } from '../../../shared/audit.ts'
import { useValue } from '../../cache/hooks.ts'
import { served } from '../../kinds/discovery.ts'
import { absolute } from '../../lib/clock.tsx'
import { Detail } from '../../ui/Detail.tsx'
import { Facts, Go, Mono, Section, type Fact } from '../../ui/parts.tsx'
import { Said } from '../../ui/Said.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { AuditObjects } from './AuditObjects.tsx'
import { levelOfCode, objectAddress } from './model.ts'

export function AuditDetail({ entry: e }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const address = objectAddress(e, useValue(served))
  const facts: Fact[] = [
    [t('audit.time'), absolute(e.time)],
    [t('audit.took'), `${e.milliseconds} ms`],
    [t('audit.user'), e.user],
    ...(e.impersonated ? [[t('audit.as'), e.impersonated] satisfies Fact] : []),
    [t('audit.groups'), e.groups.join(', ') || '–'],
    [t('audit.source'), e.source || '–'],
    [t('audit.agent'), e.agent || '–'],
  ]
  const asked: Fact[] = [
    [t('audit.verb'), e.verb],
    ...(e.resource ? [[t('audit.resource'), auditResource(e)] satisfies Fact] : []),
    ...(e.namespace ? [[t('common.namespace'), e.namespace] satisfies Fact] : []),
    ...(e.name ? [[t('audit.object'), address === undefined ? e.name : <Go key="o" to={address}>{e.name}</Go>] satisfies Fact] : []),
    [t('audit.uri'), <Mono key="u">{e.uri}</Mono>],
  ]
  const details = (
    <>
      {e.message !== '' && <Section title={t('audit.refused')}><Box sx={{ overflowWrap: 'anywhere' }}><Said text={e.message} /></Box></Section>}
      <Section title={t('audit.asked')}><Facts facts={asked} /></Section>
      <Section title={t('audit.who')}><Facts facts={facts} /></Section>
      {e.decision !== '' && <Section title={t('audit.decision')}><Box sx={{ overflowWrap: 'anywhere' }}>{e.decision}</Box></Section>}
      {e.withObjects && <AuditObjects key={e.id} id={e.id} />}
      <Section title={t('audit.id')}><Mono>{e.id}</Mono></Section>
    </>
  )
  return <Detail title={`${e.verb} ${auditResource(e) || e.uri}`} path={`/audit/${e.id}`} back="/audit" tab={undefined} status={<StatusWord level={levelOfCode(e.code)}>{e.code}</StatusWord>} tabs={[{ id: 'details', label: t('common.details'), content: () => details }]} />
}
