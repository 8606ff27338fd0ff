// The contract between a resync and an integration: how the objects of a kind are read, and what became of those
// that a list no longer shows. Nothing here knows Sentry.
import type { z } from "zod"
import type { JsonObject } from "../common/json.ts"
import type { ReadPaths } from "../mapping/jq-paths.ts"

/** An object as the third party's API gave it; a mapping's jq may read any field of it. */
export type RawObject = JsonObject

/** Where a raw object comes from. Entities made of it keep this, so that nothing is deleted on a guess. */
export interface Origin {
  /** The part of the kind that is read, and proved read, on its own: a project's slug, or "" for the whole. */
  part: string
  /** The object's id in the third party, as text. */
  id: string
}

export interface RawItem {
  raw: RawObject
  origin: Origin
}

/**
 * How the reading of one source (kind × part) ended. Only `complete` is proof of what is absent; a denied, failed or
 * partial source says nothing about the objects it did not show.
 */
export type SourceOutcome =
  | { state: "complete" }
  | {
      state: "denied" | "failed" | "partial"
      /** A sentence: what was asked, and what the answer was. */
      reason: string
      /** What a person can do about it, such as the missing scope. */
      hint?: string
    }

export interface SourceEnd {
  /** The part this is about, or `everyPart` when the kind could not be read at all. */
  part: string
  outcome: SourceOutcome
}

/** Stands for all parts of a kind, known or not. */
export const everyPart = "*"

/** What a reading yields: pages as they come, and for each part one end. */
export type ReadEvent = ({ type: "page" } & { items: RawItem[] }) | ({ type: "end" } & SourceEnd)

export interface ReadingParts {
  /** Those that have something to read. */
  wanted: readonly string[]
  /** Those that are at their end without a request: the selector leaves them out. */
  others: readonly string[]
}

/**
 * A list that is read once in a run, however many resources of the mapping want it: resources whose readings have
 * the same key share one. Never throws for what a peer answers; that is in the ends.
 */
export interface Reading {
  key: string
  /** Whether some parts of it can be read alone. */
  byPart?: boolean
  /** All its parts; undefined where they cannot be told now. Only of a reading that is `byPart`. */
  parts?(signal: AbortSignal): Promise<ReadingParts | undefined>
  /** `parts`: only these, where that can be done; each ends, an unknown one as failed. Left out: all. */
  read(signal: AbortSignal, parts?: readonly string[]): AsyncIterable<ReadEvent>
}

/** A page after the kind added what it adds (`__tags`, `__members`). One object may become several, or none. */
export interface Enriched {
  items: RawItem[]
  /** Objects that rightly gave no item (an issue without a value of the tag, where one item per value is made). */
  without: number
  /** Objects whose addition could not be read. They are not mapped, and what they made before is kept. */
  unread: { origin: Origin; outcome: SourceOutcome }[]
}

/** What became of an object that the list no longer shows. */
export type Verdict = { origin: Origin } & (
  | { state: "gone" /** How we know. */; evidence: string }
  | { state: "found"; item: RawItem }
  | { state: "unknown"; reason: string }
)

/** What to do with a found object that is not in the list: it left the list, or the selector excludes it at once. */
export type Standing =
  | { state: "left" /** Milliseconds to keep its entities. */; keepMs: number }
  | { state: "excluded" }

export interface Listed {
  /** The ids of those that are in the list. */
  ids: ReadonlySet<string>
  /** Why that could not be told of the others; undefined where it could. */
  unknown: string | undefined
}

