// The demo's Sentry: the simulated organization on a port of its own, met over HTTP like any other.
import { randomBytes } from "node:crypto"
import type { Logger } from "../common/logger.ts"
import { generateOrganization } from "../simulator/generate.ts"
import { startSimulator } from "../simulator/serve.ts"
import type { Settings } from "./settings.ts"
import { enliven, type SimulatedLife } from "./simulated-life.ts"
import type { SentryAccess } from "./start-mode.ts"

export interface DemoSentry {
  access: SentryAccess
  close(): Promise<void>
}

/** Without `life` nothing ever happens in the organization. */
export async function startDemoSentry(
  settings: Settings,
  log: Logger,
  life: SimulatedLife = {},
): Promise<DemoSentry> {
  const { projects, issuesPerProject, seed } = settings.demo
  const simulator = await startSimulator({
    // The default mapping asks for the caller's role in each team: with an integration's token it would begin with a warning.
    organization: generateOrganization({ seed, projects, issuesPerProject, caller: "member" }),
    token: randomBytes(32).toString("hex"),
    log,
  })
  const access = { host: simulator.url, token: simulator.token, organization: simulator.slug }
  const rest = enliven(simulator.organization, life)
  return {
    access,
    async close() {
      await rest()
      await simulator.close()
    },
  }
}
