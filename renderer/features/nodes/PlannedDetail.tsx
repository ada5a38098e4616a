/** A node of this app that has never been switched on: there is only what it is to be. */
import Box from '@mui/material/Box'
import { lazy, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LocalNode } from '../../../shared/api/local-node.ts'
import { LocalNodes } from '../../../shared/api/resources.ts'
import { absolute } from '../../lib/clock.tsx'
import { Detail } from '../../ui/Detail.tsx'
import { Facts, Labels, Section } from '../../ui/parts.tsx'
import { Said } from '../../ui/Said.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { NodeAction, NodeButtons, type NodeActionName } from './actions.tsx'
import { powerLevel, powerMessage, powerOf } from './local.ts'

const YamlTab = lazy(() => import('../../kinds/yaml/YamlTab.tsx'))

export function PlannedDetail({ local, tab }: { local: LocalNode; tab: string | undefined }) {
  const { t } = useTranslation()
  const { name, creationTimestamp } = local.metadata
  const [action, setAction] = useState<NodeActionName>()
  const power = powerOf(local)
  const message = powerMessage(local)
  const word = <StatusWord level={powerLevel[power]}>{t(`nodes.power.${power}`)}</StatusWord>
  return (
    <>
      <Detail
        title={name} path={`/nodes/${name}`} back="/nodes" tab={tab} status={word} actions={<NodeButtons node={undefined} local={local} onChoose={setAction} />}
        tabs={[
          {
            id: 'details', label: t('common.details'), content: () => (
              <>
                {message !== '' && <Section title={t('common.message')}><Box role="note" sx={{ overflowWrap: 'anywhere' }}><Said text={message} /></Box></Section>}
                <Section title={t('common.details')}>
                  <Facts facts={[
                    [t('nodes.power'), word], [t('overview.cpu'), local.spec.cpu ?? '–'], [t('overview.memory'), local.spec.memory ?? '–'],
                    [t('common.created'), creationTimestamp ? absolute(creationTimestamp) : '–'], [t('common.labels'), <Labels key="l" values={local.spec.labels} />],
                  ]} />
                </Section>
              </>
            ),
          },
          { id: 'yaml', label: t('common.yaml'), content: () => <YamlTab type={LocalNodes} object={local} shown={local} /> },
        ]}
      />
      {action && <NodeAction key={action} action={action} name={name} pods={0} onClose={() => setAction(undefined)} />}
    </>
  )
}
