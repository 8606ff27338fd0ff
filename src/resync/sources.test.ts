import { describe, expect, it } from "vitest"
import type { Resource } from "../port/app-config.ts"
import { everyPart } from "./kind.ts"
import { createSources } from "./sources.ts"

const issues = { kind: "issue", index: 0 } as Resource // the other members play no part here
const users = { kind: "user", index: 1 } as Resource
const complete = { state: "complete" } as const
const denied = { state: "denied", reason: "403", hint: "scope event:read" } as const

describe("sources", () => {
  it("are complete only when they ended so", () => {
    const sources = createSources()
    sources.end(issues, { part: "shop", outcome: complete })
    expect(sources.outcomeOf(issues, "shop")).toEqual(complete)
    expect(sources.outcomeOf(issues, "api")).toMatchObject({ state: "failed" })
    expect(sources.firstOpen(issues)).toBeUndefined()
    expect(sources.firstOpen(users)).toMatchObject({ kind: "user", part: everyPart })
  })

  it("keep the worse of two outcomes, in either order", () => {
    for (const order of [
      [complete, denied],
      [denied, complete],
    ]) {
      const sources = createSources()
      for (const outcome of order) sources.end(issues, { part: "shop", outcome })
      expect(sources.outcomeOf(issues, "shop")).toEqual(denied)
    }
  })

  it("of a kind that could not be read at all are open for every part", () => {
    const sources = createSources()
    sources.end(issues, { part: everyPart, outcome: denied })
    expect(sources.outcomeOf(issues, "shop")).toEqual(denied)
    expect(sources.open()).toEqual([{ kind: "issue", part: everyPart, outcome: denied }])
  })

  it("shared by resources of one kind are told once", () => {
    const sources = createSources()
    const twin = { kind: "issue", index: 5 } as Resource
    for (const resource of [issues, twin]) sources.end(resource, { part: "shop", outcome: denied })
    expect(sources.open()).toHaveLength(1)
  })
})
