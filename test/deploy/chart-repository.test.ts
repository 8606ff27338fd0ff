// The chart as people fetch it: from a repository with an index, and from a registry.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { publishedNames } from "../../src/cli/install/published-names.ts"
import { freshFolder } from "../support/program.ts"
import { deployed, has, tool } from "./support/deployed.ts"
import { chartFolder, documentedFlags, helm, template } from "./support/helm.ts"

const { version } = deployed()
const name = publishedNames.chart

/** Packed into a folder of its own, with helm's caches beside it. */
async function packChart() {
  const folder = freshFolder()
  const env = { HELM_CACHE_HOME: join(folder, "cache"), HELM_CONFIG_HOME: join(folder, "config") }
  const run = (...words: string[]) => helm(words, { env })
  expect((await run("package", chartFolder, "--destination", folder)).code).toBe(0)
  return { folder, run, archive: join(folder, `${name}-${version}.tgz`) }
}

const sets = Object.entries(documentedFlags).flatMap(([path, value]) => ["--set", `${path}=${value}`])

describe.runIf(has("helm"))("the chart", () => {
  it("has the version of the program", () => {
    const chart = readFileSync(join(chartFolder, "Chart.yaml"), "utf8")
    expect(chart).toContain(`\nversion: ${version}\n`)
    expect(chart).toContain(`\nappVersion: "${version}"\n`)
  })

  it("passes helm's own check", async () => {
    const { code, stdout } = await helm(["lint", "--strict", chartFolder, ...sets])
    expect(code, stdout).toBe(0)
  })

  it("is found in a repository with an index, as `helm repo add` and Argo CD's repoURL do", async () => {
    const { folder, run } = await packChart()
    const server = createServer((request, response) => {
      response.end(readFileSync(join(folder, (request.url ?? "/").slice(1))))
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await run("repo", "index", folder, "--url", url)).code).toBe(0)
    expect((await run("repo", "add", "--force-update", "ours", url)).code).toBe(0)

    const rendered = await run("template", "sentry", `ours/${name}`, "--kube-version=1.32.0", ...sets)
    expect(rendered.stdout).toBe((await template({})).stdout)
    const byUrl = await run(
      "template",
      "sentry",
      name,
      "--repo",
      url,
      "--version",
      version,
      "--kube-version=1.32.0",
      ...sets,
    )
    expect(byUrl.stdout).toBe(rendered.stdout)
    server.closeAllConnections()
  })

  it.runIf(has("crane"))("is found in a registry, by version and by digest", async () => {
    const { folder, run, archive } = await packChart()
    const disk = join(folder, "registry")
    mkdirSync(disk)
    const registry = spawn(tool("crane"), ["registry", "serve", "--address", "127.0.0.1:0", "--disk", disk])
    onTestFinished(() => void registry.kill())
    let said = ""
    while (!/serving on port \d+\n/.test(said)) said += String((await once(registry.stderr, "data"))[0])
    const port = /serving on port (\d+)/.exec(said)?.[1]
    const place = `oci://127.0.0.1:${port}/charts`
    const pushed = await run("push", archive, place, "--plain-http")
    expect(pushed.code, pushed.stderr).toBe(0)
    const digest = /Digest: (sha256:[0-9a-f]{64})/.exec(pushed.stdout + pushed.stderr)?.[1]

    const expected = (await template({})).stdout
    for (const reference of [["--version", version], []]) {
      const chart = reference.length > 0 ? `${place}/${name}` : `${place}/${name}@${digest}`
      const flags = [...reference, "--plain-http", "--kube-version=1.32.0", ...sets]
      const rendered = await run("template", "sentry", chart, ...flags)
      expect(rendered.stdout, rendered.stderr).toBe(expected)
    }
  })
})
