// Where an entity comes from, and which run changed it.
import { expect, it } from "vitest"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { firstRun, startEmbedded } from "../support/embedded-program.ts"

it("names the object in Sentry, the expression behind each value with its line, and the run in the audit log", async () => {
  const organization = generateOrganization({ seed: 3, projects: 2, issuesPerProject: 3, resolvedShare: 0 })
  const program = await startEmbedded({ organization })
  const run = await firstRun(program)
  const { entities } = await program.ask<{
    entities: { identifier: string; properties: { link: string } }[]
  }>("GET", "/v1/blueprints/sentryIssue/entities")
  const [entity] = entities
  if (!entity) throw new Error("no entity")
  const name = encodeURIComponent(entity.identifier)
  const issue = String(/issues\/(\d+)/.exec(entity.properties.link)?.[1])
  const found = await program.ask<{ values: { field: string; line: number }[] }>(
    "GET",
    `/integration/provenance?blueprint=sentryIssue&entity=${name}`,
  )
  expect(found).toMatchObject({
    sources: [
      {
        kind: "issue-tag",
        objectId: issue,
        call: `GET /api/0/organizations/${organization.slug}/issues/${issue}/`,
        url: `${program.sentry.url}/organizations/${organization.slug}/issues/${issue}/`,
        leftAt: null,
      },
    ],
  })
  const { text } = await program.ask<{ text: string }>("GET", "/integration/mapping")
  const link = found.values.find(({ field }) => field === "properties.link")
  expect(link).toMatchObject({ kind: "issue-tag", expression: expect.stringContaining(".permalink") })
  expect(text.split("\n")[(link?.line ?? 0) - 1]).toMatch(/link: .*\.permalink/)
  const { audits } = await program.ask<{ audits: object[] }>(
    "GET",
    `/v1/audit-log?entity=${name}&blueprint=sentryIssue&limit=1`,
  )
  expect(audits).toMatchObject([{ action: "CREATE", context: { resyncId: run.id } }])
  await program.ask("GET", "/integration/provenance?blueprint=sentryIssue", undefined, 422)
})
