// The list of the pages' routes against the routes themselves.
import { expect, it } from "vitest"
import { pageOperations } from "../../src/pages/operations.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { startEmbedded } from "../support/embedded-program.ts"
import { send } from "../support/pages.ts"

const open = ["get /session", "post /session", "delete /session"]

it("names routes that exist and are documented, and that show nothing without a session", async () => {
  const program = await startEmbedded({
    organization: generateOrganization({ seed: 3, projects: 1, issuesPerProject: 1 }),
  })
  const { paths } = await program.ask<{ paths: Record<string, object> }>("GET", "/openapi.json")
  for (const { method, path } of pageOperations) {
    const name = `${method} ${path}`
    expect(paths[`/integration${path}`], name).toHaveProperty(method)
    const url = `/integration${path.replace(/\{\w+\}/g, "none")}`
    if (!open.includes(name)) {
      expect((await send(method.toUpperCase(), `${program.url}${url}`)).status, name).toBe(401)
    }
    if (path === "/stream" || name === "delete /session") continue
    const { body } = await program.answer(method.toUpperCase(), url)
    expect(JSON.stringify(body), name).not.toContain("is no route of this program")
  }
  expect(JSON.stringify((await program.answer("GET", "/integration/none")).body)).toContain("is no route")
})
