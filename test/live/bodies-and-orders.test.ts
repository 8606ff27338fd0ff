// Whatever form a delivery has and in whatever order deliveries come: the catalog ends as Sentry is.
import { createHmac } from "node:crypto"
import { describe, expect, it } from "vitest"
import { issueBody, secret, useLiveEvents } from "../support/live.ts"
import { filledWorld, issueWhere, mappingOf, resources } from "../support/small-world.ts"

describe("ignored and archived, which Sentry sends for one act", () => {
  it.each([
    ["ignored", "archived"],
    ["archived", "ignored"],
  ])("%s before %s gives the entity the same status", async (first, second) => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const id = world.idOf("api one")
    world.organization.archive(id)
    for (const action of [first, second, first]) {
      expect((await live.deliver("issue", issueBody(action, id))).status).toBe(200)
      await live.settled()
      expect((await world.entities("issue"))[id]).toMatchObject({ properties: { status: "ignored" } })
    }
    expect(await world.names("issue")).toHaveLength(5)
  })

  it.each([
    ["ignored", "archived"],
    ["archived", "ignored"],
  ])("%s before %s takes the entity along where archived issues are not wanted", async (first, second) => {
    const wanting = { ...resources, issue: issueWhere({ includeArchived: false }) }
    const world = await filledWorld({ mapping: mappingOf(Object.values(wanting)) })
    const live = await useLiveEvents(world)
    const id = world.idOf("api one")
    world.organization.archive(id)
    for (const action of [first, second]) await live.deliver("issue", issueBody(action, id))
    await live.settled()
    expect(await world.names("issue")).not.toContain(id)
    expect(await world.names("issue")).toHaveLength(4)
  })
})

describe("a body", () => {
  const bodies: [string, (id: string) => string][] = [
    ["with white space", (id) => JSON.stringify(issueBody("created", id, { title: "Fehler" }), null, 2)],
    [
      "with letters beyond ASCII",
      (id) => JSON.stringify(issueBody("created", id, { title: "Störung in São Paulo 💥" })),
    ],
    [
      "with the same letters escaped",
      (id) =>
        JSON.stringify(issueBody("created", id, { title: "Störung" })).replaceAll("ö", String.raw`\u00f6`),
    ],
    [
      "with numbers as another serialiser writes them",
      (id) => JSON.stringify(issueBody("created", id, { count: 0 })).replace('"count":0', '"count":1e5'),
    ],
  ]

  it.each(bodies)("%s is taken, since its signature is over its bytes", async (_, textFor) => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const { id } = world.organization.addIssue("api", { title: "Störung 💥", environment: "production" })
    const answer = await live.deliver("issue", textFor(id))
    expect(answer.status).toBe(200)
    await live.settled()
    expect((await world.entities("issue"))[id]).toMatchObject({ title: "Störung 💥" })
  })

  const forgeries: [string, (text: string) => string][] = [
    ["of another secret", (text) => createHmac("sha256", "guessed").update(text).digest("hex")],
    ["of another body", () => createHmac("sha256", secret).update("{}").digest("hex")],
    ["that is none", () => "0000"],
    ["that is empty", () => ""],
  ]

  it.each(forgeries)(
    "with a signature %s is refused with 401, and nothing comes of it",
    async (_, signatureOf) => {
      const world = await filledWorld()
      const live = await useLiveEvents(world)
      const { id } = world.organization.addIssue("api", {
        title: "never asked for",
        environment: "production",
      })
      const text = JSON.stringify(issueBody("created", id))
      const answer = await live.deliver("issue", text, { "sentry-hook-signature": signatureOf(text) })
      expect(answer.status).toBe(401)
      await live.settled()
      expect(await world.names("issue")).not.toContain(id)
      expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
    },
  )
})

it("an issue that no longer passes the selector goes with its event, though Sentry has it", async () => {
  const open = issueWhere({ query: '.title != "web one, settled"' })
  const world = await filledWorld({ mapping: mappingOf(Object.values({ ...resources, issue: open })) })
  const live = await useLiveEvents(world)
  const id = world.idOf("web one")
  const issue = world.organization.issueOf(id)
  if (!issue) throw new Error("no such issue")
  issue.title = "web one, settled"
  delete issue.text
  world.organization.addEvent(id)
  await live.deliver("issue", issueBody("assigned", id))
  await live.settled()
  expect(await world.names("issue")).not.toContain(id)
  expect(await world.names("issue")).toHaveLength(4)
})
