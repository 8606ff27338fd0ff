// GitHub: the workflows that `init` writes, the action, and the documentation's older workflow with this image.
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { freshFolder } from "../support/program.ts"
import { has, tool } from "./support/deployed.ts"
import { runAction, runWorkflow } from "./support/github-runner.ts"
import { useNpmRegistry } from "./support/npm-registry.ts"
import { haveDocumentation, isSynced, shell, surroundings } from "./support/pipeline.ts"

const registry = useNpmRegistry()

const actionPath = ".github/actions/ocean-sentry"

describe("the workflow without Docker", () => {
  it("resyncs by its own action, and shows what came of it", async () => {
    const around = await surroundings(registry().url)
    const end = await runWorkflow(around.template("github/sentry-integration.yml"), {
      ...around,
      actions: { [actionPath]: around.template("github/action.yml") },
    })
    expect(end.code, end.log).toBe(0)
    expect(end.outputs).toEqual({ exit_code: "0" })
    expect(end.summary).toMatch(/exit code 0[\s\S]*Resync completed[\s\S]*issue-tag/)
    expect(await isSynced(around)).toBe(true)
    for (const secret of Object.values(around.secrets).filter((value) => value.length > 20)) {
      if (!secret.startsWith("http")) expect(end.log).not.toContain(secret)
    }
  })

  it("fails before it reads anything where a secret is not set, and names it", async () => {
    const around = await surroundings(registry().url)
    const { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: _, ...secrets } = around.secrets
    const end = await runWorkflow(around.template("github/sentry-integration.yml"), {
      ...around,
      secrets,
      actions: { [actionPath]: around.template("github/action.yml") },
    })
    expect(end).toMatchObject({ code: 2, outputs: { exit_code: "2" } })
    expect(end.log.toLowerCase()).toContain("sentry_token: empty")
    expect(around.port.sent).toEqual([])
  })
})

describe("the action", () => {
  it.each([
    "type",
    "port_client_id",
    "port_client_secret",
    "initialize_port_resources",
    "platform",
    "version",
  ])("refuses an empty %s by its name", async (name) => {
    const around = await surroundings()
    const inputs = { type: "sentry", port_client_id: "id", port_client_secret: "secret", [name]: "" }
    const end = await runAction(around.template("github/action.yml"), inputs, around)
    expect(end).toMatchObject({ code: 1, outputs: { exit_code: "1" } })
    expect(end.log).toContain(`${name} input is empty`)
  })

  it("runs nothing that stands in an input, hands on what is odd, and can leave the judgement to others", async () => {
    const around = await surroundings(registry().url)
    const proof = join(freshFolder(), "proof")
    const odd = `"; touch ${proof}; $(touch ${proof}) \`touch ${proof}\` #`
    const inputs = {
      type: "sentry",
      port_client_id: around.catalog.clientId,
      port_client_secret: odd,
      port_base_url: around.port.url,
      config: `sentryToken: '${around.simulator.token}'\nsentry_host: ${around.simulator.url}\nsentryOrganization: ${around.simulator.slug}\n`,
      fail_on_error: "false",
    }
    const end = await runAction(around.template("github/action.yml"), inputs, around)
    expect(readdirSync(join(proof, ".."))).toEqual([])
    // Port does not know such a secret: the start failed, which the output tells and the step does not.
    expect(end, end.log).toMatchObject({ code: 0, outputs: { exit_code: "3" } })
    expect(end.log).not.toContain(odd)
  })

  it.runIf(has("podman", "runc"))("runs the image where asked to", async () => {
    const around = await surroundings()
    const inputs = {
      type: "sentry",
      identifier: "by-image",
      port_client_id: around.catalog.clientId,
      port_client_secret: around.catalog.clientSecret,
      port_base_url: around.port.url,
      config: `sentry_token: ${around.simulator.token}\nsentry_host: ${around.simulator.url}\nsentry_organization: ${around.simulator.slug}\n`,
      runtime: "docker",
    }
    const end = await runAction(around.template("github/action.yml"), inputs, around)
    expect(end, end.log).toMatchObject({ code: 0, outputs: { exit_code: "0" } })
    expect(await isSynced(around, "by-image")).toBe(true)
  })
})

describe.runIf(has("podman", "runc"))("with Docker", () => {
  it("the workflow resyncs by the image", async () => {
    const around = await surroundings()
    const end = await runWorkflow(around.template("github/sentry-integration-docker.yml"), around)
    expect(end.code, end.log).toBe(0)
    expect(await isSynced(around)).toBe(true)
  })

  it.runIf(haveDocumentation)("the documentation's older workflow runs this image as it stands", async () => {
    const around = await surroundings()
    const text = around
      .documented("workflow_dispatch:\n\njobs:")
      .replaceAll(/\$\{\{ secrets\.(\w+) \}\}/g, (_, name: string) => around.secrets[name] ?? "")
      // It leaves Port's address to the default, which is not on loopback.
      .replaceAll("docker run", `docker run -e OCEAN__PORT__BASE_URL=${around.port.url}`)
    const end = await runWorkflow(text, around)
    expect(end.code, end.log).toBe(0)
    expect(await isSynced(around)).toBe(true)
  })
})

describe("the files", () => {
  it.runIf(has("actionlint", "shellcheck"))(
    "are found right by actionlint, and their shell by shellcheck",
    async () => {
      const around = await surroundings()
      const folder = freshFolder()
      for (const name of ["sentry-integration", "sentry-integration-docker"]) {
        const file = join(folder, `${name}.yml`)
        writeFileSync(file, around.template(`github/${name}.yml`))
        const words = [
          `-shellcheck=${tool("shellcheck")}`,
          "-ignore",
          "ocean-sentry/action.yml|could not read",
          file,
        ]
        const { code, output } = await shell([tool("actionlint"), ...words], { cwd: folder, env: around.env })
        expect(code, output).toBe(0)
      }
    },
  )

  it.runIf(has("zizmor"))("are found safe by zizmor", async () => {
    const around = await surroundings()
    const folder = freshFolder()
    for (const name of ["sentry-integration", "sentry-integration-docker"]) {
      writeFileSync(join(folder, `${name}.yml`), around.template(`github/${name}.yml`))
    }
    writeFileSync(join(folder, "action.yml"), around.template("github/action.yml"))
    const { code, output } = await shell([tool("zizmor"), "--offline", "--no-progress", folder], {
      cwd: folder,
      env: around.env,
    })
    expect(code, output).toBe(0)
  })
})
