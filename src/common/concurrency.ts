// Async data is pages in an AsyncIterable; here they are merged and grouped with a visible bound.

/**
 * Many sources as one stream, at most `concurrency` of them open at a time. A source that throws ends the
 * stream with its error, and the others are closed. At most one item per open source waits in memory.
 */
export async function* mergeAsync<T>(
  sources: Iterable<() => AsyncIterable<T>>,
  options: { concurrency: number },
): AsyncGenerator<T> {
  const waiting = sources[Symbol.iterator]()
  const open = new Map<AsyncIterator<T>, Promise<Step<T>>>()
  const openNext = () => {
    const next = waiting.next()
    if (!next.done) advance(open, next.value()[Symbol.asyncIterator]())
  }
  for (let slot = 0; slot < Math.max(1, options.concurrency); slot++) openNext()
  try {
    while (open.size > 0) {
      const { iterator, result } = await Promise.race(open.values())
      if (result.done) {
        open.delete(iterator)
        openNext()
        continue
      }
      advance(open, iterator)
      yield result.value
    }
  } finally {
    for (const [iterator, step] of open) {
      step.catch(() => undefined) // the stream has ended; what this one would have said is not wanted any more
      void iterator.return?.()?.catch(() => undefined)
    }
  }
}

interface Step<T> {
  iterator: AsyncIterator<T>
  result: IteratorResult<T>
}

function advance<T>(open: Map<AsyncIterator<T>, Promise<Step<T>>>, iterator: AsyncIterator<T>): void {
  const step = iterator.next().then((result) => ({ iterator, result }))
  step.catch(() => undefined) // seen by the race; without this a loser of the race would count as unhandled
  open.set(iterator, step)
}

/** Groups of at most `size`, in order. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size))
  return groups
}

/**
 * Runs `work` on every item of a stream, at most `concurrency` at a time, so that reading goes on while earlier
 * items are worked on. The first error stops the reading, and is thrown when the work under way has ended.
 */
export async function forEachAsync<T>(
  items: AsyncIterable<T>,
  options: { concurrency: number },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined
  try {
    for await (const item of items) {
      const task: Promise<void> = work(item)
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => running.delete(task))
      running.add(task)
      if (running.size >= options.concurrency) await Promise.race(running)
      if (failure) break
    }
  } finally {
    await Promise.all(running)
  }
  if (failure) throw failure.error
}
