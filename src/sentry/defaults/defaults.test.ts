import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { fixtureText } from "../../../test/support/fake-sentry.ts"
import type { JsonObject } from "../../common/json.ts"
import { Blueprint } from "../../port/blueprint.ts"
import { presets } from "./presets.ts"
import { systemRelations } from "./system-relations.ts"

const page = (name: string) => parse(fixtureText(`seed/${name}.yaml`)) as JsonObject // every file there is a mapping

function preset(name: string) {
  const found = presets.find((one) => one.name === name)
  if (!found) throw new Error(`no preset ${name}`)
  return { ...found, byId: new Map(found.blueprints.map((raw) => [String(raw.identifier), Blueprint.parse(raw)])) }
}

/** The entity mappings of all resources. */
function entitiesOf({ resources }: JsonObject) {
  return (resources as { port: { entity: { mappings: Record<string, JsonObject> } } }[]).map(
    ({ port }) => port.entity.mappings, // as the tests below compare
  )
}

describe("the default preset", () => {
  const { mapping, byId } = preset("default")

  it("has the documentation's default mapping", () => {
    expect(mapping).toEqual(page("newer/mapping.default"))
  })

  it("takes the values that Sentry has, the misspelt one of the original included", () => {
    const valuesOf = (blueprint: string, property: string) =>
      byId.get(blueprint)?.schema.properties[property]?.enum

    expect(valuesOf("sentryUser", "orgRole")).toEqual([
      "member",
      "admin",
      "owner",
      "manager",
      "billing",
      "biling",
    ])
    expect(valuesOf("sentryIssue", "status")).toEqual([
      "resolved",
      "unresolved",
      "ignored",
      "reprocessing",
      "pending_deletion",
      "pending_merge",
    ])
    expect(valuesOf("sentryProjectEnvironment", "status")).toEqual([
      "active",
      "disabled",
      "pending_deletion",
      "deletion_in_progress",
    ])
  })

  it("says of each relation whether it takes many", () => {
    expect(byId.get("sentryIssue")?.relations).toMatchObject({
      projectEnvironment: { target: "sentryProjectEnvironment", many: true },
      assignee: { target: "sentryUser", many: false },
    })
    expect(byId.get("sentryTeam")?.relations).toMatchObject({ members: { target: "sentryUser", many: true } })
    expect(byId.get("sentryProjectEnvironment")?.relations).toMatchObject({
      team: { target: "sentryTeam", many: true },
    })
    expect(systemRelations).toMatchObject([
      { blueprint: "_user", relations: { sentry_user: { target: "sentryUser", many: false } } },
    ])
  })
})

describe.each(presets)("the preset $name", ({ name, text }) => {
  const { mapping, byId, systemRelations: system } = preset(name)

  it("writes only blueprints, properties and relations that it installs", () => {
    for (const { blueprint, properties = {}, relations = {} } of entitiesOf(mapping)) {
      const known = byId.get(JSON.parse(String(blueprint)))
      const owned = system.find((one) => `"${one.blueprint}"` === String(blueprint))

      expect(known ?? owned, String(blueprint)).toBeDefined()
      expect(Object.keys(known?.schema.properties ?? {})).toEqual(
        expect.arrayContaining(Object.keys(properties)),
      )
      expect(Object.keys(known?.relations ?? owned?.relations ?? {})).toEqual(
        expect.arrayContaining(Object.keys(relations)),
      )
    }
  })

  it("relates its blueprints to each other only, and is told in a sentence", () => {
    const targets = [...byId.values()].flatMap(({ relations }) =>
      Object.values(relations).map(({ target }) => target),
    )

    expect(targets.filter((target) => !byId.has(target))).toEqual([])
    expect(text).toMatch(/^[A-Z].*\.$/)
  })
})

describe("the presets of the pages' examples", () => {
  it.each([
    ["older-project", "older/mapping.project"],
    ["older-issue", "older/mapping.issue"],
    ["example-user", "newer/mapping.user"],
    ["example-team", "newer/mapping.team"],
    ["example-project", "newer/mapping.project"],
  ])("%s has the page's mapping as it is", (name, file) => {
    expect(preset(name).mapping).toEqual(page(file))
  })

  it("has both of the older page's in one", () => {
    const resources = ["project", "issue"].flatMap((kind) => page(`older/mapping.${kind}`).resources)
    expect(preset("older-page").mapping).toEqual({ resources })
  })

  it("gives the relation to project environments a list, where the page gives it a text", () => {
    const [example] = entitiesOf(preset("example-issue").mapping)
    const [published] = entitiesOf(page("newer/mapping.issue"))

    expect(published?.relations).toMatchObject({ projectEnvironment: ".project.slug" })
    expect(example).toEqual({
      ...published,
      relations: { ...published?.relations, projectEnvironment: "[.project.slug]" },
    })
  })

  it("makes one blueprint of the page's two that are called sentryProject: a project may have several teams", () => {
    for (const name of ["example-project", "example-project-environment"])
      expect(preset(name).byId.get("sentryProject")).toMatchObject({
        relations: { team: { target: "sentryTeam", many: true } },
      })
  })
})
