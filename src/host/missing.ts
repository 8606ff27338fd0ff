import type { Context } from "hono"

export function missing(c: Context): Response {
  return c.json({ ok: false, message: "there is no such installation" }, 404)
}
