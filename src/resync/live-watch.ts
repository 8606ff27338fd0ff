// What a run must know of the live events beside it, so that neither overwrites the other with something older.

export interface LiveWatch {
  /** The object's name among events; undefined for kinds that events do not speak of. */
  keyOf(kind: string, id: string): string | undefined
  /** The objects, by `keyOf`, that had an event ended since then, or have one under way. */
  touchedSince(since: Date): Promise<ReadonlySet<string>>
  /** Lets these objects be read again, after the run. */
  readAgain(keys: readonly string[]): Promise<void>
}
