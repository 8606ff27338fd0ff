// What goes wrong, by rule: errors, slowness and broken connections, added and taken away while the server runs.
import { createRandom } from "./random.ts"

export type FaultAction =
  /** This answer instead of the real one. */
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** The real answer, later. */
  | { delayMs: number }
  /** The real answer, when this is fulfilled. */
  | { until: Promise<void> }
  /** The connection is reset before an answer. */
  | "reset"
  /** No answer ever. */
  | "hang"
  /** The head and half the body of the real answer, then the end of the connection. */
  | "half-body"
  /** 200 with a page of HTML, as a login proxy answers. */
  | "html"

export interface FaultRule {
  /** Default: any. */
  method?: string
  /** A part of the path and query as asked, or a pattern for it. */
  path: RegExp | string
  /** Strikes this many times, then never again. */
  times?: number
  /** Strikes every n-th matching request, beginning with the n-th. */
  every?: number
  /** Strikes this share of the matching requests, 0…1; the same ones for the same seed. */
  probability?: number
  action: FaultAction
}

export interface Faults {
  /** Rules added first are asked first. Gives the way to take the rule away. */
  add(rule: FaultRule): () => void
  clear(): void
  /** How often each rule has struck, in the order they were added. */
  struck(): { rule: FaultRule; times: number }[]
  /** What happens to this request; undefined where nothing does. */
  strike(method: string, pathAndQuery: string): FaultAction | undefined
}

export function createFaults(rules: readonly FaultRule[] = [], seed = 1): Faults {
  const random = createRandom(seed)
  let active = rules.map(start)

  return {
    add(rule) {
      const entry = start(rule)
      active.push(entry)
      return () => {
        active = active.filter((other) => other !== entry)
      }
    },
    clear() {
      active = []
    },
    struck: () => active.map(({ rule, times }) => ({ rule, times })),
    strike(method, pathAndQuery) {
      for (const entry of active) {
        const { rule } = entry
        if (rule.method && rule.method.toUpperCase() !== method) continue
        if (!matches(rule.path, pathAndQuery)) continue
        entry.seen++
        if (rule.times !== undefined && entry.times >= rule.times) continue
        if (rule.every !== undefined && entry.seen % rule.every !== 0) continue
        if (rule.probability !== undefined && !random.chance(rule.probability)) continue
        entry.times++
        return rule.action
      }
      return undefined
    },
  }
}

function start(rule: FaultRule): { rule: FaultRule; seen: number; times: number } {
  return { rule, seen: 0, times: 0 }
}

function matches(path: RegExp | string, pathAndQuery: string): boolean {
  if (typeof path === "string") return pathAndQuery.includes(path)
  path.lastIndex = 0 // a pattern with the g flag would go on from where it last matched
  return path.test(pathAndQuery)
}
