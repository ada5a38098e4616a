/** What was sent with a request and what was answered, where the audit policy has it written down. */
import Box from '@mui/material/Box'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditObjects as Objects } from '../../../shared/audit.ts'
import { toStatusError } from '../../../shared/errors.ts'
import { useServices } from '../../cache/hooks.ts'
import { Section } from '../../ui/parts.tsx'
import { Said } from '../../ui/Said.tsx'
import { Rows } from '../../ui/states.tsx'
import { toYaml } from '../../ui/yaml.ts'

const Text = ({ value }: { value: unknown }) => (
  <Box component="pre" sx={{ m: 0, fontFamily: 'monospace', fontSize: 12, overflow: 'auto', maxHeight: 400 }}>{typeof value === 'object' && value !== null ? toYaml(value) : JSON.stringify(value)}</Box>
)

/** @param id of a request that has them; give another one another `key` */
export function AuditObjects({ id }: { id: string }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const [objects, setObjects] = useState<Objects>()
  const [error, setError] = useState('')
  useEffect(() => {
    const stop = new AbortController()
    transport.call('audit.objects', { id }, stop.signal).then(setObjects, (e: unknown) => { if (!stop.signal.aborted) setError(toStatusError(e).message) })
    return () => stop.abort()
  }, [transport, id])
  if (error !== '') return <Section title={t('audit.sent')}><Box role="alert"><Said text={error} /></Box></Section>
  if (!objects) return <Rows count={2} />
  return (
    <>
      {'request' in objects && <Section title={t('audit.sent')}><Text value={objects.request} /></Section>}
      {'response' in objects && <Section title={t('audit.answered')}><Text value={objects.response} /></Section>}
    </>
  )
}
