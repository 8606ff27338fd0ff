// The commands of docs/install/helm.md and the Application of Argo CD, on a real API server.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { systemFiles, systems } from "../../src/cli/install/systems.ts"
import { freshFolder } from "../support/program.ts"
import { serveChart } from "./support/chart-index.ts"
import { cluster, eventually, freshNamespace, kubectl } from "./support/cluster.ts"
import { has, tool } from "./support/deployed.ts"
import { scriptOf, writeShims } from "./support/page-shell.ts"
import { shell } from "./support/pipeline.ts"

describe.runIf(cluster)("on a real API server", () => {
  it("the commands of helm.md install, change and remove a release", async () => {
    const [cwd, shims] = [freshFolder(), freshFolder()]
    writeShims(shims, cluster)
    writeFileSync(join(cwd, "company-ca.crt"), "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
    const spaces = ["ocean-sentry", "ocean-sentry-own"]
    onTestFinished(async () => void (await kubectl("delete", "namespace", ...spaces, "--wait=false")))

    const script = scriptOf("helm.md").replaceAll("https://charts.example.com", await serveChart())
    const ran = await shell(["bash", "-c", `set -euo pipefail\n${script}`], {
      cwd,
      env: {
        PATH: `${shims}:${process.env.PATH}`,
        PORT_CLIENT_ID: "id-of-port",
        PORT_CLIENT_SECRET: "secret-of-port",
        SENTRY_TOKEN: "token-of-sentry",
        HELM_CACHE_HOME: join(shims, "cache"),
        HELM_CONFIG_HOME: join(shims, "config"),
      },
    })

    expect(ran.code, ran.output).toBe(0)
    // What `kubectl get all` shows before the release is removed.
    expect(ran.output).toMatch(/cronjob\.batch\/ocean-sentry-sentry-cron-job\s+\*\/60 \* \* \* \*/)
    expect(ran.output).toContain("horizontalpodautoscaler.autoscaling/ocean-sentry-sentry-le-hpa")
    expect(ran.output).toContain('release "sentry" uninstalled')
    expect(await kubectl("get", "deployments", "--output=name", "--namespace=ocean-sentry-own")).toBe(
      "deployment.apps/ocean-sentry-my-ocean-sentry-integration-deployment\n",
    )
  })

  it.runIf(has("argocd-crds"))("Argo CD's Application is taken, and a misspelt field refused", async () => {
    const definition = join(tool("argocd-crds"), "application-crd.yaml")
    await kubectl("apply", "--server-side", "--filename", definition)
    const place = await freshNamespace()
    const system = systems.find(({ name }) => name === "argocd")
    if (!system) throw new Error("init knows no Argo CD")
    const [{ content } = { content: "" }] = systemFiles(system, { docker: false }).filter(({ path }) =>
      path.endsWith("integration.yaml"),
    )
    const folder = freshFolder()
    const apply = async (text: string) => {
      const file = join(folder, "application.yaml")
      writeFileSync(file, text.replace("namespace: argocd", `namespace: ${place.name}`))
      return kubectl("apply", "--validate=strict", "--filename", file)
    }
    // The kind is served some time after its definition is there.
    await expect.poll(() => apply(content), eventually).toContain("application.argoproj.io/")
    await expect(apply(content.replace("targetRevision", "targetRevison"))).rejects.toThrow("targetRevison")
  })
})
