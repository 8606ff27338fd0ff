// kill -9 at any moment, again and again, while events come: what was acknowledged has its effect in the end, and nothing
// is deleted that Sentry still has. `npm run kill-test` does the same for longer.
import { expect, it } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import { createRandom } from "../../src/simulator/random.ts"
import { issueBody } from "../support/live.ts"
import { type LiveProgram, type LivePrograms, useLivePrograms } from "../support/live-program.ts"

const kills = Number(process.env.TEST_KILLS ?? 8)
/** What went wrong once can be done again. */
const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000)

/** What the catalog must be at the end, of all that was acknowledged. */
interface Ledger {
  /** Issues whose last change was acknowledged. */
  sure: Set<string>
  /** Issues that were made meanwhile, with their lane: which of them were ever seen open is not known. */
  fresh: Map<string, number>
  /** Text by comment; undefined where it was deleted. */
  comments: Map<string, string | undefined>
  acknowledged: number
}

it(
  `no acknowledged event is without its effect after ${kills} kills, seed ${seed}`,
  async () => {
    const programs = await useLivePrograms()
    const { simulator, organization } = programs
    const random = createRandom(seed)
    const ledger: Ledger = { sure: new Set(), fresh: new Map(), comments: new Map(), acknowledged: 0 }
    // Slow enough that a kill meets work under way.
    simulator.faults.add({ path: "/issues/", action: { delayMs: 60 } })
    let hadUnderWay = 0
    for (let kill = 0; kill < kills; kill++) {
      const running = await programs.start()
      const stream = new AbortController()
      const sending = Array.from({ length: 4 }, (_, lane) =>
        sendUntil({ programs, running, ledger, random, lane }, stream.signal),
      )
      await systemClock.sleep(100 + random.next() * 1_500)
      running.program.kill("SIGKILL")
      expect(await running.program.end).toMatchObject({ signal: "SIGKILL" })
      stream.abort()
      await Promise.all(sending)
      const { waiting, working } = await programs.log.depth()
      if (waiting + working > 0) hadUnderWay++
    }
    simulator.faults.clear()
    // On a quiet machine ten times as many; a crowded one acknowledges less between two kills.
    expect(ledger.acknowledged).toBeGreaterThan(kills)
    expect(hadUnderWay, "kills that met events under way").toBeGreaterThan(0)

    const last = await programs.start()
    await programs.settled()
    const statuses = await programs.statuses()
    const wrong = [...ledger.sure].filter((id) => {
      const truth = organization.issues.get(id)?.status
      const held = statuses.get(id)
      // Never listed, so not to be made: an issue that was closed before it was first read.
      if (ledger.fresh.has(id) && truth !== "unresolved") return held !== undefined && held !== truth
      return held !== truth
    })
    expect(wrong, "acknowledged changes without their effect").toEqual([])
    const lost = [...organization.issues.values()].filter(
      ({ id }) => !ledger.fresh.has(id) && !statuses.has(id),
    )
    expect(
      lost.map(({ id }) => id),
      "deleted, though Sentry has them",
    ).toEqual([])
    const texts = await programs.texts()
    const otherwise = [...ledger.comments].filter(([id, text]) => texts.get(id) !== text)
    expect(otherwise, "acknowledged comments that are not as they were last told").toEqual([])
    expect((await programs.log.depth()).dead).toBe(0)
    last.program.kill("SIGTERM")
    expect(await last.program.end).toMatchObject({ code: 0 })
  },
  60_000 + kills * 15_000,
)

interface Stream {
  programs: LivePrograms
  running: LiveProgram
  ledger: Ledger
  random: ReturnType<typeof createRandom>
  /** Each lane has its own issues, so that what it changes and tells is in order. */
  lane: number
}

async function sendUntil(stream: Stream, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (stream.random.next() < 0.2) await tellComment(stream)
    else await tellChange(stream)
    await systemClock.sleep(5)
  }
}

async function tellChange({
  programs: { organization },
  running,
  ledger,
  random,
  lane,
}: Stream): Promise<void> {
  const own = [...organization.issues.keys()].filter(
    (id) => (ledger.fresh.get(id) ?? Number(id) % 4) === lane,
  )
  const dice = random.next()
  let id = own[Math.floor(random.next() * own.length)] ?? ""
  let action = "created"
  if (dice < 0.1 || id === "") {
    id = organization.addIssue("api", { title: "fresh", environment: "production" }).id
    ledger.fresh.set(id, lane)
  } else if (dice < 0.15) {
    organization.deleteIssue(id)
    action = "resolved"
  } else if (dice < 0.5) {
    organization.resolve(id)
    action = "resolved"
  } else if (dice < 0.65) {
    organization.archive(id)
    action = "archived"
  } else {
    organization.unresolve(id)
    action = "unresolved"
  }
  ledger.sure.delete(id)
  if ((await running.deliver("issue", issueBody(action, id))) !== 200) return
  ledger.sure.add(id)
  ledger.acknowledged++
}

async function tellComment({ running, ledger, random, lane }: Stream): Promise<void> {
  const id = String(1_000 * (lane + 1) + Math.floor(random.next() * 20))
  const isDeleted = random.next() < 0.3
  const text = `${ledger.acknowledged}`
  ledger.comments.delete(id)
  const data = { comment_id: Number(id), comment: text, issue_id: "1", project_slug: "api" }
  const status = await running.deliver("comment", { action: isDeleted ? "deleted" : "created", data })
  if (status !== 200) return
  ledger.comments.set(id, isDeleted ? undefined : text)
  ledger.acknowledged++
}
