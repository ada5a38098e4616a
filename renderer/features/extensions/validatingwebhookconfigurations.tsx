import { ValidatingWebhookConfigurations } from '../../../shared/api/resources.ts'
import type { ValidatingWebhookConfiguration } from '../../../shared/api/types.ts'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Webhooks, webhookTarget } from './parts.tsx'

export const view: KindView<ValidatingWebhookConfiguration> = {
  type: ValidatingWebhookConfigurations, title: 'nav.validatingwebhookconfigurations', empty: 'extensions.webhooksEmpty',
  cells: [count('extensions.webhooks', (c) => c.webhooks?.length), text('extensions.target', webhookTarget, 'minmax(160px, 2fr)', { only: 'list' })],
  sections: [Webhooks],
}
