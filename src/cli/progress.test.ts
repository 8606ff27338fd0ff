import { describe, expect, it } from "vitest"
import type { OpenResource } from "../resync/readings.ts"
import { emptyCounts } from "../resync/run-record.ts"
import { createProgress } from "./progress.ts"

function resource(kind: string, read: number, created: number): OpenResource {
  const record = {
    index: 0,
    kind,
    blueprint: '"b"',
    counts: { ...emptyCounts(), read, mapped: read, created },
    pages: read > 0 ? 2 : 0,
    durationMs: 0,
  }
  return { record } as OpenResource // progress looks at nothing else
}

function shown(isTTY: boolean) {
  let now = 0
  let text = ""
  const write = (part: string) => {
    text += part
  }
  const stream = { isTTY, columns: 100, write }
  const progress = createProgress({ stream, now: () => now, waitedMs: () => (now > 6_000 ? 3_000 : 0) })
  return {
    progress,
    at(time: number) {
      now = time
    },
    take() {
      const taken = text
      text = ""
      return taken
    },
  }
}

const resources = [resource("user", 12, 12), resource("user", 12, 0), resource("team", 0, 0)]

describe("progress", () => {
  it("shows a line per kind that has begun, and takes it away again on a terminal", () => {
    const { progress, at, take } = shown(true)
    at(2_000)
    progress.update(resources)
    expect(take()).toBe(
      "user         2 pages, 12 read, 24 mapped, 12 written, 0 unchanged\n2.0 s, 6 objects/s\n",
    )
    progress.clear()
    expect(take()).toBe("\u001b[2A\u001b[0J")
  })

  it("is a plain line now and then where there is no terminal, and tells of waiting", () => {
    const { progress, at, take } = shown(false)
    at(1_000)
    progress.update(resources)
    expect(take()).toBe("")
    at(7_000)
    progress.update(resources)
    expect(take()).toBe(
      "user 2 pages, 12 read, 24 mapped, 12 written, 0 unchanged; 7.0 s, 2 objects/s, waited 3.0 s for Sentry's limits\n",
    )
  })
})
