import { expect, it } from "vitest"
import { createQueue } from "./queue.ts"

it("gives places to those that have waited longest, and forgets who wants none any more", () => {
  const queue = createQueue()
  expect(queue.next(["a"], 1)).toEqual(["a"])
  expect(queue.isWaitedFor()).toBe(false)
  expect(queue.next(["b", "c"], 0)).toEqual([])
  expect(queue.isWaitedFor()).toBe(true)
  expect(queue.next(["a", "c", "b", "d"], 1)).toEqual(["b"])
  expect(queue.next(["a", "b", "d"], 1)).toEqual(["a"])
  expect(queue.next(["b", "c", "d"], 5)).toEqual(["d", "b", "c"])
  expect(queue.next([], 1)).toEqual([])
  expect(queue.isWaitedFor()).toBe(false)
})
