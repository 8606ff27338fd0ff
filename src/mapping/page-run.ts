// One page through one page program: its rows, or why there are none.
import type { Cell } from "./jq.ts"
import type { Engines } from "./jq-engines.ts"
import { buildPageProgram, readPage } from "./page-program.ts"

export interface Page {
  programs: readonly string[]
  /** Runs before the others, which run only where it gives true; its cell comes first in each row. */
  guard?: string | undefined
  /** One JSON text per object. */
  texts: readonly string[]
}

export type PageResult =
  | { kind: "rows"; rows: Cell[][] /** Characters of output. */; size: number }
  | { kind: "timeout" | "trap"; message: string }

export interface PageRunner {
  run(page: Page, deadlineMs: number, signal?: AbortSignal): Promise<PageResult>
}

/** Characters: above this the output of one page is taken for a failure, as it would fill our own memory. */
export const maximumOutput = 64_000_000

export function createPageRunner(
  engines: Engines,
  environment: Readonly<Record<string, string>>,
): PageRunner {
  return {
    async run({ programs, guard, texts }, deadlineMs, signal) {
      const program = buildPageProgram(programs, { guard, environment })
      const call = { program, input: `[${texts.join(",")}]`, maximumOutput }
      const answer = await engines.call(call, { deadlineMs, signal })
      if (answer.kind !== "done") return { kind: answer.kind, message: answer.message }
      const rows = answer.exitCode === 0 ? readPage(answer.stdout, texts.length) : undefined
      if (rows) return { kind: "rows", rows, size: answer.stdout.length }
      return { kind: "trap", message: firstLine(answer.stderr) || "the engine gave no usable output" }
    },
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? ""
}
