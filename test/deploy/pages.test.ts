// The commands of docs/install, as they stand there, one page after the other.

import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { installPages } from "../../scripts/install-pages.ts"
import { freshFolder } from "../support/program.ts"
import { serveChart } from "./support/chart-index.ts"
import { deployed, has } from "./support/deployed.ts"
import { publishTo, startNpmRegistry } from "./support/npm-registry.ts"
import { scriptOf, writeShims } from "./support/page-shell.ts"
import { isSynced, type Shell, type Surroundings, shell, surroundings } from "./support/pipeline.ts"

interface PageRun extends Shell {
  cwd: string
}

async function runPage(
  page: string,
  around: Surroundings,
  addresses: Record<string, string> = {},
): Promise<PageRun> {
  const [cwd, shims] = [freshFolder(), freshFolder()]
  writeShims(shims)
  writeFileSync(join(cwd, "company-ca.crt"), "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
  const places = { "https://api.getport.io": around.port.url, ...addresses }
  const script = Object.entries(places).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    scriptOf(page),
  )
  const { PATH = "" } = around.env
  const ran = await shell(["bash", "-c", `set -euo pipefail\n${script}`], {
    cwd,
    env: {
      ...around.env,
      PATH: `${shims}:${PATH}`,
      PORT_CLIENT_ID: around.catalog.clientId,
      PORT_CLIENT_SECRET: around.catalog.clientSecret,
      SENTRY_TOKEN: around.simulator.token,
      SENTRY_HOST: around.simulator.url,
      SENTRY_ORGANIZATION: around.simulator.slug,
      HELM_CACHE_HOME: join(shims, "cache"),
      HELM_CONFIG_HOME: join(shims, "config"),
    },
  })
  return { ...ran, cwd }
}

describe("the commands of", () => {
  it.runIf(has("helm", "kubectl"))("helm.md install, change and remove a release", async () => {
    const around = await surroundings()
    const ran = await runPage("helm.md", around, { "https://charts.example.com": await serveChart() })
    expect(ran.code, ran.output).toBe(0)
    expect(ran.output).toContain('schedule: "*/60 * * * *"')
    expect(ran.output).toContain("secret/ocean-sentry-credentials")
    expect(ran.output).toContain("host: sentry-hooks.example.com")
    // From then on only the worker takes webhooks: the way leads to it, at the address that Sentry knows.
    const asCronJob = ran.output.slice(ran.output.indexOf("kind: CronJob"))
    expect(asCronJob).toContain("name: ocean-sentry-sentry-le-ingress")
    expect(asCronJob).toContain("host: sentry-hooks.example.com")
    expect(asCronJob).not.toContain("name: ocean-sentry-sentry-ingress")
    expect(ran.output).toContain("name: ocean_sentry_live_events_oldest_seconds")
  })

  it.runIf(has("kubectl"))(
    "argocd.md write an Application and its values, and leave nothing to fill in",
    async () => {
      const ran = await runPage("argocd.md", await surroundings())
      expect(ran.code, ran.output).toBe(0)
      const application = readFileSync(join(ran.cwd, "my-ocean-sentry-integration.yaml"), "utf8")
      const values = readFileSync(join(ran.cwd, "argocd/my-ocean-sentry-integration/values.yaml"), "utf8")
      expect(application).not.toContain("YOUR_")
      expect(values).toContain("sentryOrganization: acme")
    },
  )

  it.each([
    ["github.md", ".github/workflows/sentry-integration.yml"],
    ["jenkins.md", "Jenkinsfile"],
    ["azure-devops.md", "sentry-integration.yml"],
    ["gitlab.md", ".gitlab-ci.yml"],
  ])("%s write the pipeline that stands there, last the one with Docker", async (page, file) => {
    const around = await surroundings()
    const ran = await runPage(page, around)
    expect(ran.code, ran.output).toBe(0)
    const written = readFileSync(join(ran.cwd, file), "utf8")
    expect(written).toContain("docker run")
    expect(readFileSync(join(import.meta.dirname, "../../docs/install", page), "utf8")).toContain(written)
  })

  it.runIf(has("podman", "runc"))("docker.md run one resync", async () => {
    const around = await surroundings()
    const image = { "registry.example.com/ocean-sentry": deployed().image.name }
    const ran = await runPage("docker.md", around, image)
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)
    expect(readdirSync(ran.cwd)).toContain("compose.yaml")
  })

  it("npm.md run one resync", async () => {
    const registry = await startNpmRegistry()
    onTestFinished(() => registry.close())
    await publishTo(registry)
    const around = await surroundings(registry.url)
    const ran = await runPage("npm.md", around, { "https://npm.example.com": registry.url })
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)
  })

  it("no other page has any, and no page is missing here", () => {
    const folder = join(import.meta.dirname, "../../docs/install")
    expect(readdirSync(folder).sort()).toEqual([...installPages].sort())
    expect(scriptOf("README.md")).toBe("")
  })
})
