// Jenkins: the Jenkinsfiles that `init` writes, and the documentation's, as scripts of the Groovy that Jenkins has.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
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

const runner = join(import.meta.dirname, "support/JenkinsRunner.groovy")

function build(text: string, { env, secrets }: Pick<Surroundings, "env" | "secrets">): Promise<Shell> {
  const cwd = freshFolder()
  const [file, credentials] = [join(cwd, "Jenkinsfile"), join(cwd, "credentials.json")]
  writeFileSync(file, text)
  writeFileSync(credentials, JSON.stringify(secrets))
  return shell(["java", "-cp", tool("groovy"), "groovy.ui.GroovyMain", runner, file, credentials], {
    cwd,
    env,
  })
}

/** Jenkins traces each line of `sh`: no value may stand on one, masked or not. */
function expectNoSecretTraced(output: string): void {
  const traced = output.split("\n").filter((line) => line.startsWith("+ "))
  expect(traced.length).toBeGreaterThan(0)
  expect(traced.join("\n")).not.toContain("****")
}

describe.runIf(has("groovy"))("the Jenkinsfile without Docker", () => {
  it("resyncs with no secret in the trace, fails with the program's code, and names a credential that is missing", async () => {
    const around = await surroundings(registry().url)
    const text = around.template("jenkins/Jenkinsfile")
    const ran = await build(text, around)
    expect(ran.output).toContain("Finished: SUCCESS")
    expectNoSecretTraced(ran.output)
    expect(await isSynced(around)).toBe(true)

    const wrong = { ...around.secrets, OCEAN__PORT__CLIENT_SECRET: "YOUR_PORT_CLIENT_SECRET" }
    const failed = await build(text, { ...around, secrets: wrong })
    expect(failed).toMatchObject({ code: 1 })
    expect(failed.output).toContain("script returned exit code 2")

    const { OCEAN__PORT__CLIENT_ID: _, ...secrets } = around.secrets
    const missing = await build(text, { ...around, secrets })
    expect(missing.output).toContain("'OCEAN__PORT__CLIENT_ID'")
    expect(missing.code).toBe(1)
  })
})

describe.runIf(has("groovy", "podman", "runc"))("with Docker", () => {
  it("the Jenkinsfile resyncs by the image, with no secret in the trace", async () => {
    const around = await surroundings()
    const ran = await build(around.template("jenkins/Jenkinsfile-docker"), around)
    expect(ran.output).toContain("Finished: SUCCESS")
    expectNoSecretTraced(ran.output)
    expect(await isSynced(around)).toBe(true)
  })

  it.runIf(haveDocumentation)("the documentation's Jenkinsfile runs this image as it stands", async () => {
    const around = await surroundings()
    const ran = await build(around.documented("pipeline {"), around)
    expect(ran.output).toContain("Finished: SUCCESS")
    expect(await isSynced(around)).toBe(true)
  })
})
