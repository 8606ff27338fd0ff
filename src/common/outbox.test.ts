import { describe, expect, it } from "vitest"
import { createOutbox } from "./outbox.ts"

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe("an outbox", () => {
  it("sends one after another, goes on after a failure, and ends when all is sent", async () => {
    const done: string[] = []
    const failures: unknown[] = []
    const outbox = createOutbox({ capacity: 10, onFailure: (error) => failures.push(error) })
    const trouble = new Error("refused")
    outbox.add(async () => void done.push("a"))
    outbox.add(async () => {
      throw trouble
    })
    outbox.add(async () => void done.push("b"))
    await outbox.close(1_000)
    expect(done).toEqual(["a", "b"])
    expect(failures).toEqual([trouble])
  })

  it("replaces what still waits by newer news of the same key, in its place", async () => {
    const { open, opened } = gate()
    const done: string[] = []
    const outbox = createOutbox({ capacity: 10, onFailure: () => {} })
    outbox.add(() => opened)
    outbox.add(async () => void done.push("issue syncing"), "issue")
    outbox.add(async () => void done.push("user completed"), "user")
    outbox.add(async () => void done.push("issue completed"), "issue")
    open()
    await outbox.close(1_000)
    expect(done).toEqual(["issue completed", "user completed"])
  })

  it("drops the oldest when there is no room, and says so", async () => {
    const { open, opened } = gate()
    const done: number[] = []
    let dropped = 0
    const outbox = createOutbox({
      capacity: 2,
      onFailure: (error) => (dropped += error === undefined ? 1 : 0),
    })
    outbox.add(() => opened)
    for (const number of [1, 2, 3, 4]) outbox.add(async () => void done.push(number))
    expect(dropped).toBe(2)
    open()
    await outbox.close(1_000)
    expect(done).toEqual([3, 4])
  })

  it("gives up what does not end in time, and takes nothing afterwards", async () => {
    const done: string[] = []
    const outbox = createOutbox({ capacity: 2, onFailure: () => {} })
    outbox.add(() => new Promise(() => {}))
    outbox.add(async () => void done.push("never"))
    await outbox.close(10)
    outbox.add(async () => void done.push("late"))
    expect(done).toEqual([])
  })
})
