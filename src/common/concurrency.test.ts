import { describe, expect, it } from "vitest"
import { batches, forEachAsync, mergeAsync } from "./concurrency.ts"

async function* count(name: string, upTo: number, closed: string[] = []) {
  try {
    for (let at = 1; at <= upTo; at++) {
      await new Promise((resolve) => setImmediate(resolve))
      yield `${name}${at}`
    }
  } finally {
    closed.push(name)
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe("mergeAsync", () => {
  it("gives every item of every source, each source in its order", async () => {
    const merged = await collect(
      mergeAsync([() => count("a", 3), () => count("b", 2), () => count("c", 1)], { concurrency: 2 }),
    )
    expect([...merged].sort()).toEqual(["a1", "a2", "a3", "b1", "b2", "c1"])
    expect(merged.filter((item) => item.startsWith("a"))).toEqual(["a1", "a2", "a3"])
  })

  it("opens no more sources at a time than allowed", async () => {
    let open = 0
    let most = 0
    const source = async function* () {
      most = Math.max(most, ++open)
      yield 1
      await new Promise((resolve) => setImmediate(resolve))
      open--
    }
    await collect(
      mergeAsync(
        Array.from({ length: 6 }, () => source),
        { concurrency: 2 },
      ),
    )
    expect(most).toBe(2)
  })

  it("throws what a source throws, and closes the others", async () => {
    const closed: string[] = []
    const broken = async function* () {
      yield "x"
      throw new Error("broken source")
    }
    const merged = mergeAsync<string>([broken, () => count("a", 100, closed)], { concurrency: 2 })
    await expect(collect(merged)).rejects.toThrow("broken source")
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(closed).toEqual(["a"])
  })
})

describe("forEachAsync", () => {
  it("works on several items while it reads on, and ends when all are done", async () => {
    const done: string[] = []
    await forEachAsync(count("a", 5), { concurrency: 3 }, async (item) => {
      await new Promise((resolve) => setImmediate(resolve))
      done.push(item)
    })
    expect(done.sort()).toEqual(["a1", "a2", "a3", "a4", "a5"])
  })

  it("stops reading at the first error and throws it after the work under way", async () => {
    const closed: string[] = []
    let finished = 0
    const work = forEachAsync(count("a", 100, closed), { concurrency: 2 }, async (item) => {
      if (item === "a2") throw new Error("no")
      await new Promise((resolve) => setTimeout(resolve, 5))
      finished++
    })
    await expect(work).rejects.toThrow("no")
    expect(closed).toEqual(["a"])
    expect(finished).toBeLessThan(5)
  })
})

describe("batches", () => {
  it.each([
    [[], 2, []],
    [[1, 2, 3], 2, [[1, 2], [3]]],
    [[1, 2], 5, [[1, 2]]],
  ])("of %j by %i are %j", (items, size, expected) => {
    expect(batches<number>(items, size)).toEqual(expected)
  })
})
