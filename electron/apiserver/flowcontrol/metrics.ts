/** What becomes of requests at each priority level, under Kubernetes' names; read from the tallies when somebody asks. */
import type { Registry } from 'prom-client'
import { counter, gauge } from '../../prometheus/kept.ts'
import type { FlowControl } from './flow-control.ts'

export function registerFlowMetrics(registry: Registry, flow: FlowControl): void {
  const LEVEL = ['priority_level']
  const SCHEMA = ['priority_level', 'flow_schema']
  const ofLevels = (read: (l: FlowControl['levels'][number]) => number) => () => flow.levels.filter((l) => Number.isFinite(read(l))).map((l) => [{ priority_level: l.name }, read(l)] as const)
  const ofSchemas = (read: (t: FlowControl['tallies'] extends Iterable<infer T> ? T : never) => number) => () => [...flow.tallies].map((t) => [{ priority_level: t.level, flow_schema: t.schema }, read(t)] as const)
  gauge(registry, { name: 'apiserver_flowcontrol_nominal_limit_seats', help: 'Seats of each level.', labelNames: LEVEL }, ofLevels((l) => l.nominal))
  gauge(registry, { name: 'apiserver_flowcontrol_lower_limit_seats', help: 'Seats that a level does not lend.', labelNames: LEVEL }, ofLevels((l) => l.lower))
  gauge(registry, { name: 'apiserver_flowcontrol_upper_limit_seats', help: 'Seats of a level with all that it may borrow; absent where that has no bound.', labelNames: LEVEL }, ofLevels((l) => l.upper))
  gauge(registry, { name: 'apiserver_flowcontrol_current_executing_seats', help: 'Seats taken.', labelNames: LEVEL }, ofLevels((l) => l.seats))
  gauge(registry, { name: 'apiserver_flowcontrol_current_executing_requests', help: 'Requests under way.', labelNames: SCHEMA }, ofSchemas((t) => t.executing))
  gauge(registry, { name: 'apiserver_flowcontrol_current_inqueue_requests', help: 'Requests that wait for a seat.', labelNames: SCHEMA }, ofSchemas((t) => t.inqueue))
  counter(registry, { name: 'apiserver_flowcontrol_dispatched_requests_total', help: 'Requests that have been begun.', labelNames: SCHEMA }, ofSchemas((t) => t.dispatched))
  counter(registry, { name: 'apiserver_flowcontrol_rejected_requests_total', help: 'Requests sent away.', labelNames: [...SCHEMA, 'reason'] }, () =>
    [...flow.tallies].flatMap((t) => Object.entries(t.rejected).map(([reason, n]) => [{ priority_level: t.level, flow_schema: t.schema, reason }, n] as const)))
  gauge(registry, { name: 'apiserver_current_inflight_requests', help: 'Exempt requests under way.', labelNames: ['request_kind'] }, () => Object.entries(flow.inflight).map(([kind, n]) => [{ request_kind: kind }, n] as const))
}
