import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Pods } from '../../../shared/api/resources.ts'
import type { Pod } from '../../../shared/api/types.ts'
import { chosenOf } from '../../lib/address.ts'
import type { Address } from '../../lib/address.ts'
import { DeployButton } from '../../ui/DeployButton.tsx'
import type { FilterChip } from '../../ui/ResourcePage.tsx'
import { ResourcePage } from '../../ui/ResourcePage.tsx'
import { PodDetail } from './PodDetail.tsx'
import { podRow } from './model.ts'
import { usePodColumns } from './PodTable.tsx'

export default function PodsPage(address: Address) {
  const { t } = useTranslation()
  const columns = usePodColumns()
  const chips = useMemo<FilterChip<Pod>[]>(() => (['ok', 'working', 'waiting', 'warning', 'failed'] as const).map((level) => ({ id: level, label: t(`status.${level}`), matches: (p) => podRow(p).level === level })), [t])
  return (
    <ResourcePage
      type={Pods} title={t('pods.title')} path="/pods" columns={columns} chips={chips} action={<DeployButton />} empty={t('pods.empty')}
      chosen={chosenOf(address)} detail={(pod) => <PodDetail key={pod.metadata.uid} pod={pod} tab={address.tab} />}
    />
  )
}
