// Random numbers that are the same for the same seed.

export interface Random {
  /** 0 ≤ x < 1 */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** Throws where there is nothing to pick from. */
  pick<T>(choices: readonly T[]): T
  chance(share: number): boolean
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  // mulberry32: 32 bits of state are plenty for made-up names.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick<T>(choices: readonly T[]): T {
      if (choices.length === 0) throw new RangeError("nothing to pick from")
      return choices[Math.floor(next() * choices.length)] as T // in range: next() is below 1, the list not empty
    },
    chance: (share) => next() < share,
  }
}
