/** Charts of what pods and nodes use. */
export const usage = {
  'usage.title': 'Usage, last hour',
  'usage.cpu': 'CPU',
  'usage.memory': 'Memory',
  'usage.used': 'Used',
  'usage.requested': 'Requested',
  'usage.limit': 'Limit',
  'usage.allocatable': 'Allocatable',
  'usage.network': 'Network',
  'usage.received': 'Received',
  'usage.sent': 'Sent',
  'usage.none': 'Nothing has been measured yet: containers that run are measured every 15 seconds.',
  'usage.show': 'Show this line',
  'usage.hide': 'Hide this line',
  'usage.hollow': 'This node is hollow and runs nothing: these numbers are made up.',
} as const
