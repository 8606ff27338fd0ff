// Each program on each input, by the fast path and by the engine: whatever the fast path answers must be the same text.
import { expect } from "vitest"
import type { JsonValue } from "../../src/common/json.ts"
import type { Jq } from "../../src/mapping/jq.ts"
import { compileFast } from "../../src/mapping/jq-fast-path.ts"
import { isFaithful } from "../../src/mapping/jq-operations.ts"

export interface Compared {
  /** Programs that the fast path takes. */
  taken: number
  /** Cells that it gave. */
  cells: number
}

/** `engine` is one without a fast path. */
export async function compareWithEngine(
  engine: Jq,
  texts: readonly string[],
  inputs: readonly JsonValue[],
): Promise<Compared> {
  const taken = [...new Set(texts)].flatMap((text) => {
    const fast = compileFast(text)
    return fast ? [{ text, fast }] : []
  })
  const programs = taken.map(({ text }) => text)
  const issues = await engine.check(programs)
  for (const [at, issue] of issues.entries()) expect([programs[at], issue]).toEqual([programs[at], undefined])
  const rows = await engine.evaluate(programs, inputs)
  let cells = 0
  for (const [row, input] of inputs.entries()) {
    for (const [at, { text, fast }] of taken.entries()) {
      const cell = isFaithful(input) ? fast(input) : undefined
      if (!cell) continue
      cells++
      const [ours, theirs] = [JSON.stringify(cell), JSON.stringify(rows[row]?.[at])]
      // Only a difference is worth an assertion: there are a hundred thousand cells.
      if (ours !== theirs) expect({ text, input, cell: ours }).toEqual({ text, input, cell: theirs })
    }
  }
  return { taken: taken.length, cells }
}
