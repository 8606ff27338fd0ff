// Settings of a host: one process that serves many installations.
import { z } from "zod"
import { formed, integer, span, text } from "./setting.ts"

const key = (meaning: string) =>
  formed(
    meaning,
    "key",
    (given) =>
      /^[0-9a-f]{64}$/i.test(given) || Buffer.from(given, "base64").length === 32
        ? { ok: true, value: given }
        : { ok: false, expected: "32 bytes in hexadecimal or Base64, as `openssl rand -hex 32` makes them" },
    { secret: "value" },
  )

export const hostSettings = {
  host: z
    .object({
      masterKey: key(
        "What the secrets of installations are encrypted with in the database. Needed.",
      ).optional(),
      previousMasterKey: key(
        "The one before it. At the start what was encrypted with it is encrypted with `masterKey`; then it is not needed any more.",
      ).optional(),
      apiToken: text(
        "Whoever knows it may see and change installations over HTTP. Unset: sessions of the pages alone may, and the folder has some.",
        {
          secret: "value",
        },
      ).optional(),
      folder: text("Folder with installations as files, `<id>.yaml` each. Read again twice a minute.", {
        emptyIsUnset: true,
      }).optional(),
      mostInstallations: integer("Installations, at most.", { min: 1 }).default(500),
      mostRuns: integer("Resyncs at a time, at most; the others wait for a place.", { min: 1 }).default(4),
      mostLiveWorkers: integer("Processes for live events at a time, at most; the others' events wait.", {
        min: 1,
      }).default(10),
      liveWorkerIdle: span("How long a process for live events is kept without one.").default(60_000),
      maxWaiting: integer(
        "Webhooks of one installation that may wait to be handed over; more are answered 503.",
        {
          min: 1,
        },
      ).default(10_000),
    })
    .prefault({}),
}
