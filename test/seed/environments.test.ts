// Project environments and the issues in them, with the documentation's default mapping and blueprints.
import { describe, expect, it } from "vitest"
import { createOrganization } from "../../src/simulator/organization.ts"
import { seedMapping } from "../support/seed.ts"
import { defaultBlueprints, exampleBlueprints } from "../support/seed-blueprints.ts"
import { useSimulator } from "../support/simulator.ts"
import { createWorld } from "../support/world.ts"

/** One project with issues in three environments, another project with one, and one without any event. */
function shop() {
  const organization = createOrganization({ slug: "shop" })
  const hourAgo = organization.clock.now() - 3_600_000 // a run reads what there was when it began, to the second
  for (const slug of ["checkout", "search", "idle"]) organization.addProject({ slug })
  const add = (project: string, environment: string) =>
    organization.addIssue(project, { title: `Broken in ${environment}`, environment, at: hourAgo }).id
  const ids = {
    development: add("checkout", "development"),
    staging: add("checkout", "staging"),
    production: add("checkout", "production"),
    both: add("checkout", "staging"),
    elsewhere: add("search", "production"),
  }
  organization.addEvent(ids.both, { environment: "production" })
  return { organization, ids }
}

describe("a project with development, staging and production", () => {
  it("gives exactly three project environments, and each issue is linked to its own", async () => {
    const { organization, ids } = shop()
    const world = await createWorld({
      sentry: await useSimulator({ organization }),
      blueprints: defaultBlueprints(),
      mapping: seedMapping("newer/mapping.default.yaml"),
    })

    expect(await world.resync()).toMatchObject({ status: "completed", failures: [], refusedEntities: [] })

    const environments = Object.values(await world.entities("sentryProjectEnvironment"))
    // One that was made only to be related to has neither title nor properties of its own.
    expect(environments.map(({ identifier, properties }) => [identifier, properties.status]).sort()).toEqual([
      ["checkout-development", "active"],
      ["checkout-production", "active"],
      ["checkout-staging", "active"],
      ["search-production", "active"],
    ])
    const issues = Object.values(await world.entities("sentryIssue"))
    const links = issues.map(({ identifier, relations }) => [identifier, relations.projectEnvironment])
    expect(Object.fromEntries(links)).toEqual({
      [`${ids.development}-development`]: ["checkout-development"],
      [`${ids.staging}-staging`]: ["checkout-staging"],
      [`${ids.production}-production`]: ["checkout-production"],
      [`${ids.both}-staging`]: ["checkout-staging"],
      [`${ids.both}-production`]: ["checkout-production"],
      [`${ids.elsewhere}-production`]: ["search-production"],
    })
  })

  it("links one entity per issue to all environments of the issue, with the page's example mapping", async () => {
    const { organization, ids } = shop()
    const world = await createWorld({
      sentry: await useSimulator({ organization }),
      blueprints: exampleBlueprints(),
      mapping: seedMapping("newer/mapping.project-environment.yaml"),
    })

    expect(await world.resync()).toMatchObject({ status: "completed", failures: [], refusedEntities: [] })

    const issues = Object.values(await world.entities("sentryIssue"))
    const links = issues.map(({ identifier, relations }) => [
      identifier,
      [relations.projectEnvironment].flat().sort(),
    ])
    expect(Object.fromEntries(links)).toEqual({
      [ids.development]: ["checkout-development"],
      [ids.staging]: ["checkout-staging"],
      [ids.production]: ["checkout-production"],
      [ids.both]: ["checkout-production", "checkout-staging"],
      [ids.elsewhere]: ["search-production"],
    })
  })

  it("gives a fourth when an event comes from a new environment, and the issue another link", async () => {
    const { organization, ids } = shop()
    const world = await createWorld({
      sentry: await useSimulator({ organization }),
      blueprints: defaultBlueprints(),
      mapping: seedMapping("newer/mapping.default.yaml"),
    })
    await world.resync()
    world.writesSince()

    organization.addEvent(ids.development, { environment: "preview" })
    expect(await world.resync()).toMatchObject({ status: "completed", failures: [] })

    expect(world.writesSince()).toEqual({ upserted: 2, deleted: 0, patched: 0 })
    expect(Object.keys(await world.entities("sentryProjectEnvironment"))).toContain("checkout-preview")
    expect((await world.entities("sentryIssue"))[`${ids.development}-preview`]?.relations).toMatchObject({
      projectEnvironment: ["checkout-preview"],
    })
  })
})
