/** Small parts of the workloads' details. */
import { useTranslation } from 'react-i18next'
import type { ReplicaSet } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { revisionOf } from './revisions.ts'

export function RevisionNote({ set }: { set: ReplicaSet }) {
  const { t } = useTranslation()
  return <>{t('deployments.revision')} {revisionOf(set)} · {set.status?.readyReplicas ?? 0}/{set.spec.replicas ?? 0}</>
}

/** What an autoscaler scales. */
export function TargetLink({ target, namespace }: { target: { apiVersion?: string; kind: string; name: string }; namespace: string | undefined }) {
  return <ObjectLink apiVersion={target.apiVersion} kind={target.kind} name={target.name} namespace={namespace} />
}
