// Installations over HTTP: what there is, making, changing and removing one.
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { z } from "zod"
import { parseJson } from "../common/json.ts"
import { parseInput } from "../common/schema.ts"
import { changedInstallation } from "./change-installation.ts"
import { InstallationId, InstallationInput, splitSecrets } from "./installation.ts"
import type { InstallationStore } from "./installation-store.ts"
import { missing } from "./missing.ts"
import type { Removals } from "./removals.ts"
import type { Views } from "./views.ts"

export interface InstallationRoutesDeps {
  store: InstallationStore
  removals: Pick<Removals, "remove">
  views: Views
  mostInstallations: number
}

const mostBytes = 1_000_000

export function installationRoutes({
  store,
  removals,
  views,
  mostInstallations,
}: InstallationRoutesDeps): Hono {
  const app = new Hono()

  app.get("/", async (c) => c.json({ ok: true, installations: await views.all() }))
  app.get("/:id", (c) => answerOne(c, c.req.param("id"), 200))
  app.put("/:id", bodyLimit({ maxSize: mostBytes }), async (c) => {
    const { id } = parseInput(z.object({ id: InstallationId }), { id: c.req.param("id") }, "the installation")
    const input = parseInput(InstallationInput, parseJson(await c.req.text()), "the installation")
    const known = await store.get(id)
    if (known?.source === "file") return ofFile(c, "changed")
    if (!known && (await store.all()).length >= mostInstallations)
      return refused(c, `there are ${mostInstallations} installations, which is the most`)
    const mustBeNew = c.req.header("if-none-match") === "*"
    await store.put({ id, source: "api", mustBeNew, ...splitSecrets(input) })
    return await answerOne(c, id, known ? 200 : 201)
  })
  app.patch("/:id", bodyLimit({ maxSize: mostBytes }), async (c) => {
    const id = c.req.param("id")
    const change = parseJson(await c.req.text())
    if ((await store.get(id))?.source === "file") return ofFile(c, "changed")
    const isThere = await store.change(id, (known) => changedInstallation(known, change))
    return isThere ? await answerOne(c, id, 200) : missing(c)
  })
  app.delete("/:id", async (c) => {
    const id = c.req.param("id")
    const known = await store.get(id)
    if (!known) return missing(c)
    if (known.source === "file") return ofFile(c, "removed")
    const state = await removals.remove(id)
    if (state === "unknown") return missing(c)
    return state === "removed" ? c.json({ ok: true }) : c.json({ ok: true, status: "being removed" }, 202)
  })
  return app

  async function answerOne(c: Context, id: string, status: 200 | 201): Promise<Response> {
    const installation = await views.one(id)
    return installation ? c.json({ ok: true, installation }, status) : missing(c)
  }
}

function ofFile(c: Context, what: string): Response {
  return refused(c, `it comes from a file, which is where it is ${what}`)
}

function refused(c: Context, message: string): Response {
  return c.json({ ok: false, message }, 409)
}
