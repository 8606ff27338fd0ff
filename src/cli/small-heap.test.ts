// In a process of its own, since the bounds hold for a whole process and would stay for other tests.
import { execFileSync } from "node:child_process"
import { expect, it } from "vitest"
import { growthAt } from "./small-heap.ts"

it("keeps the room for new objects small, where they would have made it grow many times over", () => {
  expect(growthOfNewSpace("")).toBeGreaterThan(8)
  expect(growthOfNewSpace("keepHeapSmall(50)")).toBeLessThan(4)
})

it.each([
  [40, 90, 90],
  [40, 50, 50],
  [200, 90, 45],
  [900, 90, 20],
])(
  "lets old objects of a heap of %i MB grow by less where it is large (most %i %%: %i %%)",
  (used, most, percent) => {
    expect(growthAt(used * 1e6, most)).toBe(percent)
  },
)

/**
 * How many times larger the space usually is while many objects outlive collections. The middle of many looks: for a
 * moment it is larger, while several threads of the collector move what is alive.
 */
function growthOfNewSpace(before: string): number {
  const program = `
    import { getHeapSpaceStatistics } from "node:v8"
    import { keepHeapSmall } from ${JSON.stringify(new URL("./small-heap.ts", import.meta.url).href)}
    const size = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size
    ${before}
    const first = size()
    const alive = []
    const growth = []
    for (let at = 0; at < 2_000_000; at++) {
      alive.push({ at, inside: [at] })
      if (alive.length > 300_000) alive.splice(0, 150_000)
      if (at % 50_000 === 0) growth.push(size() / first)
    }
    growth.sort((one, other) => one - other)
    process.stdout.write(String(growth[growth.length / 2]))
  `
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program]))
}
