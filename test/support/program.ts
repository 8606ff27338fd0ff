// The program as its users start it: a process of its own, in a fresh folder, with nothing of the tester's environment.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished } from "vitest"
import { closeOf, nextOutput } from "./child-output.ts"

export const binFile = fileURLToPath(new URL("../../bin/ocean-sentry.js", import.meta.url))
/** The Node that the package pins, not the machine's. */
const pinnedTools = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url))

export interface ProgramOptions {
  /** Default: a new empty folder. */
  folder?: string
  /** All that the program sees beside PATH and HOME. */
  env?: Readonly<Record<string, string>>
  /** The program to start and its first arguments. Default: the pinned Node with the bin file. */
  command?: readonly [string, ...string[]]
}

export interface ProgramEnd {
  /** Null where a signal ended the process. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  /** Standard output and standard error, as they came. */
  output: string
}

export interface RunningProgram {
  folder: string
  pid: number | undefined
  output(): string
  /** The first match in the output; fails when the program ends without it. */
  waitFor(text: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** Checks, too, that the output shows no stack trace and none of `secretsIn` the environment. */
  end: Promise<ProgramEnd>
}

/** Ended by force, if it must be, when the test that calls this ends. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const folder = options.folder ?? freshFolder()
  const env = { PATH: `${pinnedTools}:${process.env.PATH ?? ""}`, HOME: folder, ...options.env }
  const [file, ...first] = options.command ?? [join(pinnedTools, "node"), binFile]
  // A group of its own, so that what npm started ends with npm.
  const child = spawn(file, [...first, ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  })
  let stdout = ""
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
    output += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  const closed = closeOf(child)
  let ended = false
  void closed.finally(() => {
    ended = true
  })
  onTestFinished(async () => {
    if (ended || child.pid === undefined) return
    process.kill(-child.pid, "SIGKILL")
    await closed
  })
  const end = closed.then(({ code, signal }) => {
    expectDecent(output, secretsIn(env))
    return { code, signal, stdout, output }
  })
  end.catch(() => undefined) // told to whoever awaits it; a test that ends the program by force does not
  return {
    folder,
    pid: child.pid,
    output: () => output,
    end,
    kill: (signal) => void child.kill(signal),
    async waitFor(text) {
      for (;;) {
        const match = text.exec(output)
        if (match) return match
        if (ended) throw new Error(`the program ended without ${text}:\n${output}`)
        await Promise.race([nextOutput(child), closed])
      }
    },
  }
}

/** To its end. */
export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramEnd> {
  return startProgram(args, options).end
}

/** Removed when the test ends. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-e2e-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function secretsIn(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env)
    .filter(([name, value]) => /TOKEN|SECRET$/.test(name) && value.length >= 8)
    .map(([, value]) => value)
}

/** No stack trace at a person, and no secret in any line. */
function expectDecent(output: string, secrets: readonly string[]): void {
  expect(output).not.toMatch(/^\s+at .*[:(].*\d+:\d+\)?$/m)
  expect(output).not.toMatch(/\b(Warning|UnhandledPromiseRejection): /)
  for (const secret of secrets) expect(output).not.toContain(secret)
}
