// A value fetched once and shared: callers at the same time wait for one fetch.

/** Memoizes an async function by a key; a failure is forgotten, so that the next caller tries again. */
export function onceEach<K, V>(fetch: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const values = new Map<K, Promise<V>>()
  return (key) => {
    const known = values.get(key)
    if (known) return known
    const fresh = fetch(key)
    values.set(key, fresh)
    fresh.catch(() => values.delete(key))
    return fresh
  }
}

/** The same for a time: what is asked for within `ms` of a fetch gets what that gave. */
export function onceFor<V>(fetch: () => Promise<V>, ms: number, clock: { now(): number }): () => Promise<V> {
  let held: { value: Promise<V>; until: number } | undefined
  return () => {
    if (held && clock.now() < held.until) return held.value
    const fresh = { value: fetch(), until: clock.now() + ms }
    held = fresh
    fresh.value.catch(() => {
      if (held === fresh) held = undefined
    })
    return fresh.value
  }
}
