// What the integration's own probe found, in the words of all checks.
import type { Probe } from "../../integration.ts"
import { type Finding, found } from "./finding.ts"

export function checkSentry({ findings }: Probe): Finding[] {
  return findings.map(({ state, what, hint, kinds }) =>
    found(state, what, hint, state === "fine" ? [] : kinds),
  )
}
