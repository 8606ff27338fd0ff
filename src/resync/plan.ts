// The same run without writing: the one seam is the deps it gets, whose Port client records what would be sent.
import type { PortClient } from "../port/client.ts"
import { entityKey } from "../port/entity.ts"
import { mayWriteInto } from "./blueprint-use.ts"
import { nothingHeld } from "./held-entities.ts"
import type { LiveWatch } from "./live-watch.ts"
import type { OriginStore } from "./origin-store.ts"
import { createPlanningPort, type EntityChange } from "./plan/planning-port.ts"
import type { OpenResource } from "./readings.ts"
import type { RunRecord } from "./run-record.ts"
import { type ResyncDeps, runResync } from "./run-resync.ts"

export interface PlannedChange extends EntityChange {
  /** The kind whose resource makes (or made) it; undefined where no resource writes into its blueprint. */
  kind: string | undefined
}

export interface Plan {
  /** As the run's own would be: counts, refusals, sources that could not be read. */
  record: RunRecord
  changes: PlannedChange[]
  /** What a first start would make beside entities. */
  installs: string[]
}

export interface Planner {
  /** For what comes before the run: a first start's installation is planned as well. */
  port: PortClient
  plan(signal: AbortSignal): Promise<Plan>
}

/** For one plan: what it has planned, it does not plan again. */
export function createPlanner(deps: ResyncDeps): Planner {
  const port = createPlanningPort(deps.port)
  return { port, plan }

  async function plan(signal: AbortSignal): Promise<Plan> {
    const kinds = new Map<string, string>()
    const evidence = new Map<string, string>()
    let resources: readonly OpenResource[] = []
    const record = await runResync(
      {
        ...deps,
        port,
        openRun: (how) => deps.openRun({ ...how, remembers: false }),
        origins: readOnly(deps.origins),
        ...(deps.live ? { live: onlyWatching(deps.live) } : {}),
        maskExamples: undefined,
        watch: {
          made: (kind, { blueprint, identifier }) => void kinds.set(entityKey(blueprint, identifier), kind),
          gone(kind, { blueprint, identifier }, why) {
            kinds.set(entityKey(blueprint, identifier), kind)
            evidence.set(entityKey(blueprint, identifier), why)
          },
        },
        onProgress(progress) {
          resources = progress.resources
          deps.onProgress?.(progress)
        },
      },
      "plan",
      signal,
    )
    const changes = port.changes().map((change) => {
      const key = entityKey(change.blueprint, change.identifier)
      const because = change.because ?? (change.what === "create" ? undefined : evidence.get(key))
      return { ...change, kind: kinds.get(key) ?? kindOf(change.blueprint, resources), because }
    })
    return { record, changes, installs: port.installs() }
  }
}

/** What nobody named came of a resource that writes into its blueprint, if any does. */
function kindOf(blueprint: string, resources: readonly OpenResource[]): string | undefined {
  return resources.find(({ resource }) => mayWriteInto(resource, blueprint))?.resource.kind
}

/** A run has objects read again that events touched meanwhile; a plan has overwritten nothing. */
function onlyWatching(live: LiveWatch): LiveWatch {
  return { ...live, readAgain: async () => {} }
}

/** Remembers what it did, and takes nothing in. */
function readOnly(origins: OriginStore): OriginStore {
  return {
    remembers: origins.remembers,
    // A plan looks at the catalog itself.
    held: nothingHeld,
    originsOf: origins.originsOf,
    madeOf: origins.madeOf,
    objectsOf: origins.objectsOf,
    record: async () => {},
    markLeft: async () => {},
    forgetOrigins: async () => {},
    forgetEntities: async () => {},
  }
}
