import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Deployments } from '../../../shared/api/resources.ts'
import type { Deployment } from '../../../shared/api/types.ts'
import { chosenOf } from '../../lib/address.ts'
import type { Address } from '../../lib/address.ts'
import { Age } from '../../lib/clock.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { DeployButton } from '../../ui/DeployButton.tsx'
import { ResourcePage } from '../../ui/ResourcePage.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { DeploymentDetail } from './DeploymentDetail.tsx'
import { deploymentStatus } from './model.ts'

const imagesOf = (d: Deployment): string => d.spec.template.spec?.containers.map((c) => c.image).join(', ') ?? ''

export default function DeploymentsPage(address: Address) {
  const { t } = useTranslation()
  const columns = useMemo<Column<Deployment>[]>(() => [
    { id: 'name', label: t('common.name'), width: 'minmax(150px, 2fr)', value: (d) => d.metadata.name },
    { id: 'namespace', label: t('common.namespace'), width: 'minmax(80px, 1fr)', value: (d) => d.metadata.namespace ?? '' },
    { id: 'status', vital: true, label: t('common.status'), width: 'minmax(120px, 1fr)', value: (d) => t(deploymentStatus(d).word), render: (d) => <StatusWord level={deploymentStatus(d).level}>{t(deploymentStatus(d).word)}</StatusWord> },
    { id: 'ready', label: t('common.ready'), width: '64px', right: true, value: (d) => `${d.status?.readyReplicas ?? 0}/${d.spec.replicas ?? 1}` },
    { id: 'updated', label: t('deployments.upToDate'), width: '84px', right: true, value: (d) => d.status?.updatedReplicas ?? 0 },
    { id: 'available', label: t('deployments.available'), width: '72px', right: true, value: (d) => d.status?.availableReplicas ?? 0 },
    { id: 'image', label: t('common.image'), width: 'minmax(140px, 2fr)', value: imagesOf },
    { id: 'age', label: t('common.age'), width: '64px', right: true, value: (d) => -Date.parse(d.metadata.creationTimestamp ?? ''), render: (d) => <Age time={d.metadata.creationTimestamp} /> },
  ], [t])
  return (
    <ResourcePage
      type={Deployments} title={t('deployments.title')} path="/deployments" columns={columns} action={<DeployButton />} empty={t('deployments.empty')}
      chosen={chosenOf(address)} detail={(d) => <DeploymentDetail key={d.metadata.uid} deployment={d} tab={address.tab} />}
    />
  )
}
