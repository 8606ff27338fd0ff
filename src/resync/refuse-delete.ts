// An entity that stays though this run would have it gone: told by name, with the reason.
import type { Run } from "./run.ts"
import type { Stray } from "./strays.ts"

export function refuseDelete(run: Run, stray: Stray, reason: string): void {
  const { blueprint, identifier } = stray
  run.record.refusedDeletes.push({ kind: kindOf(stray), blueprint, identifier, reason })
}

/** The kind it was made of, or may have been. */
export function kindOf(stray: Stray): string {
  return stray.recorded[0]?.kind ?? stray.makers[0]?.resource.kind ?? "unmapped"
}
