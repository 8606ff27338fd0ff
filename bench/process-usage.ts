// What a process uses, as Linux tells it; 0 on other systems, and once it has ended.
import { readFileSync } from "node:fs"

/** Kilobytes: the proportional set size. */
export function pssOf(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? []
  return Number(kilobytes ?? 0)
}

/** Milliseconds of user and system time of all its threads since its start, to some ten. */
export function cpuMsOf(pid: number): number {
  // The name of the program, in parentheses, may hold spaces; user and system time are the 12th and 13th after it.
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ")
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * msPerTick
}

/** On every Linux that Node runs on. */
const msPerTick = 10

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
