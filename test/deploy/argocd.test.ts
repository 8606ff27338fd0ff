// Argo CD: the Application that `init` writes, against the real definition of that kind, and what it would render.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Ajv } from "ajv"
import { describe, expect, it } from "vitest"
import { parse, stringify } from "yaml"
import { systemFiles, systems } from "../../src/cli/install/systems.ts"
import { deployed, has, tool } from "./support/deployed.ts"
import { find, podOf, render, template, valuesFile } from "./support/helm.ts"

const files = new Map(
  systemFiles(systems.find(({ name }) => name === "argocd") ?? never(), { docker: false }).map(
    ({ path, content }) => [path, content],
  ),
)
const application = files.get("my-ocean-sentry-integration.yaml") ?? never()

describe.runIf(has("argocd-crds"))("the Application", () => {
  it("is what Argo CD's own definition asks for, with no field that it does not have", () => {
    const check = validator()
    expect(check(parse(application)), JSON.stringify(check.errors)).toBe(true)
    const misspelt = application.replace("targetRevision", "targetRevison")
    expect(check(parse(misspelt))).toBe(false)
  })

  it("takes the chart from the repository, and values from the user's", () => {
    const { sources } = (parse(application) as { spec: { sources: Record<string, unknown>[] } }).spec
    expect(sources).toMatchObject([
      { chart: "ocean-sentry", targetRevision: deployed().version },
      { ref: "values" },
    ])
    const [{ helm } = {}] = sources as { helm?: { valueFiles: string[] } }[]
    const [named = ""] = helm?.valueFiles ?? []
    expect(files.has(named.replace("$values/", ""))).toBe(true)
  })
})

describe.runIf(has("helm"))("its values", () => {
  it("render the same bytes each time, with no secret, and the Secret that the user makes", async () => {
    const values = files.get("argocd/my-ocean-sentry-integration/values.yaml") ?? never()
    expect(values.replaceAll(/^ *#.*$/gm, "")).not.toMatch(/token|clientSecret/i)
    const words = valuesFile(values.replace('sentryOrganization: ""', "sentryOrganization: acme"))
    const options = { flags: {}, words, release: "my-ocean-sentry-integration" }
    const objects = await render(options)
    expect((await template(options)).stdout).toBe((await template(options)).stdout)
    expect(objects.filter(({ kind }) => kind === "Secret")).toEqual([])
    const pod = podOf(find(objects, "Deployment", "ocean-sentry-my-ocean-sentry-integration-deployment"))
    expect(pod?.spec.containers[0].envFrom).toContainEqual({
      secretRef: { name: "ocean-sentry-credentials" },
    })
  })

  it("take credentials as parameters only once they name no Secret", async () => {
    const values = (files.get("argocd/my-ocean-sentry-integration/values.yaml") ?? never()).replace(
      'sentryOrganization: ""',
      "sentryOrganization: acme",
    )
    const flags = {
      "port.clientId": "id",
      "port.clientSecret": "secret",
      "integration.secrets.sentryToken": "token",
    }
    const refused = await template({ flags, words: valuesFile(values) })
    expect(refused.stderr).toContain("secret.create is false")
    const { secret: _, ...others } = parse(values) as Record<string, unknown>
    const objects = await render({ flags, words: valuesFile(stringify(others)) })
    expect(objects.map(({ kind }) => kind)).toContain("Secret")
  })
})

/** The definition's schema, strict as the API server is with `--validate=strict`. */
function validator() {
  const crd = parse(readFileSync(join(tool("argocd-crds"), "application-crd.yaml"), "utf8"))
  const { schema } = crd.spec.versions.find((one: { name: string }) => one.name === "v1alpha1")
  const strict = close(schema.openAPIV3Schema)
  // The API server's own fields of every object.
  Object.assign(strict.properties as object, {
    metadata: { type: "object" },
    apiVersion: { const: "argoproj.io/v1alpha1" },
    kind: { const: "Application" },
  })
  return new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(strict)
}

function close(schema: Record<string, unknown>): Record<string, unknown> {
  const closed = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (Array.isArray(value) || typeof value !== "object" || value === null) return [key, value]
      return [key, close(value as Record<string, unknown>)]
    }),
  )
  const isObject = closed.type === "object" && "properties" in closed
  return isObject &&
    !("additionalProperties" in closed) &&
    !("x-kubernetes-preserve-unknown-fields" in closed)
    ? { ...closed, additionalProperties: false }
    : closed
}

function never(): never {
  throw new Error("init writes no such file")
}
