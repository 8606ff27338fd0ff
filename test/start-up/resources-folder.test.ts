// A first start with a folder of resources in place of a preset.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { presets } from "../../src/sentry/defaults/presets.ts"
import { at } from "../support/engines.ts"
import { blueprint, blueprintNames, listed, record, refusal } from "../support/held-by-port.ts"
import { createPlace, type StartPlace, start } from "../support/start-up.ts"

const service: JsonObject = {
  identifier: "service",
  title: "Service",
  schema: { properties: {}, required: [] },
}

describe("a folder of resources", () => {
  it("replaces the preset's mapping and blueprints, and brings actions, scorecards and pages", async () => {
    const place = await createPlace()
    const folder = resources(place, {
      "blueprints.json": [service, { identifier: "_user", relations: { owns: { target: "service" } } }],
      "port-app-config.yaml": {
        resources: [
          {
            kind: "user",
            selector: { query: "true" },
            port: {
              entity: {
                mappings: { identifier: ".email", blueprint: '"_user"', relations: { owns: '"x"' } },
              },
            },
          },
        ],
      },
      "actions.json": [{ identifier: "bad" }, { identifier: "restart", title: "Restart" }],
      "scorecards.yml": [{ blueprint: "service", data: [{ identifier: "ready", title: "Ready" }] }],
      "pages.yaml": [{ identifier: "overview", title: "Overview" }],
      "README.md": "not ours",
    })
    place.port.intercept = ({ path, body }) =>
      path === "/actions" && at(body, "identifier") === "bad"
        ? refusal(422, "invalid_request", "no trigger")
        : undefined

    const { lines } = await start(place, { OCEAN__RESOURCES_PATH: folder })

    expect(await blueprintNames(place)).toEqual(["service"])
    expect(at(await record(place), "config.resources")).toHaveLength(1)
    expect(at(await blueprint(place, "_user"), "relations.owns.target")).toBe("service")
    expect(await listed(place, "actions")).toEqual(["restart"])
    expect(await listed(place, "scorecards")).toEqual(["ready"])
    expect(await listed(place, "pages")).toEqual(["overview"])
    expect(lines.join("")).toMatch(/"what":"action","name":"bad".*no trigger.*skipped/)
    const order = place.port.sent
      .map(({ path }) => path)
      .filter((path) => /actions|scorecards|pages/.test(path))
    expect(order).toEqual(["/actions", "/actions", "/blueprints/service/scorecards", "/pages"])
  })

  it("brings the preset's relation on Port's users too, where its mapping writes it", async () => {
    const place = await createPlace()
    const [preset] = presets
    resources(place, { "blueprints.json": preset.blueprints, "port-app-config.yaml": preset.mapping })

    const { lines } = await start(place, { OCEAN__PRESET: "packaged" }) // found where the original looks for it

    expect(lines.join("")).toMatch(
      /"preset":"packaged".*The folder of resources stands in place of the preset/,
    )
    expect(at(await blueprint(place, "_user"), "relations.sentry_user.target")).toBe("sentryUser")
  })

  it("that does not exist is said, and the preset taken", async () => {
    const place = await createPlace()

    const { lines } = await start(place, { OCEAN__RESOURCES_PATH: "nowhere", OCEAN__PRESET: "older-page" })

    expect(lines.join("")).toMatch(/nowhere.*There is no such folder of resources/)
    expect(await blueprintNames(place)).toEqual(["issue", "project"])
  })
})

function resources({ folder }: StartPlace, files: Record<string, unknown>): string {
  const path = join(folder, ".port/resources")
  mkdirSync(path, { recursive: true })
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(path, name), typeof content === "string" ? content : JSON.stringify(content))
  return path
}
