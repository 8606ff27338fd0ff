import { describe, expect, it } from "vitest"
import { pathsRead, readsEverything } from "../../mapping/jq-paths.ts"
import { exploreField, planTags, type TagSituation, type TagWay, tagReads } from "./plan.ts"

const all = { any: true, names: true }
const situation: TagSituation = {
  source: "auto",
  key: "environment",
  reads: all,
  issues: 400,
  errors: 400,
  toCome: 0,
  listRequests: 12,
  explore: true,
}

describe("the way to the tags of issues", () => {
  it.each<[what: string, differs: Partial<TagSituation>, way: TagWay, requests: number]>([
    ["nothing reads them", { reads: { any: false, names: false } }, "nothing", 0],
    [
      "nothing reads them, whatever is set",
      { source: "exact", reads: { any: false, names: false } },
      "nothing",
      0,
    ],
    ["the original's calls are wished for", { source: "exact", toCome: 1_000 }, "exact", 1_400],
    ["few issues changed", { issues: 7, errors: 7 }, "explore", 1],
    ["hardly any issue changed", { issues: 4, errors: 4 }, "single", 4],
    ["few issues changed, none of errors", { issues: 7, errors: 0 }, "single", 7],
    ["rows are cheaper than lists", { listRequests: 12 }, "explore", 8],
    ["lists are cheaper than explore", { listRequests: 5 }, "environments", 5],
    ["many more are to come", { toCome: 9_600, listRequests: 156 }, "environments", 156],
    ["many of them are no errors", { errors: 300, listRequests: 12 }, "environments", 12],
    ["the lists have been read", { issues: 3, errors: 3, listRequests: 0 }, "environments", 0],
    ["lists are not to be had", { toCome: 9_600, listRequests: undefined }, "explore", 200],
    ["explore is not to be had", { explore: false }, "environments", 12],
    ["an old server", { explore: false, listRequests: undefined }, "single", 400],
    ["lists cost more than asking each", { issues: 9, errors: 0, explore: false }, "single", 9],
    ["another tag", { key: "tier", listRequests: undefined }, "explore", 8],
    ["another tag never by lists", { key: "tier", explore: false }, "single", 400],
    ["users look otherwise in their own list", { key: "user" }, "exact", 400],
    ["names of releases are made by rules", { key: "release" }, "single", 400],
    ["names of releases nobody reads", { key: "release", reads: { any: true, names: false } }, "explore", 8],
    ["tags with other names in the store of events", { key: "dist" }, "single", 400],
    ["tags that a question could not hold", { key: "a]b" }, "single", 400],
  ])("%s", (_, differs, way, requests) => {
    expect(planTags({ ...situation, ...differs })).toMatchObject({ way, requests })
  })

  it("comes with a clause that says why", () => {
    expect(planTags(situation).why).toBe(
      "fewest requests: each issue 400, rows of events 8, a list per environment 12",
    )
    expect(planTags({ ...situation, issues: 1, errors: 1 }).why).toBe("so few that no other way pays")
    expect(planTags({ ...situation, source: "exact" }).why).toBe("tagSource is exact")
    expect(planTags({ ...situation, explore: false, listRequests: undefined }).why).toContain("no other way")
  })
})

describe("what a mapping reads of the tags", () => {
  it.each([
    [".id", { any: false, names: false }],
    ["[.__tags[].name]", { any: true, names: true }],
    ["[.__tags[].value]", { any: true, names: false }],
    [".__tags", { any: true, names: true }],
    [".__tags | length > 0", { any: true, names: true }],
  ])("%s", (program, reads) => {
    expect(tagReads(pathsRead(program))).toEqual(reads)
  })

  it("is all of it where that cannot be told", () => {
    expect(tagReads(readsEverything)).toEqual(all)
  })
})

it("asks explore by a field of its own where there is one", () => {
  expect(["environment", "release", "tier"].map(exploreField)).toEqual([
    "environment",
    "release",
    "tags[tier]",
  ])
})
