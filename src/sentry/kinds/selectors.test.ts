import { describe, expect, it } from "vitest"
import { parseAppConfig } from "../../port/app-config.ts"
import { mapping } from "../defaults/mapping.ts"
import { sentryKinds } from "./index.ts"
import { IssueSelector, IssueTagSelector, ProjectSelector } from "./selectors.ts"

const kinds = new Map(sentryKinds.map((kind) => [kind.name, kind.selector]))

describe("selectors", () => {
  it("have the original's defaults, and ours", () => {
    expect(IssueSelector.parse({})).toEqual({
      tag: "environment",
      includeArchived: true,
      issueQuery: "is:unresolved",
    })
    expect(ProjectSelector.parse({})).toEqual({ tag: "environment" })
  })

  it.each([
    [{ tag: null }, "expected the key of a tag"],
    [{ tag: ".." }, "expected the key of a tag"],
    [{ issueQuery: null }, "expected a search"],
    [{ keepResolvedFor: "a while" }, 'such as "30d"'],
    [{ includeArchived: "never" }, "expected true or false"],
  ])("refuse %j with a sentence", (selector, message) => {
    expect(IssueSelector.safeParse(selector).error?.issues[0]?.message).toContain(message)
  })

  it("of issue-tag say how the tags are read", () => {
    expect(IssueTagSelector.parse({}).tagSource).toBeUndefined()
    expect(IssueTagSelector.parse({ tagSource: "exact" }).tagSource).toBe("exact")
    expect(IssueTagSelector.safeParse({ tagSource: "fast" }).error?.issues[0]?.message).toContain(
      "expected auto or exact",
    )
  })

  it("let pass what they do not know, and show what they know", () => {
    const parsed = parseAppConfig(
      {
        resources: [
          {
            kind: "issue",
            selector: { query: "true", issueQuery: "", isueQuery: "" },
            port: { entity: { mappings: { identifier: ".id", blueprint: '"x"' } } },
          },
        ],
      },
      kinds,
    )

    expect(parsed.broken).toEqual([])
    expect(parsed.unknownKeys).toEqual([
      expect.objectContaining({
        where: "resources[0].selector.isueQuery",
        hint: 'did you mean "issueQuery"?',
      }),
    ])
  })

  it("take the default mapping without a word", () => {
    const parsed = parseAppConfig(mapping, kinds)

    expect(parsed).toMatchObject({ broken: [], unknownKeys: [], problems: [] })
    expect(parsed.config.resources).toHaveLength(5)
  })
})
