// The setting by which the mapping of a file decides over the one in Port.
import { expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { createPlace, identifier, type StartPlace, start } from "../support/start-up.ts"

const overwrite = { OCEAN__OVERWRITE_MAPPING: "true" }

async function mappingIn({ catalog }: StartPlace): Promise<JsonObject> {
  const { body } = await catalog.request("GET", `/v1/integration/${identifier}`)
  return (body as { integration: { config: JsonObject } }).integration.config // the catalog's own answer
}

it("writes over what somebody changed in Port where it is set, once, and leaves it where it is not", async () => {
  const place = await createPlace()
  await start(place)
  const own = await mappingIn(place)
  const changed = { ...own, resources: [] }
  await place.catalog.request("PATCH", `/v1/integration/${identifier}/config`, { config: changed })
  expect(await mappingIn(place)).toEqual(changed)

  await start(place)
  expect(await mappingIn(place)).toEqual(changed)

  await start(place, overwrite)
  expect(await mappingIn(place)).toEqual(own)

  place.port.sent.length = 0
  await start(place, overwrite)
  expect(place.port.sent.filter(({ method }) => method === "PATCH")).toEqual([])
})
