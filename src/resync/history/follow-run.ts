// One run as it goes on: what it tells, gathered into what people look at.
import type { HttpExchange } from "../../common/http-client.ts"
import type { Clock } from "../../common/sleep.ts"
import { everyPart, type SourceEnd } from "../kind.ts"
import type { RunWatch } from "../run.ts"
import type { RunEvent } from "../run-observer.ts"
import type { RunOrder } from "../run-order.ts"
import type { RunParts } from "../run-parts.ts"
import { emptyCounts, type RunRecord, shortcomings, type Trigger, totalsOf } from "../run-record.ts"
import { groupRefusedDeletes, groupRefusedEntities } from "./group-refusals.ts"
import { headlineOf } from "./headline.ts"
import type { RequestCount, RunDetail, SourceState } from "./run-summary.ts"

export interface FollowedRun {
  watch: RunWatch
  observe(event: RunEvent): void
  noteExchange(exchange: HttpExchange): void
  noteWait(endpoint: string, ms: number): void
  /** As it stands; with its record, as it ended. */
  detail(ended?: RunRecord): RunDetail
}

/** Of an organization with thousands of projects nobody reads more; those that are not complete come first. */
const sourcesShown = 1_000

export function followRun(
  { trigger, order, parts }: { trigger: Trigger; order: RunOrder; parts: RunParts },
  clock: Clock,
): FollowedRun {
  const beganAt = clock.now()
  const sources = new Map<string, SourceState>()
  const requests = new Map<string, RequestCount>()
  let phase: RunDetail["phase"] = "mapping"

  function sourceOf(kind: string, part: string): SourceState {
    const key = JSON.stringify([kind, part])
    const known = sources.get(key)
    if (known) return known
    const made: SourceState = { kind, part, state: "reading", read: 0, reason: null, hint: null }
    sources.set(key, made)
    return made
  }

  function requestOf(peer: string, method: string, endpoint: string): RequestCount {
    const key = JSON.stringify([peer, method, endpoint])
    const known = requests.get(key)
    if (known) return known
    const made = { peer, endpoint, method, count: 0, failed: 0, seconds: 0, waitedMs: 0 }
    requests.set(key, made)
    return made
  }

  function endSource(kind: string, { part, outcome }: SourceEnd): void {
    const source = sourceOf(kind, part)
    const isWorse = source.state === "reading" || source.state === "complete"
    if (!isWorse) return
    source.state = outcome.state
    if (outcome.state === "complete") return
    Object.assign(source, { reason: outcome.reason, hint: outcome.hint ?? null })
  }

  return {
    watch: {
      made() {},
      gone() {},
      read(kind, byPart) {
        for (const [part, count] of byPart) sourceOf(kind, part).read += count
      },
      ended: endSource,
    },
    observe({ step }) {
      if (step === "reading") phase = "reading"
      else if (step === "reconciling") phase = "deleting"
    },
    noteExchange({ peer, method, endpoint, status, seconds }) {
      const counted = requestOf(peer, method, endpoint)
      counted.count++
      counted.seconds += seconds
      if (status === undefined || status >= 400) counted.failed++
    },
    noteWait(endpoint, ms) {
      const [first] = [...requests.values()].filter(
        (one) => one.peer === "Sentry" && one.endpoint === endpoint,
      )
      const counted = first ?? requestOf("Sentry", "GET", endpoint)
      counted.waitedMs += ms
    },
    detail(ended) {
      const record = ended ?? parts.record()
      const status = ended?.status ?? "running"
      const totals = totalsOf(record)
      const by = [...requests.values()].map((one) => ({
        ...one,
        seconds: rounded(one.seconds),
        waitedMs: Math.round(one.waitedMs),
      }))
      const wanting = record ? shortcomings(record, { strict: false }) : []
      const refused = groupRefusedEntities(record?.refusedEntities ?? [])
      const refusedDeletes = groupRefusedDeletes(record?.refusedDeletes ?? [])
      const told = inParts([...sources.values()]).sort((left, right) => rank(left) - rank(right))
      const endedAt = ended?.endedAt
      return {
        id: order.id,
        trigger,
        by: order.by ?? null,
        scope: scopeOf(order),
        status,
        startedAt: (record?.startedAt ?? new Date(beganAt)).toISOString(),
        endedAt: endedAt?.toISOString() ?? null,
        seconds: rounded(((endedAt?.getTime() ?? clock.now()) - beganAt) / 1_000),
        totals,
        requests: { sentry: countOf(by, "Sentry"), port: countOf(by, "Port") },
        waitedMs: by.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
        problems: wanting.length + refused.total + refusedDeletes.total,
        headline: headlineOf({ status, totals, wanting, refusedDeletes: refusedDeletes.total }),
        phase: ended ? null : phase,
        resources: parts.resources().map((part) => ({
          index: part.index,
          kind: part.kind,
          blueprint: part.blueprint,
          state: part.state,
          ...ofResource(record, part.index, part.blueprint),
        })),
        sources: told.slice(0, sourcesShown),
        moreSources: Math.max(0, told.length - sourcesShown),
        refusedEntities: refused,
        refusedDeletes,
        kept: record?.kept ?? {},
        notMade: record?.notMade ?? {},
        failures: record?.failures ?? [],
        notes: record?.notes ?? [],
        plan: record?.plan ?? [],
        shortcomings: wanting,
        requestsBy: by.sort((left, right) => right.count - left.count),
      }
    },
  }
}

/** A list of parts ends as a whole too, which says nothing more. */
function inParts(sources: readonly SourceState[]): SourceState[] {
  const parted = new Set(
    sources.filter(({ part }) => part !== "" && part !== everyPart).map(({ kind }) => kind),
  )
  return sources.filter(({ kind, part, read }) => part !== "" || read > 0 || !parted.has(kind))
}

function ofResource(record: RunRecord | undefined, index: number, blueprint: string) {
  const found = record?.resources.find((one) => one.index === index && one.blueprint === blueprint)
  return {
    counts: { ...(found?.counts ?? emptyCounts()) },
    pages: found?.pages ?? 0,
    seconds: rounded((found?.durationMs ?? 0) / 1_000),
  }
}

/** Resources of one kind share what they read. */
function scopeOf({ scope }: RunOrder): RunDetail["scope"] {
  if (!scope?.kinds && !scope?.parts) return null
  return { kinds: scope.kinds ? [...scope.kinds] : null, projects: scope.parts ? [...scope.parts] : null }
}

function countOf(requests: readonly RequestCount[], peer: string): number {
  return requests.reduce((sum, one) => sum + (one.peer === peer ? one.count : 0), 0)
}

function rank({ state }: SourceState): number {
  return ["denied", "failed", "partial", "reading", "complete"].indexOf(state)
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000
}
