// What the steps of one run share: the mapping, what was seen so far, and the record.
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Jq } from "../mapping/jq.ts"
import type { AppConfig, Resource } from "../port/app-config.ts"
import type { Blueprint } from "../port/blueprint.ts"
import type { PortClient } from "../port/client.ts"
import type { Entity } from "../port/entity.ts"
import type { FailedUpsert } from "../port/entity-upserts.ts"
import type { EntityNames } from "./entity-names.ts"
import type { Origin, SourceEnd } from "./kind.ts"
import type { EntityRef, KnownEntities } from "./known-entities.ts"
import type { LiveWatch } from "./live-watch.ts"
import type { OriginStore } from "./origin-store.ts"
import type { RawExamples } from "./raw-examples.ts"
import type { ReadIds } from "./read-ids.ts"
import type { OpenResource } from "./readings.ts"
import type { RelationTargets } from "./relation-targets.ts"
import type { RunNotes } from "./run-notes.ts"
import type { RunRecord } from "./run-record.ts"
import type { SearchChecks } from "./search-relations.ts"
import type { Sources } from "./sources.ts"

export interface Run {
  port: PortClient
  jq: Jq
  config: AppConfig
  resources: readonly OpenResource[]
  /** Those of the mapping that a run of some kinds or parts does not read, or not all of whose objects. */
  unread: readonly Resource[]
  record: RunRecord
  known: KnownEntities
  origins: OriginStore
  sources: Sources
  notes: RunNotes
  searches: SearchChecks
  examples: RawExamples | undefined
  /** Entities made in this run, whether or not they had to be sent. */
  seen: EntityNames
  /** Entities that seen ones relate to: Port may have made them bare, and they are no strays. */
  targets: RelationTargets
  /** Blueprints written to in this run. */
  written: Set<string>
  /** Entities Port would not take yet; tried again when all kinds are through. */
  retry: RefusedOnce[]
  /**
   * Blueprints with an entity that is known only by a search query which Port did not resolve, and why: any entity may
   * be the one that was meant.
   */
  unresolved: Map<string, string>
  readIds: ReadIds
  /** A blueprint as Port has it, read once per run; undefined where Port has none of that name. */
  blueprint(identifier: string): Promise<Blueprint | undefined>
  createSystemEntities: boolean
  /** Kinds that only events give, and how long entities made of them are kept, in milliseconds. */
  events: { kinds: ReadonlySet<string>; keepMs: number }
  /** The parts that this run is about; undefined: all. */
  partsRead: ReadonlySet<string> | undefined
  /** What live events do meanwhile; undefined where there are none. */
  live: LiveWatch | undefined
  watch: RunWatch | undefined
  log: Logger
  clock: Clock
  signal: AbortSignal
}

/** An entity that Port did not take at its first try. */
export interface RefusedOnce {
  open: OpenResource
  mapped: MappedEntity
  outcome: FailedUpsert
}

/** What single entities came to, for whoever wants to name them. */
export interface RunWatch {
  /** Port took (or, in a plan, would take) what a resource of this kind made. */
  made(kind: string, entity: EntityRef): void
  /** Proved gone, and why; whether it may then be deleted is decided later. */
  gone(kind: string, entity: EntityRef, evidence: string): void
  /** So many objects of each part that a list gave. */
  read?(kind: string, byPart: ReadonlyMap<string, number>): void
  /** How a part of a kind ended. */
  ended?(kind: string, end: SourceEnd): void
}

/** An entity and the object it was made of. */
export interface MappedEntity {
  entity: Entity
  origin: Origin
}
