import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { createLogger } from "../common/logger.ts"
import { openState } from "./open-state.ts"
import type { Start } from "./start-mode.ts"

const sentry = { host: "https://sentry.io", token: "token", organization: "acme" }
const port = { clientId: "id", clientSecret: "secret", baseUrl: "https://api.getport.io" }
const dropIn: Start = { mode: "drop-in", sentry, port }

describe("what must last", () => {
  let folder: string
  let written: string
  const log = createLogger({
    level: "warn",
    format: "text",
    secrets: [],
    write(text: string) {
      written += text
    },
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "state-"))
    written = ""
    // What a read-only image has where the volume was not mounted.
    symlinkSync(join(folder, "absent", "volume"), join(folder, "link"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const open = (start: Start, place: string, url?: string) =>
    openState(place, { start, settings: { database: url === undefined ? {} : { url } }, log })

  it("is kept in memory by a drop-in without a folder to write to, and that is said", async () => {
    const database = await open(dropIn, join(folder, "link", "ocean.db"))
    expect(written).toContain("Nothing can be kept on disk")
    await database.close()
  })

  it.each([
    ["a place that was named", dropIn, "named"],
    ["the embedded catalog", { mode: "embedded", sentry } satisfies Start, undefined],
  ])("is not given up for %s", async (_, start, url) => {
    await expect(open(start, join(folder, "link", "ocean.db"), url)).rejects.toThrow(
      /cannot open the database/,
    )
  })

  it("is not given up where the file is broken", async () => {
    writeFileSync(
      join(folder, "broken.db"),
      "no database at all, and long enough to be read as its head".repeat(20),
    )
    await expect(open(dropIn, join(folder, "broken.db"))).rejects.toThrow(/cannot open the database/)
  })
})
