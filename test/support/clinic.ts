// The doctor on a drop-in set-up: a simulated Sentry and a catalog in Port's place, both watched.
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "vitest"
import { diagnose } from "../../src/cli/commands/doctor.ts"
import { doctorPage } from "../../src/cli/doctor/doctor-page.ts"
import { exitCodeOf, type Finding } from "../../src/cli/doctor/finding.ts"
import { peerVariables } from "./peer-variables.ts"
import { isWrite } from "./planned.ts"
import type { SmallWorld } from "./small-world.ts"

export type Environment = Record<string, string | undefined>

export interface Diagnosis {
  code: number
  page: string
  /** All findings, by the title of their section. */
  of(section: string): Finding[]
  problems: Finding[]
}

/** What a customer sets; other tokens and addresses by the test. */
export function dropIn(world: SmallWorld, changes: Environment = {}): Environment {
  return {
    ...peerVariables({ ...world, sentry: world.simulator }),
    OCEAN__INTEGRATION__IDENTIFIER: "my-sentry",
    OCEAN__SERVER__PORT: "0",
    ...changes,
  }
}

/** Asserts as well that nothing but questions was asked, of both sides. */
export async function examine(world: SmallWorld, environment: Environment): Promise<Diagnosis> {
  world.port.sent.length = 0
  world.simulator.resetCounts()
  const diagnosis = await examineAlone(environment)
  expect(world.port.sent.filter(isWrite)).toEqual([])
  expect(world.simulator.requests.filter(({ method }) => method !== "GET")).toEqual([])
  return diagnosis
}

export async function examineAlone(
  environment: Environment,
  flags: { once?: boolean; embedded?: boolean; folder?: string } = {},
): Promise<Diagnosis> {
  const folder = flags.folder ?? emptyFolder()
  const given = { settings: {}, once: false, embedded: false, ...flags, folder }
  const state = { OCEAN__DATABASE__URL: join(folder, "state", "doctor.db") }
  const { heading, sections } = await diagnose(
    given,
    { ...state, ...environment },
    new AbortController().signal,
  )
  const all = sections.flatMap(({ findings }) => findings)
  return {
    code: exitCodeOf(sections),
    page: doctorPage(heading, sections),
    of: (title) => [...(sections.find((section) => section.title === title)?.findings ?? [])],
    problems: all.filter(({ level }) => level !== "fine" && level !== "note"),
  }
}

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "ocean-doctor-"))
}
