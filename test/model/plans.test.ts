// Model-based: whatever happens to an organization between runs, a run that plans its requests and remembers what it read
// leaves the catalog as one that asks for everything as the original does. A failure is shrunk to the fewest changes.
// MODEL_RUNS asks for more histories than a check of every commit has time for.
import fc from "fast-check"
import { expect, it } from "vitest"
import { createSmallWorld, day, mappingOf, smallBlueprints, wanting } from "../support/small-world.ts"
import { createWorld } from "../support/world.ts"
import { changes, happen, kept } from "./changes.ts"
import { contentsOf, mappings, modelBlueprints } from "./mappings.ts"

const histories = Number(process.env.MODEL_RUNS ?? 12)

type History = typeof history extends fc.Arbitrary<infer Values> ? Values : never
const history = fc.record({
  mapping: fc.constantFrom(...Object.keys(mappings)),
  // What the server lacks decides by which way changed issues are asked.
  without: fc.constantFrom<string[]>([], ["discover-basic"], ["discover-basic", "global-views"]),
  remembers: fc.boolean(),
  rounds: fc.array(fc.array(changes, { maxLength: 4 }), { minLength: 2, maxLength: 6 }),
})

/** A merge of issues that were first seen in the same second, and what happens to both after it. */
const merged = (["merge", "event", "unresolve"] as const).map((what) => [
  { what, one: 0, other: 1, environment: "new", minutes: 5 },
])
const examples = [[], ["discover-basic", "global-views"]].map((without): [History] => [
  { mapping: "tags whole", without, remembers: true, rounds: merged },
])

it("every plan leaves the catalog as the exact one does, whatever happens between the runs", async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ mapping: name, without, remembers, rounds }) => {
      const mapping = mappingOf(mappings[name])
      const blueprints = [...smallBlueprints, ...modelBlueprints]
      const world = await createSmallWorld({ mapping, blueprints, remembers, scanState: true })
      const { organization, clock, simulator } = world
      organization.addProject({ slug: kept, environments: [{ name: "production" }] })
      organization.features = organization.features.filter((feature) => !without.includes(feature))
      const settings = { sentry: simulator, mapping, blueprints, remembers, clock }
      const exact = await createWorld({ ...settings, tagSource: "exact" })
      for (const round of [[], ...rounds]) {
        const done = round.map((change) => happen(world, change))
        // What grows too old moves nothing of its issue: it is noticed by the reading of all tags once a day.
        if (done.includes("expiry")) world.wait(day)
        expect(wanting(await world.run())).toEqual([])
        expect(wanting(await exact.resync())).toEqual([])
        expect(await contentsOf(world), done.join()).toEqual(await contentsOf(exact))
      }
    }),
    { numRuns: histories, seed: Number(process.env.MODEL_SEED ?? 7), examples },
  )
}, 3_600_000)
