import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import type { MutatingAdmissionPolicy, MutatingWebhookConfiguration, ValidatingAdmissionPolicy, ValidatingWebhookConfiguration } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { Facts, Mono, Section } from '../../ui/parts.tsx'

export function Validations({ object }: { object: ValidatingAdmissionPolicy }) {
  const { t } = useTranslation()
  const all = object.spec.validations ?? []
  return (
    <Section title={`${t('extensions.validations')} · ${all.length}`}>
      {all.map((v, i) => <Box key={i} sx={{ py: 1 }}><Mono>{v.expression}</Mono>{v.message && <Box sx={{ color: 'text.secondary' }}>{v.message}</Box>}</Box>)}
    </Section>
  )
}

export function Mutations({ object }: { object: MutatingAdmissionPolicy }) {
  const { t } = useTranslation()
  const all = object.spec.mutations ?? []
  return (
    <Section title={`${t('extensions.mutations')} · ${all.length}`}>
      {all.map((m, i) => <Box key={i} sx={{ py: 1 }}><Mono>{m.applyConfiguration?.expression ?? m.jsonPatch?.expression}</Mono><Box sx={{ color: 'text.secondary' }}>{m.patchType}</Box></Box>)}
    </Section>
  )
}

type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration
export function Webhooks({ object }: { object: Configuration }) {
  const { t } = useTranslation()
  return object.webhooks?.map((w) => (
    <Section key={w.name} title={w.name}>
      <Facts facts={[
        [t('extensions.target'), w.clientConfig.service ? <ObjectLink key="s" apiVersion="v1" kind="Service" namespace={w.clientConfig.service.namespace} name={w.clientConfig.service.name}>{w.clientConfig.service.namespace}/{w.clientConfig.service.name}{w.clientConfig.service.path ?? ''}</ObjectLink> : (w.clientConfig.url ?? '–')],
        [t('access.rules'), (w.rules ?? []).map((r, i) => <div key={i}><Mono>{(r.operations ?? []).join(', ')} {(r.resources ?? []).join(', ')}{(r.apiGroups ?? []).join('|') && `.${(r.apiGroups ?? []).join('|')}`}</Mono></div>)],
        [t('extensions.failure'), w.failurePolicy ?? 'Fail'], [t('extensions.timeout'), `${w.timeoutSeconds ?? 10} s`], [t('extensions.sideEffects'), w.sideEffects],
      ]} />
    </Section>
  ))
}
export const webhookTarget = (c: Configuration): string => (c.webhooks ?? []).map((w) => (w.clientConfig.service ? `${w.clientConfig.service.namespace}/${w.clientConfig.service.name}` : (w.clientConfig.url ?? ''))).join(', ')
