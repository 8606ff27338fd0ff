// Starts the program for an installation, in a folder, with a state and under limits of its own; keeps what it logs apart.

import { isJsonObject, parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { type Child, startChild } from "./child.ts"
import { childEnvironment, type HostDefaults, prepareFolder } from "./child-environment.ts"
import type { Installation } from "./installation.ts"

export interface WorkersDeps {
  /** The program itself, without its verb. */
  command: readonly [string, ...string[]]
  host: HostDefaults
  /** Where installations have their folders. */
  folder: string
  /** Where an installation keeps what must last; made where it is not there yet. */
  stateOf(id: string): Promise<string>
  log: Logger
  clock: Clock
}

export interface Workers {
  start(one: Installation, work: "resync" | "live"): Promise<Child>
  /** The last lines of an installation's log, oldest first. */
  linesOf(id: string): string[]
  forget(id: string): void
}

/** Lines of each installation that are kept in memory. */
const mostLines = 500
const mostLineLength = 4_000

export function createWorkers(deps: WorkersDeps): Workers {
  const { command, host, log, clock } = deps
  const lines = new Map<string, string[]>()

  function onLine(id: string, line: string, from: "stdout" | "stderr"): void {
    if (line.trim() === "") return
    const text = line.slice(0, mostLineLength)
    const kept = lines.get(id) ?? []
    kept.push(text)
    if (kept.length > mostLines) kept.shift()
    lines.set(id, kept)
    const record = parseJson(text)
    if (!isJsonObject(record)) {
      log[from === "stderr" ? "warn" : "debug"]({ installation: id, line: text }, "Said by an installation")
      return
    }
    const { level, time: _, msg, ...fields } = record
    const at = level === "error" || level === "fatal" ? "error" : level === "warn" ? "warn" : "debug"
    log[at]({ ...fields, installation: id }, String(msg ?? ""))
  }

  return {
    async start(one, work) {
      const folder = await prepareFolder(one, deps.folder)
      const state = await deps.stateOf(one.id)
      return startChild({
        command,
        args: work === "resync" ? ["run", "--once"] : ["run"],
        env: childEnvironment(one, { host, state, folder, work }),
        cwd: folder,
        memoryMb: one.spec.memoryMb,
        onLine: (line, from) => onLine(one.id, line, from),
        clock,
      })
    },
    linesOf: (id) => [...(lines.get(id) ?? [])],
    forget: (id) => void lines.delete(id),
  }
}
