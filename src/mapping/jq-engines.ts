// As many jq engines as allowed: started when needed, replaced when broken, stopped when idle for long.
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import pLimit from "p-limit"
import { AppError } from "../common/errors.ts"
import { type Engine, type EngineAnswer, type EngineCall, startEngine } from "./jq-engine.ts"

// Node has it; its types come only with those of a browser.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> }

export interface Engines {
  /** Waits for a free engine. Rejects on abort, after `close`, and when no engine can be started. */
  call(
    call: EngineCall,
    options: { deadlineMs: number; signal?: AbortSignal | undefined },
  ): Promise<EngineAnswer>
  stats(): { timeouts: number; traps: number; respawns: number }
  close(): Promise<void>
}

/** An engine holds some 50 to 300 MB, so that one without work for this long is let go. */
const idleMs = 60_000

export function createEngines(options: { workers: number }): Engines {
  const limit = pLimit(Math.max(1, options.workers))
  const idle: Engine[] = []
  const all = new Set<Engine>()
  const counts = { timeouts: 0, traps: 0, respawns: 0 }
  let toReplace = 0
  let closed = false
  let idleTimer: NodeJS.Timeout | undefined
  let wasm: Promise<object> | undefined

  async function take(): Promise<Engine> {
    const waiting = idle.pop()
    if (waiting?.isAlive()) return waiting
    if (waiting) all.delete(waiting)
    wasm ??= compileJq()
    const engine = await startEngine({ wasm: await wasm })
    all.add(engine)
    if (toReplace > 0) {
      toReplace--
      counts.respawns++
    }
    return engine
  }

  function giveBack(engine: Engine, answer: EngineAnswer): void {
    if (answer.kind === "timeout") counts.timeouts++
    if (answer.kind === "trap") counts.traps++
    if (!engine.isAlive()) {
      all.delete(engine)
      toReplace++
      return
    }
    idle.push(engine)
    clearTimeout(idleTimer)
    idleTimer = setTimeout(stopIdle, idleMs).unref()
  }

  function stopIdle(): void {
    for (const engine of idle.splice(0)) {
      all.delete(engine)
      void engine.stop()
    }
  }

  function throwIfClosed(): void {
    if (closed) throw new AppError("jq_closed", "The jq engine has been closed")
  }

  async function callNow(call: EngineCall, deadlineMs: number, signal?: AbortSignal): Promise<EngineAnswer> {
    signal?.throwIfAborted()
    throwIfClosed()
    const engine = await take()
    if (closed) await engine.stop()
    throwIfClosed()
    const answer = await engine.call(call, deadlineMs)
    throwIfClosed()
    giveBack(engine, answer)
    return answer
  }

  return {
    call: (call, { deadlineMs, signal }) =>
      unlessAborted(
        limit(() => callNow(call, deadlineMs, signal)),
        signal,
      ),
    stats: () => ({ ...counts }),
    async close() {
      closed = true
      clearTimeout(idleTimer)
      await Promise.all([...all].map((engine) => engine.stop()))
      all.clear()
    },
  }
}

// Compiled once and shared: a new engine finds the optimized code that earlier ones ran.
async function compileJq(): Promise<object> {
  const path = createRequire(import.meta.url).resolve("jq-wasm/jq.wasm")
  return await WebAssembly.compile(await readFile(path))
}

// A call under way is left to end by itself or by its deadline; nobody waits for it any more.
async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return await work
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener("abort", stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (stop) signal.removeEventListener("abort", stop)
  }
}
