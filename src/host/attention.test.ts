import { describe, expect, it } from "vitest"
import { attentionOf } from "./attention.ts"
import { InstallationInput } from "./installation.ts"
import type { RunRow } from "./run-store.ts"

const spec = InstallationInput.parse({ sentry: { organization: "acme" } })
const now = 10_000_000
const around = { missing: undefined, last: undefined, waiting: undefined, now }
const ended = (outcome: string, more: Partial<RunRow> = {}): RunRow => ({
  id: 1,
  trigger: "interval",
  startedAt: 0,
  endedAt: 1,
  outcome,
  said: "what was said",
  told: undefined,
  ...more,
})

describe("what of an installation needs a person", () => {
  it("is nothing where it is switched off, did its work, or was only interrupted", () => {
    for (const outcome of ["completed", "interrupted", "stopped"])
      expect(attentionOf({ spec }, { ...around, last: ended(outcome) })).toEqual([])
    const off = { ...spec, enabled: false }
    expect(attentionOf({ spec: off }, { ...around, missing: "x", last: ended("failed") })).toEqual([])
  })

  it("is what is missing rather than the run that could not start for it", () => {
    const matters = attentionOf({ spec }, { ...around, missing: "no token", last: ended("not started") })
    expect(matters).toMatchObject([{ severity: "error", detail: "no token" }])
  })

  it("is a run that came to nothing, in its own words or else in its process's", () => {
    const counts = { read: 0, created: 0, updated: 0, unchanged: 0, deleted: 0, refused: 0, failed: 0 }
    const told = { headline: "in its own words", counts, wanting: [] }
    const details = [ended("failed", { told }), ended("timed out"), ended("crashed")].map(
      (last) => attentionOf({ spec }, { ...around, last })[0]?.detail,
    )
    expect(details).toEqual(["in its own words", "what was said", "what was said"])
  })

  it("is webhooks that wait for longer than a process takes to start", () => {
    const waiting = (ms: number) =>
      attentionOf({ spec }, { ...around, waiting: { events: 2, oldestAt: now - ms } })
    expect(waiting(60_000)).toEqual([])
    expect(waiting(6 * 60_000)).toMatchObject([{ severity: "warning" }])
  })
})
