// What became of every fault: of each run it is known which requests were struck, whether a later try succeeded, and what
// the run said of itself. A run that calls itself completed although a fault stayed is a violation.
import type { JsonValue } from "../../src/common/json.ts"
import type { SentToPort } from "../../test/support/port-proxy.ts"
import { cameOtherwise } from "./other-ways.ts"

export interface RunWatch {
  /** A request to Sentry, and whether it was struck. */
  sentry(method: string, pathAndQuery: string, struck: boolean): void
  port(sent: SentToPort, struck: boolean): void
  /** Resolves at the next report of this state to Port. */
  next(state: RunState): Promise<void>
  isRunning(): boolean
  tally: Tally
}

export type RunState = "running" | "completed" | "failed" | "aborted"

export interface Tally {
  runs: Record<Exclude<RunState, "running">, number>
  /** Requests that were struck. */
  struck: number
  /** Of what was struck, what a later try or another call in the same run brought. */
  recovered: number
  /** What stayed, in runs that were reported as failed. */
  reported: number
  /** What stayed, in runs that were cut short on purpose. */
  cutShort: number
  /** Struck calls beside the runs; the log tells those. */
  beside: number
  /** What stayed in runs that call themselves completed. */
  unnoticed: string[]
}

/** Calls whose failure says nothing of the entities; what stays of them is told in the log. */
const besides = /resync-request$|resync-state$|\/examples$|^\/(logs|metrics)\//

export function watchRuns(): RunWatch {
  const tally: Tally = {
    runs: { completed: 0, failed: 0, aborted: 0 },
    struck: 0,
    recovered: 0,
    reported: 0,
    cutShort: 0,
    beside: 0,
    unnoticed: [],
  }
  /** What each call of the run under way last came to; true: struck. */
  let calls = new Map<string, boolean>()
  let isRunning = false
  const waiting = new Map<RunState, (() => void)[]>()

  function note(keys: readonly string[], struck: boolean): void {
    if (struck) tally.struck++
    for (const key of keys) {
      if (!struck && calls.get(key)) tally.recovered++
      calls.set(key, struck)
    }
  }

  function ended(state: Exclude<RunState, "running">): void {
    if (!isRunning) return // the same report, sent again
    isRunning = false
    tally.runs[state]++
    const struckLast = [...calls].flatMap(([key, struck]) => (struck ? [key] : []))
    const stayed = struckLast.filter((key) => !cameOtherwise(key, calls))
    tally.recovered += struckLast.length - stayed.length
    if (state === "failed") tally.reported += stayed.length
    else if (state === "aborted") tally.cutShort += stayed.length
    else tally.unnoticed.push(...stayed)
  }

  return {
    tally,
    isRunning: () => isRunning,
    sentry: (method, pathAndQuery, struck) => note([`Sentry ${method} ${pathAndQuery}`], struck),
    port(sent, struck) {
      const state = stateIn(sent)
      if (besides.test(sent.path)) {
        if (struck) {
          tally.struck++
          tally.beside++
        }
      } else note(keysOf(sent), struck)
      if (state === undefined) return
      if (state === "running") {
        isRunning = true
        calls = new Map()
      } else ended(state)
      for (const wake of waiting.get(state) ?? []) wake()
      waiting.delete(state)
    },
    next: (state) =>
      new Promise((resolve) => {
        waiting.set(state, [...(waiting.get(state) ?? []), resolve])
      }),
  }
}

function stateIn({ method, path, body }: SentToPort): RunState | undefined {
  if (method !== "PATCH" || !path.endsWith("/resync-state")) return undefined
  return (body as { status: RunState }).status // what our own client sends
}

/** An entity is one thing to bring, in whatever company; anything else is the request itself. */
function keysOf({ method, path, query, body }: SentToPort): string[] {
  const [, blueprint] = /^\/blueprints\/([^/]+)\/entities(?:\/bulk)?$/.exec(path) ?? []
  if (method === "POST" && blueprint) return identifiersIn(body).map((name) => `write ${blueprint} ${name}`)
  const [, emptied] = /^\/blueprints\/([^/]+)\/bulk\/entities\/delete$/.exec(path) ?? []
  if (method === "POST" && emptied) return identifiersIn(body).map((name) => `delete ${emptied} ${name}`)
  const words = body === undefined || path === "/auth/access_token" ? "" : ` ${JSON.stringify(body)}`
  return [`Port ${method} ${path}?${query}${words}`]
}

function identifiersIn(body: JsonValue | undefined): string[] {
  const { entities } = (body ?? {}) as { entities?: (JsonValue | { identifier: JsonValue })[] } // our own client's
  return (entities ?? [body ?? null]).map((entity) =>
    JSON.stringify(
      typeof entity === "object" && entity && "identifier" in entity ? entity.identifier : entity,
    ),
  )
}
