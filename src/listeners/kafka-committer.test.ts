import { describe, expect, it } from "vitest"
import { silentLogger } from "../common/logger.ts"
import { createCommitter } from "./kafka-committer.ts"
import { createOffsets, type Position } from "./kafka-offsets.ts"

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A committer whose pauses last until the test ends them. */
function testCommitter() {
  const offsets = createOffsets()
  const pauses: (() => void)[] = []
  const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => pauses.push(resolve)) }
  const committer = createCommitter({ offsets, log: silentLogger, clock })
  const read = (offset: number, partition = 0) => {
    offsets.accept({ topic: "t", partition, offset: BigInt(offset), timestamp: 1n })
    committer.flush()
  }
  return { committer, read, pass: () => pauses.shift()?.() }
}

function target(options: { partitions?: number[]; fails?: number } = {}) {
  const commits: string[] = []
  let failures = options.fails ?? 0
  return {
    commits,
    owns: (partition: number) => (options.partitions ?? [0]).includes(partition),
    async commit(positions: readonly Position[]) {
      if (failures-- > 0) throw new Error("the group rebalances")
      commits.push(positions.map(({ partition, offset }) => `${partition}:${offset}`).join(" "))
    },
  }
}

describe("committing", () => {
  it("takes together what was read during its pause", async () => {
    const { committer, read, pass } = testCommitter()
    const kafka = target()
    committer.use(kafka)
    await turn()
    pass()
    await turn()
    for (const at of [0, 1, 2]) {
      read(at)
      await turn()
    }
    pass()
    await turn()
    pass()
    await turn()
    expect(kafka.commits).toEqual(["0:1", "0:3"])
  })

  it("tries again with the next what failed, and through the next connection what had none", async () => {
    const { committer, read, pass } = testCommitter()
    committer.use(target({ fails: 1 }))
    read(0)
    await turn()
    pass()
    await turn()
    committer.use(undefined)
    read(1)
    await turn()
    pass()
    await turn()
    const second = target()
    committer.use(second)
    await turn()
    pass()
    await turn()
    expect(second.commits).toEqual(["0:2"])
  })

  it("leaves the share of another member to that one", async () => {
    const { committer, read } = testCommitter()
    const kafka = target({ partitions: [1] })
    committer.use(kafka)
    read(4, 0)
    read(7, 1)
    await committer.finish()
    expect(kafka.commits.at(-1)).toBe("1:8")
    expect(kafka.commits.join(" ")).not.toContain("0:")
  })
})
