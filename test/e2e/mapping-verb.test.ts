// `ocean-sentry mapping …` as a person calls it: a process, its output, its exit code.
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { startCatalog } from "../support/catalog.ts"
import { startPortProxy } from "../support/port-proxy.ts"
import { seedCases } from "../support/seed.ts"
import { useSimulator } from "../support/simulator.ts"
import { issueWhere, mappingOf, resources } from "../support/small-world.ts"

const root = join(import.meta.dirname, "../..")
const fixtures = join(root, "test/fixtures/seed")

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** In an empty folder, with no setting of the machine's. */
function ocean(args: readonly string[], variables: Record<string, string> = {}): Promise<Ended> {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("OCEAN__"))
  const options = {
    cwd: mkdtempSync(join(tmpdir(), "mapping-verb-")),
    env: { ...Object.fromEntries(environment), ...variables },
    maxBuffer: 20_000_000,
  }
  const command = [join(root, "bin/ocean-sentry.js"), "mapping", ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    )
  })
}

function fileOf(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "mapping-verb-")), name)
  writeFileSync(path, text)
  return path
}

/** What `--json` prints, as far as these tests look at it. */
interface Printed {
  mapping: string
  samples: string
  problems: { where: string; what: string; hint?: string }[]
  warnings: { where: string; what: string }[]
  resources: {
    kind: string
    read: number
    entities: { object: string; entity: JsonObject }[]
    filteredOut: string[]
    excluded: string[]
    failures: { object: string; reason: string }[]
    nulls: { path: string; expression: string; count: number; of: number; example: string; where: string }[]
    unread: string[]
  }[]
}

function printed({ stdout }: Ended): Printed {
  return JSON.parse(stdout) as Printed // the program's own output
}

