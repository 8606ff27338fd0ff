// Durable writes that come at the same time share one commit: a burst costs a few of them, not one each.

/** Resolves when the item is on disk. Rejects when it could not be written. */
export type GroupWrite<T> = (item: T) => Promise<void>

interface Waiting<T> {
  item: T
  resolve(): void
  reject(error: unknown): void
}

/** `write` gets at most `most` items at once, in the order in which they came, and never runs twice at a time. */
export function createGroupWrite<T>(
  write: (items: readonly T[]) => Promise<void>,
  options: { most: number },
): GroupWrite<T> {
  const queue: Waiting<T>[] = []
  let writing = false

  async function drain(): Promise<void> {
    writing = true
    // What else arrives in this turn of the event loop belongs to the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) await writeGroup(write, queue.splice(0, options.most))
    writing = false
  }

  return (item) =>
    new Promise<void>((resolve, reject) => {
      queue.push({ item, resolve, reject })
      if (!writing) void drain()
    })
}

async function writeGroup<T>(
  write: (items: readonly T[]) => Promise<void>,
  group: readonly Waiting<T>[],
): Promise<void> {
  try {
    await write(group.map(({ item }) => item))
  } catch (error) {
    for (const one of group) one.reject(error)
    return
  }
  for (const one of group) one.resolve()
}