/** A kind with its selector checked: what `openKind` gives for one resource. Lives for one run. */
export interface OpenKind {
  reading: Reading
  enrich(items: RawItem[], signal: AbortSignal): Promise<Enriched>
  /** Whether an object of the list is one the selector admits, apart from its jq query. */
  admits(raw: RawObject): boolean
  /** One verdict per origin, in any order. `part` may be "" where it is not known. */
  lookUp(origins: Origin[], signal: AbortSignal): Promise<Verdict[]>
  standing(raw: RawObject): Standing
  /**
   * Which of these objects, each just looked up, the kind's list would show now. Those of \`unknown\` may or may not be
   * in it. Absent where the kind has no objects that are asked for one by one.
   */
  listed?(items: RawItem[], signal: AbortSignal): Promise<Listed>
  /** The objects of one part alone; absent where a kind has no parts that are read on their own. */
  readPart?(part: string, signal: AbortSignal): AsyncIterable<ReadEvent>
  /** The ids an entity's identifier may hold, where no record says which object it came from. Best first. */
  idsIn(identifier: string): string[]
  /** The object as it would look with another id: to see whether a mapping makes a certain identifier of that id. */
  withId(raw: RawObject, id: string): RawObject
  /**
   * Whether an identifier none of whose `idsIn` is an object's belongs to no object: true where identifiers are made
   * of names that the object is asked for by, false where they may be made of anything (an issue's title).
   */
  idsInFindAll: boolean
  /**
   * Whether a complete list alone proves that an absent object is gone (users, teams). False where objects leave
   * the list and live on (issues get resolved) or where the list may hide them; those need a verdict.
   */
  listIsProof: boolean
}

export interface PartSign {
  kind: string
  part: string
  /** What was seen there, under a name that is the same each time. */
  sign: string
}

/** Objects of some kinds that share their ids, asked for by id without any addition (`__tags`). */
export interface ObjectLookUp {
  kinds: readonly string[]
  lookUp(origins: Origin[], signal: AbortSignal): Promise<Verdict[]>
  /** What of the object matters, without what changes with every event. */
  stateOf(raw: RawObject): JsonObject
  /**
   * What enriched objects show of parts of other kinds: an issue in an environment shows that its project has that
   * environment. A sign not seen before means that the part should be read again.
   */
  signs(items: readonly RawItem[]): PartSign[]
  /** The objects that had something happen to them since then; pages as they come. Ends early, with why, where one cannot be read. */
  activeSince(
    since: Date,
    signal: AbortSignal,
  ): AsyncIterable<{ ok: true; origins: Origin[] } | { ok: false; reason: string }>
}

/** One run's view of the third party; what it caches lives as long as the run. */
export interface IntegrationRun {
  /**
   * The selector is one that the kind's own schema gave. `reads`: what the mapping may read of the kind's objects; the
   * rest need not be fetched. Left out: all of it.
   */
  openKind(kind: string, selector: Record<string, unknown>, reads?: ReadPaths): OpenKind
  /** How the run has read so far, at what cost, and why so: a sentence each. */
  plan?(): string[]
  /** For objects that events speak of; absent where an integration has none. */
  objects?: ObjectLookUp
  /**
   * A view of these parts alone, which decides by them alone how to read; what is common to all parts is read once for all
   * views of this run. Absent where a run cannot be made in parts.
   */
  openParts?(parts: readonly string[]): PartRun
  /** From now on so many processes read from the third party as one user of it, and share what it allows; 1: this one alone. */
  shareLimits?(processes: number): void
  /** Takes over what a view of parts has learned, also that of another process. */
  learn?(from: JsonObject): void
}

export interface PartRun extends IntegrationRun {
  /** What it has learned, as JSON, for `learn` of the whole run. Asked once, at its end. */
  learned(): JsonObject
}

export interface OpenRunOptions {
  /** Of the kinds of `objects`, only what had something happen to it since this instant is listed. */
  changedSince?: Date
  /** False: what it learns is not kept for later runs; it may use what they have left. Default: true. */
  remembers?: boolean
}

export interface KindDefinition {
  name: string
  /** Only events give objects of this kind; no list does, so that a resync reads and reconciles none of them. */
  eventsOnly?: boolean
  /** Beside `query`: the keys a selector of this kind may have, with their defaults. */
  selector: z.ZodType<Record<string, unknown>>
}
