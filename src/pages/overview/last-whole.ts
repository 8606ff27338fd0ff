// The newest run that says something of everything.
import type { RunHistory } from "../../resync/history/run-history.ts"
import type { RunDetail } from "../../resync/history/run-summary.ts"

const atOnce = 50

/**
 * A run of a part says little of the rest, an incremental one nothing of what had no event; one that was cancelled has
 * not seen all.
 */
export async function lastWhole(history: Pick<RunHistory, "list" | "find">): Promise<RunDetail | undefined> {
  let before: string | undefined
  for (;;) {
    // Incremental ones may come every minute, between whole ones that come once a day.
    const runs = await history.list({
      limit: atOnce,
      triggerIsNot: "incremental",
      ...(before === undefined ? {} : { before }),
    })
    const whole = runs.find(
      ({ scope, status }) => scope === null && status !== "running" && status !== "aborted",
    )
    if (whole) return await history.find(whole.id)
    before = runs.at(-1)?.id
    if (runs.length < atOnce) return undefined
  }
}
