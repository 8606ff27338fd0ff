// The mappings of both documentation pages, letter by letter as a user copies them, through the whole program: installed
// by its first start, run against a simulated Sentry, and nothing left to write for the second run.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { contentOf, startPeers } from "../support/drop-in.ts"
import { freshFolder, runProgram } from "../support/program.ts"
import { seedMapping } from "../support/seed.ts"
import { blueprintsFor } from "../support/seed-blueprints.ts"

const mappings: [page: string, name: string, filled: string[]][] = [
  ["older", "project", ["project"]],
  ["older", "issue", ["issue"]],
  ["older", "issue-snippet", ["issue"]],
  ["older", "project-structure-example", ["project"]],
  ["newer", "default", ["sentryUser", "sentryTeam", "sentryProjectEnvironment", "sentryIssue"]],
  ["newer", "user", ["sentryUser"]],
  ["newer", "team", ["sentryTeam"]],
  ["newer", "project", ["sentryProject"]],
  ["newer", "project-environment", ["sentryProject", "sentryIssue"]],
  ["newer", "issue", ["sentryIssue"]],
]

it.each(mappings)(
  "the %s page's mapping %s runs unchanged, and writes nothing the second time",
  async (page, name, filled) => {
    const { env, catalog, port } = await startPeers()
    const mapping = `${page}/mapping.${name}.yaml`
    const folder = freshFolder()
    const resources = join(folder, ".port/resources")
    mkdirSync(resources, { recursive: true })
    copyFileSync(
      join(import.meta.dirname, "../fixtures/seed", mapping),
      join(resources, "port-app-config.yaml"),
    )
    writeFileSync(join(resources, "blueprints.json"), JSON.stringify(blueprintsFor({ mapping })))

    const first = await runProgram(["run", "--once"], { folder, env })
    expect(first.output).toMatch(/Resync completed/)
    expect(first.code).toBe(0)
    expect(first.output).not.toMatch(/Refused by Port|Not a success/)
    const { body } = await catalog.request("GET", "/v1/integration/pipeline")
    expect(body).toMatchObject({ integration: { config: { resources: seedMapping(mapping).resources } } })
    for (const blueprint of filled) expect(await contentOf(catalog, blueprint)).not.toEqual([])

    port.sent.length = 0
    const second = await runProgram(["run", "--once"], { folder, env })
    expect(second.code).toBe(0)
    expect(port.sentTo("POST", /\/entities(\/bulk)?$|entities\/delete$/)).toEqual([])
  },
)