describe("mapping test", () => {
  it("without anything tries the default mapping on the simulated organization", async () => {
    const ended = await ocean(["test", "--limit", "5"])

    expect(ended).toMatchObject({ code: 0, stderr: "" })
    expect(ended.stdout).toContain("Tested the default mapping on the first objects (at most 5) of each list")
    expect(ended.stdout).toMatch(/^resources\[0\] user → "sentryUser": 5 objects, 5 entities$/m)
    expect(ended.stdout).toContain("… 3 more; --all prints them")
    expect(ended.stdout).toMatch(/The mapping is right\.\n$/)
  })

  it.each(seedCases().filter(({ id }) => /^(newer\.default\.issue-tag|older\.project)$/.test(id)))(
    "gives the documentation's entity of a sample: $id",
    async ({ mapping, payload, kind, computed, resourceIndex }) => {
      const args = [join(fixtures, mapping), "--sample", join(fixtures, payload), "--kind", kind, "--json"]
      const ended = await ocean(["test", ...args])

      expect(ended).toMatchObject({ code: 0, stderr: "" })
      const result = printed(ended).resources.find(
        (one) => (one as { index?: number }).index === resourceIndex,
      )
      const expected = JSON.parse(readFileSync(join(fixtures, computed), "utf8")) as unknown
      expect(result?.entities.map(({ entity }) => ({ properties: {}, relations: {}, ...entity }))).toEqual(
        [expected].flat().map((one) => ({ properties: {}, relations: {}, ...(one as JsonObject) })),
      )
    },
  )

  it("names the line of what is wrong, tries the rest, and ends with 2", async () => {
    const path = fileOf(
      "mapping.yaml",
      `resources:
  - kind: issue
    selector: {query: "true"}
    port: {entity: {mappings: {identifier: ".id |", blueprint: '"a"'}}}
  - kind: project
    selector: {query: .slug != "web", tagg: x}
    port:
      entity:
        mappings:
          identifier: .slug
          blueprint: '"b"'
          properties:
            size: .nothing
            broken: .slug.x
`,
    )
    const sample = fileOf("sample.json", JSON.stringify([{ slug: "api" }, { slug: "web" }, { slug: "app" }]))

    const text = await ocean(["test", path, "--sample", sample])

    expect(text.code).toBe(2)
    expect(text.stdout.split("\n").filter((line) => line.startsWith("  "))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/mapping\.yaml:4:\d+: identifier: jq: syntax error/),
        expect.stringMatching(/mapping\.yaml:6:\d+: tagg: unknown key \(did you mean "tag"\?\)/),
        expect.stringMatching(
          /null: properties\.size \(\.nothing\) always null \(2\), .* at .*mapping\.yaml:13:13$/,
        ),
        expect.stringMatching(/properties\.broken .*Cannot index string .* at .*mapping\.yaml:14:13$/),
        "  filtered out by selector.query: web",
      ]),
    )
    const { problems, resources: tested } = printed(await ocean(["test", path, "--sample", sample, "--json"]))
    expect(problems).toHaveLength(2)
    expect(tested).toMatchObject([
      { kind: "project", read: 3, filteredOut: ["web"], entities: [{ object: "api" }, { object: "app" }] },
    ])
  })

  it("ends with 2 where an object cannot be mapped, naming it", async () => {
    const path = fileOf("mapping.json", JSON.stringify(mappingOf([resources.project])))
    const sample = fileOf("sample.json", JSON.stringify({ id: "7", name: "no slug" }))

    const ended = await ocean(["test", path, "--sample", sample])

    expect(ended.code).toBe(2)
    expect(ended.stdout).toContain("not mapped: 7: identifier (.slug) gave null")
  })

  it("reads only the first page of a real Sentry, and with its tags and members", async () => {
    const simulator = await useSimulator()
    const variables = {
      OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: simulator.url,
      OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: simulator.token,
      OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: simulator.slug,
    }
    const path = fileOf("mapping.json", JSON.stringify(mappingOf()))

    const ended = await ocean(["test", path, "--limit", "3", "--json"], variables)

    expect(ended.code).toBe(0)
    const { resources: tested, samples } = printed(ended)
    expect(samples).toContain(simulator.url)
    expect(tested.map(({ kind }) => kind)).toEqual([
      "user",
      "team",
      "project",
      "project-tag",
      "issue",
      "issue-tag",
    ])
    for (const one of tested) expect(one.entities.length).toBeGreaterThan(0)
    const team = tested[1]?.entities.map(({ entity }) => entity.relations)
    expect(JSON.stringify(team)).toContain("@")
    // By whatever way to the tags is cheapest; of the three issues tried, never of the whole page.
    const forTags = simulator.requests.filter((request) =>
      /issues\/\d+\/tags|\/events\/|environment=/.test(JSON.stringify(request)),
    )
    expect(forTags.length).toBeGreaterThan(0)
    expect(forTags.length).toBeLessThanOrEqual(3)
  })

  it("ends with 4 and the scope where Sentry does not let it read", async () => {
    const simulator = await useSimulator()
    simulator.tokens.revoke(simulator.token)
    const path = fileOf("mapping.json", JSON.stringify(mappingOf([resources.user])))

    const ended = await ocean(["test", path], {
      OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: simulator.url,
      OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: simulator.token,
      OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: simulator.slug,
    })

    expect(ended.code).toBe(4)
    expect(ended.stdout).toContain("not read: ")
    expect(ended.stdout).not.toContain(simulator.token)
  })

  it("tests the mapping that Port holds, and writes nothing to it", async () => {
    const catalog = await startCatalog()
    onTestFinished(() => catalog.close())
    const port = await startPortProxy(catalog.url)
    onTestFinished(() => port.close())
    const config = mappingOf([issueWhere({ include_archived: false })], { enableDelet: 1 })
    await catalog.request("POST", "/v1/integration", {
      installationId: "my-sentry",
      installationAppType: "sentry",
      version: "0.0.0",
      changelogDestination: {},
      config,
    })
    const sample = fileOf("sample.json", JSON.stringify({ id: "1", title: "x", project: { slug: "web" } }))
    const variables = {
      OCEAN__PORT__CLIENT_ID: catalog.clientId,
      OCEAN__PORT__CLIENT_SECRET: catalog.clientSecret,
      OCEAN__PORT__BASE_URL: port.url,
    }

    const ended = await ocean(["test", "--sample", sample, "--json"], {
      ...variables,
      OCEAN__INTEGRATION__IDENTIFIER: "my-sentry",
    })

    expect(ended.code).toBe(0)
    const { mapping, warnings, resources: tested } = printed(ended)
    expect(mapping).toBe("the mapping that Port holds of my-sentry")
    expect(warnings.map(({ where }) => where)).toEqual([
      "enableDelet",
      "resources[0].selector.include_archived",
    ])
    expect(tested[0]?.entities[0]?.entity).toMatchObject({ identifier: "1" })
    expect(port.sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /auth/access_token",
      "GET /integration/my-sentry",
    ])

    const none = await ocean(["test", "--sample", sample], variables)
    expect(none.code).toBe(3)
    expect(none.stderr).toMatch(/^ocean-sentry: Port has no integration .*\n {2}give a file/)
  })

  it("applies the selector's other keys to a sample, as a resync does", async () => {
    const path = fileOf("mapping.json", JSON.stringify(mappingOf([issueWhere({ includeArchived: false })])))
    const issue = (id: string, status: string) => ({ id, status, title: "x", project: { slug: "web" } })
    const sample = fileOf("s.json", JSON.stringify([issue("1", "ignored"), issue("2", "unresolved")]))

    const { resources: tested } = printed(await ocean(["test", path, "--sample", sample, "--json"]))

    expect(tested).toMatchObject([{ excluded: ["1"], entities: [{ object: "2" }] }])
  })

  it.each([
    { args: ["none.yaml"], says: "none.yaml: ENOENT" },
    { args: ["--sample", "none.json"], says: "none.json: ENOENT" },
    { args: ["--sample", "SAMPLE"], says: "--kind: missing: the mapping has several kinds" },
    { args: ["--kind", "isue"], says: 'no resource of the mapping is of the kind "isue"' },
    { args: ["--limit", "0"], says: "expected a whole number from 1" },
  ])("$args ends with 2 and one clear line", async ({ args, says }) => {
    const sample = fileOf("sample.json", "{}")
    const ended = await ocean(["test", ...args.map((arg) => (arg === "SAMPLE" ? sample : arg))])
    expect(ended.code).toBe(2)
    expect(ended.stdout + ended.stderr).toContain(says)
    expect(ended.stderr).not.toContain("    at ")
  })
})

describe("mapping schema", () => {
  it("prints the schema that the repository's page has", async () => {
    const ended = await ocean(["schema"])
    expect(ended).toMatchObject({ code: 0, stderr: "" })
    expect(ended.stdout).toBe(readFileSync(join(root, "docs/reference/mapping.schema.json"), "utf8"))
  })
})
