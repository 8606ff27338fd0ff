// GitLab: the pipelines that `init` writes, and the documentation's, run by gitlab-ci-local in the shell of this machine.
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

/** The job of a pipeline, in a project whose branch is main. */
async function runJob(text: string, { env, secrets }: Pick<Surroundings, "env" | "secrets">): Promise<Shell> {
  const cwd = freshFolder()
  // Docker in Docker is the runner's; the shell here has a docker already.
  writeFileSync(join(cwd, ".gitlab-ci.yml"), text.replace(/ *services:\n( *- .*\n)+/, ""))
  const git = (...words: string[]) =>
    shell(["git", "-c", "user.name=Ann", "-c", "user.email=ann@acme.example", ...words], { cwd, env })
  await git("init", "--quiet", "--initial-branch=main")
  await git("remote", "add", "origin", "https://gitlab.example.com/acme/sentry.git")
  await git("add", ".")
  await git("commit", "--quiet", "--message=pipeline")
  const variables = Object.entries(secrets).flatMap(([name, value]) => ["--variable", `${name}=${value}`])
  return shell([tool("gitlab-ci-local"), "--force-shell-executor", ...variables, "ingest_data"], { cwd, env })
}

describe.runIf(has("gitlab-ci-local", "rsync"))("the pipeline without Docker", () => {
  it("resyncs, and fails with the name of a variable that is missing", async () => {
    const around = await surroundings(registry().url)
    const pipeline = around.template("gitlab/gitlab-ci.yml")
    const ran = await runJob(pipeline, around)
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)

    const { OCEAN__PORT__CLIENT_SECRET: _, ...secrets } = around.secrets
    const failed = await runJob(pipeline, { ...around, secrets })
    expect(failed.code).not.toBe(0)
    expect(failed.output).toContain("OCEAN__PORT__CLIENT_SECRET: missing")
  })
})

describe.runIf(has("gitlab-ci-local", "rsync", "podman", "runc"))("with Docker", () => {
  it("the pipeline resyncs by the image", async () => {
    const around = await surroundings()
    const ran = await runJob(around.template("gitlab/gitlab-ci-docker.yml"), around)
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)
  })

  it.runIf(haveDocumentation)("the documentation's pipeline runs this image as it stands", async () => {
    const around = await surroundings()
    const ran = await runJob(around.documented("ingest_data:"), around)
    expect(ran.code, ran.output).toBe(0)
    expect(await isSynced(around)).toBe(true)
  })
})

describe.runIf(has("check-jsonschema"))("the files", () => {
  it.each(["gitlab-ci.yml", "gitlab-ci-docker.yml"])("%s fits GitLab's own schema", async (name) => {
    const around = await surroundings()
    const cwd = freshFolder()
    writeFileSync(join(cwd, name), around.template(`gitlab/${name}`))
    const words = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", name] as const
    const { code, output } = await shell([tool("check-jsonschema"), ...words], { cwd, env: around.env })
    expect(code, output).toBe(0)
  })
})
