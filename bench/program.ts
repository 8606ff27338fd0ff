// The program in a process of its own, its output kept and its end awaited.
import { spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { closeOf, nextOutput } from "../test/support/child-output.ts"
import { installProgram } from "./installed.ts"

let binFile = fileURLToPath(new URL("../bin/ocean-sentry.js", import.meta.url))

/** From now on the installed program is started. Its code is compiled at its first start, which is no part of what a run costs. */
export async function prepareProgram(): Promise<void> {
  binFile = installProgram()
  await spawnProgram(["--version"], { cwd: tmpdir() }).exit
}

export interface ProgramEnd {
  /** Null where a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
}

export interface RunningProgram {
  pid: number
  stdout(): string
  stderr(): string
  /** Resolves with the first match in standard output or standard error; rejects when the program ends without it. */
  waitFor(text: string | RegExp): Promise<readonly string[]>
  exit: Promise<ProgramEnd>
  /** Does nothing once the program has ended. */
  kill(signal: NodeJS.Signals): void
}

export interface ProgramOptions {
  cwd: string
  /** Beside the machine's PATH and HOME, all that the program sees; a tester's own OCEAN__ variables stay out. */
  env?: Readonly<Record<string, string>>
  /** Options of Node itself. */
  nodeOptions?: readonly string[]
}

export function spawnProgram(args: readonly string[], options: ProgramOptions): RunningProgram {
  const { PATH = "", HOME = "", TMPDIR } = process.env
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), binFile, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const output = { stdout: "", stderr: "" }
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text
  })
  const exit = closeOf(child)
  let ended = false
  void exit.finally(() => {
    ended = true
  })

  return {
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    exit,
    kill(signal) {
      if (!ended) child.kill(signal)
    },
    async waitFor(text) {
      for (;;) {
        const match = matchOf(output.stdout, text) ?? matchOf(output.stderr, text)
        if (match) return match
        if (ended) throw new Error(`the program ended without ${text}:\n${output.stdout}${output.stderr}`)
        await Promise.race([nextOutput(child), exit])
      }
    },
  }
}

function matchOf(output: string, wanted: string | RegExp): readonly string[] | null {
  if (typeof wanted !== "string") return output.match(wanted)
  return output.includes(wanted) ? [wanted] : null
}
