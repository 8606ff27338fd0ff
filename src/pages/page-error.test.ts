import { Hono } from "hono"
import { expect, it } from "vitest"
import { AppError } from "../common/errors.ts"
import { silentLogger } from "../common/logger.ts"
import { answerPageError } from "./page-error.ts"

it("says in a sentence that another process has been at it for too long, and when to ask again", async () => {
  const app = new Hono()
  app.put("/mapping", () => {
    throw new AppError("busy", "another process is at it", { hint: "try again in a moment" })
  })
  app.onError((error, c) => answerPageError(silentLogger, error, c))
  const answer = await app.request("/mapping", { method: "PUT" })
  expect(answer.status).toBe(503)
  expect(answer.headers.get("retry-after")).toBe("5")
  expect(await answer.json()).toEqual({
    ok: false,
    error: "busy",
    message: "another process is at it",
    hint: "try again in a moment",
  })
})
