// Waiting for a process, and no longer than anything may take.
import { setTimeout as wait } from "node:timers/promises"
import type { RunningProgram } from "../../bench/program.ts"

/** A run with every wait of its retries takes less. */
const patienceMs = 180_000

/** Fails when it takes too long, or when the program ends before it. */
export async function within<T>(
  awaited: Promise<T>,
  program: RunningProgram | undefined,
  what: string,
): Promise<T> {
  const late = new AbortController()
  const tooLate = wait(patienceMs, undefined, { signal: late.signal }).then(
    () => {
      throw new Error(`${what} did not come within ${patienceMs / 1_000} s`)
    },
    () => new Promise<never>(() => undefined),
  )
  const ended = program?.exit.then(({ code, signal }) => {
    throw new Error(
      `${what}: the program ended with ${code ?? signal}:\n${program.stdout()}${program.stderr()}`,
    )
  })
  try {
    return await Promise.race([awaited, tooLate, ...(ended ? [ended] : [])])
  } finally {
    late.abort()
  }
}

export async function expectEnd(program: RunningProgram, code: number): Promise<void> {
  const end = await within(program.exit, undefined, "the end of the process")
  if (end.code !== code) {
    throw new Error(
      `the program ended with ${end.code ?? end.signal}:\n${program.stdout()}${program.stderr()}`,
    )
  }
}
