/** What the fields of a query are. */
/** What each is, in English. The keys are those of the dashboard's words, so that each language can say it. */
export const keyMeanings = {
  'logs.means.namespace': 'namespace of the pod',
  'logs.means.pod': 'name of the pod, or of what an event is about',
  'logs.means.container': 'name of the container',
  'logs.means.node': 'name of the node',
  'logs.means.workload': 'owner of the pod, such as Deployment/web or web',
  'logs.means.component': 'part of the control plane',
  'logs.means.stream': 'where the line came out',
  'logs.means.uid': 'UID of the pod',
  'logs.means.level': 'severity',
  'logs.means.restart': 'restart count of the container',
  'logs.means.since': 'not older than: 15m, 2h, 1d, or a time',
  'logs.means.until': 'older than: 15m, 2h, 1d, or a time',
  'logs.means.json': 'field of a line that is JSON, by its path',
  'logs.means.logfmt': 'key of a line with key=value pairs',
  'logs.means.field': 'field of either',
  'logs.means.label': 'label of the pod',
} as const
/** A key, or a prefix without its dot. */
export type LogMeaning = keyof typeof keyMeanings extends `logs.means.${infer Name}` ? Name : never
