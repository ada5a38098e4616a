/** The feed of a query, for as long as the component stands and the connection holds. */
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { LogAst } from '../../../shared/logs/ast.ts'
import { timeBounds } from '../../../shared/logs/match.ts'
import { useConnection, useServices } from '../../cache/hooks.ts'
import type { Transport } from '../../transport/transport.ts'
import { check } from './edit.ts'
import { LogFeed, type FeedState } from './feed.ts'
import { needles } from './tokens.ts'

/** Can lines still come? Not where the query ends in the past. */
export const follows = (ast: LogAst | undefined, now: number): boolean => ast !== undefined && timeBounds(ast, now).to > now

function open(transport: Transport, query: string, line: number | undefined): { feed: LogFeed; marks: readonly RegExp[] } {
  const { ast } = check(query)
  return { feed: new LogFeed({ transport, query, follows: follows(ast, Date.now()), line }), marks: ast ? needles(ast) : [] }
}

export function useFeed(query: string, line?: number): { feed: LogFeed; state: FeedState; marks: readonly RegExp[] } {
  const { transport } = useServices()
  // A new connection goes on where the last one ended: what was written meanwhile must not be missing.
  const { epoch, state: connection } = useConnection()
  const { feed, marks } = useMemo(() => open(transport, query, line), [transport, query, line])
  const state = useSyncExternalStore(feed.subscribe, feed.get)
  useEffect(() => {
    if (connection !== 'open') return undefined
    feed.start()
    return () => feed.stop()
  }, [feed, connection, epoch])
  return { feed, state, marks }
}
