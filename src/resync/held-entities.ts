// What the catalog held of our entities when we last wrote or read them, remembered across runs: an entity that nobody
// has written since need not be read from the catalog to be compared.
import { digestOf } from "../common/digest.ts"
import type { EntityShape } from "./entity-shape.ts"

export interface HeldEntity {
  identifier: string
  /** `shapeDigest` by `shapeKey`, of each shape it is known for. */
  digests: Readonly<Record<string, string>>
  /** Between these instants of Port's clock the write ended that left it so (milliseconds since the epoch). */
  from: number
  to: number
}

export interface HeldEntities {
  of(blueprint: string): Promise<{
    entities: Map<string, HeldEntity>
    /** When all of the blueprint was last read from the catalog (milliseconds since the epoch); undefined: never. */
    readAt: number | undefined
  }>
  noteRead(blueprint: string, at: number): Promise<void>
  /** It must be read from the catalog again, whatever is remembered. */
  noteUnread(blueprint: string): Promise<void>
  /** In place of what was noted before; what was noted of a later write stays. */
  note(blueprint: string, held: readonly HeldEntity[]): Promise<void>
  /** They are gone from the catalog, and what related to them was seen to. */
  forget(blueprint: string, identifiers: readonly string[]): Promise<void>
}

/** What changes in the catalog without a write of the entity is seen when the blueprint is read again, after this time. */
export const heldIsFreshMs = 24 * 3_600_000

/** For runs without a database. */
export const nothingHeld: HeldEntities = {
  of: async () => ({ entities: new Map(), readAt: undefined }),
  noteRead: async () => {},
  noteUnread: async () => {},
  note: async () => {},
  forget: async () => {},
}

/** A name of a shape, the same in every run and another for every other shape. */
export function shapeKey(shape: EntityShape): string {
  return digestOf({ ...shape, properties: [...shape.properties], relations: [...shape.relations] })
}
