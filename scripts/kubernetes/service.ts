// A program in the background with its words in a file, which are told when it does not come up.
import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"

export interface Service {
  name: string
  /** Null while it runs. */
  code(): number | null
  /** The last of its words. */
  said(): string
  stop(): Promise<void>
}

export interface ServiceOptions {
  name: string
  program: string
  words: readonly string[]
  /** Where it starts and its words go. */
  folder: string
}

export function startService({ name, program, words, folder }: ServiceOptions): Service {
  const log = join(folder, `${name}.log`)
  const file = openSync(log, "w")
  const child = spawn(program, words, { cwd: folder, stdio: ["ignore", file, file] })
  closeSync(file)
  return {
    name,
    code: () => child.exitCode,
    said: () => readFileSync(log, "utf8").slice(-2000),
    stop: () => endProcess(child),
  }
}

/** Tries until `check` no longer rejects; throws once the service has ended, or after five minutes. */
export async function until(service: Service, check: () => Promise<unknown>): Promise<void> {
  let last: unknown
  const deadline = Date.now() + 300_000
  while (Date.now() < deadline) {
    if (service.code() !== null) break
    try {
      await check()
      return
    } catch (error) {
      last = error
      await wait(200) // not there yet
    }
  }
  const state = service.code() === null ? "is not ready" : `ended with code ${service.code()}`
  const reason = last === undefined ? "" : `: ${last}`
  throw new Error(`${service.name} ${state}${reason}\n${service.said()}`)
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGTERM")
  await ended
}
