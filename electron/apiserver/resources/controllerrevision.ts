/** ControllerRevision: one state of a DaemonSet's or StatefulSet's template, kept for going back. */
import type { ControllerRevision } from '../../../shared/api/types.ts'
import { ownerText } from './columns-owner.ts'
import { ageColumn, integer, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateControllerRevision, validateControllerRevisionUpdate } from './validation/sets.ts'

export const controllerRevision = defineKind<ControllerRevision>({
  group: 'apps', version: 'v1', kind: 'ControllerRevision', resource: 'controllerrevisions', singular: 'controllerrevision',
  scope: 'Namespaced', schema: 'V1ControllerRevision', generation: false,
  strategy: { validate: validateControllerRevision, validateUpdate: validateControllerRevisionUpdate },
  columns: [
    nameColumn,
    text<ControllerRevision>('Controller', 'What the revision belongs to.', ownerText),
    integer<ControllerRevision>('Revision', 'Its place in the history.', (o) => o.revision ?? 0),
    ageColumn,
  ],
})
