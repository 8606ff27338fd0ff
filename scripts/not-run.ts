// What a script could not run, and why: told at its end, and left beside its report for the closing lines of CI.
import { writeFileSync } from "node:fs"

/** Where the reasons for a report lie. */
export function notRunFile(report: string): string {
  return `${report}.not-run`
}

/** One sentence each; `report` is where vitest writes its own, undefined outside of CI. */
export function tellNotRun(sentences: readonly string[], report: string | undefined): void {
  for (const sentence of sentences) process.stdout.write(`NOT RUN: ${sentence}\n`)
  if (report !== undefined && sentences.length > 0) {
    writeFileSync(notRunFile(report), `${sentences.join("\n")}\n`)
  }
}
