/** Rules, and who has them. */
import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { PolicyRule, RoleRef, Subject } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { Mono, Section } from '../../ui/parts.tsx'

export function Rules({ object }: { object: KubeObject & { rules?: PolicyRule[] } }) {
  const { t } = useTranslation()
  const rules = object.rules ?? []
  return (
    <Section title={`${t('access.rules')} · ${rules.length}`}>
      {rules.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>}
      {rules.map((r, i) => (
        <Box key={i} sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1.4fr)', gap: 3, py: 1, overflowWrap: 'anywhere' }}>
          <Mono>{r.verbs.join(', ')}</Mono>
          <Mono>{r.nonResourceURLs?.join(', ') ?? `${(r.resources ?? []).map((x) => `${x}${(r.apiGroups ?? [''])[0] ? `.${(r.apiGroups ?? []).join('|')}` : ''}`).join(', ')}${r.resourceNames?.length ? ` (${r.resourceNames.join(', ')})` : ''}`}</Mono>
        </Box>
      ))}
    </Section>
  )
}

export function Subjects({ object }: { object: KubeObject & { subjects?: Subject[] } }) {
  const { t } = useTranslation()
  const subjects = object.subjects ?? []
  return (
    <Section title={`${t('access.subjects')} · ${subjects.length}`}>
      {subjects.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>}
      {subjects.map((s) => (
        <Box key={`${s.kind}/${s.namespace ?? ''}/${s.name}`} sx={{ display: 'grid', gridTemplateColumns: '130px minmax(0, 1fr)', gap: 3, py: 1, overflowWrap: 'anywhere' }}>
          <span>{s.kind}</span>
          {s.kind === 'ServiceAccount' ? <ObjectLink apiVersion="v1" kind="ServiceAccount" namespace={s.namespace} name={s.name}>{s.namespace}/{s.name}</ObjectLink> : <span>{s.name}</span>}
        </Box>
      ))}
    </Section>
  )
}

export const RoleLink = ({ role, namespace }: { role: RoleRef; namespace: string | undefined }) => <ObjectLink apiVersion="rbac.authorization.k8s.io/v1" kind={role.kind} name={role.name} namespace={role.kind === 'Role' ? namespace : undefined} />
export const subjectsText = (subjects: readonly Subject[] | undefined): string => (subjects ?? []).map((s) => (s.namespace ? `${s.namespace}/${s.name}` : s.name)).join(', ')
