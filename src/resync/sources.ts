// Which sources (resource × part) were read to their end in this run; what is not proved complete proves nothing.
import type { Resource } from "../port/app-config.ts"
import { everyPart, type SourceEnd, type SourceOutcome } from "./kind.ts"
import type { OpenSource } from "./run-record.ts"

export interface Sources {
  /** A part of a resource's kind came to its end, well or not. The worse of two outcomes stands. */
  end(resource: Resource, end: SourceEnd): void
  /** How a part ended; a part nobody spoke of was not read. */
  outcomeOf(resource: Resource, part: string): SourceOutcome
  /** The first source of a resource that is not complete; undefined where all of them are. */
  firstOpen(resource: Resource): OpenSource | undefined
  /** All sources that are not complete, each told once however many resources share it. */
  open(): OpenSource[]
  /** How all parts of a resource ended that somebody spoke of. */
  endsOf(resource: Resource): SourceEnd[]
}

const severity = { complete: 0, partial: 1, failed: 2, denied: 3 } as const

export function createSources(): Sources {
  const ends = new Map<Resource, Map<string, SourceOutcome>>()

  function partsOf(resource: Resource): Map<string, SourceOutcome> {
    const parts = ends.get(resource) ?? new Map<string, SourceOutcome>()
    ends.set(resource, parts)
    return parts
  }

  function openOf(resource: Resource): OpenSource[] {
    const parts = ends.get(resource)
    if (!parts || parts.size === 0) {
      const outcome = { state: "failed", reason: "was not read in this run" } as const
      return [{ kind: resource.kind, part: everyPart, outcome }]
    }
    return [...parts].flatMap(([part, outcome]) =>
      outcome.state === "complete" ? [] : [{ kind: resource.kind, part, outcome }],
    )
  }

  return {
    end(resource, { part, outcome }) {
      const parts = partsOf(resource)
      const before = parts.get(part)
      if (!before || severity[outcome.state] > severity[before.state]) parts.set(part, outcome)
    },
    outcomeOf(resource, part) {
      const parts = partsOf(resource)
      const whole = parts.get(everyPart)
      if (whole && whole.state !== "complete") return whole
      return parts.get(part) ?? { state: "failed", reason: `${part || "the list"} was not read in this run` }
    },
    firstOpen: (resource) => openOf(resource)[0],
    open() {
      const told = new Map<string, OpenSource>()
      for (const resource of ends.keys()) {
        for (const source of openOf(resource)) {
          const key = JSON.stringify([source.kind, source.part, source.outcome])
          told.set(key, source)
        }
      }
      return [...told.values()]
    },
    endsOf: (resource) => [...(ends.get(resource) ?? [])].map(([part, outcome]) => ({ part, outcome })),
  }
}
