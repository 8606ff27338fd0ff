// The output of a process that was started, as whoever waits for it needs it.
import type { ChildProcess } from "node:child_process"

/** After its streams are read to their ends. */
export function closeOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code, signal) => resolve({ code, signal }))
  })
}

/** Resolves when more has come on either stream. */
export function nextOutput(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      child.stdout?.off("data", done)
      child.stderr?.off("data", done)
      resolve()
    }
    child.stdout?.on("data", done)
    child.stderr?.on("data", done)
  })
}
