// A run as Port and Prometheus see it: its parts (a part per resource, the reconciliation, the whole), the state of
// each, and what each came to.
import type { RunEvent } from "./run-observer.ts"
import type { ResourceCounts, ResourceRecord, RunRecord } from "./run-record.ts"
import { startUsageMeter, type Usage, type UsageMeter } from "./run-usage.ts"

export type PartState = "pending" | "syncing" | "completed" | "failed" | "aborted"

/** Objects by what became of them, in the words of the original. */
export interface ObjectCount {
  phase: "extract" | "transform" | "load" | "delete"
  type: string
  count: number
}

export interface RunPart {
  /** `issue-1`: the kind and its place in the mapping; or one of the two names below. */
  identifier: string
  kind: string
  index: number
  blueprint: string
  state: PartState
  seconds: number
  usage: Usage | undefined
  counts(): ObjectCount[]
}

export const runtimeName = "__runtime__"
export const reconciliationName = "__reconciliation__"

export interface RunParts {
  /** Undefined until the mapping is read. */
  record(): RunRecord | undefined
  resources(): readonly RunPart[]
  reconciliation: RunPart
  runtime: RunPart
  /** Takes what the run tells; answers the parts whose state that changed. */
  observe(event: RunEvent): RunPart[]
  /** The run is over; answers the parts that had not come to their own end, or got further figures since. */
  end(record: RunRecord): RunPart[]
  /** An answer of so many bytes came. */
  noteAnswer(bytes: number): void
}

export function createRunParts(clock: { now(): number }): RunParts {
  const beganAt = clock.now()
  const byResource = new Map<ResourceRecord, RunPart>()
  const countsAtEnd = new Map<RunPart, string>()
  let record: RunRecord | undefined
  let meter: UsageMeter | undefined
  let reconcilingSince: number | undefined
  const runtime = partOf(runtimeName, { state: "syncing" })
  const reconciliation = partOf(reconciliationName, { counts: () => deletions(record) })

  function partsOf(resources: readonly ResourceRecord[]): RunPart[] {
    return resources.flatMap((resource) => byResource.get(resource) ?? [])
  }

  function observe(event: RunEvent): RunPart[] {
    switch (event.step) {
      case "opened": {
        record = event.record
        for (const resource of record.resources) byResource.set(resource, resourcePart(resource))
        return [...byResource.values(), runtime]
      }
      case "reading": {
        meter = startUsageMeter()
        for (const part of partsOf(event.resources)) part.state = "syncing"
        return partsOf(event.resources)
      }
      case "read": {
        const usage = stopMeter()
        for (const resource of event.resources) {
          const part = byResource.get(resource)
          if (!part) continue
          Object.assign(part, { usage, seconds: resource.durationMs / 1_000 })
          part.state = event.failed.has(resource) ? "failed" : "completed"
          countsAtEnd.set(part, JSON.stringify(part.counts()))
        }
        return partsOf(event.resources)
      }
      case "reconciling": {
        reconcilingSince = clock.now()
        reconciliation.state = "syncing"
        return [reconciliation]
      }
      case "reconciled": {
        reconciliation.state = "completed"
        reconciliation.seconds = (clock.now() - (reconcilingSince ?? clock.now())) / 1_000
        return [reconciliation]
      }
    }
  }

  function stopMeter(): Usage | undefined {
    const usage = meter?.stop()
    meter = undefined
    return usage
  }

  return {
    record: () => record,
    resources: () => [...byResource.values()],
    reconciliation,
    runtime,
    observe,
    end(ended) {
      stopMeter()
      const isOpen = ({ state }: RunPart) => state === "syncing" || (state === "pending" && record)
      const open = [...byResource.values(), reconciliation].filter(isOpen)
      for (const part of open) part.state = ended.status === "aborted" ? "aborted" : "failed"
      runtime.state = ended.status === "running" ? "failed" : ended.status
      runtime.seconds = (clock.now() - beganAt) / 1_000
      const grown = [...countsAtEnd].filter(([part, then]) => JSON.stringify(part.counts()) !== then)
      return [...open, ...grown.map(([part]) => part)]
    },
    noteAnswer: (bytes) => meter?.noteAnswer(bytes),
  }
}

function partOf(name: string, more: Partial<RunPart>): RunPart {
  return {
    identifier: name,
    kind: name,
    index: 0,
    blueprint: "",
    state: "pending",
    seconds: 0,
    usage: undefined,
    counts: () => [],
    ...more,
  }
}

function resourcePart({ kind, index, blueprint, counts }: ResourceRecord): RunPart {
  return partOf(`${kind}-${index}`, { kind, index, blueprint, counts: () => objectCounts(counts) })
}

function objectCounts(counts: ResourceCounts): ObjectCount[] {
  const unmapped = counts.failed - counts.unread - counts.undelivered
  return [
    { phase: "extract", type: "raw_extracted", count: counts.read },
    { phase: "extract", type: "failed", count: counts.unread },
    { phase: "transform", type: "transformed", count: counts.mapped },
    { phase: "transform", type: "filtered_out", count: counts.filteredOut },
    { phase: "transform", type: "failed", count: unmapped },
    { phase: "load", type: "loaded", count: counts.created + counts.updated },
    { phase: "load", type: "failed", count: counts.refused + counts.undelivered },
    { phase: "load", type: "skipped", count: counts.unchanged },
  ]
}

function deletions(record: RunRecord | undefined): ObjectCount[] {
  const count = record?.resources.reduce((sum, { counts }) => sum + counts.deleted, 0) ?? 0
  return [{ phase: "delete", type: "deleted", count }]
}
