import { describe, expect, it } from "vitest"
import type { Resource } from "../port/app-config.ts"
import { createDuplicates, type Duplicates } from "./duplicates.ts"

const resource = { index: 2, kind: "issue" } as Resource

function madeBy(part: string, identifier: string, id = identifier): Duplicates {
  const one = createDuplicates()
  one.note(resource, [{ entity: { blueprint: "issue", identifier }, origin: { part, id } }])
  return one
}

function together(...parts: Duplicates[]): string[] {
  const whole = createDuplicates()
  for (const part of parts) whole.take(JSON.parse(JSON.stringify(part.told())))
  return whole.sentences()
}

describe("entities that several parts of a run make", () => {
  it("are told as those of one run are", () => {
    expect(together(madeBy("web", "same", "1"), madeBy("api", "same", "2"))).toEqual([
      'issue: 1 entity is made more than once, and the last one counts: "same" of issue 1 of web (resources[2]) and of issue 2 of api (resources[2])',
    ])
  })

  it("are none where each part makes its own, or a part was made twice", () => {
    expect(together(madeBy("web", "1"), madeBy("api", "2"))).toEqual([])
    expect(together(madeBy("web", "1"), madeBy("web", "1"))).toEqual([])
  })

  it("keep what a part has found by itself", () => {
    const web = madeBy("web", "same", "1")
    web.note(resource, [
      { entity: { blueprint: "issue", identifier: "same" }, origin: { part: "web", id: "3" } },
    ])
    expect(together(web, madeBy("api", "2"))).toEqual(web.sentences())
    expect(web.sentences()).toHaveLength(1)
  })
})
