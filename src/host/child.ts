// One installation's work in a process of its own: with a limit of memory, an end, and its log told apart. Whatever becomes of
// it, the host and its other installations go on.
import { spawn } from "node:child_process"
import { readFile } from "node:fs/promises"
import { createInterface } from "node:readline"
import type { Clock } from "../common/sleep.ts"
import type { RunTold } from "./run-store.ts"

export interface ChildOptions {
  /** The program and its first arguments. */
  command: readonly [string, ...string[]]
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  memoryMb: number
  onLine(line: string, from: "stdout" | "stderr"): void
  clock: Clock
}

export interface ChildEnd {
  /** Null where a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  isOutOfMemory: boolean
  /** The last line on standard error. */
  said: string | undefined
  /** What it told of its run, where it came to the end of one. */
  ran: RunTold | undefined
}

export interface Child {
  /** Where it listens; rejects where it ends before. */
  url: Promise<string>
  end: Promise<ChildEnd>
  /** Asks it to end, and ends it by force where it does not within `graceMs`. */
  stop(graceMs?: number): Promise<ChildEnd>
}

/** The heap's part of the memory; the rest is for the engine, buffers and code. */
const heapShare = 0.6
const lookAtMemoryMs = 500
const pageBytes = 4_096

export function startChild({ command, args, env, cwd, memoryMb, onLine, clock }: ChildOptions): Child {
  const [file, ...first] = command
  const heap = `--max-old-space-size=${Math.floor(memoryMb * heapShare)}`
  const child = spawn(file, [heap, ...first, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  })
  let said: string | undefined
  let isOutOfMemory = false
  let ran: RunTold | undefined
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) =>
    onLine(line, "stdout"),
  )
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => {
    // What V8 says at its end, before the frames of its stack.
    if (/heap out of memory/i.test(line)) isOutOfMemory = true
    if (line.trim() !== "") said = line.trim().slice(0, 500)
    onLine(line, "stderr")
  })

  const over = new AbortController()
  const end = new Promise<ChildEnd>((resolve) => {
    child.once("error", (error) => {
      over.abort()
      resolve({ code: null, signal: null, isOutOfMemory, said: error.message, ran })
    })
    child.once("close", (code, signal) => {
      over.abort()
      const hadNoMemory = isOutOfMemory || code === 134 || signal === "SIGABRT"
      resolve({ code, signal, isOutOfMemory: hadNoMemory, said, ran })
    })
  })
  const url = new Promise<string>((resolve, reject) => {
    child.on("message", (message) => {
      const told = message as { listening?: string; ran?: RunTold } // what `run` sends
      if (told.listening !== undefined) resolve(told.listening)
      if (told.ran !== undefined) ran = told.ran
    })
    void end.then(({ said: last }) => reject(new Error(`it ended at its start: ${last ?? "without a word"}`)))
  })
  url.catch(() => undefined) // told to whoever waits for it

  async function watchMemory(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(lookAtMemoryMs, over.signal).catch(() => undefined)
      const resident = await residentBytes(child.pid)
      if (over.signal.aborted || resident === undefined || resident <= memoryMb * 1_048_576) continue
      isOutOfMemory = true
      said = `it held ${Math.round(resident / 1_048_576)} MB, and may hold ${memoryMb} MB`
      child.kill("SIGKILL")
      return
    }
  }
  void watchMemory()

  return {
    url,
    end,
    async stop(graceMs = 8_000) {
      child.kill("SIGTERM")
      void clock.sleep(graceMs, over.signal).then(
        () => child.kill("SIGKILL"),
        () => undefined, // it ended in time
      )
      // A process that stands still hears no SIGTERM; SIGKILL reaches it all the same.
      return await end
    },
  }
}

/** Undefined where the system does not say. */
async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => undefined)
  const pages = Number(text?.split(" ")[1])
  return Number.isFinite(pages) ? pages * pageBytes : undefined
}
