// After a page that failed: which program, on which object, is to blame. Everything else still gets its cells.
import type { Logger } from "../common/logger.ts"
import type { Cell } from "./jq.ts"
import { maximumOutput, type Page, type PageResult, type PageRunner } from "./page-run.ts"

export interface Quarantine {
  /** The message under which a program was given up for this session. */
  reasonFor(program: string): string | undefined
  /** Notes programs that have worked through a page; they are not given up for a few bad objects. */
  noteWorking(programs: readonly string[]): void
  /** Works through a page that failed, program by program. Rows as the page itself would have given them. */
  isolate(page: Page, signal?: AbortSignal): Promise<{ rows: Cell[][]; guilty: number }>
  forget(): void
}

export interface QuarantineOptions {
  runner: PageRunner
  /** For one program on the page, and for one object. */
  deadlineMs: number
  log: Logger
}

/** So many objects, spread over the page, speak for all: a program that fails on each of them is given up. */
const probes = 3
/** Each guilty object costs a deadline, so that a program guilty on more of a page is given up. */
const maximumGuiltyObjects = 8

export function createQuarantine({ runner, deadlineMs, log }: QuarantineOptions): Quarantine {
  const givenUp = new Map<string, string>()
  const working = new Set<string>()
  const failedOn = new Map<string, number>()

  async function isolate(page: Page, signal?: AbortSignal): Promise<{ rows: Cell[][]; guilty: number }> {
    const unreadable = await findUnreadable(page.texts, signal)
    const readable = page.texts.map((_, index) => index).filter((index) => !unreadable.has(index))
    const rows = page.texts.map((_, index): Cell[] => {
      const message = unreadable.get(index)
      const cells = page.programs.length + (page.guard === undefined ? 0 : 1)
      return message === undefined ? [] : Array.from({ length: cells }, () => quarantined(message))
    })
    let guilty = unreadable.size
    let open = readable
    const addColumn = async (program: string) => {
      const cells = await runAlone(program, page.texts, open, signal)
      const column = new Map(open.map((index, at) => [index, cells[at] ?? none]))
      for (const index of readable) rows[index]?.push(column.get(index) ?? none)
      guilty += cells.filter((cell) => cell.kind === "error" && cell.quarantined).length
      return column
    }
    if (page.guard !== undefined) {
      const guard = await addColumn(page.guard)
      open = readable.filter((index) => isTrue(guard.get(index)))
    }
    for (const program of page.programs) await addColumn(program)
    return { rows, guilty }
  }

  // An object that even the simplest program cannot be run on, such as one nested too deeply.
  async function findUnreadable(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    const run = (some: readonly string[]) => runner.run({ programs: ["0"], texts: some }, deadlineMs, signal)
    if ((await run(texts)).kind === "rows") return found
    for (const [index, text] of texts.entries()) {
      const result = await run([text])
      if (result.kind !== "rows") found.set(index, `jq cannot read the object: ${result.message}`)
    }
    return found
  }

  async function runAlone(
    program: string,
    texts: readonly string[],
    open: readonly number[],
    signal?: AbortSignal,
  ): Promise<Cell[]> {
    if (open.length === 0) return []
    const some = open.map((index) => texts[index] ?? "null")
    const known = givenUp.get(program)
    if (known !== undefined) return some.map(() => quarantined(known))
    const run = (part: readonly string[]) =>
      runner.run({ programs: [program], texts: part }, deadlineMs, signal)
    const whole = await run(some)
    if (whole.kind === "rows") return whole.rows.map(([cell]) => cell ?? none)
    // A page of one object has had its second chance already.
    return await runEach(program, some, async (text) => (some.length === 1 ? whole : await run([text])))
  }

  // One object at a time, which costs one deadline per guilty object; halving the page would cost one per halving.
  async function runEach(
    program: string,
    texts: readonly string[],
    run: (text: string) => Promise<PageResult>,
  ): Promise<Cell[]> {
    const cells: Cell[] = []
    let guilty = 0
    let size = 0
    for (const index of probesFirst(texts.length)) {
      const result = await run(texts[index] ?? "null")
      if (result.kind === "rows") {
        cells[index] = result.rows[0]?.[0] ?? none
        size += result.size
        if (size > maximumOutput) return giveUp(program, texts, cells, "its results are too large")
        continue
      }
      guilty++
      cells[index] = quarantined(result.message)
      if (isHopeless(program, guilty, size > 0)) return giveUp(program, texts, cells, result.message)
    }
    if (guilty > 0) {
      log.error(
        { expression: program, objects: guilty, of: texts.length },
        "Expression stopped on some objects",
      )
    }
    return cells
  }

  function giveUp(program: string, texts: readonly string[], cells: readonly Cell[], reason: string): Cell[] {
    givenUp.set(program, reason)
    log.error({ expression: program, reason }, "Expression given up for this run")
    return Array.from(texts, (_, at) => cells[at] ?? quarantined(reason))
  }

  function isHopeless(program: string, guilty: number, worksElsewhere: boolean): boolean {
    if (guilty > maximumGuiltyObjects) return true
    if (worksElsewhere || working.has(program)) return false
    const failed = (failedOn.get(program) ?? 0) + 1
    failedOn.set(program, failed)
    return failed >= probes
  }

  return {
    isolate,
    reasonFor: (program) => givenUp.get(program),
    noteWorking(programs) {
      for (const program of programs) working.add(program)
    },
    forget() {
      givenUp.clear()
      working.clear()
      failedOn.clear()
    },
  }
}

const none: Cell = { kind: "none" }

export function quarantined(message: string): Cell & { kind: "error" } {
  return { kind: "error", message, quarantined: true }
}

export function isTrue(cell: Cell | undefined): boolean {
  return cell?.kind === "value" && cell.value === true
}

// First, middle and last before the rest: neighbours are often alike.
function probesFirst(count: number): Set<number> {
  const spread = [0, Math.floor(count / 2), count - 1]
  return new Set([...spread, ...Array.from({ length: count }, (_, index) => index)])
}
