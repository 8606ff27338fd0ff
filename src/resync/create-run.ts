// What the steps of a run share, put together for one run: a full resync, or the refresh of some objects.
import { onceEach } from "../common/once-per.ts"
import type { AppConfig } from "../port/app-config.ts"
import { createEntityNames } from "./entity-names.ts"
import type { KnownEntities } from "./known-entities.ts"
import type { RawExamples } from "./raw-examples.ts"
import { createReadIds } from "./read-ids.ts"
import type { OpenResource } from "./readings.ts"
import { createRelationTargets } from "./relation-targets.ts"
import type { Run } from "./run.ts"
import { createRunNotes } from "./run-notes.ts"
import type { RunRecord } from "./run-record.ts"
import type { ResyncDeps } from "./run-resync.ts"
import { createSearchChecks } from "./search-relations.ts"
import { createSources } from "./sources.ts"

export interface RunParts {
  record: RunRecord
  config: AppConfig
  /** Those of the mapping's resources that this run is about. */
  resources: readonly OpenResource[]
  unread?: Run["unread"]
  known: KnownEntities
  events?: Run["events"]
  examples: RawExamples | undefined
  partsRead?: readonly string[] | undefined
  signal: AbortSignal
}

export function createRun(
  deps: Pick<
    ResyncDeps,
    "port" | "jq" | "origins" | "createSystemEntities" | "live" | "watch" | "log" | "clock"
  >,
  parts: RunParts,
): Run {
  const { port, jq, origins, createSystemEntities, log, clock } = deps
  parts.record.resources.push(...parts.resources.map((open) => open.record))
  const blueprint = onceEach((identifier: string) => port.blueprints.get(identifier, parts.signal))
  return {
    ...parts,
    unread: parts.unread ?? [],
    partsRead: parts.partsRead && new Set(parts.partsRead),
    events: parts.events ?? { kinds: new Set(), keepMs: Number.POSITIVE_INFINITY },
    port,
    jq,
    origins,
    createSystemEntities,
    live: deps.live,
    watch: deps.watch,
    log,
    clock,
    sources: createSources(),
    notes: createRunNotes(),
    searches: createSearchChecks(),
    seen: createEntityNames(),
    targets: createRelationTargets(blueprint),
    written: new Set(),
    retry: [],
    unresolved: new Map(),
    readIds: createReadIds(),
    blueprint,
  }
}
