// The image in real containers, by podman.
import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { onTestFinished } from "vitest"
import { deployed, tool } from "./deployed.ts"

export interface Ran {
  code: number
  stdout: string
  output: string
}

/** Any command of podman, to its end. */
export function podman(...args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, ...deployed().containers?.env }
  return new Promise((resolve) => {
    execFile(tool("podman"), ["--log-level=error", ...args], { env }, (error, stdout, stderr) => {
      const code = error && typeof error.code === "number" ? error.code : error ? 1 : 0
      resolve({ code, stdout, output: stdout + stderr })
    })
  })
}

export interface ContainerOptions {
  /** Flags of `docker run`. */
  flags?: readonly string[]
  env?: Readonly<Record<string, string>>
  words?: readonly string[]
}

/** As strict as a cluster that allows nothing is. */
export const strict = [
  "--read-only",
  "--read-only-tmpfs=false",
  "--cap-drop=all",
  "--security-opt=no-new-privileges",
]

/** Runs the image to its end. */
export function runContainer(options: ContainerOptions = {}): Promise<Ran> {
  return podman("run", "--rm", ...runArguments(options))
}

export interface RunningContainer {
  name: string
  logs(): Promise<string>
  /** The first match in the log; throws when the container ends without it. */
  waitFor(text: RegExp): Promise<RegExpExecArray>
  exec(...words: string[]): Promise<Ran>
  /** `docker stop`, and the exit code. */
  stop(): Promise<number>
}

/** Removed, by force if it must be, when the test ends. */
export async function startContainer(options: ContainerOptions = {}): Promise<RunningContainer> {
  const name = `ocean-sentry-${randomBytes(4).toString("hex")}`
  onTestFinished(async () => void (await podman("rm", "--force", "--time=0", name)))
  const started = await podman("run", "--detach", `--name=${name}`, ...runArguments(options))
  if (started.code !== 0) throw new Error(started.output)
  const logs = async () => (await podman("logs", name)).output
  const state = async (field: string) =>
    (await podman("inspect", "--format", `{{.State.${field}}}`, name)).stdout.trim()
  return {
    name,
    logs,
    async waitFor(text) {
      for (;;) {
        const isRunning = (await state("Running")) === "true"
        const match = text.exec(await logs())
        if (match) return match
        if (!isRunning) throw new Error(`the container ended without ${text}:\n${await logs()}`)
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    },
    exec: (...words) => podman("exec", name, ...words),
    async stop() {
      await podman("stop", "--time=30", name)
      return Number(await state("ExitCode"))
    },
  }
}

/** A volume of its own, as the chart's emptyDir; removed when the test ends. */
export async function freshVolume(): Promise<string> {
  const name = `ocean-sentry-${randomBytes(4).toString("hex")}`
  await podman("volume", "create", name)
  onTestFinished(async () => void (await podman("volume", "rm", "--force", name)))
  return name
}

function runArguments({ flags = [], env = {}, words = [] }: ContainerOptions): string[] {
  const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`])
  return ["--pull=never", "--no-healthcheck", ...flags, ...variables, deployed().image.name, ...words]
}
