// The checklist of compatibility with the original: each row with the tests that hold it, by file and title. A test that is
// renamed or removed fails here, so that the list stays true.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"

interface Row {
  row: number
  says: string
  /** Titles by file; the same title in several `describe`s counts once. */
  tests: Readonly<Record<string, readonly string[]>>
}

const checklist: readonly Row[] = [
  {
    row: 1,
    says: "Swap: entities of the original are recognised as ours and not doubled; a swap back works.",
    tests: {
      "test/swap.test.ts": [
        "are recognised as ours: none is doubled, and what has not changed is not sent",
        "is updated in place",
        "is deleted where Sentry proves it gone",
        "stays where Sentry does not say, because it may not be read",
        "leaves alone what another integration of the same type wrote, and what a person did",
        "finds all entities by the original's two ways of listing its own, whoever of the two wrote them last",
      ],
      "test/deletion/others-entities.test.ts": [
        "updates what it wrote instead of doubling it",
        "deletes what it left behind only with proof",
      ],
    },
  },
  {
    row: 2,
    says: "The order of requests at a start on an empty and on an initialised organization; a second start makes no blueprint call.",
    tests: {
      "test/start-up/calls.test.ts": [
        "makes the integration, its mapping and its blueprints in an empty organization, and nothing at the second start",
        "waits for Port's own mapping where Port provisions the integration",
        "brings an existing integration up to date where it differs, and fills an empty mapping",
      ],
    },
  },
  {
    row: 3,
    says: "The mappings of both pages and of the packaged defaults give equal entities for equal raw objects.",
    tests: {
      "src/mapping/seed-cases.test.ts": ["are all there", "$id gives the computed entities"],
      "src/mapping/map-batch.test.ts": [
        "has exactly the keys that the mapping names, in the order in which they are sent",
      ],
      "test/packaged-preset.test.ts": ["makes the same entities of the same organization"],
      "test/e2e/documentation-mappings.test.ts": [
        "the %s page's mapping %s runs unchanged, and writes nothing the second time",
      ],
    },
  },
  {
    row: 4,
    says: "jq: the rule of the single quotes, the first output, empty, errors to null, env and $ENV, numbers.",
    tests: {
      "src/mapping/mapping-cases.test.ts": ["$name: $program", "reads quotes as the original does: $in"],
      "src/mapping/jq-pool.test.ts": [
        "are the first output, nothing, or an error",
        "shows only what is allowed, and never a credential of ours",
      ],
    },
  },
  {
    row: 5,
    says: "Selector: one that is no boolean fails the resync and keeps entities; an empty mapping is a no-op; the threshold's edge passes.",
    tests: {
      "test/selector-and-threshold.test.ts": [
        "that gives %s fails the run, loads the others, and takes nothing as proof that an issue is gone (%j)",
        "passes at exactly its share, and holds back at one more (%j)",
      ],
      "test/mapping-notes.test.ts": ["%j reads nothing and deletes nothing"],
      "test/failures/port-lists-fail.test.ts": [
        "an empty mapping reads nothing and deletes nothing, and the run says so",
      ],
      "src/resync/deletion-guard.test.ts": ["%j is allowed: %s"],
    },
  },
  {
    row: 6,
    says: "401 and 403 on each list call: nothing of that kind is deleted without proof, the state is failed, the scope is named; 404 on one project: the others load.",
    tests: {
      "test/failures/sentry-lists-denied.test.ts": [
        "%i to any one list call deletes nothing of its kinds, and is told with the scope (%j)",
        "404 of one project's own calls on $server costs no other project anything",
      ],
      "test/failures/sentry-refuses.test.ts": [
        "loses nothing, is named, and holds nobody else up ($remembers)",
        "fails every kind, and nothing is deleted ($remembers)",
        "keeps the users, while all other kinds load and lose what is gone ($remembers)",
      ],
    },
  },
  {
    row: 7,
    says: "Live events: the five actions and archived; both orders of ignored and archived; forged and escaped bodies; deletes by the selector; Port down.",
    tests: {
      "test/live/live-events.test.ts": [
        "%s brings the issue as Sentry has it, whatever the event says of it",
        "comes to its end when Port is back",
      ],
      "test/live/bodies-and-orders.test.ts": [
        "%s before %s gives the entity the same status",
        "%s before %s takes the entity along where archived issues are not wanted",
        "%s is taken, since its signature is over its bytes",
        "with a signature %s is refused with 401, and nothing comes of it",
        "an issue that no longer passes the selector goes with its event, though Sentry has it",
      ],
      "test/live/refresh.test.ts": ["deletes what Sentry says is gone, with its environments"],
      "test/live/deliveries.test.ts": [
        "are each taken, and become the reading of their issue, an entity of their kind, or nothing",
        "are each taken and become the reading of their issue; what is no webhook of the app is refused",
        "are refused with one thing wrong: %s is %i",
      ],
      "test/live/reorder.test.ts": [
        "every order of created, resolved, archived, unresolved and deleted ends in Sentry's truth: %s",
      ],
      "test/live/issue-policies.test.ts": [
        "comes as `ignored` with the status unresolved, and deletes nothing: includeArchived %s",
        "is deleted where the selector's query lets it pass no longer, and comes back when it does",
      ],
      "test/live/answers.test.ts": [
        "is 200 while Port is down and while the mapping is broken, and has its effect when both are mended",
      ],
    },
  },
  {
    row: 8,
    says: "POLLING gives up a resync for a newer request; SIGTERM in the middle: aborted, 143; the exit codes of ONCE; which messages of Kafka count.",
    tests: {
      "test/listeners/serving.test.ts": [
        "replaces a running resync for a newer request, and reports the old one as aborted before the new one starts",
      ],
      "test/e2e/interrupted.test.ts": [
        "$signal in the middle of a run ends it with $code, reported to Port as aborted",
      ],
      "test/e2e/signals.test.ts": [
        "%s stops a service cleanly: its resync is reported as aborted, exit 0",
        "work that does not end under %s is given up after the grace period, exit %i",
      ],
      "test/e2e/exit-codes.test.ts": [
        "Port refuses the credentials",
        "one project answers 403: it is named, and nothing of it is deleted",
        "a token that Sentry refuses: nothing is deleted",
      ],
      "src/listeners/kafka-messages.test.ts": [
        "on the topic of requests, one that %s: %3$s",
        "on the change log, one that %s: %3$s",
      ],
      "test/listeners/kafka.test.ts": [
        "hears of a changed mapping on the change log, and passes over all else that is there",
      ],
    },
  },
  {
    row: 9,
    says: "Bulk: 413, partial errors, unchanged entities are not sent however few they are, and a second pass without bare targets, with a circle.",
    tests: {
      "test/failures/port-fails.test.ts": [
        "leaves no trace when each entity alone is taken",
        "is listed for the entity that is refused alone as well",
        "leave no trace when the second try succeeds: %s",
        "that are refusals are listed, and fail the run only with strict ($remembers)",
      ],
      "test/unchanged.test.ts": ["of %i entities of a kind none is written again, and a changed one alone"],
      "test/failures/second-pass.test.ts": [
        "all kinds arrive in one run, though those that relate come first in the mapping",
        "an entity whose target never comes is refused by name with Port's reason, and the others come",
        "entities that need each other in a circle are each named, and the others come",
      ],
      "src/resync/upsert-order.test.ts": ["keeps every entity of a circle, and of what is not there"],
    },
  },
]

it.each(checklist)("row $row: $says", ({ tests }) => {
  for (const [file, titles] of Object.entries(tests)) {
    const path = join(import.meta.dirname, "..", file)
    expect(existsSync(path), file).toBe(true)
    const text = readFileSync(path, "utf8")
    for (const title of titles) expect(isTest(text, title), `${file}: ${title}`).toBe(true)
  }
})

it("has every row but that of the installations, each once", () => {
  expect(checklist.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})

/** Stands as a title does: the first argument of a call, on its line or the next, and not of one that is skipped. */
function isTest(text: string, title: string): boolean {
  const quoted = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const found = new RegExp(String.raw`\(\s*["'\x60]${quoted}["'\x60],`).exec(text)
  if (!found) return false
  const call = text.slice(0, found.index).split("\n").at(-1) ?? ""
  return !/\.(skip|todo)\b/.test(call)
}
