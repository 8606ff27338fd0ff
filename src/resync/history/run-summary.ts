// A run as people look at it: in a list, and in full.
import type { JsonObject } from "../../common/json.ts"
import type { PartState } from "../run-parts.ts"
import type { ResourceCounts, RunStatus, Trigger } from "../run-record.ts"

export interface RunSummary {
  id: string
  trigger: Trigger
  /** Who asked for it, where a person did. */
  by: string | null
  /** What it is about; null: all of the mapping. */
  scope: { kinds: string[] | null; projects: string[] | null } | null
  /** `interrupted`: its process ended without telling how the run did. */
  status: RunStatus | "interrupted"
  startedAt: string
  endedAt: string | null
  seconds: number
  totals: ResourceCounts
  /** Its own, those by which it reports included; what live events and pages send beside it is not. */
  requests: { sentry: number; port: number }
  /** For Sentry's rate limits. */
  waitedMs: number
  /** What a person should look at: what keeps it from being a success, refused entities and refused deletes. */
  problems: number
  /** What became of it, in a sentence. */
  headline: string
}

export interface RunDetail extends RunSummary {
  phase: "mapping" | "reading" | "deleting" | null
  resources: {
    index: number
    kind: string
    blueprint: string
    state: PartState
    counts: ResourceCounts
    pages: number
    seconds: number
  }[]
  /** How each source (kind × project) stands; those that are not complete first. */
  sources: SourceState[]
  /** Sources beyond those told. */
  moreSources: number
  refusedEntities: Grouped<"message">
  refusedDeletes: Grouped<"reason">
  kept: Record<string, number>
  notMade: Record<string, number>
  failures: string[]
  notes: string[]
  plan: string[]
  shortcomings: string[]
  requestsBy: RequestCount[]
}

export interface SourceState {
  kind: string
  part: string
  state: "reading" | "complete" | "denied" | "failed" | "partial"
  /** Objects its list gave so far. */
  read: number
  reason: string | null
  hint: string | null
}

/** Alike ones together, the most frequent first, each with some examples. */
export interface Grouped<Key extends string> {
  total: number
  groups: ({ [key in Key]: string } & { count: number; examples: JsonObject[] })[]
}

export interface RequestCount {
  peer: string
  endpoint: string
  method: string
  count: number
  /** Answers that were no success, or none at all. */
  failed: number
  seconds: number
  waitedMs: number
}
