// What is remembered of entities across runs where there is a database: which object of the third party each was made
// of, and what the catalog held of it.
import { type HeldEntities, nothingHeld } from "./held-entities.ts"
import type { Origin } from "./kind.ts"
import type { EntityRef } from "./known-entities.ts"

export interface EntityOrigin extends EntityRef {
  kind: string
  origin: Origin
}

export interface RecordedOrigin {
  kind: string
  origin: Origin
  /** When a run or an event first saw the object leave its list (milliseconds since the epoch). */
  leftAt: number | undefined
}

export interface OriginStore {
  /** Whether anything is remembered at all. Without, entities are traced by their identifiers' text. */
  remembers: boolean
  held: HeldEntities
  /** These entities are about to be made of these objects, which are in their lists. */
  record(origins: readonly EntityOrigin[]): Promise<void>
  /** All recorded origins of each entity, by `entityKey`; an entity without records is absent. */
  originsOf(entities: readonly EntityRef[]): Promise<Map<string, RecordedOrigin[]>>
  /** The entities made of these objects, of any of the kinds. */
  madeOf(kinds: readonly string[], ids: readonly string[]): Promise<EntityRef[]>
  /** The objects of these kinds that entities were made of, in no order. */
  objectsOf(kinds: readonly string[]): Promise<Origin[]>
  /** The object has left its list; the time stands if it was known to have left before. */
  markLeft(origins: readonly EntityOrigin[], at: number): Promise<void>
  /** The object does not make this entity any more. */
  forgetOrigins(origins: readonly EntityOrigin[]): Promise<void>
  /** The entities are gone from the catalog. */
  forgetEntities(entities: readonly EntityRef[]): Promise<void>
}

/** For runs without a database: remembers nothing. */
export const noOrigins: OriginStore = {
  remembers: false,
  held: nothingHeld,
  record: async () => {},
  originsOf: async () => new Map(),
  madeOf: async () => [],
  objectsOf: async () => [],
  markLeft: async () => {},
  forgetOrigins: async () => {},
  forgetEntities: async () => {},
}
