// The event log as a person sees it: what came, what became of it, and once more.
import { type InputProblem, InvalidInput } from "../../common/errors.ts"
import type { EventState } from "../../live-events/live-event.ts"
import { type InstallationFlags, readInstallation, useEventLog } from "../event-log-part.ts"
import { eventJson, eventPage, eventSummary, eventsPage } from "../event-pages.ts"
import { exitCodes } from "../exit-codes.ts"

export interface ListFlags extends InstallationFlags {
  state: EventState | undefined
  limit: number
  json: boolean
}

export async function listEvents(flags: ListFlags): Promise<number> {
  const { settings } = readInstallation(flags)
  const { state, limit } = flags
  return useEventLog(settings, async (log) => {
    const events = await log.list({ limit, ...(state === undefined ? {} : { state }) })
    print(
      flags.json
        ? JSON.stringify(events.map(eventSummary), null, 2)
        : eventsPage(events, await log.depth(), { state }),
    )
    return exitCodes.success
  })
}

export async function showEvent(flags: InstallationFlags & { id: number; json: boolean }): Promise<number> {
  const { settings } = readInstallation(flags)
  return useEventLog(settings, async (log) => {
    const event = await log.find(flags.id)
    if (!event) throw unknown([flags.id])
    print(flags.json ? JSON.stringify(eventJson(event), null, 2) : eventPage(event))
    return exitCodes.success
  })
}

/** The running process takes them up within a second; without one they wait for it. */
export async function replayEvents(
  flags: InstallationFlags & { ids: readonly number[]; allDead: boolean },
): Promise<number> {
  const { ids, allDead } = flags
  checkWhich(ids, allDead)
  const { settings } = readInstallation(flags)
  return useEventLog(settings, async (log) => {
    if (allDead) {
      const count = await log.replay()
      print(count === 0 ? "No event is dead." : `${counted(count)} to be worked on again.`)
      return exitCodes.success
    }
    const known = await Promise.all(ids.map((id) => log.find(id)))
    const missing = ids.filter((_, at) => known[at] === undefined)
    if (missing.length > 0) throw unknown(missing)
    const count = await log.replay(ids)
    const underWay = ids.length - count
    print(
      `${counted(count)} to be worked on again.${underWay > 0 ? ` ${underWay} did so already, or are being worked on.` : ""}`,
    )
    return exitCodes.success
  })
}

function checkWhich(ids: readonly number[], allDead: boolean): void {
  const problem: InputProblem | undefined =
    ids.length === 0 && !allDead
      ? { where: "events replay", what: "name the events by id, or all dead ones with --all-dead" }
      : ids.length > 0 && allDead
        ? { where: "--all-dead", what: "either this or ids" }
        : undefined
  if (problem) throw new InvalidInput("Nothing was done", [problem])
}

function unknown(ids: readonly number[]): InvalidInput {
  return new InvalidInput(
    "Nothing was done",
    ids.map((id) => ({
      where: `event ${id}`,
      what: "there is none in this log",
      hint: "`events list` shows those there are; done ones are forgotten after a time",
    })),
  )
}

function counted(count: number): string {
  return count === 1 ? "1 event waits" : `${count} events wait`
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
