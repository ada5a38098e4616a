/** What becomes of requests at each priority level, under Kubernetes' names; read from the tallies when somebody asks. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { FlowControl } from './flow-control.ts'

export function registerFlowMetrics(registry: Registry, flow: FlowControl): void {
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: string[], rows: () => Iterable<readonly [labels: Record<string, string>, value: number]>): unknown =>
    new Gauge({
      name, help, labelNames, registers,
      collect() {
        this.reset()
        for (const [labels, value] of rows()) this.set(labels, value)
      },
    })
  const counter = (name: string, help: string, labelNames: string[], rows: () => Iterable<readonly [labels: Record<string, string>, value: number]>): unknown =>
    new Counter({
      name, help, labelNames, registers,
      collect() {
        this.reset()
        for (const [labels, value] of rows()) this.inc(labels, value)
      },
    })
  const LEVEL = ['priority_level']
  const SCHEMA = ['priority_level', 'flow_schema']
  const ofLevels = (read: (l: FlowControl['levels'][number]) => number) => () => flow.levels.filter((l) => Number.isFinite(read(l))).map((l) => [{ priority_level: l.name }, read(l)] as const)
  const ofSchemas = (read: (t: FlowControl['tallies'] extends Iterable<infer T> ? T : never) => number) => () => [...flow.tallies].map((t) => [{ priority_level: t.level, flow_schema: t.schema }, read(t)] as const)
  gauge('apiserver_flowcontrol_nominal_limit_seats', 'Seats of each level.', LEVEL, ofLevels((l) => l.nominal))
  gauge('apiserver_flowcontrol_lower_limit_seats', 'Seats that a level does not lend.', LEVEL, ofLevels((l) => l.lower))
  gauge('apiserver_flowcontrol_upper_limit_seats', 'Seats of a level with all that it may borrow; absent where that has no bound.', LEVEL, ofLevels((l) => l.upper))
  gauge('apiserver_flowcontrol_current_executing_seats', 'Seats taken.', LEVEL, ofLevels((l) => l.seats))
  gauge('apiserver_flowcontrol_current_executing_requests', 'Requests under way.', SCHEMA, ofSchemas((t) => t.executing))
  gauge('apiserver_flowcontrol_current_inqueue_requests', 'Requests that wait for a seat.', SCHEMA, ofSchemas((t) => t.inqueue))
  counter('apiserver_flowcontrol_dispatched_requests_total', 'Requests that have been begun.', SCHEMA, ofSchemas((t) => t.dispatched))
  counter('apiserver_flowcontrol_rejected_requests_total', 'Requests sent away.', [...SCHEMA, 'reason'], () =>
    [...flow.tallies].flatMap((t) => Object.entries(t.rejected).map(([reason, n]) => [{ priority_level: t.level, flow_schema: t.schema, reason }, n] as const)))
  gauge('apiserver_current_inflight_requests', 'Exempt requests under way.', ['request_kind'], () => Object.entries(flow.inflight).map(([kind, n]) => [{ request_kind: kind }, n] as const))
}
