// Port answers one call of the start with anything but what it should: the start ends with one clear line, writes nothing
// more, and the next one comes to what an undisturbed start comes to.
import { describe, expect, it } from "vitest"
import { AppError, errorText, InvalidInput } from "../../src/common/errors.ts"
import type { RunningCatalog } from "../support/catalog.ts"
import { at } from "../support/engines.ts"
import { error, faults } from "../support/port-faults.ts"
import type { Interception, PortProxy, SentToPort } from "../support/port-proxy.ts"
import { emptyPort, identifier, quickStarts } from "../support/quick-starts.ts"

const answers: [string, () => Interception][] = [
  ...[401, 403, 404, 409, 413, 422].map((status): [string, () => Interception] => [
    String(status),
    () => error(status),
  ]),
  ...faults,
  ["200 with nothing", () => new Response("")],
  ["200 with JSON that is no object", () => Response.json([])],
  ["200 with another object", () => Response.json({ ok: true })],
]

it.each(answers)("%s to any call of a first start", async (_, answer) => {
  const { start } = await quickStarts({ once: true })
  const clean = await emptyPort()
  await start(clean)
  const wanted = await stateOf(clean.catalog)
  const calls = distinct(clean.port.sent)
  expect(calls.length).toBeGreaterThan(8)

  for (const call of calls) {
    const peer = await emptyPort()
    const { catalog, port } = peer
    port.intercept = (sent) => (nameOf(sent) === call ? answer() : undefined)
    const failure = await start(peer).then(
      () => undefined,
      (error: unknown) => error,
    )
    expectOneClearLine(failure, call)
    expectNoWrongWrite(port, call)
    port.intercept = undefined
    await start(peer)
    expect(await stateOf(catalog), call).toEqual(wanted)
    await Promise.all([port.close(), catalog.close()])
  }
})

it.each(answers)("%s to any call of a later start leaves what a person has changed", async (_, answer) => {
  const { start } = await quickStarts({ once: true })
  const peer = await emptyPort()
  const { catalog, port } = peer
  await start(peer)
  await catalog.request("PATCH", `/v1/integration/${identifier}/config`, { config: { resources: [] } })
  await catalog.request("PATCH", "/v1/blueprints/sentryIssue", { title: "Mine" })
  const before = await stateOf(catalog)
  port.sent.length = 0
  await start(peer)
  const calls = distinct(port.sent)
  for (const call of calls) {
    port.intercept = (sent) => (nameOf(sent) === call ? answer() : undefined)
    const failure = await start(peer).then(
      () => undefined,
      (error: unknown) => error,
    )
    expectOneClearLine(failure, call)
    port.intercept = undefined
    expect(await stateOf(catalog), call).toEqual(before)
  }
})

describe("a service", () => {
  it.each([503, 429])(
    "waits for a Port that answers %i, is not ready meanwhile, and starts when it is well",
    async (status) => {
      const { start, notReady } = await quickStarts({ once: false })
      const peer = await emptyPort()
      let left = 20 // more than one round of tries
      peer.port.intercept = () => (left-- > 0 ? error(status) : undefined)
      await start(peer)
      expect(left).toBeLessThan(0)
      expect(notReady).toEqual(["Port cannot be reached", "Port cannot be reached"])
      await peer.port.close()
      await peer.catalog.close()
    },
  )

  it.each([401, 403, 404, 422])(
    "ends at a Port that answers %i, which waiting does not mend",
    async (status) => {
      const { start } = await quickStarts({ once: false })
      const peer = await emptyPort()
      peer.port.intercept = () => error(status)
      await expect(start(peer)).rejects.toBeInstanceOf(AppError)
      await peer.port.close()
      await peer.catalog.close()
    },
  )
})

/** Exit code 3 and no stack: an `AppError` whose text is one line, and that blames no setting unless a hint does. */
function expectOneClearLine(failure: unknown, call: string): void {
  if (failure === undefined) return
  expect(failure, call).toBeInstanceOf(AppError)
  expect(failure, call).not.toBeInstanceOf(InvalidInput)
  const text = errorText(failure)
  expect(text, call).not.toContain("\n")
  expect(text, call).toMatch(
    /Port answered \d{3} to |no answer|refused the client id|is not as expected|no integration/,
  )
}

/** Nothing of the user's is deleted, and no entity is written. */
function expectNoWrongWrite(port: PortProxy, call: string): void {
  const made = port.sentTo("POST", /^\/blueprints$/).map(({ body }) => String(at(body, "identifier")))
  const removed = port.sent
    .filter(({ method }) => method === "DELETE")
    .map(({ path }) => decodeURIComponent(path.replace("/blueprints/", "")))
  expect(made, call).toEqual(expect.arrayContaining(removed))
  expect(
    port.sent.filter(({ path }) => /\/entities/.test(path)),
    call,
  ).toEqual([])
}

function nameOf({ method, path, body }: SentToPort): string {
  const identifierSent = at(body, "identifier")
  return `${method} ${path}${typeof identifierSent === "string" ? ` (${identifierSent})` : ""}`
}

function distinct(sent: readonly SentToPort[]): string[] {
  return [...new Set(sent.map(nameOf))]
}

/** What a start is to leave behind, without what changes at each write. */
async function stateOf(catalog: RunningCatalog): Promise<unknown> {
  const { body: integration } = await catalog.request("GET", `/v1/integration/${identifier}`)
  const { body } = await catalog.request("GET", "/v1/blueprints")
  const blueprints = at(body, "blueprints") as Record<string, unknown>[] // the catalog's own answer
  const record = at(integration, "integration")
  return {
    config: at(record, "config"),
    initialized: at(record, "arePortResourcesInitialized"),
    // What Port refuses of its own blueprints is said, and does not hold up the start.
    blueprints: blueprints
      .filter(({ identifier }) => !String(identifier).startsWith("_"))
      .map(({ identifier, title, schema, relations }) => ({ identifier, title, schema, relations }))
      .sort((left, right) => String(left.identifier).localeCompare(String(right.identifier))),
  }
}
