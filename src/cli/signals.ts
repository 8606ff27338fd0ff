// SIGTERM, SIGINT and a reader that went away as one AbortSignal; a second one ends the process at once.
import { exitCodes } from "./exit-codes.ts"
import { isStartedByNpm } from "./own-command.ts"

/** How soon the end of npm is noticed. */
const parentEveryMs = 250

export interface Signals {
  signal: AbortSignal
  /** The code for a process that was interrupted in the middle of its work. */
  exitCode(): number
}

/** `endNow` is called with the exit code when a person insists. */
export function listenToSignals(endNow: (code: number) => void): Signals {
  const abort = new AbortController()
  let code: number = exitCodes.terminated
  const onSignal = (name: "SIGINT" | "SIGTERM") => {
    code = name === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated
    if (abort.signal.aborted) endNow(code)
    abort.abort()
  }
  process.on("SIGINT", () => onSignal("SIGINT"))
  process.on("SIGTERM", () => onSignal("SIGTERM"))
  onEndOfReader(() => {
    if (abort.signal.aborted) return
    code = exitCodes.unread
    abort.abort()
  })
  // The host that started this process has gone: nobody would hear of what it does.
  if (process.connected) process.on("disconnect", () => void (abort.signal.aborted || onSignal("SIGTERM")))
  if (isStartedByNpm()) {
    onEndOfParent(() => {
      if (!abort.signal.aborted) onSignal("SIGTERM")
    })
  }
  return { signal: abort.signal, exitCode: () => code }
}

/** Whoever read the output has gone, as `head` does when it has enough: nobody would see how the work goes on. */
function onEndOfReader(then: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error
      then()
    })
  }
}

/** npm hands SIGTERM to its shell only: the program would live on unseen, its port taken. */
function onEndOfParent(then: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    then()
  }, parentEveryMs)
  timer.unref()
}
