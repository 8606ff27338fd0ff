// Azure DevOps: the pipelines that `init` writes, and the documentation's: macros replaced as Azure does, scripts run by bash.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { freshFolder } from "../support/program.ts"
import { has, tool } from "./support/deployed.ts"
import { useNpmRegistry } from "./support/npm-registry.ts"
import {
  haveDocumentation,
  isSynced,
  type Shell,
  type Surroundings,
  shell,
  surroundings,
} from "./support/pipeline.ts"

const registry = useNpmRegistry()

interface Pipeline {
  variables: { group: string }[]
  steps: { script?: string; task?: string; env?: Record<string, string> }[]
}

/** The variable group's secrets reach a script only where they are named: as `$(NAME)`, which stays where there is none. */
async function runPipeline(
  text: string,
  { env, secrets }: Pick<Surroundings, "env" | "secrets">,
): Promise<Shell> {
  const { variables, steps } = parse(text) as Pipeline
  expect(variables).toEqual([{ group: "port-ocean-credentials" }])
  const replaced = (one: string) =>
    one.replaceAll(/\$\(([\w.]+)\)/g, (macro, name: string) => secrets[name] ?? macro)
  let end: Shell = { code: 0, output: "" }
  for (const step of steps) {
    if (step.script === undefined) continue
    const cwd = freshFolder()
    writeFileSync(join(cwd, "script.sh"), replaced(step.script))
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, replaced(value)] as const)
    end = await shell(["bash", "--noprofile", "--norc", "script.sh"], {
      cwd,
      env: { ...env, ...Object.fromEntries(own) },
    })
    if (end.code !== 0) break
  }
  return end
}

describe("the pipeline without Docker", () => {
  it("resyncs, and fails with the name of a variable that the group has not", async () => {
    const around = await surroundings(registry().url)
    const pipeline = around.template("azure/sentry-integration.yml")
    const ran = await runPipeline(pipeline, around)
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)

    const { OCEAN__PORT__CLIENT_ID: _, ...secrets } = around.secrets
    const failed = await runPipeline(pipeline, { ...around, secrets })
    expect(failed.code).toBe(2)
    expect(failed.output).toContain(
      "OCEAN__PORT__CLIENT_ID: $(OCEAN__PORT__CLIENT_ID) was not replaced by its value",
    )
  })
})

describe.runIf(has("podman", "runc"))("with Docker", () => {
  it("the pipeline resyncs by the image", async () => {
    const around = await surroundings()
    const ran = await runPipeline(around.template("azure/sentry-integration-docker.yml"), around)
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)
  })

  it.runIf(haveDocumentation)("the documentation's pipeline runs this image as it stands", async () => {
    const around = await surroundings()
    const ran = await runPipeline(around.documented("group: port-ocean-credentials"), around)
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)
  })
})

describe.runIf(has("check-jsonschema"))("the files", () => {
  it.each(["sentry-integration.yml", "sentry-integration-docker.yml"])(
    "%s fits Azure's own schema",
    async (name) => {
      const around = await surroundings()
      const cwd = freshFolder()
      writeFileSync(join(cwd, name), around.template(`azure/${name}`))
      const words = ["--builtin-schema", "vendor.azure-pipelines", "--regex-variant", "python", name] as const
      const { code, output } = await shell([tool("check-jsonschema"), ...words], { cwd, env: around.env })
      expect(code, output).toBe(0)
    },
  )
})
