// A Sentry and a Port on loopback, and the variables that name them, as the documentation of the original lists them.
import { onTestFinished } from "vitest"
import { createOrganization, type Organization } from "../../src/simulator/organization.ts"
import type { Simulator } from "../../src/simulator/serve.ts"
import { type RunningCatalog, startCatalog } from "./catalog.ts"
import { type PortProxy, startPortProxy } from "./port-proxy.ts"
import { useSimulator } from "./simulator.ts"

export interface DropInPeers {
  simulator: Simulator
  organization: Organization
  catalog: RunningCatalog
  /** What the program is told to be Port. */
  port: PortProxy
  /** The original's variables for one resync, and a free port, since the machine's 8000 may be somebody's. */
  env: Record<string, string>
  /** Sentry's part of them, for the embedded catalog. */
  sentryEnv: Record<string, string>
}

/** Lives until the end of the test. */
export async function startPeers(): Promise<DropInPeers> {
  const organization = smallOrganization()
  const simulator = await useSimulator({ organization, token: "sntryu_a-token-that-nobody-may-see" })
  const catalog = await startCatalog()
  onTestFinished(() => catalog.close())
  const port = await startPortProxy(catalog.url)
  onTestFinished(() => port.close())
  const sentryEnv = {
    OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: simulator.token,
    OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: simulator.url,
    OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: simulator.slug,
    OCEAN__SERVER__PORT: "0",
  }
  return {
    simulator,
    organization,
    catalog,
    port,
    sentryEnv,
    env: {
      ...sentryEnv,
      OCEAN__PORT__BASE_URL: port.url,
      OCEAN__PORT__CLIENT_ID: catalog.clientId,
      OCEAN__PORT__CLIENT_SECRET: catalog.clientSecret,
      OCEAN__INTEGRATION__IDENTIFIER: "pipeline",
      OCEAN__INTEGRATION__TYPE: "sentry",
      OCEAN__INITIALIZE_PORT_RESOURCES: "true",
      OCEAN__EVENT_LISTENER: '{"type":"ONCE"}',
    },
  }
}

/** Identifier, title, properties and relations of every entity of a blueprint: what does not differ from run to run. */
export async function contentOf(catalog: RunningCatalog, blueprint: string): Promise<unknown[]> {
  const { status, body } = await catalog.request("GET", `/v1/blueprints/${blueprint}/entities`)
  if (status !== 200) throw new Error(`${blueprint}: ${status} ${JSON.stringify(body)}`)
  const { entities } = body as { entities: Record<string, unknown>[] } // the catalog's own answer
  return entities
    .map(({ identifier, title, properties, relations }) => ({ identifier, title, properties, relations }))
    .sort((left, right) => String(left.identifier).localeCompare(String(right.identifier)))
}

function smallOrganization(): Organization {
  const organization = createOrganization({ slug: "acme" })
  for (const slug of ["api", "web", "worker"]) organization.addProject({ slug, platform: "node" })
  for (const email of ["ann@acme.example", "bob@acme.example"]) organization.addMember({ email })
  organization.addTeam({ slug: "backend", projects: ["api", "worker"], members: ["ann@acme.example"] })
  const at = organization.clock.now() - 3_600_000 // a run reads what there was when it began, to the second
  for (const slug of ["api", "web", "worker"]) {
    for (let number = 1; number <= 30; number++) {
      organization.addIssue(slug, { title: `${slug} ${number}`, environment: "production", at })
    }
  }
  return organization
}
