/**
 * What can go wrong with a destination, in English: a receiver's own words stand in it as they are. The keys are those of the dashboard's
 * words; what a destination says is read back by them, so that each language can say it.
 */
import { phrasesOf } from './phrases.ts'

export const shipFaults = {
  'shipping.fault.status': 'answered with status {{status}}',
  'shipping.fault.statusText': 'answered with status {{status}}: {{text}}',
  'shipping.fault.noAnswer': 'no answer within {{seconds}} s',
  'shipping.fault.noConnection': 'no connection within {{seconds}} s',
  'shipping.fault.noAcknowledgement': 'no acknowledgement within {{seconds}} s',
  'shipping.fault.stuck': 'nothing was taken for {{seconds}} s',
  'shipping.fault.closed': 'the connection was closed',
  'shipping.fault.closedEarly': 'the connection was closed before the lines were acknowledged',
  'shipping.fault.otherAcknowledged': 'something else than the lines was acknowledged',
  'shipping.fault.tooLong': 'the answer is too long',
  'shipping.fault.noKey': 'the other side asks for no shared key',
  'shipping.fault.keyRefused': 'the shared key was refused',
  'shipping.fault.keyRefusedWhy': 'the shared key was refused: {{why}}',
  'shipping.fault.keyUnknown': 'the other side does not know the shared key',
  'shipping.fault.some': '{{rejected}} of {{count}} lines were refused: {{why}}',
  // The machine's own.
  'shipping.fault.refused': 'connect ECONNREFUSED {{address}}',
  'shipping.fault.unknownHost': 'getaddrinfo ENOTFOUND {{host}}',
} as const
/** Without the beginning that all have. */
export type ShipFault = keyof typeof shipFaults extends `shipping.fault.${infer Name}` ? Name : never

export const { say: shipFault, read: readShipFault } = phrasesOf<'shipping.fault.', ShipFault>('shipping.fault.', shipFaults)
