// What a check found, and what all findings together mean for the exit code.
import { exitCodes } from "../exit-codes.ts"

/**
 * `fine`; `note`: worth a look, and nothing fails for it; `blocked`: a run starts, and cannot do all its work;
 * `no-start`: it would end before anything is read; `setting`: what is set cannot be meant so.
 */
export type Level = "fine" | "note" | "blocked" | "no-start" | "setting"

export interface Finding {
  level: Level
  /** A sentence. */
  what: string
  /** What to do about it. */
  fix?: string
  /** Kinds that cannot be read or loaded because of it. */
  kinds?: readonly string[]
}

export interface Section {
  title: string
  findings: readonly Finding[]
}

export function fine(what: string): Finding {
  return { level: "fine", what }
}

/** What others said may end in a stop of its own; one is enough. */
export function found(level: Level, what: string, fix?: string, kinds?: readonly string[]): Finding {
  return {
    level,
    what: what.replace(/([.?!])\.$/, "$1"),
    ...(fix ? { fix } : {}),
    ...(kinds && kinds.length > 0 ? { kinds } : {}),
  }
}

/** The code of what stands in the way first: settings, then the start, then the work. */
export function exitCodeOf(sections: readonly Section[]): number {
  const levels = new Set(sections.flatMap(({ findings }) => findings.map(({ level }) => level)))
  if (levels.has("setting")) return exitCodes.usage
  if (levels.has("no-start")) return exitCodes.startFailed
  return levels.has("blocked") ? exitCodes.runFailed : exitCodes.success
}
