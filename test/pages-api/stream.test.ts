// The stream of changes: who may listen, and until when.
import { expect, it } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { askByTokenOrSession } from "../../src/pages/guard.ts"
import { streamRoutes } from "../../src/pages/stream/stream-routes.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { firstRun, startEmbedded } from "../support/embedded-program.ts"
import { openEventStream, type SentEvent } from "../support/event-stream.ts"

it("ends with its session, whatever else the request bears", async () => {
  const program = await startEmbedded({
    organization: generateOrganization({ seed: 3, projects: 1, issuesPerProject: 1 }),
  })
  const stream = await openEventStream(`${program.url}/integration/stream`, {
    cookie: program.cookie,
    "sec-fetch-site": "same-origin",
    authorization: "Bearer none-of-this-catalog",
  })
  await stream.next(({ event }) => event === "hello")
  await program.ask("DELETE", "/integration/session")
  await stream.ended
  expect(await program.answer("GET", "/integration/stream")).toMatchObject({ status: 401 })
})

it("tells whose entities were written, and of blueprints", async () => {
  const program = await startEmbedded({
    organization: generateOrganization({ seed: 3, projects: 1, issuesPerProject: 1 }),
  })
  await firstRun(program)
  const stream = await openEventStream(`${program.url}/integration/stream?topics=entities`, {
    cookie: program.cookie,
  })
  const blueprint = { identifier: "service", title: "Service", schema: { properties: {} } }
  await program.ask("POST", "/v1/blueprints", blueprint)
  await stream.next(({ event, data }) => event === "entities" && data.blueprintsChanged === true)
  await program.ask("POST", "/v1/blueprints/service/entities", { identifier: "one" })
  const named = ({ data }: SentEvent) =>
    (data.blueprints as string[] | undefined)?.includes("service") === true
  await stream.next(named)
  const told = stream.events.filter(named).length
  await program.ask("DELETE", "/v1/blueprints/service/entities/one")
  await stream.next(() => stream.events.filter(named).length > told)
})

it("ends with its token, and tells nothing more", async () => {
  const tokens = new Set(["good"])
  const ask = askByTokenOrSession({ ask: async () => undefined, isToken: (token) => tokens.has(token) })
  let asked = 0
  const app = streamRoutes({
    sources: [
      {
        topic: "runs",
        open: () => async () => {
          tokens.clear() // at the first look
          return [{ event: "run", data: { look: ++asked } }]
        },
      },
    ],
    clock: systemClock,
    log: silentLogger,
    signal: new AbortController().signal,
    mayStay: async (request) => (await ask(request)) !== undefined,
  })
  const answer = await app.request("/stream", { headers: { authorization: "Bearer good" } })
  const text = await answer.text()
  expect(text).toContain('{"look":1}')
  expect(asked).toBe(1)
})
