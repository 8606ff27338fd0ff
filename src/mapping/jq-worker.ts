// The thread in which jq runs: one program over one input text at a time. Whoever asks may end the thread at any
// moment, which is the only way to stop a program.
import { parentPort, workerData } from "node:worker_threads"
import { loadJq } from "jq-wasm"
import type { EngineCall, EngineData, EngineReply } from "./jq-engine.ts"

if (!parentPort) throw new Error("jq-worker runs as a worker thread only")
const port = parentPort
const { wasm } = workerData as EngineData // set by jq-engine.ts, which alone starts this file
const jq = await loadJq({ wasmModule: wasm })

port.on("message", (call: EngineCall) => {
  port.postMessage(run(call))
})
port.postMessage({ kind: "ready" } satisfies EngineReply)

function run(call: EngineCall): EngineReply {
  try {
    const { stdout, stderr, exitCode } = jq.raw(call.input, call.program, ["-c"])
    if (stdout.length > call.maximumOutput) return { kind: "trap", message: "the result is too large" }
    return { kind: "done", stdout, stderr, exitCode }
  } catch (error) {
    // An instance that has thrown is broken for good; the caller replaces this thread.
    return { kind: "trap", message: trapMessage(error instanceof Error ? error.message : String(error)) }
  }
}

function trapMessage(message: string): string {
  if (message.startsWith("Aborted()")) return "it needs more memory than there is"
  if (/out of bounds|call stack/.test(message)) return "it goes deeper than the stack allows"
  return `the engine broke down: ${message}`
}
