// One jq engine: a worker thread with an instance of its own, a deadline for each call, and an end after any failure.
import { Worker } from "node:worker_threads"
import { AppError, errorText } from "../common/errors.ts"

export interface EngineData {
  /** The compiled WebAssembly module of jq. */
  wasm: object
}

export interface EngineCall {
  program: string
  /** JSON text. */
  input: string
  /** Characters. More is taken for a failure, as it would fill our own memory. */
  maximumOutput: number
}

export type EngineReply =
  | { kind: "ready" }
  | { kind: "done"; stdout: string; stderr: string; exitCode: number }
  | { kind: "trap"; message: string }

/** An answer other than `done` has cost the engine its life. */
export type EngineAnswer =
  | { kind: "done"; stdout: string; stderr: string; exitCode: number }
  | { kind: "timeout" | "trap"; message: string }

export interface Engine {
  /** One call at a time. */
  call(call: EngineCall, deadlineMs: number): Promise<EngineAnswer>
  isAlive(): boolean
  stop(): Promise<void>
}

const startDeadlineMs = 60_000
const workerUrl = import.meta.url.endsWith(".ts")
  ? new URL("./jq-worker.ts", import.meta.url)
  : new URL("./jq-worker.js", import.meta.url)

/** Rejects with an AppError when the thread does not come up. */
export async function startEngine(data: EngineData): Promise<Engine> {
  const worker = new Worker(workerUrl, {
    workerData: data,
    env: {}, // nothing of this process's environment is within reach of a program
    execArgv: [],
    // What the engine prints as it breaks down comes back as the answer's message. Nobody reads these streams:
    // reading them would keep the process alive.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 768 },
  })
  let alive = true
  let answer: ((reply: EngineReply | EngineAnswer) => void) | undefined
  const end = (message: string) => {
    alive = false
    answer?.({ kind: "trap", message })
  }
  worker.on("message", (reply: EngineReply) => answer?.(reply))
  worker.on("error", (error) => end(errorText(error)))
  worker.on("exit", () => end("the engine's thread ended"))

  async function reply(deadlineMs: number, send: () => void): Promise<EngineReply | EngineAnswer> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve) => {
        answer = resolve
        const giveUp = () => resolve({ kind: "timeout", message: `stopped after ${deadlineMs} ms` })
        // An answer that is already here, unread because this thread was busy, is read before setImmediate fires.
        timer = setTimeout(() => setImmediate(giveUp), deadlineMs)
        send()
      })
    } finally {
      clearTimeout(timer)
      answer = undefined
    }
  }

  async function stop(): Promise<void> {
    alive = false
    await worker.terminate()
  }

  const first = await reply(startDeadlineMs, () => undefined)
  if (first.kind !== "ready") {
    await stop()
    const why = first.kind === "done" ? "unexpected answer" : first.message
    throw new AppError("jq_engine", `The jq engine does not start: ${why}`)
  }
  worker.unref()

  return {
    isAlive: () => alive,
    stop,
    async call(call, deadlineMs) {
      worker.ref() // a process must not end while an answer is due; an idle engine holds nothing up
      const got = await reply(deadlineMs, () => worker.postMessage(call))
      if (got.kind === "done") {
        worker.unref()
        return got
      }
      await stop()
      return got.kind === "ready" ? { kind: "trap", message: "unexpected answer" } : got
    },
  }
}
