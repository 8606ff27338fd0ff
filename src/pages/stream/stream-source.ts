// What a stream of changes is fed by.

export interface StreamEvent {
  event: string
  data: unknown
}

export interface StreamSource {
  topic: string
  /**
   * For one listener: answers what has changed since that moment, as states. What it has told this listener already it
   * leaves out, so that the moment may lie before what was asked for last.
   */
  open(): (since: number) => Promise<StreamEvent[]>
}

/** Leaves out what was told in this very version; remembers no more than a page of each. */
export function onlyNews<T>(
  keyOf: (one: T) => string,
  versionOf: (one: T) => string,
): (all: readonly T[]) => T[] {
  const told = new Map<string, string>()
  return (all) =>
    all.filter((one) => {
      const [key, version] = [keyOf(one), versionOf(one)]
      if (told.get(key) === version) return false
      told.delete(key)
      told.set(key, version)
      for (const oldest of told.keys()) {
        if (told.size <= mostRemembered) break
        told.delete(oldest)
      }
      return true
    })
}

const mostRemembered = 2_000
