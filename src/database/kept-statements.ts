// Prepared statements that are kept for their next use, the most recently used ones.

/**
 * How much text kept statements may have together, in characters. A statement takes some 75 bytes for each of its own, bound
 * values included: one that writes 300 rows takes 400 kB, and each number of rows is a statement of its own.
 */
const keptCharacters = 100_000

export interface KeptStatements<T> {
  /** The statement of this text; `prepare` makes it where it is not kept. */
  of(text: string, prepare: (text: string) => T): T
}

/** Keeps statements with up to so many characters together; a longer one is made anew each time. */
export function keepStatements<T>(characters = keptCharacters): KeptStatements<T> {
  const kept = new Map<string, T>()
  let held = 0
  return {
    of(text, prepare) {
      const known = kept.get(text)
      if (known !== undefined) {
        kept.delete(text)
        kept.set(text, known) // the most recently used is last
        return known
      }
      const made = prepare(text)
      if (text.length > characters) return made
      kept.set(text, made)
      held += text.length
      for (const oldest of kept.keys()) {
        if (held <= characters) break
        kept.delete(oldest)
        held -= oldest.length
      }
      return made
    },
  }
}
